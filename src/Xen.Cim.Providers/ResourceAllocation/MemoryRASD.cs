using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_MemoryRASD: the memory of a guest (DSP1045). VirtualQuantity is what it has (the balloon's target), Limit what it
/// may have at most without a restart; both in KiB unless the client names another unit.
/// </summary>
public sealed class MemoryRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : AllocationSetting<DomainDefinition, Xen_MemoryRASD>(Xen_MemoryRASD.Layout, hypervisor, configurations, (ushort)Xen_MemoryRASD.ResourceTypeValue.Memory)
{
    internal const string DeviceId = "memory";

    /// <summary>Less than this no guest can start with.</summary>
    internal const ulong MinimumKiB = 1024;

    /// <summary>A page: what the balloon moves at least.</summary>
    internal const ulong StepKiB = 4;

    /// <summary>With less than this the control domain, and with it the host, may come to a standstill.</summary>
    private const ulong ControlDomainMinimumKiB = 256 * 1024;

    protected override IEnumerable<(string Id, DomainDefinition Device)> Devices(DomainDefinition definition) => [(DeviceId, definition)];

    private protected override Xen_MemoryRASD Describe(DomainDefinition definition, DomainDefinition device)
    {
        var instance = new Xen_MemoryRASD
        {
            ElementName = $"{definition.Name} memory",
            ResourceType = Xen_MemoryRASD.ResourceTypeValue.Memory,
            PoolID = MemoryPool.Id,
            ConsumerVisibility = Xen_MemoryRASD.ConsumerVisibilityValue.Virtualized,
            AllocationUnits = MemoryUnits.KiB,
            VirtualQuantityUnits = MemoryUnits.KiB,
            VirtualQuantity = definition.CurrentMemoryKiB ?? definition.MemoryKiB,
            Reservation = ReservationOf(Hypervisor, definition),
            Limit = definition.MemoryKiB,
            HardLimit = definition.HardLimitKiB,
            SoftLimit = definition.SoftLimitKiB,
            SwapHardLimit = definition.SwapHardLimitKiB,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
        MemoryBacking.Describe(instance, definition);
        GuestNumaCells.Describe(instance, definition);
        return instance;
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
    [
        Xen_MemoryRASD.Names.VirtualQuantity, Xen_MemoryRASD.Names.VirtualQuantityUnits, Xen_MemoryRASD.Names.AllocationUnits, Xen_MemoryRASD.Names.Limit,
        Xen_MemoryRASD.Names.Reservation, Xen_MemoryRASD.Names.HardLimit, Xen_MemoryRASD.Names.SoftLimit, Xen_MemoryRASD.Names.SwapHardLimit,
        .. MemoryBacking.Writable, .. GuestNumaCells.Writable,
    ]);

    private protected override string Add(DomainDefinition definition, Xen_MemoryRASD settings) =>
        throw CimException.InvalidParameter($"{definition.Name} has its memory setting; change it with ModifyResourceSettings.");

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_MemoryRASD settings)
    {
        Require(definition, deviceId);
        var (reserved, most) = (ReservationOf(Hypervisor, definition), definition.MemoryKiB);
        var units = settings.AllocationUnits ?? MemoryUnits.KiB;
        var limit = settings.Limit is { } l ? MemoryUnits.ToKiB(l, units, "Limit") : (ulong?)null;
        var quantity = settings.VirtualQuantity is { } q ? MemoryUnits.ToKiB(q, settings.VirtualQuantityUnits is { } own and not "count" ? own : units, "VirtualQuantity") : (ulong?)null;
        if (quantity is { } tooMuch && limit is { } least && tooMuch > least)
            throw CimException.InvalidParameter($"VirtualQuantity ({tooMuch} KiB) is more than Limit ({least} KiB).");
        if (quantity is { } asked && asked != (definition.CurrentMemoryKiB ?? definition.MemoryKiB))
            Check(asked, "VirtualQuantity");
        if (limit is { } maximum && maximum != definition.MemoryKiB)
        {
            Check(maximum, "Limit");
            // What was not named stays, or follows its maximum down. The maximum is set first: without a value of its own
            // the quantity reads as the maximum.
            var kept = Math.Min(definition.CurrentMemoryKiB ?? maximum, maximum);
            definition.MemoryKiB = maximum;
            if (quantity is null)
                definition.CurrentMemoryKiB = kept;
        }
        if (quantity is { } kib && kib != (definition.CurrentMemoryKiB ?? definition.MemoryKiB))
        {
            if (kib > definition.MemoryKiB)
                definition.MemoryKiB = kib;
            definition.CurrentMemoryKiB = kib;
        }
        ModifyOvercommit(definition, settings, units);
        MemoryBacking.Write(definition, settings, Hypervisor);
        GuestNumaCells.Write(definition, settings, units, most, Hypervisor.Driver);
        // It follows from the quantity, and one that was read before comes along with a whole instance.
        if (settings.Reservation is { } r && MemoryUnits.ToKiB(r, units, "Reservation") is var wanted && wanted != reserved && wanted != ReservationOf(Hypervisor, definition))
            throw CimException.NotSupported($"Reservation {r}: the host keeps {ReservationOf(Hypervisor, definition)} KiB for {definition.Name}, by its VirtualQuantity, and nothing else can be asked for.");
    }

    private void ModifyOvercommit(DomainDefinition definition, Xen_MemoryRASD settings, string units)
    {
        Set(Xen_MemoryRASD.Names.HardLimit, settings.HardLimit, definition.HardLimitKiB, v => definition.HardLimitKiB = v);
        Set(Xen_MemoryRASD.Names.SoftLimit, settings.SoftLimit, definition.SoftLimitKiB, v => definition.SoftLimitKiB = v);
        Set(Xen_MemoryRASD.Names.SwapHardLimit, settings.SwapHardLimit, definition.SwapHardLimitKiB, v => definition.SwapHardLimitKiB = v);
        // libvirt finds out when the guest starts.
        if (definition is { SwapHardLimitKiB: { } both, HardLimitKiB: var memory } && !(memory <= both))
        {
            throw CimException.InvalidParameter($"SwapHardLimit ({both} KiB) is memory and swap together: it needs a HardLimit that is no more than that"
                + (memory is null ? "." : $", and that is {memory} KiB."));
        }

        void Set(string property, ulong? given, ulong? there, Action<ulong?> set)
        {
            if (given is not { } quantity || MemoryUnits.ToKiB(quantity, units, property) is var kib && kib == (there ?? 0))
                return;
            if (Hypervisor.Driver == HypervisorDriver.Xen)
                throw CimException.NotSupported($"{property} {quantity}: Xen gives a guest the memory of VirtualQuantity and never more, so there is nothing to limit besides; Limit is the most that it can be given.");
            set(kib == 0 ? null : kib);
        }
    }

    /// <summary>What the host keeps for a guest, in KiB: a Xen guest's memory is its own. Elsewhere it is the host's to give out until the guest touches it, and to swap.</summary>
    internal static ulong? ReservationOf(IHypervisor hypervisor, DomainDefinition definition) => hypervisor.Driver is not HypervisorDriver.Qemu || definition.KeepsMemory
        ? definition.CurrentMemoryKiB ?? definition.MemoryKiB : 0;

    private void Check(ulong kib, string property)
    {
        var host = Hypervisor.GetHost().MemoryKiB;
        if (kib < MinimumKiB || kib > host)
            throw CimException.InvalidParameter($"{property} of {kib} KiB: a guest has {MinimumKiB} KiB to {host} KiB of memory on this host. Quantities are in {MemoryUnits.KiB} unless AllocationUnits says otherwise.");
    }

    private protected override void Remove(DomainDefinition definition, string deviceId) =>
        throw CimException.InvalidParameter($"{definition.Name} cannot be without memory.");

    private protected override Change Live(Guest guest, DomainDefinition from, DomainDefinition to, string deviceId)
    {
        if (to.MemoryKiB != from.MemoryKiB)
        {
            throw CimException.InvalidParameter($"{guest.Name} runs with at most {from.MemoryKiB} KiB of memory; {to.MemoryKiB} KiB takes a restart. "
                + (guest.IsControlDomain ? "dom0_mem in the boot options of the hypervisor says how much it may have." : "Change its defined configuration, or ask for less."));
        }
        if ((to.HardLimitKiB, to.SoftLimitKiB, to.SwapHardLimitKiB) != (from.HardLimitKiB, from.SoftLimitKiB, from.SwapHardLimitKiB))
            throw CimException.InvalidParameter($"HardLimit, SoftLimit and SwapHardLimit of {guest.Name} change with its next start; change its defined configuration.");
        if (!to.HasSameNumaCells(from))
            throw CimException.InvalidParameter($"The memory nodes of {guest.Name} ({string.Join(", ", GuestNumaCells.Writable)}) change with its next start; change its defined configuration.");
        var steps = MemoryBacking.Live(guest, from, to, Hypervisor);
        var (before, after) = (from.CurrentMemoryKiB ?? from.MemoryKiB ?? 0, to.CurrentMemoryKiB ?? to.MemoryKiB ?? 0);
        if (guest.IsControlDomain)
            CheckControlDomain(guest, before, after);
        return before == after ? steps
            : steps.Then(() => Hypervisor.SetMemory(guest.Uuid, after), () => Hypervisor.SetMemory(guest.Uuid, before));
    }

    private void CheckControlDomain(Guest guest, ulong before, ulong after)
    {
        if (after < before && after < ControlDomainMinimumKiB)
            throw CimException.InvalidParameter($"{guest.Name} is the control domain that runs this host; with {after} KiB of memory it may stop working. It needs at least {ControlDomainMinimumKiB} KiB.");
        if (after > before && Hypervisor.GetFreeMemoryKiB() is { } free && after - before > free)
            throw CimException.InvalidParameter($"{guest.Name} has {before} KiB of memory and the host has only {free} KiB free; {after} KiB is more than both.");
    }
}
