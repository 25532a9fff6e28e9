using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A remote or local screen of a domain (element graphics). Its id is "graphics-" and its type.</summary>
public sealed class GraphicsDevice : DomainDevice
{
    /// <summary>VNC on a port that libvirt chooses.</summary>
    public GraphicsDevice()
        : this(new XElement("graphics", new XAttribute("type", "vnc"), new XAttribute("port", "-1"), new XAttribute("autoport", "yes")))
    {
    }

    internal GraphicsDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => Join("graphics", this["type"]);

    /// <summary>Attribute type: vnc, spice, sdl, ...</summary>
    public string? Type
    {
        get => this["type"];
        set => this["type"] = value;
    }

    /// <summary>Attribute port: TCP; -1 until libvirt has chosen one, null when absent or malformed.</summary>
    public int? Port
    {
        get => LibvirtNumber.Int32(this["port"]);
        set
        {
            if (value != Port)
                this["port"] = value?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Attribute autoport: libvirt chooses the port.</summary>
    public bool AutoPort
    {
        get => LibvirtNumber.YesNo(this["autoport"], this["port"] is null or "-1");
        set
        {
            if (value != AutoPort || this["autoport"] is null)
                this["autoport"] = value ? "yes" : "no";
        }
    }

    /// <summary>The address that the server listens at: attribute listen, else the listen element's; both are written.</summary>
    public string? Listen
    {
        get => this["listen"] ?? AddressElement?.Read("address");
        set
        {
            if (value == Listen)
                return;
            this["listen"] = value;
            // libvirt refuses a listen element that says something else.
            AddressElement?.SetAttribute("address", value);
        }
    }

    /// <summary>Attribute tlsPort of SPICE: TCP; -1 until libvirt has chosen one, null when absent.</summary>
    public int? TlsPort => LibvirtNumber.Int32(this["tlsPort"]);

    /// <summary>Attribute display of SDL: the X11 display on the host, such as :0.0.</summary>
    public string? Display
    {
        get => this["display"];
        set => this["display"] = value;
    }

    /// <summary>Makes another kind of screen of it, without what belongs to a network server when it is none.</summary>
    public void MakeLocal(string type)
    {
        Type = type;
        foreach (var attribute in (ReadOnlySpan<string>)["port", "autoport", "tlsPort", "listen", "passwd", "keymap"])
            this[attribute] = null;
    }

    /// <summary>Whether there is a password; only to be seen in XML read with its secrets.</summary>
    public bool HasPassword => this["passwd"] is not null;

    /// <summary>Sets the password, or, with null, removes it. There is no way to read it here.</summary>
    public void SetPassword(string? password) => this["passwd"] = password;

    /// <summary>Attribute keymap, such as en-us.</summary>
    public string? Keymap
    {
        get => this["keymap"];
        set => this["keymap"] = value;
    }

    private XElement? AddressElement => Element.Elements("listen").FirstOrDefault(l => l.Read("type") == "address");
}
