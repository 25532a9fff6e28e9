using System.Threading.Channels;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Indications.Delivery;

/// <summary>An indication on its way to one listener.</summary>
/// <param name="Subscription">The subscription that it is delivered for.</param>
/// <param name="Number">Its place in the listener's sequence.</param>
/// <param name="IsInRoom">Whether it takes one of the places that all listeners share.</param>
internal sealed record Waiting(CimObjectPath Subscription, CimInstance Indication, string FilterName, long Number, bool IsInRoom);

/// <summary>How often and how long delivery is tried.</summary>
internal readonly record struct RetryPolicy(int Attempts, TimeSpan Interval);

/// <summary>
/// The queue of one listener destination, emptied in order by a task of its own: a listener that is slow or gone holds up
/// nobody else. What finds the queue full is lost, and its number with it, so that the listener sees the gap.
/// </summary>
internal sealed class Listener : IDisposable
{
    // A kept connection may have been closed by the listener meanwhile, which only the next message finds out.
    private const int FreeTries = 1;

    private readonly Channel<Waiting> _queue;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ListenerClient _client;
    private readonly QueueRoom _room;
    private readonly Func<RetryPolicy> _retry;
    private readonly Action<Waiting, TimeSpan> _failed;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly int _reserved;
    private long _next;
    private long _lost;
    private long _failingSince;

    /// <param name="name">The destination's name, for the log.</param>
    /// <param name="destination">The listener's URL.</param>
    /// <param name="room">How much may wait for all listeners.</param>
    /// <param name="failed">Hears of an indication that was given up, and for how long the listener has been failing.</param>
    public Listener(string name, Uri destination, IndicationOptions options, ListenerClient client, QueueRoom room, Func<RetryPolicy> retry, Action<Waiting, TimeSpan> failed, ILogger logger)
    {
        _name = name;
        _reserved = options.Reserved;
        Destination = destination;
        _client = client;
        _room = room;
        _retry = retry;
        _failed = failed;
        _logger = logger;
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(options.MaxWaiting) { SingleReader = true });
        // A new one for each life of the server and the destination (DSP1054): the numbers start again.
        SequenceContext = $"{Interop.SystemName}:{name}:{Guid.NewGuid():N}";
        _ = Task.Run(DeliverAsync);
    }

    public string SequenceContext { get; }

    /// <summary>The listener's URL; may change at any time.</summary>
    public Uri Destination { get; set; }

    /// <summary>Queues an indication; never waits.</summary>
    public void Enqueue(CimObjectPath subscription, CimInstance indication, string filterName)
    {
        lock (_gate)
        {
            var isReserved = _queue.Reader.Count < _reserved;
            var waiting = new Waiting(subscription, indication, filterName, _next++, !isReserved);
            var hasRoom = isReserved || _room.TryTake();
            if (hasRoom && _queue.Writer.TryWrite(waiting))
            {
                if (_lost > 0)
                    _logger.LogWarning("{Count} indications for the listener {Name} were lost: it does not keep up", _lost, _name);
                _lost = 0;
                return;
            }
            if (hasRoom)
                GiveBack(waiting);
            if (_lost++ == 0)
                _logger.LogWarning("The queue of the listener {Name} is full; indications are lost from number {Number} on", _name, waiting.Number);
        }
    }

    /// <summary>Ends delivery; what still waits is dropped.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _end.Cancel();
    }

    private async Task DeliverAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_end.Token).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var waiting))
                {
                    GiveBack(waiting);
                    await DeliverAsync(waiting).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The destination is deleted, or the server ends.
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Delivery to {Name} ended", _name);
        }
        finally
        {
            while (_queue.Reader.TryRead(out var dropped))
                GiveBack(dropped);
        }
    }

    private void GiveBack(Waiting waiting)
    {
        if (waiting.IsInRoom)
            _room.GiveBack();
    }

    private async Task DeliverAsync(Waiting waiting)
    {
        using var message = new Utf8Buffer();
        ExportMessage.Write(message, ExportMessage.Numbered(waiting.Indication, SequenceContext, waiting.Number, waiting.FilterName), waiting.Number);
        for (var attempt = 0; ; attempt++)
        {
            string reason;
            try
            {
                if (await _client.SendAsync(Destination, message.Written, _end.Token).ConfigureAwait(false) is { } refusal)
                    _logger.LogWarning("The listener {Name} refuses indication {Number}: {Reason}", _name, waiting.Number, refusal);
                if (Interlocked.Exchange(ref _failingSince, 0) != 0)
                    _logger.LogInformation("The listener {Name} takes indications again", _name);
                return;
            }
            catch (OperationCanceledException) when (!_end.IsCancellationRequested)
            {
                reason = "it does not answer";
            }
            catch (HttpRequestException e)
            {
                reason = e.Message;
            }
            var since = Volatile.Read(ref _failingSince);
            if (since == 0)
            {
                Volatile.Write(ref _failingSince, since = Environment.TickCount64);
                _logger.LogWarning("The listener {Name} at {Destination} cannot be reached: {Reason}", _name, Destination.GetLeftPart(UriPartial.Path), reason);
            }
            var retry = _retry();
            if (attempt >= retry.Attempts + FreeTries)
            {
                _failed(waiting, TimeSpan.FromMilliseconds(Environment.TickCount64 - since));
                return;
            }
            if (attempt >= FreeTries)
                await Task.Delay(retry.Interval, _end.Token).ConfigureAwait(false);
        }
    }
}

/// <summary>How many indications may wait for all listeners together; a few of each always may, so that those who take theirs get them.</summary>
internal sealed class QueueRoom(int places)
{
    private int _left = places;

    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _left) >= 0)
            return true;
        Interlocked.Increment(ref _left);
        return false;
    }

    public void GiveBack() => Interlocked.Increment(ref _left);
}
