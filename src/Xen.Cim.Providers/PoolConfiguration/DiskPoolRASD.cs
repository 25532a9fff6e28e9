using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_DiskPoolRASD: what a storage pool is made of (DSP1041, DSP1047).</summary>
public sealed class DiskPoolRASD(IHypervisor hypervisor, DiskPool pools) : PoolSettings<DiskPoolEntry, Xen_DiskPoolRASD>(Xen_DiskPoolRASD.Layout, pools)
{
    protected override bool IsChild(DiskPoolEntry pool) => pool.Pool is not null;

    protected override CimInstance Describe(DiskPoolEntry entry, CimRequest request)
    {
        var pool = entry.Pool!;
        return new Xen_DiskPoolRASD
        {
            InstanceID = IdOf(entry),
            ElementName = pool.Name,
            ResourceType = Xen_DiskPoolRASD.ResourceTypeValue.Disk_Drive,
            PoolID = DiskPool.PrimordialId,
            ConsumerVisibility = Xen_DiskPoolRASD.ConsumerVisibilityValue.Virtualized,
            VirtualQuantity = 1,
            VirtualQuantityUnits = "count",
            AllocationUnits = "count",
            AutomaticAllocation = pool.Autostart,
            AutomaticDeallocation = false,
            HostResource = pool.Type == "iscsi" || pool.SourceDevices.Count == 0 ? null : pool.SourceDevices.Select(DiskMedium.UriOf).ToArray(),
            PoolType = pool.Type,
            PathProperty = pool.Path,
            Host = pool.SourceHost,
            SourceDirectory = pool.SourceDirectory,
            SourceName = pool.SourceName,
            DevicePaths = pool.SourceDevices.Count == 0 ? null : pool.SourceDevices.ToArray(),
            Format = pool.Format,
            UserName = pool.Login?.User,
            Secret = pool.Login?.Secret,
            Autostart = pool.Autostart,
            Active = pool.IsActive,
        };
    }

    protected override DiskPoolEntry Make(string name, Xen_DiskPoolRASD settings) =>
        DiskPool.Entry(hypervisor.CreateStoragePool(StoragePoolType.Read(hypervisor, name, settings)));

    protected override void Switch(DiskPoolEntry pool, bool? active, bool? autostart) => hypervisor.SwitchStoragePool(pool.Pool!.Uuid, active, autostart);
}
