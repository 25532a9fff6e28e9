using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A class of devices of the host itself, which pools are made of (DSP1041's host resources).</summary>
public abstract class HostDevice<TDevice>(CimLayout layout, IHypervisor hypervisor) : ClassProvider<TDevice>(layout)
    where TDevice : class
{
    protected IHypervisor Hypervisor { get; } = hypervisor;

    public sealed override TDevice? Find(CimObjectPath path) =>
        path.Keys.Count == 4
        && path[CIM_LogicalDevice.Names.SystemCreationClassName] is Xen_HostComputerSystem.CimName
        && path[CIM_LogicalDevice.Names.SystemName] is string system && system == Hypervisor.GetHost().Name
        && path[CIM_LogicalDevice.Names.CreationClassName] is string creationClass && creationClass == Layout.ClassName
        && path[CIM_LogicalDevice.Names.DeviceID] is string device
            ? Enumerate().FirstOrDefault(d => IdOf(d) == device) : null;

    public sealed override CimObjectPath PathOf(TDevice device) => MakePath(
        new CimKey(CIM_LogicalDevice.Names.SystemCreationClassName, Xen_HostComputerSystem.CimName),
        new CimKey(CIM_LogicalDevice.Names.SystemName, Hypervisor.GetHost().Name),
        new CimKey(CIM_LogicalDevice.Names.CreationClassName, Layout.ClassName),
        new CimKey(CIM_LogicalDevice.Names.DeviceID, IdOf(device)));

    protected abstract string IdOf(TDevice device);

    protected sealed override CimInstance Describe(TDevice device, CimRequest request)
    {
        var instance = DescribeDevice(device);
        instance.SystemCreationClassName = Xen_HostComputerSystem.CimName;
        instance.SystemName = Hypervisor.GetHost().Name;
        instance.CreationClassName = Layout.ClassName;
        instance.DeviceID = IdOf(device);
        instance.ElementName ??= IdOf(device);
        instance.EnabledState ??= CIM_EnabledLogicalElement.EnabledStateValue.Enabled;
        instance.RequestedState = CIM_EnabledLogicalElement.RequestedStateValue.Not_Applicable;
        instance.EnabledDefault = CIM_EnabledLogicalElement.EnabledDefaultValue.Not_Applicable;
        // libvirt tells what is there, not how it is.
        instance.OperationalStatus ??= [CIM_ManagedSystemElement.OperationalStatusValue.Unknown];
        instance.HealthState = CIM_ManagedSystemElement.HealthStateValue.Unknown;
        return instance;
    }

    /// <summary>What is the class's own; keys and state are set by the caller.</summary>
    protected abstract CIM_LogicalDevice DescribeDevice(TDevice device);
}
