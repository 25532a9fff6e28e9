using System.Collections.Concurrent;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi;

/// <summary>
/// What the broker needs to know of a class to build its instances fast: the layout that all of them share, the default
/// values, and the ordinals of its property names.
/// </summary>
internal sealed class ClassShape
{
    private readonly (int Ordinal, object Value)[] _defaults;

    public ClassShape(CimClass source, CimLayout layout)
    {
        Source = source;
        Layout = layout;
        _defaults = source.Properties
            .Where(p => p.DefaultValue is not null)
            .Select(p => (layout.OrdinalOf(p.Name), p.DefaultValue!))
            .ToArray();
        Ordinals = new(layout.OrdinalOf);
    }

    public CimClass Source { get; }

    public CimLayout Layout { get; }

    /// <summary>Ordinal of a property by its name as the provider passes it; -1 when the class has none of that name.</summary>
    public Utf8Names<int> Ordinals { get; }

    /// <summary>A new instance with the defaults of the class.</summary>
    public CimInstance NewInstance()
    {
        var instance = new CimInstance(Layout);
        foreach (var (ordinal, value) in _defaults)
            instance.SetAt(ordinal, value);
        return instance;
    }
}

/// <summary>The shapes of the classes that providers build instances of.</summary>
internal sealed class ClassShapes(IBrokerServices classes)
{
    private readonly ConcurrentDictionary<(string Namespace, string Class), ClassShape> _shapes = new(new NameComparer());

    /// <summary>The shape of a class as the repository has it now, or null when it has no such class.</summary>
    public ClassShape? Find(string @namespace, string className)
    {
        if (classes.FindClass(@namespace, className) is not { } source)
            return null;
        if (_shapes.TryGetValue((@namespace, className), out var shape) && ReferenceEquals(shape.Source, source))
            return shape;
        shape = new(source, MakeLayout(@namespace, source, depth: 0));
        _shapes[(@namespace, className)] = shape;
        return shape;
    }

    private CimLayout MakeLayout(string @namespace, CimClass source, int depth)
    {
        const int deepest = 64;
        var super = source.SuperclassName is { } name && depth < deepest && classes.FindClass(@namespace, name) is { } superclass
            ? MakeLayout(@namespace, superclass, depth + 1)
            : null;
        return new(source.Name, super, source.IsAssociation, source.Properties
            .Select(p => new CimPropertyInfo(p.Name, p.Type, p.IsArray, Flags(p)))
            .ToArray());
    }

    private static CimPropertyFlags Flags(CimPropertyDeclaration property)
    {
        var flags = property.IsKey ? CimPropertyFlags.Key : CimPropertyFlags.None;
        if (property.Qualifier("EmbeddedInstance") is { Value: string })
            flags |= CimPropertyFlags.EmbeddedInstance;
        if (property.Is("EmbeddedObject"))
            flags |= CimPropertyFlags.EmbeddedObject;
        return flags;
    }

    private sealed class NameComparer : IEqualityComparer<(string Namespace, string Class)>
    {
        public bool Equals((string Namespace, string Class) x, (string Namespace, string Class) y) =>
            x.Class.Equals(y.Class, StringComparison.OrdinalIgnoreCase) && x.Namespace.Equals(y.Namespace, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Namespace, string Class) name) => HashCode.Combine(
            StringComparer.OrdinalIgnoreCase.GetHashCode(name.Class), StringComparer.OrdinalIgnoreCase.GetHashCode(name.Namespace));
    }
}
