using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>Binds class declarations, superclasses first, and checks inheritance (DSP0004 5.1.2).</summary>
internal sealed class ClassBinder(QualifierBinder qualifiers, IReadOnlyDictionary<string, CimClass> known)
{
    private readonly List<(string? Namespace, MofClass Syntax)> _order = [];
    private readonly Dictionary<(string? Namespace, string Name), MofClass> _syntax = [];
    private readonly Dictionary<MofClass, string?> _namespaces = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<MofClass, (CimClass Declared, CimClass Resolved)?> _bound = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CimClass, CimLayout> _layouts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, CimClass> _resolvedKnown = new(StringComparer.OrdinalIgnoreCase);

    public void Declare(string? ns, MofClass syntax)
    {
        if (!_syntax.TryAdd(Key(ns, syntax.Name), syntax))
            throw new MofException(syntax.Location, $"the class {syntax.Name} is declared in {_syntax[Key(ns, syntax.Name)].Location} already");
        _order.Add((ns, syntax));
        _namespaces[syntax] = ns;
        _names.Add(syntax.Name);
    }

    /// <summary>All declared classes as written, each after its superclass.</summary>
    public IEnumerable<(string? Namespace, CimClass Declared)> BindAll()
    {
        var result = new List<(string?, CimClass)>();
        var done = new HashSet<MofClass>(ReferenceEqualityComparer.Instance);
        foreach (var (ns, syntax) in _order)
        {
            // A chain is as deep as inheritance is; it is unrolled so that no text can exhaust the stack.
            var chain = new Stack<MofClass>();
            var inChain = new HashSet<MofClass>(ReferenceEqualityComparer.Instance);
            for (var current = syntax; current is not null && !done.Contains(current); current = current.Superclass is { } super ? Syntax(ns, super) : null)
            {
                if (!inChain.Add(current))
                    throw new MofException(current.Location, $"the class {current.Name} is its own superclass");
                chain.Push(current);
            }
            while (chain.TryPop(out var next))
            {
                done.Add(next);
                // A superclass may stand in the namespace of everything, and its subclass in one of its own.
                result.Add((_namespaces[next], Bind(_namespaces[next], next).Declared));
            }
        }
        return result;
    }

    /// <summary>A class with everything that it inherits; null when nobody declares it.</summary>
    public CimClass? Find(string? ns, string name)
    {
        if (Syntax(ns, name) is { } syntax)
            return Bind(ns, syntax).Resolved;
        if (_resolvedKnown.TryGetValue(name, out var resolved))
            return resolved;
        return known.TryGetValue(name, out var declared)
            ? _resolvedKnown[name] = ClassResolver.Resolve(declared, declared.SuperclassName is { } super ? Find(ns, super) : null)
            : null;
    }

    /// <summary>A class that is a value: taken as it is written, whatever its superclass is like.</summary>
    public CimClass AsWritten(MofClass syntax) => Declared(syntax, super: null) with { SuperclassName = syntax.Superclass };

