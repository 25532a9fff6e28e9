using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// Reads statistics when they are asked for, not more often than once a second, and keeps the last two readings of each
/// running guest: what is measured over time is their difference. Nothing is read while nobody asks. Who asks twice within
/// a second gets the same sample, with the same time.
/// </summary>
/// <remarks>
/// Two readings can be compared when the guest has not been started anew in between (another domain id, or counters that
/// went back) and not too much time lies between them by the monotonic clock. Nobody waits for the second one: where
/// somebody asked in vain, it is made in the background half a second later, once.
/// </remarks>
internal sealed class MetricSampler(IHypervisor hypervisor, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Who asks for more guests than this one by one walks over all of them.</summary>
    private const int MaxSingly = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _guests = [];
    private readonly Dictionary<Guid, (Reading<StoragePool> Reading, long At)> _pools = [];
    private long? _allAt;
    private long _allBegan;
    private long? _allAgainAt;
    private long _singlyAt;
    private int _singly;
    private (HostStatistics Now, HostStatistics? Before, long At)? _host;
    private Wishes _again = new();
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>How old a reading may be before it is made again.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How far apart two readings may be.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far apart they must be, and after how long a second one is made by itself.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(500);

    private readonly record struct Entry(GuestStatistics Now, GuestStatistics? Before, long At);

    /// <summary>What is to be read once more, to compare with.</summary>
    private sealed class Wishes
    {
        public HashSet<Guid> Guests { get; } = [];

        public bool All { get; set; }

        public bool Host { get; set; }
    }

    /// <summary>All running guests, read together.</summary>
    /// <param name="overTime">Whether they are compared with what they were.</param>
    public IReadOnlyDictionary<Guid, Reading<GuestStatistics>> All(bool overTime)
    {
        if (!IsFresh(_allAt))
            ReadAll();
        lock (_gate)
        {
            // Not each time again where guests come and go.
            if (overTime && _guests.Values.Any(e => e.Before is null) && !(_allAgainAt is { } then && time.GetElapsedTime(then) < Shortest * 10))
            {
                _allAgainAt = time.GetTimestamp();
                Again(w => w.All = true);
            }
            return _guests.Where(g => g.Value.At >= _allBegan).ToDictionary(g => g.Key, g => Of(g.Value));
        }
    }

    /// <summary>One guest; null when it is off, or cannot be read.</summary>
    /// <inheritdoc cref="All"/>
    public Reading<GuestStatistics>? Of(Guest guest, bool overTime)
    {
        if (!guest.IsActive)
            return null;
        if (!IsKnown(guest))
        {
            if (!IsOneOfFew())
                All(overTime);
            else if (!ReadOne(guest.Uuid))
                return null;
        }
        lock (_gate)
        {
            if (!_guests.TryGetValue(guest.Uuid, out var read) || read.Now.Id != guest.Id)
                return null;
            if (overTime && read.Before is null)
                Again(w => w.Guests.Add(guest.Uuid));
            return Of(read);
        }
    }

    /// <summary>The host. Where it does not tell how busy it is, that takes a reading of all guests.</summary>
    /// <inheritdoc cref="All"/>
    public Reading<HostNumbers> Host(bool overTime)
    {
        (HostStatistics Now, HostStatistics? Before, long At)? known;
        lock (_gate)
            known = _host;
        if (known is null || !IsFresh(known.Value.At))
            known = ReadHost();
        var (now, before, _) = known.Value;
        var (utilization, interval) = overTime ? Utilization(now, before) : (null, TimeSpan.Zero);
        return new(new HostNumbers(utilization, now.MemoryKiB - now.FreeMemoryKiB, now.FreeMemoryKiB), null, interval, now.TakenAt, null);
    }

    /// <summary>A storage pool: as it is given, or as it was when it was first given less than a second ago.</summary>
    public Reading<StoragePool> Of(StoragePool pool)
    {
        lock (_gate)
        {
            if (_pools.TryGetValue(pool.Uuid, out var known) && IsFresh(known.At))
                return known.Reading;
            foreach (var (old, _) in _pools.Where(p => !IsFresh(p.Value.At)).ToList())
                _pools.Remove(old);
            var reading = new Reading<StoragePool>(pool, null, TimeSpan.Zero, time.GetLocalNow(), null);
            _pools[pool.Uuid] = (reading, time.GetTimestamp());
            return reading;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private static Reading<GuestStatistics> Of(Entry entry) =>
        new(entry.Now, entry.Before, entry.Before is null ? TimeSpan.Zero : entry.Now.Clock - entry.Before.Clock, entry.Now.TakenAt, entry.Now.Uptime);

    private (double? Part, TimeSpan Over) Utilization(HostStatistics now, HostStatistics? before)
    {
        if (now is { BusyTime: { } busy, WholeTime: { } whole })
        {
            if (before is { BusyTime: { } busyBefore, WholeTime: { } wholeBefore } && whole > wholeBefore && busy >= busyBefore)
                return ((double)(busy - busyBefore) / (whole - wholeBefore), now.Clock - before.Clock);
            lock (_gate)
                Again(w => w.Host = true);
            // They count since the host's boot, each processor for itself.
            return whole == 0 ? (null, TimeSpan.Zero) : ((double)busy / whole, TimeSpan.FromTicks((long)(whole / 100 / Math.Max(1, hypervisor.GetHost().Processors))));
        }
        // Where the host does not tell, as on Xen: the control domain is a guest too, so that they are all there is.
        var guests = All(overTime: true).Values.Where(g => g.Before is not null).ToList();
        return guests.Count == 0 ? (null, TimeSpan.Zero)
            : (guests.Sum(g => MetricTable.Processors(g) ?? 0) / Math.Max(1, hypervisor.GetHost().Processors), guests.Max(g => g.Interval));
    }

    private bool IsFresh(long? at) => at is { } then && time.GetElapsedTime(then) <= Fresh;

    private bool IsKnown(Guest guest)
    {
        lock (_gate)
            return _guests.TryGetValue(guest.Uuid, out var entry) && entry.Now.Id == guest.Id && IsFresh(entry.At);
    }

    // One by one within a second of each other.
    private bool IsOneOfFew()
    {
        lock (_gate)
        {
            if (!IsFresh(_singlyAt))
                _singly = 0;
            return _singly < MaxSingly;
        }
    }

    private void ReadAll()
    {
        var began = time.GetTimestamp();
        var all = hypervisor.ReadStatistics();
        lock (_gate)
        {
            _allBegan = began;
            var gone = _guests.Keys.Except(all.Select(s => s.Uuid)).ToList();
            foreach (var guest in all)
                Put(guest);
            // On a slow way to the host not all are read each time.
            foreach (var guest in gone.Where(g => time.GetElapsedTime(_guests[g].At) > Longest))
                _guests.Remove(guest);
            _allAt = time.GetTimestamp();
        }
    }

    private bool ReadOne(Guid uuid)
    {
        lock (_gate)
        {
            _singly++;
            _singlyAt = time.GetTimestamp();
        }
        var read = Read(uuid);
        lock (_gate)
        {
            if (read is null)
                _guests.Remove(uuid);
            else
                Put(read);
        }
        return read is not null;
    }

    private GuestStatistics? Read(Guid uuid)
    {
        try
        {
            return hypervisor.ReadStatistics(uuid);
        }
        catch (HypervisorException e) when (e.Error is not (HypervisorError.Disconnected or HypervisorError.Timeout))
        {
            return null;
        }
    }

    /// <summary>Under the lock.</summary>
    private void Put(GuestStatistics read)
    {
        GuestStatistics? before = null;
        if (_guests.TryGetValue(read.Uuid, out var known) && known.Now.Id == read.Id && !(read.ProcessorTime < known.Now.ProcessorTime))
        {
            var apart = read.Clock - known.Now.Clock;
            // Another thread was faster.
            if (apart < TimeSpan.Zero)
                return;
            before = apart > Longest ? null : apart < Shortest * 0.9 ? known.Before : known.Now;
        }
        _guests[read.Uuid] = new(read, before, time.GetTimestamp());
    }

    private (HostStatistics Now, HostStatistics? Before, long At) ReadHost()
    {
        var read = hypervisor.ReadHostStatistics();
        lock (_gate)
        {
            var before = _host is not { } known ? null
                : read.Clock - known.Now.Clock > Longest ? null
                : read.Clock - known.Now.Clock < Shortest * 0.9 ? known.Before : known.Now;
            _host = (read, before, time.GetTimestamp());
            return _host.Value;
        }
    }

    /// <summary>Has something read once more in a while; under the lock.</summary>
    private void Again(Action<Wishes> wish)
    {
        if (_disposed)
            return;
        if (_again is { All: false, Host: false, Guests.Count: 0 })
        {
            _timer ??= time.CreateTimer(_ => ReadAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Shortest, Timeout.InfiniteTimeSpan);
        }
        wish(_again);
    }

    private void ReadAgain()
    {
        Wishes wishes;
        lock (_gate)
            (wishes, _again) = (_again, new());
        try
        {
            if (wishes.All || wishes.Guests.Count > MaxSingly)
                ReadAll();
            else
                ReadAgain(wishes.Guests);
            if (wishes.Host)
                ReadHost();
        }
        catch (Exception e)
        {
            // Nobody waits for it; who asks next is told.
            logger.LogDebug("Statistics were not read once more: {Reason}", e.Message);
        }
    }

    private void ReadAgain(IEnumerable<Guid> guests)
    {
        foreach (var uuid in guests)
        {
            if (Read(uuid) is not { } read)
                continue;
            lock (_gate)
                Put(read);
        }
    }
}
