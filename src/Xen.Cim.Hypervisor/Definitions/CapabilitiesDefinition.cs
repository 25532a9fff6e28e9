using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of the host's capabilities (libvirt's formatcaps). Reading never throws.</summary>
public sealed class CapabilitiesDefinition
{
    private readonly XElement _root;

    private CapabilitiesDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not capabilities.</exception>
    public static CapabilitiesDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "capabilities"));

    /// <summary>Element host/uuid; null with the drivers that do not give one (Xen's and the test driver), or when it is all zeros.</summary>
    public Guid? HostUuid => LibvirtNumber.Uuid(Host?.Text("uuid")) is { } uuid && uuid != Guid.Empty ? uuid : null;

    /// <summary>Element host/cpu/arch, such as x86_64.</summary>
    public string? Architecture => Host?.Child("cpu")?.Text("arch");

    /// <summary>Element host/cpu/model, such as Skylake-Client.</summary>
    public string? ProcessorModel => Host?.Child("cpu")?.Text("model");

    /// <summary>Attributes host/cpu/pages/@size, in KiB.</summary>
    public IReadOnlyList<ulong> PageSizesKiB =>
        [.. (Host?.Child("cpu")?.Elements("pages") ?? []).Select(p => LibvirtNumber.Kibibytes(p.Read("size"), p.Read("unit"))).OfType<ulong>()];

    /// <summary>Elements host/topology/cells/cell. A cell without an id counts on from the one before.</summary>
    public IReadOnlyList<NumaCell> Cells
    {
        get
        {
            var cells = new List<NumaCell>();
            foreach (var cell in Host?.Child("topology")?.Child("cells")?.Elements("cell") ?? [])
            {
                cells.Add(new(
                    LibvirtNumber.Int32(cell.Read("id")) ?? cells.Count,
                    LibvirtNumber.Kibibytes(cell.Text("memory"), cell.AttributeOf("memory", "unit")) ?? 0,
                    LibvirtNumber.UInt32(cell.AttributeOf("cpus", "num")) ?? (uint)(cell.Child("cpus")?.Elements("cpu").Count() ?? 0)));
            }
            return cells;
        }
    }

    /// <summary>
    /// Elements guest/arch/domain: an entry for each domain type. Machines, emulator and loader of the domain type
    /// itself come before those of the architecture.
    /// </summary>
    public IReadOnlyList<GuestKindSupport> GuestKinds
    {
        get
        {
            var kinds = new List<GuestKindSupport>();
            foreach (var guest in _root.Elements("guest"))
                foreach (var arch in guest.Elements("arch"))
                    foreach (var domain in arch.Elements("domain"))
                        kinds.Add(new(
                            guest.Text("os_type") ?? "",
                            arch.Read("name") ?? "",
                            domain.Read("type") ?? "",
                            domain.Text("emulator") ?? arch.Text("emulator"),
                            domain.Text("loader") ?? arch.Text("loader"),
                            [.. (domain.Child("machine") is null ? arch : domain).Elements("machine").Select(m => m.Value)]));
            return kinds;
        }
    }

    private XElement? Host => _root.Child("host");
}
