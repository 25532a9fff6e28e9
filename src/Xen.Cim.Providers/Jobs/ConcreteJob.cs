using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ConcreteJob: work that goes on after the call that started it (DSP1103).</summary>
internal sealed class ConcreteJob : InstanceIdProvider<Job>
{
    private const string Prefix = "Xen:job/";
    private readonly JobStore _jobs;
    private readonly ProviderOptions _options;

    public ConcreteJob(JobStore jobs, ProviderOptions options)
        : base(Xen_ConcreteJob.Layout)
    {
        (_jobs, _options) = (jobs, options);
        jobs.Paths = PathOf;
    }

    public override IEnumerable<Job> Enumerate() => _jobs.All;

    public override string IdOf(Job job) => Prefix + job.Id.ToString("D");

    public override Job? FindById(string instanceId) =>
        instanceId.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(instanceId[Prefix.Length..], "D", out var id)
            ? _jobs.Find(id) : null;

    /// <summary>Removes a finished job before its time.</summary>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var job = Require(path);
        if (!job.IsFinished)
            throw new CimException(CimStatus.Failed, $"The job \"{job.Plan.Name}\" is still running; only a finished one can be deleted.");
        _jobs.Forget(job);
    }

    protected override CimInstance Describe(Job job, CimRequest request)
    {
        var (state, operational, words) = job.Phase switch
        {
            JobPhase.Running => (Xen_ConcreteJob.JobStateValue.Running, Xen_ConcreteJob.OperationalStatusValue.OK, "Running"),
            JobPhase.Completed => (Xen_ConcreteJob.JobStateValue.Completed, Xen_ConcreteJob.OperationalStatusValue.Completed, "Completed"),
            _ => (Xen_ConcreteJob.JobStateValue.Exception, Xen_ConcreteJob.OperationalStatusValue.Error, "Failed"),
        };
        return new Xen_ConcreteJob
        {
            InstanceID = IdOf(job),
            Name = job.Plan.Name,
            ElementName = job.Plan.Name,
            JobState = state,
            OperationalStatus = [operational],
            StatusDescriptions = [words],
            HealthState = job.Phase == JobPhase.Failed ? Xen_ConcreteJob.HealthStateValue.Major_failure : Xen_ConcreteJob.HealthStateValue.OK,
            JobStatus = job.Error ?? (job.Phase == JobPhase.Completed ? job.Plan.Remarks?.Invoke() : null) ?? words,
            TimeSubmitted = CimDateTime.FromDateTimeOffset(job.Submitted),
            StartTime = CimDateTime.FromDateTimeOffset(job.Submitted),
            TimeOfLastStateChange = CimDateTime.FromDateTimeOffset(job.Ended ?? job.Submitted),
            // The clock may have been set back.
            ElapsedTime = CimDateTime.FromTimeSpan(TimeSpan.FromTicks(Math.Max(0, ((job.Ended ?? DateTimeOffset.Now) - job.Submitted).Ticks))),
            TimeBeforeRemoval = CimDateTime.FromTimeSpan(_options.JobRetention),
            DeleteOnCompletion = true,
            PercentComplete = (ushort)(job.Phase == JobPhase.Completed ? 100 : job.Plan.Percent?.Invoke() ?? 0),
            ErrorCode = (ushort)(job.Phase == JobPhase.Failed ? 1 : 0),
            ErrorDescription = job.Error,
        };
    }
}
