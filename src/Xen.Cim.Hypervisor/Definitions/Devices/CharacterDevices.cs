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

    /// <summary>The kinds of host end that <see cref="SetHostEnd"/> can make.</summary>
    public static IReadOnlyList<string> HostEnds { get; } = ["pty", "null", "file", "dev", "pipe", "unix", "tcp"];

    /// <summary>Whether the host end waits for connections (attribute source/@mode); else it connects, or is no socket.</summary>
    public bool Listens => Element.AttributeOf("source", "mode") == "bind";

    /// <summary>Connects the device with something on the host; what is there already is not touched.</summary>
    /// <param name="type">One of <see cref="HostEnds"/>.</param>
    /// <param name="source">A path, "host:service" for tcp, nothing for pty and null.</param>
    /// <param name="listens">Whether a socket waits for connections.</param>
    /// <exception cref="HypervisorException">InvalidArgument: the source does not fit the type.</exception>
    public void SetHostEnd(string type, string? source, bool listens)
    {
        if (type == Type && (type is "pty" or "null" || (source == Source && listens == Listens)))
            return;
        var colon = source?.LastIndexOf(':') ?? -1;
        (string Name, string Value)[]? attributes = type switch
        {
            "pty" or "null" => source is null ? [] : null,
            "tcp" => colon > 0 && colon < source!.Length - 1 ? [("mode", Mode()), ("host", source[..colon]), ("service", source[(colon + 1)..])] : null,
            _ => source?.StartsWith('/') != true ? null : type == "unix" ? [("mode", Mode()), ("path", source)] : [("path", source)],
        };
        if (attributes is null)
        {
            throw new HypervisorException(HypervisorError.InvalidArgument, $"A {ElementName} device of type {type} "
                + (type switch { "tcp" => "needs 'host:service'", "pty" or "null" => "takes no source", _ => "needs an absolute path" }) + $", not '{source}'");
        }
        this["type"] = type;
        this["tty"] = null;
        foreach (var stale in (ReadOnlySpan<string>)["source", "protocol"])
            if (Element.Child(stale) is { } element)
                XmlEdit.Remove(element);
        foreach (var (name, value) in attributes)
            Element.SetAttributeOf("source", name, value, DomainOrder.Character);

        string Mode() => listens ? "bind" : "connect";
    }

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
    /// <summary>A console on a pseudo-terminal.</summary>
    /// <param name="targetType">xen or virtio.</param>
    /// <param name="port">From 0.</param>
    public ConsoleDevice(string targetType, uint port)
        : this(new XElement("console", new XAttribute("type", "pty"), new XElement("target", new XAttribute("type", DefinitionXml.Checked(targetType, "A console's target")), new XAttribute("port", port))))
    {
    }

    internal ConsoleDevice(XElement element)
        : base(element)
    {
    }
}

/// <summary>A serial port (element serial). Its id is "serial" and its port: serial-0.</summary>
public sealed class SerialDevice : CharacterDevice
{
    /// <summary>A serial port on a pseudo-terminal.</summary>
    /// <param name="port">From 0.</param>
    public SerialDevice(uint port)
        : this(new XElement("serial", new XAttribute("type", "pty"), new XElement("target", new XAttribute("port", port))))
    {
    }

    internal SerialDevice(XElement element)
        : base(element)
    {
    }

    // libvirt adds the target's type by itself, so it cannot be part of a lasting name.
    private protected override string IdParts() => Join("serial", Element.AttributeOf("target", "port"));
}
