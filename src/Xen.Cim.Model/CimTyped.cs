namespace Xen.Cim.Model;

/// <summary>Reads stored CIM values as .NET types; what generated classes are made with.</summary>
public static class CimTyped
{
    private static readonly object s_true = true, s_false = false;

    // Value maps are counted from nought.
    private static readonly object[] s_small = [.. Enumerable.Range(0, 64).Select(n => (object)(ushort)n)];

    /// <summary>A boolean as it is stored. There are but two, and instances have many.</summary>
    public static object? Box(bool? value) => value is { } known ? known ? s_true : s_false : null;

    /// <summary>A uint16, mostly a value of a map, as it is stored.</summary>
    public static object? Box(ushort? value) => value is { } known ? known < s_small.Length ? s_small[known] : known : null;

    /// <summary>A scalar; null for NULL and for a value of another type.</summary>
    public static T? Scalar<T>(object? value)
        where T : struct => value is T typed ? typed : null;

    /// <summary>An array; null for NULL and for a value of another type.</summary>
    /// <exception cref="CimException">TYPE_MISMATCH: an element is NULL.</exception>
    public static T[]? Array<T>(object? value, string name)
        where T : struct => value switch
        {
            T[] plain => plain,
            T?[] nullable => System.Array.ConvertAll(nullable, e => e
                ?? throw new CimException(CimStatus.TypeMismatch, $"{name} has an element that is NULL; each must have a value.")),
            _ => null,
        };

    /// <summary>An array whose elements are converted one by one.</summary>
    /// <inheritdoc cref="Array{T}(object?, string)"/>
    public static TResult[]? Array<T, TResult>(object? value, string name, Converter<T, TResult> convert)
        where T : struct => Array<T>(value, name) is { } plain ? System.Array.ConvertAll(plain, convert) : null;
}
