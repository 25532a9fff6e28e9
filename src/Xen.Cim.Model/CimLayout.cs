namespace Xen.Cim.Model;

[Flags]
public enum CimPropertyFlags : byte
{
    None = 0,
    Key = 1,
    /// <summary>The value is an embedded instance (EmbeddedInstance qualifier).</summary>
    EmbeddedInstance = 2,
    /// <summary>The value is an embedded instance or class (EmbeddedObject qualifier).</summary>
    EmbeddedObject = 4,
}

/// <summary>One property of a layout.</summary>
/// <param name="Name">The name as the MOF spells it.</param>
/// <param name="Utf8">Address of the name as NUL-terminated UTF-8 that lives as long as the process, or 0.</param>
public sealed record CimPropertyInfo(string Name, CimType Type, bool IsArray, CimPropertyFlags Flags = CimPropertyFlags.None, nint Utf8 = 0)
{
    public bool IsKey => (Flags & CimPropertyFlags.Key) != 0;
}

/// <summary>
/// The shape of a class: its name, its superclass's shape and all its properties, inherited ones first, so that a
/// property has the same ordinal in every subclass. Generated types carry a static one; instances of classes that are
/// not known at build time make their own.
/// </summary>
public sealed class CimLayout
{
    private readonly Dictionary<string, int> _ordinals;
    private readonly CimPropertyInfo[] _properties;

    /// <param name="overrides">New properties, and overrides of inherited ones (which keep their ordinal). An array: code for spans of each length would have to be compiled at each start.</param>
    public CimLayout(string className, CimLayout? super, bool isAssociation, params CimPropertyInfo[] overrides)
    {
        ClassName = className;
        Super = super;
        IsAssociation = isAssociation || super is { IsAssociation: true };
        var properties = new List<CimPropertyInfo>(super?._properties ?? []);
        _ordinals = super is null ? new(StringComparer.OrdinalIgnoreCase) : new(super._ordinals, StringComparer.OrdinalIgnoreCase);
        foreach (var property in overrides)
        {
            if (_ordinals.TryGetValue(property.Name, out var ordinal))
            {
                properties[ordinal] = property;
                continue;
            }
            _ordinals.Add(property.Name, properties.Count);
            properties.Add(property);
        }
        _properties = properties.ToArray();
    }

    public string ClassName { get; }

    public CimLayout? Super { get; }

    public bool IsAssociation { get; }

    public IReadOnlyList<CimPropertyInfo> Properties => _properties;

    /// <summary>The ordinal of a property, or -1.</summary>
    public int OrdinalOf(string name) => _ordinals.TryGetValue(name, out var ordinal) ? ordinal : -1;

    /// <summary>Whether this is the named class or a subclass of it.</summary>
    public bool IsA(string className)
    {
        for (var layout = this; layout is not null; layout = layout.Super)
        {
            if (layout.ClassName.Equals(className, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
