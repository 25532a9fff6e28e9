using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A kind of resource of which a host has exactly one pool.</summary>
public sealed record HostPool(string Id);

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
