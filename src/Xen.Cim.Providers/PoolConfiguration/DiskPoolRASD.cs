using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_DiskPoolRASD: what a storage pool is made of (DSP1041, DSP1047).</summary>
public sealed class DiskPoolRASD(IHypervisor hypervisor, DiskPool pools, PoolUsers users) : PoolSettings<DiskPoolEntry, Xen_DiskPoolRASD>(Xen_DiskPoolRASD.Layout, pools)
{
    protected override IReadOnlyCollection<string> Changeable { get; } =
    [
        Xen_DiskPoolRASD.Names.PoolType, Xen_DiskPoolRASD.Names.Path, Xen_DiskPoolRASD.Names.Host, Xen_DiskPoolRASD.Names.SourceDirectory, Xen_DiskPoolRASD.Names.SourceName,
        Xen_DiskPoolRASD.Names.DevicePaths, Xen_DiskPoolRASD.Names.Format, Xen_DiskPoolRASD.Names.UserName, Xen_DiskPoolRASD.Names.Secret, Xen_DiskPoolRASD.Names.Build,
    ];

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

    protected override void Change(DiskPoolEntry pool, Xen_DiskPoolRASD settings, bool? active, bool? autostart)
    {
        var wish = StoragePoolType.Read(hypervisor, pool.Pool!.Name, settings);
        // What is there is not made again: only a folder that is elsewhere now.
        if (settings.Build is null && (wish.SourceDevices.Count > 0 && wish.Type is "logical" or "zfs" || wish.Path == pool.Pool.Path))
            wish = wish with { Build = StoragePoolBuild.None };
        hypervisor.ChangeStoragePool(pool.Pool.Uuid, wish, active, autostart);
    }

    protected override void Release(DiskPoolEntry pool) => users.Stop(pool.Pool!);
}
