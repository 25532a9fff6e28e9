using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Names that people give: whatever is in them, what has the name is found, read, walked to and deleted.</summary>
public sealed class OddNameTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private CimXml Xml => host.Xml;

    public static TheoryData<string> Names =>
    [
        "my big disk", "a \"quoted\" 'name'", "Größe 池 ☃", "50% {of};$(it)&<all>,=.:\\",
        // libvirt keeps each in a file of its name, and writes another one of eight letters more beside it.
        new string('n', 247), string.Concat(Enumerable.Repeat("池", 82)),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_has_the_name_is_made_found_and_deleted(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Libvirtd.Images, Guid.NewGuid().ToString("N"))).FullName;
        var pool = Made("Pool", Service("CreateChildResourcePool", CimXml.Value("ElementName", "string", name),
            CimXml.Values("Settings", [$"instance of Xen_DiskPoolRASD {{ Path = \"{folder}\"; }};"])));
        var volume = Made("Resource", Service("CreateResourceInPool", CimXml.Reference("Pool", pool),
            CimXml.Value("Settings", "string", $"instance of Xen_StorageVolumeRASD {{ ElementName = \"{Escaped(name)}\"; VirtualQuantity = 65536; Format = \"raw\"; }};")));
        var network = Made("Pool", Service("CreateChildResourcePool", CimXml.Value("ElementName", "string", name),
            CimXml.Values("Settings", ["instance of Xen_NetworkPoolRASD { ForwardMode = \"bridge\"; BridgeName = \"xcbr9\"; Active = false; };"])));
        var guest = Made("ResultingSystem", Management("DefineSystem", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ ElementName = \"{Escaped(name)}\"; }};"),
            CimXml.Values("ResourceSettings", [$"instance of Xen_DiskRASD {{ VirtualDevice = \"vda\"; Address = \"{Escaped(Path.Combine(folder, name))}\"; }};",
                $"instance of Xen_NetworkRASD {{ Connection = {{\"{Escaped(name)}\"}}; }};"])));

        foreach (var made in (XElement[])[pool, volume, network, guest])
            Assert.Equal(name, Property(Get(made), "ElementName"));
        // From the volume to the guest's disk, and from the network to the guest's adapter.
        Assert.Equal(["vda"], Far(volume, "CIM_HostedDependency", "CIM_LogicalDisk").Select(d => Property(d, "Name")));
        Assert.Contains(Far(network, "CIM_ResourceAllocationFromPool", "Xen_NetworkRASD"), s => s.Descendants("PROPERTY.ARRAY").Any(p => (string?)p.Attribute("NAME") == "Connection" && p.Value == name));

        foreach (var made in (XElement[])[guest, volume, pool, network])
        {
            Good(Xml.Call("DeleteInstance", CimXml.InstanceParameter(made)));
            Assert.Equal(6, Xml.Call("GetInstance", CimXml.InstanceParameter(made)).Status);
        }
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData(248, 'n')]
    [InlineData(83, '池')]
    public void A_name_that_is_too_long_for_a_file_is_refused_by_its_length(int length, char letter)
    {
        var name = new string(letter, length);
        foreach (var answer in (CimXmlAnswer[])
        [
            Service("CreateChildResourcePool", CimXml.Value("ElementName", "string", name), CimXml.Values("Settings", ["instance of Xen_DiskPoolRASD { Path = \"/nowhere\"; };"])),
            Management("DefineSystem", CimXml.Value("SystemSettings", "string", $"instance of Xen_VirtualSystemSettingData {{ ElementName = \"{name}\"; }};")),
        ])
        {
            Assert.Equal(4, answer.Status);
            Assert.Contains("247 bytes", answer.Message, StringComparison.Ordinal);
        }
    }

    private CimXmlAnswer Service(string method, params IEnumerable<XElement> parameters) => Xml.Invoke(Singleton("Xen_ResourcePoolConfigurationService"), method, parameters);

    private CimXmlAnswer Management(string method, params IEnumerable<XElement> parameters) => Xml.Invoke(Singleton("Xen_VirtualSystemManagementService"), method, parameters);

    private XElement Singleton(string @class) => Assert.Single(Good(Xml.Call("EnumerateInstanceNames", CimXml.ClassName(@class))).Document!.Descendants("INSTANCENAME"));

    private XElement Get(XElement name) => Good(Xml.Call("GetInstance", CimXml.InstanceParameter(name))).Document!.Descendants("INSTANCE").Single();

    private List<XElement> Far(XElement from, string association, string result) => [.. Good(Xml.Call("Associators",
        new XElement("IPARAMVALUE", new XAttribute("NAME", "ObjectName"), from), Class("AssocClass", association), Class("ResultClass", result))).Document!.Descendants("INSTANCE")];

    private static XElement Class(string parameter, string name) => new("IPARAMVALUE", new XAttribute("NAME", parameter), new XElement("CLASSNAME", new XAttribute("NAME", name)));

    private static string? Property(XElement instance, string name) => instance.Elements("PROPERTY").FirstOrDefault(p => (string?)p.Attribute("NAME") == name)?.Element("VALUE")?.Value;

    private static XElement Made(string parameter, CimXmlAnswer answer)
    {
        Assert.Equal("0", Good(answer).ReturnValue);
        return answer.Document!.Descendants("PARAMVALUE").Single(p => (string?)p.Attribute("NAME") == parameter).Descendants("INSTANCENAME").First();
    }

    private static CimXmlAnswer Good(CimXmlAnswer answer)
    {
        Assert.True(answer.Status == 0, answer.ToString());
        return answer;
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
