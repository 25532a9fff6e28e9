using System.Net;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of a network's XML (libvirt's formatnetwork). Reading never throws.</summary>
public sealed class NetworkDefinition
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

    /// <summary>Attribute forward/@dev: the host's device that traffic leaves by.</summary>
    public string? ForwardDevice => _root.AttributeOf("forward", "dev");

    /// <summary>Attribute bridge/@name.</summary>
    public string? Bridge => _root.AttributeOf("bridge", "name");

    /// <summary>Attribute mac/@address of the bridge, lower case.</summary>
    public string? Mac => MacAddress.Normalize(_root.AttributeOf("mac", "address"));

    /// <summary>Elements ip/@address: the host's addresses in the network.</summary>
    public IReadOnlyList<IPAddress> Addresses =>
        [.. _root.Elements("ip").Select(ip => IPAddress.TryParse(ip.Read("address"), out var address) ? address : null).OfType<IPAddress>()];

    /// <param name="isActive">virNetworkIsActive.</param>
    /// <param name="autostart">virNetworkGetAutostart.</param>
    public VirtualNetwork ToVirtualNetwork(bool isActive, bool autostart) =>
        new(Uuid ?? Guid.Empty, Name, isActive, autostart, ForwardMode, Bridge) { ForwardDevice = ForwardDevice };
}
