using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// Reads statistics when they are asked for, not more often than once a second, and keeps the last two readings of each
/// running guest: what is measured over time is their difference. Nothing is read while nobody asks. Who asks twice within
/// a second gets the same sample, with the same time.
/// </summary>
/// <remarks>
/// Two readings can be compared when the guest has not been started anew in between (another domain id, counters that
/// went back, or not there for as long) and neither too little nor too much time lies between them by the monotonic clock.
/// Nobody waits for the second one: where somebody asked in vain, it is made in the background half a second later, once.
/// Who asks while all are being read waits for that.
/// </remarks>
internal sealed class MetricSampler : IDisposable
{
    /// <summary>Who asks for more guests than this one by one walks over all of them.</summary>
    private const int MaxSingly = 4;

    private readonly IHypervisor _hypervisor;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SharedCall<Together> _readingAll;
    private readonly SharedCall<Kept<HostStatistics>> _readingHost;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Kept<GuestStatistics>> _guests = [];
    private readonly Dictionary<Guid, (Reading<StoragePool> Reading, long At)> _pools = [];
    private volatile Together? _all;
    private long? _allAgainAt;
    private long _singlyAt;
    private int _singly;
    private volatile Kept<HostStatistics>? _host;
    private Wishes _again = new();
    private ITimer? _timer;
    private bool _disposed;

    public MetricSampler(IHypervisor hypervisor, TimeProvider time, ILogger logger)
    {
        (_hypervisor, _time, _logger) = (hypervisor, time, logger);
        _readingAll = new(ReadAllNow);
        _readingHost = new(ReadHostNow);
    }

    /// <summary>How old a reading may be before it is made again.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How far apart two readings may be.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far apart they must be, and after how long a second one is made by itself.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromMilliseconds(500);

    private Distance Distance => new(Shortest * 0.9, Longest);

    /// <param name="At">When the last reading came.</param>
    private sealed record Kept<T>(History<T> History, long At)
        where T : class, IMeasurement;

