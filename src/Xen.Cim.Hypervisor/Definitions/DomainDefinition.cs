using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>How a Xen guest is virtualized; <see cref="Other"/> for other hypervisors' exotic types.</summary>
public enum VirtualizationKind
{
    Paravirtual,
    ParavirtualHardware,
    FullyVirtual,
    Other,
}

/// <summary>
/// A typed view of a domain's XML (libvirt's formatdomain). It edits the XML in place and keeps what it does not know.
/// </summary>
public sealed class DomainDefinition
{
    private readonly XElement _root;

    private DomainDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument: not a domain's XML.</exception>
    public static DomainDefinition Parse(string xml) => new(XElement.Parse(xml, LoadOptions.PreserveWhitespace));

    public string ToXml() => _root.ToString(SaveOptions.DisableFormatting);
}

/// <summary>A device of a domain: a typed view of its XML element.</summary>
public abstract class DomainDevice
{
    internal DomainDevice(XElement element) => Element = element;

    internal XElement Element { get; }
}
