using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>Whose method began a job.</summary>
internal enum JobOwner
{
    Guest,
    Management,
    Migration,
    Pools,
    Snapshots,
}

/// <summary>What a job does: something at once, and perhaps something to wait for afterwards.</summary>
internal sealed record JobPlan(string Name, Guest? Guest)
{
    /// <summary>InstanceID of the pool that it makes something in; null for work on a guest.</summary>
    public string? Pool { get; init; }

    /// <summary>InstanceID of the snapshot that it takes, applies or destroys, or null.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Whether the snapshot is one that it takes.</summary>
    public bool Creates { get; init; }

    /// <summary>The state the guest is on its way to, or null.</summary>
    public ushort? TransitioningTo { get; init; }

    public JobOwner Owner { get; init; }

    /// <summary>When to give up; null leaves it to the hypervisor's own deadline.</summary>
    public TimeSpan? Timeout { get; init; }

    public required Action First { get; init; }

    /// <summary>How far it is while it runs, 0 to 99; null where nobody knows.</summary>
    public Func<int?>? Percent { get; init; }

    /// <summary>Makes <see cref="First"/> end with an error, and everything as it was before; null when nobody can.</summary>
    public Action? Cancel { get; init; }

    /// <summary>What a job that completed could not do; null when that was nothing.</summary>
    public Func<string?>? Remarks { get; init; }

    /// <summary>Asked again and again until it says yes; throws a <see cref="Model.CimException"/> when it never will.</summary>
    public Func<bool>? Until { get; init; }

    /// <summary>What is still known of a job that another process has or had; it cannot be run here.</summary>
    public static JobPlan Kept(string name, Guest? guest, string? pool, string? snapshot, bool creates, JobOwner owner, ushort? transitioningTo) => new(name, guest)
    {
        Pool = pool,
        Snapshot = snapshot,
        Creates = creates,
        Owner = owner,
        First = () => throw new InvalidOperationException($"\"{name}\" is a job of another process."),
        TransitioningTo = transitioningTo,
    };
}

internal enum JobPhase
{
    Running,
    /// <summary>Somebody wants it to end; it has not ended yet.</summary>
    Stopping,
    Completed,
    Terminated,
    Failed,
}

/// <summary>What is known of a job besides its plan; the part that outlives its process.</summary>
internal sealed record JobState(JobPhase Phase)
{
    public DateTimeOffset? Ended { get; init; }

    public JobError? Error { get; init; }

    /// <summary>How long it can be read after its end; null leaves that to the configuration.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Whether it goes away by itself after that time.</summary>
    public bool DeleteOnCompletion { get; init; } = true;

    public bool IsFinished => Phase is not (JobPhase.Running or JobPhase.Stopping);

    /// <summary>Whether its time is over.</summary>
    public bool IsOver(TimeSpan usual) => DeleteOnCompletion && Ended is { } ended && DateTimeOffset.Now - ended > (Retention ?? usual);
}

/// <summary>Work that may outlive the call that started it.</summary>
internal sealed class Job(JobPlan plan)
{
    /// <summary>For how long nobody is asked how far a job is after there was no answer.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<Exception?> _first = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Lock _asks = new();
    private volatile JobState _state = new(JobPhase.Running);
    private volatile int _percent;
    private Task? _asking;
    private long _askedAt;
    private long _askAgainAt;

    public Guid Id { get; private init; } = Guid.NewGuid();

    public JobPlan Plan => plan;

    public DateTimeOffset Submitted { get; private init; } = DateTimeOffset.Now;

    public JobState State => _state;

    public bool IsFinished => _state.IsFinished;

    /// <summary>Whether the work is done elsewhere, or was: it can be looked at but not changed.</summary>
    public bool IsKept { get; private init; }

    /// <summary>A job of another process, or of this one before it was started anew.</summary>
    public static Job Kept(JobPlan plan, Guid id, DateTimeOffset submitted, JobState state) =>
        new(plan) { Id = id, Submitted = submitted, _state = state, IsKept = true };

    /// <summary>The same job as it is or was in a state, whatever becomes of it.</summary>
    public Job In(JobState state) => Kept(plan, Id, Submitted, state);

