using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>
/// A device of a domain: a typed view of its XML element. A view of a domain's device edits the domain; one made with
/// "new" or <see cref="Clone"/> stands by itself until <see cref="DomainDefinition.Add"/>.
/// </summary>
public abstract class DomainDevice
{
    private string? _id;

    internal DomainDevice(XElement element) => Element = element;

    internal XElement Element { get; }

    /// <summary>Which of the domain's devices with the same natural identity this is, from 1.</summary>
    internal int Ordinal { get; set; } = 1;

    /// <summary>
    /// Names the device within its domain: no spaces, slashes or colons, the same in both configurations and whatever the
    /// order. The target of a disk (xvda), the address of an interface, else what tells devices of the kind apart.
    /// </summary>
    public string DeviceId => _id ?? (Ordinal > 1 ? NaturalId + "." + Ordinal.ToString(CultureInfo.InvariantCulture) : NaturalId);

    /// <summary>The name of its element: disk, interface, graphics, ...</summary>
    public string ElementName => Element.Name.LocalName;

    /// <summary>Of a device that does not change any more.</summary>
    internal void KeepId() => _id = DeviceId;

    internal string NaturalId
    {
        get
        {
            // wbemcli reads a second colon in a reference as a port, so addresses are written with hyphens.
            var id = IdParts().Replace(':', '-');
            foreach (var c in id)
                if (IsUnwelcome(c))
                    return string.Concat(id.Select(c => IsUnwelcome(c) ? '_' : c));
            return id;
        }
    }

    /// <summary>What tells this device from others of its domain, the same in both configurations.</summary>
    private protected abstract string IdParts();

    /// <summary>Fit for virDomainAttachDevice and its kin.</summary>
    public string ToXml() => DefinitionXml.Write(Element);

    /// <summary>A copy outside any domain.</summary>
    public DomainDevice Clone() => View(new XElement(Element));

    /// <summary>Whether both say the same to libvirt (see <see cref="DomainDefinition.ContentEquals"/>).</summary>
    public bool ContentEquals(DomainDevice other) => DefinitionXml.ContentEquals(Element, other.Element);

    /// <summary>A device by itself, from its element's XML.</summary>
    /// <exception cref="HypervisorException">InvalidArgument, with the line: not XML.</exception>
    public static DomainDevice Parse(string xml) => View(DefinitionXml.Parse(xml));

    public override string ToString() => $"{ElementName} {DeviceId}";

    internal static DomainDevice View(XElement element) => element.Name.LocalName switch
    {
        "disk" => new DiskDevice(element),
        "interface" => new NetworkInterface(element),
        "graphics" => new GraphicsDevice(element),
        "console" => new ConsoleDevice(element),
        "serial" => new SerialDevice(element),
        "input" => new InputDevice(element),
        "video" => new VideoDevice(element),
        "hostdev" => new HostDevice(element),
        "controller" => new ControllerDevice(element),
        _ => new OtherDevice(element),
    };

    private protected static string Join(params ReadOnlySpan<string?> parts)
    {
        var text = "";
        foreach (var part in parts)
            if (!string.IsNullOrEmpty(part))
                text += (text.Length == 0 ? "" : "-") + part;
        return text;
    }

    /// <summary>
    /// Where the guest sees the device (element address): a PCI address as lspci -D writes it, "bus.port" of USB,
    /// "bus.target.unit" of a drive on its controller, else null.
    /// </summary>
    public string? GuestAddress => Element.Child("address") is not { } address ? null : address.Read("type") switch
    {
        "pci" => HostDevice.PciAddressOf(address),
        "usb" when address.Read("bus") is { } bus && address.Read("port") is { } port => bus + "." + port,
        "drive" => $"{address.Read("bus") ?? "0"}.{address.Read("target") ?? "0"}.{address.Read("unit") ?? "0"}",
        _ => null,
    };

    /// <summary>The number of the USB bus that the device hangs on (address/@bus), or null.</summary>
    public uint? UsbBus => Element.Child("address") is { } address && address.Read("type") == "usb" ? LibvirtNumber.UInt32(address.Read("bus")) : null;

    /// <summary>An attribute of the element itself.</summary>
    private protected string? this[string attribute]
    {
        get => Element.Read(attribute);
        set => Element.SetAttribute(attribute, value);
    }

    private static bool IsUnwelcome(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '"' or '\\';
}

/// <summary>A device that has no view of its own: sound, memballoon, channel, ...</summary>
public sealed class OtherDevice : DomainDevice
{
    internal OtherDevice(XElement element)
        : base(element)
    {
    }

    /// <summary>Attribute type, or null.</summary>
    public string? Type => this["type"];

    /// <summary>Attribute model, or null.</summary>
    public string? Model => this["model"];

    private protected override string IdParts() => Join(ElementName, Type, Model, this["index"], Element.AttributeOf("target", "name"));
}
