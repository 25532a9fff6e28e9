using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ProcessorRASD: the virtual processors of a guest, their share of the host's and where they run (DSP1044).
/// VirtualQuantity is how many it uses, MaximumProcessors how many it may use without a restart.
/// </summary>
public sealed class ProcessorRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : AllocationSetting<DomainDefinition, Xen_ProcessorRASD>(Xen_ProcessorRASD.Layout, hypervisor, configurations, (ushort)Xen_ProcessorRASD.ResourceTypeValue.Processor)
{
    internal const string DeviceId = "processor";

    /// <summary>The credit scheduler's range (xl sched-credit).</summary>
    internal const uint MaxWeight = 65535;

    /// <summary>What the credit scheduler gives a guest that names none.</summary>
    internal const uint DefaultWeight = 256;

    protected override IEnumerable<(string Id, DomainDefinition Device)> Devices(DomainDefinition definition) => [(DeviceId, definition)];

    private protected override Xen_ProcessorRASD Describe(DomainDefinition definition, DomainDefinition device)
    {
        var instance = new Xen_ProcessorRASD
        {
            ElementName = $"{definition.Name} processors",
            ResourceType = Xen_ProcessorRASD.ResourceTypeValue.Processor,
            PoolID = ProcessorPool.Id,
            ConsumerVisibility = Xen_ProcessorRASD.ConsumerVisibilityValue.Virtualized,
            AllocationUnits = "percent",
            VirtualQuantity = definition.CurrentProcessors ?? definition.Processors,
            VirtualQuantityUnits = "count",
            MaximumProcessors = definition.Processors,
            HostResource = null,
            MappingBehavior = definition.Affinity is null ? null : Xen_ProcessorRASD.MappingBehaviorValue.Hard_Affinity,
            Reservation = 0,
            Limit = definition.Cap ?? 0,
            Weight = definition.Weight,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
        ProcessorModel.Describe(instance, definition);
        return instance;
    }

    private protected override Xen_ProcessorRASD Complete(ref Xen_ProcessorRASD known, Configuration configuration, DomainDefinition definition, CimRequest request)
    {
        var affinity = known.MappingBehavior is null ? null : definition.Affinity;
        var live = configuration is { Kind: ConfigurationKind.State, Guest: { IsActive: true } guest } ? Scheduler(guest) : null;
        if (affinity is null && live is not ({ Cap: not null } or { Weight: not null }))
            return known;
        var instance = (Xen_ProcessorRASD)known.Copy();
        if (affinity is not null)
        {
            // Pinned to all of them is not pinned.
            if (affinity.CoversHostOf(Hypervisor.GetHost().Processors))
                instance.MappingBehavior = null;
            else
                instance.HostResource = HostProcessors.Write(affinity, Hypervisor.GetHost().Name);
        }
        if (live?.Cap is { } cap)
            instance.Limit = cap;
        if (live?.Weight is { } weight)
            instance.Weight = weight;
        return instance;
    }

    private SchedulerSettings? Scheduler(Guest guest)
    {
        try
        {
            return Hypervisor.GetScheduler(guest.Uuid);
        }
        catch (HypervisorException error) when (error.Error is not (HypervisorError.Disconnected or HypervisorError.Timeout))
        {
            return null;
        }
    }

    private protected override string OtherName => "CIM_ProcessorAllocationSettingData";

    private protected override IReadOnlySet<string> Writable { get; } = Set(
    [
        Xen_ProcessorRASD.Names.VirtualQuantity, Xen_ProcessorRASD.Names.MaximumProcessors, Xen_ProcessorRASD.Names.HostResource, Xen_ProcessorRASD.Names.MappingBehavior, Xen_ProcessorRASD.Names.Weight, Xen_ProcessorRASD.Names.Limit, Xen_ProcessorRASD.Names.Reservation,
        .. ProcessorModel.Writable,
    ]);

    private protected override string Add(DomainDefinition definition, Xen_ProcessorRASD settings) =>
        throw CimException.InvalidParameter($"{definition.Name} has its processor setting; change it with ModifyResourceSettings.");

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_ProcessorRASD settings)
    {
        var most = Require(definition, deviceId).Processors;
        ModifyCount(definition, settings);
        ProcessorModel.Write(definition, settings, most, Hypervisor);
        ModifyAffinity(definition, settings);
        if (settings.Weight is { } weight && weight != definition.Weight)
        {
            if (weight is < 1 or > MaxWeight)
                throw CimException.InvalidParameter($"Weight {weight}: the scheduler's weight is 1 to {MaxWeight}; 256 is usual.");
            definition.Weight = weight;
        }
        if (settings.Limit is { } cap && cap != (definition.Cap ?? 0))
        {
            var whole = 100UL * definition.Processors;
            if (cap > whole)
                throw CimException.InvalidParameter($"Limit {cap}: the cap is 0 (none) to {whole} percent of a processor for {definition.Processors} processors.");
            definition.Cap = cap == 0 ? null : (uint)cap;
        }
        if (settings.Reservation is > 0 and var reservation)
            throw CimException.NotSupported($"Reservation {reservation}: the scheduler has weights and caps, no reservations.");
    }

