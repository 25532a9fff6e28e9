using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// Takes events from libvirt's thread, which must not wait, to those who listen, who may. Bounded: in a storm that they
/// cannot follow the oldest go, and the log says how many.
/// </summary>
internal sealed class GuestNotifier : IDisposable
{
    internal const int Capacity = 8192;

    private readonly Channel<Action> _channel;
    private readonly ILogger _logger;
    private readonly Action<GuestEvent> _deliver;
    private readonly Lock _gate = new();
    private Thread? _thread;
    private long _dropped;

    public GuestNotifier(Action<GuestEvent> deliver, ILogger logger)
    {
        _deliver = deliver;
        _logger = logger;
        _channel = Channel.CreateBounded<Action>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
    }

    public void Post(GuestEvent news) => Post(() => _deliver(news));

    /// <summary>Something to do between the events, on their thread.</summary>
    public void Post(Action action)
    {
        lock (_gate)
        {
            if (_thread is null)
            {
                _thread = new Thread(Read) { IsBackground = true, Name = "guest events" };
                _thread.Start();
            }
        }
        _channel.Writer.TryWrite(action);
    }

    private void Read()
    {
        var reader = _channel.Reader;
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (reader.TryRead(out var action))
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
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var lost)
                _logger.LogWarning("{Count} guest events came faster than they could be told and were dropped", lost);
        }
    }

    public void Dispose() => _channel.Writer.TryComplete();
}
