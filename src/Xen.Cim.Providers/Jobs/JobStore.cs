using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// The jobs under way, and the finished ones until they are removed: those of this process, and those that the state
/// directory knows of others.
/// </summary>
internal sealed class JobStore(ProviderOptions options, StateDirectory? directory, ILogger logger) : IDisposable
{
    private const int MaxRunning = 256;

    /// <summary>Of more than this the oldest that are over go first.</summary>
    private const int MaxFinished = 1024;

    private readonly KeptJobs? _kept = directory is null ? null : new KeptJobs(directory, options.JobRetention);
    private readonly ConcurrentDictionary<Guid, bool> _handedOut = new();
    private readonly Lock _keeping = new();
    private readonly Lock _telling = new();
    private readonly ConcurrentDictionary<Guid, Job> _jobs = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>How a job's path is made; set by the class that serves jobs.</summary>
    public Func<Job, CimObjectPath> Paths { private get; set; } = _ => throw new InvalidOperationException();

    /// <summary>A job of this process that a client was told of began, ended, or was removed; on any thread, in that order.</summary>
    public event Action<JobEvent>? Changed;

    public IEnumerable<Job> All => _kept is null ? Own : Own.Concat(_kept.Others(_jobs.ContainsKey));

    /// <summary>Whether there is no job of this process that somebody may still ask for.</summary>
    public bool IsIdle => !Own.Any();

    private IEnumerable<Job> Own
    {
        get
        {
            foreach (var job in _jobs.Values)
            {
                if (job.State.IsOver(options.JobRetention))
                    Forget(job);
                else
                    yield return job;
            }
        }
    }

    /// <summary>The path of a job that a client is about to be told of: from now on it is kept.</summary>
    public CimObjectPath PathOf(Job job)
    {
        lock (_telling)
        {
            if (_handedOut.TryAdd(job.Id, true))
            {
                // That it has ended since is another piece of news.
                Changed?.Invoke(new(job.In(new JobState(JobPhase.Running))));
                if (job.IsFinished)
                    Changed?.Invoke(new(job.In(job.State)));
            }
        }
        Keep(job);
        return Paths(job);
    }

    /// <summary>Runs a job; one that is done soon was no job, and its error is the call's.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="wait">How soon.</param>
    /// <returns>The job's path when it goes on, or null.</returns>
    /// <exception cref="CimException">FAILED: too many jobs are under way.</exception>
    public CimObjectPath? Run(JobPlan plan, TimeSpan wait)
    {
        var job = Start(plan);
        try
        {
            if (!job.WaitForFirst(wait) || plan.Until is not null)
                return PathOf(job);
        }
        catch
        {
            // The caller learns it here; nobody was told of the job.
            Forget(job);
            throw;
        }
        Forget(job);
        return null;
    }

    /// <summary>Keeps what was changed about a job.</summary>
    public void KeepChanges(Job job)
    {
        if (job.IsKept)
            _kept?.Keep(job);
        else
            Keep(job);
    }

    // Looked at and written in one go, so that the end of a job is never overwritten by what was before it.
    private void Keep(Job job, bool stopping = false)
    {
        lock (_keeping)
        {
            if (_handedOut.ContainsKey(job.Id))
                _kept?.Keep(stopping && !job.IsFinished ? job.Interrupted() : job);
        }
    }

    /// <summary>Whether a client knows of the job: not of one that ended within the call that began it.</summary>
    public bool IsToldOf(Job job) => _handedOut.ContainsKey(job.Id) || !_jobs.ContainsKey(job.Id);

    public Job? Find(Guid id) => All.FirstOrDefault(j => j.Id == id);

    /// <summary>The state that a running job is taking a guest to, or null.</summary>
    public ushort? TransitionOf(Guid guest)
    {
        foreach (var job in All)
        {
            if (!job.IsFinished && job.Plan.Guest?.Uuid == guest && job.Plan.TransitioningTo is { } state)
                return state;
        }
        return null;
    }

    /// <summary>Whether a job of that kind works on the guest.</summary>
    public bool IsAtWork(JobOwner owner, Guid guest) => All.Any(j => !j.IsFinished && j.Plan.Owner == owner && j.Plan.Guest?.Uuid == guest);

    /// <exception cref="CimException">FAILED: too many jobs are under way.</exception>
    public Job Start(JobPlan plan)
    {
        // Those that nobody lets go by themselves must not pile up.
        foreach (var surplus in _jobs.Values.Where(j => j.IsFinished).OrderByDescending(j => j.State.Ended).Skip(MaxFinished).ToList())
            Forget(surplus);
        if (Own.Count(j => !j.IsFinished) >= MaxRunning)
            throw new CimException(CimStatus.Failed, $"{MaxRunning} jobs are under way; wait for one to end before starting \"{plan.Name}\".");
        var job = new Job(plan);
        _jobs[job.Id] = job;
        new Thread(() =>
        {
            job.Run(_stopping.Token);
            if (job.IsFinished)
                Keep(job);
            lock (_telling)
            {
                if (_handedOut.ContainsKey(job.Id))
                    Changed?.Invoke(new(job.In(job.State)));
            }
            if (job.State is { Phase: JobPhase.Failed, Error: { } error })
                logger.LogWarning("Job \"{Name}\" failed: {Error}", plan.Name, error.Message);
        })
        {
            IsBackground = true,
            Name = plan.Name,
        }.Start();
        return job;
    }

    public void Forget(Job job)
    {
        var own = _jobs.TryRemove(job.Id, out _);
        lock (_telling)
        {
            // Of what no client was told there is neither a file nor news.
            if (!_handedOut.TryRemove(job.Id, out _) && own)
                return;
            lock (_keeping)
                _kept?.Forget(job);
            Changed?.Invoke(new(job.In(job.State)) { IsGone = true });
        }
    }

    // The token source stays undisposed: job threads may still look at it while the process ends.
    public void Dispose()
    {
        _stopping.Cancel();
        // The process may go on, and load the provider again.
        foreach (var job in Own)
            Keep(job, stopping: true);
    }
}
