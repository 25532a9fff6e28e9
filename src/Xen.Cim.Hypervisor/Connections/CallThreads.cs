using System.Runtime.ExceptionServices;
using Libvirt;

namespace Xen.Cim.Hypervisor.Connections;

/// <summary>
/// The threads that wait inside libvirt, so that nobody else has to: a caller waits for its call until a deadline and
/// then goes on without it. Threads are made when all others are busy, up to a bound, and end after a while without work.
/// </summary>
internal sealed class CallThreads(int maximum) : IDisposable
{
    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(30);

    // libvirt's own code and the XML reader are far from this.
    private const int StackSize = 1024 * 1024;

    private readonly object _gate = new();
    private readonly LinkedList<Call> _queue = new();
    private int _threads;
    private int _idle;
    private int _abandoned;
    private bool _disposed;

    /// <summary>Threads that exist, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _threads;
        }
    }

    /// <summary>Calls whose callers have gone while libvirt still holds them.</summary>
    internal int Abandoned
    {
        get
        {
            lock (_gate)
                return _abandoned;
        }
    }

    /// <summary>
    /// Does the work on a thread of its own and waits for it until the deadline.
    /// </summary>
    /// <param name="what">The call in words that follow "libvirt did not", such as "start the guest".</param>
    /// <param name="deadline">Until when to wait.</param>
    /// <param name="work">What to do; it runs to its end even when nobody waits any more.</param>
    /// <param name="settled">Called once when the work has ended or will never begin, whoever waits; on any thread.</param>
    /// <param name="late">Gets the result when nobody waits for it any more.</param>
    /// <exception cref="HypervisorException">Timeout: the deadline passed; Busy: every thread hangs. Else what the work throws.</exception>
    public T Run<T>(string what, Deadline deadline, Func<T> work, Action? settled = null, Action<T>? late = null) => Begin(what, deadline, work, settled, late)();

    /// <summary>Begins the work as <see cref="Run"/> does, for a caller that has something else to do meanwhile.</summary>
    /// <returns>Waits for it, to be called once.</returns>
    public Func<T> Begin<T>(string what, Deadline deadline, Func<T> work, Action? settled = null, Action<T>? late = null)
    {
        var call = new Call<T>(work, settled, late);
        try
        {
            Enqueue(call, what);
        }
        catch
        {
            call.Settle();
            throw;
        }
        return () =>
        {
            if (!call.Wait(deadline))
                Abandon(call, what, deadline);
            return call.Result();
        };
    }

    private void Enqueue(Call call, string what)
    {
        lock (_gate)
        {
            if (_disposed)
                throw new HypervisorException(HypervisorError.Disconnected, $"Cannot {what}: the connection to the hypervisor was closed");
            if (_abandoned >= maximum)
                throw new HypervisorException(HypervisorError.Busy, $"Cannot {what}: all {maximum} threads wait for calls that libvirt has not answered");
            _queue.AddLast(call.Node);
            if (_queue.Count > _idle && _threads < maximum)
                Grow();
            else
                Monitor.Pulse(_gate);
        }
    }

    private void Grow()
    {
        _threads++;
        try
        {
            new Thread(Work, StackSize) { IsBackground = true, Name = "libvirt call" }.Start();
        }
        catch (OutOfMemoryException) when (_threads > 1)
        {
            // Those that are there will come to it.
            _threads--;
        }
    }

    private void Abandon(Call call, string what, Deadline deadline)
    {
        lock (_gate)
        {
            if (call.Node.List is not null)
            {
                _queue.Remove(call.Node);
                call.Settle();
                throw new HypervisorException(HypervisorError.Busy,
                    $"Cannot {what}: all {maximum} threads were inside libvirt for {deadline.Length.TotalSeconds:0.###} s");
            }
            if (!call.TryAbandon())
                return;
            _abandoned++;
        }
        throw new HypervisorException(HypervisorError.Timeout, $"libvirt did not {what} within {deadline.Length.TotalSeconds:0.###} s");
    }

    private void Work()
    {
        ThreadSignals.LeaveToOthers();
        while (Next() is { } call)
        {
            if (!call.Run())
                continue;
            lock (_gate)
                _abandoned--;
        }
    }

    private Call? Next()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                _idle++;
                var pulsed = !_disposed && Monitor.Wait(_gate, IdleLife);
                _idle--;
                if (_queue.Count == 0 && (_disposed || !pulsed))
                {
                    _threads--;
                    return null;
                }
            }
            var call = _queue.First!.Value;
            _queue.RemoveFirst();
            return call;
        }
    }

    /// <summary>Takes no more calls. Threads end when their calls do.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private abstract class Call
    {
        protected Call() => Node = new(this);

        public LinkedListNode<Call> Node { get; }

        /// <returns>Whether the caller had gone.</returns>
        public abstract bool Run();

        public abstract bool TryAbandon();

        public abstract void Settle();
    }

    private sealed class Call<T>(Func<T> work, Action? settled, Action<T>? late) : Call
    {
        private T? _result;
        private ExceptionDispatchInfo? _failure;
        private bool _done;
        private bool _abandoned;

        public bool Wait(Deadline deadline)
        {
            lock (this)
            {
                while (!_done)
                {
                    var remaining = deadline.Remaining;
                    if (remaining == TimeSpan.Zero)
                        return false;
                    Monitor.Wait(this, remaining);
                }
                return true;
            }
        }

        public T Result()
        {
            _failure?.Throw();
            return _result!;
        }

        public override bool TryAbandon()
        {
            lock (this)
            {
                _abandoned = !_done;
                return _abandoned;
            }
        }

        public override bool Run()
        {
            try
            {
                _result = work();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
            Settle();
            lock (this)
            {
                _done = true;
                if (!_abandoned)
                {
                    Monitor.PulseAll(this);
                    return false;
                }
            }
            if (_failure is null)
            {
                try
                {
                    late?.Invoke(_result!);
                }
                catch (Exception)
                {
                    // Nobody is left to hear of it.
                }
            }
            return true;
        }

        public override void Settle() => settled?.Invoke();
    }
}
