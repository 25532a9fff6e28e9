using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A graphics card (element video). Its id is "video".</summary>
public sealed class VideoDevice : DomainDevice
{
    /// <summary>A card whose model libvirt chooses.</summary>
    public VideoDevice()
        : this(new XElement("video"))
    {
    }

    internal VideoDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => "video";

    /// <summary>Attribute model/@type: xen, vga, cirrus, qxl, ...</summary>
    public string? Model
    {
        get => Element.AttributeOf("model", "type");
        set => Element.SetAttributeOf("model", "type", value, DomainOrder.Video);
    }

    /// <summary>Attribute model/@vram: video memory in KiB.</summary>
    public ulong? MemoryKiB
    {
        get => LibvirtNumber.UInt64(Element.AttributeOf("model", "vram"));
        set
        {
            if (value != MemoryKiB)
                Element.SetAttributeOf("model", "vram", value is { } kib ? XmlEdit.ToInvariant(kib) : null, DomainOrder.Video);
        }
    }

    /// <summary>Attribute model/@heads: screens.</summary>
    public uint? Heads => LibvirtNumber.UInt32(Element.AttributeOf("model", "heads"));
}
