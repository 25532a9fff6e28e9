using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>The primordial disk pool (no storage pool) or the child for a libvirt storage pool.</summary>
public sealed record DiskPoolEntry(string Id, StoragePool? Pool);

/// <summary>
/// Xen_DiskPool: where disks come from (DSP1047). Files and <c>phy:</c> devices outside libvirt's storage pools belong to
/// the primordial pool, which is there even when libvirt has none.
/// </summary>
public sealed class DiskPool(IHypervisor hypervisor, PoolUsers users) : InstanceIdProvider<DiskPoolEntry>(Xen_DiskPool.Layout)
{
    private const string Prefix = "Xen:DiskPool/";

    /// <summary>InstanceID and PoolID of the pool outside of libvirt's.</summary>
    public const string PrimordialId = Prefix + "primordial";

    private static readonly DiskPoolEntry s_primordial = new(PrimordialId, null);

    public static DiskPoolEntry Primordial => s_primordial;

    public override IEnumerable<DiskPoolEntry> Enumerate() => hypervisor.ListStoragePools().Select(Entry).Prepend(s_primordial);

    public override string IdOf(DiskPoolEntry pool) => pool.Id;

    public override DiskPoolEntry? FindById(string instanceId) => Enumerate().FirstOrDefault(p => p.Id == instanceId);

    /// <summary>The storage pool that a disk's medium is in, or the primordial pool.</summary>
    public static DiskPoolEntry PoolOf(DiskDevice disk, HostSnapshot host)
    {
        if (host.StoragePools is not { Count: > 0 } pools || disk.Source is not { } source)
            return s_primordial;
        var pool = disk.SourceType == "volume"
            ? pools.FirstOrDefault(p => source.StartsWith(p.Name + "/", StringComparison.Ordinal))
            : pools.Where(p => p.Path is { Length: > 1 } path && source.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))
                .MaxBy(p => p.Path!.Length);
        return pool is null ? s_primordial : Entry(pool);
    }

    protected override CimInstance Describe(DiskPoolEntry entry, CimRequest request)
    {
        var pool = entry.Pool;
        IReadOnlyList<StoragePool> all = pool is null ? DistinctStorage.Of(hypervisor.ListStoragePools()) : [pool];
        var known = all.Any(p => p.IsActive);
        return new Xen_DiskPool
        {
            InstanceID = entry.Id,
            PoolID = entry.Id,
            ElementName = pool?.Name ?? "Storage",
            Primordial = pool is null,
            ResourceType = Xen_DiskPool.ResourceTypeValue.Disk_Drive,
            AllocationUnits = "byte",
            Capacity = known ? all.Aggregate(0UL, (sum, p) => sum + p.Capacity) : null,
            Reserved = known ? all.Aggregate(0UL, (sum, p) => sum + Math.Min(p.Allocation, p.Capacity)) : null,
            ConsumedResourceUnits = "byte",
            CurrentlyConsumedResource = known ? all.Aggregate(0UL, (sum, p) => sum + p.Allocation) : null,
            PathProperty = pool?.Path,
            PoolType = pool?.Type,
            Autostart = pool?.Autostart,
            OperationalStatus = [pool is { IsActive: false } ? Xen_DiskPool.OperationalStatusValue.Stopped : Xen_DiskPool.OperationalStatusValue.OK],
            HealthState = Xen_DiskPool.HealthStateValue.OK,
        };
    }

    /// <summary>Stops a storage pool and forgets it; what is on its storage stays.</summary>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        if (Require(path).Pool is not { } pool)
            throw CimException.InvalidParameter("The primordial pool stands for the host's storage outside of libvirt's pools and cannot be deleted.");
        users.Release(pool);
        hypervisor.RemoveStoragePool(pool.Uuid);
    }

    internal static DiskPoolEntry Entry(StoragePool pool) => new(Prefix + pool.Uuid.ToString("D"), pool);
}
