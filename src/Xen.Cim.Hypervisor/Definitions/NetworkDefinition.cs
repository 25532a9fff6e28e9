using System.Net;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of a network's XML (libvirt's formatnetwork). Reading never throws.</summary>
public sealed partial class NetworkDefinition
{
    private readonly XElement _root;

    private NetworkDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a network's XML.</exception>
    public static NetworkDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "network"));

    public string ToXml() => DefinitionXml.Write(_root);

    /// <summary>Element name; "" when there is none.</summary>
    public string Name => _root.Text("name") ?? "";

    /// <summary>Element uuid; null when absent or malformed.</summary>
    public Guid? Uuid => LibvirtNumber.Uuid(_root.Text("uuid"));

    /// <summary>Attribute forward/@mode: nat (also when the element has none), route, bridge, open, ...; null for an isolated network.</summary>
    public string? ForwardMode => _root.Child("forward") is { } forward ? forward.Read("mode") ?? "nat" : null;

    /// <summary>Attributes forward/@dev and forward/interface/@dev: the host's devices that traffic leaves by.</summary>
    public IReadOnlyList<string> ForwardDevices => _root.Child("forward") is { } forward
        ? [.. forward.Elements("interface").Select(i => i.Read("dev")).Prepend(forward.Read("dev")).OfType<string>().Distinct()] : [];

    /// <summary>Attribute domain/@name.</summary>
    public string? Domain => _root.AttributeOf("domain", "name");

    /// <summary>The prefix or netmask of the first ip as the length of the prefix, in bits; null when it has neither.</summary>
    public int? Prefix => _root.Child("ip") is not { } ip ? null
        : LibvirtNumber.Int32(ip.Read("prefix")) ?? (IPAddress.TryParse(ip.Read("netmask"), out var mask) ? AddressRange.PrefixOf(mask) : null);

    /// <summary>Element dhcp/range of the first ip.</summary>
    public AddressRange? Range => _root.Child("ip")?.Child("dhcp")?.Child("range") is { } range
        && IPAddress.TryParse(range.Read("start"), out var start) && IPAddress.TryParse(range.Read("end"), out var end) ? new(start, end) : null;

    /// <summary>Attribute bridge/@name.</summary>
    public string? Bridge => _root.AttributeOf("bridge", "name");

    /// <summary>Attribute mac/@address of the bridge, lower case.</summary>
    public string? Mac => MacAddress.Normalize(_root.AttributeOf("mac", "address"));

    /// <summary>Elements ip/@address: the host's addresses in the network.</summary>
    public IReadOnlyList<IPAddress> Addresses =>
        [.. _root.Elements("ip").Select(ip => IPAddress.TryParse(ip.Read("address"), out var address) ? address : null).OfType<IPAddress>()];

    /// <param name="isActive">virNetworkIsActive.</param>
    /// <param name="autostart">virNetworkGetAutostart.</param>
    /// <param name="isPersistent">virNetworkIsPersistent.</param>
    public VirtualNetwork ToVirtualNetwork(bool isActive, bool autostart, bool isPersistent = true) =>
        new(Uuid ?? Guid.Empty, Name, isActive, autostart, ForwardMode, Bridge)
        {
            ForwardDevices = ForwardDevices,
            Address = Addresses.Count > 0 ? Addresses[0] : null,
            Prefix = Prefix,
            Range = Range,
            Domain = Domain,
            IsPersistent = isPersistent,
        };
}
