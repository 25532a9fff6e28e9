using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ProcessorRASD: the virtual processors of a guest and their share of the host's (DSP1044).</summary>
public sealed class ProcessorRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : AllocationSetting<DomainDefinition, Xen_ProcessorRASD>(Xen_ProcessorRASD.Layout, hypervisor, configurations, (ushort)Xen_ProcessorRASD.ResourceTypeValue.Processor)
{
    internal const string DeviceId = "processor";

    /// <summary>The credit scheduler's range (xl sched-credit).</summary>
    internal const uint MaxWeight = 65535;

    /// <summary>What the credit scheduler gives a guest that names none.</summary>
    internal const uint DefaultWeight = 256;

    protected override IEnumerable<(string Id, DomainDefinition Device)> Devices(DomainDefinition definition) => [(DeviceId, definition)];

    protected override CimInstance Describe(DeviceSetting<DomainDefinition> setting, CimRequest request)
    {
        var (definition, guest) = (setting.Device, setting.Configuration.Guest);
        var live = setting.Configuration.Kind == ConfigurationKind.State && guest.IsActive ? Scheduler(guest) : null;
        return new Xen_ProcessorRASD
        {
            InstanceID = setting.Id,
            ElementName = $"{guest.Name} processors",
            ConfigurationName = setting.Configuration.Id,
            ResourceType = Xen_ProcessorRASD.ResourceTypeValue.Processor,
            PoolID = ProcessorPool.Id,
            ConsumerVisibility = Xen_ProcessorRASD.ConsumerVisibilityValue.Virtualized,
            AllocationUnits = "percent",
            VirtualQuantity = definition.CurrentProcessors ?? definition.Processors,
            VirtualQuantityUnits = "count",
            Reservation = 0,
            Limit = live?.Cap ?? definition.Cap ?? 0,
            Weight = live?.Weight ?? definition.Weight,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
    }

    private SchedulerSettings? Scheduler(Guest guest)
    {
        try
        {
            return Hypervisor.GetScheduler(guest.Uuid);
        }
        catch (HypervisorException error) when (error.Error is HypervisorError.NotSupported or HypervisorError.InvalidState or HypervisorError.NotFound)
        {
            return null;
        }
    }

    private protected override string Add(DomainDefinition definition, Xen_ProcessorRASD settings) =>
        throw CimException.InvalidParameter($"{definition.Name} has its processor setting; change it with ModifyResourceSettings.");

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_ProcessorRASD settings)
    {
        Require(definition, deviceId);
        if (settings.VirtualQuantity is { } count && count != (definition.CurrentProcessors ?? definition.Processors))
        {
            var most = Hypervisor.GetHost().MaxGuestProcessors ?? uint.MaxValue;
            if (count < 1 || count > most)
                throw CimException.InvalidParameter($"VirtualQuantity {count}: a guest has 1 to {most} processors on this host.");
            if (count > definition.Processors)
            {
                definition.Processors = (uint)count;
                definition.CurrentProcessors = null;
            }
            else
            {
                definition.CurrentProcessors = (uint)count == definition.Processors ? null : (uint)count;
            }
        }
        if (settings.Weight is { } weight && weight != definition.Weight)
        {
            if (weight is < 1 or > MaxWeight)
                throw CimException.InvalidParameter($"Weight {weight}: the scheduler's weight is 1 to {MaxWeight}; 256 is usual.");
            definition.Weight = weight;
        }
        if (settings.Limit is { } cap && cap != (definition.Cap ?? 0))
        {
            var most = 100UL * definition.Processors;
            if (cap > most)
                throw CimException.InvalidParameter($"Limit {cap}: the cap is 0 (none) to {most} percent of a processor for {definition.Processors} processors.");
            definition.Cap = cap == 0 ? null : (uint)cap;
        }
        if (settings.Reservation is > 0 and var reservation)
            throw CimException.NotSupported($"Reservation {reservation}: the scheduler has weights and caps, no reservations.");
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
        if (after > from.Processors)
            throw CimException.InvalidParameter($"VirtualQuantity {after}: {guest.Name} was started with at most {from.Processors} processors. Change its defined configuration; it applies at the next start.");
        if (before != after)
            change.Then(() => Hypervisor.SetProcessors(guest.Uuid, after), () => Hypervisor.SetProcessors(guest.Uuid, before));
        if (from.Weight != to.Weight || from.Cap != to.Cap)
        {
            change.Then(
                () => Hypervisor.SetScheduler(guest.Uuid, from.Weight != to.Weight ? to.Weight : null, from.Cap != to.Cap ? to.Cap ?? 0 : null),
                () => Hypervisor.SetScheduler(guest.Uuid, from.Weight != to.Weight ? from.Weight : null, from.Cap != to.Cap ? from.Cap ?? 0 : null));
        }
        return change;
    }
}
