using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// A network that is to be another one.
public sealed partial class NetworkDefinition
{
    private static readonly string[] s_order = ["name", "uuid", "metadata", "forward", "bridge", "mac", "domain", "dns", "ip"];

    /// <summary>Writes what differs from the wish; what the wish does not know of stays, such as fixed addresses and names.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public void Change(NewNetwork wish)
    {
        var wanted = New(wish)._root;
        if (ForwardMode != wish.ForwardMode || !ForwardDevices.SequenceEqual(wish.ForwardDevices))
        {
            // How addresses are translated stays with nat; what hangs on a mode goes with it.
            var nat = ForwardMode == wish.ForwardMode ? _root.Child("forward")?.Child("nat") : null;
            if (ForwardMode != wish.ForwardMode && _root.Child("bridge") is { } bridge)
                XmlEdit.Remove(bridge);
            Replace("forward", wanted);
            if (nat is not null)
                _root.Child("forward")!.AddFirst(new XElement(nat));
        }
        if (Bridge != wish.Bridge)
            _root.SetAttributeOf("bridge", "name", wish.Bridge, s_order);
        if (Domain != wish.Domain)
            _root.SetAttributeOf("domain", "name", wish.Domain, s_order);
        if (wish.Address is null)
        {
            foreach (var ip in _root.Elements("ip").ToList())
                XmlEdit.Remove(ip);
        }
        else
        {
            Address(wanted.Child("ip")!, wish);
        }
    }

    private void Address(XElement wanted, NewNetwork wish)
    {
        if (_root.Child("ip") is not { } ip)
        {
            XmlEdit.Insert(_root, new XElement(wanted), s_order);
            return;
        }
        if (!wish.Address!.Equals(Addresses is [var first, ..] ? first : null) || Prefix != wish.Prefix)
        {
            ip.SetAttribute("netmask", null);
            foreach (var attribute in wanted.Attributes())
                ip.SetAttribute(attribute.Name, attribute.Value);
        }
        if (Range == wish.Range)
            return;
        foreach (var range in ip.Child("dhcp")?.Elements("range").ToList() ?? [])
            XmlEdit.Remove(range, "dhcp");
        if (wanted.Child("dhcp")?.Child("range") is { } next)
            XmlEdit.Insert(XmlEdit.Ensure(ip, "dhcp", ["tftp", "dhcp"]), new XElement(next), ["range", "host"]);
    }

    private void Replace(string name, XElement wanted)
    {
        if (_root.Child(name) is { } now)
            XmlEdit.Remove(now);
        if (wanted.Child(name) is { } next)
            XmlEdit.Insert(_root, new XElement(next), s_order);
    }
}
