using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Limits of what a disk carries, in the definition and on the running guest.</summary>
public sealed class DiskLimitTests : ProviderTest
{
    private static string Id(string kind) => $"Xen:{Samples.Web}/{kind}/xvda";

    private DiskDevice Defined => Host.Definition(Samples.Web).Disks.First();

    private void UseQemu() => Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };

    [Fact]
    public void Limits_read_as_they_are_defined()
    {
        var disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        Assert.Equal((500ul, null, null, null), (disk.TotalIOPSLimit, disk.ReadIOPSLimit, disk.WriteIOPSLimit, disk.TotalBandwidthLimit));
    }

    [Fact]
    public void Limits_are_set_and_taken_away()
    {
        UseQemu();
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), TotalIOPSLimit = 0, ReadIOPSLimit = 100, WriteIOPSLimit = 50, TotalBandwidthLimit = 1 << 20 }).Return);
        Assert.Contains("<iotune><total_bytes_sec>1048576</total_bytes_sec><read_iops_sec>100</read_iops_sec><write_iops_sec>50</write_iops_sec></iotune>",
            string.Concat(Host.Defined(Samples.Web).Split('\n').Select(l => l.Trim())), StringComparison.Ordinal);
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), ReadIOPSLimit = 0, WriteIOPSLimit = 0, TotalBandwidthLimit = 0 }).Return);
        Assert.DoesNotContain("iotune", Host.Defined(Samples.Web), StringComparison.Ordinal);
    }

    [Fact]
    public void One_limit_for_all_goes_with_none_for_each()
    {
        UseQemu();
        var error = Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), ReadIOPSLimit = 100 }));
        Assert.Contains("TotalIOPSLimit", error.Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), WriteBandwidthLimit = 1, TotalBandwidthLimit = 1 }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), TotalBandwidthLimit = ulong.MaxValue }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Xen_limits_no_disks()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), WriteBandwidthLimit = 1000 }));
        Assert.Contains("WriteBandwidthLimit", error.Message, StringComparison.Ordinal);
        // One that means nothing there may go.
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id("defined"), TotalIOPSLimit = 0 }).Return);
        Assert.Null(Defined.GetLimit("total_iops_sec"));
    }

    [Fact]
    public void A_running_guest_is_limited_by_the_call_for_it()
    {
        UseQemu();
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id("state"), TotalIOPSLimit = 900 }).Return);
        Mock.Verify(h => h.LimitDisk(Samples.Web, It.Is<DiskDevice>(d => d.TargetDevice == "xvda" && d.GetLimit("total_iops_sec") == 900)), Times.Once);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_else_changes_is_changed_first_and_taken_back_when_the_limit_fails()
    {
        UseQemu();
        Mock.Setup(h => h.LimitDisk(Samples.Web, It.IsAny<DiskDevice>())).Throws(new HypervisorException(HypervisorError.Failed, "no throttling here"));
        var error = Assert.Throws<CimException>(() => ModifyResources(new Xen_DiskRASD { InstanceID = Id("state"), TotalIOPSLimit = 900, DriverCache = "writeback" }));
        Assert.Contains("no throttling", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.UpdateDevice(Samples.Web, It.Is<DiskDevice>(d => d.DriverCache == "writeback" && d.GetLimit("total_iops_sec") == 500)), Times.Once);
        Mock.Verify(h => h.UpdateDevice(Samples.Web, It.Is<DiskDevice>(d => d.DriverCache == "none")), Times.Once);
    }
}
