using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A kind of resource of which a host has exactly one pool.</summary>
public sealed record HostPool(string Id);

/// <summary>The primordial disk pool (no storage pool) or the child for a libvirt storage pool.</summary>
public sealed record DiskPoolEntry(string Id, StoragePool? Pool);

/// <summary>The primordial network pool (no network) or the child for a libvirt network.</summary>
public sealed record NetworkPoolEntry(string Id, VirtualNetwork? Network);

/// <summary>Xen_ProcessorPool: the host's processors (DSP1044).</summary>
public sealed class ProcessorPool(IHypervisor hypervisor, VirtualSystemSettingData configurations) : InstanceIdProvider<HostPool>(Xen_ProcessorPool.Layout)
{
    public const string Id = "Xen:ProcessorPool/primordial";
    private static readonly HostPool s_pool = new(Id);

    public static HostPool Only => s_pool;

    public override IEnumerable<HostPool> Enumerate() => [s_pool];

    public override string IdOf(HostPool pool) => pool.Id;

    public override HostPool? FindById(string instanceId) => instanceId == Id ? s_pool : null;

    protected override CimInstance Describe(HostPool pool, CimRequest request) => new Xen_ProcessorPool
    {
        InstanceID = pool.Id,
        PoolID = pool.Id,
        ElementName = "Processors",
        Primordial = true,
        ResourceType = Xen_ProcessorPool.ResourceTypeValue.Processor,
        AllocationUnits = "count",
        Capacity = hypervisor.GetHost().Processors,
        Reserved = 0,
        ConsumedResourceUnits = "count",
        CurrentlyConsumedResource = request.Wants(Xen_ProcessorPool.Names.CurrentlyConsumedResource)
            ? configurations.Running().Aggregate(0UL, (sum, d) => sum + (d.CurrentProcessors ?? d.Processors ?? 0)) : null,
        OperationalStatus = [Xen_ProcessorPool.OperationalStatusValue.OK],
        HealthState = Xen_ProcessorPool.HealthStateValue.OK,
    };
}

/// <summary>Xen_MemoryPool: the host's memory (DSP1045).</summary>
public sealed class MemoryPool(IHypervisor hypervisor, VirtualSystemSettingData configurations) : InstanceIdProvider<HostPool>(Xen_MemoryPool.Layout)
{
    public const string Id = "Xen:MemoryPool/primordial";
    private static readonly HostPool s_pool = new(Id);

    public static HostPool Only => s_pool;

    public override IEnumerable<HostPool> Enumerate() => [s_pool];

    public override string IdOf(HostPool pool) => pool.Id;

    public override HostPool? FindById(string instanceId) => instanceId == Id ? s_pool : null;

    protected override CimInstance Describe(HostPool pool, CimRequest request)
    {
        var host = hypervisor.GetHost();
        var used = request.Wants(Xen_MemoryPool.Names.Reserved) || request.Wants(Xen_MemoryPool.Names.CurrentlyConsumedResource) ? Used() : null;
        return new Xen_MemoryPool
        {
            InstanceID = pool.Id,
            PoolID = pool.Id,
            ElementName = "Memory",
            Primordial = true,
            ResourceType = Xen_MemoryPool.ResourceTypeValue.Memory,
            AllocationUnits = MemoryUnits.KiB,
            Capacity = host.MemoryKiB,
            // A driver with overcommit can hand out more than there is; what is reserved never exceeds the capacity (DSP1041).
            Reserved = used is { } u ? Math.Min(u, host.MemoryKiB) : null,
            ConsumedResourceUnits = MemoryUnits.KiB,
            CurrentlyConsumedResource = used,
            OperationalStatus = [Xen_MemoryPool.OperationalStatusValue.OK],
            HealthState = Xen_MemoryPool.HealthStateValue.OK,
        };
    }

    // Unknown, not nothing, when guests run and none of them can be read.
    private ulong? Used()
    {
        var running = configurations.Running().ToList();
        return running.Count > 0 || !hypervisor.ListGuests().Any(g => g.IsActive)
            ? running.Aggregate(0UL, (sum, d) => sum + (d.CurrentMemoryKiB ?? d.MemoryKiB ?? 0)) : null;
    }
}

