using Xen.Cim.Model;
using Xen.Cim.Schema;
using RequestStateChangeCall = Xen.Cim.Schema.CIM_ConcreteJob.RequestStateChangeMethod;

namespace Xen.Cim.Providers;

/// <summary>Xen_ConcreteJob: work that goes on after the call that started it (DSP1103).</summary>
internal sealed class ConcreteJob : InstanceIdProvider<Job>
{
    private const string Prefix = "Xen:job/";

    /// <summary>A job is not kept longer by itself.</summary>
    private static readonly TimeSpan s_longestRetention = TimeSpan.FromDays(7);

    private static readonly string[] s_changeable = [Xen_ConcreteJob.Names.TimeBeforeRemoval, Xen_ConcreteJob.Names.DeleteOnCompletion];

    /// <summary>How long a call waits for what it stops.</summary>
    private static readonly TimeSpan s_stopWait = TimeSpan.FromSeconds(1);

    /// <summary>How long a call waits to hear how far a job is; the answer of one that takes longer is told next time.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);

    private readonly JobStore _jobs;
    private readonly ProviderOptions _options;

    public ConcreteJob(JobStore jobs, ProviderOptions options)
        : base(Xen_ConcreteJob.Layout)
    {
        (_jobs, _options) = (jobs, options);
        jobs.Paths = PathOf;
        Methods[RequestStateChangeCall.Name] = RequestStateChange;
        Methods[CIM_ConcreteJob.GetErrorMethod.Name] = GetError;
        Methods[CIM_ConcreteJob.GetErrorsMethod.Name] = GetErrors;
    }

    public override IEnumerable<Job> Enumerate() => _jobs.All;

    public override string IdOf(Job job) => IdOf(job.Id);

    public static string IdOf(Guid job) => Prefix + job.ToString("D");

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

