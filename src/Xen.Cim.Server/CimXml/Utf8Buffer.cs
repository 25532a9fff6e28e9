using System.Buffers;
using System.Text;

namespace Xen.Cim.Server.CimXml;

/// <summary>A growing, pooled buffer that XML is written into as UTF-8.</summary>
/// <remarks>Not thread-safe. After <see cref="Dispose"/> it is empty and may be used again.</remarks>
public sealed class Utf8Buffer : IDisposable
{
    // Everything that cannot stand as it is in text and attributes. A lone surrogate is replaced by the encoder.
    private static readonly SearchValues<char> s_special = SearchValues.Create(
        "<>&\"'\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017"
        + "\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\ufffe\uffff");

    private static readonly SearchValues<byte> s_markup = SearchValues.Create("<>&\"'\r"u8);

    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Forgets everything after a position.</summary>
    public void Truncate(int length) => _length = length;

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Space(utf8.Length));
        _length += utf8.Length;
    }

    /// <summary>A name of the schema, which needs no escaping.</summary>
    public void Name(string name)
    {
        var space = Space(name.Length * 3);
        _length += Encoding.UTF8.GetBytes(name, space);
    }

    /// <summary>Element content; a character that XML cannot carry becomes U+FFFD (DSP0201 has no form for it).</summary>
    public void Text(ReadOnlySpan<char> text) => Escaped(text, attribute: false);

    /// <summary>An attribute's value; white space survives a reader's normalisation.</summary>
    public void Attribute(ReadOnlySpan<char> text) => Escaped(text, attribute: true);

    public void Number<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(Space(32), out var written, default, null);
        _length += written;
    }

    /// <summary>XML that becomes text of other XML.</summary>
    public void EscapedXml(ReadOnlySpan<byte> xml)
    {
        while (true)
        {
            var i = xml.IndexOfAny(s_markup);
            if (i < 0)
            {
                Raw(xml);
                return;
            }
            Raw(xml[..i]);
            Raw(Entity((char)xml[i], attribute: false));
            xml = xml[(i + 1)..];
        }
    }

    private void Escaped(ReadOnlySpan<char> text, bool attribute)
    {
        while (true)
        {
            var i = text.IndexOfAny(s_special);
            var plain = i < 0 ? text : text[..i];
            if (plain.Length > 0)
                _length += Encoding.UTF8.GetBytes(plain, Space(plain.Length * 3));
            if (i < 0)
                return;
            Raw(Entity(text[i], attribute));
            text = text[(i + 1)..];
        }
    }

    private static ReadOnlySpan<byte> Entity(char c, bool attribute) => c switch
    {
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '&' => "&amp;"u8,
        '"' => "&quot;"u8,
        '\'' => "&apos;"u8,
        '\r' => "&#13;"u8,
        '\n' => attribute ? "&#10;"u8 : "\n"u8,
        '\t' => attribute ? "&#9;"u8 : "\t"u8,
        _ => "\uFFFD"u8,
    };

    private Span<byte> Space(int size)
    {
        if (_bytes.Length - _length < size)
        {
            var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(4096, _bytes.Length * 2), checked(_length + size)));
            _bytes.AsSpan(0, _length).CopyTo(bytes);
            if (_bytes.Length > 0)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = bytes;
        }
        return _bytes.AsSpan(_length);
    }
}
