using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class HostTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    [Fact]
    public void The_host_is_described()
    {
        var host = _hypervisor.GetHost();

        Assert.Equal(HypervisorDriver.Test, host.Driver);
        Assert.Equal(8u, host.Processors);
        Assert.Equal(16777216ul, host.MemoryKiB);
        Assert.Equal(2400u, host.ProcessorMhz);
        Assert.Equal([new NumaCell(0, 8388608, 4), new NumaCell(1, 8388608, 4)], host.Cells);
        Assert.NotEmpty(host.GuestKinds);
        Assert.NotEqual("", host.Name);
        Assert.NotNull(host.LibvirtVersion);
    }

    [Fact]
    public void The_host_is_the_same_after_a_restart()
    {
        using var later = SmallHost.Open();

        Assert.NotEqual(Guid.Empty, later.GetHost().Uuid);
        Assert.Equal(_hypervisor.GetHost().Uuid, later.GetHost().Uuid);
        Assert.Equal(_hypervisor.GetHost().Name, later.GetHost().Name);
    }

    [Fact]
    public void Networks_and_storage_are_listed()
    {
        var network = Assert.Single(_hypervisor.ListNetworks());
        Assert.Equal(("inside", "nat", "virbr7", true), (network.Name, network.ForwardMode, network.Bridge, network.IsActive));
        var pool = Assert.Single(_hypervisor.ListStoragePools());
        Assert.Equal(("images", "dir", "/images", true), (pool.Name, pool.Type, pool.Path, pool.IsActive));
        Assert.True(pool.Capacity > 0);
        var volume = Assert.Single(_hypervisor.ListVolumes("images"));
        Assert.Equal(("images", "web.img", "/images/web.img", 1048576ul), (volume.Pool, volume.Name, volume.Path, volume.Capacity));
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.ListVolumes("nowhere")).Error);
    }

    [Fact]
    public void A_path_of_the_simulated_host_is_looked_for_in_its_pools()
    {
        Assert.True(_hypervisor.PathExists("/images/web.img"));
        Assert.False(_hypervisor.PathExists("/images/other.img"));
        Assert.Null(_hypervisor.PathExists("/elsewhere/other.img"));
        Assert.False(_hypervisor.PathExists("relative.img"));
        Assert.False(_hypervisor.PathExists("/with\0zero"));
    }

    [Fact]
    public void A_disk_is_as_large_as_its_volume_by_path_or_by_name()
    {
        Assert.Equal(1048576ul, Size("<disk type='file'><source file='/images/web.img'/><target dev='xvda'/></disk>"));
        Assert.Equal(1048576ul, Size("<disk type='volume'><source pool='images' volume='web.img'/><target dev='xvda'/></disk>"));
        // Nobody knows, or there is nothing to know.
        Assert.Null(Size("<disk type='volume'><source pool='images' volume='gone.img'/><target dev='xvda'/></disk>"));
        Assert.Null(Size("<disk type='file'><source file='/elsewhere/other.img'/><target dev='xvda'/></disk>"));
        Assert.Null(Size("<disk type='file' device='cdrom'><target dev='hdc'/></disk>"));

        ulong? Size(string disk) => _hypervisor.GetDiskCapacity(SmallHost.Web, (DiskDevice)DomainDevice.Parse(disk));
    }

    [Fact]
    public void The_hosts_devices_are_none_where_it_has_none()
    {
        Assert.Empty(_hypervisor.ListHostDisks());
        Assert.Empty(_hypervisor.ListHostPorts());
    }

    [Fact]
    public void A_scheduler_is_read_of_running_guests_only()
    {
        var scheduler = _hypervisor.GetScheduler(SmallHost.Web)!;

        Assert.Equal("fair", scheduler.Scheduler);
        Assert.NotNull(scheduler.Weight);
        Assert.Null(scheduler.Cap);
        Assert.Null(_hypervisor.GetScheduler(SmallHost.Off));
        _hypervisor.SetScheduler(SmallHost.Web, 77, null);
        Assert.Equal(HypervisorError.NotSupported, Assert.Throws<HypervisorException>(() => _hypervisor.SetScheduler(SmallHost.Web, null, 50)).Error);
    }

    [Fact]
    public void Live_changes_reach_the_running_guest_only()
    {
        _hypervisor.SetMemory(SmallHost.Web, 262144);
        _hypervisor.SetProcessors(SmallHost.Web, 1);

        var running = _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State)!;
        Assert.Equal((262144ul, 1u), (running.CurrentMemoryKiB!.Value, running.CurrentProcessors!.Value));
        Assert.Equal(524288ul, _hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.Defined)!.CurrentMemoryKiB);
        Assert.Equal(HypervisorError.InvalidState, Assert.Throws<HypervisorException>(() => _hypervisor.SetMemory(SmallHost.Off, 1024)).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => _hypervisor.SetProcessors(SmallHost.Web, 0)).Error);
    }

    [Fact]
    public void Memory_nodes_and_the_balloons_period_are_changed_of_the_running_guest_only()
    {
        _hypervisor.SetNumaNodes(SmallHost.Web, "1");
        Assert.Equal(("strict", "1"), Nodes(ConfigurationKind.State));
        // Its capabilities name no nodes, and every host has one.
        _hypervisor.SetNumaNodes(SmallHost.Web, null);
        Assert.Equal(("strict", "0"), Nodes(ConfigurationKind.State));
        Assert.Equal((null, null), Nodes(ConfigurationKind.Defined));
        Assert.Equal(HypervisorError.InvalidState, Assert.Throws<HypervisorException>(() => _hypervisor.SetNumaNodes(SmallHost.Off, "0")).Error);
        Assert.Contains("No memory balloon", Assert.Throws<HypervisorException>(() => _hypervisor.SetStatisticsPeriod(SmallHost.Web, 5)).Message, StringComparison.Ordinal);
        Assert.Equal(HypervisorError.InvalidState, Assert.Throws<HypervisorException>(() => _hypervisor.SetStatisticsPeriod(SmallHost.Off, 5)).Error);
        Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(() => _hypervisor.SetStatisticsPeriod(SmallHost.Web, uint.MaxValue)).Error);

        (string?, string?) Nodes(ConfigurationKind kind) => _hypervisor.GetDefinition(SmallHost.Web, kind) is { } definition ? (definition.NumaMode, definition.NumaNodes) : default;
    }
}
