using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of a host device's XML (libvirt's formatnode). Reading never throws.</summary>
public sealed class NodeDeviceDefinition
{
    private readonly XElement _root;

    private NodeDeviceDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a node device's XML.</exception>
    public static NodeDeviceDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "device"));

    /// <summary>Element name: libvirt's own, such as net_eth0_52_54_00_00_00_01; "" when there is none.</summary>
    public string Name => _root.Text("name") ?? "";

    /// <summary>The disk that it is, or null when it is something else.</summary>
    public PhysicalDisk? ToDisk()
    {
        if (Capability("storage") is not { } storage || storage.Text("block") is not { Length: > 0 } path)
            return null;
        var removable = storage.Elements("capability").FirstOrDefault(c => c.Read("type") == "removable");
        // A drive with media to change tells the size of what is in it there.
        var size = LibvirtNumber.UInt64(storage.Text("size")) ?? LibvirtNumber.UInt64(removable?.Text("media_size"));
        return new PhysicalDisk(Name, path, storage.Text("drive_type") ?? "disk", removable is not null)
        {
            Vendor = Given(storage.Text("vendor")),
            Model = Given(storage.Text("model")),
            Serial = Given(storage.Text("serial")),
            Size = size,
            BlockSize = LibvirtNumber.UInt32(storage.Text("logical_block_size")),
        };
    }

    /// <summary>The network port that it is, or null when it is something else.</summary>
    public PhysicalPort? ToPort()
    {
        if (Capability("net") is not { } net || net.Text("interface") is not { Length: > 0 } name)
            return null;
        return new PhysicalPort(name, MacAddress.Normalize(net.Text("address")))
        {
            SpeedMbps = LibvirtNumber.UInt32(net.AttributeOf("link", "speed")),
            IsUp = net.AttributeOf("link", "state") is { } state ? state == "up" : null,
            IsEthernet = net.Elements("capability").All(c => c.Read("type") != "80211"),
        };
    }

    /// <summary>The PCI device that it is, or null when it is something else.</summary>
    public PhysicalPciDevice? ToPciDevice()
    {
        if (Capability("pci") is not { } pci || LibvirtNumber.UInt32(pci.Text("domain")) is not (<= ushort.MaxValue and var domain)
            || LibvirtNumber.UInt32(pci.Text("bus")) is not (<= byte.MaxValue and var bus)
            || LibvirtNumber.UInt32(pci.Text("slot")) is not (<= byte.MaxValue and var slot)
            || LibvirtNumber.UInt32(pci.Text("function")) is not (<= byte.MaxValue and var function))
        {
            return null;
        }
        return new PhysicalPciDevice((ushort)domain, (byte)bus, (byte)slot, (byte)function)
        {
            VendorId = IdOf(pci, "vendor"),
            ProductId = IdOf(pci, "product"),
            Vendor = Given(pci.Text("vendor")),
            Product = Given(pci.Text("product")),
            Class = HostDevice.Number(pci.Text("class")),
            Driver = Given(_root.Child("driver")?.Text("name")),
            IommuGroup = LibvirtNumber.UInt32(pci.AttributeOf("iommuGroup", "number")),
        };
    }

    /// <summary>The USB device that it is, or null when it is something else.</summary>
    public PhysicalUsbDevice? ToUsbDevice()
    {
        if (Capability("usb_device") is not { } usb || LibvirtNumber.UInt32(usb.Text("bus")) is not (<= ushort.MaxValue and var bus)
            || LibvirtNumber.UInt32(usb.Text("device")) is not (<= ushort.MaxValue and var device))
        {
            return null;
        }
        return new PhysicalUsbDevice((ushort)bus, (ushort)device)
        {
            VendorId = IdOf(usb, "vendor"),
            ProductId = IdOf(usb, "product"),
            Vendor = Given(usb.Text("vendor")),
            Product = Given(usb.Text("product")),
        };
    }

    private static ushort IdOf(XElement device, string what) => HostDevice.Number(device.AttributeOf(what, "id")) is <= ushort.MaxValue and var id ? (ushort)id : (ushort)0;

    private XElement? Capability(string type) => _root.Elements("capability").FirstOrDefault(c => c.Read("type") == type);

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
