using System.Xml;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// What libvirt does not keep itself: in an element of our own under metadata. Other applications' elements stay.
public sealed partial class DomainDefinition
{
    /// <summary>The namespace of our element under metadata.</summary>
    public const string MetadataNamespace = "urn:xen-cim:1.0";

    /// <summary>The prefix that our element under metadata is written with.</summary>
    public const string MetadataPrefix = "xencim";

    private const string CapName = "cap";
    private const string StartName = "start";
    private const string WasActiveName = "wasActive";
    private const string StartDelayName = "startDelay";
    private const string StartSequenceName = "startSequence";
    private const string ShutdownName = "shutdown";

    private static readonly XNamespace Own = MetadataNamespace;

    /// <summary>
    /// The credit scheduler's cap to apply at start, in percent of one processor; 0 or null means none. libvirt keeps
    /// only the weight, so this is in our metadata.
    /// </summary>
    public uint? Cap
    {
        get => LibvirtNumber.UInt32(GetMetadata(CapName));
        set
        {
            if (value != Cap || value is null)
                SetMetadata(CapName, value is { } cap ? XmlEdit.ToInvariant(cap) : null);
        }
    }

    /// <summary>
    /// Whether <see cref="GuestStartup"/> starts the guest with the host, in its place and after its delay. libvirt's own
    /// autostart, which knows neither, is off then.
    /// </summary>
    public bool StartsInTurn
    {
        get => GetMetadata(StartName) == "always";
        set
        {
            if (value != StartsInTurn)
                SetMetadata(StartName, value ? "always" : null);
        }
    }

    /// <summary>
    /// Whether <see cref="GuestStartup"/> starts the guest with the host when it ran as the host stopped. One that starts
    /// always (<see cref="StartsInTurn"/>) is no such guest.
    /// </summary>
    public bool StartsIfActive
    {
        get => GetMetadata(StartName) == "previous";
        set
        {
            if (value != StartsIfActive)
                SetMetadata(StartName, value ? "previous" : null);
        }
    }

    /// <summary>Whether the guest ran when <see cref="GuestStartup"/> last saw the host stop.</summary>
    public bool WasActive
    {
        get => GetMetadata(WasActiveName) == "yes";
        set
        {
            if (value != WasActive)
                SetMetadata(WasActiveName, value ? "yes" : null);
        }
    }

    /// <summary>Seconds to wait before the guest is started, when its turn has come; null: none.</summary>
    public uint? StartDelay
    {
        get => LibvirtNumber.UInt32(GetMetadata(StartDelayName));
        set
        {
            if (value != StartDelay)
                SetMetadata(StartDelayName, value is { } seconds ? XmlEdit.ToInvariant(seconds) : null);
        }
    }

    /// <summary>The guest's place among those that start with the host, lower first; null: after all that have one.</summary>
    public ushort? StartSequence
    {
        get => LibvirtNumber.UInt32(GetMetadata(StartSequenceName)) is <= ushort.MaxValue and var place ? (ushort)place : null;
        set
        {
            if (value != StartSequence)
                SetMetadata(StartSequenceName, value is { } place ? XmlEdit.ToInvariant(place) : null);
        }
    }

    /// <summary>What <see cref="GuestStartup"/> does with the guest when the host stops: "off", "save" or "shutdown"; null: nothing.</summary>
    public string? ShutdownAction
    {
        get => GetMetadata(ShutdownName);
        set
        {
            if (value != ShutdownAction)
                SetMetadata(ShutdownName, value);
        }
    }

    /// <summary>The text of metadata/xencim:guest/xencim:<paramref name="name"/>, or null.</summary>
    public string? GetMetadata(string name) => OwnMetadata()?.Element(Own + name)?.Value;

    /// <summary>Sets or, with null, removes the text of metadata/xencim:guest/xencim:<paramref name="name"/>.</summary>
    /// <param name="name">An XML name without a colon.</param>
    /// <param name="value">Any text; null removes it.</param>
    public void SetMetadata(string name, string? value)
    {
        XmlConvert.VerifyNCName(name);
        var guest = OwnMetadata();
        var element = guest?.Element(Own + name);
        if (value is null)
        {
            if (element is not null)
                XmlEdit.Remove(element, "guest", "metadata");
            return;
        }
        DefinitionXml.Checked(value, $"The metadata '{name}'");
        if (element is not null)
        {
            if (element.Value != value)
                element.Value = value;
            return;
        }
        guest ??= XmlEdit.Insert(XmlEdit.Ensure(_root, "metadata", DomainOrder.Root),
            new XElement(Own + "guest", new XAttribute(XNamespace.Xmlns + MetadataPrefix, MetadataNamespace)), []);
        XmlEdit.Insert(guest, new XElement(Own + name, value), []);
    }

    private XElement? OwnMetadata() => _root.Child("metadata")?.Element(Own + "guest");
}