    /// <summary>Whether a class is another one or below it.</summary>
    public bool IsA(string? ns, string name, string superclass)
    {
        for (var current = Find(ns, name); current is not null; current = current.SuperclassName is { } above ? Find(ns, above) : null)
        {
            if (current.Name.Equals(superclass, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    public CimLayout LayoutOf(string? ns, CimClass resolved)
    {
        if (_layouts.TryGetValue(resolved, out var layout))
            return layout;
        var super = resolved.SuperclassName is { } name && Find(ns, name) is { } above ? LayoutOf(ns, above) : null;
        var infos = resolved.Properties.Select(p => new CimPropertyInfo(p.Name, p.Type, p.IsArray,
            (p.IsKey ? CimPropertyFlags.Key : 0)
            | (p.Qualifier("EmbeddedInstance") is { Value: not null } ? CimPropertyFlags.EmbeddedInstance : 0)
            | (p.Is("EmbeddedObject") ? CimPropertyFlags.EmbeddedObject : 0))).ToArray();
        return _layouts[resolved] = new(resolved.Name, super, resolved.IsAssociation, infos);
    }

    private static (string?, string) Key(string? ns, string name) => (ns?.ToUpperInvariant(), name.ToUpperInvariant());

    private MofClass? Syntax(string? ns, string name) =>
        _syntax.TryGetValue(Key(ns, name), out var here) ? here : _syntax.GetValueOrDefault(Key(null, name));

    private (CimClass Declared, CimClass Resolved) Bind(string? ns, MofClass syntax)
    {
        if (_bound.TryGetValue(syntax, out var bound) && bound is { } result)
            return result;
        CimClass? super = null;
        if (syntax.Superclass is { } superName)
        {
            super = Find(ns, superName)
                ?? throw new MofException(syntax.SuperclassLocation, $"the class {syntax.Name} derives from {superName}, which is not declared");
        }
        var declared = Declared(syntax, super);
        result = (declared, ClassResolver.Resolve(declared, super));
        _bound[syntax] = result;
        return result;
    }

    private CimClass Declared(MofClass syntax, CimClass? super)
    {
        var scope = Has(syntax.Qualifiers, "Association") || super is { IsAssociation: true } ? CimScope.Association
            : Has(syntax.Qualifiers, "Indication") || super?.Is("Indication") is true ? CimScope.Indication
            : CimScope.Class;
        var own = qualifiers.Bind(syntax.Qualifiers, scope, $"the class {syntax.Name}");
        QualifierBinder.CheckOverrides(syntax.Qualifiers, own, super?.Qualifiers, syntax.Name);
        CheckUnique(syntax.Properties.Select(p => (p.Name, p.Location)), $"the class {syntax.Name} has the property");
        CheckUnique(syntax.Methods.Select(m => (m.Name, m.Location)), $"the class {syntax.Name} has the method");
        return new(syntax.Name, super?.Name)
        {
            Qualifiers = own,
            Properties = syntax.Properties.Select(p => Property(syntax, p, super?.Property(p.Name))).ToArray(),
            Methods = syntax.Methods.Select(m => Method(syntax, m, super?.Method(m.Name))).ToArray(),
        };
    }

    private CimPropertyDeclaration Property(MofClass owner, MofProperty syntax, CimPropertyDeclaration? inherited)
    {
        var element = $"{owner.Name}.{syntax.Name}";
        var type = Type(syntax.Type);
        var own = qualifiers.Bind(syntax.Qualifiers, syntax.Type.ReferenceClass is null ? CimScope.Property : CimScope.Reference, element);
        CheckOverride(syntax.Location, element, own, inherited?.Name);
        if (inherited is not null && (inherited.Type != type || inherited.IsArray != syntax.Type.IsArray))
        {
            throw new MofException(syntax.Location,
                $"{element} is {TypeText(type, syntax.Type.IsArray)}, but the property that it overrides is {TypeText(inherited.Type, inherited.IsArray)}");
        }
        QualifierBinder.CheckOverrides(syntax.Qualifiers, own, inherited?.Qualifiers, element);
        return new(syntax.Name, type, syntax.Type.IsArray)
        {
            Qualifiers = own,
            ReferenceClass = syntax.Type.ReferenceClass,
            ArraySize = syntax.Type.ArraySize,
            DefaultValue = syntax.Default is null ? null : MofValues.Bind(syntax.Default, type, syntax.Type.IsArray, element, QualifierBinder.NoAlias),
            ClassOrigin = owner.Name,
        };
    }

    private CimMethodDeclaration Method(MofClass owner, MofMethod syntax, CimMethodDeclaration? inherited)
    {
        var element = $"{owner.Name}.{syntax.Name}()";
        var type = Type(syntax.ReturnType);
        var own = qualifiers.Bind(syntax.Qualifiers, CimScope.Method, element);
        CheckOverride(syntax.Location, element, own, inherited?.Name);
        if (inherited is not null && inherited.ReturnType != type)
        {
            throw new MofException(syntax.Location,
                $"{element} returns {CimValue.Name(type)}, but the method that it overrides returns {CimValue.Name(inherited.ReturnType)}");
        }
        QualifierBinder.CheckOverrides(syntax.Qualifiers, own, inherited?.Qualifiers, element);
        CheckUnique(syntax.Parameters.Select(p => (p.Name, p.Location)), $"{element} has the parameter");
        return new(syntax.Name, type)
        {
            Qualifiers = own,
            ClassOrigin = owner.Name,
            Parameters = syntax.Parameters.Select(p => new CimParameterDeclaration(p.Name, Type(p.Type), p.Type.IsArray)
            {
                Qualifiers = qualifiers.Bind(p.Qualifiers, CimScope.Parameter, $"the parameter {p.Name} of {element}"),
                ReferenceClass = p.Type.ReferenceClass,
                ArraySize = p.Type.ArraySize,
            }).ToArray(),
        };
    }

    private CimType Type(MofType syntax)
    {
        if (syntax.ReferenceClass is { } name && !_names.Contains(name) && !known.ContainsKey(name))
            throw new MofException(syntax.Location, $"the class {name} is not declared");
        return QualifierBinder.TypeOf(syntax);
    }

    private static void CheckOverride(MofLocation location, string element, CimQualifier[] own, string? inherited)
    {
        var says = Array.Exists(own, q => q.Name.Equals("Override", StringComparison.OrdinalIgnoreCase) && q.Value is not null);
        if (says && inherited is null)
            throw new MofException(location, $"{element} has Override, but no superclass has it");
        if (!says && inherited is not null)
            throw new MofException(location, $"{element} is inherited; to change it, qualify it with Override ( \"{inherited}\" )");
    }

    private static void CheckUnique(IEnumerable<(string Name, MofLocation Location)> members, string what)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, location) in members)
        {
            if (!names.Add(name))
                throw new MofException(location, $"{what} {name} twice");
        }
    }

    private static bool Has(IReadOnlyList<MofQualifier> list, string name) =>
        list.Any(q => q.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && q.Value is not MofBoolean { Value: false });

    private static string TypeText(CimType type, bool isArray) => CimValue.Name(type) + (isArray ? "[]" : "");
}
