using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>Definitions of pools and networks that become others: what nobody asked about stays as it is.</summary>
public sealed class ChangedPoolTests
{
    private const string Nas = """
        <pool type='netfs'><name>n</name><uuid>0b6d4f1e-7c1a-4b5e-8a53-6f0d1c2b3a01</uuid>
          <source><host name='nas' port='2049'/><dir path='/export'/><format type='nfs'/><protocol ver='4.2'/></source>
          <target><path>/mnt/n</path><permissions><mode>0711</mode></permissions></target></pool>
        """;

    private static readonly NewStoragePool s_nas = new("n", "netfs") { SourceHost = "nas", SourceDirectory = "/export", Format = "nfs", Path = "/mnt/n" };

    [Fact]
    public void Nothing_that_differs_changes_nothing() => Assert.True(Equal(Nas, Changed(Nas, s_nas)));

    [Fact]
    public void A_storage_pool_keeps_port_permissions_and_what_else_is_in_it()
    {
        Assert.True(Equal(Nas.Replace("/export", "/other", StringComparison.Ordinal).Replace("/mnt/n", "/mnt/m", StringComparison.Ordinal),
            Changed(Nas, s_nas with { SourceDirectory = "/other", Path = "/mnt/m" })));
        // The port was the other host's.
        Assert.True(Equal(Nas.Replace("'nas' port='2049'", "'san'", StringComparison.Ordinal), Changed(Nas, s_nas with { SourceHost = "san" })));
    }

    [Fact]
    public void Devices_and_a_login_come_and_go()
    {
        const string Group = "<pool type='logical'><name>g</name><source><device path='/dev/sdb'/><name>vg</name></source><target><path>/dev/vg</path></target></pool>";
        Assert.True(Equal(Group.Replace("<name>vg", "<device path='/dev/sdc'/><name>vg", StringComparison.Ordinal),
            Changed(Group, new NewStoragePool("g", "logical") { SourceDevices = ["/dev/sdb", "/dev/sdc"], SourceName = "vg", Path = "/dev/vg" })));

        const string Target = "<pool type='iscsi'><name>t</name><source><host name='san'/><device path='iqn.x'/></source><target><path>/dev/disk/by-path</path></target></pool>";
        var wish = new NewStoragePool("t", "iscsi") { SourceHost = "san", SourceDevices = ["iqn.x"], Path = "/dev/disk/by-path" };
        var secret = Target.Replace("</source>", "<auth type='chap' username='ann'><secret usage='s'/></auth></source>", StringComparison.Ordinal);
        Assert.True(Equal(secret, Changed(Target, wish with { Login = new("ann", "s") })));
        Assert.True(Equal(Target, Changed(secret, wish)));
    }

    private const string Lan = """
        <network><name>l</name><uuid>0b6d4f1e-7c1a-4b5e-8a53-6f0d1c2b3a02</uuid><forward mode='nat'><nat><port start='1024' end='65535'/></nat></forward>
          <bridge name='virbr1' stp='on' delay='0'/><mac address='52:54:00:00:00:01'/><domain name='d'/><dns><host ip='10.0.0.9'><hostname>h</hostname></host></dns>
          <ip address='10.0.0.1' netmask='255.255.255.0'><dhcp><range start='10.0.0.2' end='10.0.0.9'/><host mac='52:54:00:00:00:09' ip='10.0.0.9'/></dhcp></ip></network>
        """;

    private static readonly NewNetwork s_lan = new("l")
    {
        ForwardMode = "nat",
        Bridge = "virbr1",
        Domain = "d",
        Address = IPAddress.Parse("10.0.0.1"),
        Prefix = 24,
        Range = new(IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.9")),
    };

    [Fact]
    public void A_network_keeps_its_names_fixed_addresses_and_ports()
    {
        Assert.True(Equal(Lan, Changed(Lan, s_lan)));
        Assert.True(Equal(Lan.Replace("end='10.0.0.9'", "end='10.0.0.20'", StringComparison.Ordinal), Changed(Lan, s_lan with { Range = new(IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.20")) })));
        Assert.True(Equal(Lan.Replace("address='10.0.0.1' netmask='255.255.255.0'", "address='10.0.0.1' family='ipv4' prefix='16'", StringComparison.Ordinal), Changed(Lan, s_lan with { Prefix = 16 })));
        Assert.True(Equal(Lan.Replace("mode='nat'", "mode='nat' dev='eth0'", StringComparison.Ordinal), Changed(Lan, s_lan with { ForwardDevices = ["eth0"] })));
        Assert.True(Equal(Lan.Replace("<range start='10.0.0.2' end='10.0.0.9'/>", "", StringComparison.Ordinal), Changed(Lan, s_lan with { Range = null })));
    }

    [Fact]
    public void A_network_moves_to_a_bridge_of_the_host()
    {
        var moved = NetworkDefinition.Parse(Changed(Lan, new NewNetwork("l") { ForwardMode = "bridge", Bridge = "br0", Domain = "d" })).ToVirtualNetwork(false, false);

        Assert.Equal(("bridge", "br0", null), (moved.ForwardMode, moved.Bridge, moved.Address));
    }

    private static string Changed(string xml, NewStoragePool wish)
    {
        var definition = StoragePoolDefinition.Parse(xml);
        definition.Change(wish);
        return definition.ToXml();
    }

    private static string Changed(string xml, NewNetwork wish)
    {
        var definition = NetworkDefinition.Parse(xml);
        definition.Change(wish);
        return definition.ToXml();
    }

    // Attributes in any order, and no indentation.
    private static bool Equal(string expected, string actual) => XNode.DeepEquals(Sorted(XElement.Parse(expected)), Sorted(XElement.Parse(actual)));

    private static XElement Sorted(XElement element) => new(element.Name, element.Attributes().OrderBy(a => a.Name.LocalName, StringComparer.Ordinal),
        element.HasElements ? element.Elements().Select(Sorted) : element.Value);
}