    /// <summary>The same job, ended by the end of its process.</summary>
    public Job Interrupted() => In(_state with
    {
        Phase = JobPhase.Failed,
        Ended = DateTimeOffset.Now,
        Error = new JobError(Model.CimStatus.Failed,
            $"{plan.Name}: the provider's process ended while the job ran. What became of it shows in the state of {plan.Guest?.Name ?? plan.Pool}."),
    });

    /// <summary>Waits for the first part; false when it is still under way. Its error is thrown here, to the caller.</summary>
    public bool WaitForFirst(TimeSpan timeout)
    {
        if (!_first.Task.Wait(timeout))
            return false;
        if (_first.Task.Result is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return true;
    }

    /// <summary>
    /// How far it is, or was when that was last known: a job is there even while nobody can say, and a guest that does not
    /// answer holds up nobody who looks at the others.
    /// </summary>
    public int AskPercent(TimeSpan patience)
    {
        if (plan.Percent is null)
            return _percent;
        Task asking;
        TimeSpan left;
        lock (_asks)
        {
            var now = Environment.TickCount64;
            if (_asking is null or { IsCompleted: true })
            {
                if (now < _askAgainAt)
                    return _percent;
                (_asking, _askedAt) = (Task.Factory.StartNew(Ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default), now);
            }
            (asking, left) = (_asking, patience - TimeSpan.FromMilliseconds(now - _askedAt));
        }
        if (left > TimeSpan.Zero)
            asking.Wait(left);
        return _percent;
    }

    private void Ask()
    {
        try
        {
            _percent = plan.Percent!() ?? _percent;
        }
        catch (HypervisorException)
        {
            lock (_asks)
                _askAgainAt = Environment.TickCount64 + (long)s_rest.TotalMilliseconds;
        }
    }

    /// <summary>How long it is kept, and whether it goes by itself.</summary>
    public void Change(Func<JobState, JobState> change)
    {
        lock (_gate)
            _state = change(_state);
    }

    /// <summary>Stops what is under way.</summary>
    /// <returns>Whether it has ended by now; null when it had before.</returns>
    public bool? Terminate(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_state.IsFinished)
                return null;
            _state = _state with { Phase = JobPhase.Stopping };
        }
        try
        {
            plan.Cancel!();
        }
        catch
        {
            lock (_gate)
            {
                if (!_state.IsFinished)
                    _state = _state with { Phase = JobPhase.Running };
            }
            throw;
        }
        return _ended.Task.Wait(wait);
    }

    public void Run(CancellationToken stopping)
    {
        try
        {
            plan.First();
            // Without a second part the job is over before the caller wakes up.
            if (plan.Until is null)
                End(JobPhase.Completed, null);
            _first.SetResult(null);
            if (plan.Until is not null)
                WaitUntil(stopping);
        }
        catch (Exception error)
        {
            End(IsStopped(error) ? JobPhase.Terminated : JobPhase.Failed, JobError.Of(error));
            _first.TrySetResult(error);
        }
    }

    private void WaitUntil(CancellationToken stopping)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        while (!Arrived())
        {
            if (plan.Timeout is { } timeout && DateTimeOffset.Now - Submitted > timeout)
            {
                End(JobPhase.Failed, new JobError(Model.CimStatus.Failed, $"{plan.Name}: the guest did not do it within {timeout}."));
                return;
            }
            if (stopping.WaitHandle.WaitOne(pause))
                return;
            pause = TimeSpan.FromMilliseconds(Math.Min(500, pause.TotalMilliseconds * 1.5));
        }
        End(JobPhase.Completed, null);
    }

    private bool Arrived()
    {
        try
        {
            return plan.Until!();
        }
        catch (HypervisorException)
        {
            // Not knowing is not arriving: the connection may come back before the timeout.
            return false;
        }
    }

    // When the far side did not answer, nobody knows whether it stopped.
    private bool IsStopped(Exception error) =>
        _state.Phase == JobPhase.Stopping && error is not HypervisorException { Error: HypervisorError.Timeout or HypervisorError.Disconnected };

    // What was told to stop and did not do it in time has completed all the same.
    private void End(JobPhase phase, JobError? error)
    {
        lock (_gate)
        {
            _state = _state with
            {
                Phase = phase,
                Ended = DateTimeOffset.Now,
                Error = error,
            };
        }
        _ended.TrySetResult();
    }
}