    /// <summary>Changes how long a job is kept after its end; nothing else can be changed.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var job = Require(path);
        var wish = instance.As<Xen_ConcreteJob>();
        // Without a list, all else is what the client has read.
        if (request.PropertyList?.FirstOrDefault(p => !s_changeable.Contains(p, StringComparer.OrdinalIgnoreCase)) is { } other)
            throw CimException.NotSupported($"{other} of a job cannot be changed; {string.Join(" and ", s_changeable)} can.");
        var retention = request.Wants(Xen_ConcreteJob.Names.TimeBeforeRemoval) && wish.TimeBeforeRemoval is { } wanted
            ? wanted.ToTimeSpan() is { } interval && interval <= s_longestRetention ? interval
                : throw CimException.InvalidParameter($"TimeBeforeRemoval {wanted} is not an interval of at most {s_longestRetention.Days} days; expected ddddddddhhmmss.mmmmmm:000.")
            : (TimeSpan?)null;
        var delete = request.Wants(Xen_ConcreteJob.Names.DeleteOnCompletion) ? wish.DeleteOnCompletion : null;
        if (job is { IsKept: true, IsFinished: false })
            throw new CimException(CimStatus.Failed, $"The job \"{job.Plan.Name}\" runs in another process; it can be changed when it has ended.");
        job.Change(s => s with { Retention = retention ?? s.Retention, DeleteOnCompletion = delete ?? s.DeleteOnCompletion });
        _jobs.KeepChanges(job);
    }

    protected override CimInstance Describe(Job job, CimRequest request)
    {
        var status = job.State;
        var (state, operational, words) = status.Phase switch
        {
            JobPhase.Running => (Xen_ConcreteJob.JobStateValue.Running, Xen_ConcreteJob.OperationalStatusValue.OK, "Running"),
            JobPhase.Stopping => (Xen_ConcreteJob.JobStateValue.Shutting_Down, Xen_ConcreteJob.OperationalStatusValue.Stopping, "Being stopped"),
            JobPhase.Completed => (Xen_ConcreteJob.JobStateValue.Completed, Xen_ConcreteJob.OperationalStatusValue.Completed, "Completed"),
            JobPhase.Terminated => (Xen_ConcreteJob.JobStateValue.Terminated, Xen_ConcreteJob.OperationalStatusValue.Stopped, "Stopped on request"),
            _ => (Xen_ConcreteJob.JobStateValue.Exception, Xen_ConcreteJob.OperationalStatusValue.Error, "Failed"),
        };
        var failed = status.Phase == JobPhase.Failed;
        return new Xen_ConcreteJob
        {
            InstanceID = IdOf(job),
            Name = job.Plan.Name,
            ElementName = job.Plan.Name,
            JobState = state,
            OperationalStatus = [operational],
            StatusDescriptions = [words],
            HealthState = failed ? Xen_ConcreteJob.HealthStateValue.Major_failure : Xen_ConcreteJob.HealthStateValue.OK,
            JobStatus = status.Error?.Message ?? (status.Phase == JobPhase.Completed ? job.Plan.Remarks?.Invoke() : null) ?? words,
            TimeSubmitted = CimDateTime.FromDateTimeOffset(job.Submitted),
            StartTime = CimDateTime.FromDateTimeOffset(job.Submitted),
            TimeOfLastStateChange = CimDateTime.FromDateTimeOffset(status.Ended ?? job.Submitted),
            // The clock may have been set back.
            ElapsedTime = CimDateTime.FromTimeSpan(TimeSpan.FromTicks(Math.Max(0, ((status.Ended ?? DateTimeOffset.Now) - job.Submitted).Ticks))),
            TimeBeforeRemoval = CimDateTime.FromTimeSpan(status.Retention ?? _options.JobRetention),
            DeleteOnCompletion = status.DeleteOnCompletion,
            PercentComplete = (ushort)(status.Phase == JobPhase.Completed ? 100
                : !status.IsFinished && request.Wants(Xen_ConcreteJob.Names.PercentComplete) ? job.AskPercent(s_patience) : 0),
            ErrorCode = (ushort)(failed ? (int)(status.Error?.Status ?? CimStatus.Failed) : 0),
            ErrorDescription = failed ? status.Error?.Message : null,
        };
    }

    private object? RequestStateChange(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        var job = Require(path);
        var call = new RequestStateChangeCall(input, output);
        if (call.RequestedState is not { } wanted)
            throw CimException.InvalidParameter("RequestedState is missing; it is 4 (Terminate).");
        // To kill is to terminate: there is no way to stop that would leave things half done.
        if (wanted is not (RequestStateChangeCall.RequestedStateValue.Terminate or RequestStateChangeCall.RequestedStateValue.Kill))
            return (uint)(Enum.IsDefined(wanted) ? RequestStateChangeCall.ReturnValue.Not_Supported : RequestStateChangeCall.ReturnValue.Invalid_Parameter);
        if (job.IsFinished)
            return (uint)RequestStateChangeCall.ReturnValue.Invalid_State_Transition;
        if (job.IsKept)
            throw new CimException(CimStatus.Failed, $"The job \"{job.Plan.Name}\" runs in another process, which alone can stop it.");
        if (job.Plan.Cancel is null)
            return (uint)RequestStateChangeCall.ReturnValue.Not_Supported;
        return (uint)(job.Terminate(s_stopWait) switch
        {
            null => RequestStateChangeCall.ReturnValue.Invalid_State_Transition,
            true => RequestStateChangeCall.ReturnValue.Completed_with_No_Error,
            false => RequestStateChangeCall.ReturnValue.Method_Parameters_Checked___Transition_Started,
        });
    }

    private object? GetError(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        var job = Require(path);
        new CIM_ConcreteJob.GetErrorMethod(input, output).ErrorOut = job.State.Error?.ToInstance(PathOf(job));
        return (uint)CIM_ConcreteJob.GetErrorMethod.ReturnValue.Success;
    }

    private object? GetErrors(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        var job = Require(path);
        new CIM_ConcreteJob.GetErrorsMethod(input, output).ErrorsOut = job.State.Error is { } error ? [error.ToInstance(PathOf(job))] : [];
        return (uint)CIM_ConcreteJob.GetErrorsMethod.ReturnValue.Success;
    }
}
