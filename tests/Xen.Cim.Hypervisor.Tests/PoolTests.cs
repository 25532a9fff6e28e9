using System.Net;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>Storage pools, networks and volumes on libvirt's test driver.</summary>
public sealed class PoolTests : IDisposable
{
    private readonly LibvirtHypervisor _hypervisor = SmallHost.Open();

    public void Dispose() => _hypervisor.Dispose();

    [Fact]
    public void A_storage_pool_is_made_as_asked_and_goes_again()
    {
        var made = _hypervisor.CreateStoragePool(new NewStoragePool("data", "dir") { Path = "/data", Build = StoragePoolBuild.Prepare, Autostart = true });

        Assert.Equal(("data", "dir", "/data", true, true), (made.Name, made.Type, made.Path, made.IsActive, made.Autostart));
        Assert.True(made.Capacity > 0);
        var listed = Assert.Single(_hypervisor.ListStoragePools(), p => p.Name == "data");
        Assert.Equal(made.Uuid, listed.Uuid);

        _hypervisor.RemoveStoragePool(made.Uuid);
        Assert.DoesNotContain(_hypervisor.ListStoragePools(), p => p.Name == "data");
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.RemoveStoragePool(made.Uuid)).Error);
    }

    [Fact]
    public void Volumes_have_one_order_whatever_comes_and_goes()
    {
        _hypervisor.CreateStoragePool(new NewStoragePool("many", "dir") { Path = "/many", Build = StoragePoolBuild.Prepare });
        var names = Enumerable.Range(0, 40).Select(i => $"{i * 7 % 40:00}.img").ToList();
        foreach (var name in names)
            _hypervisor.CreateVolume("many", new NewVolume(name, 1024));
        Assert.Equal(names.Order(StringComparer.Ordinal), _hypervisor.ListVolumes("many").Select(v => v.Name));
    }

    [Fact]
    public void Each_type_keeps_what_it_is_made_of()
    {
        var group = _hypervisor.CreateStoragePool(new NewStoragePool("vg", "logical") { Path = "/dev/vg", SourceName = "vg", SourceDevices = ["/dev/sdb", "/dev/sdc"], Build = StoragePoolBuild.Prepare });
        Assert.Equal("vg", group.SourceName);
        Assert.Equal(["/dev/sdb", "/dev/sdc"], group.SourceDevices);

        var remote = _hypervisor.CreateStoragePool(new NewStoragePool("nfs", "netfs") { Path = "/mnt/x", SourceHost = "nas.example", SourceDirectory = "/export", Format = "nfs", Start = false });
        Assert.Equal(("nas.example", "/export", "nfs", false), (remote.SourceHost, remote.SourceDirectory, remote.Format, remote.IsActive));

        var target = _hypervisor.CreateStoragePool(new NewStoragePool("san", "iscsi") { Path = "/dev/disk/by-path", SourceHost = "san.example", SourceDevices = ["iqn.2026-01.example:disk"] });
        Assert.Equal(["iqn.2026-01.example:disk"], target.SourceDevices);
    }

    [Fact]
    public void A_taken_name_is_refused_and_changes_nothing()
    {
        var before = _hypervisor.ListStoragePools();

        var error = Assert.Throws<HypervisorException>(() => _hypervisor.CreateStoragePool(new NewStoragePool("images", "dir") { Path = "/elsewhere" }));

        Assert.Equal(HypervisorError.AlreadyExists, error.Error);
        Assert.Contains("images", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Select(p => (p.Uuid, p.Path)), _hypervisor.ListStoragePools().Select(p => (p.Uuid, p.Path)));
    }

    [Fact]
    public void What_libvirt_does_not_take_leaves_nothing_behind()
    {
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.CreateStoragePool(new NewStoragePool("odd", "nonsense") { Path = "/x" }));

        Assert.Contains("nonsense", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_hypervisor.ListStoragePools(), p => p.Name == "odd");
    }

    [Fact]
    public void A_stopped_pool_is_made_of_something_else_and_a_started_one_is_not()
    {
        var made = _hypervisor.CreateStoragePool(new NewStoragePool("nas", "netfs") { Path = "/mnt/nas", SourceHost = "nas.example", SourceDirectory = "/export", Format = "nfs" });
        var wish = new NewStoragePool("nas", "netfs") { Path = "/mnt/nas", SourceHost = "nas2.example", SourceDirectory = "/export", Format = "nfs" };

        var error = Assert.Throws<HypervisorException>(() => _hypervisor.ChangeStoragePool(made.Uuid, wish, active: null, autostart: null));
        Assert.Equal(HypervisorError.InvalidState, error.Error);
        Assert.Contains("Active = FALSE", error.Message, StringComparison.Ordinal);
        Assert.Equal(("nas.example", true), Now());

        _hypervisor.ChangeStoragePool(made.Uuid, wish, active: false, autostart: true);
        Assert.Equal(("nas2.example", false), Now());
        _hypervisor.ChangeStoragePool(made.Uuid, wish with { SourceHost = "nas3.example" }, active: true, autostart: null);
        Assert.Equal(("nas3.example", true), Now());

        // libvirt does not take it: all is as it was.
        Assert.Throws<HypervisorException>(() => _hypervisor.ChangeStoragePool(made.Uuid, wish with { SourceDirectory = null }, active: false, autostart: null));
        Assert.Equal(("nas3.example", true), Now());

        (string? Host, bool IsActive) Now() => Assert.Single(_hypervisor.ListStoragePools(), p => p.Uuid == made.Uuid) is var pool ? (pool.SourceHost, pool.IsActive) : default;
    }

    [Fact]
    public void A_stopped_network_becomes_another_one()
    {
        var made = _hypervisor.CreateNetwork(new NewNetwork("flat") { Address = IPAddress.Parse("10.9.0.1"), Prefix = 24, Bridge = "virbr70", Start = false });

        _hypervisor.ChangeNetwork(made.Uuid, new NewNetwork("flat") { ForwardMode = "nat", Address = IPAddress.Parse("10.9.0.1"), Prefix = 16, Bridge = "virbr70" }, active: true, autostart: null);

        var now = Assert.Single(_hypervisor.ListNetworks(), n => n.Uuid == made.Uuid);
        Assert.Equal(("nat", "virbr70", 16, true), (now.ForwardMode, now.Bridge, now.Prefix, now.IsActive));
    }

    [Fact]
    public void A_pool_and_a_network_are_switched()
    {
        var pool = Assert.Single(_hypervisor.ListStoragePools());
        _hypervisor.SwitchStoragePool(pool.Uuid, active: false, autostart: !pool.Autostart);
        var now = Assert.Single(_hypervisor.ListStoragePools());
        Assert.Equal((false, !pool.Autostart), (now.IsActive, now.Autostart));
        // Nothing is asked of it, and what it is already.
        _hypervisor.SwitchStoragePool(pool.Uuid, null, null);
        _hypervisor.SwitchStoragePool(pool.Uuid, active: false, null);
        _hypervisor.SwitchStoragePool(pool.Uuid, active: true, null);
        Assert.True(Assert.Single(_hypervisor.ListStoragePools()).IsActive);

        var network = Assert.Single(_hypervisor.ListNetworks());
        _hypervisor.SwitchNetwork(network.Uuid, active: false, autostart: true);
        Assert.Equal((false, true), Assert.Single(_hypervisor.ListNetworks()) is var n ? (n.IsActive, n.Autostart) : default);
    }

    [Fact]
    public void A_network_is_made_as_asked_and_goes_again()
    {
        var made = _hypervisor.CreateNetwork(new NewNetwork("lab")
        {
            ForwardMode = "nat",
            Bridge = "virbr77",
            Address = IPAddress.Parse("192.168.77.1"),
            Prefix = 24,
            Range = new(IPAddress.Parse("192.168.77.10"), IPAddress.Parse("192.168.77.99")),
            Domain = "lab.example",
            Autostart = true,
        });

        Assert.Equal(("lab", "nat", "virbr77", true, true), (made.Name, made.ForwardMode, made.Bridge, made.IsActive, made.Autostart));
        Assert.Equal((IPAddress.Parse("192.168.77.1"), 24, "lab.example"), (made.Address, made.Prefix, made.Domain));
        Assert.Equal(new AddressRange(IPAddress.Parse("192.168.77.10"), IPAddress.Parse("192.168.77.99")), made.Range);

        _hypervisor.RemoveNetwork(made.Uuid);
        Assert.DoesNotContain(_hypervisor.ListNetworks(), n => n.Name == "lab");
        Assert.Equal(HypervisorError.AlreadyExists, Assert.Throws<HypervisorException>(() => _hypervisor.CreateNetwork(new NewNetwork("inside"))).Error);
    }

    [Fact]
    public void Networks_without_addresses_of_their_own()
    {
        Assert.Null(_hypervisor.CreateNetwork(new NewNetwork("alone")).ForwardMode);
        var bridged = _hypervisor.CreateNetwork(new NewNetwork("bridged") { ForwardMode = "bridge", Bridge = "xenbr0" });
        Assert.Equal(("bridge", "xenbr0"), (bridged.ForwardMode, bridged.Bridge));
        var direct = _hypervisor.CreateNetwork(new NewNetwork("direct") { ForwardMode = "passthrough", ForwardDevices = ["eth0", "eth1"] });
        Assert.Equal(["eth0", "eth1"], direct.ForwardDevices);
    }

    [Fact]
    public void Interfaces_of_a_network_come_and_go()
    {
        var network = _hypervisor.CreateNetwork(new NewNetwork("direct") { ForwardMode = "passthrough", ForwardDevices = ["eth0"] });

        _hypervisor.ChangeForwardDevices(network.Uuid, ["eth1", "eth2"], add: true);
        Assert.Equal(["eth0", "eth1", "eth2"], Devices());
        _hypervisor.ChangeForwardDevices(network.Uuid, ["eth1"], add: false);
        Assert.Equal(["eth0", "eth2"], Devices());

        // The second one is there already: the first is taken back.
        Assert.Throws<HypervisorException>(() => _hypervisor.ChangeForwardDevices(network.Uuid, ["eth3", "eth2"], add: true));
        Assert.Equal(["eth0", "eth2"], Devices());

        IReadOnlyList<string> Devices() => _hypervisor.ListNetworks().Single(n => n.Name == "direct").ForwardDevices;
    }

    [Fact]
    public void A_volume_is_made_and_deleted()
    {
        const ulong Size = 5UL << 40;
        _hypervisor.CreateStoragePool(new NewStoragePool("vast", "dir") { Path = "/vast" });
        // More than 32 bits, and more than the simulated pool has.
        var tooLarge = Assert.Throws<HypervisorException>(() => _hypervisor.CreateVolume("vast", new NewVolume("large.img", Size)));
        Assert.Contains("large.img", tooLarge.Message, StringComparison.Ordinal);

        var made = _hypervisor.CreateVolume("vast", new NewVolume("five.qcow2", 5UL << 30) { Format = "qcow2", Allocation = 0 });
        Assert.Equal(("vast", "five.qcow2", "/vast/five.qcow2", "qcow2", 5UL << 30), (made.Pool, made.Name, made.Path, made.Format, made.Capacity));
        Assert.Equal(HypervisorError.AlreadyExists, Assert.Throws<HypervisorException>(() => _hypervisor.CreateVolume("vast", new NewVolume("five.qcow2", 1))).Error);

        _hypervisor.DeleteVolume("vast", "five.qcow2");
        Assert.Empty(_hypervisor.ListVolumes("vast"));
        Assert.Equal(HypervisorError.NotFound, Assert.Throws<HypervisorException>(() => _hypervisor.DeleteVolume("vast", "five.qcow2")).Error);
    }

    [Fact]
    public void A_pool_that_is_not_started_takes_no_volume()
    {
        _hypervisor.CreateStoragePool(new NewStoragePool("cold", "dir") { Path = "/cold", Start = false });

        var error = Assert.Throws<HypervisorException>(() => _hypervisor.CreateVolume("cold", new NewVolume("v", 1024)));

        Assert.Equal(HypervisorError.InvalidState, error.Error);
    }

    [Fact]
    public void What_the_driver_cannot_do_is_said_and_not_offered()
    {
        var error = Assert.Throws<HypervisorException>(() => _hypervisor.ResizeVolume("images", "web.img", 2 << 20, shrink: false));

        Assert.Equal(HypervisorError.NotSupported, error.Error);
        Assert.False(_hypervisor.Supports(HypervisorOperation.ResizeVolume));
        Assert.Null(_hypervisor.GetStoragePoolTypes());
    }

    [Theory]
    [InlineData("255.255.255.0", 24)]
    [InlineData("255.255.255.255", 32)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("255.255.255.1", null)]
    [InlineData("0.0.0.255", null)]
    public void A_netmask_is_a_prefix_or_none(string mask, int? bits) => Assert.Equal(bits, AddressRange.PrefixOf(IPAddress.Parse(mask)));

    [Theory]
    [InlineData("10.0.0.2", "10.0.0.9", "10.0.0.1", 24, true)]
    [InlineData("10.0.0.9", "10.0.0.2", "10.0.0.1", 24, false)]
    [InlineData("10.0.0.2", "10.0.1.9", "10.0.0.1", 24, false)]
    [InlineData("10.0.0.2", "10.0.1.9", "10.0.0.1", 23, true)]
    [InlineData("fd00::2", "fd00::9", "10.0.0.1", 24, false)]
    [InlineData("fd00::2", "fd00::9", "fd00::1", 64, true)]
    public void A_range_is_within_a_network(string start, string end, string address, int prefix, bool within) =>
        Assert.Equal(within, new AddressRange(IPAddress.Parse(start), IPAddress.Parse(end)).IsWithin(IPAddress.Parse(address), prefix));
}
