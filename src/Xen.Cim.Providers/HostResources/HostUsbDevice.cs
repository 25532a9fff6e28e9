using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostUSBDevice: a USB device of the host, which may be passed through to a guest (DSP1059).</summary>
public sealed class HostUsbDevice(IHypervisor hypervisor) : HostDevice<PhysicalUsbDevice>(Xen_HostUSBDevice.Layout, hypervisor)
{
    public override IEnumerable<PhysicalUsbDevice> Enumerate() => Hypervisor.ListHostUsbDevices();

    /// <summary>Those that guests can have: the pool of devices of the host.</summary>
    public IEnumerable<PhysicalUsbDevice> Of(GenericDeviceKind pool) => pool == GenericDevicePool.HostDevice ? Enumerate() : [];

    /// <summary>The devices that a guest's is, or may be where it is named by its kind.</summary>
    public IEnumerable<PhysicalUsbDevice> Under(IEnumerable<Hypervisor.HostDevice> devices)
    {
        var usb = devices.Where(d => d.Type == "usb").ToList();
        return usb.Count == 0 ? [] : Enumerate().Where(d => usb.Any(d.Is));
    }

    protected override string IdOf(PhysicalUsbDevice device) => device.Address;

    protected override CIM_LogicalDevice DescribeDevice(PhysicalUsbDevice device) => new Xen_HostUSBDevice
    {
        ElementName = string.Join(' ', new[] { device.Vendor, device.Product }.OfType<string>()) is { Length: > 0 } name ? name : device.Kind,
        Name = device.Kind,
        BusNumber = device.Bus,
        DeviceNumber = device.Device,
        VendorID = device.VendorId,
        ProductID = device.ProductId,
        Manufacturer = device.Vendor,
        Product = device.Product,
    };
}
