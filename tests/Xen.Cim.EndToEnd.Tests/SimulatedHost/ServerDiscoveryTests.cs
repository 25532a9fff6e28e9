using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>
/// The way of a generic client that knows nothing but the address: Interop namespace, object manager, namespaces, profiles,
/// central instances (DSP1033), then a subscription.
/// </summary>
public sealed class ServerDiscoveryTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private const string Interop = "root/interop";

    [Fact]
    public void The_Interop_namespace_is_found_by_trying()
    {
        Assert.Equal(3, Call("interop", "EnumerateInstances", Class("CIM_Namespace")).Status);
        var namespaces = Instances("CIM_Namespace");

        Assert.Equal(["root/cimv2", "root/interop", "root/virt"], namespaces.Select(n => Text(n.Instance, "Name")).Order(StringComparer.Ordinal));
        Assert.All(namespaces, AreTheSameAlone);
    }

    [Fact]
    public void There_is_one_object_manager_with_brand_and_version()
    {
        var manager = Assert.Single(Instances("CIM_ObjectManager"));

        AreTheSameAlone(manager);
        Assert.Contains("Xen.Cim", Text(manager.Instance, "ElementName"), StringComparison.Ordinal);
        Assert.Matches(@"[0-9]+\.[0-9]+", Text(manager.Instance, "Description"));
    }

    [Fact]
    public void Every_profile_leads_to_its_central_instances()
    {
        var profiles = Instances("CIM_RegisteredProfile");

        Assert.NotEmpty(profiles);
        Assert.All(profiles, profile =>
        {
            AreTheSameAlone(profile);
            Assert.Equal("2", Text(profile.Instance, "RegisteredOrganization"));
            Assert.NotEmpty(Text(profile.Instance, "RegisteredName"));
            Assert.Matches(@"^\d+\.\d+\.\d+$", Text(profile.Instance, "RegisteredVersion"));
            var central = Call(Interop, "Associators", Name(profile.Path, "ObjectName"), Class("CIM_ElementConformsToProfile", "AssocClass"),
                Value("Role", "ConformantStandard"), Value("ResultRole", "ManagedElement"), Value("IncludeQualifiers", "FALSE")).Document!.Descendants("VALUE.OBJECTWITHPATH").ToList();
            // A job is there while something takes long.
            if (Text(profile.Instance, "RegisteredName") != "Job Control")
                Assert.True(central.Count > 0, $"{Text(profile.Instance, "RegisteredName")} has no central instances");
            // Wherever they are, they are found there.
            Assert.All(central, c => Assert.Equal(0, Call(NamespaceOf(c), "GetInstance", Name(c.Descendants("INSTANCENAME").First(), "InstanceName")).Status));
        });
    }

    [Fact]
    public void Values_are_mapped_by_qualifiers_of_the_class()
    {
        var found = Call("root/virt", "GetClass", Class("Xen_ComputerSystem"), Value("LocalOnly", "FALSE"), Value("IncludeQualifiers", "TRUE")).Document!.Descendants("CLASS").Single();
        var state = found.Elements("PROPERTY").Single(p => (string?)p.Attribute("NAME") == "EnabledState");
        var parameter = found.Elements("METHOD").Single(m => (string?)m.Attribute("NAME") == "RequestStateChange").Elements("PARAMETER").Single(p => (string?)p.Attribute("NAME") == "RequestedState");

        foreach (var element in (XElement[])[state, parameter])
        {
            var (map, values) = (Strings(element, "ValueMap"), Strings(element, "Values"));
            Assert.Equal(map.Count, values.Count);
            Assert.Equal("Enabled", values[map.IndexOf("2")]);
        }
    }

    [Fact]
    public void A_subscription_manager_makes_finds_and_removes_what_it_owns()
    {
        var system = Text(Assert.Single(Instances("CIM_ObjectManager")).Instance, "SystemName");
        var filter = Make("CIM_IndicationFilter", system, Property("Query", "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_ComputerSystem"), Property("QueryLanguage", "DMTF:CQL"),
            new XElement("PROPERTY.ARRAY", new XAttribute("NAME", "SourceNamespaces"), new XAttribute("TYPE", "string"), new XElement("VALUE.ARRAY", new XElement("VALUE", "root/virt"))));
        var destination = Make("CIM_ListenerDestinationCIMXML", system, Property("Destination", "http://127.0.0.1:1"),
            new XElement("PROPERTY", new XAttribute("NAME", "PersistenceType"), new XAttribute("TYPE", "uint16"), new XElement("VALUE", "3")));
        var subscription = Call(Interop, "CreateInstance", New(new XElement("INSTANCE", new XAttribute("CLASSNAME", "CIM_IndicationSubscription"),
            Reference("Filter", filter), Reference("Handler", destination)))).Document!.Descendants("INSTANCENAME").First();

        Assert.Contains(Instances("CIM_IndicationFilter"), i => Text(i.Instance, "Name") == "client:filter");
        Assert.Contains(Instances("CIM_ListenerDestinationCIMXML"), i => Text(i.Instance, "Name") == "client:destination");
        // Which subscriptions a filter and a destination have.
        foreach (var end in (XElement[])[filter, destination])
        {
            var names = Call(Interop, "ReferenceNames", Name(end, "ObjectName"), Class("CIM_IndicationSubscription", "ResultClass")).Document!.Descendants("OBJECTPATH");
            Assert.Equal("CIM_IndicationSubscription", (string?)Assert.Single(names).Descendants("INSTANCENAME").First().Attribute("CLASSNAME"));
        }
        Assert.Equal(1, Call(Interop, "DeleteInstance", Name(filter, "InstanceName")).Status);
        foreach (var name in (XElement[])[subscription, filter, destination])
            Assert.Equal(0, Call(Interop, "DeleteInstance", Name(name, "InstanceName")).Status);
        Assert.Empty(Instances("CIM_IndicationSubscription"));

        XElement Make(string className, string systemName, params object[] properties)
        {
            var instance = new XElement("INSTANCE", new XAttribute("CLASSNAME", className), Property("SystemCreationClassName", "CIM_ComputerSystem"), Property("SystemName", systemName),
                Property("CreationClassName", className), Property("Name", className == "CIM_IndicationFilter" ? "client:filter" : "client:destination"), properties);
            var made = Call(Interop, "CreateInstance", New(instance));
            Assert.True(made.Status == 0, made.ToString());
            Assert.Equal(11, Call(Interop, "CreateInstance", New(instance)).Status);
            return made.Document!.Descendants("INSTANCENAME").First();
        }
    }

    // What is asked for alone has the same properties as among the others.
    private void AreTheSameAlone((XElement Path, XElement Instance) found)
    {
        var alone = Call(Interop, "GetInstance", Name(found.Path, "InstanceName")).Document!.Descendants("INSTANCE").Single();
        Assert.Equal(found.Instance.ToString(), alone.ToString());
    }

    private List<(XElement Path, XElement Instance)> Instances(string className) => Call(Interop, "EnumerateInstances", Class(className), Value("LocalOnly", "FALSE"), Value("DeepInheritance", "TRUE"))
        .Document!.Descendants("VALUE.NAMEDINSTANCE").Select(n => (n.Element("INSTANCENAME")!, n.Element("INSTANCE")!)).ToList();

    private CimXmlAnswer Call(string @namespace, string method, params XElement[] parameters)
    {
        var answer = host.Xml.Call(@namespace, method, parameters);
        Assert.True(answer.Document is not null, answer.ToString());
        return answer;
    }

    private static string Text(XElement instance, string property) => instance.Elements("PROPERTY").Single(p => (string?)p.Attribute("NAME") == property).Value;

    private static List<string> Strings(XElement element, string qualifier) =>
        element.Elements("QUALIFIER").Single(q => (string?)q.Attribute("NAME") == qualifier).Descendants("VALUE").Select(v => v.Value).ToList();

    private static string NamespaceOf(XElement withPath) => string.Join('/', withPath.Descendants("NAMESPACEPATH").First().Descendants("NAMESPACE").Select(n => (string?)n.Attribute("NAME")));

    private static XElement Class(string name, string parameter = "ClassName") =>
        new("IPARAMVALUE", new XAttribute("NAME", parameter), new XElement("CLASSNAME", new XAttribute("NAME", name)));

    private static XElement Name(XElement instanceName, string parameter) => new("IPARAMVALUE", new XAttribute("NAME", parameter), instanceName);

    private static XElement Value(string parameter, string value) => new("IPARAMVALUE", new XAttribute("NAME", parameter), new XElement("VALUE", value));

    private static XElement New(XElement instance) => new("IPARAMVALUE", new XAttribute("NAME", "NewInstance"), instance);

    private static XElement Property(string name, string value) => new("PROPERTY", new XAttribute("NAME", name), new XAttribute("TYPE", "string"), new XElement("VALUE", value));

    private static XElement Reference(string name, XElement path) => new("PROPERTY.REFERENCE", new XAttribute("NAME", name),
        new XElement("VALUE.REFERENCE", new XElement("LOCALINSTANCEPATH", CimXml.LocalNamespace(Interop), path)));
}
