using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A device of the host given to the guest (element hostdev). The id of a PCI device is hostdev-dddd:bb:ss.f.</summary>
public sealed class HostDevice : DomainDevice
{
    internal HostDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join("hostdev", PciAddress ?? Type);

    /// <summary>Attribute type: pci, usb, scsi, mdev.</summary>
    public string? Type => this["type"];

    /// <summary>Attribute managed: libvirt takes the device from the host's driver and gives it back.</summary>
    public bool Managed => LibvirtNumber.YesNo(this["managed"], false);

    /// <summary>Element source/address of a PCI device, as lspci -D writes it: 0000:03:00.0; null when it is none.</summary>
    public string? PciAddress
    {
        get
        {
            if (Type != "pci" || Element.Child("source")?.Child("address") is not { } address)
                return null;
            return Number(address, "domain") is { } domain && Number(address, "bus") is { } bus
                && Number(address, "slot") is { } slot && Number(address, "function") is { } function
                ? $"{domain:x4}:{bus:x2}:{slot:x2}.{function:x}"
                : null;
        }
    }

    private static uint? Number(XElement address, string attribute)
    {
        var text = address.Read(attribute);
        if (text is null)
            return 0;
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(hexadecimal ? text.AsSpan(2) : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
