using Xen.Cim.Model;
using Xen.Cim.Registrar;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>The registration texts say just what the provider declares.</summary>
public sealed class RegistrationTests : ProviderTest
{
    private IReadOnlyList<CimInstance> Pegasus => MofInstanceReader.Parse(Registration.Pegasus(Provider.Classes, "1.2.3"));

    [Fact]
    public void Pegasus_has_one_module_and_one_provider()
    {
        var module = Assert.Single(Pegasus, i => i.ClassName == "PG_ProviderModule");
        Assert.Equal(("XenCim", "XenCim", "CMPI", "1.2.3"), (module["Name"], module["Location"], module["InterfaceType"], module["Version"]));
        var provider = Assert.Single(Pegasus, i => i.ClassName == "PG_Provider");
        Assert.Equal(module["Name"], provider["ProviderModuleName"]);
        Assert.All(Pegasus.Where(i => i.ClassName == "PG_ProviderCapabilities"), c =>
            Assert.Equal((module["Name"], provider["Name"]), (c["ProviderModuleName"], c["ProviderName"])));
    }

    [Fact]
    public void Pegasus_learns_each_class_once_with_its_types_and_namespace()
    {
        var capabilities = Pegasus.Where(i => i.ClassName == "PG_ProviderCapabilities").ToDictionary(i => (string)i["ClassName"]!);
        Assert.Equal(Provider.Classes.Select(c => c.ClassName).Order(StringComparer.Ordinal), capabilities.Keys.Order(StringComparer.Ordinal));
        foreach (var @class in Provider.Classes)
        {
            var entry = capabilities[@class.ClassName];
            Assert.Equal(@class.Namespaces, Values(entry["Namespaces"]).Cast<string>());
            // 2 instance, 3 association, 4 indication, 5 method (PG_ProviderCapabilities.ProviderType).
            Assert.Equal(Expected(@class.Kinds, (ProviderKinds.Instance, "2"), (ProviderKinds.Association, "3"), (ProviderKinds.Indication, "4"), (ProviderKinds.Method, "5")),
                Values(entry["ProviderType"]).Select(v => CimValue.Format(v!)));
        }
        Assert.Equal(capabilities.Count, capabilities.Values.Select(c => c["CapabilityID"]).Distinct().Count());
    }

    [Fact]
    public void Sfcb_learns_each_class_once_in_one_group_that_is_never_unloaded()
    {
        var sections = Registration.Sfcb(Provider.Classes).Split('[').Skip(1).ToDictionary(s => s[..s.IndexOf(']', StringComparison.Ordinal)],
            s => s.Split('\n').Skip(1).Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1]));
        Assert.Equal(Provider.Classes.Select(c => c.ClassName).Order(StringComparer.Ordinal), sections.Keys.Order(StringComparer.Ordinal));
        Assert.Single(sections.Values.Select(s => (s["group"], s["provider"], s["location"])).Distinct());
        Assert.All(sections.Values, s => Assert.Equal("never", s["unload"]));
        foreach (var @class in Provider.Classes)
        {
            Assert.Equal(@class.Namespaces, sections[@class.ClassName]["namespace"].Split(' '));
            Assert.Equal(Expected(@class.Kinds, (ProviderKinds.Instance, "instance"), (ProviderKinds.Association, "association"), (ProviderKinds.Indication, "indication"), (ProviderKinds.Method, "method")),
                sections[@class.ClassName]["type"].Split(' '));
        }
    }

    [Fact]
    public void Another_namespace_is_that_of_every_class_but_those_that_belong_into_Interop()
    {
        var moved = Registration.In("root/xen", "root/PG_InterOp", Provider.Classes);

        Assert.Equal(Provider.Classes.Select(c => (c.ClassName, c.Kinds)), moved.Select(c => (c.ClassName, c.Kinds)));
        Assert.All(moved, c => Assert.Equal(c.ClassName switch
        {
            "Xen_RegisteredProfile" or "Xen_ReferencedProfile" => ["root/PG_InterOp"],
            "Xen_ElementConformsToProfile" => ["root/PG_InterOp", "root/xen"],
            _ => ["root/xen"],
        }, c.Namespaces));
    }

    [Fact]
    public void An_association_between_two_namespaces_is_declared_in_both()
    {
        string[] ours = [.. Provider.Classes.Select(c => c.ClassName)];
        var (managed, interop) = (Registration.ClassesOf(false, ours, Provider.Classes), Registration.ClassesOf(true, ours, Provider.Classes));
        Assert.Equal(["Xen_ElementConformsToProfile"], managed.Intersect(interop));
        Assert.Equal(ours.Order(StringComparer.Ordinal), managed.Union(interop).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("root/virt", true)]
    [InlineData("root/PG_InterOp", true)]
    [InlineData("/root/virt", false)]
    [InlineData("root//virt", false)]
    [InlineData("root/virt\" };", false)]
    [InlineData("", false)]
    public void Only_a_namespaces_name_is_taken_for_one(string text, bool expected) => Assert.Equal(expected, CimNamespace.IsName(text));

    private static IEnumerable<object?> Values(object? array) => CimValue.Elements(Assert.IsType<Array>(array, exactMatch: false));

    private static IEnumerable<string> Expected(ProviderKinds kinds, params (ProviderKinds Kind, string Word)[] words) =>
        words.Where(w => kinds.HasFlag(w.Kind)).Select(w => w.Word);
}
