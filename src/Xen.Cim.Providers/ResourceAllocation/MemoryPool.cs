using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

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
        var running = request.Wants(Xen_MemoryPool.Names.Reserved) || request.Wants(Xen_MemoryPool.Names.CurrentlyConsumedResource) ? Running() : null;
        return new Xen_MemoryPool
        {
            InstanceID = pool.Id,
            PoolID = pool.Id,
            ElementName = "Memory",
            Primordial = true,
            ResourceType = Xen_MemoryPool.ResourceTypeValue.Memory,
            AllocationUnits = MemoryUnits.KiB,
            Capacity = host.MemoryKiB,
            // What the guests' settings have as their Reservation. Some drivers hand out more than there is; what is reserved never exceeds the capacity (DSP1041).
            Reserved = Sum(running, d => MemoryRASD.ReservationOf(hypervisor, d)) is { } reserved ? Math.Min(reserved, host.MemoryKiB) : null,
            ConsumedResourceUnits = MemoryUnits.KiB,
            CurrentlyConsumedResource = Sum(running, d => d.CurrentMemoryKiB ?? d.MemoryKiB),
            // Xen gives a guest no memory that it does not have; elsewhere the host swaps.
            MaxConsumableResource = host.Driver == HypervisorDriver.Xen ? host.MemoryKiB : null,
            OperationalStatus = [Xen_MemoryPool.OperationalStatusValue.OK],
            HealthState = Xen_MemoryPool.HealthStateValue.OK,
        };
    }

    // Unknown, not nothing, when guests run and none of them can be read.
    private List<DomainDefinition>? Running()
    {
        var running = configurations.Running().ToList();
        return running.Count > 0 || !hypervisor.ListGuests().Any(g => g.IsActive) ? running : null;
    }

    private static ulong? Sum(List<DomainDefinition>? running, Func<DomainDefinition, ulong?> kib) => running?.Aggregate(0UL, (sum, d) => sum + (kib(d) ?? 0));
}
