using System.Diagnostics;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ResourcePoolInst{Creation,Deletion,Modification}: pools that come, go and change (DSP1041), and what guests take
/// out of them. They are compared when a burst of events is over, since each guest changes them.
/// </summary>
internal sealed class PoolIndications(IReadOnlyList<ClassProvider> pools)
    : LifecycleSource(Xen_ResourcePoolInstCreation.Layout, Xen_ResourcePoolInstDeletion.Layout, Xen_ResourcePoolInstModification.Layout)
{
    private readonly Dictionary<CimObjectPath, CimInstance> _known = [];
    private bool _mayDiffer;
    private long _notBefore;

    public override void Begin()
    {
        _known.Clear();
        foreach (var instance in Read())
            _known[instance.Path!] = instance;
    }

    public override void Compare(Action<CimInstance> deliver)
    {
        var begin = Stopwatch.GetTimestamp();
        _mayDiffer = false;
        Tell(_known, Read(), deliver);
        // All guests count: where there are many, pools take a tenth of the time and guests' own news the rest.
        var end = Stopwatch.GetTimestamp();
        _notBefore = end + (9 * (end - begin));
    }

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver) =>
        _mayDiffer |= news is PoolsEvent or GuestEvent or GuestDevicesEvent;

    public override void Rest(Action<CimInstance> deliver)
    {
        if (_mayDiffer && Stopwatch.GetTimestamp() >= _notBefore)
            Compare(deliver);
    }

    public override void End() => _known.Clear();

    private IEnumerable<CimInstance> Read() => pools.SelectMany(p => p.Instances(Everything));
}
