using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A keyboard or pointer (element input). Its id is "input", its type and its bus: input-mouse-ps2.</summary>
public sealed class InputDevice : DomainDevice
{
    /// <summary>A USB tablet.</summary>
    public InputDevice()
        : this(new XElement("input", new XAttribute("type", "tablet"), new XAttribute("bus", "usb")))
    {
    }

    internal InputDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join("input", Type, Bus);

    /// <summary>Attribute type: mouse, tablet, keyboard, passthrough.</summary>
    public string? Type
    {
        get => this["type"];
        set => this["type"] = value;
    }

    /// <summary>Attribute bus: xen, ps2, usb, virtio.</summary>
    public string? Bus
    {
        get => this["bus"];
        set => this["bus"] = value;
    }
}
