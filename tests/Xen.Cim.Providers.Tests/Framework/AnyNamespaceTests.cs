using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Framework;

/// <summary>The classes answer in whatever namespace a server has them, and every path says that namespace.</summary>
public sealed class AnyNamespaceTests : ProviderTest
{
    private const string Elsewhere = "root/xen";
    private static readonly CimRequest s_there = new() { Namespace = Elsewhere };

    private AnyNamespace There => new(Provider);

    [Fact]
    public void Every_class_answers_with_its_paths_and_references_in_the_namespace_asked()
    {
        foreach (var @class in Provider.Classes.Where(c => c.SecondNamespace is null && c.Kinds.HasFlag(ProviderKinds.Instance)))
        {
            var asked = new CimObjectPath(@class.ClassName, Elsewhere);
            var here = All(@class.ClassName);
            var there = There.EnumerateInstances(s_there, asked).ToList();
            Assert.Equal(here.Count, there.Count);
            Assert.Equal(here.Select(i => Moved(i.Path!)), there.Select(i => i.Path!));
            Assert.Equal(here.Select(i => Moved(i.Path!)), There.EnumerateInstanceNames(s_there, asked));
            foreach (var reference in there.SelectMany(i => i.Properties).SelectMany(p => p.Value is Array a ? CimValue.Elements(a) : [p.Value]).OfType<CimObjectPath>())
                Assert.Equal(Elsewhere, reference.Namespace);
            foreach (var instance in there)
                Assert.Equal(instance.Path, There.GetInstance(s_there, instance.Path!).Path);
        }
    }

    [Fact]
    public void Two_namespaces_take_the_places_of_the_two_homes()
    {
        var there = new AnyNamespace(Provider, Elsewhere, "root/PG_InterOp");
        var interop = new CimRequest { Namespace = "root/PG_InterOp" };

        var profile = there.EnumerateInstances(interop, new CimObjectPath("Xen_RegisteredProfile", interop.Namespace)).Single(p => "Virtual System".Equals(p["RegisteredName"]));
        Assert.Equal("root/PG_InterOp", profile.Path!.Namespace);
        var guests = there.AssociatorNames(interop, profile.Path, new AssociationFilter("CIM_ElementConformsToProfile", Role: "ConformantStandard")).ToList();
        Assert.Contains(Moved(GuestPath(Samples.Web)), guests);
        Assert.All(guests, g => Assert.Equal(Elsewhere, g.Namespace));
        // The same link is in both namespaces.
        foreach (var (request, source) in new[] { (interop, profile.Path), (s_there, Moved(GuestPath(Samples.Web))) })
        {
            var link = there.References(request, source, new AssociationFilter("Xen_ElementConformsToProfile")).First();
            Assert.Equal(request.Namespace, link.Path!.Namespace);
            Assert.Equal("root/PG_InterOp", ((CimObjectPath)link["ConformantStandard"]!).Namespace);
            Assert.Equal(Elsewhere, ((CimObjectPath)link["ManagedElement"]!).Namespace);
            Assert.Equal(link.Path, there.GetInstance(request, link.Path).Path);
        }
        Refused(CimStatus.NotFound, () => there.GetInstance(interop, profile.Path.WithNamespace("root/interop")));
        foreach (var each in there.EnumerateInstances(interop, new CimObjectPath("CIM_RegisteredProfile", interop.Namespace)))
        {
            var alone = there.GetInstance(interop, each.Path!);
            Assert.Equal(each.Path, alone.Path);
            Assert.Equal(each.Properties.Select(p => (p.Name, CimValue.Format(p.Value!))), alone.Properties.Select(p => (p.Name, CimValue.Format(p.Value!))));
        }
    }

