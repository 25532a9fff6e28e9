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

    private XElement? Capability(string type) => _root.Elements("capability").FirstOrDefault(c => c.Read("type") == type);

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
