using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_DisplayController: a graphics adapter as the guest sees it (DSP1059).</summary>
public sealed class DisplayController(VirtualSystemSettingData configurations) : VirtualDevice<VideoDevice>(Xen_DisplayController.Layout, configurations)
{
    protected override IEnumerable<(string Id, VideoDevice Device)> Devices(DomainDefinition definition) => definition.Videos.Select(v => (v.DeviceId, v));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<VideoDevice> device, CimRequest request) => new Xen_DisplayController
    {
        VideoProcessor = device.Device.Model,
        VideoArchitecture = device.Device.Model is "vga" or "cirrus" ? CIM_DisplayController.VideoArchitectureValue.VGA : CIM_DisplayController.VideoArchitectureValue.Unknown,
        MaxMemorySupported = device.Device.MemoryKiB is <= uint.MaxValue / 1024 and var kib ? (uint)kib * 1024 : null,
    };
}
