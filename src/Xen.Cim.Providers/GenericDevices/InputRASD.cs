using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_InputRASD: a guest's mouse, tablet or keyboard (DSP1059).</summary>
public sealed class InputRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<InputDevice, Xen_InputRASD>(Xen_InputRASD.Layout, hypervisor, configurations, GenericDevicePool.Input)
{
    /// <summary>ResourceSubType of an input device that names none.</summary>
    internal const string UsualType = "tablet";

    private static readonly string[] s_types = ["mouse", UsualType, "keyboard"];

    protected override IEnumerable<InputDevice> Of(DomainDefinition definition) => definition.Inputs;

    // Devices of the host have the same ResourceType.
    private protected override bool IsMeantBy(CimInstance settings) => settings["PoolID"] is string pool && pool.Length > 0
        ? pool == GenericDevicePool.Input.PoolId
        : settings["ResourceSubType"] is string type && type.Length > 0 ? s_types.Contains(type) : settings["HostResource"] is null && settings["Address"] is null;

    protected override Xen_InputRASD DescribeDevice(DomainDefinition definition, InputDevice device) => new()
    {
        ResourceSubType = device.Type,
        BusType = device.Bus,
        Parent = ParentOf(definition, device),
        AddressOnParent = device.GuestAddress,
    };

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_InputRASD.Names.ResourceSubType, Xen_InputRASD.Names.BusType);

    private protected override string Add(DomainDefinition definition, Xen_InputRASD settings)
    {
        var device = new InputDevice();
        if (settings.ResourceSubType is { Length: > 0 } type)
            device.Type = OneOf(Xen_InputRASD.Names.ResourceSubType, type, s_types);
        if (settings.BusType is { Length: > 0 } bus)
            device.Bus = OneOf(Xen_InputRASD.Names.BusType, bus, "usb", "virtio");
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            RefuseNotOnXen(definition, device);
        return definition.Add(device).DeviceId;
    }

    // libvirt takes them, and drops them or does not start the guest.
    private static void RefuseNotOnXen(DomainDefinition definition, InputDevice device)
    {
        if (!definition.HasDeviceModel)
            throw CimException.NotSupported($"ResourceSubType {device.Type}: a {VirtualSystemSettingData.TypeOf(definition)} has the mouse and the keyboard of its screen, and nothing else can be plugged into it.");
        if (device.Bus != "usb")
            throw CimException.NotSupported($"BusType {device.Bus}: an input device that is added to a guest of Xen hangs on USB (usb).");
        if (device.Type == "keyboard")
            throw CimException.NotSupported("ResourceSubType keyboard: Xen adds a mouse or a tablet on USB; a keyboard every guest with a screen has already.");
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_InputRASD settings)
    {
        var device = Require(definition, deviceId);
        RefuseChange(Xen_InputRASD.Names.ResourceSubType, settings.ResourceSubType, device.Type);
        RefuseChange(Xen_InputRASD.Names.BusType, settings.BusType, device.Bus);
    }

    private protected override void Remove(DomainDefinition definition, string deviceId)
    {
        // libvirt would put it back without a word.
        if (Require(definition, deviceId) is { Bus: "ps2" or "xen" } device)
            throw CimException.NotSupported($"The {device.Type} on the bus {device.Bus} comes with every guest of this kind and cannot be removed from {definition.Name}.");
        base.Remove(definition, deviceId);
    }
}
