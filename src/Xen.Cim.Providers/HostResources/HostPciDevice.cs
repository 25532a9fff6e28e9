using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostPCIDevice: a PCI device of the host, which may be passed through to a guest (DSP1059).</summary>
public sealed class HostPciDevice(IHypervisor hypervisor) : HostDevice<PhysicalPciDevice>(Xen_HostPCIDevice.Layout, hypervisor)
{
    public override IEnumerable<PhysicalPciDevice> Enumerate() => Hypervisor.ListHostPciDevices();

    /// <summary>Those that guests can have: the pool of devices of the host.</summary>
    public IEnumerable<PhysicalPciDevice> Of(GenericDeviceKind pool) => pool == GenericDevicePool.HostDevice ? Enumerate().Where(d => !d.IsBridge) : [];

    /// <summary>The device that a guest's is.</summary>
    public IEnumerable<PhysicalPciDevice> Under(IEnumerable<Hypervisor.HostDevice> devices)
    {
        var pci = devices.Where(d => d.PciAddress is not null).ToList();
        return pci.Count == 0 ? [] : Enumerate().Where(d => pci.Any(d.Is));
    }

    /// <summary>The DeviceID of an address as lspci -D writes it: a colon in a key misleads wbemcli.</summary>
    public static string DeviceIdOf(string address) => address.Replace(':', '-');

    /// <summary>The address that a DeviceID stands for.</summary>
    public static string AddressOf(string deviceId) => deviceId.Replace('-', ':');

    protected override string IdOf(PhysicalPciDevice device) => DeviceIdOf(device.Address);

    protected override CIM_LogicalDevice DescribeDevice(PhysicalPciDevice device) => new Xen_HostPCIDevice
    {
        ElementName = string.Join(' ', new[] { device.Vendor, device.Product }.OfType<string>()) is { Length: > 0 } name ? name : device.Address,
        Name = device.Address,
        DomainNumber = device.Domain,
        BusNumber = device.Bus,
        DeviceNumber = device.Slot,
        FunctionNumber = device.Function,
        VendorID = device.VendorId,
        PCIDeviceID = device.ProductId,
        ClassCode = device.Class is { } code ? (CIM_PCIController.ClassCodeValue)(byte)(code >> 16) : null,
        Subclass = device.Class is { } full ? (ushort)(full >> 8) : null,
        Manufacturer = device.Vendor,
        Product = device.Product,
        Driver = device.Driver,
        IOMMUGroup = device.IommuGroup,
    };
}
