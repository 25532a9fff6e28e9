using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A device of the host given to the guest (element hostdev). The id of a PCI device is hostdev-dddd:bb:ss.f.</summary>
public sealed class HostDevice : DomainDevice
{
    private HostDevice(string type, params ReadOnlySpan<XElement> source)
        : this(new XElement("hostdev", new XAttribute("mode", "subsystem"), new XAttribute("type", type), new XElement("source")))
    {
        foreach (var child in source)
            Element.Child("source")!.Add(child);
    }

    internal HostDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join("hostdev", PciAddress ?? Join(Type, UsbProduct ?? UsbAddress));

    /// <summary>A PCI device of the host, which libvirt takes from its driver there and gives back.</summary>
    /// <param name="address">As lspci writes it, with or without the domain: 0000:03:00.0.</param>
    /// <returns>Null when that is no PCI address.</returns>
    public static HostDevice? Pci(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var parts = address.Split(':', '.');
        if (parts.Length == 3)
            parts = ["0", .. parts];
        if (parts.Length != 4 || address.IndexOf('.') < address.LastIndexOf(':'))
            return null;
        var element = new XElement("address");
        foreach (var (name, text, most) in ((string, string, uint)[])[("domain", parts[0], 0xffff), ("bus", parts[1], 0xff), ("slot", parts[2], 0x1f), ("function", parts[3], 7)])
        {
            if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) || number > most)
                return null;
            element.SetAttribute(name, $"0x{number:x}");
        }
        return new HostDevice("pci", element) { Managed = true };
    }

    /// <summary>A USB device of the host by what it is (vendor:product, 046d:c31c) or where it is (bus.device, 1.4).</summary>
    /// <returns>Null when that is neither.</returns>
    public static HostDevice? Usb(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Split(':') is [{ Length: 4 } vendor, { Length: 4 } product] && vendor.All(char.IsAsciiHexDigit) && product.All(char.IsAsciiHexDigit))
        {
            return new HostDevice("usb", new XElement("vendor", new XAttribute("id", "0x" + vendor.ToLowerInvariant())),
                new XElement("product", new XAttribute("id", "0x" + product.ToLowerInvariant())));
        }
        return device.Split('.') is [var bus, var number] && LibvirtNumber.UInt32(bus) is { } b && LibvirtNumber.UInt32(number) is { } n
            ? new HostDevice("usb", new XElement("address", new XAttribute("bus", b), new XAttribute("device", n))) : null;
    }

    /// <summary>Attribute type: pci, usb, scsi, mdev.</summary>
    public string? Type => this["type"];

    /// <summary>Attribute managed: libvirt takes the device from the host's driver and gives it back.</summary>
    public bool Managed
    {
        get => LibvirtNumber.YesNo(this["managed"], false);
        set
        {
            if (value != Managed)
                this["managed"] = value ? "yes" : "no";
        }
    }

    /// <summary>Element source of a USB device named by what it is: vendor:product, 046d:c31c.</summary>
    public string? UsbProduct => Type == "usb" && Element.Child("source") is { } source && Number(source.AttributeOf("vendor", "id")) is { } vendor
        && Number(source.AttributeOf("product", "id")) is { } product ? $"{vendor:x4}:{product:x4}" : null;

    /// <summary>Element source of a USB device named by where it is: bus.device, 1.4.</summary>
    public string? UsbAddress => Type == "usb" && Element.Child("source")?.Child("address") is { } address && address.Read("bus") is { } bus
        && address.Read("device") is { } device ? bus + "." + device : null;

    /// <summary>The device on the host, in the words of its type; null when the type is none of pci and usb.</summary>
    public string? HostAddress => PciAddress ?? UsbProduct ?? UsbAddress;

    /// <summary>Element source/address of a PCI device, as lspci -D writes it: 0000:03:00.0; null when it is none.</summary>
    public string? PciAddress
    {
        get
        {
            if (Type != "pci" || Element.Child("source")?.Child("address") is not { } address)
                return null;
            return PciAddressOf(address);
        }
    }

    /// <summary>A PCI address as lspci -D writes it; null when one of its numbers is none.</summary>
    internal static string? PciAddressOf(XElement address) =>
        Number(address.Read("domain") ?? "0") is { } domain && Number(address.Read("bus") ?? "0") is { } bus
        && Number(address.Read("slot") ?? "0") is { } slot && Number(address.Read("function") ?? "0") is { } function
            ? $"{domain:x4}:{bus:x2}:{slot:x2}.{function:x}"
            : null;

    /// <summary>A number, hexadecimal where it begins with 0x; null when it is none.</summary>
    internal static uint? Number(string? text)
    {
        if (text is null)
            return null;
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(hexadecimal ? text.AsSpan(2) : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
