using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A job began, ended or was removed.</summary>
internal sealed record JobEvent(Guid Id) : HostEvent;

/// <summary>Xen_ConcreteJobInst{Creation,Deletion,Modification}: jobs that begin, end and are removed (DSP1103).</summary>
internal sealed class JobIndications(ConcreteJob jobs)
    : LifecycleSource(Xen_ConcreteJobInstCreation.Layout, Xen_ConcreteJobInstDeletion.Layout, Xen_ConcreteJobInstModification.Layout)
{
    private readonly Dictionary<CimObjectPath, CimInstance> _known = [];

    protected override IReadOnlyCollection<string> Restless { get; } = [Xen_ConcreteJob.Names.ElapsedTime];

    public override void Begin()
    {
        _known.Clear();
        foreach (var instance in jobs.Instances(Everything))
            _known[instance.Path!] = instance;
    }

    public override void Compare(Action<CimInstance> deliver) => Tell(_known, jobs.Instances(Everything), deliver);

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver)
    {
        if (news is JobEvent)
            Compare(deliver);
    }

    /// <summary>Progress, and the end of a job's time, come without an event.</summary>
    public override void Rest(Action<CimInstance> deliver)
    {
        if (_known.Count > 0)
            Compare(deliver);
    }

    public override void End() => _known.Clear();
}
