using System.Xml.Linq;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>Projects use each other only along the arrows of docs/architecture.md.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> s_arrows = new()
    {
        ["LibvirtBindings"] = [],
        ["Xen.Cim.Model"] = [],
        ["Xen.Cim.Generator"] = [],
        ["Xen.Cim.Hypervisor"] = ["LibvirtBindings"],
        // The generator as an analyzer.
        ["Xen.Cim.Providers"] = ["Xen.Cim.Model", "Xen.Cim.Hypervisor", "Xen.Cim.Generator"],
        ["Xen.Cim.Cmpi.Abi"] = [],
        ["Xen.Cim.Cmpi"] = ["Xen.Cim.Cmpi.Abi", "Xen.Cim.Model", "Xen.Cim.Providers"],
        ["Xen.Cim.Server"] = ["Xen.Cim.Cmpi.Abi", "Xen.Cim.Model"],
        ["Xen.Cim.Guests"] = ["Xen.Cim.Model", "Xen.Cim.Hypervisor"],
        ["Xen.Cim.Registrar"] = ["Xen.Cim.Providers"],
    };

    public static TheoryData<string> Projects => [.. Directory.EnumerateFiles(Tree.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Tree.Root, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_it_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(s_arrows.ContainsKey(name), $"{name} is in no row of the table of projects");
        var references = XDocument.Load(Tree.PathOf(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))).ToList();
        Assert.Empty(references.Except(s_arrows[name]));
    }

    [Fact]
    public void Nothing_leads_in_a_circle()
    {
        foreach (var start in s_arrows.Keys)
        {
            var reached = new HashSet<string>();
            var open = new Stack<string>(s_arrows[start]);
            while (open.TryPop(out var next))
            {
                if (reached.Add(next))
                    Array.ForEach(s_arrows[next], open.Push);
            }
            Assert.DoesNotContain(start, reached);
        }
    }

    [Fact]
    public void The_generator_shares_only_the_reader_of_mof_with_the_model()
    {
        var linked = XDocument.Load(Tree.PathOf("src/Xen.Cim.Generator/Xen.Cim.Generator.csproj")).Descendants("Compile").Select(c => c.Attribute("Include")?.Value).OfType<string>();
        Assert.All(linked, l => Assert.StartsWith("../Xen.Cim.Model/Mof/Syntax/", l, StringComparison.Ordinal));
    }

    [Fact]
    public void The_generator_is_an_analyzer_and_not_a_library()
    {
        var reference = XDocument.Load(Tree.PathOf("src/Xen.Cim.Providers/Xen.Cim.Providers.csproj")).Descendants("ProjectReference")
            .Single(r => r.Attribute("Include")!.Value.Contains("Generator", StringComparison.Ordinal));
        Assert.Equal(("Analyzer", "false"), (reference.Attribute("OutputItemType")?.Value, reference.Attribute("ReferenceOutputAssembly")?.Value));
    }

    [Fact]
    public void The_model_the_bindings_and_the_interface_to_servers_need_no_packages()
    {
        foreach (var name in new[] { "Xen.Cim.Model", "LibvirtBindings", "Xen.Cim.Cmpi.Abi" })
            Assert.Empty(XDocument.Load(Tree.PathOf($"src/{name}/{name}.csproj")).Descendants("PackageReference"));
    }
}
