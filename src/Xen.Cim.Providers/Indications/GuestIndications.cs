using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ComputerSystemInst{Creation,Deletion,Modification}: guests that come, go and change (DSP1057 8.1). While more news
/// of a guest waits, the events themselves tell its states, so that a guest that came and went is not passed over.
/// </summary>
internal sealed class GuestIndications(IHypervisor hypervisor, ComputerSystem systems)
    : LifecycleSource(Xen_ComputerSystemInstCreation.Layout, Xen_ComputerSystemInstDeletion.Layout, Xen_ComputerSystemInstModification.Layout)
{
    private readonly Dictionary<Guid, Known> _known = [];

    // Set when a state was seen to change; the state itself is what is told.
    protected override IReadOnlyCollection<string> Restless { get; } = [Xen_ComputerSystem.Names.TimeOfLastStateChange];

    public override void Begin()
    {
        _known.Clear();
        foreach (var guest in hypervisor.ListGuests())
            _known[guest.Uuid] = Describe(guest);
    }

    public override void Compare(Action<CimInstance> deliver)
    {
        var guests = hypervisor.ListGuests();
        var there = guests.Select(g => g.Uuid).ToHashSet();
        foreach (var gone in _known.Keys.Where(k => !there.Contains(k)).ToList())
            Settle(gone, null, false, deliver);
        foreach (var guest in guests)
            Settle(guest.Uuid, guest, false, deliver);
    }

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver)
    {
        switch (news)
        {
            case GuestEvent e:
                var known = _known.GetValueOrDefault(e.Uuid)?.Guest;
                var told = After(known, e);
                // One that is gone again before it could be read was there all the same; the news of its end follows.
                var now = more ? told : hypervisor.FindGuest(e.Uuid) ?? (known is not null ? null : told);
                if (HasMovedOn(known, told, now, e))
                    Settle(e.Uuid, told, false, deliver);
                Settle(e.Uuid, now, e.Kind == GuestEventKind.Rebooted, deliver);
                break;
            case GuestDevicesEvent e when !more:
                Settle(e.Uuid, hypervisor.FindGuest(e.Uuid), false, deliver);
                break;
        }
    }

    public override void End() => _known.Clear();

    private void Settle(Guid uuid, Guest? guest, bool rebooted, Action<CimInstance> deliver)
    {
        var before = _known.GetValueOrDefault(uuid);
        var after = guest is null ? null : Describe(guest);
        Tell(before?.Instance, after?.Instance, deliver, always: rebooted);
        if (after is null)
            _known.Remove(uuid);
        else
            _known[uuid] = after;
    }

    /// <summary>
    /// Whether a guest is in yet another state than its event told of, which is told first then: the event of what came after
    /// it will find nothing new. A stop of what runs under the same id is the end of an earlier run, as Xen tells of reboots.
    /// </summary>
    private static bool HasMovedOn(Guest? known, Guest? told, Guest? now, GuestEvent e) =>
        known is not null && told is not null && now is not null && told.State != known.State && told.State != now.State
        && !(e.Kind == GuestEventKind.Stopped && now.Id is not null && now.Id == known.Id);

    /// <summary>The guest as it is after an event, as far as the event tells; null when it is gone.</summary>
    private static Guest? After(Guest? before, GuestEvent e)
    {
        if (before is null)
        {
            return e.Kind is GuestEventKind.Defined or GuestEventKind.Started
                ? new Guest { Uuid = e.Uuid, Name = e.Name, State = e.State ?? GuestState.Off, IsPersistent = e.Kind == GuestEventKind.Defined, IsExamined = true } : null;
        }
        if (e.Kind == GuestEventKind.Undefined && !before.IsActive)
            return null;
        if (e.Kind == GuestEventKind.Stopped && !before.IsPersistent)
            return null;
        var state = e.State ?? before.State;
        return before with
        {
            Name = e.Name,
            State = state,
            Id = state is GuestState.Off or GuestState.Saved ? null : before.Id,
            // Its configuration is not read for what is over already.
            IsExamined = true,
            IsPersistent = e.Kind == GuestEventKind.Defined || (before.IsPersistent && e.Kind != GuestEventKind.Undefined),
        };
    }

    private Known Describe(Guest guest) => new(guest, systems.InstanceOf(guest, Everything));

    private sealed record Known(Guest Guest, CimInstance Instance);
}
