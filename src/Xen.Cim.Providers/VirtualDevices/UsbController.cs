using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_UsbController: a USB controller as the guest sees it (DSP1059).</summary>
public sealed class UsbController(VirtualSystemSettingData configurations) : VirtualDevice<OtherDevice>(Xen_UsbController.Layout, configurations)
{
    // The model "none" is libvirt's way to say that there is no controller.
    protected override IEnumerable<(string Id, OtherDevice Device)> Devices(DomainDefinition definition) =>
        definition.Devices.OfType<OtherDevice>().Where(d => d is { ElementName: "controller", Type: "usb", Model: not "none" }).Select(d => (d.DeviceId, d));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<OtherDevice> device, CimRequest request) => new Xen_UsbController
    {
        ProtocolDescription = device.Device.Model,
        InterfaceType = device.Device.Model switch
        {
            null => CIM_USBController.InterfaceTypeValue.Unknown,
            var model when model.Contains("uhci", StringComparison.Ordinal) => CIM_USBController.InterfaceTypeValue.UHCI,
            "pci-ohci" => CIM_USBController.InterfaceTypeValue.OHCI,
            _ => CIM_USBController.InterfaceTypeValue.Other,
        },
    };
}
