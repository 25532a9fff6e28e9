using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_UsbControllerRASD: a guest's USB controller (DSP1059).</summary>
public sealed class UsbControllerRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<ControllerDevice, Xen_UsbControllerRASD>(Xen_UsbControllerRASD.Layout, hypervisor, configurations, GenericDevicePool.UsbController)
{
    // Ports of USB 1.1 and 2.0 that Xen's own driver serves; libvirt takes the others, and does not start the guest.
    private static readonly string[] s_onXen = ["qusb1", "qusb2"];

    /// <summary>ResourceSubType of a USB controller that names none.</summary>
    internal static string UsualModel(HypervisorDriver driver) => driver == HypervisorDriver.Xen ? "qusb2" : "qemu-xhci";

    protected override IEnumerable<ControllerDevice> Of(DomainDefinition definition) => definition.UsbControllers;

    protected override Xen_UsbControllerRASD DescribeDevice(DomainDefinition definition, ControllerDevice device) => new()
    {
        ResourceSubType = device.Model,
        Parent = ParentOf(definition, device),
        AddressOnParent = device.GuestAddress,
        BusNumber = device.Index,
        Ports = device.Ports,
    };

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_UsbControllerRASD.Names.ResourceSubType, Xen_UsbControllerRASD.Names.Ports);

    private protected override string Add(DomainDefinition definition, Xen_UsbControllerRASD settings)
    {
        var model = settings.ResourceSubType is { Length: > 0 } wanted ? wanted : UsualModel(Hypervisor.Driver);
        if (Hypervisor.Driver == HypervisorDriver.Xen && !s_onXen.Contains(model))
            throw CimException.NotSupported($"ResourceSubType {model}: a guest of Xen has USB controllers of the models {string.Join(" and ", s_onXen)}.");
        if (model == "none")
            throw CimException.InvalidParameter("ResourceSubType \"none\" is libvirt's word for no controller; remove the controllers instead.");
        var index = definition.UsbControllers.Select(c => (c.Index ?? 0) + 1).DefaultIfEmpty(0u).Max();
        // "No controller" and a controller exclude each other.
        foreach (var none in definition.Devices.OfType<ControllerDevice>().Where(c => c is { Type: "usb", Model: "none" }).ToList())
            definition.Remove(none);
        return definition.Add(new ControllerDevice("usb", model, index) { Ports = settings.Ports }).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_UsbControllerRASD settings)
    {
        var controller = Require(definition, deviceId);
        RefuseChange(Xen_UsbControllerRASD.Names.ResourceSubType, settings.ResourceSubType, controller.Model);
        if (settings.Ports is { } ports && ports != controller.Ports)
            controller.Ports = ports;
    }
}
