using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>The VLANs that an interface is in (element vlan).</summary>
/// <param name="Tags">Their numbers, 1 to 4094.</param>
/// <param name="IsTrunk">Whether the guest sends and sees the tags itself; otherwise there is one, and the guest knows nothing of it.</param>
/// <param name="Native">Of a trunk, the VLAN of frames without a tag; null: none.</param>
public sealed record VlanMembership(IReadOnlyList<ushort> Tags, bool IsTrunk, ushort? Native)
{
    public bool Equals(VlanMembership? other) =>
        other is not null && IsTrunk == other.IsTrunk && Native == other.Native && Tags.SequenceEqual(other.Tags);

    public override int GetHashCode() => HashCode.Combine(Tags.Count, IsTrunk, Native);
}

// What the port lets through: bandwidth, VLANs, filter, link.
public sealed partial class NetworkInterface
{
    /// <summary>Attribute bandwidth/inbound/@average: what the guest may receive, in KiB/s.</summary>
    public ulong? InboundAverageKiBps
    {
        get => Rate("inbound", "average");
        set => SetRate("inbound", "average", "floor", value);
    }

    /// <summary>Attribute bandwidth/outbound/@average: what the guest may send, in KiB/s.</summary>
    public ulong? OutboundAverageKiBps
    {
        get => Rate("outbound", "average");
        set => SetRate("outbound", "average", "floor", value);
    }

    /// <summary>Attribute bandwidth/inbound/@floor: what a libvirt network keeps for the guest to receive, in KiB/s.</summary>
    public ulong? InboundFloorKiBps
    {
        get => Rate("inbound", "floor");
        set => SetRate("inbound", "floor", "average", value);
    }

    /// <summary>Attributes bandwidth/inbound and outbound: @peak, the most at any time, in KiB/s, and @burst, what may come at that rate, in KiB.</summary>
    /// <param name="direction">inbound: what the guest receives; outbound: what it sends.</param>
    /// <param name="attribute">peak or burst.</param>
    public ulong? GetBandwidth(string direction, string attribute) => Rate(direction, attribute);

    /// <exception cref="HypervisorException">InvalidArgument: there is no average that they go with.</exception>
    public void SetBandwidth(string direction, string attribute, ulong? value)
    {
        if (value == Rate(direction, attribute))
            return;
        if (value is not null && Rate(direction, "average") is null)
            throw new HypervisorException(HypervisorError.InvalidArgument, $"The {direction} bandwidth has no average, without which {attribute} means nothing");
        Element.Child("bandwidth")?.Child(direction)?.SetAttribute(attribute, value is { } rate ? XmlEdit.ToInvariant(rate) : null);
    }

    /// <summary>Attribute mtu/@size: the largest packet, in bytes; null: that of what it is plugged into.</summary>
    public uint? Mtu
    {
        get => LibvirtNumber.UInt32(Element.AttributeOf("mtu", "size"));
        set
        {
            if (value != Mtu)
                Element.SetAttributeOf("mtu", "size", value is { } bytes ? XmlEdit.ToInvariant(bytes) : null, DomainOrder.Interface);
        }
    }

    /// <summary>Elements filterref/parameter: name and value, in their order; a name may come several times.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> FilterParameters
    {
        get => [.. (Element.Child("filterref")?.Elements("parameter") ?? []).Where(p => p.Read("name") is not null)
            .Select(p => KeyValuePair.Create(p.Read("name")!, p.Read("value") ?? ""))];
        set
        {
            if (value.SequenceEqual(FilterParameters) || Element.Child("filterref") is not { } filter)
                return;
            foreach (var old in filter.Elements("parameter").ToList())
                XmlEdit.Remove(old);
            foreach (var (name, text) in value)
                XmlEdit.Insert(filter, new XElement("parameter", new XAttribute("name", DefinitionXml.Checked(name, "A filter's parameter")),
                    new XAttribute("value", DefinitionXml.Checked(text, "A filter's parameter"))), []);
        }
    }

