using System.Runtime.ExceptionServices;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Dispatch;

/// <summary>One of the calls of providers that make up an operation.</summary>
/// <param name="Provider">Who does it; null for the server itself.</param>
/// <param name="Run">Does it; its argument takes each result.</param>
/// <param name="Excuses">Whether a failure of it leaves the others' results what they are.</param>
internal sealed record ProviderCall<T>(IProvider? Provider, Action<Action<T>> Run, Func<CimException, bool> Excuses);

/// <summary>
/// Has several providers work on one operation at the same time. Each does its own calls one after the other; the results
/// come in the order of the calls, each as soon as all before it have come.
/// </summary>
/// <param name="threads">Threads for those that are not called on the caller's own; null calls one after the other.</param>
internal sealed class ProviderFan(WorkerPool? threads)
{
    /// <summary>Results of a provider that wait for those of others; then it waits too.</summary>
    private const int Ahead = 64;

    /// <exception cref="CimException">What a provider failed with, when that is not excused; those behind it are told to end.</exception>
    /// <exception cref="OperationCanceledException">The request's time is over.</exception>
    public void Run<T>(IReadOnlyList<ProviderCall<T>> calls, Action<T> result, CancellationToken cancellation)
    {
        var lanes = new Dictionary<IProvider, Lane<T>>(ReferenceEqualityComparer.Instance);
        // Who has most to do is called here, and needs no queue.
        foreach (var own in calls.Where(c => c.Provider is not null).GroupBy(c => c.Provider!, ReferenceEqualityComparer.Instance).OrderByDescending(g => g.Count()).Skip(1))
        {
            var lane = new Lane<T>();
            if (threads?.TryRun(() => lane.Fill(own)) == true)
                lanes.Add((IProvider)own.Key!, lane);
        }
        using var end = cancellation.Register(Close);
        try
        {
            foreach (var call in calls)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    if (call.Provider is { } provider && lanes.TryGetValue(provider, out var lane))
                        lane.Drain(result);
                    else
                        call.Run(result);
                }
                catch (CimException e)
                {
                    if (!call.Excuses(e))
                        throw;
                }
            }
        }
        finally
        {
            Close();
        }

        void Close()
        {
            foreach (var lane in lanes.Values)
                lane.Close();
        }
    }

    /// <summary>What one provider has found and nobody has taken yet: results, and after each call its end.</summary>
    private sealed class Lane<T>
    {
        private readonly object _gate = new();
        private readonly Queue<(T Result, bool IsEnd, ExceptionDispatchInfo? Failure)> _queue = new();
        private bool _isClosed;

        public void Fill(IEnumerable<ProviderCall<T>> calls)
        {
            foreach (var call in calls)
            {
                ExceptionDispatchInfo? failure = null;
                try
                {
                    call.Run(result => Add(result, isEnd: false, null));
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
                if (Volatile.Read(ref _isClosed))
                    return;
                // Whoever takes it throws it.
                Add(default!, isEnd: true, failure);
            }
        }

        /// <summary>Takes the results of one call.</summary>
        public void Drain(Action<T> take)
        {
            while (true)
            {
                (T Result, bool IsEnd, ExceptionDispatchInfo? Failure) next;
                lock (_gate)
                {
                    while (_queue.Count == 0 && !_isClosed)
                        Monitor.Wait(_gate);
                    if (_isClosed)
                        throw new OperationCanceledException();
                    next = _queue.Dequeue();
                    Monitor.PulseAll(_gate);
                }
                next.Failure?.Throw();
                if (next.IsEnd)
                    return;
                take(next.Result);
            }
        }

        /// <summary>Nobody takes any more: who adds something is told so.</summary>
        public void Close()
        {
            lock (_gate)
            {
                _isClosed = true;
                _queue.Clear();
                Monitor.PulseAll(_gate);
            }
        }

        private void Add(T result, bool isEnd, ExceptionDispatchInfo? failure)
        {
            lock (_gate)
            {
                while (_queue.Count >= Ahead && !_isClosed)
                    Monitor.Wait(_gate);
                if (!_isClosed)
                    _queue.Enqueue((result, isEnd, failure));
                else if (!isEnd)
                    throw new OperationCanceledException();
                Monitor.PulseAll(_gate);
            }
        }
    }
}
