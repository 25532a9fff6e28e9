using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>What the port of an interface lets through, read and edited in place.</summary>
public sealed class InterfacePortTests
{
    private static NetworkInterface Nic(string inside) =>
        Assert.IsType<NetworkInterface>(DomainDevice.Parse($"<interface type='bridge'><source bridge='b'/>{inside}<model type='virtio'/></interface>"));

    private static string Text(NetworkInterface nic) => nic.ToXml().Replace(" />", "/>", StringComparison.Ordinal);

    [Fact]
    public void Vlans_are_read()
    {
        Assert.Null(Nic("").Vlan);
        Assert.Null(Nic("<vlan/>").Vlan);
        Assert.Equal(new VlanMembership([42], false, null), Nic("<vlan><tag id='42'/></vlan>").Vlan);
        Assert.Equal(new VlanMembership([42], true, null), Nic("<vlan trunk='yes'><tag id='42'/></vlan>").Vlan);
        Assert.Equal(new VlanMembership([42, 47], true, 47), Nic("<vlan><tag id='42'/><tag id='47' nativeMode='tagged'/><tag id='many'/></vlan>").Vlan);
    }

    [Fact]
    public void Vlans_are_written_where_libvirt_writes_them()
    {
        var nic = Nic("<bandwidth><inbound average='5'/></bandwidth>");
        nic.Vlan = new([3, 4], true, 4);
        Assert.Equal("<interface type=\"bridge\"><source bridge=\"b\"/><vlan trunk=\"yes\"><tag id=\"3\"/><tag id=\"4\" nativeMode=\"untagged\"/></vlan>"
            + "<bandwidth><inbound average=\"5\"/></bandwidth><model type=\"virtio\"/></interface>", Text(nic));
        nic = Nic("<vlan trunk='yes'><tag id='4' nativeMode='tagged'/></vlan>");
        nic.Vlan = new([4, 5], true, 4);
        Assert.Contains("<tag id=\"4\" nativeMode=\"tagged\"/><tag id=\"5\"/>", Text(nic), StringComparison.Ordinal);
        nic.Vlan = null;
        Assert.Equal(Text(Nic("")), Text(nic));
    }

    [Fact]
    public void A_limit_that_goes_takes_its_peak_along_and_leaves_what_is_kept()
    {
        var nic = Nic("<bandwidth><inbound average='100' peak='200' burst='300' floor='50'/><outbound average='9'/></bandwidth>");
        Assert.Equal((100ul, 50ul, 9ul), (nic.InboundAverageKiBps, nic.InboundFloorKiBps, nic.OutboundAverageKiBps));
        nic.InboundAverageKiBps = null;
        Assert.Contains("<inbound floor=\"50\"/>", Text(nic), StringComparison.Ordinal);
        nic.InboundFloorKiBps = null;
        nic.OutboundAverageKiBps = null;
        Assert.Equal(Text(Nic("")), Text(nic));
    }

    [Fact]
    public void Filter_link_and_kind_of_switch_come_and_go()
    {
        var nic = Nic("<filterref filter='clean-traffic'><parameter name='IP' value='10.0.0.1'/></filterref><link state='down'/><virtualport type='802.1Qbh'><parameters profileid='f'/></virtualport>");
        Assert.Equal(("clean-traffic", false, "802.1Qbh"), (nic.FilterName, nic.IsLinkUp, nic.VirtualPortType));
        (nic.FilterName, nic.IsLinkUp, nic.VirtualPortType) = (null, true, null);
        Assert.Equal(Text(Nic("")), Text(nic));
        (nic.FilterName, nic.IsLinkUp, nic.VirtualPortType) = ("f", false, "openvswitch");
        Assert.Equal("<interface type=\"bridge\"><source bridge=\"b\"/><virtualport type=\"openvswitch\"/><model type=\"virtio\"/><filterref filter=\"f\"/><link state=\"down\"/></interface>", Text(nic));
    }
}
