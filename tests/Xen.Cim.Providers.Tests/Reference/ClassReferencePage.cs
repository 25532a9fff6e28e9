using System.Globalization;
using System.Text;

namespace Xen.Cim.Providers.Tests.Reference;

/// <summary>A property that is set, and from what.</summary>
internal sealed record DescribedProperty(string Name, string Type, bool IsKey, string Source);

/// <summary>A class of ours as docs/classes.md has it.</summary>
internal sealed record DescribedClass(
    string Name, string Super, string Profile, IReadOnlyList<string> Namespaces, string Description,
    IReadOnlyList<DescribedProperty> Properties, IReadOnlyList<string> Methods, IReadOnlyList<string> Links)
{
    /// <summary>The profile's document, by which the page is ordered; empty where the DMTF has none for it.</summary>
    public string Document => Profile.Split(' ')[0] is ['D', 'S', 'P', ..] document ? document : "";
}

/// <summary>docs/classes.md.</summary>
internal static class ClassReferencePage
{
    public static string ToMarkdown(IReadOnlyCollection<DescribedClass> classes)
    {
        var page = new StringBuilder("""
            # Classes

            Every class of ours: the profile that it belongs to, the properties that are set and what each is made from, its
            methods, and the associations that lead away from it. XPaths are into the XML that libvirt prints of a guest
            (`/domain`), a pool, a volume, a network, a node device or the host's capabilities. A property that is not listed
            is never set; `tests/Xen.Cim.Providers.Tests/EmptyProperties.txt` has the reason.

            This page is generated from `mof/`, from the provider and from `src/Xen.Cim.Providers/Sources.txt`; a test fails when
            it is out of date or a property that is set has no source. To write it again, run that test with
            `XEN_CIM_UPDATE_DOCS=1` in the environment:

                XEN_CIM_UPDATE_DOCS=1 dotnet test tests/Xen.Cim.Providers.Tests --filter ClassReferenceTests


            """);
        foreach (var profile in classes.GroupBy(c => c.Profile).OrderBy(g => g.First().Document.Length == 0).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"- {profile.Key}: ")
                .AppendJoin(", ", profile.Select(c => c.Name).Order(StringComparer.Ordinal).Select(n => $"[{n}](#{n.ToLowerInvariant()})")).Append('\n');
        }
        foreach (var described in classes.OrderBy(c => c.Name, StringComparer.Ordinal))
            Write(page, described);
        return page.ToString();
    }

    private static void Write(StringBuilder page, DescribedClass described)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {described.Name}\n\n{described.Profile} · a {described.Super} · {string.Join(" and ", described.Namespaces)}\n\n{described.Description}\n\n");
        page.Append("| property | type | from |\n|---|---|---|\n");
        foreach (var property in described.Properties)
            page.Append(CultureInfo.InvariantCulture, $"| {property.Name}{(property.IsKey ? " (key)" : "")} | {property.Type} | {property.Source.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        if (described.Methods.Count > 0)
            page.Append(CultureInfo.InvariantCulture, $"\nMethods: {string.Join(", ", described.Methods)}.\n");
        if (described.Links.Count > 0)
            page.Append('\n').AppendJoin('\n', described.Links.Select(l => "- " + l)).Append('\n');
    }
}
