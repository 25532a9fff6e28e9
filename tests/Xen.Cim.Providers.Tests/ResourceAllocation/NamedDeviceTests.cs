using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>What names a device is changed in place: the address of an adapter, the name of a disk. And what an adapter carries at most.</summary>
public sealed class NamedDeviceTests : ProviderTest
{
    private const string OnBridge = "00-16-3e-00-00-11";

    private static string Id(string device, string kind = "defined") => $"Xen:{Samples.Web}/{kind}/{device}";

    private NetworkInterface Nic => Host.Definition(Samples.Web).Interfaces.First();

    private void UseQemu() => Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };

    [Fact]
    public void An_adapter_gets_another_address_and_keeps_all_else()
    {
        var before = Host.Definition(Samples.Web).ToXml();
        var (result, output) = ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), Address = "00:16:3E:00:00:99" });
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_NetworkRASD", Samples.Web, "defined", "00-16-3e-00-00-99")], (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.Equal(2, Differences(before, Host.Defined(Samples.Web)).Length);
        Assert.Equal("xenbr0", Setting<Xen_NetworkRASD>(Samples.Web, "defined", "00-16-3e-00-00-99").Bridge);
        Refused(CimStatus.NotFound, () => Get(SettingPath("Xen_NetworkRASD", Samples.Web, "defined", OnBridge)));
    }

    [Fact]
    public void An_address_that_is_taken_or_none_is_refused()
    {
        Refused(CimStatus.AlreadyExists, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), Address = "00:16:3e:00:00:12" }));
        Assert.Contains("mail", Refused(CimStatus.AlreadyExists, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), Address = "00:16:3e:00:00:21" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), Address = "01:00:5e:00:00:01" }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_disk_gets_another_name_and_its_bus_where_the_name_is_anothers()
    {
        var disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        disk.VirtualDevice = "xvdf";
        var (result, output) = ModifyResources(disk);
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdf")], (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        var moved = Host.Definition(Samples.Web).Disks.First();
        Assert.Equal(("xvdf", "xen", "WD-1", 500ul), (moved.TargetDevice, moved.Bus, moved.Serial, moved.GetLimit("total_iops_sec")));
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = $"Xen:{Samples.Mail}/defined/hda", VirtualDevice = "sda" }).Return);
        Assert.Equal(("sda", "scsi"), (Host.Definition(Samples.Mail).Disks.First().TargetDevice, Host.Definition(Samples.Mail).Disks.First().Bus));
    }

    [Fact]
    public void A_name_that_is_taken_or_none_is_refused()
    {
        Assert.Contains("xvdc", Refused(CimStatus.AlreadyExists, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("xvda"), VirtualDevice = "xvdb" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("xvda"), VirtualDevice = "root" }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_drive_that_shares_its_controller_is_plugged_in_by_its_new_name()
    {
        Host.Rewrite(Samples.Mail, x => x.Replace("<target dev='hda' bus='ide'/>", "<target dev='hda' bus='ide'/><address type='drive' controller='0' bus='0' target='0' unit='0'/>", StringComparison.Ordinal));
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = $"Xen:{Samples.Mail}/defined/hda", VirtualDevice = "hdb" }).Return);
        Assert.Equal(("hdb", "ide", null), (Host.Definition(Samples.Mail).Disks.First().TargetDevice, Host.Definition(Samples.Mail).Disks.First().Bus, Host.Definition(Samples.Mail).Disks.First().ControllerIndex));
    }

    [Fact]
    public void While_the_guest_runs_names_stay_and_the_refusal_says_what_to_do()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge, "state"), Address = "00:16:3e:00:00:99" }));
        Assert.Contains(Id(OnBridge), error.Message, StringComparison.Ordinal);
        error = Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("xvda", "state"), VirtualDevice = "xvdf" }));
        Assert.Contains("Remove it and add another", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void What_goes_beyond_the_average_is_set_with_it_and_goes_with_it()
    {
        UseQemu();
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), TransmitPeakRate = 2000, TransmitBurst = 512, ReceiveBandwidthLimit = 100, ReceivePeakRate = 300 }).Return);
        var nic = Setting<Xen_NetworkRASD>(Samples.Web, "defined", OnBridge);
        Assert.Equal((500ul, 2000ul, 512ul, 300ul, null), (nic.Limit, nic.TransmitPeakRate, nic.TransmitBurst, nic.ReceivePeakRate, nic.ReceiveBurst));
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), TransmitBurst = 0 }).Return);
        Assert.Equal((2000ul, null), (Nic.GetBandwidth("outbound", "peak"), Nic.GetBandwidth("outbound", "burst")));
        // Read, changed in one property, and sent back whole: the peak came along and goes with its average.
        nic = Setting<Xen_NetworkRASD>(Samples.Web, "defined", OnBridge);
        nic.Limit = 0;
        Assert.Equal(0u, ModifyResources(nic).Return);
        Assert.Equal((null, null, 300ul), (Nic.OutboundAverageKiBps, Nic.GetBandwidth("outbound", "peak"), Nic.GetBandwidth("inbound", "peak")));
        Assert.Contains("Limit", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), TransmitPeakRate = 5 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Largest_packet_and_parameters_of_the_filter_are_set_and_taken_away()
    {
        UseQemu();
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), MTU = 9000, FilterName = "clean-traffic", FilterParameters = ["IP=192.0.2.7", "IP=192.0.2.8", "CTRL_IP_LEARNING=none"] }).Return);
        Assert.Equal((9000u, "clean-traffic"), (Nic.Mtu, Nic.FilterName));
        Assert.Equal([KeyValuePair.Create("IP", "192.0.2.7"), KeyValuePair.Create("IP", "192.0.2.8"), KeyValuePair.Create("CTRL_IP_LEARNING", "none")], Nic.FilterParameters);
        var nic = Setting<Xen_NetworkRASD>(Samples.Web, "defined", OnBridge);
        nic.FilterName = "";
        nic.SourceMACFilteringEnabled = null;
        Assert.Equal(0u, ModifyResources(nic).Return);
        Assert.Equal((null, 9000u), (Nic.FilterName, Nic.Mtu));
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = Id(OnBridge), MTU = 0 }).Return);
        Assert.Null(Nic.Mtu);
        foreach (var (settings, word) in ((Xen_NetworkRASD, string)[])[(new() { MTU = 67 }, "MTU"), (new() { MTU = 65536 }, "MTU"), (new() { FilterParameters = ["IP=192.0.2.7"] }, "FilterName"), (new() { FilterName = "clean-traffic", FilterParameters = ["IP"] }, "FilterParameters"),
            (new() { FilterName = "clean-traffic", FilterParameters = ["MY-IP=192.0.2.7"] }, "underscores"), (new() { FilterName = "clean-traffic", FilterParameters = ["IP=192.0.2.0/24"] }, "points")])
        {
            settings.InstanceID = Id(OnBridge);
            Assert.Contains(word, Refused(CimStatus.InvalidParameter, () => ModifyResources(settings)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Xen_has_neither_peaks_nor_packets_of_another_size()
    {
        foreach (var (settings, word) in ((Xen_NetworkRASD, string)[])[(new() { MTU = 9000 }, "MTU"), (new() { TransmitPeakRate = 900 }, "TransmitPeakRate")])
        {
            settings.InstanceID = Id(OnBridge);
            Assert.Contains(word, Refused(CimStatus.NotSupported, () => ModifyResources(settings)).Message, StringComparison.Ordinal);
        }
    }
}
