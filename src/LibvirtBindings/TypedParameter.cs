using System.Globalization;

namespace Libvirt;

/// <summary>A named value whose type is known at run time only (<c>virTypedParameter</c>).</summary>
public readonly record struct TypedParameter
{
    private readonly long bits;
    private readonly string? text;

    private TypedParameter(string name, TypedParameterType type, long bits, string? text = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Type = type;
        this.bits = bits;
        this.text = text;
    }

    /// <summary>At most 79 bytes of UTF-8.</summary>
    public string Name { get; }

    public TypedParameterType Type { get; }

    public static TypedParameter Int(string name, int value) => new(name, TypedParameterType.Int, value);

    public static TypedParameter UInt(string name, uint value) => new(name, TypedParameterType.Uint, value);

    public static TypedParameter Int64(string name, long value) => new(name, TypedParameterType.Llong, value);

    public static TypedParameter UInt64(string name, ulong value) => new(name, TypedParameterType.Ullong, unchecked((long)value));

    public static TypedParameter Double(string name, double value) => new(name, TypedParameterType.Double, BitConverter.DoubleToInt64Bits(value));

    public static TypedParameter Boolean(string name, bool value) => new(name, TypedParameterType.Boolean, value ? 1 : 0);

    public static TypedParameter String(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(name, TypedParameterType.String, 0, value);
    }

    /// <summary>The value as a signed number.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    /// <exception cref="InvalidOperationException">It is no whole number.</exception>
    public long AsInt64() => Type switch
    {
        TypedParameterType.Ullong => checked((long)unchecked((ulong)bits)),
        TypedParameterType.Double or TypedParameterType.String => throw Mismatch("whole number"),
        _ => bits,
    };

    /// <summary>The value as an unsigned number.</summary>
    /// <exception cref="OverflowException">It is negative.</exception>
    /// <exception cref="InvalidOperationException">It is no whole number.</exception>
    public ulong AsUInt64() => Type switch
    {
        TypedParameterType.Ullong => unchecked((ulong)bits),
        TypedParameterType.Double or TypedParameterType.String => throw Mismatch("whole number"),
        _ => checked((ulong)bits),
    };

    /// <summary>The value as a floating point number; whole numbers are converted.</summary>
    public double AsDouble() => Type switch
    {
        TypedParameterType.Double => BitConverter.Int64BitsToDouble(bits),
        TypedParameterType.Ullong => unchecked((ulong)bits),
        TypedParameterType.String => throw Mismatch("number"),
        _ => bits,
    };

    public bool AsBoolean() => Type == TypedParameterType.Boolean ? bits != 0 : throw Mismatch("boolean");

    public string AsString() => Type == TypedParameterType.String ? text! : throw Mismatch("string");

    /// <summary>The value in the .NET type that fits <see cref="Type"/>.</summary>
    public object Value => Type switch
    {
        TypedParameterType.Int => (int)bits,
        TypedParameterType.Uint => (uint)bits,
        TypedParameterType.Llong => bits,
        TypedParameterType.Ullong => unchecked((ulong)bits),
        TypedParameterType.Double => AsDouble(),
        TypedParameterType.Boolean => bits != 0,
        _ => text ?? "",
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}={Value}");

    private InvalidOperationException Mismatch(string wanted) => new($"The parameter {Name} is of type {Type} and not a {wanted}.");
}
