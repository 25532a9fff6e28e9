using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Capabilities = Xen.Cim.Schema.Xen_VirtualSystemSnapshotServiceCapabilities;

namespace Xen.Cim.Providers;

/// <summary>Xen_VirtualSystemSnapshotServiceCapabilities: what the snapshot service really does on this host (DSP1042).</summary>
public sealed class VirtualSystemSnapshotServiceCapabilities(IHypervisor hypervisor) : SingletonProvider(Capabilities.Layout)
{
    private const string Id = "Xen:VirtualSystemSnapshotServiceCapabilities";

    public override CimObjectPath PathOf(Only entity) => MakePath(new CimKey(Capabilities.Names.InstanceID, Id));

    protected override CimInstance Describe(Only entity, CimRequest request)
    {
        var can = hypervisor.Supports(HypervisorOperation.Snapshot);
        return new Capabilities
        {
            InstanceID = Id,
            ElementName = "Virtual system snapshot capabilities",
            // Each is done within the call when that is quick, and goes on as a job when it is not.
            SynchronousMethodsSupported = !can ? [] :
            [
                Capabilities.SynchronousMethodsSupportedValue.CreateSnapshotSupported,
                Capabilities.SynchronousMethodsSupportedValue.DestroySnapshotSupported,
                Capabilities.SynchronousMethodsSupportedValue.ApplySnapshotSupported,
            ],
            AynchronousMethodsSupported = !can ? [] :
            [
                Capabilities.AynchronousMethodsSupportedValue.CreateSnapshotSupported,
                Capabilities.AynchronousMethodsSupportedValue.DestroySnapshotSupported,
                Capabilities.AynchronousMethodsSupportedValue.ApplySnapshotSupported,
            ],
            SnapshotTypesSupported = can ? [Capabilities.SnapshotTypesSupportedValue.Full_Snapshot] : [],
        };
    }
}
