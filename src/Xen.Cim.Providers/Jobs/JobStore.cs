using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>The jobs of this process: those under way, and the finished ones until they are removed.</summary>
internal sealed class JobStore(ProviderOptions options, ILogger logger) : IDisposable
{
    private const int MaxRunning = 256;
    private readonly ConcurrentDictionary<Guid, Job> _jobs = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>How a job's path is made; set by the class that serves jobs.</summary>
    public Func<Job, CimObjectPath> PathOf { get; set; } = _ => throw new InvalidOperationException();

    public IEnumerable<Job> All
    {
        get
        {
            foreach (var job in _jobs.Values)
            {
                if (job.Ended is { } ended && DateTimeOffset.Now - ended > options.JobRetention)
                    Forget(job);
                else
                    yield return job;
            }
        }
    }

    public Job? Find(Guid id) => All.FirstOrDefault(j => j.Id == id);

    /// <summary>The state that a running job is taking a guest to, or null.</summary>
    public ushort? TransitionOf(Guid guest)
    {
        foreach (var (_, job) in _jobs)
        {
            if (!job.IsFinished && job.Plan.Guest.Uuid == guest && job.Plan.TransitioningTo is { } state)
                return state;
        }
        return null;
    }

    /// <summary>Whether a running job is taking the guest to another host.</summary>
    public bool IsMigrating(Guid guest) => _jobs.Values.Any(j => !j.IsFinished && j.Plan.Migrates && j.Plan.Guest.Uuid == guest);

    /// <exception cref="CimException">FAILED: too many jobs are under way.</exception>
    public Job Start(JobPlan plan)
    {
        if (All.Count(j => !j.IsFinished) >= MaxRunning)
            throw new CimException(CimStatus.Failed, $"{MaxRunning} jobs are under way; wait for one to end before starting \"{plan.Name}\".");
        var job = new Job(plan);
        _jobs[job.Id] = job;
        new Thread(() =>
        {
            job.Run(_stopping.Token);
            if (job.Error is { } error)
                logger.LogWarning("Job \"{Name}\" failed: {Error}", plan.Name, error);
        })
        {
            IsBackground = true,
            Name = plan.Name,
        }.Start();
        return job;
    }

    public void Forget(Job job) => _jobs.TryRemove(job.Id, out _);

    // The token source stays undisposed: job threads may still look at it while the process ends.
    public void Dispose() => _stopping.Cancel();
}
