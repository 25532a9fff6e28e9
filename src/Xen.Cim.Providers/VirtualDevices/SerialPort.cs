using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_SerialPort: a serial port, or the text console that a paravirtualized guest has instead (DSP1059).</summary>
public sealed class SerialPort(VirtualSystemSettingData configurations) : VirtualDevice<CharacterDevice>(Xen_SerialPort.Layout, configurations)
{
    protected override IEnumerable<(string Id, CharacterDevice Device)> Devices(DomainDefinition definition) => ConsoleRASD.In(definition).Select(c => (c.DeviceId, c));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<CharacterDevice> device, CimRequest request) => new Xen_SerialPort
    {
        Caption = device.Device is SerialDevice ? "Serial port" : "Console",
        HostEnd = device.Device.Type != "pty" || device.Configuration.Guest.IsActive ? device.Device.Source : null,
    };
}
