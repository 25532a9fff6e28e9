using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_VirtualSystemManagementCapabilities: what the management service really does on this host (DSP1042 10.x).</summary>
public sealed class VirtualSystemManagementCapabilities(IHypervisor hypervisor, StartWithHost start) : SingletonProvider(Xen_VirtualSystemManagementCapabilities.Layout)
{
    public override CimObjectPath PathOf(Only entity) =>
        MakePath(new CimKey(Xen_VirtualSystemManagementCapabilities.Names.InstanceID, "Xen:VirtualSystemManagementCapabilities"));

    protected override CimInstance Describe(Only entity, CimRequest request)
    {
        (HypervisorOperation Needs, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue Method)[] methods =
        [
            (HypervisorOperation.Define, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.DefineSystemSupported),
            (HypervisorOperation.Undefine, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.DestroySystemSupported),
            (HypervisorOperation.Define, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.ModifyResourceSettingsSupported),
            (HypervisorOperation.Define, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.ModifySystemSettingsSupported),
            (HypervisorOperation.Define, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.RemoveResourcesSupported),
            (HypervisorOperation.Define, Xen_VirtualSystemManagementCapabilities.SynchronousMethodsSupportedValue.AddResourcesSupported),
        ];
        var renames = hypervisor.Supports(HypervisorOperation.Rename);
        return new Xen_VirtualSystemManagementCapabilities
        {
            InstanceID = "Xen:VirtualSystemManagementCapabilities",
            ElementName = "Virtual system management capabilities",
            SynchronousMethodsSupported = methods.Where(m => hypervisor.Supports(m.Needs)).Select(m => m.Method).ToArray(),
            // Only what takes long is a job.
            AsynchronousMethodsSupported = hypervisor.Supports(HypervisorOperation.Undefine)
                ? [Xen_VirtualSystemManagementCapabilities.AsynchronousMethodsSupportedValue.DestroySystemSupported] : [],
            IndicationsSupported =
            [
                Xen_VirtualSystemManagementCapabilities.IndicationsSupportedValue.ConcreteJobStateChangeIndicationsSupported,
                Xen_VirtualSystemManagementCapabilities.IndicationsSupportedValue.VirtualSystemStateChangeIndicationsSupported,
            ],
            VirtualSystemTypesSupported = DefineSystem.TypesSupported(hypervisor).ToArray(),
            ElementNameEditSupported = renames,
            MaxElementNameLen = renames ? VirtualSystemSettingData.MaxNameLength : null,
            ElementNameMask = renames ? VirtualSystemSettingData.NameMask : null,
            RequestedStatesSupported = [],
            StartupOrderSupported = start.InOrder,
        };
    }
}
