using Libvirt;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// What libvirt's states mean, with what it does not tell: when a guest's state changed, and that a guest which reads
/// as shut off is in the middle of a reboot.
/// </summary>
/// <remarks>
/// On Xen a rebooting guest is shut off for some seconds; then the events come as STARTED with the new id and STOPPED
/// with the old one.
/// </remarks>
internal sealed class GuestStates(TimeSpan rebootWindow, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _entries = [];

    /// <summary>How many guests are remembered, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Turns what was just read into the guest's state, and remembers it.</summary>
    public (GuestState State, DateTimeOffset? ChangedAt) Observe(Guid uuid, DomainStatus status, int? id, bool hasManagedSave)
    {
        lock (_gate)
        {
            var entry = Remember(uuid);
            var state = Reboots(entry, status, id) ? GuestState.Rebooting : Map(status.State, id, hasManagedSave);
            if (entry.State is { } before && before != state)
                entry.ChangedAt = time.GetUtcNow();
            entry.State = state;
            return (state, entry.ChangedAt);
        }
    }

    /// <summary>The guest is about to be told to reboot.</summary>
    public void BeginReboot(Guid uuid, int? id)
    {
        lock (_gate)
        {
            var entry = Remember(uuid);
            entry.RebootBegan = time.GetTimestamp();
            entry.RebootingId = id;
            entry.WentOff = false;
        }
    }

    /// <summary>No reboot after all: it was refused, or something final was asked for.</summary>
    public void EndReboot(Guid uuid)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(uuid, out var entry))
                entry.RebootBegan = null;
        }
    }

    /// <summary>The guest started anew without ever having been off: it runs as before, but since now.</summary>
    public void Rebooted(Guid uuid)
    {
        lock (_gate)
            Remember(uuid).ChangedAt = time.GetUtcNow();
    }

    /// <summary>Takes in a lifecycle event.</summary>
    /// <returns>What to tell others; null when it is only the shadow of a reboot.</returns>
    public GuestEventKind? Heard(Guid uuid, int? id, DomainEventType type, int detail)
    {
        lock (_gate)
        {
            if (type == DomainEventType.Defined)
                return GuestEventKind.Defined;
            if (type == DomainEventType.Undefined)
            {
                // One that still runs is transient from now on.
                if (_entries.TryGetValue(uuid, out var last) && last.State is GuestState.Off or GuestState.Saved or GuestState.Crashed)
                    _entries.Remove(uuid);
                return GuestEventKind.Undefined;
            }
            var entry = Remember(uuid);
            switch (type)
            {
                case DomainEventType.Started:
                    var rebooted = entry.RebootBegan is not null || (entry.State is GuestState.Running && entry.StartedId != id && detail == (int)DomainEventStartedDetail.Booted);
                    entry.RebootBegan = null;
                    entry.StartedId = id;
                    Change(entry, GuestState.Running);
                    return rebooted ? GuestEventKind.Rebooted : GuestEventKind.Started;
                case DomainEventType.Stopped when id is not null && entry.StartedId is not null && id != entry.StartedId:
                    // The old self of a guest that runs again already.
                    return null;
                case DomainEventType.Stopped when entry.RebootBegan is not null && detail == (int)DomainEventStoppedDetail.Shutdown:
                    entry.WentOff = true;
                    Change(entry, GuestState.Rebooting);
                    return null;
                case DomainEventType.Stopped:
                    entry.RebootBegan = null;
                    entry.StartedId = null;
                    Change(entry, detail switch
                    {
                        (int)DomainEventStoppedDetail.Saved => GuestState.Saved,
                        (int)DomainEventStoppedDetail.Crashed => GuestState.Crashed,
                        _ => GuestState.Off,
                    });
                    return GuestEventKind.Stopped;
                case DomainEventType.Suspended:
                    Change(entry, GuestState.Paused);
                    return GuestEventKind.Suspended;
                case DomainEventType.Resumed:
                    Change(entry, GuestState.Running);
                    return GuestEventKind.Resumed;
                case DomainEventType.Shutdown:
                    Change(entry, GuestState.ShuttingDown);
                    return GuestEventKind.Shutdown;
                case DomainEventType.PMSuspended:
                    Change(entry, GuestState.Asleep);
                    return GuestEventKind.Suspended;
                case DomainEventType.Crashed:
                    Change(entry, GuestState.Crashed);
                    return GuestEventKind.Crashed;
                default:
                    return null;
            }
        }
    }

    public void Forget(Guid uuid)
    {
        lock (_gate)
            _entries.Remove(uuid);
    }

    /// <summary>Forgets all but these.</summary>
    public void Retain(HashSet<Guid> uuids)
    {
        lock (_gate)
        {
            if (_entries.Count <= uuids.Count)
                return;
            foreach (var gone in _entries.Keys.Where(uuid => !uuids.Contains(uuid)).ToList())
                _entries.Remove(gone);
        }
    }

    internal static GuestState Map(DomainState state, int? id, bool hasManagedSave) => state switch
    {
        DomainState.Running or DomainState.Blocked => GuestState.Running,
        // Xen's scheduler has guests that are in none of its states at the moment of asking.
        DomainState.Nostate => id is null ? GuestState.Unknown : GuestState.Running,
        DomainState.Paused => GuestState.Paused,
        DomainState.Shutdown => GuestState.ShuttingDown,
        DomainState.Shutoff => hasManagedSave ? GuestState.Saved : GuestState.Off,
        DomainState.Crashed => GuestState.Crashed,
        DomainState.PMSuspended => GuestState.Asleep,
        _ => GuestState.Unknown,
    };

    private bool Reboots(Entry entry, DomainStatus status, int? id)
    {
        if (entry.RebootBegan is not { } began)
            return false;
        if (status.State != DomainState.Shutoff)
        {
            // It still runs as before, or it runs again.
            if (entry.WentOff || id != entry.RebootingId)
                entry.RebootBegan = null;
            return false;
        }
        if (time.GetElapsedTime(began) > rebootWindow
            || (DomainShutoffReason)status.Reason is not (DomainShutoffReason.Unknown or DomainShutoffReason.Shutdown))
        {
            entry.RebootBegan = null;
            return false;
        }
        entry.WentOff = true;
        return true;
    }

    private void Change(Entry entry, GuestState state)
    {
        if (entry.State == state && entry.ChangedAt is not null)
            return;
        entry.State = state;
        entry.ChangedAt = time.GetUtcNow();
    }

    private Entry Remember(Guid uuid)
    {
        if (!_entries.TryGetValue(uuid, out var entry))
            _entries.Add(uuid, entry = new Entry());
        return entry;
    }

    /// <summary>What is remembered of one guest.</summary>
    private sealed class Entry
    {
        public GuestState? State { get; set; }

        public DateTimeOffset? ChangedAt { get; set; }

        public long? RebootBegan { get; set; }

        /// <summary>The id that the guest had when it was told to reboot.</summary>
        public int? RebootingId { get; set; }

        public bool WentOff { get; set; }

        /// <summary>The id of the latest STARTED event.</summary>
        public int? StartedId { get; set; }
    }
}
