using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostNetworkPort: a network port of the host (DSP1050).</summary>
public sealed class HostNetworkPort(IHypervisor hypervisor) : HostDevice<PhysicalPort>(Xen_HostNetworkPort.Layout, hypervisor)
{
    public override IEnumerable<PhysicalPort> Enumerate() => Hypervisor.ListHostPorts();

    /// <summary>The ports that a network reaches the world by; all of them for the primordial pool.</summary>
    public IEnumerable<PhysicalPort> Of(NetworkPoolEntry pool) => Enumerate().Where(p => IsPartOf(p, pool));

    public static bool IsPartOf(PhysicalPort port, NetworkPoolEntry pool) => pool.Network is not { } network
        || network.ForwardDevices.Contains(port.Interface) || (port.Bridge is not null && port.Bridge == network.Bridge);

    protected override string IdOf(PhysicalPort device) => device.Interface;

    protected override CIM_LogicalDevice DescribeDevice(PhysicalPort device)
    {
        var address = device.Mac?.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return new Xen_HostNetworkPort
        {
            Name = device.Interface,
            LinkTechnology = CIM_NetworkPort.LinkTechnologyValue.Ethernet,
            PermanentAddress = address,
            NetworkAddresses = address is null ? null : [address],
            Speed = device.SpeedMbps is { } speed ? speed * 1_000_000UL : null,
            Bridge = device.Bridge,
            EnabledState = device.IsUp switch
            {
                true => CIM_EnabledLogicalElement.EnabledStateValue.Enabled,
                false => CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline,
                null => CIM_EnabledLogicalElement.EnabledStateValue.Unknown,
            },
            OperationalStatus = [device.IsUp switch
            {
                true => CIM_ManagedSystemElement.OperationalStatusValue.OK,
                false => CIM_ManagedSystemElement.OperationalStatusValue.Dormant,
                null => CIM_ManagedSystemElement.OperationalStatusValue.Unknown,
            }],
        };
    }
}