/// <summary>
/// Xen_DiskPool: where disks come from (DSP1047). Files and <c>phy:</c> devices outside libvirt's storage pools belong to
/// the primordial pool, which is there even when libvirt has none.
/// </summary>
public sealed class DiskPool(IHypervisor hypervisor) : InstanceIdProvider<DiskPoolEntry>(Xen_DiskPool.Layout)
{
    private const string Prefix = "Xen:DiskPool/";
    private static readonly DiskPoolEntry s_primordial = new(Prefix + "primordial", null);

    public override IEnumerable<DiskPoolEntry> Enumerate() => hypervisor.ListStoragePools().Select(Entry).Prepend(s_primordial);

    public override string IdOf(DiskPoolEntry pool) => pool.Id;

    public override DiskPoolEntry? FindById(string instanceId) => Enumerate().FirstOrDefault(p => p.Id == instanceId);

    /// <summary>The storage pool that a disk's medium is in, or the primordial pool.</summary>
    public static DiskPoolEntry PoolOf(DiskDevice disk, HostSnapshot host)
    {
        if (disk.Source is not { } source)
            return s_primordial;
        var pools = host.StoragePools;
        var pool = disk.SourceType == "volume"
            ? pools.FirstOrDefault(p => source.StartsWith(p.Name + "/", StringComparison.Ordinal))
            : pools.Where(p => p.Path is { Length: > 1 } path && source.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal))
                .MaxBy(p => p.Path!.Length);
        return pool is null ? s_primordial : Entry(pool);
    }

    protected override CimInstance Describe(DiskPoolEntry entry, CimRequest request)
    {
        var pool = entry.Pool;
        var all = pool is null ? hypervisor.ListStoragePools() : [pool];
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

    private static DiskPoolEntry Entry(StoragePool pool) => new(Prefix + pool.Uuid.ToString("D"), pool);
}

/// <summary>
/// Xen_NetworkPool: what adapters are plugged into (DSP1050). Bridges of the host belong to the primordial pool, which is
/// there even when libvirt has no network.
/// </summary>
public sealed class NetworkPool(IHypervisor hypervisor, VirtualSystemSettingData configurations) : InstanceIdProvider<NetworkPoolEntry>(Xen_NetworkPool.Layout)
{
    private const string Prefix = "Xen:NetworkPool/";
    private static readonly NetworkPoolEntry s_primordial = new(Prefix + "primordial", null);

    public override IEnumerable<NetworkPoolEntry> Enumerate() => hypervisor.ListNetworks().Select(Entry).Prepend(s_primordial);

    public override string IdOf(NetworkPoolEntry pool) => pool.Id;

    public override NetworkPoolEntry? FindById(string instanceId) => Enumerate().FirstOrDefault(p => p.Id == instanceId);

    public static NetworkPoolEntry PoolOf(NetworkInterface nic, HostSnapshot host) =>
        nic.Type == "network" && host.Networks.FirstOrDefault(n => n.Name == nic.Source) is { } network ? Entry(network) : s_primordial;

    protected override CimInstance Describe(NetworkPoolEntry entry, CimRequest request)
    {
        var network = entry.Network;
        var host = new HostSnapshot(hypervisor);
        return new Xen_NetworkPool
        {
            InstanceID = entry.Id,
            PoolID = entry.Id,
            ElementName = network?.Name ?? "Networks",
            Primordial = network is null,
            ResourceType = Xen_NetworkPool.ResourceTypeValue.Ethernet_Adapter,
            AllocationUnits = "count",
            // A switch has no fixed number of ports: no capacity to state, so nothing is reserved of it either.
            Reserved = 0,
            ConsumedResourceUnits = "count",
            CurrentlyConsumedResource = request.Wants(Xen_NetworkPool.Names.CurrentlyConsumedResource)
                ? (ulong)configurations.Running().SelectMany(d => d.Interfaces).Count(i => PoolOf(i, host).Id == entry.Id) : null,
            Bridge = network?.Bridge,
            ForwardMode = network is null ? null : network.ForwardMode ?? "isolated",
            Autostart = network?.Autostart,
            OperationalStatus = [network is { IsActive: false } ? Xen_NetworkPool.OperationalStatusValue.Stopped : Xen_NetworkPool.OperationalStatusValue.OK],
            HealthState = Xen_NetworkPool.HealthStateValue.OK,
        };
    }

    private static NetworkPoolEntry Entry(VirtualNetwork network) => new(Prefix + network.Uuid.ToString("D"), network);
}
