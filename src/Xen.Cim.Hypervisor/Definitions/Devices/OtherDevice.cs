using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A device that has no view of its own: watchdog, tpm, rng, sound, memballoon, channel, ... Its id is its element, type and name.</summary>
public sealed class OtherDevice : DomainDevice
{
    /// <summary>A device with nothing but its element's name.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: that is no name.</exception>
    public OtherDevice(string element)
        : this(new XElement(DeviceParameters.Name(element).ToString()))
    {
    }

    internal OtherDevice(XElement element)
        : base(element)
    {
    }

    /// <summary>Attribute type, or null.</summary>
    public string? Type => this["type"];

    /// <summary>Attribute model, or null. The place in the guest of one model means nothing to another and goes; libvirt gives a new one.</summary>
    public string? Model
    {
        get => this["model"];
        set
        {
            if (value == Model)
                return;
            this["model"] = value;
            ForgetPlace();
        }
    }

    /// <summary>Element target/size of a memory module, in KiB; 0 for other devices.</summary>
    public ulong MemoryKiB => Element.Child("target") is { } target ? LibvirtNumber.Kibibytes(target.Text("size"), target.AttributeOf("size", "unit")) ?? 0 : 0;

    // Not by its model, which libvirt may choose, and which may change.
    private protected override string IdParts() => Join(ElementName, Type, this["index"], this["name"], Element.AttributeOf("target", "name"));
}
