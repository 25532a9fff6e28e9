using Microsoft.Extensions.Logging;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// Takes events from libvirt's thread, which must not wait, to those who listen, who may. Bounded: in a storm that they
/// cannot follow the oldest go; the log and an <see cref="EventsLost"/> say how many.
/// </summary>
internal sealed class GuestNotifier : IDisposable
{
    internal const int Capacity = 8192;

    private readonly Queue<Action> _waiting = new();
    private readonly object _gate = new();
    private readonly ILogger _logger;
    private readonly Action<HostEvent> _deliver;
    private Thread? _thread;
    private long _dropped;
    private bool _ended;

    public GuestNotifier(Action<HostEvent> deliver, ILogger logger)
    {
        _deliver = deliver;
        _logger = logger;
    }

    public void Post(HostEvent news) => Post(() => _deliver(news));

    /// <summary>Something to do between the events, on their thread.</summary>
    public void Post(Action action)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            if (_thread is null)
            {
                _thread = new Thread(Read) { IsBackground = true, Name = "guest events" };
                _thread.Start();
            }
            if (_waiting.Count == Capacity)
            {
                _waiting.Dequeue();
                _dropped++;
            }
            _waiting.Enqueue(action);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>What was posted before is still told.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Read()
    {
        while (Next() is { } action)
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "A listener for guest events failed");
            }
        }
    }

    private Action? Next()
    {
        long lost;
        Action? next;
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_ended)
                Monitor.Wait(_gate);
            _waiting.TryDequeue(out next);
            // The storm is told of when it is over.
            lost = _waiting.Count == 0 ? _dropped : 0;
            _dropped -= lost;
        }
        if (lost <= 0)
            return next;
        _logger.LogWarning("{Count} guest events came faster than they could be told and were dropped", lost);
        return next is null ? null : () =>
        {
            next();
            _deliver(new EventsLost(lost));
        };
    }
}
