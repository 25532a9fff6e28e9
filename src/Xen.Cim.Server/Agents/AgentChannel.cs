using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;

namespace Xen.Cim.Server.Agents;

/// <summary>What one end of a channel can ask of the other.</summary>
internal enum AgentOperation : byte
{
    // The operations of IProvider: of a provider in the agent, or of the server on a provider's behalf.
    EnumerateInstanceNames,
    EnumerateInstances,
    GetInstance,
    CreateInstance,
    ModifyInstance,
    DeleteInstance,
    ExecQuery,
    Associators,
    AssociatorNames,
    References,
    ReferenceNames,
    InvokeMethod,

    // Of the agent:
    Load,
    Unload,
    AuthorizeFilter,
    MustPoll,
    ActivateFilter,
    DeactivateFilter,
    EnableIndications,
    DisableIndications,

    // Of the server:
    FindClass,
    IsA,
    DeliverIndication,
    Log,
}

/// <summary>
/// Calls in both directions over one stream socket, any number at once. A call is answered with items, in frames that the
/// caller acknowledges (a slow client slows its provider down, not the channel), and with a reply or an error.
/// </summary>
/// <remarks>A frame is its length, its kind, its call's number (of the caller's counting), and what the kind holds.</remarks>
internal sealed class AgentChannel : IDisposable
{
    private const int MaxFrame = 256 * 1024 * 1024;

    // Frames of items under way for one call, and the size from which on one is sent.
    private const int Window = 16;
    private const int ItemFrame = 32 * 1024;
    private static readonly TimeSpan s_itemDelay = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;
    private readonly WorkerPool _workers = new(256);
    private readonly Lock _sending = new();
    private readonly ConcurrentDictionary<int, Outgoing> _outgoing = new();
    private readonly ConcurrentDictionary<int, Incoming> _incoming = new();
    private readonly Action<IncomingCall> _handler;
    private int _last;
    private volatile Exception? _end;

    /// <param name="handler">Answers the other end's calls; on a thread of its own for each.</param>
    public AgentChannel(Socket socket, Action<IncomingCall> handler)
    {
        _socket = socket;
        _handler = handler;
    }

    private enum Kind : byte
    {
        Call,
        Cancel,
        Items,
        Acknowledge,
        Reply,
        Error,
    }

    /// <summary>Calls that the other end has not answered, those that nobody waits for any more included.</summary>
    public int Unanswered => _outgoing.Count;

    /// <summary>When the oldest of the calls was given up that the other end still has not answered; null for none.</summary>
    public long? OldestAbandoned => _outgoing.Values.Min(o => o.Abandoned == 0 ? null : (long?)o.Abandoned);

    /// <summary>Calls that were given up and are not answered.</summary>
    public int Abandoned => _outgoing.Values.Count(o => o.Abandoned != 0);

    public bool IsOpen => _end is null;