    [Fact]
    public void Associations_lead_from_and_to_the_namespace_asked()
    {
        var guest = Moved(GuestPath(Samples.Web));

        var names = There.AssociatorNames(s_there, guest, AssociationFilter.None).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, n => Assert.Equal(n.ClassName == "Xen_RegisteredProfile" ? "root/interop" : Elsewhere, n.Namespace));
        Assert.Equal(names, There.Associators(s_there, guest, AssociationFilter.None).Select(i => i.Path!));
        foreach (var link in There.ReferenceNames(s_there, guest, AssociationFilter.None).ToList())
        {
            Assert.All(link.Keys, k => Assert.Equal(k.Name == "ConformantStandard" ? "root/interop" : Elsewhere, Assert.IsType<CimObjectPath>(k.Value).Namespace));
            // Some servers hand references over as text.
            var text = link.WithKeys(link.Keys.Select(k => new CimKey(k.Name, k.Value.ToString()!)));
            Assert.Equal(link, There.GetInstance(s_there, text).Path);
        }
        Assert.Equal(There.ReferenceNames(s_there, guest, AssociationFilter.None), There.References(s_there, guest, AssociationFilter.None).Select(i => i.Path!));
    }

    [Fact]
    public void Methods_take_and_give_references_in_the_namespace_asked()
    {
        var (input, output) = (new CimArguments(), new CimArguments());
        input.Set("SystemSettings", CimType.String, false, "instance of Xen_VirtualSystemSettingData { ElementName = \"elsewhere\"; };");
        input.Set("ResourceSettings", CimType.String, true, new[]
        {
            "instance of Xen_DiskRASD { VirtualDevice = \"xvda\"; Address = \"/var/lib/xen/images/new.qcow2\"; };",
            "instance of Xen_DiskRASD { VirtualDevice = \"xvdb\"; Address = \"/dev/vg0/more\"; };",
        });
        input.Set("ReferenceConfiguration", CimType.Reference, false, Moved(ConfigurationPath(Samples.Web, "defined")));

        var result = There.InvokeMethod(s_there, Moved(Service), "DefineSystem", input, output);

        Assert.Equal(0u, result);
        var defined = Assert.IsType<CimObjectPath>(output["ResultingSystem"]!.Value);
        Assert.Equal(Elsewhere, defined.Namespace);
        Assert.Equal("elsewhere", There.GetInstance(s_there, defined)["ElementName"]);
        There.DeleteInstance(s_there, defined);
        Refused(CimStatus.NotFound, () => There.GetInstance(s_there, defined));
    }

    [Fact]
    public void A_path_in_another_namespace_than_the_one_asked_names_nothing_here()
    {
        foreach (var other in new[] { "root/virt", "root/else" })
        {
            var error = Refused(CimStatus.NotFound, () => There.GetInstance(s_there, GuestPath(Samples.Web).WithNamespace(other)));
            Assert.DoesNotContain(other == "root/virt" ? "root/xen" : "root/virt", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Errors_name_the_namespace_asked()
    {
        var error = Refused(CimStatus.NotFound, () => There.GetInstance(s_there, Moved(GuestPath("nobody"))));

        Assert.Contains("root/xen:Xen_ComputerSystem", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_that_a_client_took_apart_is_put_together_again()
    {
        // wbemcli reads root/xen:Class as host and namespace.
        var apart = GuestPath(Samples.Web).WithHost("root").WithNamespace("xen");

        Assert.Equal(Moved(GuestPath(Samples.Web)), There.GetInstance(s_there, apart).Path);
    }

    [Fact]
    public void At_home_nothing_is_touched()
    {
        var here = There.GetInstance(Request, GuestPath(Samples.Web));

        Assert.Equal("root/virt", here.Path!.Namespace);
        Refused(CimStatus.NotFound, () => There.GetInstance(Request, Moved(GuestPath(Samples.Web))));
    }

    private static CimObjectPath Moved(CimObjectPath path) =>
        path.WithNamespace(Elsewhere).WithKeys(path.Keys.Select(k => k.Value is CimObjectPath inner ? new CimKey(k.Name, Moved(inner)) : k));
}
