using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_PointingDevice: a mouse or tablet as the guest sees it (DSP1059).</summary>
public sealed class PointingDevice(VirtualSystemSettingData configurations) : VirtualDevice<InputDevice>(Xen_PointingDevice.Layout, configurations)
{
    protected override IEnumerable<(string Id, InputDevice Device)> Devices(DomainDefinition definition) =>
        definition.Inputs.Where(i => i.Type is "mouse" or "tablet").Select(i => (i.DeviceId, i));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<InputDevice> device, CimRequest request) => new Xen_PointingDevice
    {
        Caption = device.Device.Type == "tablet" ? "Tablet" : "Mouse",
        PointingType = device.Device.Type == "mouse" ? CIM_PointingDevice.PointingTypeValue.Mouse : CIM_PointingDevice.PointingTypeValue.Other,
    };
}

/// <summary>Xen_Keyboard: a keyboard as the guest sees it (DSP1059).</summary>
public sealed class Keyboard(VirtualSystemSettingData configurations) : VirtualDevice<InputDevice>(Xen_Keyboard.Layout, configurations)
{
    protected override IEnumerable<(string Id, InputDevice Device)> Devices(DomainDefinition definition) =>
        definition.Inputs.Where(i => i.Type == "keyboard").Select(i => (i.DeviceId, i));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<InputDevice> device, CimRequest request) => new Xen_Keyboard
    {
        // The layout is that of the screen's server, which sends the keys.
        LayoutProperty = device.Configuration.Definition?.Graphics.Select(g => g.Keymap).FirstOrDefault(k => k is not null),
    };
}
