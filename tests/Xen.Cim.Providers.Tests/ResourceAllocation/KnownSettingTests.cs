using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Xunit;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>What a disk's setting has of the host is handed out again as long as the host says the same, and not any longer.</summary>
public sealed class KnownSettingTests : ProviderTest
{
    private static readonly string s_ofWeb = $"Xen:{Samples.Web}/defined/xvda";

    private ulong? _capacity = 4096;
    private IReadOnlyList<StoragePool> _pools = Samples.Pools;

    public KnownSettingTests()
    {
        Host.Mock.Setup(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>())).Returns(() => _capacity);
        Host.Mock.Setup(h => h.ListStoragePools()).Returns(() => _pools);
    }

    [Fact]
    public void The_same_host_gives_the_same_instance_and_another_one_what_is_true_now()
    {
        var first = Disk();
        Assert.Equal((4096ul, "byte", $"Xen:DiskPool/{Samples.ImagesPool}"), (first.VirtualQuantity, first.VirtualQuantityUnits, first.PoolID));
        Assert.Same(first, Disk());

        _capacity = 8192;
        Assert.Equal(8192ul, Disk().VirtualQuantity);
        _capacity = null;
        var (quantity, units) = (Disk().VirtualQuantity, Disk().VirtualQuantityUnits);
        Assert.Equal((1ul, "count"), (quantity, units));
        _pools = [];
        Assert.Equal("Xen:DiskPool/primordial", Disk().PoolID);
        (_capacity, _pools) = (4096, Samples.Pools);
        Assert.Equal(first.Properties.Select(p => (p.Name, p.Value is { } v ? CimValue.Format(v) : null)), Disk().Properties.Select(p => (p.Name, p.Value is { } v ? CimValue.Format(v) : null)));
        // What went out before was not changed by what came after.
        Assert.Equal(4096ul, first.VirtualQuantity);
    }

    [Fact]
    public void Who_asks_for_a_few_properties_spoils_none_for_the_next_one()
    {
        _ = Provider.EnumerateInstances(new() { Namespace = Request.Namespace, PropertyList = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Address" } }, Class("Xen_DiskRASD")).ToList();
        var disk = Disk();
        Assert.Equal((4096ul, "byte"), (disk.VirtualQuantity, disk.VirtualQuantityUnits));
    }

    private Xen_DiskRASD Disk() => All("Xen_DiskRASD").Select(i => i.As<Xen_DiskRASD>()).Single(d => d.InstanceID == s_ofWeb);
}
