using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Registrar;

/// <summary>
/// The classes that a namespace of a CIM server has, as far as it matters to classes below them: names, types and
/// parameters. Read from the schema's MOF, or from what the server prints of it, without asking that everything in it
/// can be bound: it is not ours.
/// </summary>
public sealed class ServerSchema
{
    private readonly Dictionary<string, MofClass> _classes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ClassMembers> _members = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Names of the qualifier types that are declared.</summary>
    public HashSet<string> Qualifiers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads files with what they include. A class that is declared again replaces the one before.</summary>
    /// <exception cref="MofException">It is not MOF.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ServerSchema Read(IEnumerable<string> files)
    {
        var schema = new ServerSchema();
        foreach (var file in files)
            schema.ReadFile(file);
        return schema;
    }

    /// <summary>Reads one text; what it includes has to lie beside <paramref name="name"/>.</summary>
    public static ServerSchema ReadText(string text, string name)
    {
        var schema = new ServerSchema();
        schema.Add(text, name);
        return schema;
    }

    public bool Contains(string className) => _classes.ContainsKey(className);

    /// <summary>What a class has, inherited members included; null when the server has no such class.</summary>
    public ClassMembers? Members(string className)
    {
        if (_members.TryGetValue(className, out var known))
            return known;
        if (!_classes.TryGetValue(className, out var @class))
            return null;
        // Entered first, so that a class which is its own superclass comes to an end.
        var members = _members[className] = new ClassMembers();
        if (@class.Superclass is { } super && Members(super) is { } inherited)
            members.Inherit(inherited);
        foreach (var property in @class.Properties)
            members.Properties[property.Name] = new(property.Type.Name, property.Type.IsArray);
        foreach (var method in @class.Methods)
        {
            members.Methods[method.Name] = new(method.ReturnType.Name,
                [.. method.Parameters.Select(p => (p.Name.ToUpperInvariant(), new MemberType(p.Type.Name, p.Type.IsArray)))]);
        }
        return members;
    }

    private void ReadFile(string path)
    {
        var full = Path.GetFullPath(path);
        if (_read.Add(full))
            Add(File.ReadAllText(full), full);
    }

    private void Add(string text, string path)
    {
        foreach (var production in MofParser.Parse(text, path).Productions)
        {
            switch (production)
            {
                case MofClass @class:
                    _classes[@class.Name] = @class;
                    break;
                case MofQualifierType qualifier:
                    Qualifiers.Add(qualifier.Name);
                    break;
                case MofPragma pragma when pragma.Name.Equals("include", StringComparison.OrdinalIgnoreCase):
                    ReadFile(Path.Combine(Path.GetDirectoryName(path)!, pragma.Argument.Replace('\\', '/')));
                    break;
            }
        }
    }
}

/// <summary>The members of a class with all that it inherits, by name.</summary>
public sealed class ClassMembers
{
    public Dictionary<string, MemberType> Properties { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, MethodType> Methods { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Inherit(ClassMembers inherited)
    {
        foreach (var (name, type) in inherited.Properties)
            Properties[name] = type;
        foreach (var (name, type) in inherited.Methods)
            Methods[name] = type;
    }
}

/// <param name="Name">The type as MOF names it; "reference" for a reference to whatever class.</param>
public sealed record MemberType(string Name, bool IsArray)
{
    public static MemberType Of(CimType type, bool isArray) => new(type == CimType.Reference ? MofType.Reference : CimValue.Name(type), isArray);

    public override string ToString() => Name + (IsArray ? "[]" : "");
}

/// <param name="Parameters">Their upper-case names and types, in order.</param>
public sealed record MethodType(string ReturnType, IReadOnlyList<(string Name, MemberType Type)> Parameters)
{
    public static MethodType Of(CimMethodDeclaration method) =>
        new(CimValue.Name(method.ReturnType), [.. method.Parameters.Select(p => (p.Name.ToUpperInvariant(), MemberType.Of(p.Type, p.IsArray)))]);

    public bool Equals(MethodType? other) => other is not null && ReturnType == other.ReturnType && Parameters.SequenceEqual(other.Parameters);

    public override int GetHashCode() => HashCode.Combine(ReturnType, Parameters.Count);
}
