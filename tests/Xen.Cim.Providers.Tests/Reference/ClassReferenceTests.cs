using Xen.Cim.Model;
using Xen.Cim.Model.Mof;
using Xen.Cim.Providers.Tests.HouseRules;

namespace Xen.Cim.Providers.Tests.Reference;

/// <summary>docs/classes.md says what the classes are made from, of every property, and of no other.</summary>
public sealed class ClassReferenceTests : ClassesInUse
{
    private const string Sources = "src/Xen.Cim.Providers/Sources.txt";

    [Fact]
    public void Every_property_that_is_set_has_a_source_and_every_class_a_profile()
    {
        var sources = PropertyList.Read(Sources);
        var missing = Ours.Where(l => ProfileOf(l, sources) is null).Select(l => $"{l.ClassName} has no profile")
            .Concat(Set().Where(s => SourceOf(s.Layout, s.Property, sources) is null).Select(s => $"{s.Layout.ClassName}.{s.Property.Name} has no source"))
            .Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, $"{Sources}:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Every_line_of_the_sources_is_of_use()
    {
        var sources = PropertyList.Read(Sources);
        var used = Ours.Select(l => Profiles(l).FirstOrDefault(sources.ContainsKey))
            .Concat(Set().Select(s => PropertyList.Entries(s.Layout, s.Property.Name).FirstOrDefault(sources.ContainsKey))).ToHashSet();
        Assert.True(used.IsSupersetOf(sources.Keys), $"of no use: {string.Join(", ", sources.Keys.Except(used.OfType<string>()))}");
        Assert.All(sources, s => Assert.True(s.Value.Length > 3, $"{s.Key} says nothing"));
    }

    [Fact]
    public void Every_profile_is_one_that_is_registered_or_has_a_document()
    {
        var registered = Xen.Cim.Providers.Profiles.All.ToDictionary(p => p.Document, p => p.Name);
        var profiles = PropertyList.Read(Sources).Where(s => !s.Key.Contains('.', StringComparison.Ordinal)).Select(s => s.Value).Distinct().ToList();
        Assert.All(profiles.Where(p => registered.ContainsKey(p.Split(' ')[0])), p => Assert.Equal($"{p.Split(' ')[0]} {registered[p.Split(' ')[0]]}", p));
        Assert.Empty(registered.Keys.Except(profiles.Select(p => p.Split(' ')[0])));
    }

    [Fact]
    public void The_page_is_up_to_date()
    {
        var sources = PropertyList.Read(Sources);
        var declared = new MofDeclarations();
        MofCompiler.Compile([Tree.PathOf("schema"), Tree.PathOf("mof")], declared);
        var descriptions = declared.Classes.ToDictionary(c => c.Name, c => c.Qualifier("Description")?.Value as string ?? "");
        var set = Set().ToLookup(s => s.Layout.ClassName, s => s.Property);
        var page = ClassReferencePage.ToMarkdown([.. Ours.Select(l => new DescribedClass(l.ClassName, l.Super!.ClassName, ProfileOf(l, sources) ?? "?",
            Provider.Classes.Single(c => c.ClassName == l.ClassName).Namespaces, descriptions[l.ClassName],
            [.. set[l.ClassName].Select(p => new DescribedProperty(p.Name, TypeOf(p), p.IsKey, SourceOf(l, p, sources) ?? "?"))], MethodsOf(l), LinksOf(l)))]);

        var file = Tree.PathOf("docs/classes.md");
        if (Environment.GetEnvironmentVariable("XEN_CIM_UPDATE_DOCS") == "1")
            File.WriteAllText(file, page);
        Assert.Equal(page, File.ReadAllText(file));
    }

    private List<(CimLayout Layout, CimPropertyInfo Property)> Set()
    {
        var set = PropertiesSet();
        return [.. Ours.SelectMany(l => l.Properties.Where(p => set.Contains($"{l.ClassName}.{p.Name}")).Select(p => (l, p)))];
    }

    // A class's entry stands for the classes below it.
    private static IEnumerable<string> Profiles(CimLayout layout)
    {
        for (var l = layout; l is not null; l = l.Super)
            yield return l.ClassName;
    }

    private static string? ProfileOf(CimLayout layout, Dictionary<string, string> sources) =>
        Profiles(layout).FirstOrDefault(sources.ContainsKey) is { } entry ? sources[entry] : null;

    private string? SourceOf(CimLayout layout, CimPropertyInfo property, Dictionary<string, string> sources)
    {
        // The ends of an association are the rows of its table.
        if (layout.IsAssociation && Rows(layout).Any(r => property.Name == r.LeftRole || property.Name == r.RightRole))
            return "the end of a row below";
        return PropertyList.Entries(layout, property.Name).FirstOrDefault(sources.ContainsKey) is { } entry ? sources[entry] : null;
    }

    private static string TypeOf(CimPropertyInfo property) => property.Type.ToString().ToLowerInvariant() + (property.IsArray ? "[]" : "");

    private IEnumerable<Association> Rows(CimLayout layout) => Provider.Associations.Where(a => a.Layout.ClassName == layout.ClassName);

    private List<string> MethodsOf(CimLayout layout) =>
        [.. Provider.ClassProviders.Where(c => c.Layout.ClassName == layout.ClassName).SelectMany(c => c.Methods.Keys).Order(StringComparer.Ordinal)];

    private List<string> LinksOf(CimLayout layout) => layout.IsAssociation
        ? [.. Rows(layout).Select(r => $"{r.LeftRole} {r.Left.Layout.ClassName} – {r.RightRole} {r.Right.Layout.ClassName}").Distinct().Order(StringComparer.Ordinal)]
        : [.. Provider.Associations.SelectMany(a => (string[])
            [
                .. a.Left.Layout.ClassName == layout.ClassName ? [$"{a.Layout.ClassName} as {a.LeftRole} to {a.Right.Layout.ClassName}"] : Array.Empty<string>(),
                .. a.Right.Layout.ClassName == layout.ClassName ? [$"{a.Layout.ClassName} as {a.RightRole} to {a.Left.Layout.ClassName}"] : Array.Empty<string>(),
            ]).Distinct().Order(StringComparer.Ordinal)];
}