    /// <summary>Element vlan; null when there is none.</summary>
    public VlanMembership? Vlan
    {
        get
        {
            if (Element.Child("vlan") is not { } vlan)
                return null;
            var tags = new List<ushort>();
            ushort? native = null;
            foreach (var tag in vlan.Elements("tag"))
            {
                if (!ushort.TryParse(tag.Read("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    continue;
                tags.Add(id);
                if (tag.Read("nativeMode") is not null)
                    native = id;
            }
            return tags.Count == 0 ? null : new VlanMembership(tags, tags.Count > 1 || native is not null || LibvirtNumber.YesNo(vlan.Read("trunk"), false), native);
        }
        set
        {
            if (value == Vlan)
                return;
            // Whether the frames of the native VLAN go out with a tag is kept as it was.
            var mode = Element.Child("vlan")?.Elements("tag").Select(t => t.Read("nativeMode")).FirstOrDefault(m => m is not null) ?? "untagged";
            if (Element.Child("vlan") is { } old)
                XmlEdit.Remove(old);
            if (value is null)
                return;
            var vlan = new XElement("vlan", value.IsTrunk ? new XAttribute("trunk", "yes") : null);
            foreach (var tag in value.Tags)
                vlan.Add(new XElement("tag", new XAttribute("id", tag), tag == value.Native ? new XAttribute("nativeMode", mode) : null));
            XmlEdit.Insert(Element, vlan, DomainOrder.Interface);
        }
    }

    /// <summary>Attribute virtualport/@type: the kind of switch that the other end is a port of, such as openvswitch; null for Linux's own bridge.</summary>
    public string? VirtualPortType
    {
        get => Element.AttributeOf("virtualport", "type");
        set
        {
            if (value == VirtualPortType)
                return;
            // The parameters of another kind mean nothing to this one.
            if (Element.Child("virtualport") is { } old)
                XmlEdit.Remove(old);
            Element.SetAttributeOf("virtualport", "type", value, DomainOrder.Interface);
        }
    }

    /// <summary>Attribute source/@mode of an interface of type direct: vepa, bridge, private or passthrough.</summary>
    public string? DirectMode => Type == "direct" ? Element.AttributeOf("source", "mode") : null;

    /// <summary>Attribute filterref/@filter: libvirt's filter of what the guest sends and receives.</summary>
    public string? FilterName
    {
        get => Element.AttributeOf("filterref", "filter");
        set
        {
            if (value == FilterName)
                return;
            if (value is not null)
                Element.SetAttributeOf("filterref", "filter", value, DomainOrder.Interface);
            else if (Element.Child("filterref") is { } filter)
                XmlEdit.Remove(filter);
        }
    }

    /// <summary>Attribute link/@state: whether the guest sees a cable plugged in, as it does unless it says down.</summary>
    public bool IsLinkUp
    {
        get => Element.AttributeOf("link", "state") != "down";
        set
        {
            if (value != IsLinkUp)
                Element.SetAttributeOf("link", "state", value ? null : "down", DomainOrder.Interface);
        }
    }

    private ulong? Rate(string direction, string attribute) =>
        LibvirtNumber.UInt64(Element.Child("bandwidth")?.AttributeOf(direction, attribute));

    /// <param name="other">The attribute that gives the direction a meaning of its own, besides this one.</param>
    private void SetRate(string direction, string attribute, string other, ulong? value)
    {
        if (value == Rate(direction, attribute) && value is not null)
            return;
        if (value is { } rate)
        {
            XmlEdit.Ensure(Element, "bandwidth", DomainOrder.Interface)
                .SetAttributeOf(direction, attribute, XmlEdit.ToInvariant(rate), DomainOrder.Bandwidth);
            return;
        }
        if (Element.Child("bandwidth")?.Element(direction) is not { } limit)
            return;
        if (limit.Attribute(other) is null)
        {
            XmlEdit.Remove(limit, "bandwidth");
            return;
        }
        limit.SetAttribute(attribute, null);
        // Peak and burst mean nothing without an average; a guaranteed floor does.
        if (attribute == "average")
        {
            limit.SetAttribute("peak", null);
            limit.SetAttribute("burst", null);
        }
    }
}
