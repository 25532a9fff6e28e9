using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>What is wanted besides the numbers of now.</summary>
internal enum Comparison
{
    None,
    /// <summary>Numbers of a while before, where there are any.</summary>
    IfThere,
    /// <summary>Those, and where there are none, whoever asks waits for a second reading.</summary>
    Wait,
}

/// <summary>
/// Reads statistics when they are asked for, not more often than once a second, and keeps the last two readings of each
/// running guest: what is measured over time is their difference. Nothing is read while nobody asks. Who asks twice within
/// a second gets the same sample, with the same time.
/// </summary>
/// <remarks>
/// Two readings can be compared when the guest has not been started anew in between (another domain id, or counters that
/// went back) and not too much time lies between them by the monotonic clock. Whoever asks first waits for a second one.
/// </remarks>
internal sealed class MetricSampler(IHypervisor hypervisor)
{
    /// <summary>Who asks for more guests than this one by one walks over all of them.</summary>
    private const int MaxSingly = 4;

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _guests = [];
    private long? _allAt;
    private long _allBegan;
    private long? _waitedAt;
    private long _singlyAt;
    private int _singly;
    private readonly Dictionary<Guid, (Reading<StoragePool> Reading, long At)> _pools = [];
    private (HostStatistics Now, HostStatistics? Before, long At)? _host;

    /// <summary>How old a reading may be before it is made again.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How far apart two readings may be.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far apart they must be, and how long the first who asks waits.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many guests are remembered, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _guests.Count;
        }
    }

    private readonly record struct Entry(GuestStatistics Now, GuestStatistics? Before, long At);

    /// <summary>Reads all running guests together. What is asked of each of them next costs nothing.</summary>
    public IReadOnlyList<Reading<GuestStatistics>> All(Comparison compare)
    {
        if (!IsFresh(_allAt))
            ReadAll();
        if (compare == Comparison.Wait && IsWorthWaiting())
        {
            Thread.Sleep(Shortest);
            ReadAll();
        }
        lock (_gate)
            return [.. _guests.Values.Where(e => e.At >= _allBegan).Select(Of)];
    }

    /// <summary>One guest; null when it is off, or cannot be read.</summary>
    public Reading<GuestStatistics>? Of(Guest guest, Comparison compare)
    {
        if (!guest.IsActive)
            return null;
        var wait = compare == Comparison.Wait;
        if (Known(guest) is not { } entry || (wait && entry.Before is null && IsOneOfFew()))
        {
            if (!IsOneOfFew())
                All(compare);
            else if (!ReadOne(guest.Uuid, wait))
                return null;
        }
        lock (_gate)
            return _guests.TryGetValue(guest.Uuid, out var read) && read.Now.Id == guest.Id ? Of(read) : null;
    }

    /// <summary>The host. Where it does not tell how busy it is, that takes a reading of all guests.</summary>
    public Reading<HostNumbers> Host(Comparison compare)
    {
        (HostStatistics Now, HostStatistics? Before, long At)? known;
        lock (_gate)
            known = _host;
        if (known is null || !IsFresh(known.Value.At))
            known = ReadHost();
        if (compare == Comparison.Wait && known.Value.Before is null && known.Value.Now.BusyTime is not null)
        {
            Thread.Sleep(Shortest);
            known = ReadHost();
        }
        var (now, before, _) = known.Value;
        var interval = before is null ? TimeSpan.Zero : now.Clock - before.Clock;
        double? utilization = null;
        if (now.BusyTime is { } busy && now.WholeTime is { } whole)
        {
            if (before is { BusyTime: { } busyBefore, WholeTime: { } wholeBefore } && whole > wholeBefore && busy >= busyBefore)
                utilization = (double)(busy - busyBefore) / (whole - wholeBefore);
        }
        else if (compare != Comparison.None)
        {
            // Where the host does not tell, as on Xen: the control domain is a guest too, so that they are all there is.
            var guests = All(compare).Where(g => g.Before is not null).ToList();
            utilization = guests.Count == 0 ? null : guests.Sum(g => MetricTable.Processors(g) ?? 0) / Math.Max(1, hypervisor.GetHost().Processors);
            interval = guests.Count == 0 ? interval : guests.Max(g => g.Interval);
        }
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
            var reading = new Reading<StoragePool>(pool, null, TimeSpan.Zero, _time.GetLocalNow(), null);
            _pools[pool.Uuid] = (reading, _time.GetTimestamp());
            return reading;
        }
    }

    /// <summary>Says that guests will be asked for one by one: with the first all are read.</summary>
    public void Walk()
    {
        lock (_gate)
        {
            _singly = MaxSingly;
            _singlyAt = _time.GetTimestamp();
        }
    }

    private static Reading<GuestStatistics> Of(Entry entry) =>
        new(entry.Now, entry.Before, entry.Before is null ? TimeSpan.Zero : entry.Now.Clock - entry.Before.Clock, entry.Now.TakenAt, entry.Now.Uptime);

    private bool IsFresh(long? at) => at is { } then && _time.GetElapsedTime(then) <= Fresh;

    private Entry? Known(Guest guest)
    {
        lock (_gate)
            return _guests.TryGetValue(guest.Uuid, out var entry) && entry.Now.Id == guest.Id && IsFresh(entry.At) ? entry : null;
    }

    // Not each time again where guests come and go.
    private bool IsWorthWaiting()
    {
        lock (_gate)
        {
            if (_guests.Values.All(e => e.Before is not null) || (_waitedAt is { } then && _time.GetElapsedTime(then) < Shortest * 10))
                return false;
            _waitedAt = _time.GetTimestamp();
            return true;
        }
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
        var began = _time.GetTimestamp();
        var all = hypervisor.ReadStatistics();
        lock (_gate)
        {
            _allBegan = began;
            var gone = _guests.Keys.Except(all.Select(s => s.Uuid)).ToList();
            foreach (var guest in all)
                Put(guest);
            // On a slow way to the host not all are read each time.
            foreach (var guest in gone.Where(g => _time.GetElapsedTime(_guests[g].At) > Longest))
                _guests.Remove(guest);
            _allAt = _time.GetTimestamp();
        }
    }

    private bool ReadOne(Guid uuid, bool wait)
    {
        lock (_gate)
        {
            _singly++;
            _singlyAt = _time.GetTimestamp();
        }
        for (var tries = 0; tries < 2; tries++)
        {
            if (Read(uuid) is not { } read)
            {
                lock (_gate)
                    _guests.Remove(uuid);
                return false;
            }
            lock (_gate)
            {
                Put(read);
                if (!wait || _guests[uuid].Before is not null)
                    return true;
            }
            if (tries == 0)
                Thread.Sleep(Shortest);
        }
        return true;
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
        _guests[read.Uuid] = new(read, before, _time.GetTimestamp());
    }

    private (HostStatistics Now, HostStatistics? Before, long At) ReadHost()
    {
        var read = hypervisor.ReadHostStatistics();
        lock (_gate)
        {
            var before = _host is not { } known ? null
                : read.Clock - known.Now.Clock > Longest ? null
                : read.Clock - known.Now.Clock < Shortest * 0.9 ? known.Before : known.Now;
            _host = (read, before, _time.GetTimestamp());
            return _host.Value;
        }
    }
}
