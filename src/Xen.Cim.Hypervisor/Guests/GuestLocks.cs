using System.Diagnostics.CodeAnalysis;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>One lock for each guest that is being changed; none for the others.</summary>
internal sealed class GuestLocks
{
    private readonly Dictionary<Guid, Holder> _holders = [];

    /// <summary>Guests that have a lock, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_holders)
                return _holders.Count;
        }
    }

    /// <exception cref="HypervisorException">Busy: another change took longer than the deadline.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The holder ends with its last user.")]
    public Held Take(Guid uuid, string what, Deadline deadline)
    {
        Holder holder;
        lock (_holders)
        {
            if (!_holders.TryGetValue(uuid, out holder!))
                _holders.Add(uuid, holder = new Holder());
            holder.Users++;
        }
        if (holder.Semaphore.Wait(deadline.Remaining))
            return new Held(this, uuid, holder);
        Leave(uuid, holder);
        throw new HypervisorException(HypervisorError.Busy, $"Cannot {what}: another change of the guest {uuid} has not ended within {deadline.Length.TotalSeconds:0.###} s");
    }

    private void Leave(Guid uuid, Holder holder)
    {
        lock (_holders)
        {
            if (--holder.Users > 0)
                return;
            _holders.Remove(uuid);
        }
        holder.Semaphore.Dispose();
    }

    private sealed class Holder
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    /// <summary>
    /// A lock that is held by its user and by every call that the user left behind: it is free when all of them are done.
    /// </summary>
    internal sealed class Held : IDisposable
    {
        private readonly GuestLocks _locks;
        private readonly Guid _uuid;
        private readonly Holder _holder;
        private int _shares = 1;

        internal Held(GuestLocks locks, Guid uuid, object holder)
        {
            _locks = locks;
            _uuid = uuid;
            _holder = (Holder)holder;
        }

        /// <summary>Another one holds it too, until it calls <see cref="Dispose"/> in turn.</summary>
        public void Share() => Interlocked.Increment(ref _shares);

        public void Dispose()
        {
            if (Interlocked.Decrement(ref _shares) > 0)
                return;
            _holder.Semaphore.Release();
            _locks.Leave(_uuid, _holder);
        }
    }
}
