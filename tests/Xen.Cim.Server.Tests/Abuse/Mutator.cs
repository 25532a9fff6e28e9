using System.Globalization;
using System.Security;
using System.Text;

namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>Changes requests at random, the same way for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] s_tokens =
    [
        "<", ">", "&", "\"", "'", "/>", "</VALUE>", "<VALUE>", "<VALUE/>", "<VALUE.NULL/>", "<VALUE.ARRAY>", "</VALUE.ARRAY>", "<VALUE.REFARRAY/>", "<![CDATA[", "]]>", "<!--", "-->",
        "<?x?>", "<!DOCTYPE CIM [<!ENTITY a \"b\">]>", "&a;", "&amp;", "&#0;", "&#x110000;", "&#55296;", "&lt;INSTANCE CLASSNAME=&quot;Test_Canned&quot;/&gt;", "&lt;INSTANCE", "xmlns=\"x\"", "x:",
        "NAME=\"\"", "NAME=\"Test_Canned\"", "NAME=\"Test_CannedLink\"", "TYPE=\"uint64\"", "PARAMTYPE=\"reference\"", "EmbeddedObject=\"instance\"", "EMBEDDEDOBJECT=\"object\"", "ARRAYSIZE=\"-1\"",
        "<QUALIFIER NAME=\"Key\" TYPE=\"boolean\"><VALUE>TRUE</VALUE></QUALIFIER>", "<PROPERTY NAME=\"InstanceID\" TYPE=\"string\"><VALUE>x</VALUE></PROPERTY>", "<IPARAMVALUE NAME=\"ClassName\"/>",
        "<IPARAMVALUE NAME=\"PropertyList\"><VALUE.ARRAY><VALUE.NULL/></VALUE.ARRAY></IPARAMVALUE>", "<INSTANCENAME CLASSNAME=\"Test_Canned\"/>", "<CLASSNAME NAME=\"\"/>", "<MULTIREQ>", "<SIMPLEREQ>",
        "<KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"numeric\">0x</KEYVALUE></KEYBINDING>", "instance of Test_Canned { InstanceID = \"x\"; };", "instance of {", "\0", "\ud7ff", "\ufffe", "\u202e",
    ];

    private static readonly string[] s_numbers = ["0", "-0", "-1", "1", "255", "256", "65536", "4294967296", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1e999", "NaN", "INF", "0x", "+", "99999999999999999999999999999999"];
    private static readonly byte[] s_bytes = [0, 9, 10, 13, (byte)'<', (byte)'&', (byte)'"', 0x7f, 0x80, 0xbf, 0xc0, 0xc3, 0xe2, 0xed, 0xf4, 0xff];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    public byte[] Mutate(byte[] request, byte[] other)
    {
        // Most stay well-formed, to get past the parser.
        var gentle = _random.Next(3) != 0;
        for (var i = Pick([0, 1, 1, 1, 2, 2, 3, 5, 9]); i > 0; i--)
            request = gentle ? Gently(request, other) : Once(request, other);
        return request;
    }

    // Other values, elements more or less, elements of other requests.
    private byte[] Gently(byte[] request, byte[] other)
    {
        // Not the envelope, which is the same in all of them.
        var from = Math.Max(0, request.AsSpan().IndexOf("</LOCALNAMESPACEPATH>"u8));
        var at = request.Length - from > 100 ? from + _random.Next(request.Length - from - 60) : _random.Next(request.Length);
        return _random.Next(5) switch
        {
            0 => Element(request, at, repeat: _random.Next(3)),
            1 => Element(request, at, repeat: 1, Foreign(other)),
            2 => AtTag(request, at) is var tag ? Replace(request, tag, tag, Foreign(other)) : request,
            _ => Quoted(request, at, escape: true),
        };
    }

    private byte[] Foreign(byte[] other)
    {
        if (_random.Next(3) == 0)
            return Encoding.UTF8.GetBytes(Pick(s_tokens.Where(t => t.StartsWith('<') && (t.EndsWith("/>", StringComparison.Ordinal) || t.Contains("</", StringComparison.Ordinal)) && t[1] != '/').ToList()));
        return Bounds(other, _random.Next(other.Length)) is (var open, var end) ? other[open..end] : [];
    }

    private byte[] Once(byte[] request, byte[] other)
    {
        if (request.Length == 0)
            return Encoding.UTF8.GetBytes(Pick(s_tokens));
        var at = _random.Next(request.Length);
        var end = Math.Min(request.Length, at + 1 + _random.Next(_random.Next(4) == 0 ? 400 : 20));
        return _random.Next(11) switch
        {
            0 => Replace(request, at, at + 1, [(byte)(request[at] ^ (1 << _random.Next(8)))]),
            1 => Replace(request, at, at + 1, [Pick(s_bytes)]),
            2 => Replace(request, at, end, []),
            3 => Replace(request, at, at, request[at..end]),
            4 => request[..at],
            5 => Replace(request, at, at, Encoding.UTF8.GetBytes(Pick(s_tokens))),
            6 => AtTag(request, at) is var tag ? Replace(request, tag, tag, Encoding.UTF8.GetBytes(Pick(s_tokens))) : request,
            7 => Quoted(request, at, escape: false),
            8 => Element(request, at, repeat: _random.Next(3)),
            9 => [.. request[..at], .. other[_random.Next(other.Length)..]],
            _ => Nest(request, at),
        };
    }

    private static byte[] Replace(byte[] request, int from, int to, byte[] by) => [.. request[..from], .. by, .. request[to..]];

    private static int AtTag(byte[] request, int at) => Array.IndexOf(request, (byte)'<', at) is >= 0 and var tag ? tag : at;

    // Another value for an attribute, or a text.
    private byte[] Quoted(byte[] request, int at, bool escape)
    {
        var open = Array.FindIndex(request, at, b => b is (byte)'"' or (byte)'>');
        var close = open < 0 ? -1 : Array.FindIndex(request, open + 1, b => b is (byte)'"' or (byte)'<');
        if (close < 0)
            return request;
        var value = _random.Next(4) switch
        {
            0 => Pick(s_numbers),
            1 => "",
            2 => new string('A', 1 << _random.Next(14)),
            _ => Pick(s_tokens),
        };
        // Text between elements has no place there, and attributes without values neither.
        if (escape && (request[open] != (byte)'"' || request[close] != (byte)'"' || request[open - 1] != (byte)'=') && request.AsSpan(open + 1, close - open - 1).Trim(" \r\n"u8).IsEmpty)
            return request;
        return Replace(request, open + 1, close, Encoding.UTF8.GetBytes(escape ? SecurityElement.Escape(value.Replace("\0", "", StringComparison.Ordinal)) : value));
    }

    // Leaves an element out, or has it twice or thrice.
    private static byte[] Element(byte[] request, int at, int repeat, byte[]? by = null)
    {
        if (Bounds(request, at) is not (var open, var end))
            return request;
        var element = by ?? request[open..end];
        return Replace(request, open, end, [.. Enumerable.Repeat(element, repeat).SelectMany(e => e)]);
    }

    // Where the next element begins and ends.
    private static (int Open, int End)? Bounds(byte[] request, int at)
    {
        int open;
        do
        {
            open = Array.IndexOf(request, (byte)'<', at);
            at = open + 1;
        }
        while (open >= 0 && at < request.Length && request[at] == (byte)'/');
        var close = open < 0 ? -1 : Array.IndexOf(request, (byte)'>', open);
        if (close < 0)
            return null;
        var name = Encoding.UTF8.GetString(request, open + 1, close - open - 1).Split(' ', '/')[0];
        if (request[close - 1] != (byte)'/' && name.Length > 0)
        {
            var ending = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"</{name}>"));
            var found = request.AsSpan(close).IndexOf(ending);
            if (found >= 0)
                close += found + ending.Length - 1;
        }
        return (open, close + 1);
    }

    private byte[] Nest(byte[] request, int at)
    {
        var depth = 1 << _random.Next(11);
        var name = Pick(["VALUE.ARRAY", "VALUE", "INSTANCE", "KEYBINDING", "VALUE.REFERENCE", "x"]);
        var tag = AtTag(request, at);
        var close = _random.Next(2) == 0 ? string.Concat(Enumerable.Repeat($"</{name}>", depth)) : "";
        return Replace(request, tag, tag, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"<{name}>", depth)) + close));
    }
}
