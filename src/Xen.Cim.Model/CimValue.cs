using System.Globalization;

namespace Xen.Cim.Model;

/// <summary>How CIM values live in .NET, and how they are converted, compared and printed.</summary>
/// <remarks>
/// A scalar is a boxed <c>bool, byte, sbyte, ushort, short, uint, int, ulong, long, float, double, char, string</c>,
/// a <see cref="CimDateTime"/> or a <see cref="CimObjectPath"/>; an embedded object is a <see cref="CimInstance"/> or a
/// <see cref="CimClass"/>. An array is a .NET array: of the plain type (<c>ushort[]</c>) or, where an element may be
/// NULL, of its nullable (<c>ushort?[]</c>). NULL is null.
/// </remarks>
public static class CimValue
{
    private static readonly Type[] s_clrTypes =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(ushort), typeof(short), typeof(uint), typeof(int), typeof(ulong),
        typeof(long), typeof(float), typeof(double), typeof(char), typeof(string), typeof(CimDateTime), typeof(CimObjectPath),
    ];

    private static readonly string[] s_names =
    [
        "boolean", "uint8", "sint8", "uint16", "sint16", "uint32", "sint32", "uint64", "sint64", "real32", "real64", "char16",
        "string", "datetime", "reference",
    ];

    public static Type ClrType(CimType type) => s_clrTypes[(int)type];

    /// <summary>The name that CIM-XML and MOF use ("uint16"; "reference" for a reference).</summary>
    public static string Name(CimType type) => s_names[(int)type];

    public static bool TryParseTypeName(ReadOnlySpan<char> name, out CimType type)
    {
        for (var i = 0; i < s_names.Length; i++)
        {
            if (name.Equals(s_names[i], StringComparison.OrdinalIgnoreCase))
            {
                type = (CimType)i;
                return true;
            }
        }
        type = default;
        return false;
    }

    public static bool IsInteger(CimType type) => type is >= CimType.UInt8 and <= CimType.SInt64;

    /// <summary>The elements of a CIM array; a NULL element is null.</summary>
    public static IEnumerable<object?> Elements(Array array)
    {
        foreach (var element in array)
            yield return element;
    }

    /// <summary>Builds a CIM array from its elements: the plain .NET type, or its nullable when an element is null.</summary>
    public static Array ToArray(CimType type, IReadOnlyList<object?> elements)
    {
        var element = elements.Count > 0 && elements.Any(e => e is CimInstance or CimClass) ? typeof(object) : ClrType(type);
        if (element.IsValueType && elements.Contains(null))
            element = typeof(Nullable<>).MakeGenericType(element);
        if (element == typeof(object) && elements.All(e => e is CimInstance or null))
            element = typeof(CimInstance);
        var array = Array.CreateInstance(element, elements.Count);
        for (var i = 0; i < elements.Count; i++)
            array.SetValue(elements[i], i);
        return array;
    }

    /// <summary>Reads a scalar from the text that CIM-XML, a key binding or an untyped parameter carries.</summary>
    /// <exception cref="CimException">TYPE_MISMATCH: the text is not a value of the type, or out of its range.</exception>
    public static object Parse(CimType type, string text)
    {
        var trimmed = type is CimType.String ? text : text.Trim();
        object? value = type switch
        {
            CimType.String => text,
            CimType.Boolean => trimmed.Equals("true", StringComparison.OrdinalIgnoreCase) ? true
                : trimmed.Equals("false", StringComparison.OrdinalIgnoreCase) ? false : null,
            CimType.Char16 => text.Length == 1 ? text[0] : trimmed.Length == 1 ? trimmed[0] : null,
            CimType.DateTime => CimDateTime.TryParse(trimmed, out var d) ? d : null,
            CimType.Reference => CimObjectPath.Parse(text),
            CimType.Real32 => ParseReal(trimmed) is { } f ? (float)f : null,
            CimType.Real64 => ParseReal(trimmed),
            _ => TryParseInteger(trimmed, out var negative, out var magnitude) ? ToInteger(type, negative, magnitude) : null,
        };
        return value ?? throw new CimException(CimStatus.TypeMismatch, $"\"{Shorten(text)}\" is not a value of CIM type {Name(type)}.");
    }

    /// <summary>Converts a scalar to another CIM type where no information is lost; null where it would be.</summary>
    public static object? TryConvert(CimType type, object value)
    {
        if (value.GetType() == ClrType(type))
            return value;
        try
        {
            return value switch
            {
                string text => Parse(type, text),
                CimInstance or CimClass => type == CimType.String ? value : null,
                bool or CimDateTime or CimObjectPath or char => type == CimType.String ? Format(value) : null,
                float or double => type switch
                {
                    CimType.Real32 => (float)Convert.ToDouble(value, CultureInfo.InvariantCulture),
                    CimType.Real64 => Convert.ToDouble(value, CultureInfo.InvariantCulture),
                    _ => null,
                },
                _ => type switch
                {
                    CimType.String => Format(value),
                    CimType.Real32 => Convert.ToSingle(value, CultureInfo.InvariantCulture),
                    CimType.Real64 => Convert.ToDouble(value, CultureInfo.InvariantCulture),
                    _ => IsInteger(type) ? Parse(type, Format(value)) : null,
                },
            };
        }
        catch (CimException)
        {
            return null;
        }
    }

    /// <summary>
    /// What a client gave for a scalar of a type, or null where it is none: text for what it spells and a number of another
    /// width, as clients really send them, but for a string nothing but text (or an embedded object).
    /// </summary>
    public static object? Accept(CimType type, object value) => type == CimType.String && value is not (string or CimInstance or CimClass) ? null : TryConvert(type, value);

    /// <summary>The type of a scalar; embedded objects are strings.</summary>
    public static CimType TypeOf(object value) => Array.IndexOf(s_clrTypes, value.GetType()) is >= 0 and var index ? (CimType)index : CimType.String;

    /// <summary>A scalar for an error message, with its type where it is no text: "x", uint32 5.</summary>
    public static string Describe(object value) => TypeOf(value) is not CimType.String and var type ? $"{Name(type)} {Shorten(Format(value))}" : $"\"{Shorten(Format(value))}\"";

    /// <summary>The text of a scalar as CIM-XML writes it.</summary>
    public static string Format(object value) => value switch
    {
        string s => s,
        bool b => b ? "true" : "false",
        char c => c.ToString(),
        float f => FormatReal(f, f.ToString("R", CultureInfo.InvariantCulture)),
        double d => FormatReal(d, d.ToString("R", CultureInfo.InvariantCulture)),
        Enum e => Format(Convert.ChangeType(e, Enum.GetUnderlyingType(e.GetType()), CultureInfo.InvariantCulture)),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Whether two CIM values (scalars or arrays) are the same; array order counts.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        if (left is Array a && right is Array b)
            return a.Length == b.Length && Elements(a).Zip(Elements(b)).All(pair => AreEqual(pair.First, pair.Second));
        return Equals(left, right);
    }

    private static string FormatReal(double value, string text) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "INF",
        double.NegativeInfinity => "-INF",
        _ => text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? text : text + ".0",
    };

    private static double? ParseReal(string text) => text switch
    {
        "NaN" => double.NaN,
        "INF" or "+INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) && double.IsFinite(d) ? d : null,
    };

    // Decimal, hexadecimal (0x), octal (leading 0) and binary (trailing b) as in DSP0004's grammar.
    private static bool TryParseInteger(string text, out bool negative, out ulong magnitude)
    {
        negative = text.StartsWith('-');
        var digits = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out magnitude);
        if (digits.Length > 1 && digits[^1] is 'b' or 'B')
            return ulong.TryParse(digits[..^1], NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out magnitude);
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude);
    }

    private static object? ToInteger(CimType type, bool negative, ulong magnitude)
    {
        if (negative && magnitude > 1UL << 63)
            return null;
        var signed = negative ? unchecked(-(long)magnitude) : 0;
        return type switch
        {
            CimType.UInt8 => !negative && magnitude <= byte.MaxValue ? (byte)magnitude : null,
            CimType.UInt16 => !negative && magnitude <= ushort.MaxValue ? (ushort)magnitude : null,
            CimType.UInt32 => !negative && magnitude <= uint.MaxValue ? (uint)magnitude : null,
            CimType.UInt64 => !negative || magnitude == 0 ? magnitude : null,
            CimType.SInt8 => negative ? signed >= sbyte.MinValue ? (sbyte)signed : null : magnitude <= 127 ? (sbyte)magnitude : null,
            CimType.SInt16 => negative ? signed >= short.MinValue ? (short)signed : null : magnitude <= 32767 ? (short)magnitude : null,
            CimType.SInt32 => negative ? signed >= int.MinValue ? (int)signed : null : magnitude <= int.MaxValue ? (int)magnitude : null,
            CimType.SInt64 => negative ? signed : magnitude <= long.MaxValue ? (long)magnitude : null,
            _ => null,
        };
    }

    internal static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
