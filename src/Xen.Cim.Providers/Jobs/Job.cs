using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>What a job does: something at once, and perhaps something to wait for afterwards.</summary>
internal sealed record JobPlan(string Name, Guest? Guest)
{
    /// <summary>InstanceID of the pool that it makes something in; null for work on a guest.</summary>
    public string? Pool { get; init; }

    /// <summary>The state the guest is on its way to, or null.</summary>
    public ushort? TransitioningTo { get; init; }

    public required CimObjectPath Owner { get; init; }

    /// <summary>When to give up; null leaves it to the hypervisor's own deadline.</summary>
    public TimeSpan? Timeout { get; init; }

    public required Action First { get; init; }

    /// <summary>Whether it takes the guest to another host.</summary>
    public bool Migrates { get; init; }

    /// <summary>How far it is while it runs, 0 to 99; null where nobody knows.</summary>
    public Func<int>? Percent { get; init; }

    /// <summary>What a job that completed could not do; null when that was nothing.</summary>
    public Func<string?>? Remarks { get; init; }

    /// <summary>Asked again and again until it says yes; throws a <see cref="CimException"/> when it never will.</summary>
    public Func<bool>? Until { get; init; }

    /// <summary>What is still known of a job that another process has or had; it cannot be run here.</summary>
    public static JobPlan Kept(string name, Guest? guest, string? pool, bool migrates, ushort? transitioningTo) => new(name, guest)
    {
        Pool = pool,
        Owner = new CimObjectPath("Xen_ComputerSystem"),
        First = () => throw new InvalidOperationException($"\"{name}\" is a job of another process."),
        Migrates = migrates,
        TransitioningTo = transitioningTo,
    };
}

internal enum JobPhase
{
    Running,
    Completed,
    Failed,
}

/// <summary>Work that may outlive the call that started it.</summary>
internal sealed class Job(JobPlan plan)
{
    private readonly TaskCompletionSource<Exception?> _first = new();

    public Guid Id { get; private init; } = Guid.NewGuid();

    public JobPlan Plan => plan;

    public DateTimeOffset Submitted { get; private init; } = DateTimeOffset.Now;

    public DateTimeOffset? Ended { get; private set; }

    public JobPhase Phase { get; private set; }

    public string? Error { get; private set; }

    public bool IsFinished => Phase != JobPhase.Running;

    /// <summary>A job of another process, or of this one before it was started anew.</summary>
    public static Job Kept(JobPlan plan, Guid id, DateTimeOffset submitted, JobPhase phase, DateTimeOffset? ended, string? error) =>
        new(plan) { Id = id, Submitted = submitted, Phase = phase, Ended = ended, Error = error };

    /// <summary>The same job, ended by the end of its process.</summary>
    public Job Interrupted() => Kept(plan, Id, Submitted, JobPhase.Failed, DateTimeOffset.Now,
        $"{plan.Name}: the provider's process ended while the job ran. What became of it shows in the state of {plan.Guest?.Name ?? plan.Pool}.");

    /// <summary>Waits for the first part; false when it is still under way. Its error is thrown here, to the caller.</summary>
    public bool WaitForFirst(TimeSpan timeout)
    {
        if (!_first.Task.Wait(timeout))
            return false;
        if (_first.Task.Result is { } error)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return true;
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
            End(JobPhase.Failed, error.Message);
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
                End(JobPhase.Failed, $"{plan.Name}: the guest did not do it within {timeout}.");
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

    private void End(JobPhase phase, string? error)
    {
        (Ended, Error) = (DateTimeOffset.Now, error);
        Phase = phase;
    }
}
