using System;
using System.Globalization;
using System.Text;

namespace Xen.Cim.Model.Mof.Syntax;

/// <summary>Cuts a MOF text into tokens (DSP0004 Annex A, 7.2 and 7.3).</summary>
internal sealed class MofLexer
{
    private readonly string _file;
    private readonly string _text;
    private readonly bool _multilineStrings;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public MofLexer(string file, string text, bool multilineStrings)
    {
        _file = file;
        _text = text;
        _multilineStrings = multilineStrings;
        if (text.Length > 0 && text[0] == '\uFEFF')
            _lineStart = _position = 1;
    }

    private MofLocation Here => new(_file, _line, _position - _lineStart + 1);

    public MofToken Next()
    {
        SkipBlanksAndComments();
        var start = Here;
        if (_position >= _text.Length)
            return new(MofTokenKind.End, start, "");
        var c = _text[_position];
        if (IsIdentifierStart(c))
            return new(MofTokenKind.Identifier, start, ReadIdentifier());
        switch (c)
        {
            case '"':
                return new(MofTokenKind.String, start, ReadString(start));
            case '\'':
                return new(MofTokenKind.Char, start, ReadChar(start).ToString());
            case '$':
                _position++;
                if (!IsIdentifierStart(At(0)))
                    throw new MofException(Here, "the name of an alias", DescribeHere());
                return new(MofTokenKind.Alias, start, ReadIdentifier());
            case '#':
                _position++;
                if (!IsIdentifierStart(At(0)) || !ReadIdentifier().Equals("pragma", StringComparison.OrdinalIgnoreCase))
                    throw new MofException(start, "#pragma", "\"#\" and something else");
                return new(MofTokenKind.Pragma, start, "#pragma");
            case '{' or '}' or '(' or ')' or '[' or ']' or ';' or ',' or ':' or '=':
                _position++;
                return new(MofTokenKind.Punctuator, start, c.ToString());
            case '+' or '-' or '.' or (>= '0' and <= '9'):
                return ReadNumber(start);
            default:
                throw new MofException(start, "a MOF token", DescribeHere());
        }
    }

    private char At(int offset) => _position + offset < _text.Length ? _text[_position + offset] : '\0';

