using System.Collections;

namespace Libvirt;

/// <summary>Parameters as libvirt gave them, in its order.</summary>
public sealed class TypedParameters : IReadOnlyList<TypedParameter>
{
    private readonly TypedParameter[] items;

    internal TypedParameters(TypedParameter[] items) => this.items = items;

    public int Count => items.Length;

    public TypedParameter this[int index] => items[index];

    /// <summary>The parameter with a name, or null.</summary>
    public TypedParameter? Find(string name)
    {
        foreach (ref readonly var item in items.AsSpan())
        {
            if (item.Name == name)
                return item;
        }
        return null;
    }

    /// <summary>A whole number by name; null when it is not there.</summary>
    public ulong? GetUInt64(string name) => Find(name)?.AsUInt64();

    /// <summary>A whole number by name; null when it is not there.</summary>
    public long? GetInt64(string name) => Find(name)?.AsInt64();

    /// <summary>A number by name; null when it is not there.</summary>
    public double? GetDouble(string name) => Find(name)?.AsDouble();

    /// <summary>A truth value by name; null when it is not there.</summary>
    public bool? GetBoolean(string name) => Find(name)?.AsBoolean();

    /// <summary>A text by name; null when it is not there.</summary>
    public string? GetString(string name) => Find(name)?.AsString();

    public IEnumerator<TypedParameter> GetEnumerator() => ((IEnumerable<TypedParameter>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();
}
