using System.Net;
using System.Xml.Linq;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>The XML of pools, networks and volumes that are to be made (formatstorage, formatnetwork).</summary>
public sealed class NewPoolTests
{
    [Fact]
    public void A_storage_pool_of_several_devices() => Same("""
        <pool type="logical"><name>a &amp; b</name>
          <source><device path="/dev/sdb"/><device path="/dev/sdc"/><name>vg</name><format type="lvm2"/></source>
          <target><path>/dev/vg</path></target></pool>
        """, StoragePoolDefinition.New(new("a & b", "logical") { SourceDevices = ["/dev/sdb", "/dev/sdc"], SourceName = "vg", Format = "lvm2", Path = "/dev/vg" }).ToXml());

    [Fact]
    public void A_directory_of_another_host_and_a_SCSI_adapter()
    {
        Same("""
            <pool type="netfs"><name>n</name><source><host name="nas"/><dir path="/export"/></source><target><path>/mnt</path></target></pool>
            """, StoragePoolDefinition.New(new("n", "netfs") { SourceHost = "nas", SourceDirectory = "/export", Path = "/mnt" }).ToXml());
        Same("""
            <pool type="scsi"><name>s</name><source><adapter name="host3"/></source><target><path>/dev/disk/by-path</path></target></pool>
            """, StoragePoolDefinition.New(new("s", "scsi") { SourceName = "host3", Path = "/dev/disk/by-path" }).ToXml());
    }

    [Theory]
    [InlineData("iscsi", "san-1", "<auth type=\"chap\" username=\"ann\"><secret usage=\"san-1\"/></auth>")]
    [InlineData("rbd", "2ec115d7-3a88-3ceb-bc12-0ac909a6fd87", "<auth type=\"ceph\" username=\"ann\"><secret uuid=\"2ec115d7-3a88-3ceb-bc12-0ac909a6fd87\"/></auth>")]
    public void A_login_names_a_secret_by_usage_or_by_UUID(string type, string secret, string auth)
    {
        var pool = StoragePoolDefinition.New(new("p", type) { SourceHost = "san", SourceDevices = ["iqn.x"], Login = new("ann", secret) });
        Same($"""<pool type="{type}"><name>p</name><source><host name="san"/><device path="iqn.x"/>{auth}</source></pool>""", pool.ToXml());
        Assert.Equal(new StorageLogin("ann", secret), pool.ToStoragePool(false, false).Login);
    }

    [Fact]
    public void A_network_with_addresses() => Same("""
        <network><name>n</name><forward mode="route" dev="eth0"/><bridge name="virbr9"/><domain name="x.example"/>
          <ip family="ipv6" address="fd00::1" prefix="64"><dhcp><range start="fd00::10" end="fd00::20"/></dhcp></ip></network>
        """, NetworkDefinition.New(new("n")
    {
        ForwardMode = "route",
        ForwardDevices = ["eth0"],
        Bridge = "virbr9",
        Domain = "x.example",
        Address = IPAddress.Parse("fd00::1"),
        Prefix = 64,
        Range = new(IPAddress.Parse("fd00::10"), IPAddress.Parse("fd00::20")),
    }).ToXml());

    [Fact]
    public void Networks_that_hand_out_interfaces()
    {
        Same("""<network><name>n</name><forward mode="vepa"><interface dev="eth0"/><interface dev="eth1"/></forward></network>""",
            NetworkDefinition.New(new("n") { ForwardMode = "vepa", ForwardDevices = ["eth0", "eth1"] }).ToXml());
        Same("""<network><name>n</name><forward mode="hostdev" managed="yes"><pf dev="eth0"/></forward></network>""",
            NetworkDefinition.New(new("n") { ForwardMode = "hostdev", ForwardDevices = ["eth0"] }).ToXml());
        Same("<network><name>n</name></network>", NetworkDefinition.New(new("n")).ToXml());
    }

    [Fact]
    public void A_volume_with_a_backing_image() => Same("""
        <volume><name>v.qcow2</name><capacity unit="bytes">9223372036854775807</capacity><allocation unit="bytes">0</allocation>
          <target><format type="qcow2"/></target><backingStore><path>/base.img</path><format type="raw"/></backingStore></volume>
        """, StorageVolumeDefinition.New(new("v.qcow2", long.MaxValue) { Allocation = 0, Format = "qcow2", BackingPath = "/base.img", BackingFormat = "raw" }).ToXml());

    [Fact]
    public void What_XML_cannot_carry_is_refused()
    {
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => StoragePoolDefinition.New(new("a\u0001", "dir"))).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => NetworkDefinition.New(new("a") { Bridge = "b\u0002" })).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => StorageVolumeDefinition.New(new("a", 1) { Format = "\ufffe" })).Error);
    }

    private static void Same(string expected, string actual) =>
        Assert.True(XNode.DeepEquals(Normal(expected), Normal(actual)), $"expected {expected}\nfound {actual}");

    private static XElement Normal(string xml) => XElement.Parse(xml, LoadOptions.None);
}
