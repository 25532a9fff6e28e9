using System.Threading.Channels;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>
/// Hands indications to the server's broker from a thread that is attached to it, in the order in which they came.
/// </summary>
/// <remarks>
/// Only the broker that the indication factory got delivers. A broker frees what was made on an attached thread, and the
/// context, when the thread is detached, or only at a mark; so after each burst the thread frees what came since its mark,
/// takes a fresh context and detaches the old one.
/// </remarks>
internal sealed unsafe class IndicationDelivery
{
    // Where the server does not keep up, whoever raises an indication waits rather than loses it.
    private const int Capacity = 65536;
    private const int Burst = 64;

    private readonly Channel<CimInstance> _queue = Channel.CreateBounded<CimInstance>(Capacity);
    private readonly Broker _broker;
    private readonly Action<Exception> _failed;
    private CMPIContext* _context;
    private void* _mark;
    private volatile bool _stopped;

    /// <param name="context">The context of the call that turns indications on.</param>
    public IndicationDelivery(Broker broker, CMPIContext* context, Action<Exception> failed)
    {
        _broker = broker;
        _failed = failed;
        _context = broker.PrepareAttach(context);
        new Thread(Run, 1024 * 1024) { IsBackground = true, Name = "Indications" }.Start();
    }

    /// <summary>Queues an indication; after <see cref="Stop"/> it is dropped, as nobody subscribes any more.</summary>
    public void Deliver(CimInstance indication)
    {
        while (!_stopped && !_queue.Writer.TryWrite(indication))
            Thread.Sleep(1);
    }

    /// <summary>What is still queued is dropped.</summary>
    public void Stop()
    {
        _stopped = true;
        _queue.Writer.TryComplete();
    }

    private void Run()
    {
        _broker.Attach(_context);
        _mark = _broker.Mark();
        var delivered = 0;
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (!_stopped && _queue.Reader.TryRead(out var indication))
            {
                Hand(indication);
                if (++delivered % Burst == 0)
                    TakeFreshContext();
            }
            if (_stopped)
                break;
            TakeFreshContext();
        }
        _broker.FreeSince(_mark);
        _broker.Detach(_context);
    }

    private void Hand(CimInstance indication)
    {
        try
        {
            var path = indication.Path ?? new CimObjectPath(indication.ClassName);
            _broker.Deliver(_context, indication, path.Namespace is null ? path.WithNamespace(Providers.ClassProvider.VirtNamespace) : path);
        }
        catch (Exception error)
        {
            _failed(error);
        }
    }

    private void TakeFreshContext()
    {
        _broker.FreeSince(_mark);
        var fresh = _broker.PrepareAttach(_context);
        _broker.Detach(_context);
        _context = fresh;
        _broker.Attach(fresh);
        _mark = _broker.Mark();
    }
}
