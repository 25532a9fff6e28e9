using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// A class of virtual devices: what the guest sees of the devices in its state configuration (DSP1057 7.2). A guest that
/// is off keeps its devices, disabled.
/// </summary>
/// <typeparam name="TDevice">The view of the device in the definition.</typeparam>
public abstract class VirtualDevice<TDevice>(CimLayout layout, VirtualSystemSettingData configurations) : ClassProvider<DeviceSetting<TDevice>>(layout)
    where TDevice : class
{
    public sealed override IEnumerable<DeviceSetting<TDevice>> Enumerate() => configurations.States().SelectMany(Of);

    public IEnumerable<DeviceSetting<TDevice>> Of(Guest guest) => Of(configurations.StateOf(guest));

    /// <summary>The devices of a state configuration; none when it cannot be read, or is a defined one.</summary>
    public IEnumerable<DeviceSetting<TDevice>> Of(Configuration configuration) =>
        configuration is { Kind: ConfigurationKind.State, Definition: { } definition }
            ? Devices(definition).Select(d => new DeviceSetting<TDevice>(configuration, d.Id, d.Device)) : [];

    public sealed override DeviceSetting<TDevice>? Find(CimObjectPath path) =>
        path.Keys.Count == 4
        && path[CIM_LogicalDevice.Names.SystemCreationClassName] is Xen_ComputerSystem.CimName
        && path[CIM_LogicalDevice.Names.CreationClassName] is string creationClass && creationClass == Layout.ClassName
        && path[CIM_LogicalDevice.Names.DeviceID] is string device
        && path[CIM_LogicalDevice.Names.SystemName] is string system && Guid.TryParseExact(system, "D", out var uuid) && system == uuid.ToString("D")
        && configurations.Find(uuid, ConfigurationKind.State) is { } state
            ? Of(state).FirstOrDefault(d => d.DeviceId == device) : null;

    public sealed override CimObjectPath PathOf(DeviceSetting<TDevice> device) => MakePath(
        new CimKey(CIM_LogicalDevice.Names.SystemCreationClassName, Xen_ComputerSystem.CimName),
        new CimKey(CIM_LogicalDevice.Names.SystemName, device.Configuration.Guest.Uuid.ToString("D")),
        new CimKey(CIM_LogicalDevice.Names.CreationClassName, Layout.ClassName),
        new CimKey(CIM_LogicalDevice.Names.DeviceID, device.DeviceId));

    protected sealed override CimInstance Describe(DeviceSetting<TDevice> device, CimRequest request)
    {
        var guest = device.Configuration.Guest;
        var instance = DescribeDevice(device, request);
        instance.SystemCreationClassName = Xen_ComputerSystem.CimName;
        instance.SystemName = guest.Uuid.ToString("D");
        instance.CreationClassName = Layout.ClassName;
        instance.DeviceID = device.DeviceId;
        instance.ElementName ??= $"{guest.Name} {device.DeviceId}";
        instance.EnabledState ??= guest switch
        {
            { State: GuestState.Saved } => CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline,
            { IsActive: true } => CIM_EnabledLogicalElement.EnabledStateValue.Enabled,
            _ => CIM_EnabledLogicalElement.EnabledStateValue.Disabled,
        };
        instance.RequestedState = CIM_EnabledLogicalElement.RequestedStateValue.Not_Applicable;
        instance.EnabledDefault = CIM_EnabledLogicalElement.EnabledDefaultValue.Enabled;
        instance.OperationalStatus = [guest.IsActive ? CIM_ManagedSystemElement.OperationalStatusValue.OK : CIM_ManagedSystemElement.OperationalStatusValue.Stopped];
        instance.HealthState = CIM_ManagedSystemElement.HealthStateValue.OK;
        return instance;
    }

    protected abstract IEnumerable<(string Id, TDevice Device)> Devices(DomainDefinition definition);

    /// <summary>What is the class's own; keys and state are set by the caller.</summary>
    protected abstract CIM_LogicalDevice DescribeDevice(DeviceSetting<TDevice> device, CimRequest request);
}
