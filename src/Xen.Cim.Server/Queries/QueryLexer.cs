using System.Globalization;
using System.Text;

namespace Xen.Cim.Server.Queries;

/// <summary>Cuts a query into words, literals and symbols.</summary>
internal static class QueryLexer
{
    private static readonly string[] s_symbols = ["<>", "!=", "<=", ">=", "::", "||", "=", "<", ">", "(", ")", "[", "]", "{", "}", ",", ".", "*", "#", ";", ":", "+", "-", "/"];

    /// <exception cref="Model.CimException">INVALID_QUERY.</exception>
    public static List<QueryToken> Read(string text)
    {
        var tokens = new List<QueryToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
            {
                tokens.Add(new(QueryTokenKind.End, "", at + 1));
                return tokens;
            }
            var start = at;
            var c = text[at];
            if (IsLetter(c))
            {
                while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at])))
                    at++;
                tokens.Add(new(QueryTokenKind.Word, text[start..at], start + 1));
            }
            else if (c is '\'' or '"')
            {
                tokens.Add(new(QueryTokenKind.Text, Text(text, ref at), start + 1));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                tokens.Add(Number(text, ref at));
            }
            else if (Array.Find(s_symbols, s => text.AsSpan(start).StartsWith(s, StringComparison.Ordinal)) is { } symbol)
            {
                at += symbol.Length;
                tokens.Add(new(QueryTokenKind.Symbol, symbol, start + 1));
            }
            else
            {
                throw QueryError.Invalid(text, start + 1, $"'{c}' has no place in a query");
            }
        }
    }

    // As in DSP0004's identifiers.
    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    // A backslash in front of anything else than what it escapes stays: it may belong to a pattern.
    private static string Text(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote)
            {
                if (at == text.Length || text[at] != quote)
                    return value.ToString();
                at++;
            }
            else if (c == '\\' && at < text.Length)
            {
                var escaped = text[at++];
                switch (escaped)
                {
                    case '\\' or '\'' or '"':
                        value.Append(escaped);
                        continue;
                    case 'u' when at + 4 <= text.Length && ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                        value.Append((char)code);
                        at += 4;
                        continue;
                    default:
                        value.Append('\\').Append(escaped);
                        continue;
                }
            }
            value.Append(c);
        }
        throw QueryError.Invalid(text, start + 1, $"the string that begins here has no closing {quote}");
    }

    // 12, 0x1F, 101b, 1.5, 1.5e-3.
    private static QueryToken Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.'
            || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E' && !text.AsSpan(start).StartsWith("0x", StringComparison.OrdinalIgnoreCase))))
        {
            at++;
        }
        var number = text[start..at];
        var isHex = number.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isReal = !isHex && number.AsSpan().ContainsAny('.', 'e', 'E');
        return new(isReal ? QueryTokenKind.Real : QueryTokenKind.Integer, number, start + 1);
    }
}
