using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>What consoles and serial ports have in common.</summary>
public abstract class CharacterDevice : DomainDevice
{
    private protected CharacterDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join(ElementName, TargetType, Element.AttributeOf("target", "port"));

    /// <summary>Attribute type: pty, tcp, file, unix, ...</summary>
    public string? Type => this["type"];

    /// <summary>Attribute target/@type: for a console xen, serial, virtio; for a serial port the bus.</summary>
    public string? TargetType => Element.AttributeOf("target", "type");

    /// <summary>Attribute target/@port, from 0.</summary>
    public uint? Port => LibvirtNumber.UInt32(Element.AttributeOf("target", "port"));

    /// <summary>The pseudo-terminal of a running guest, the file, the socket, or "host:service" of a TCP port.</summary>
    public string? Source => Element.Child("source") is not { } source ? this["tty"]
        : source.Read("host") is { } host ? host + ":" + source.Read("service")
        : source.Read("path") ?? this["tty"];
}

/// <summary>A text console (element console). Its id is "console", the target's type and its port: console-xen-0.</summary>
public sealed class ConsoleDevice : CharacterDevice
{
    internal ConsoleDevice(XElement element)
        : base(element)
    {
    }
}

/// <summary>A serial port (element serial). Its id is "serial" and its port: serial-0.</summary>
public sealed class SerialDevice : CharacterDevice
{
    internal SerialDevice(XElement element)
        : base(element)
    {
    }

    // libvirt adds the target's type by itself, so it cannot be part of a lasting name.
    private protected override string IdParts() => Join("serial", Element.AttributeOf("target", "port"));
}
