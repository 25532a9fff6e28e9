using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>
/// A device of a domain: a typed view of its XML element. A view of a domain's device edits the domain; one made with
/// "new" or <see cref="Clone"/> stands by itself until <see cref="DomainDefinition.Add"/>.
/// </summary>
public abstract class DomainDevice : DefinitionPart
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
    internal void KeepId()
    {
        _id = DeviceId;
        Keep();
    }

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
    /// Where the guest sees the device (element address): a PCI address as lspci -D writes it, "bus.port" of USB and of virtio's
    /// serial ports, "bus.target.unit" of a drive on its controller, the slot of a smart card, else null.
    /// </summary>
    public string? GuestAddress => Element.Child("address") is not { } address ? null : address.Read("type") switch
    {
        "pci" => HostDevice.PciAddressOf(address),
        "usb" or "virtio-serial" when address.Read("bus") is { } bus && address.Read("port") is { } port => bus + "." + port,
        "ccid" when address.Read("slot") is { } slot => slot,
        "drive" => $"{address.Read("bus") ?? "0"}.{address.Read("target") ?? "0"}.{address.Read("unit") ?? "0"}",
        _ => null,
    };

    /// <summary>The number of the USB bus that the device hangs on (address/@bus), or null.</summary>
    public uint? UsbBus => HangsOn is ("usb", var number) ? number : null;

    /// <summary>The controller that the device hangs on (element address): its type and its index among those of the type; null where the definition does not tell.</summary>
    public (string Type, uint Index)? HangsOn => Element.Child("address") is not { } address ? null : address.Read("type") switch
    {
        "usb" => Controller("usb", address.Read("bus")),
        "pci" => Controller("pci", address.Read("bus") ?? "0"),
        "virtio-serial" => Controller("virtio-serial", address.Read("controller") ?? "0"),
        "ccid" => Controller("ccid", address.Read("controller") ?? "0"),
        _ => null,
    };

    private static (string, uint)? Controller(string type, string? number) => HostDevice.Number(number) is { } index ? (type, index) : null;

    /// <summary>Takes away where the guest sees the device; libvirt finds another place.</summary>
    private protected void ForgetPlace()
    {
        if (Element.Child("address") is { } address)
            XmlEdit.Remove(address);
    }

    /// <summary>All that the element says, as names and values: "@model", "backend/@type", "backend" for its text; not where the guest sees the device.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters => DeviceParameters.Of(Element);

    /// <summary>One of <see cref="Parameters"/>, or null.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: not the name of a parameter.</exception>
    public string? GetParameter(string name) => DeviceParameters.Get(Element, name);

    /// <summary>Sets one of <see cref="Parameters"/>; null takes it away.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: not the name of a parameter.</exception>
    public void SetParameter(string name, string? value) => DeviceParameters.Set(Element, name, value);

    /// <summary>An attribute of the element itself.</summary>
    private protected string? this[string attribute]
    {
        get => Element.Read(attribute);
        set => Element.SetAttribute(attribute, value);
    }

    private static bool IsUnwelcome(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '"' or '\\';
}
