using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Mode = Xen.Cim.Schema.CIM_EthernetPortAllocationSettingData.DesiredVLANEndpointModeValue;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Bandwidth, VLANs, filter and link of adapters, in the standard's own properties.</summary>
public sealed class PortRuleTests : ProviderTest
{
    private const string OnBridge = "00-16-3e-00-00-11";
    private const string OnNetwork = "00-16-3e-00-00-12";

    private void UseQemu() => Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };

    private static string Id(string nic, string kind = "defined") => $"Xen:{Samples.Web}/{kind}/{nic}";

    private Xen_NetworkRASD Read(string nic, string kind = "defined") => Setting<Xen_NetworkRASD>(Samples.Web, kind, nic);

    private NetworkInterface Defined(string nic) => Host.Definition(Samples.Web).Interfaces.Single(i => i.DeviceId == nic);

    private void Modify(Xen_NetworkRASD settings) => Assert.Equal(0u, ModifyResources(settings).Return);

    private string Refuse(CimStatus status, Xen_NetworkRASD settings)
    {
        var error = Refused(status, () => ModifyResources(settings));
        Assert.Equal(0, Host.Redefinitions);
        return error.Message;
    }

    [Fact]
    public void Bandwidth_reads_in_the_properties_of_the_standard_and_in_ours()
    {
        var sends = Read(OnBridge);
        Assert.Equal(("byte / second * 2^10", 500ul, 500ul, 0ul), (sends.AllocationUnits, sends.Limit, sends.TransmitRateLimit, sends.Reservation));
        Assert.Equal((null, null, 0ul), (sends.ReceiveBandwidthLimit, sends.ReceiveRateLimit, sends.ReceiveBandwidthReservation));
        var receives = Read(OnNetwork, "state");
        Assert.Equal((null, 100ul, 100ul), (receives.Limit, receives.ReceiveBandwidthLimit, receives.ReceiveRateLimit));
    }

    [Theory]
    [InlineData(null, 800ul, 800ul)]
    [InlineData("byte / second", 1_048_576ul, 1024ul)]
    [InlineData("bit / second * 10^6", 100ul, 12208ul)]
    [InlineData("bit/second*2^20", 8ul, 1024ul)]
    [InlineData("bit / second", 1ul, 1ul)]
    public void A_limit_is_given_in_any_unit(string? units, ulong limit, ulong kib)
    {
        Modify(new() { InstanceID = Id(OnBridge), Limit = limit, AllocationUnits = units });
        Assert.Equal((kib, null), (Defined(OnBridge).OutboundAverageKiBps, Defined(OnBridge).InboundAverageKiBps));
        Assert.Equal((kib, kib), (Read(OnBridge).Limit, Read(OnBridge).TransmitRateLimit));
        Modify(new() { InstanceID = Id(OnBridge), Limit = 0 });
        Assert.Null(Defined(OnBridge).OutboundAverageKiBps);
    }

    [Fact]
    public void Both_names_of_a_limit_are_one_limit()
    {
        // Read, changed in one of the two, and sent back whole.
        var nic = Read(OnBridge);
        nic.Limit = 700;
        Modify(nic);
        Assert.Equal(700ul, Defined(OnBridge).OutboundAverageKiBps);
        nic = Read(OnBridge);
        nic.TransmitRateLimit = 900;
        Provider.ModifyInstance(Request, nic.Path!, nic);
        Assert.Equal(900ul, Defined(OnBridge).OutboundAverageKiBps);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), Limit = 1, TransmitRateLimit = 2 }));
    }

    [Fact]
    public void What_no_adapter_carries_is_refused()
    {
        Assert.Contains("AllocationUnits", Refuse(CimStatus.InvalidParameter, new() { InstanceID = Id(OnBridge), Limit = 1, AllocationUnits = "count" }), StringComparison.Ordinal);
        Refuse(CimStatus.InvalidParameter, new() { InstanceID = Id(OnBridge), Limit = ulong.MaxValue, AllocationUnits = "byte / second * 2^60" });
        Assert.Contains("Limit", Refuse(CimStatus.InvalidParameter, new() { InstanceID = Id(OnBridge), Limit = 1ul << 31 }), StringComparison.Ordinal);
        Assert.Contains("Reservation", Refuse(CimStatus.NotSupported, new() { InstanceID = Id(OnBridge), Reservation = 5 }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_Xen_does_not_have_is_refused_by_name()
    {
        foreach (var (property, settings) in ((string, Xen_NetworkRASD)[])
            [
                ("ReceiveBandwidthLimit", new() { ReceiveBandwidthLimit = 300 }), ("ReceiveRateLimit", new() { ReceiveRateLimit = 300 }),
                ("ReceiveBandwidthReservation", new() { ReceiveBandwidthReservation = 50 }), ("FilterName", new() { FilterName = "clean-traffic" }),
                ("SourceMACFilteringEnabled", new() { SourceMACFilteringEnabled = true }), ("LinkState", new() { LinkState = "down" }),
                ("DefaultPortVID", new() { VirtualPortType = "openvswitch", AllowedToReceiveVLANs = [4, 5], DefaultPortVID = 4 }),
            ])
        {
            settings.InstanceID = Id(OnBridge);
            Assert.Contains(property, Refuse(CimStatus.NotSupported, settings), StringComparison.Ordinal);
        }
        // What is there in a definition may go.
        Modify(new() { InstanceID = Id(OnNetwork), ReceiveBandwidthLimit = 0 });
        Assert.Null(Defined(OnNetwork).InboundAverageKiBps);
    }

    [Fact]
    public void A_network_keeps_bandwidth_for_an_adapter()
    {
        UseQemu();
        Modify(new() { InstanceID = Id(OnNetwork), ReceiveBandwidthReservation = 64, ReceiveBandwidthLimit = 256 });
        Assert.Equal((64ul, 256ul), (Defined(OnNetwork).InboundFloorKiBps, Defined(OnNetwork).InboundAverageKiBps));
        Assert.Equal(64ul, Read(OnNetwork).ReceiveBandwidthReservation);
        Modify(new() { InstanceID = Id(OnNetwork), ReceiveBandwidthLimit = 0 });
        Assert.Equal((64ul, null), (Defined(OnNetwork).InboundFloorKiBps, Defined(OnNetwork).InboundAverageKiBps));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), ReceiveBandwidthReservation = 64 }));
    }

    [Fact]
    public void A_port_is_put_into_a_VLAN_and_taken_out_again()
    {
        Modify(new() { InstanceID = Id(OnBridge), PortVID = 42, VirtualPortType = "openvswitch" });
        Assert.Contains("<vlan><tag id=\"42\"/></vlan><virtualport type=\"openvswitch\"/>", Xml(), StringComparison.Ordinal);
        var nic = Read(OnBridge);
        Assert.Equal((Mode.Access, (ushort)42, null, null), (nic.DesiredVLANEndpointMode, nic.PortVID, nic.DefaultPortVID, nic.AllowedToReceiveVLANs));
        nic.PortVID = 43;
        Modify(nic);
        Assert.Equal([43], Defined(OnBridge).Vlan!.Tags);
        Modify(new() { InstanceID = Id(OnBridge), PortVID = 0 });
        Assert.Null(Defined(OnBridge).Vlan);
        Assert.Null(Read(OnBridge).DesiredVLANEndpointMode);
    }

    [Fact]
    public void A_trunk_hands_several_on()
    {
        UseQemu();
        Modify(new() { InstanceID = Id(OnBridge), AllowedToReceiveVLANs = [10, 20], AllowedToTransmitVLANs = [20, 10], DefaultPortVID = 20, VirtualPortType = "openvswitch" });
        Assert.Contains("<vlan trunk=\"yes\"><tag id=\"10\"/><tag id=\"20\" nativeMode=\"untagged\"/></vlan>", Xml(), StringComparison.Ordinal);
        var nic = Read(OnBridge);
        Assert.Equal((Mode.Trunk, null, (ushort)20), (nic.DesiredVLANEndpointMode, nic.PortVID, nic.DefaultPortVID));
        Assert.Equal((ushort[])[10, 20], nic.AllowedToTransmitVLANs!);
        // One list of a whole instance changed means both.
        nic.AllowedToReceiveVLANs = [20, 30];
        Modify(nic);
        Assert.Equal(((ushort)20, "20 30"), (Defined(OnBridge).Vlan!.Native, string.Join(' ', Defined(OnBridge).Vlan!.Tags)));
        Modify(new() { InstanceID = Id(OnBridge), DefaultPortVID = 0 });
        Assert.Null(Defined(OnBridge).Vlan!.Native);
        Modify(new() { InstanceID = Id(OnBridge), AllowedToReceiveVLANs = [] });
        Assert.Null(Defined(OnBridge).Vlan);
    }

    [Fact]
    public void VLANs_that_cannot_be_had_are_refused()
    {
        UseQemu();
        foreach (var settings in (Xen_NetworkRASD[])
            [
                // Linux's own bridge.
                new() { PortVID = 5 },
                new() { PortVID = 4095, VirtualPortType = "openvswitch" },
                new() { PortVID = 5, AllowedToReceiveVLANs = [6], VirtualPortType = "openvswitch" },
                new() { AllowedToReceiveVLANs = [6], AllowedToTransmitVLANs = [7], VirtualPortType = "openvswitch" },
                new() { AllowedToReceiveVLANs = [6], DefaultPortVID = 7, VirtualPortType = "openvswitch" },
                new() { DesiredVLANEndpointMode = Mode.Trunk, VirtualPortType = "openvswitch" },
                new() { DesiredVLANEndpointMode = Mode.Access, VirtualPortType = "openvswitch" },
                new() { VirtualPortType = "802.1Qbg" },
            ])
        {
            settings.InstanceID = Id(OnBridge);
            Refuse(CimStatus.InvalidParameter, settings);
        }
        Refuse(CimStatus.NotSupported, new() { InstanceID = Id(OnBridge), DesiredVLANEndpointMode = Mode.Dynamic_Auto });
        // Of a network libvirt knows whether it has them; Xen is told its bridge only.
        Modify(new() { InstanceID = Id(OnNetwork), PortVID = 5 });
        Host.Host = Host.Host with { Driver = HypervisorDriver.Xen };
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnNetwork), PortVID = 6 }));
    }

    [Fact]
    public void Every_bridge_has_VLANs_with_QEMU_and_a_libvirt_that_knows_how()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu, LibvirtVersion = new Version(11, 0, 0) };
        Modify(new() { InstanceID = Id(OnBridge), PortVID = 5 });
        Assert.Equal([5], Defined(OnBridge).Vlan!.Tags);
    }

    [Fact]
    public void A_filter_is_named_or_asked_for_by_what_it_does()
    {
        UseQemu();
        Assert.Equal((null, false, null), (Read(OnBridge).FilterName, Read(OnBridge).SourceMACFilteringEnabled, Read(OnBridge).AllowedToTransmitMACAddresses));
        Modify(new() { InstanceID = Id(OnBridge), SourceMACFilteringEnabled = true });
        var nic = Read(OnBridge);
        Assert.Equal(("no-mac-spoofing", true), (nic.FilterName, nic.SourceMACFilteringEnabled));
        Assert.Equal(["00:16:3e:00:00:11"], nic.AllowedToTransmitMACAddresses!);
        nic.SourceMACFilteringEnabled = false;
        Modify(nic);
        Assert.Null(Defined(OnBridge).FilterName);

        Modify(new() { InstanceID = Id(OnBridge), FilterName = "clean-traffic" });
        Assert.True(Read(OnBridge).SourceMACFilteringEnabled);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), SourceMACFilteringEnabled = false }));
        Modify(new() { InstanceID = Id(OnBridge), FilterName = "our-own" });
        Assert.Null(Read(OnBridge).SourceMACFilteringEnabled);
        Modify(new() { InstanceID = Id(OnBridge), FilterName = "" });
        Assert.Null(Defined(OnBridge).FilterName);
    }

    [Fact]
    public void A_filter_that_the_host_does_not_have_is_refused_with_those_that_it_has()
    {
        UseQemu();
        Mock.Setup(h => h.ListNetworkFilters()).Returns(["clean-traffic", "our-own"]);
        var message = Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), FilterName = "my-own" })).Message;
        Assert.Contains("FilterName \"my-own\"", message, StringComparison.Ordinal);
        Assert.Contains("clean-traffic, our-own", message, StringComparison.Ordinal);
        Assert.Contains("no-mac-spoofing", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), SourceMACFilteringEnabled = true })).Message, StringComparison.Ordinal);
        Mock.Setup(h => h.ListNetworkFilters()).Returns([]);
        Assert.Contains("it has none", Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_NetworkRASD { Bridge = "xenbr0", FilterName = "our-own" })).Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
        Mock.Setup(h => h.ListNetworkFilters()).Returns(["our-own"]);
        Modify(new() { InstanceID = Id(OnBridge), FilterName = "our-own" });
        // It stays while nobody asks for another, also when it is gone.
        Mock.Setup(h => h.ListNetworkFilters()).Returns([]);
        Modify(new() { InstanceID = Id(OnBridge), FilterName = "our-own", MTU = 1400 });
        Assert.Equal(("our-own", 1400u), (Defined(OnBridge).FilterName, Defined(OnBridge).Mtu));
    }

    [Fact]
    public void A_cable_is_pulled_out_of_a_running_guest()
    {
        UseQemu();
        Assert.Equal("up", Read(OnBridge, "state").LinkState);
        Modify(new() { InstanceID = Id(OnBridge, "state"), LinkState = "down", Limit = 250 });
        Mock.Verify(h => h.UpdateDevice(Samples.Web, It.Is<NetworkInterface>(n => !n.IsLinkUp && n.OutboundAverageKiBps == 250)), Times.Once);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), LinkState = "loose" }));

        Host.Rewrite(Samples.Web, xml => xml.Replace("<model type='netfront'/>", "<link state='down'/>", StringComparison.Ordinal));
        Assert.Equal("down", Read(OnBridge, "state").LinkState);
        Assert.Equal(CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline, Get<Xen_NetworkPort>(DevicePath("Xen_NetworkPort", Samples.Web, OnBridge)).EnabledState);
        Assert.Equal(CIM_EnabledLogicalElement.EnabledStateValue.Enabled, Get<Xen_NetworkPort>(DevicePath("Xen_NetworkPort", Samples.Web, OnNetwork)).EnabledState);
    }

    [Fact]
    public void A_new_guest_has_the_port_that_was_asked_for()
    {
        var guest = Define("instance of Xen_VirtualSystemSettingData { ElementName = \"tagged\"; VirtualSystemType = \"DMTF:XEN:PV\"; };",
            "instance of Xen_NetworkRASD { Bridge = \"ovs0\"; VirtualPortType = \"openvswitch\"; PortVID = 7; Limit = 10; AllocationUnits = \"bit / second * 10^6\"; };");
        var nic = Assert.Single(Host.Definition(guest).Interfaces);
        Assert.Equal(("ovs0", "openvswitch", (ushort)7, 1221ul), (nic.Source, nic.VirtualPortType, nic.Vlan!.Tags[0], nic.OutboundAverageKiBps));
    }

    private string Xml() => string.Concat(Host.Defined(Samples.Web).Replace(" />", "/>", StringComparison.Ordinal).Split('\n').Select(l => l.Trim()));
}
