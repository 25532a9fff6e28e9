using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>Binds instance declarations to their classes: types, defaults, aliases, embedded objects.</summary>
internal sealed class InstanceBinder(ClassBinder classes)
{
    /// <summary>How deep embedded instances may hold each other.</summary>
    private const int MaxDepth = 32;

    private readonly Dictionary<string, (string? Namespace, MofInstance Syntax)> _aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _resolving = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<MofInstance, CimInstance> _bound = new(ReferenceEqualityComparer.Instance);

    public void DeclareAlias(string? ns, MofInstance syntax)
    {
        if (!_aliases.TryAdd(syntax.Alias!, (ns, syntax)))
            throw new MofException(syntax.Location, $"the alias ${syntax.Alias} is declared in {_aliases[syntax.Alias!].Syntax.Location} already");
    }

    public CimInstance Bind(string? ns, MofInstance syntax)
    {
        if (_bound.TryGetValue(syntax, out var bound))
            return bound;
        var instance = Bind(ns, syntax, depth: 0);
        try
        {
            instance.Path = instance.MakePath(ns);
        }
        catch (CimException error)
        {
            throw new MofException(syntax.Location, error.Message.TrimEnd('.'));
        }
        return _bound[syntax] = instance;
    }

    private CimInstance Bind(string? ns, MofInstance syntax, int depth)
    {
        var cimClass = classes.Find(ns, syntax.ClassName)
            ?? throw new MofException(syntax.Location, $"the class {syntax.ClassName} is not declared");
        if (cimClass.Qualifier("Abstract") is { IsPropagated: false, Value: true })
            throw new MofException(syntax.Location, $"the class {cimClass.Name} is abstract and has no instances");
        var instance = new CimInstance(classes.LayoutOf(ns, cimClass));
        foreach (var property in cimClass.Properties)
        {
            if (property.DefaultValue is not null)
                instance.SetAt(instance.Layout.OrdinalOf(property.Name), property.DefaultValue);
        }
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in syntax.Values)
        {
            if (!names.Add(value.Name))
                throw new MofException(value.Location, $"{cimClass.Name}.{value.Name} is set twice");
            var property = cimClass.Property(value.Name)
                ?? throw new MofException(value.Location, $"the class {cimClass.Name} has no property {value.Name}");
            var element = $"{cimClass.Name}.{property.Name}";
            var ordinal = instance.Layout.OrdinalOf(property.Name);
            var raw = MofValues.Bind(value.Value, property.Type, property.IsArray, element, ResolveAlias);
            instance.SetAt(ordinal, (instance.Layout.Properties[ordinal].Flags & (CimPropertyFlags.EmbeddedInstance | CimPropertyFlags.EmbeddedObject)) != 0
                ? Embedded(ns, raw, property, value.Value.Location, element, depth)
                : raw);
        }
        return instance;
    }

    // An embedded object is written as a string that holds MOF (DSP0004 7.10): an instance of the class that the property
    // names (EmbeddedInstance), or any instance or class (EmbeddedObject).
    private object? Embedded(string? ns, object? raw, CimPropertyDeclaration property, MofLocation location, string element, int depth)
    {
        if (raw is null)
            return null;
        if (depth >= MaxDepth)
            throw new MofException(location, $"embedded instances are nested more than {MaxDepth} deep");
        if (raw is Array array)
            return CimValue.ToArray(CimType.String, CimValue.Elements(array).Select(e => Embedded(ns, e, property, location, element, depth)).ToArray());
        var named = property.Qualifier("EmbeddedInstance")?.Value as string;
        var parsed = named is null ? MofParser.ParseEmbedded((string)raw, $"{location} {element}") : MofParser.ParseInstances((string)raw, $"{location} {element}");
        switch (parsed)
        {
            case [MofInstance instance] when named is null || classes.Find(ns, named) is null || classes.Find(ns, instance.ClassName) is null || classes.IsA(ns, instance.ClassName, named):
                return Bind(ns, instance, depth + 1);
            case [MofInstance instance]:
                throw new MofException(location, $"{element} holds an instance of {instance.ClassName}; expected one of {named} or of a class below it");
            case [MofClass cimClass]:
                return classes.AsWritten(cimClass);
            default:
                throw new MofException(location, $"{element} holds {parsed.Count} {(parsed.All(p => p is MofInstance) ? "instances" : "objects")} in one string; expected one");
        }
    }

    private CimObjectPath ResolveAlias(MofAlias alias)
    {
        if (!_aliases.TryGetValue(alias.Name, out var target))
            throw new MofException(alias.Location, $"the alias ${alias.Name} is not declared");
        if (!_resolving.Add(alias.Name))
            throw new MofException(alias.Location, $"the keys of ${alias.Name} depend on themselves");
        if (_resolving.Count > 256)
            throw new MofException(alias.Location, "aliases refer to each other more than 256 levels deep");
        var path = Bind(target.Namespace, target.Syntax).Path!;
        _resolving.Remove(alias.Name);
        return path;
    }
}
