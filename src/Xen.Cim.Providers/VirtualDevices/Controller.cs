using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Protocol = Xen.Cim.Schema.CIM_Controller.ProtocolSupportedValue;

namespace Xen.Cim.Providers;

/// <summary>Xen_Controller: a controller as the guest sees it, of drives, buses and all else but USB (DSP1059).</summary>
public sealed class Controller(VirtualSystemSettingData configurations) : VirtualDevice<ControllerDevice>(Xen_Controller.Layout, configurations)
{
    protected override IEnumerable<(string Id, ControllerDevice Device)> Devices(DomainDefinition definition) =>
        definition.DriveControllers.Concat(definition.OtherControllers).Select(c => (c.DeviceId, c));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<ControllerDevice> device, CimRequest request) => new Xen_Controller
    {
        ProtocolSupported = device.Device.Type switch
        {
            "ide" => Protocol.IDE,
            "scsi" => Protocol.SCSI_Parallel_Interface,
            "sata" => Protocol.Serial_ATA,
            "fdc" => Protocol.Flexible_Diskette,
            "pci" => Protocol.PCI,
            _ => Protocol.Other,
        },
        ProtocolDescription = device.Device.Model is { } model ? $"{device.Device.Type} {model}" : device.Device.Type,
    };
}