    // The maximum comes first: without a number of its own the guest uses all that it may. What is not named stays, or
    // follows its maximum down.
    private void ModifyCount(DomainDefinition definition, Xen_ProcessorRASD settings)
    {
        var (now, most) = (definition.CurrentProcessors ?? definition.Processors ?? 1, definition.Processors ?? 1);
        var maximum = settings.MaximumProcessors ?? (uint)Math.Clamp(settings.VirtualQuantity ?? 0, most, uint.MaxValue);
        var count = settings.VirtualQuantity ?? Math.Min(now, maximum);
        if (count == now && maximum == most)
            return;
        var host = Hypervisor.GetHost().MaxGuestProcessors ?? int.MaxValue;
        if (Hypervisor.Driver == HypervisorDriver.Xen && definition.Kind is VirtualizationKind.FullyVirtual or VirtualizationKind.ParavirtualHardware)
            host = Math.Min(host, Host.XenMaxHardwareProcessors);
        if (count < 1 || count > host)
            throw CimException.InvalidParameter($"VirtualQuantity {count}: a guest has 1 to {host} processors on this host.");
        if (maximum < 1 || maximum > host)
            throw CimException.InvalidParameter($"MaximumProcessors {maximum}: a guest has 1 to {host} processors on this host.");
        if (count > maximum)
            throw CimException.InvalidParameter($"VirtualQuantity ({count}) is more than MaximumProcessors ({maximum}).");
        var pinned = definition.Affinity;
        definition.Processors = maximum;
        definition.CurrentProcessors = (uint)count == maximum ? null : (uint)count;
        // New processors go where the others are.
        if (pinned is not null && definition.Affinity is null)
            definition.CpuSet = pinned.ToString();
    }

    private void ModifyAffinity(DomainDefinition definition, Xen_ProcessorRASD settings)
    {
        if (settings is { HostResource: null, MappingBehavior: null })
            return;
        var processors = Hypervisor.GetHost().Processors;
        var now = definition.Affinity is { } affinity && !affinity.CoversHostOf(processors) ? affinity : null;
        var wanted = settings.HostResource is { } resources ? HostProcessors.Read(resources, processors) : now;
        if (settings.MappingBehavior is { } mapping && (mapping != Xen_ProcessorRASD.MappingBehaviorValue.Hard_Affinity || wanted is null)
            && mapping is not Xen_ProcessorRASD.MappingBehaviorValue.Unknown)
        {
            throw CimException.InvalidParameter(mapping == Xen_ProcessorRASD.MappingBehaviorValue.Hard_Affinity
                ? "MappingBehavior 5 (Hard Affinity) needs HostResource: the processors of the host to run on, and not all of them."
                : $"MappingBehavior {(ushort)mapping}: processors are pinned with 5 (Hard Affinity) only; they can be neither reserved for one guest nor preferred.");
        }
        if (!Equals(wanted, now))
            definition.Affinity = wanted;
    }

    private protected override void Remove(DomainDefinition definition, string deviceId) =>
        throw CimException.InvalidParameter($"{definition.Name} cannot be without processors.");

    // Weight and cap are the scheduler's; the XML has at most what the guest was started with.
    private protected override DomainDefinition InForce(Guest guest, DomainDefinition definition)
    {
        if (Scheduler(guest) is not { } now)
            return definition;
        var current = definition.Clone();
        if (now.Weight is { } weight)
            current.Weight = weight;
        if (now.Cap is { } cap)
            current.Cap = cap == 0 ? null : cap;
        return current;
    }

    private protected override Change Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId)
    {
        var change = new Change();
        var (before, after) = (from.CurrentProcessors ?? from.Processors ?? 1, to.CurrentProcessors ?? to.Processors ?? 1);
        if (to.Processors != from.Processors)
        {
            throw CimException.InvalidParameter($"{guest.Name} runs with at most {from.Processors} processors; {to.Processors} takes a restart. "
                + "Change its defined configuration, or ask for less.");
        }
        if (!to.HasSameCpu(from))
            throw CimException.InvalidParameter($"The processor that {guest.Name} sees ({string.Join(", ", ProcessorModel.Writable)}) changes with its next start; change its defined configuration.");
        if (before != after)
            change.Then(() => Hypervisor.SetProcessors(guest.Uuid, after), () => Hypervisor.SetProcessors(guest.Uuid, before));
        // A processor that comes into use runs anywhere until it is pinned.
        var (pins, pinsBefore) = (Pins(to, after), Pins(from, after));
        if (!Enumerable.SequenceEqual(pins, pinsBefore) || (after > before && pins.Any(p => p is not null)))
            change.Then(() => Hypervisor.PinProcessors(guest.Uuid, pins), () => Hypervisor.PinProcessors(guest.Uuid, pinsBefore));
        if (from.Weight != to.Weight || from.Cap != to.Cap)
        {
            change.Then(
                () => Hypervisor.SetScheduler(guest.Uuid, from.Weight != to.Weight ? to.Weight : null, from.Cap != to.Cap ? to.Cap ?? 0 : null),
                () => Hypervisor.SetScheduler(guest.Uuid, from.Weight != to.Weight ? from.Weight : null, from.Cap != to.Cap ? from.Cap ?? 0 : null));
        }
        return change;
    }

    private static ProcessorSet?[] Pins(DomainDefinition definition, uint count)
    {
        var pins = new ProcessorSet?[count];
        for (uint processor = 0; processor < count; processor++)
            pins[processor] = definition.AffinityOf(processor);
        return pins;
    }
}
