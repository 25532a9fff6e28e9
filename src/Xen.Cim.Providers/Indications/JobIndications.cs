using System.Diagnostics;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A job began, ended or was removed.</summary>
/// <param name="Job">As it was then.</param>
internal sealed record JobEvent(Job Job) : HostEvent
{
    public bool IsGone { get; init; }
}

/// <summary>Xen_ConcreteJobInst{Creation,Deletion,Modification}: jobs that begin, end and are removed (DSP1103).</summary>
internal sealed class JobIndications(ConcreteJob jobs, JobStore store)
    : LifecycleSource(Xen_ConcreteJobInstCreation.Layout, Xen_ConcreteJobInstDeletion.Layout, Xen_ConcreteJobInstModification.Layout)
{
    private static readonly TimeSpan s_progress = TimeSpan.FromSeconds(1);

    private readonly Dictionary<CimObjectPath, CimInstance> _known = [];
    private long _compared;

    protected override IReadOnlyCollection<string> Restless { get; } = [Xen_ConcreteJob.Names.ElapsedTime];

    public override void Begin()
    {
        _known.Clear();
        foreach (var instance in Read())
            _known[instance.Path!] = instance;
    }

    public override void Compare(Action<CimInstance> deliver)
    {
        Tell(_known, Read(), deliver);
        _compared = Stopwatch.GetTimestamp();
    }

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver)
    {
        if (news is not JobEvent { Job: var job, IsGone: var isGone })
            return;
        // Told as it was: a job that has ended by now began all the same.
        var then = jobs.InstanceOf(job, Everything);
        var before = _known.GetValueOrDefault(then.Path!);
        if (isGone)
        {
            _known.Remove(then.Path!);
            Tell(before, null, deliver);
        }
        else if (job.IsFinished || before is null || !HasEnded(before))
        {
            Tell(before, then, deliver);
            _known[then.Path!] = then;
        }
    }

    /// <summary>Progress, and the end of a job's time, come without an event.</summary>
    public override void Rest(Action<CimInstance> deliver)
    {
        if (_known.Count > 0 && Stopwatch.GetElapsedTime(_compared) > s_progress)
            Compare(deliver);
    }

    public override void End() => _known.Clear();

    private static bool HasEnded(CimInstance job) => job.As<Xen_ConcreteJob>().JobState is not (Xen_ConcreteJob.JobStateValue.Running or Xen_ConcreteJob.JobStateValue.Shutting_Down);

    private IEnumerable<CimInstance> Read() => jobs.Enumerate().Where(store.IsToldOf).Select(j => jobs.InstanceOf(j, Everything));
}