    /// <summary>Which guests were read together, since when, and when that was done.</summary>
    /// <param name="IsRepeated">Whether that was because guests lacked in the one before.</param>
    private sealed record Together(IReadOnlyList<Guid> Guests, long Began, long At, bool IsRepeated = false);

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
        var all = _readingAll.Make(() => _all is { } known && IsFresh(known.At) ? known : null);
        lock (_gate)
        {
            var readings = new Dictionary<Guid, Reading<GuestStatistics>>(all.Guests.Count);
            foreach (var uuid in all.Guests)
            {
                if (_guests.TryGetValue(uuid, out var known))
                    readings[uuid] = Of(known.History);
            }
            // Not each time again where guests come and go.
            if (overTime && readings.Values.Any(r => r.Before is null) && !(_allAgainAt is { } then && _time.GetElapsedTime(then) < Shortest * 10))
            {
                _allAgainAt = _time.GetTimestamp();
                Again(w => w.All = true);
            }
            return readings;
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
                ReadWithAll(guest, overTime);
            else if (!ReadOne(guest.Uuid))
                return null;
        }
        lock (_gate)
        {
            if (!_guests.TryGetValue(guest.Uuid, out var known) || known.History.Now.Id != guest.Id)
                return null;
            if (overTime && known.History.Before is null)
                Again(w => w.Guests.Add(guest.Uuid));
            return Of(known.History);
        }
    }

    /// <summary>The host. Where it does not tell how busy it is, that takes a reading of all guests.</summary>
    /// <inheritdoc cref="All"/>
    public Reading<HostNumbers> Host(bool overTime)
    {
        var host = _readingHost.Make(() => _host is { } known && IsFresh(known.At) ? known : null).History;
        var now = host.Now;
        var (utilization, interval) = overTime ? Utilization(host) : (null, TimeSpan.Zero);
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

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private static Reading<GuestStatistics> Of(History<GuestStatistics> guest) =>
        new(guest.Now, guest.Before, guest.Interval, guest.Now.TakenAt, guest.Now.Uptime);

    private (double? Part, TimeSpan Over) Utilization(History<HostStatistics> host)
    {
        if (host.Now is { BusyTime: { } busy, WholeTime: { } whole })
        {
            if (host.Before is { BusyTime: { } busyBefore, WholeTime: { } wholeBefore } && whole > wholeBefore && busy >= busyBefore)
                return ((double)(busy - busyBefore) / (whole - wholeBefore), host.Interval);
            lock (_gate)
                Again(w => w.Host = true);
            // They count since the host's boot, each processor for itself.
            return whole == 0 ? (null, TimeSpan.Zero) : ((double)busy / whole, TimeSpan.FromTicks((long)(whole / 100 / Math.Max(1, _hypervisor.GetHost().Processors))));
        }
        // Where the host does not tell, as on Xen: the control domain is a guest too, so that they are all there is.
        var guests = All(overTime: true).Values.Where(g => g.Before is not null).ToList();
        return guests.Count == 0 ? (null, TimeSpan.Zero)
            : (guests.Sum(g => MetricTable.Processors(g) ?? 0) / Math.Max(1, _hypervisor.GetHost().Processors), guests.Max(g => g.Interval));
    }

    // A domain that is not there for as long as the readings lie apart is another one, whatever its number. What is heard
    // of a start may come a while after it.
    private static bool IsAnotherRun(GuestStatistics earlier, GuestStatistics later) =>
        earlier.Id != later.Id || later.ProcessorTime < earlier.ProcessorTime || later.Uptime + TimeSpan.FromSeconds(1) < later.Clock - earlier.Clock;

    private static bool IsAnotherBoot(HostStatistics earlier, HostStatistics later) => later.WholeTime < earlier.WholeTime;

    private bool IsFresh(long at) => _time.GetElapsedTime(at) <= Fresh;

    private bool IsKnown(Guest guest)
    {
        lock (_gate)
            return _guests.TryGetValue(guest.Uuid, out var known) && known.History.Now.Id == guest.Id && IsFresh(known.At);
    }

    /// <summary>One by one within a second of each other; who is told so reads it.</summary>
    private bool IsOneOfFew()
    {
        lock (_gate)
        {
            if (!IsFresh(_singlyAt))
                _singly = 0;
            if (_singly >= MaxSingly)
                return false;
            _singly++;
            _singlyAt = _time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Where many came since all were read, all are read once more; not where that takes long.</summary>
    private void ReadWithAll(Guest guest, bool overTime)
    {
        All(overTime);
        if (IsKnown(guest) || _all is not { IsRepeated: false } all || _time.GetElapsedTime(all.Began, all.At) > Fresh)
            return;
        _all = _readingAll.Make() with { IsRepeated = true };
    }

    private Together ReadAllNow()
    {
        var began = _time.GetTimestamp();
        var all = _hypervisor.ReadStatistics();
        Keep(all);
        return _all = new([.. all.Select(s => s.Uuid)], began, _time.GetTimestamp());
    }

    private bool ReadOne(Guid uuid)
    {
        if (Read(uuid) is not { } read)
            return false;
        Keep([read]);
        return true;
    }

    private GuestStatistics? Read(Guid uuid)
    {
        try
        {
            return _hypervisor.ReadStatistics(uuid);
        }
        catch (HypervisorException e) when (e.Error is not (HypervisorError.Disconnected or HypervisorError.Timeout))
        {
            return null;
        }
    }

    private void Keep(IReadOnlyList<GuestStatistics> all)
    {
        lock (_gate)
        {
            foreach (var read in all)
                _guests[read.Uuid] = new(_guests.TryGetValue(read.Uuid, out var known) ? known.History.With(read, Distance, IsAnotherRun) : new(read), _time.GetTimestamp());
            // On a slow way to the host not all are read each time.
            foreach (var (gone, _) in _guests.Where(g => _time.GetElapsedTime(g.Value.At) > Longest).ToList())
                _guests.Remove(gone);
        }
    }

    private Kept<HostStatistics> ReadHostNow()
    {
        var read = _hypervisor.ReadHostStatistics();
        return _host = new(_host is { } known ? known.History.With(read, Distance, IsAnotherBoot) : new(read), _time.GetTimestamp());
    }

    /// <summary>Has something read once more in a while; under the lock.</summary>
    private void Again(Action<Wishes> wish)
    {
        if (_disposed)
            return;
        if (_again is { All: false, Host: false, Guests.Count: 0 })
        {
            _timer ??= _time.CreateTimer(_ => ReadAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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
                _readingAll.Make();
            else
                Keep([.. wishes.Guests.Select(Read).OfType<GuestStatistics>()]);
            if (wishes.Host)
                _readingHost.Make();
        }
        catch (Exception e)
        {
            // Nobody waits for it; who asks next is told.
            _logger.LogDebug("Statistics were not read once more: {Reason}", e.Message);
        }
    }
}
