using System.Xml.Linq;

namespace Xen.Cim.Server.Tests.Http;

/// <summary>What a client finds out that knows the Interop namespace and nothing else.</summary>
public sealed class DiscoveryTests : IAsyncLifetime
{
    private const string Interop = "root/interop";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-discovery");
    private readonly ServerFixture _client = new();

    private ServerOptions Options => ServerFixture.Options with { StateDirectory = _folder.FullName, Schema = [Path.Combine(Indications.IndicationTest.Tree, "schema")] };

    public ValueTask InitializeAsync() => _client.InitializeAsync(Options);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ThereIsOneObjectManagerAndItIsTheSameHoweverItIsAskedFor()
    {
        var enumerated = Assert.Single((await CallAsync("EnumerateInstances", Requests.ClassName("CIM_ObjectManager"))).Descendants("VALUE.NAMEDINSTANCE"));
        var got = (await CallAsync("GetInstance", Requests.Parameter("InstanceName", enumerated.Element("INSTANCENAME")!.ToString()))).Descendants("INSTANCE").Single();

        Assert.Equal(enumerated.Element("INSTANCE")!.ToString(), got.ToString());
        Assert.Equal("Xen.Cim", Value(got, "ElementName"));
        Assert.Matches(@"version \d+\.\d+\.\d+", Value(got, "Description"));
        // One of its superclasses leads to it, too.
        Assert.Contains("CIM_ObjectManager", (await CallAsync("EnumerateInstanceNames", Requests.ClassName("CIM_Service"))).Descendants("INSTANCENAME").Select(n => n.Attribute("CLASSNAME")!.Value));
    }

    [Theory]
    [InlineData("CIM_NamespaceInManager", "CIM_Namespace", 3)]
    [InlineData("CIM_CommMechanismForManager", "CIM_ObjectManagerCommunicationMechanism", 1)]
    public async Task TheObjectManagerLeadsToWhatIsItsOwn(string association, string className, int count)
    {
        var manager = (await CallAsync("EnumerateInstanceNames", Requests.ClassName("CIM_ObjectManager"))).Descendants("INSTANCENAME").Single().ToString();
        var own = (await CallAsync("Associators", Requests.Parameter("ObjectName", manager) + Requests.ClassName(association, "AssocClass"))).Descendants("VALUE.OBJECTWITHPATH").ToList();

        Assert.Equal(count, own.Count);
        Assert.All(own, o => Assert.Equal(className, o.Element("INSTANCE")!.Attribute("CLASSNAME")!.Value));
        Assert.Equal(count, (await CallAsync("ReferenceNames", Requests.Parameter("ObjectName", manager) + Requests.ClassName(association, "ResultClass"))).Descendants("OBJECTPATH").Count());
    }

    [Fact]
    public async Task TheWayToTheServerTellsWhatItCanBeAskedFor()
    {
        var way = (await CallAsync("EnumerateInstances", Requests.ClassName("CIM_ObjectManagerCommunicationMechanism"))).Descendants("INSTANCE").Single();

        // CIM-XML; basic read to pulled query execution; no password for a simulated host.
        Assert.Equal("2", Value(way, "CommunicationMechanism"));
        Assert.Equal(Enumerable.Range(2, 11).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)), Values(way, "FunctionalProfilesSupported"));
        Assert.Equal("TRUE", Value(way, "MultipleOperationsSupported"));
        Assert.Equal(["2"], Values(way, "AuthenticationMechanismsSupported"));
    }

    [Fact]
    public async Task NamespacesAreMadeAndDeletedAndKept()
    {
        Assert.Equal(["root/cimv2", Interop, "root/virt"], await NamespacesAsync());
        Assert.Equal("11", ServerFixture.ErrorOf(await CallAsync("CreateInstance", Namespace("root/virt"))).Code);
        Assert.Equal("4", ServerFixture.ErrorOf(await CallAsync("CreateInstance", Namespace("no good"))).Code);
        var made = (await CallAsync("CreateInstance", Namespace("root/other"))).Descendants("INSTANCENAME").Single();
        await _client.StopAsync();
        await _client.InitializeAsync(Options);
        Assert.Equal(["root/cimv2", Interop, "root/other", "root/virt"], await NamespacesAsync());

        Assert.Empty((await _client.IntrinsicAsync("CreateClass", Requests.Parameter("NewClass", "<CLASS NAME=\"Test_New\"></CLASS>"), "root/other")).Descendants("ERROR"));
        var path = Requests.Parameter("InstanceName", made.ToString());
        Assert.Equal("20", ServerFixture.ErrorOf(await CallAsync("DeleteInstance", path)).Code);
        Assert.Empty((await _client.IntrinsicAsync("DeleteClass", Requests.ClassName("Test_New"), "root/other")).Descendants("ERROR"));
        Assert.Empty((await CallAsync("DeleteInstance", path)).Descendants("ERROR"));
        Assert.Equal("3", ServerFixture.ErrorOf(await _client.IntrinsicAsync("EnumerateClassNames", "", "root/other")).Code);

        var own = (await CallAsync("EnumerateInstanceNames", Requests.ClassName("CIM_Namespace"))).Descendants("INSTANCENAME").First().ToString();
        Assert.Equal("7", ServerFixture.ErrorOf(await CallAsync("DeleteInstance", Requests.Parameter("InstanceName", own))).Code);

        async Task<List<string>> NamespacesAsync() => (await CallAsync("EnumerateInstances", Requests.ClassName("CIM_Namespace"))).Descendants("INSTANCE").Select(i => Value(i, "Name")).ToList();
    }

    private static string Namespace(string name) => Requests.Parameter("NewInstance",
        $"<INSTANCE CLASSNAME=\"CIM_Namespace\"><PROPERTY NAME=\"Name\" TYPE=\"string\"><VALUE>{name}</VALUE></PROPERTY></INSTANCE>");

    private Task<XElement> CallAsync(string operation, string parameters) => _client.IntrinsicAsync(operation, parameters, Interop);

    private static string Value(XElement instance, string property) => Values(instance, property).Single();

    private static IEnumerable<string> Values(XElement instance, string property) =>
        instance.Elements().Single(p => p.Attribute("NAME")!.Value == property).Descendants("VALUE").Select(v => v.Value);
}
