using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_NetworkPort: a network interface as the guest sees it (DSP1050).</summary>
public sealed class NetworkPort(VirtualSystemSettingData configurations) : VirtualDevice<NetworkInterface>(Xen_NetworkPort.Layout, configurations)
{
    protected override IEnumerable<(string Id, NetworkInterface Device)> Devices(DomainDefinition definition) => definition.Interfaces.Select(i => (i.DeviceId, i));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<NetworkInterface> device, CimRequest request)
    {
        // DSP1050 and CIM_NetworkPort: twelve digits with nothing between them.
        var address = device.Device.Mac?.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return new Xen_NetworkPort
        {
            LinkTechnology = CIM_NetworkPort.LinkTechnologyValue.Ethernet,
            PortType = CIM_EthernetPort.PortTypeValue.Other,
            OtherPortType = device.Device.Model ?? "virtual",
            PermanentAddress = address,
            NetworkAddresses = address is null ? null : [address],
            FullDuplex = true,
            AutoSense = false,
            EnabledState = device.Configuration.Guest.IsActive && !device.Device.IsLinkUp ? CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline : null,
            HostInterface = device.Configuration.Guest.IsActive ? device.Device.TargetDevice : null,
        };
    }
}
