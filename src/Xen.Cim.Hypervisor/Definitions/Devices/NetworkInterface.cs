using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A network interface of a domain (element interface). Its id is its MAC address in lower case.</summary>
public sealed partial class NetworkInterface : DomainDevice
{
    /// <summary>An interface with nothing but type bridge.</summary>
    public NetworkInterface()
        : this(new XElement("interface", new XAttribute("type", "bridge")))
    {
    }

    internal NetworkInterface(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Mac ?? "interface";

    /// <summary>
    /// Attribute type: bridge, network, ethernet, direct or user. A change takes the old type's source away; set the new one next.
    /// An interface that got its bridge or device from a network reads as network, as in its definition.
    /// </summary>
    public string Type
    {
        get => IsFromNetwork ? "network" : ActualType;
        set
        {
            if (value != Type)
                Become(value);
        }
    }

    /// <summary>Attribute type as it is: of a guest that runs, what libvirt made of its network for it (virDomainGetXMLDesc).</summary>
    public string ActualType => this["type"] ?? "bridge";

    private bool IsFromNetwork => ActualType is "bridge" or "direct" or "hostdev" && Element.AttributeOf("source", "network") is not null;

    /// <summary>Element source, by type: the bridge, the network's name, or the host's device. Types without a source read as null.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: the type has no source.</exception>
    public string? Source
    {
        get => SourceAttribute is { } attribute ? Element.AttributeOf("source", attribute) : null;
        set
        {
            // The other network makes something of its own of it.
            if (IsFromNetwork && value != Source)
                Become("network");
            if (SourceAttribute is { } attribute)
                Element.SetAttributeOf("source", attribute, value, DomainOrder.Interface);
            else if (value is not null)
                throw new HypervisorException(HypervisorError.InvalidArgument, $"An interface of type {Type} has no source, so not '{value}'");
        }
    }

    /// <summary>Attribute mac/@address, lower case with colons.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: not a unicast address.</exception>
    public string? Mac
    {
        get => Element.AttributeOf("mac", "address") is { } address ? MacAddress.Normalize(address) ?? address : null;
        set
        {
            var normal = MacAddress.Normalize(value);
            if (value is not null && (normal is null || MacAddress.IsMulticast(normal)))
                throw new HypervisorException(HypervisorError.InvalidArgument, $"'{value}' is not the address of an interface; one looks like {MacAddress.Random()}");
            if (normal != Mac)
                Element.SetAttributeOf("mac", "address", normal, DomainOrder.Interface);
        }
    }

    /// <summary>Attribute model/@type: netfront, e1000, rtl8139, virtio, ...</summary>
    public string? Model
    {
        get => Element.AttributeOf("model", "type");
        set => Element.SetAttributeOf("model", "type", value, DomainOrder.Interface);
    }

    /// <summary>Attribute script/@path: what Xen runs to connect the interface, vif-bridge.</summary>
    public string? Script
    {
        get => Element.AttributeOf("script", "path");
        set => Element.SetAttributeOf("script", "path", value, DomainOrder.Interface);
    }

    /// <summary>Attribute backenddomain/@name: the guest that the interface's other end is in (a driver domain).</summary>
    public string? BackendDomain
    {
        get => Element.AttributeOf("backenddomain", "name");
        set => Element.SetAttributeOf("backenddomain", "name", value, DomainOrder.Interface);
    }

    /// <summary>Attribute target/@dev: the name of the host's side, such as vif3.0; libvirt chooses it when absent.</summary>
    public string? TargetDevice
    {
        get => Element.AttributeOf("target", "dev");
        set => Element.SetAttributeOf("target", "dev", value, DomainOrder.Interface);
    }

    private void Become(string type)
    {
        if (Element.Child("source") is { } source)
            XmlEdit.Remove(source);
        this["type"] = type;
    }

    private string? SourceAttribute => Type switch
    {
        "bridge" => "bridge",
        "network" => "network",
        "ethernet" or "direct" => "dev",
        _ => null,
    };
}
