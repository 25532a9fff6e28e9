using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Conformance;

/// <summary>Walks the registered profiles from the Interop namespace and checks what each makes mandatory.</summary>
public sealed class ConformanceTests(SimulatedHostFixture host, ITestOutputHelper output) : IClassFixture<SimulatedHostFixture>
{
    private const string Profiles = "root/interop:CIM_RegisteredProfile";

    public static TheoryData<string> Documents => new(ProfileTable.All.Select(p => p.Document));

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void The_registered_profiles_are_those_of_the_table() =>
        Assert.Equal(ProfileTable.All.Select(p => ("2", p.Name, p.Version)).Order(),
            Wbemcli.Instances(Profiles).Select(p => (p["RegisteredOrganization"], p["RegisteredName"], p["RegisteredVersion"])).Order());

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_registered_profile_has_what_it_makes_mandatory(string document)
    {
        var required = ProfileTable.All.Single(p => p.Document == document);
        var profile = Assert.Single(Wbemcli.Instances(Profiles), p => p["RegisteredName"] == required.Name);
        Assert.Equal(profile.Properties, Wbemcli.Get(profile.Path).Properties);

        var central = Wbemcli.Paths("ain", Wbemcli.Url(profile.Path), "-ac", "CIM_ElementConformsToProfile", "-ar", "ConformantStandard", "-arr", "ManagedElement");
        if (required.When is null || central.Count > 0)
            Assert.Equal(required.Central.Order(StringComparer.Ordinal), central.Select(PrintedPath.ClassOf).Distinct().Order(StringComparer.Ordinal));
        foreach (var instance in central)
            Assert.Contains(profile.Path, Wbemcli.Paths("ain", Wbemcli.Url(instance), "-ac", "CIM_ElementConformsToProfile", "-arc", "CIM_RegisteredProfile"));

        foreach (var @class in required.Classes)
            Check(@class, Located);
        foreach (var association in required.Associations)
            Check(association, Located);
        foreach (var method in required.Methods)
            Check(method, Located);

        string Located(string @class) => required.Namespace is { } there ? $"{there}:{@class}" : @class;
    }

    [Fact]
    public void The_page_says_what_the_table_says()
    {
        Assert.SkipWhen(Stage.SourceTree is null, "there is no source tree");
        var file = Path.Combine(Stage.SourceTree!, "docs", "conformance.md");
        if (Environment.GetEnvironmentVariable("XEN_CIM_UPDATE_DOCS") == "1")
            File.WriteAllText(file, ConformancePage.ToMarkdown(ProfileTable.All));
        Assert.Equal(ConformancePage.ToMarkdown(ProfileTable.All), File.ReadAllText(file));
    }

    private void Check(RequiredClass required, Func<string, string> located)
    {
        var instances = Wbemcli.Instances(located(required.Cim)).Where(i => i.ClassName == required.Ours).ToList();
        if (required.When is null)
            Assert.True(instances.Count > 0, $"{required.Cim} has no instances of {required.Ours}");
        foreach (var instance in instances)
        {
            foreach (var property in required.Properties)
            {
                // wbemcli prints an empty array as it prints NULL.
                if (property.EndsWith("[]", StringComparison.Ordinal))
                {
                    Assert.Contains(property[..^2], instance.Properties.Keys);
                    continue;
                }
                var parts = property.Split('=');
                Assert.True(instance.Optional(parts[0]).Length > 0, $"{instance.Path} has no {parts[0]}");
                if (parts.Length > 1)
                    Assert.Equal(parts[1], instance[parts[0]]);
            }
        }
        Told(required.Cim, required.Ours, $"{instances.Count} instances");
    }

    private void Check(RequiredAssociation required, Func<string, string> located)
    {
        var links = 0;
        foreach (var from in Wbemcli.Names(located(required.From)))
        {
            foreach (var to in Wbemcli.Paths("ain", Wbemcli.Url(from), "-ac", required.Cim, "-ar", required.FromRole, "-arr", required.ToRole).Where(p => PrintedPath.ClassOf(p) == required.To))
            {
                links++;
                // One of each kind is enough for the way back.
                if (links == 1)
                    Assert.Contains(from, Wbemcli.Paths("ain", Wbemcli.Url(to), "-ac", required.Ours, "-ar", required.ToRole, "-arr", required.FromRole));
            }
        }
        if (required.When is null)
            Assert.True(links > 0, $"{required.Cim} leads from no {required.From} ({required.FromRole}) to a {required.To} ({required.ToRole})");
        Told(required.Cim, required.Ours, $"{links} links");
    }

    // Without parameters a method has to answer by itself: with defaults, with a return code, or by asking for what is missing.
    private void Check(RequiredMethod required, Func<string, string> located)
    {
        string[] call = ["cm", Wbemcli.Url(Wbemcli.Names(located(required.Ours))[0]), required.Name];
        var answered = Wbemcli.Run(call).ExitCode == 0;
        if (!answered)
            Assert.Equal(4, Wbemcli.Refused(call).Status);
        Told($"{required.Name}()", required.Ours, answered ? "answers" : "asks for its parameters");
    }

    private void Told(string required, string ours, string found) => output.WriteLine($"{required,-45} {ours,-45} {found}");
}
