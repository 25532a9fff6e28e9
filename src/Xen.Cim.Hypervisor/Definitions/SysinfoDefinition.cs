using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of the host's SMBIOS tables as virConnectGetSysinfo gives them. Reading never throws.</summary>
public sealed class SysinfoDefinition
{
    private readonly XElement _root;

    private SysinfoDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a sysinfo document.</exception>
    public static SysinfoDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "sysinfo"));

    /// <summary>
    /// The entry uuid of the system block; null when absent, malformed, or one of the two values (all zeros, all ones)
    /// that SMBIOS has for "none" (DSP0134 section 7.2.1).
    /// </summary>
    public Guid? Uuid => LibvirtNumber.Uuid(Entry("system", "uuid")) is { } uuid && uuid != Guid.Empty && uuid != Guid.AllBitsSet ? uuid : null;

    public string? Manufacturer => Entry("system", "manufacturer");

    public string? Product => Entry("system", "product");

    public string? SerialNumber => Entry("system", "serial");

    /// <summary>The text of an entry, such as "vendor" of the block "bios"; null when it is absent or blank.</summary>
    public string? Entry(string block, string name)
    {
        foreach (var entry in _root.Element(block)?.Elements("entry") ?? [])
            if (entry.Read("name") == name)
                return entry.Value.Trim() is { Length: > 0 } text ? text : null;
        return null;
    }
}
