using System.Collections.Generic;
using System.Linq;

namespace Xen.Cim.Generator.Schema;

/// <summary>One value of a value map that stands for itself: no range.</summary>
/// <param name="Identifier">Name in C#, unique within its map.</param>
/// <param name="Value">The integer or the string of the ValueMap qualifier.</param>
/// <param name="Label">The entry of the Values qualifier, or the value.</param>
internal sealed record ValueMapEntry(string Identifier, string Value, string Label);

/// <summary>The ValueMap and Values qualifiers of an element (DSP0004 5.6.3).</summary>
internal sealed class ValueMap(IReadOnlyList<ValueMapEntry> entries)
{
    public IReadOnlyList<ValueMapEntry> Entries { get; } = entries;

    public bool Means(ValueMap? other) => other is not null && Entries.SequenceEqual(other.Entries);
}
