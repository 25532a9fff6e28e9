using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// A network that is to be made.
public sealed partial class NetworkDefinition
{
    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public static NetworkDefinition New(NewNetwork wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return new(new XElement("network",
            new XElement("name", DefinitionXml.Checked(wish.Name, "the network's name")),
            wish.ForwardMode is { } mode ? Forward(mode, wish.ForwardDevices) : null,
            wish.Bridge is { } bridge ? new XElement("bridge", new XAttribute("name", DefinitionXml.Checked(bridge, "the bridge"))) : null,
            wish.Domain is { } domain ? new XElement("domain", new XAttribute("name", DefinitionXml.Checked(domain, "the domain"))) : null,
            wish.Address is { } address ? new XElement("ip",
                new XAttribute("family", address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4"),
                new XAttribute("address", address),
                wish.Prefix is { } prefix ? new XAttribute("prefix", prefix.ToString(CultureInfo.InvariantCulture)) : null,
                wish.Range is { } range ? new XElement("dhcp", new XElement("range", new XAttribute("start", range.Start), new XAttribute("end", range.End))) : null) : null));
    }

    /// <summary>One interface of element forward, for virNetworkUpdate.</summary>
    internal static string ForwardInterface(string device) =>
        DefinitionXml.Write(new XElement("interface", new XAttribute("dev", DefinitionXml.Checked(device, "the interface"))));

    // Those that route have one interface, as an attribute; those that hand out interfaces have a list.
    private static XElement Forward(string mode, IReadOnlyList<string> devices)
    {
        var forward = new XElement("forward", new XAttribute("mode", DefinitionXml.Checked(mode, "the forward mode")));
        if (mode is "nat" or "route" && devices is [var only])
            forward.Add(new XAttribute("dev", DefinitionXml.Checked(only, "the interface")));
        else if (mode is "hostdev")
            forward.Add(new XAttribute("managed", "yes"), devices.Select(d => new XElement("pf", new XAttribute("dev", DefinitionXml.Checked(d, "the interface")))));
        else
            forward.Add(devices.Select(d => new XElement("interface", new XAttribute("dev", DefinitionXml.Checked(d, "the interface")))));
        return forward;
    }
}
