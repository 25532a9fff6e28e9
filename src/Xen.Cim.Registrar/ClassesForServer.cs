using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof;

namespace Xen.Cim.Registrar;

/// <summary>
/// Our classes so that a server with an older (or the final, or no) CIM Schema takes them. Nothing that the server has is
/// changed: a base class that it lacks is brought, and a member that its base class lacks is declared by our class.
/// </summary>
/// <param name="schema">The CIM Schema as our classes expect it.</param>
/// <param name="classes">Our classes.</param>
/// <param name="server">What the server has. Our own classes in it count as absent: they are replaced.</param>
public sealed class ClassesForServer(MofDeclarations schema, MofDeclarations classes, ServerSchema server)
{
    // Qualifiers that say how an element relates to an inherited one; they have no place where it is declared first.
    private static readonly string[] s_ofOverrides = ["Override"];

    private readonly Dictionary<string, CimClass> _declared = Index(schema.Classes.Concat(classes.Classes));
    private readonly HashSet<string> _ours = classes.Classes.Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, CimQualifierDeclaration> _qualifiers = schema.Qualifiers.Concat(classes.Qualifiers)
        .DistinctBy(q => q.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(q => q.Name, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, CimClass> _resolved = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ClassMembers> _members = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<CimClass> _written = [];

    /// <summary>The classes to declare, superclasses and referenced classes first.</summary>
    public IReadOnlyList<CimClass> Classes => _written;

    /// <summary>The qualifier types that the server lacks and the classes use.</summary>
    public IReadOnlyList<CimQualifierDeclaration> Qualifiers =>
        [.. UsedQualifiers().Where(n => !server.Qualifiers.Contains(n)).Select(n => _qualifiers[n])];

    /// <summary>Members that the server has with another type than ours; our class leaves them to the server.</summary>
    public List<string> Conflicts { get; } = [];

    /// <summary>Adds a class of ours, with all that it needs and the server lacks.</summary>
    public void Add(string className)
    {
        if (_members.ContainsKey(className) || (server.Contains(className) && !_ours.Contains(className)))
            return;
        if (!_declared.TryGetValue(className, out var declared))
            throw new ArgumentException($"The class {className} is declared nowhere.", nameof(className));
        // Entered first: a method's parameter may refer to the class itself.
        var members = _members[className] = new ClassMembers();
        if (declared.SuperclassName is { } super)
            Add(super);
        var adapted = Adapt(Resolve(className), members);
        foreach (var other in References(adapted))
            Add(other);
        _written.Add(adapted);
    }

    /// <summary>Whether a class is the provider's own, not one of the CIM Schema.</summary>
    public bool IsOurs(CimClass @class) => _ours.Contains(@class.Name);

    /// <summary>The MOF of what the server lacks below our classes; to be compiled first.</summary>
    public string BaseMof()
    {
        var text = new StringBuilder("// Generated: what this server's schema lacks.\n");
        foreach (var qualifier in Qualifiers)
            text.Append('\n').Append(MofWriter.Write(qualifier));
        return Write(text, Classes.Where(c => !IsOurs(c)));
    }

    /// <summary>The MOF of our classes. It is the same again once the server has what it lacked.</summary>
    public string Mof() => Write(new("// Generated: the provider's classes as this server can take them.\n"), Classes.Where(IsOurs));

    private string Write(StringBuilder text, IEnumerable<CimClass> classes)
    {
        foreach (var @class in classes)
            text.Append('\n').Append(MofWriter.Write(@class, declarations: _qualifiers.GetValueOrDefault));
        return text.ToString();
    }

    private CimClass Resolve(string className)
    {
        if (_resolved.TryGetValue(className, out var resolved))
            return resolved;
        var declared = _declared[className];
        return _resolved[className] = ClassResolver.Resolve(declared, declared.SuperclassName is { } super ? Resolve(super) : null);
    }

    private CimClass Adapt(CimClass resolved, ClassMembers members)
    {
        var above = resolved.SuperclassName is not { } super ? new ClassMembers()
            : _members.GetValueOrDefault(super) ?? server.Members(super)!;
        members.Inherit(above);
        var properties = new List<CimPropertyDeclaration>();
        foreach (var property in resolved.Properties)
        {
            var type = MemberType.Of(property.Type, property.IsArray);
            if (!above.Properties.TryGetValue(property.Name, out var inherited))
                properties.Add(property with { IsPropagated = false, Qualifiers = First(property) });
            else if (inherited != type)
                Conflicts.Add($"{resolved.Name}.{property.Name} is {type} here and {inherited} in the server's {resolved.SuperclassName}");
            else if (!property.IsPropagated)
                properties.Add(property with { Qualifiers = Overriding(property) });
            members.Properties[property.Name] = inherited ?? type;
        }
        var methods = new List<CimMethodDeclaration>();
        foreach (var method in resolved.Methods)
        {
            var type = MethodType.Of(method);
            if (!above.Methods.TryGetValue(method.Name, out var inherited))
                methods.Add(method with { IsPropagated = false, Qualifiers = First(method), Parameters = Whole(method.Parameters) });
            else if (inherited.ReturnType != type.ReturnType)
                Conflicts.Add($"{resolved.Name}.{method.Name}() returns {type.ReturnType} here and {inherited.ReturnType} in the server's {resolved.SuperclassName}");
            else if (!method.IsPropagated || !inherited.Equals(type))
                methods.Add(method with { IsPropagated = false, Qualifiers = Overriding(method), Parameters = Whole(method.Parameters) });
            members.Methods[method.Name] = type;
        }
        return resolved with
        {
            Qualifiers = [.. resolved.Qualifiers.Where(q => !q.IsPropagated)],
            Properties = properties,
            Methods = methods,
        };
    }

    // All qualifiers of an element that is not declared above.
    private static CimQualifier[] First(CimElement element) =>
        [.. element.Qualifiers.Where(q => !s_ofOverrides.Contains(q.Name, StringComparer.OrdinalIgnoreCase)).Select(q => q with { IsPropagated = false })];

    private static CimQualifier[] Overriding(CimElement element)
    {
        var own = element.Qualifiers.Where(q => !q.IsPropagated).ToArray();
        return element.Qualifier("Override") is not null && own.Any(q => q.Name.Equals("Override", StringComparison.OrdinalIgnoreCase))
            ? own : [new CimQualifier("Override", CimType.String, IsArray: false, element.Name), .. own];
    }

    private static CimParameterDeclaration[] Whole(IEnumerable<CimParameterDeclaration> parameters) =>
        [.. parameters.Select(p => p with { Qualifiers = [.. p.Qualifiers.Select(q => q with { IsPropagated = false })] })];

    // What has to be there before a class: the classes that it refers to, and (for clients) those that it embeds.
    private IEnumerable<string> References(CimClass @class) =>
        @class.Properties.SelectMany(p => Named(p.ReferenceClass, p))
            .Concat(@class.Methods.SelectMany(m => m.Parameters).SelectMany(p => Named(p.ReferenceClass, p)))
            .Where(_declared.ContainsKey);

    private static IEnumerable<string> Named(string? referenceClass, CimElement element)
    {
        if (referenceClass is not null)
            yield return referenceClass;
        if (element.Qualifier("EmbeddedInstance") is { Value: string embedded })
            yield return embedded;
    }

    private IEnumerable<string> UsedQualifiers() =>
        _written.SelectMany(c => c.Qualifiers
                .Concat(c.Properties.SelectMany(p => p.Qualifiers))
                .Concat(c.Methods.SelectMany(m => m.Qualifiers.Concat(m.Parameters.SelectMany(p => p.Qualifiers)))))
            .Select(q => q.Name).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);

    private static Dictionary<string, CimClass> Index(IEnumerable<CimClass> classes) =>
        classes.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
}
