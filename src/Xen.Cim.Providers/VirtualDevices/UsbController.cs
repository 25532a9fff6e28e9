using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_UsbController: a USB controller as the guest sees it (DSP1059).</summary>
public sealed class UsbController(VirtualSystemSettingData configurations) : VirtualDevice<ControllerDevice>(Xen_UsbController.Layout, configurations)
{
    protected override IEnumerable<(string Id, ControllerDevice Device)> Devices(DomainDefinition definition) => definition.UsbControllers.Select(d => (d.DeviceId, d));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<ControllerDevice> device, CimRequest request) => new Xen_UsbController
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
