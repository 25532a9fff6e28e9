using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// The provider's indications: counts the filters of each class, and while there are any watches the host and takes what
/// happens to the sources, on one thread and in order.
/// </summary>
internal sealed class IndicationHub : IDisposable
{
    /// <summary>Events that wait; when one more comes, everything is compared instead.</summary>
    internal const int Capacity = 65536;

    // A subscriber is answered when what there is was taken in, or soon after when the host is slow.
    private static readonly TimeSpan s_beginning = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    private readonly IHypervisor _hypervisor;
    private readonly JobStore _jobs;
    private readonly ILogger _logger;
    private readonly Entry[] _entries;
    private readonly object _gate = new();
    private readonly Queue<HostEvent> _events = new();
    private readonly Dictionary<Guid, int> _waiting = [];
    private Action<CimInstance>? _deliver;
    private Watch? _watch;
    private Thread? _watcher;

    public IndicationHub(IHypervisor hypervisor, JobStore jobs, IReadOnlyList<IndicationSource> sources, ILogger logger)
    {
        _hypervisor = hypervisor;
        _jobs = jobs;
        _logger = logger;
        _entries = [.. sources.Select(s => new Entry(s))];
        Layouts = [.. sources.SelectMany(s => s.Layouts)];
    }

    /// <summary>The indication classes that there are.</summary>
    public IReadOnlyList<CimLayout> Layouts { get; }

    /// <summary>A filter needs indications of a class, ours or a superclass of ours.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED: there are none.</exception>
    public void Activate(string indicationClass)
    {
        Count(indicationClass, 1);
        Settle();
    }

    public void Deactivate(string indicationClass)
    {
        Count(indicationClass, -1);
        Settle();
    }

    public void Enable(Action<CimInstance> deliver)
    {
        lock (_gate)
            _deliver = deliver;
        Settle();
    }

    public void Disable()
    {
        lock (_gate)
            _deliver = null;
        Settle();
    }

    public void Dispose() => Disable();

    private void Count(string indicationClass, int change)
    {
        lock (_gate)
        {
            var concerned = _entries.Where(e => e.Source.Layouts.Any(l => l.IsA(indicationClass))).ToList();
            if (concerned.Count == 0)
                throw CimException.NotSupported($"There are no indications of class {indicationClass}; there are those of {string.Join(", ", Layouts.Select(l => l.ClassName))}.");
            concerned.ForEach(e => e.Filters = Math.Max(0, e.Filters + change));
        }
    }

    /// <summary>Begins to watch what is wanted, and stops to watch when nothing is.</summary>
    private void Settle()
    {
        Watch? begun = null, ended = null;
        lock (_gate)
        {
            var wanted = _deliver is not null && Array.Exists(_entries, e => e.Filters > 0);
            if (wanted && _watch is null)
            {
                _watch = new Watch(_hypervisor.Watch());
                _hypervisor.HostChanged += Post;
                _jobs.Changed += Post;
                var (watch, earlier) = (_watch, _watcher);
                _watcher = new Thread(() =>
                {
                    // Which may still be forgetting what it knew, in the same sources.
                    earlier?.Join();
                    Run(watch);
                })
                { IsBackground = true, Name = "host watch" };
                _watcher.Start();
            }
            else if (!wanted && _watch is not null)
            {
                ended = _watch;
                _watch = null;
                _hypervisor.HostChanged -= Post;
                _jobs.Changed -= Post;
                _events.Clear();
                _waiting.Clear();
            }
            begun = _watch;
            if (begun is not null)
                begun.Settled.Reset();
            Monitor.PulseAll(_gate);
        }
        ended?.Host.Dispose();
        // Changes from now on are told, since what is there has been taken in.
        begun?.Settled.Wait(s_beginning);
    }

    private void Post(HostEvent news)
    {
        lock (_gate)
        {
            if (_watch is null)
                return;
            if (_events.Count >= Capacity)
            {
                _events.Clear();
                _waiting.Clear();
                _events.Enqueue(new EventsLost(Capacity));
                _logger.LogWarning("More than {Count} events of the host came faster than they could be told; everything is compared", Capacity);
            }
            _events.Enqueue(news);
            if (GuestOf(news) is { } guest)
                _waiting[guest] = _waiting.GetValueOrDefault(guest) + 1;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run(Watch watch)
    {
        var rested = false;
        while (Next(watch, rested) is { } step)
        {
            rested = step.News is null;
            foreach (var entry in _entries)
                Guarded(entry, step);
            if (step.Begins)
                watch.Settled.Set();
        }
        foreach (var entry in _entries)
            entry.Stop();
        watch.Settled.Set();
    }

    private Step? Next(Watch watch, bool rested)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_watch != watch || _deliver is not { } deliver)
                    return null;
                if (!watch.Settled.IsSet)
                    return new(null, false, true, false, deliver);
                if (_events.TryDequeue(out var news))
                {
                    var more = false;
                    if (GuestOf(news) is { } guest)
                    {
                        var left = _waiting[guest] - 1;
                        more = left > 0;
                        if (more)
                            _waiting[guest] = left;
                        else
                            _waiting.Remove(guest);
                    }
                    return new(news, more, false, news is EventsLost or ConnectionEvent { IsThere: true }, deliver);
                }
                // Once at the end of a burst, then every second.
                if (!rested || !Monitor.Wait(_gate, s_rest))
                    return new(null, false, false, false, deliver);
            }
        }
    }

    private void Guarded(Entry entry, Step step)
    {
        try
        {
            if (entry.Filters == 0)
            {
                entry.Stop();
                return;
            }
            if (!entry.HasBegun)
            {
                entry.Source.Begin();
                entry.HasBegun = true;
            }
            if (step.News is { } news)
                entry.Source.Take(news, step.More, step.Deliver);
            // What could not be read before is compared as soon as it can be.
            if (step.All || entry.IsStale)
            {
                entry.Source.Compare(step.Deliver);
                entry.IsStale = false;
            }
            if (step.News is null)
                entry.Source.Rest(step.Deliver);
        }
        catch (Exception e) when (e is HypervisorException or CimException)
        {
            entry.IsStale = entry.HasBegun;
            _logger.LogDebug("Indications wait for the host: {Reason}", e.Message);
        }
        catch (Exception e)
        {
            entry.IsStale = entry.HasBegun;
            _logger.LogError(e, "Making indications failed");
        }
    }

    private static Guid? GuestOf(HostEvent news) => news switch
    {
        GuestEvent e => e.Uuid,
        GuestDevicesEvent e => e.Uuid,
        _ => null,
    };

    private sealed class Entry(IndicationSource source)
    {
        public IndicationSource Source => source;

        public int Filters { get; set; }

        public bool HasBegun { get; set; }

        public bool IsStale { get; set; }

        public void Stop()
        {
            if (HasBegun)
                source.End();
            HasBegun = IsStale = false;
        }
    }

    /// <param name="Host">Ends the watch of the hypervisor.</param>
    private sealed record Watch(IDisposable Host)
    {
        /// <summary>Whether what is wanted is what is watched.</summary>
        public ManualResetEventSlim Settled { get; } = new(false);
    }

    /// <param name="News">Null when nothing waits.</param>
    /// <param name="Begins">Somebody waits until everything wanted has begun.</param>
    /// <param name="All">Everything may have changed.</param>
    private sealed record Step(HostEvent? News, bool More, bool Begins, bool All, Action<CimInstance> Deliver);
}
