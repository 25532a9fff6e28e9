using Xen.Cim.Model;

namespace Xen.Cim.Server.Dispatch;

/// <summary>
/// Threads for providers' calls. A call that outlives its request's deadline is abandoned: its thread stays with it, its
/// place goes to others, so that hung providers cannot take all places; a bound on abandoned calls keeps them from taking
/// all memory.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(20);

    private readonly object _gate = new();
    private readonly Queue<Action> _queue = new();
    private readonly SemaphoreSlim _places;
    private readonly int _maxAbandoned;
    private int _idle;
    private bool _ended;
    private int _abandoned;

    /// <param name="places">Calls at once, 1 or more.</param>
    /// <param name="maxAbandoned">Calls that may hang before new ones are refused.</param>
    public WorkerPool(int places = 64, int maxAbandoned = 256)
    {
        _places = new(places);
        _maxAbandoned = maxAbandoned;
    }

    /// <summary>Calls that have outlived their requests and have not returned yet.</summary>
    public int Abandoned => Volatile.Read(ref _abandoned);

    /// <summary>Runs a call on a thread of its own until it returns or the deadline passes.</summary>
    /// <exception cref="CimException">FAILED: too many earlier calls hang.</exception>
    /// <exception cref="OperationCanceledException">The deadline has passed; the call may still be running.</exception>
    public async Task RunAsync(Action call, CancellationToken deadline)
    {
        if (Abandoned >= _maxAbandoned)
            throw new CimException(CimStatus.Failed, $"{_maxAbandoned} earlier calls to providers have not returned; no more are started.");
        await _places.WaitAsync(deadline).ConfigureAwait(false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var state = 0; // 1: returned first, 2: abandoned first
        Start(() =>
        {
            try
            {
                call();
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
            if (Interlocked.CompareExchange(ref state, 1, 0) == 0)
                Release();
            else
                Interlocked.Decrement(ref _abandoned);
        });
        try
        {
            await done.Task.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!done.Task.IsCompleted)
        {
            Interlocked.Increment(ref _abandoned);
            if (Interlocked.CompareExchange(ref state, 2, 0) == 0)
                Release();
            else
                Interlocked.Decrement(ref _abandoned);
            _ = done.Task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Runs a call on a thread of its own, when there is a place for it now. What it throws is its own affair.</summary>
    /// <returns>Whether it runs.</returns>
    public bool TryRun(Action call)
    {
        if (!_places.Wait(0))
            return false;
        Start(() =>
        {
            try
            {
                call();
            }
            finally
            {
                Release();
            }
        });
        return true;
    }

    private void Release()
    {
        try
        {
            _places.Release();
        }
        catch (ObjectDisposedException)
        {
            // The server has stopped meanwhile.
        }
    }

    /// <summary>Ends the threads that are idle; the others end with their calls.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
        _places.Dispose();
    }

    private void Start(Action work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
            // Each queued call has an idle thread of its own, or gets a new one: none waits behind a call that hangs.
            if (_idle >= _queue.Count)
                Monitor.Pulse(_gate);
            else
                new Thread(Loop) { IsBackground = true, Name = "CIM provider call" }.Start();
        }
    }

    private void Loop()
    {
        while (true)
        {
            Action work;
            lock (_gate)
            {
                while (_queue.Count == 0)
                {
                    if (_ended)
                        return;
                    _idle++;
                    var pulsed = Monitor.Wait(_gate, s_idle);
                    _idle--;
                    if (!pulsed && _queue.Count == 0)
                        return;
                }
                work = _queue.Dequeue();
            }
            work();
        }
    }
}
