using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Schema.Tests;

/// <summary>All MOF of the project, read once, as it is written (nothing inherited).</summary>
public sealed class Schema
{
    private static readonly string[] s_files = ["schema/CIM_Schema.mof", "schema/interop/PG_Registration.mof", "mof/XenCim.mof"];

    public Schema()
    {
        var productions = s_files.SelectMany(f => Read(Path.Combine(Root, f))).ToList();
        Qualifiers = productions.OfType<MofQualifierType>().Select(Bind).ToDictionary(q => q.Name, StringComparer.OrdinalIgnoreCase);
        InOrder = [.. productions.OfType<MofClass>().Select(Bind)];
        Classes = InOrder.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The folder that holds schema/ and mof/.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The classes in the order in which a compiler sees them.</summary>
    public IReadOnlyList<CimClass> InOrder { get; }

    public IReadOnlyDictionary<string, CimClass> Classes { get; }

    public IReadOnlyDictionary<string, CimQualifierDeclaration> Qualifiers { get; }

    /// <summary>The class, its superclass, and so on to the top.</summary>
    public IEnumerable<CimClass> Chain(string className)
    {
        for (var c = Classes[className]; ; c = Classes[c.SuperclassName])
        {
            yield return c;
            if (c.SuperclassName is null)
                yield break;
        }
    }

    /// <summary>The declaration nearest to the class.</summary>
    public CimPropertyDeclaration Property(string className, string property) =>
        Chain(className).Select(c => c.Property(property)).First(p => p is not null)!;

    public CimMethodDeclaration Method(string className, string method) =>
        Chain(className).Select(c => c.Method(method)).First(m => m is not null)!;

    /// <summary>Names of the key properties, inherited ones included.</summary>
    public IReadOnlyCollection<string> Keys(string className) =>
        Chain(className).SelectMany(c => c.Properties).Where(p => p.IsKey).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> Strings(CimElement element, string qualifier) =>
        element.Qualifier(qualifier)?.Value is Array values ? [.. CimValue.Elements(values).Cast<string>()] : [];

    /// <summary>"value=meaning" for each value, with bars between.</summary>
    public static string ValueMap(CimElement element) =>
        string.Join('|', Strings(element, "ValueMap").Zip(Strings(element, "Values"), (value, meaning) => $"{value}={meaning}"));

    /// <summary>Return type and parameters; "out" marks what is output and not input.</summary>
    public static string Signature(CimMethodDeclaration method) =>
        $"{CimValue.Name(method.ReturnType)} ({string.Join(", ", method.Parameters.Select(Describe))})";

    private static IEnumerable<MofProduction> Read(string path)
    {
        foreach (var production in MofParser.Parse(File.ReadAllText(path), path).Productions)
        {
            if (production is not MofPragma { Name: "include" } include)
            {
                yield return production;
                continue;
            }
            foreach (var included in Read(Path.Combine(Path.GetDirectoryName(path)!, include.Argument)))
                yield return included;
        }
    }

    private static CimQualifierDeclaration Bind(MofQualifierType q) => new(
        q.Name, TypeOf(q.Type), q.Type.IsArray, Bind(q.Default, TypeOf(q.Type)),
        q.Scopes.Aggregate(CimScope.None, (all, scope) => all | Enum.Parse<CimScope>(scope, ignoreCase: true)), CimFlavor.Default);

    private CimClass Bind(MofClass c) => new(c.Name, c.Superclass)
    {
        Qualifiers = Bind(c.Qualifiers),
        Properties = [.. c.Properties.Select(p => new CimPropertyDeclaration(p.Name, TypeOf(p.Type), p.Type.IsArray)
        {
            ReferenceClass = p.Type.ReferenceClass,
            DefaultValue = Bind(p.Default, TypeOf(p.Type)),
            Qualifiers = Bind(p.Qualifiers),
        })],
        Methods = [.. c.Methods.Select(m => new CimMethodDeclaration(m.Name, TypeOf(m.ReturnType))
        {
            Qualifiers = Bind(m.Qualifiers),
            Parameters = [.. m.Parameters.Select(p => new CimParameterDeclaration(p.Name, TypeOf(p.Type), p.Type.IsArray)
            {
                ReferenceClass = p.Type.ReferenceClass,
                Qualifiers = Bind(p.Qualifiers),
            })],
        })],
    };

    // A qualifier without a value is a boolean that is true.
    private List<CimQualifier> Bind(IReadOnlyList<MofQualifier> qualifiers) =>
    [
        .. qualifiers.Select(q => Qualifiers.GetValueOrDefault(q.Name) is { } declared
            ? new CimQualifier(q.Name, declared.Type, q.Value is MofArray, q.Value is null ? true : Bind(q.Value, declared.Type))
            : throw new InvalidDataException($"{q.Location}: {q.Name} is not declared.")),
    ];

    private static object? Bind(MofValue? value, CimType type) => value switch
    {
        null or MofNull => null,
        MofBoolean b => b.Value,
        MofInteger i => CimValue.Parse(type, (i.IsNegative ? "-" : "") + CimValue.Format(i.Magnitude)),
        MofString s => CimValue.Parse(type, s.Value),
        MofArray a => CimValue.ToArray(type, [.. a.Elements.Select(e => Bind(e, type))]),
        _ => throw new InvalidDataException($"{value.Location}: such a literal is not used in the schema."),
    };

    private static CimType TypeOf(MofType type) =>
        CimValue.TryParseTypeName(type.Name, out var result) ? result : throw new InvalidDataException($"{type.Location}: {type.Name} is no type.");

    private static string Describe(CimParameterDeclaration p) =>
        $"{(p.IsOut && !p.IsIn ? "out " : "")}{(p.ReferenceClass is { } c ? c + " REF" : CimValue.Name(p.Type))}{(p.IsArray ? "[]" : "")} {p.Name}";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Xen.Cim.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Xen.Cim.sln.");
    }
}
