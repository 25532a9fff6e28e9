using System.Net;
using System.Text;
using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>
/// What must not be done: the CIM status that the specifications name, a message that names what is wrong, nothing
/// changed on the host, and a server that goes on.
/// </summary>
public sealed class BadInputTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private const int Failed = 1;
    private const int InvalidNamespace = 3;
    private const int InvalidParameter = 4;
    private const int InvalidClass = 5;
    private const int NotFound = 6;
    private const int AlreadyExists = 11;
    private const int TypeMismatch = 13;
    private const int MethodNotFound = 17;

    private const string Nobody = "11111111-2222-4333-8444-555555555555";
    private const string Defined = $"Xen:{SimulatedGuests.Windows}/defined";

    private CimXml Xml => host.Xml;

    private string Host => field ??= Assert.Single(host.Wbemcli.Instances("Xen_HostComputerSystem"))["Name"];

    private XElement Service => CimXml.Instance("Xen_VirtualSystemManagementService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", Host), ("CreationClassName", "Xen_VirtualSystemManagementService"), ("Name", "VirtualSystemManagementService"));

    [Theory]
    [InlineData("Xen_NoSuch")]
    [InlineData("Xen_ComputerSystem; drop")]
    public void An_unknown_class(string name) =>
        Refused(InvalidClass, name, () => Xml.Call("EnumerateInstances", CimXml.ClassName(name)), () => Xml.Call("EnumerateInstanceNames", CimXml.ClassName(name)),
            () => Xml.Call("GetInstance", CimXml.InstanceParameter(CimXml.Instance(name, ("Name", "x")))));

    [Fact]
    public void An_unknown_class_that_is_itself_asked_for() => Refused(NotFound, "Xen_NoSuch", () => Xml.Call("GetClass", CimXml.ClassName("Xen_NoSuch")));

    [Fact]
    public void An_unknown_namespace() =>
        Refused(InvalidNamespace, "root/nowhere", () => Xml.Call("root/nowhere", "EnumerateInstances", [CimXml.ClassName("Xen_ComputerSystem")]),
            () => Xml.Call("root/nowhere", "GetInstance", [CimXml.InstanceParameter(CimXml.Guest(SimulatedGuests.Web))]));

    [Fact]
    public void An_unknown_guest()
    {
        foreach (var name in (string[])[Nobody, "web", "", SimulatedGuests.Web + "0", "{" + SimulatedGuests.Web + "}"])
            Refused(NotFound, name, () => Xml.Call("GetInstance", CimXml.InstanceParameter(CimXml.Guest(name))), () => Xml.Call("DeleteInstance", CimXml.InstanceParameter(CimXml.Guest(name))));
        foreach (var name in (string[])[Nobody, "nobody"])
        {
            Refused(NotFound, name, () => Xml.Invoke(CimXml.Guest(name), "RequestStateChange", CimXml.Value("RequestedState", "uint16", "2")),
                () => Xml.Invoke(Service, "DestroySystem", CimXml.Reference("AffectedSystem", CimXml.Guest(name))));
        }
    }

    [Fact]
    public void Keys_that_are_none()
    {
        var get = (XElement instance) => Xml.Call("GetInstance", CimXml.InstanceParameter(instance));
        foreach (var instance in (XElement[])
        [
            CimXml.Instance("Xen_ComputerSystem"),
            CimXml.Instance("Xen_ComputerSystem", ("Name", SimulatedGuests.Web)),
            CimXml.Instance("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem"), ("Nane", SimulatedGuests.Web)),
            CimXml.Instance("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem"), ("Name", SimulatedGuests.Web), ("ElementName", "web")),
        ])
        {
            var answer = get(instance);
            Assert.True(answer.Status is InvalidParameter or NotFound, answer.ToString());
            Assert.NotEqual("", answer.Message);
        }
        // The right keys under the wrong creation class are somebody else's.
        Refused(NotFound, "CIM_ComputerSystem", () => get(CimXml.Instance("Xen_ComputerSystem", ("CreationClassName", "CIM_ComputerSystem"), ("Name", SimulatedGuests.Web))));
    }

    [Fact]
    public void Methods_and_values_that_do_not_exist()
    {
        var web = CimXml.Guest(SimulatedGuests.Web);
        Refused(MethodNotFound, "NoSuchMethod", () => Xml.Invoke(web, "NoSuchMethod"), () => Xml.Invoke(Service, "NoSuchMethod"));
        Refused(InvalidParameter, "RequestedState", () => Xml.Invoke(web, "RequestStateChange"));
        foreach (var value in (string[])["two", "-1", "65536", "1.5"])
            Refused([InvalidParameter, TypeMismatch], value, () => Xml.Invoke(web, "RequestStateChange", CimXml.Value("RequestedState", "uint16", value)));
        Refused(InvalidParameter, "NoSuchParameter", () => Xml.Invoke(web, "RequestStateChange", CimXml.Value("RequestedState", "uint16", "9"), CimXml.Value("NoSuchParameter", "string", "x")));
        Refused([InvalidParameter, TypeMismatch], "soon", () => Xml.Invoke(web, "RequestStateChange", CimXml.Value("RequestedState", "uint16", "9"), CimXml.Value("TimeoutPeriod", "datetime", "soon")));
        foreach (var (value, code) in ((string, string)[])[("12", "5"), ("7", "1"), ("8", "1")])
            Assert.Equal((0, code), Changing(() => Xml.Invoke(web, "RequestStateChange", CimXml.Value("RequestedState", "uint16", value))));

        (int, string?) Changing(Func<CimXmlAnswer> ask)
        {
            var before = Snapshot();
            var answer = ask();
            Assert.Equal(before, Snapshot());
            return (answer.Status, answer.ReturnValue);
        }
    }

    [Theory]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 1024", "ResourceSettings")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity 1024; };", "ResourceSettings")]
    [InlineData("class X {};", "ResourceSettings")]
    [InlineData("#pragma include (\"/etc/passwd\")", "ResourceSettings")]
    [InlineData("<INSTANCE CLASSNAME=\"Xen_MemoryRASD\"><PROPERTY", "ResourceSettings")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><INSTANCE CLASSNAME=\"Xen_MemoryRASD\"><PROPERTY NAME=\"ElementName\" TYPE=\"string\"><VALUE>&e;</VALUE></PROPERTY></INSTANCE>", "ResourceSettings")]
    [InlineData("instance of Xen_NoSuchRASD { VirtualQuantity = 1; };", "Xen_NoSuchRASD")]
    [InlineData("instance of Xen_ComputerSystem { Name = \"x\"; };", "Xen_ComputerSystem")]
    [InlineData("instance of CIM_ResourceAllocationSettingData { ResourceType = 30; };", "30")]
    [InlineData("instance of Xen_MemoryRASD { NoSuchProperty = 1; };", "NoSuchProperty")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = \"much\"; };", "VirtualQuantity")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = -1; };", "VirtualQuantity")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 0; };", "VirtualQuantity")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 18446744073709551615; };", "18446744073709551615")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 18446744073709551616; };", "at most 64 bits")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 99999999999; };", "99999999999")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 2048; Limit = 1024; };", "Limit")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 2048; AllocationUnits = \"furlong\"; };", "furlong")]
    [InlineData("instance of Xen_ProcessorRASD { VirtualQuantity = 0; };", "VirtualQuantity")]
    [InlineData("instance of Xen_ProcessorRASD { VirtualQuantity = 100000; };", "100000")]
    [InlineData("instance of Xen_ProcessorRASD { Weight = 70000; };", "70000")]
    [InlineData("instance of Xen_ProcessorRASD { Limit = 101; };", "101")]
    [InlineData("instance of Xen_DiskRASD { VirtualDevice = \"xvda\"; };", "xvda")]
    [InlineData("instance of Xen_DiskRASD { VirtualDevice = \"xvda\"; Address = \"/var/lib/xen/images/missing.img\"; };", "/var/lib/xen/images/missing.img")]
    [InlineData("instance of Xen_DiskRASD { VirtualDevice = \"xvda\"; Address = \"images/missing.img\"; };", "missing.img")]
    [InlineData("instance of Xen_DiskRASD { VirtualDevice = \"xvda\"; Address = \"relative\"; };", "relative")]
    [InlineData("instance of Xen_DiskRASD { VirtualDevice = \"bogus\"; Address = \"/var/lib/xen/images/spare.img\"; };", "bogus")]
    [InlineData("instance of Xen_DiskRASD { Address = \"/var/lib/xen/images/spare.img\"; HostExtentName = \"/var/lib/xen/images/db-root.img\"; };", "db-root.img")]
    [InlineData("instance of Xen_NetworkRASD { NetworkName = \"nowhere\"; };", "nowhere")]
    [InlineData("instance of Xen_NetworkRASD { Connection = {\"lan\"}; Address = \"not a mac\"; };", "not a mac")]
    [InlineData("instance of Xen_NetworkRASD { Connection = {\"lan\"}; Address = \"01:00:5e:00:00:01\"; };", "01:00:5e:00:00:01")]
    [InlineData("instance of Xen_NetworkRASD { };", "adapter")]
    public void Resource_settings_that_cannot_be(string text, string named) =>
        Refused([InvalidParameter, TypeMismatch], named, () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings", [text])));

    [Theory]
    [InlineData("VirtualSystemType = \"DMTF:XEN:TOASTER\"", InvalidParameter, "DMTF:XEN:TOASTER")]
    [InlineData("ElementName = \"web\"", AlreadyExists, "web")]
    [InlineData("ElementName = \"a/b\"", InvalidParameter, "a/b")]
    [InlineData("ElementName = \" \"", InvalidParameter, "name")]
    [InlineData("VirtualSystemIdentifier = \"" + SimulatedGuests.Web + "\"", AlreadyExists, SimulatedGuests.Web)]
    [InlineData("VirtualSystemIdentifier = \"not a uuid\"", InvalidParameter, "not a uuid")]
    [InlineData("VirtualSystemIdentifier = \"00000000-0000-0000-0000-000000000000\"", InvalidParameter, "00000000-0000-0000-0000-000000000000")]
    [InlineData("AutomaticStartupAction = 3", 7, "xen-cim-guests")]
    [InlineData("AutomaticStartupAction = 99", InvalidParameter, "AutomaticStartupAction")]
    [InlineData("NoSuchProperty = 1", InvalidParameter, "NoSuchProperty")]
    public void System_settings_that_cannot_be(string properties, int status, string named) =>
        Refused(status, named, () => Xml.Invoke(Service, "DefineSystem", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ {properties}; }};")));

    [Fact]
    public void System_settings_of_another_class()
    {
        Refused(InvalidParameter, "Xen_MemoryRASD", () => Xml.Invoke(Service, "DefineSystem", CimXml.Value("SystemSettings", "string", "instance of Xen_MemoryRASD { VirtualQuantity = 1; };")));
        Refused(InvalidParameter, "SystemSettings", () => Xml.Invoke(Service, "DefineSystem", CimXml.Value("SystemSettings", "string",
            "instance of Xen_VirtualSystemSettingData { ElementName = \"a\"; }; instance of Xen_VirtualSystemSettingData { ElementName = \"b\"; };")));
    }

    [Fact]
    public void Several_settings_of_which_one_cannot_be() =>
        Refused(InvalidParameter, "nowhere", () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings",
            ["instance of Xen_MemoryRASD { VirtualQuantity = 65536; };", "instance of Xen_NetworkRASD { Connection = {\"lan\"}; };", "instance of Xen_NetworkRASD { NetworkName = \"nowhere\"; };"])),
            () => Xml.Invoke(Service, "ModifyResourceSettings", CimXml.Values("ResourceSettings",
            [$"instance of Xen_MemoryRASD {{ InstanceID = \"{Defined}/memory\"; VirtualQuantity = 65536; }};", $"instance of Xen_NetworkRASD {{ InstanceID = \"{Defined}/00-16-3e-00-00-31\"; NetworkName = \"nowhere\"; }};"])));

    [Fact]
    public void Settings_of_nothing_there()
    {
        foreach (var (id, named) in (ReadOnlySpan<(string, string)>)[($"Xen:{Nobody}/defined/memory", Nobody), ("memory", "memory"), ($"{Defined}/nosuch", "nosuch")])
            Refused(NotFound, named, () => Xml.Invoke(Service, "ModifyResourceSettings", CimXml.Values("ResourceSettings", [$"instance of Xen_DiskRASD {{ InstanceID = \"{id}\"; Access = 1; }};"])));
        Refused(InvalidParameter, "InstanceID", () => Xml.Invoke(Service, "ModifyResourceSettings", CimXml.Values("ResourceSettings", ["instance of Xen_MemoryRASD { VirtualQuantity = 65536; };"])));
        Refused(InvalidParameter, "ResourceSettings", () => Xml.Invoke(Service, "ModifyResourceSettings"));
        Refused(NotFound, Nobody, () => Xml.Invoke(Service, "ModifySystemSettings", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"Xen:{Nobody}/defined\"; }};")));
        Refused(NotFound, Nobody, () => Xml.Invoke(Service, "AddResourceSettings", CimXml.Reference("AffectedConfiguration", CimXml.Instance("Xen_VirtualSystemSettingData", ("InstanceID", $"Xen:{Nobody}/defined"))),
            CimXml.Values("ResourceSettings", ["instance of Xen_DiskRASD { Address = \"/var/lib/xen/images/spare.img\"; };"])));
        Refused(AlreadyExists, "web", () => Xml.Invoke(Service, "ModifySystemSettings", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"{Defined}\"; ElementName = \"web\"; }};")));
        Refused(InvalidParameter, "win/dows", () => Xml.Invoke(Service, "ModifySystemSettings", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"{Defined}\"; ElementName = \"win/dows\"; }};")));
        Refused(AlreadyExists, "hda", () => Xml.Invoke(Service, "AddResourceSettings", CimXml.Reference("AffectedConfiguration", CimXml.Instance("Xen_VirtualSystemSettingData", ("InstanceID", Defined))),
            CimXml.Values("ResourceSettings", ["instance of Xen_DiskRASD { VirtualDevice = \"hda\"; Address = \"/var/lib/xen/images/spare.img\"; };"])));
    }

    [Fact]
    public void References_to_what_is_somewhere_else()
    {
        const string Other = "other.example.org";
        Refused([InvalidParameter, NotFound], Other, () => Xml.Invoke(Service, "DestroySystem", CimXml.Reference("AffectedSystem", CimXml.Guest(SimulatedGuests.Windows), Other)),
            () => Xml.Invoke(Service, "RemoveResourceSettings", new XElement("PARAMVALUE", new XAttribute("NAME", "ResourceSettings"), new XAttribute("PARAMTYPE", "reference"),
                new XElement("VALUE.REFARRAY", CimXml.Reference("x", CimXml.Instance("Xen_DiskRASD", ("InstanceID", $"{Defined}/hdc")), Other).Elements()))));
        Refused(InvalidParameter, "Xen_HostComputerSystem", () => Xml.Invoke(Service, "DestroySystem", CimXml.Reference("AffectedSystem",
            CimXml.Instance("Xen_HostComputerSystem", ("CreationClassName", "Xen_HostComputerSystem"), ("Name", Host)))));
        // The service of another host is not here.
        var stranger = CimXml.Instance("Xen_VirtualSystemManagementService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
            ("SystemName", Other), ("CreationClassName", "Xen_VirtualSystemManagementService"), ("Name", "VirtualSystemManagementService"));
        Refused(NotFound, Other, () => Xml.Invoke(stranger, "DefineSystem"));
    }

    [Fact]
    public void Strings_of_a_mebibyte()
    {
        var huge = new string('x', 1024 * 1024);
        foreach (var ask in (Func<CimXmlAnswer>[])
        [
            () => Xml.Invoke(Service, "DefineSystem", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ ElementName = \"{huge}\"; }};")),
            () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings", [$"instance of Xen_DiskRASD {{ VirtualDevice = \"xvda\"; Address = \"/{huge}\"; }};"])),
            () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings", [$"instance of Xen_NetworkRASD {{ Connection = {{\"lan\"}}; Address = \"{huge}\"; }};"])),
            () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings", [$"instance of {huge} {{ }};"])),
            () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings", [huge])),
            () => Xml.Call("GetInstance", CimXml.InstanceParameter(CimXml.Guest(huge))),
            () => Xml.Invoke(CimXml.Guest(huge), "RequestStateChange", CimXml.Value("RequestedState", "uint16", "2")),
            () => Xml.Call("EnumerateInstances", CimXml.ClassName(huge)),
        ])
        {
            var answer = Unchanged(ask);
            Assert.True(answer.Status is InvalidParameter or NotFound or InvalidClass || answer.Http == HttpStatusCode.BadRequest, answer.ToString()[..Math.Min(2000, answer.ToString().Length)]);
            Assert.InRange(answer.Message.Length, 1, 4000);
        }
    }

    [Fact]
    public void Ten_thousand_resource_settings() =>
        Refused(InvalidParameter, "ResourceSettings", () => Xml.Invoke(Service, "DefineSystem", CimXml.Values("ResourceSettings",
            Enumerable.Range(0, 10_000).Select(_ => "instance of Xen_NetworkRASD { Connection = {\"lan\"}; };"))));

    [Theory]
    [InlineData("")]
    [InlineData("not XML")]
    [InlineData("<CIM")]
    [InlineData("<html/>")]
    [InlineData("<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"/></CIM>")]
    [InlineData("<!DOCTYPE CIM [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">&b;</CIM>")]
    [InlineData("<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ><IMETHODCALL NAME=\"EnumerateClasses\"/></SIMPLEREQ></MESSAGE></CIM>")]
    public void Requests_that_are_none(string body)
    {
        var answer = Unchanged(() => Xml.Post(body, "EnumerateClasses"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Http);
        Assert.False(string.IsNullOrEmpty(answer.CimError), answer.ToString());
        Assert.False(string.IsNullOrEmpty(answer.Detail), answer.ToString());
    }

    [Fact]
    public void Requests_nested_beyond_reason()
    {
        var body = new StringBuilder("<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">");
        for (var i = 0; i < 100_000; i++)
            body.Append("<MESSAGE>");
        Assert.Equal(HttpStatusCode.BadRequest, Unchanged(() => Xml.Post(body.ToString(), "GetClass")).Http);
    }

    /// <summary>Each is refused with one of the states, names what is wrong, and leaves the host as it was.</summary>
    private void Refused(int status, string named, params Func<CimXmlAnswer>[] requests) => Refused([status], named, requests);

    private void Refused(int[] statuses, string named, params Func<CimXmlAnswer>[] requests)
    {
        foreach (var request in requests)
        {
            var answer = Unchanged(request);
            Assert.True(answer.Http == HttpStatusCode.OK && statuses.Contains(answer.Status), $"expected status {string.Join(" or ", statuses)}: {answer}");
            Assert.Contains(named, answer.Message, StringComparison.Ordinal);
        }
    }

    private CimXmlAnswer Unchanged(Func<CimXmlAnswer> request)
    {
        var before = Snapshot();
        var answer = request();
        Assert.True(host.Server.IsAlive);
        Assert.Equal(before, Snapshot());
        return answer;
    }

    // Everything about guests.
    private string Snapshot() => string.Concat(((string[])["Xen_ComputerSystem", "CIM_SettingData", "Xen_ConcreteJob"])
        .Select(c => Xml.Call("EnumerateInstances", CimXml.ClassName(c)).Document!.Descendants("IRETURNVALUE").Single().ToString()));
}