    private void SkipBlanksAndComments()
    {
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (c == '/' && At(1) == '/')
            {
                while (_position < _text.Length && _text[_position] is not ('\n' or '\r'))
                    _position++;
            }
            else if (c == '/' && At(1) == '*')
            {
                var start = Here;
                _position += 2;
                while (At(0) != '*' || At(1) != '/')
                {
                    if (_position >= _text.Length)
                        throw new MofException(start, "\"*/\" that ends this comment", "the end of the text");
                    Advance();
                }
                _position += 2;
            }
            else if (c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                Advance();
            }
            else
            {
                return;
            }
        }
    }

    // One character on, counting lines; CR LF is one line end.
    private void Advance()
    {
        var c = _text[_position++];
        if (c == '\n' || (c == '\r' && At(0) != '\n'))
        {
            _line++;
            _lineStart = _position;
        }
    }

    private string ReadIdentifier()
    {
        var start = _position;
        while (_position < _text.Length && IsIdentifierPart(_text[_position]))
            _position++;
        return _text.Substring(start, _position - start);
    }

    private string ReadString(MofLocation start)
    {
        _position++;
        var plain = _position;
        StringBuilder? builder = null;
        while (true)
        {
            if (_position >= _text.Length)
                throw new MofException(start, "a closing quote for this string", "the end of the text");
            var c = _text[_position];
            if (c == '"')
                break;
            if (c == '\\')
            {
                builder ??= new();
                builder.Append(_text, plain, _position - plain).Append(ReadEscape());
                plain = _position;
                continue;
            }
            if (c is '\n' or '\r' && !_multilineStrings)
                throw new MofException(Here, "a closing quote", "the end of the line");
            Advance();
        }
        var last = _text.Substring(plain, _position - plain);
        _position++;
        return builder is null ? last : builder.Append(last).ToString();
    }

    private char ReadChar(MofLocation start)
    {
        _position++;
        if (_position >= _text.Length)
            throw new MofException(start, "a character and a closing quote", "the end of the text");
        if (_text[_position] is '\'' or '\n' or '\r')
            throw new MofException(Here, "a character", _text[_position] == '\'' ? "a closing quote" : "the end of the line");
        var value = _text[_position] == '\\' ? ReadEscape() : _text[_position++];
        if (At(0) != '\'')
            throw new MofException(Here, "a closing quote after one character", DescribeHere());
        _position++;
        return value;
    }

    private char ReadEscape()
    {
        var start = Here;
        _position++;
        var c = At(0);
        if (c is 'x' or 'X')
        {
            _position++;
            int value = 0, digits = 0;
            while (digits < 4 && HexDigit(At(0)) is >= 0 and var digit)
            {
                value = value * 16 + digit;
                digits++;
                _position++;
            }
            return digits > 0 ? (char)value : throw new MofException(start, "one to four hexadecimal digits after \\x", DescribeHere());
        }
        var result = c switch
        {
            'b' => '\b',
            't' => '\t',
            'n' => '\n',
            'f' => '\f',
            'r' => '\r',
            '"' or '\'' or '\\' => c,
            _ => throw new MofException(start, "one of the escapes \\b \\t \\n \\f \\r \\\" \\' \\\\ \\xHHHH",
                _position < _text.Length ? $"\\{Printable(c)}" : "the end of the text"),
        };
        _position++;
        return result;
    }

    private MofToken ReadNumber(MofLocation start)
    {
        var begin = _position;
        var negative = At(0) == '-';
        if (At(0) is '+' or '-')
            _position++;
        if (_position > begin && string.CompareOrdinal(_text, _position, "INF", 0, 3) == 0 && !IsIdentifierPart(At(3)))
        {
            _position += 3;
            return new(MofTokenKind.Real, start, "", Real: negative ? double.NegativeInfinity : double.PositiveInfinity);
        }
        var digits = _position;
        if (At(0) == '0' && At(1) is 'x' or 'X')
        {
            _position += 2;
            return Integer(start, negative, 16, _position, ReadDigits());
        }
        while (IsDigit(At(0)))
            _position++;
        if (At(0) == '.')
            return ReadReal(start, begin);
        if (_position == digits)
            throw new MofException(start, "a number", $"\"{_text[begin]}\"");
        _position = digits;
        var end = ReadDigits();
        if (end - digits > 1 && _text[end - 1] is 'b' or 'B')
            return Integer(start, negative, 2, digits, end - 1);
        return _text[digits] == '0' && end - digits > 1
            ? Integer(start, negative, 8, digits + 1, end)
            : Integer(start, negative, 10, digits, end);
    }

    // Everything that could be meant to belong to the number, so that "12abc" is one wrong number and not two tokens.
    private int ReadDigits()
    {
        while (IsIdentifierPart(At(0)))
            _position++;
        return _position;
    }

    private MofToken ReadReal(MofLocation start, int begin)
    {
        _position++;
        if (!IsDigit(At(0)))
            throw new MofException(start, "a digit after the decimal point", DescribeHere());
        while (IsDigit(At(0)))
            _position++;
        if (At(0) is 'e' or 'E')
        {
            _position++;
            if (At(0) is '+' or '-')
                _position++;
            if (!IsDigit(At(0)))
                throw new MofException(start, "a digit in the exponent", DescribeHere());
            while (IsDigit(At(0)))
                _position++;
        }
        if (IsIdentifierPart(At(0)) || At(0) == '.')
            throw new MofException(start, "a real number", $"\"{MofToken.Shorten(_text.Substring(begin, _position + 1 - begin))}\"");
        var text = _text.Substring(begin, _position - begin);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsInfinity(value)
            ? new(MofTokenKind.Real, start, "", Real: value)
            : throw new MofException(start, "a real number of at most 64 bits", "a larger one");
    }

    private MofToken Integer(MofLocation start, bool negative, uint radix, int from, int to)
    {
        ulong magnitude = 0;
        var ok = to > from;
        for (var i = from; i < to && ok; i++)
        {
            var digit = HexDigit(_text[i]);
            if (digit < 0 || digit >= radix)
                throw new MofException(start, radix switch
                {
                    2 => "a binary integer",
                    8 => "an octal integer (it begins with 0)",
                    16 => "a hexadecimal integer",
                    _ => "a decimal integer",
                }, $"\"{MofToken.Shorten(_text.Substring(from, to - from))}\"");
            if (magnitude > (ulong.MaxValue - (uint)digit) / radix)
                throw new MofException(start, "an integer of at most 64 bits", "a larger one");
            magnitude = magnitude * radix + (uint)digit;
        }
        if (!ok)
            throw new MofException(start, "digits after 0x", DescribeHere());
        return negative && magnitude > 1UL << 63
            ? throw new MofException(start, "an integer of at most 64 bits", "a smaller one")
            : new(MofTokenKind.Integer, start, "", negative && magnitude != 0, magnitude);
    }

    private string DescribeHere() => _position >= _text.Length ? "the end of the text" : $"\"{Printable(_text[_position])}\"";

    private static string Printable(char c) => c < ' ' || c == '\x7F' || char.IsSurrogate(c)
        ? "\\x" + ((int)c).ToString("X4", CultureInfo.InvariantCulture)
        : c.ToString();

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsIdentifierStart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' || (c >= 0x80 && char.IsLetter(c));

    private static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || IsDigit(c);

    private static int HexDigit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
