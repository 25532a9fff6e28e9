using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>What is behind disks and interfaces: volumes, driver domains, limits of throughput.</summary>
public sealed class BackendTests : ProviderTest
{
    [Fact]
    public void A_disk_is_on_the_volume_whose_path_it_is_given()
    {
        var volume = HostDevicePath("Xen_StorageVolume", $"{Samples.IsosPool}/debian.iso");

        AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_DiskRASD { VirtualDevice = "hdb", HostResource = [volume.ToString()] });

        // Xen's driver knows volumes by their path only.
        Assert.Equal("/srv/isos/debian.iso", Host.Definition(Samples.Mail).Disks.Single(d => d.TargetDevice == "hdb").Source);

        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_DiskRASD { VirtualDevice = "hdd", HostResource = [volume.ToString()] });
        var disk = Host.Definition(Samples.Mail).Disks.Single(d => d.TargetDevice == "hdd");
        Assert.Equal(("volume", "isos/debian.iso"), (disk.SourceType, disk.Source));
    }

    [Fact]
    public void A_volume_that_is_not_there_is_no_medium()
    {
        foreach (var id in (string[])[$"{Guid.NewGuid()}/debian.iso", $"{Samples.IsosPool}/none.iso", "nonsense"])
        {
            Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"),
                new Xen_DiskRASD { VirtualDevice = "hdb", HostResource = [HostDevicePath("Xen_StorageVolume", id).ToString()] }));
        }
    }

    [Fact]
    public void A_disk_and_an_interface_are_served_by_another_guest()
    {
        Assert.Equal("storage", Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvdb").BackendDomain);

        ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "xvda"), BackendDomain = "db" });
        Assert.Equal("db", Host.Definition(Samples.Web).Disks.Single(d => d.TargetDevice == "xvda").BackendDomain);
        ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "xvdb"), BackendDomain = "" });
        Assert.Null(Host.Definition(Samples.Web).Disks.Single(d => d.TargetDevice == "xvdb").BackendDomain);
        ModifyResources(new Xen_NetworkRASD { InstanceID = Id(Samples.Web, "00-16-3e-00-00-12"), BackendDomain = "Domain-0" });
        Assert.Null(Host.Definition(Samples.Web).Interfaces.Single(i => i.Mac == "00:16:3e:00:00:12").BackendDomain);
    }

    [Fact]
    public void Nobody_is_served_by_nobody_by_itself_or_without_Xen()
    {
        Assert.Contains("nobody", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "xvda"), BackendDomain = "nobody" })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "xvda"), BackendDomain = "web" }));
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "xvda"), BackendDomain = "db" }));
    }

    [Fact]
    public void What_a_guest_sends_and_receives_is_limited()
    {
        var nic = Setting<Xen_NetworkRASD>(Samples.Web, "defined", "00-16-3e-00-00-11");
        Assert.Equal((500ul, (ulong?)null), (nic.TransmitRateLimit!.Value, nic.ReceiveRateLimit));

        ModifyResources(new Xen_NetworkRASD { InstanceID = nic.InstanceID, TransmitRateLimit = 1250 });
        Assert.Equal(1250ul, Host.Definition(Samples.Web).Interfaces.Single(i => i.Mac == "00:16:3e:00:00:11").OutboundAverageKiBps);
        ModifyResources(new Xen_NetworkRASD { InstanceID = nic.InstanceID, TransmitRateLimit = 0 });
        Assert.Null(Host.Definition(Samples.Web).Interfaces.Single(i => i.Mac == "00:16:3e:00:00:11").OutboundAverageKiBps);

        Assert.Contains("Xen", Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_NetworkRASD { InstanceID = nic.InstanceID, ReceiveRateLimit = 7 })).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_NetworkRASD { InstanceID = nic.InstanceID, TransmitRateLimit = ulong.MaxValue }));
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        ModifyResources(new Xen_NetworkRASD { InstanceID = nic.InstanceID, ReceiveRateLimit = 7 });
        Assert.Equal(7ul, Host.Definition(Samples.Web).Interfaces.Single(i => i.Mac == "00:16:3e:00:00:11").InboundAverageKiBps);
    }

    [Fact]
    public void Xen_gives_out_no_more_memory_than_there_is()
    {
        var pool = Get<Xen_MemoryPool>(Path("Xen_MemoryPool", ("InstanceID", MemoryPool.Id)));
        Assert.Equal(pool.Capacity, pool.MaxConsumableResource);

        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Assert.Null(Get<Xen_MemoryPool>(Path("Xen_MemoryPool", ("InstanceID", MemoryPool.Id))).MaxConsumableResource);
    }

    private static string Id(Guid guest, string device) => $"Xen:{guest}/defined/{device}";
}
