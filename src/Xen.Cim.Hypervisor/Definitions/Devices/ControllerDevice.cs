using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A controller that other devices hang on (element controller). Its id is "controller", its type, model and index.</summary>
public sealed class ControllerDevice : DomainDevice
{
    /// <summary>A controller of a type and, unless the hypervisor chooses, a model.</summary>
    public ControllerDevice(string type, string? model, uint index)
        : this(new XElement("controller", new XAttribute("type", type), new XAttribute("index", index.ToString(CultureInfo.InvariantCulture))))
    {
        Element.SetAttribute("model", model);
    }

    internal ControllerDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join(ElementName, Type, Model, this["index"]);

    /// <summary>Attribute type: usb, pci, ide, scsi, ...</summary>
    public string? Type => this["type"];

    /// <summary>Attribute model, such as qusb2 or qemu-xhci; "none" stands for no controller at all.</summary>
    public string? Model => this["model"];

    /// <summary>Attribute index: the number of its bus, from 0.</summary>
    public uint? Index => LibvirtNumber.UInt32(this["index"]);

    /// <summary>Whether drives hang on it.</summary>
    public bool IsForDrives => Type is "ide" or "scsi" or "sata" or "fdc";

    /// <summary>Whether it is neither for drives nor for USB: buses (pci), serial ports of virtio, smart cards (ccid), Xen's bus.</summary>
    public bool IsForOthers => !IsForDrives && Type is not (null or "usb");

    /// <summary>Attribute ports: how many devices can be plugged in.</summary>
    public uint? Ports
    {
        get => LibvirtNumber.UInt32(this["ports"]);
        set
        {
            if (value != Ports)
                this["ports"] = value?.ToString(CultureInfo.InvariantCulture);
        }
    }
}