    /// <summary>Reads until the other end is gone. Every call under way then fails with what <paramref name="reason"/> tells.</summary>
    public void Run(Func<Exception?, Exception> reason)
    {
        Exception? broken = null;
        try
        {
            var header = new byte[sizeof(int)];
            while (Receive(header))
            {
                var length = BitConverter.ToInt32(header);
                if (length is < 5 or > MaxFrame)
                    throw new InvalidDataException($"A message of {length} bytes came.");
                var frame = new byte[length];
                if (!Receive(frame))
                    break;
                Take((Kind)frame[0], BitConverter.ToInt32(frame, 1), frame.AsMemory(5));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or ObjectDisposedException)
        {
            broken = e;
        }
        _end = reason(broken);
        foreach (var call in _outgoing.Values)
            call.Frames.Add((Kind.Error, default));
        foreach (var call in _incoming.Values)
            call.Stop();
    }

    /// <summary>Asks the other end and waits.</summary>
    /// <param name="item">Takes an item from the reader; what it throws ends the items and is thrown when the call is over.</param>
    /// <exception cref="CimException">The other end failed or is gone.</exception>
    /// <exception cref="OperationCanceledException">The call was given up; it may still be running.</exception>
    public WireReader Call(AgentOperation operation, Action<WireWriter> arguments, CancellationToken cancellation, Action<WireReader>? item = null)
    {
        var content = new WireWriter();
        content.Byte((byte)operation);
        arguments(content);
        var id = Interlocked.Increment(ref _last);
        var call = new Outgoing();
        _outgoing[id] = call;
        // Whoever ends the channel does so before it looks at the calls.
        if (_end is { } end || !Send(Kind.Call, id, content.Written))
        {
            _outgoing.TryRemove(id, out _);
            throw Ended();
        }
        var items = new WireReader(default);
        Exception? failure = null;
        try
        {
            while (true)
            {
                var (kind, frame) = call.Frames.Take(cancellation);
                switch (kind)
                {
                    case Kind.Items:
                        if (failure is null)
                            failure = Each(items, frame, item);
                        else
                            items.Continue(default);
                        Send(Kind.Acknowledge, id, default);
                        if (failure is not null)
                            Send(Kind.Cancel, id, default);
                        break;
                    case Kind.Error when frame.IsEmpty:
                        throw Ended();
                    case Kind.Error:
                        var error = new WireReader(frame);
                        var status = (CimStatus)error.Number();
                        throw failure ?? new CimException(Enum.IsDefined(status) && status != CimStatus.Ok ? status : CimStatus.Failed, error.Text() ?? "");
                    default:
                        if (failure is not null)
                            ExceptionDispatchInfo.Throw(failure);
                        return new WireReader(frame);
                }
            }
        }
        catch (OperationCanceledException)
        {
            call.Abandon();
            Send(Kind.Cancel, id, default);
            throw;
        }
        catch (InvalidDataException e)
        {
            throw new CimException(CimStatus.Failed, e.Message, e);
        }
        finally
        {
            if (call.Abandoned == 0 || call.IsAnswered)
                _outgoing.TryRemove(id, out _);
        }

        Exception Ended() => _end is CimException e ? new CimException(e.Status, e.Message, e) : new CimException(CimStatus.Failed, "The connection with the agent has ended.", _end);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _workers.Dispose();
    }

    private static Exception? Each(WireReader items, ReadOnlyMemory<byte> frame, Action<WireReader>? item)
    {
        try
        {
            for (items.Continue(frame); !items.IsAtEnd;)
                (item ?? throw new InvalidDataException("Items came that nobody asked for."))(items);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void Take(Kind kind, int id, ReadOnlyMemory<byte> content)
    {
        switch (kind)
        {
            case Kind.Call:
                if (content.IsEmpty)
                    throw new InvalidDataException("A call without an operation came.");
                Answer(id, content);
                break;
            case Kind.Cancel:
                if (_incoming.TryGetValue(id, out var cancelled))
                    cancelled.Stop();
                break;
            case Kind.Acknowledge:
                if (_incoming.TryGetValue(id, out var acknowledged))
                    acknowledged.Acknowledge();
                break;
            case Kind.Items or Kind.Reply or Kind.Error:
                if (!_outgoing.TryGetValue(id, out var call))
                    break;
                var isLast = kind != Kind.Items;
                if (kind == Kind.Error && content.IsEmpty)
                    throw new InvalidDataException("An error without a status came.");
                call.IsAnswered |= isLast;
                if (call.Abandoned == 0)
                {
                    call.Frames.Add((kind, content));
                    // It may have been given up right now.
                    if (call.Abandoned == 0)
                        break;
                }
                if (isLast)
                    _outgoing.TryRemove(id, out _);
                else
                    Send(Kind.Acknowledge, id, default);
                break;
            default:
                throw new InvalidDataException($"A message of the unknown kind {kind} came.");
        }
    }

    private void Answer(int id, ReadOnlyMemory<byte> content)
    {
        var incoming = new Incoming();
        _incoming[id] = incoming;
        _ = _workers.RunAsync(() =>
        {
            var call = new IncomingCall((AgentOperation)content.Span[0], new(content[1..]), frame => SendItems(id, incoming, frame), incoming.Token);
            try
            {
                _handler(call);
                call.Flush();
                Send(Kind.Reply, id, call.Reply.Written);
            }
            catch (Exception e)
            {
                var error = new WireWriter();
                error.Number((int)(e is CimException cim ? cim.Status : CimStatus.Failed));
                error.Text(e.Message);
                Send(Kind.Error, id, error.Written);
            }
            finally
            {
                _incoming.TryRemove(id, out _);
            }
        }, CancellationToken.None);
    }

    private void SendItems(int id, Incoming call, ReadOnlySpan<byte> frame)
    {
        call.AwaitWindow();
        if (!Send(Kind.Items, id, frame))
            throw new OperationCanceledException();
    }

    private bool Send(Kind kind, int id, ReadOnlySpan<byte> content)
    {
        if (content.Length > MaxFrame - 5)
            throw new CimException(CimStatus.Failed, $"A message of {content.Length} bytes is too long for a provider's agent.");
        Span<byte> header = stackalloc byte[9];
        BitConverter.TryWriteBytes(header, content.Length + 5);
        header[4] = (byte)kind;
        BitConverter.TryWriteBytes(header[5..], id);
        try
        {
            lock (_sending)
            {
                SendAll(header);
                SendAll(content);
            }
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    private bool Receive(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = _socket.Receive(bytes);
            if (count == 0)
                return false;
            bytes = bytes[count..];
        }
        return true;
    }

    /// <summary>A call of the other end.</summary>
    internal sealed class IncomingCall(AgentOperation operation, WireReader arguments, IncomingCall.Sender send, CancellationToken cancellation)
    {
        private readonly WireWriter _items = new();
        private long _sent;

        public delegate void Sender(ReadOnlySpan<byte> frame);

        public AgentOperation Operation => operation;

        public WireReader Arguments => arguments;

        /// <summary>The caller has given up.</summary>
        public CancellationToken Cancellation => cancellation;

        public WireWriter Reply { get; } = new();

        /// <summary>Sends an item, with those that follow at once.</summary>
        /// <exception cref="OperationCanceledException">The caller has given up.</exception>
        public void Item(Action<WireWriter> write)
        {
            cancellation.ThrowIfCancellationRequested();
            write(_items);
            if (_items.Length >= ItemFrame || System.Diagnostics.Stopwatch.GetElapsedTime(_sent) >= s_itemDelay)
                Flush();
        }

        public void Flush()
        {
            if (_items.Length == 0)
                return;
            send(_items.Written);
            _items.Reset();
            _sent = System.Diagnostics.Stopwatch.GetTimestamp();
        }
    }

    private sealed class Outgoing
    {
        private long _abandoned;

        public BlockingCollection<(Kind Kind, ReadOnlyMemory<byte> Frame)> Frames { get; } = [];

        public bool IsAnswered { get; set; }

        public long Abandoned => Volatile.Read(ref _abandoned);

        public void Abandon() => Volatile.Write(ref _abandoned, System.Diagnostics.Stopwatch.GetTimestamp());
    }

#pragma warning disable CA1001 // Without timers and wait handles neither field has anything to give back, and Stop may come late.
    private sealed class Incoming
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SemaphoreSlim _window = new(Window);

        public CancellationToken Token => _stop.Token;

        public void Stop() => _stop.Cancel();

        public void Acknowledge() => _window.Release();

        public void AwaitWindow() => _window.Wait(_stop.Token);
    }
}
