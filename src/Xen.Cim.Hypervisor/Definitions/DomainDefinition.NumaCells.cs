using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A memory node of the guest's own; its number is its place among them.</summary>
/// <param name="MemoryKiB">How much of the guest's memory it has.</param>
public sealed record GuestNumaCell(ulong MemoryKiB)
{
    /// <summary>The virtual processors that are near it, such as "0-3"; null: none.</summary>
    public string? Processors { get; init; }

    /// <summary>As <see cref="DomainDefinition.MemoryAccess"/>; null: as of the guest's other memory.</summary>
    public string? Access { get; init; }

    /// <summary>yes or no: as <see cref="DomainDefinition.DiscardsMemory"/>; null: as of the guest's other memory.</summary>
    public string? Discard { get; init; }

    /// <summary>How far each node is from it, in their order and 10 to itself, such as "10,21"; null: as libvirt has it, 20 to each other.</summary>
    public string? Distances { get; init; }
}

// The guest's own memory nodes: element cpu/numa.
public sealed partial class DomainDefinition
{
    private const string LocalDistance = "10";
    private const string RemoteDistance = "20";

    /// <summary>Elements cpu/numa/cell. Setting them leaves alone what they say besides, such as caches.</summary>
    public IReadOnlyList<GuestNumaCell> NumaCells
    {
        get
        {
            var elements = CellElements;
            return elements.Count == 0 ? [] : [.. elements.Select((e, place) => new GuestNumaCell(LibvirtNumber.Kibibytes(e.Read("memory"), e.Read("unit")) ?? 0)
            {
                Processors = e.Read("cpus"),
                Access = e.Read("memAccess"),
                Discard = e.Read("discard"),
                Distances = DistancesOf(e, place, elements.Count),
            })];
        }
        set
        {
            var (before, elements) = (NumaCells, CellElements);
            if (value.SequenceEqual(before))
                return;
            if (value.Count == 0)
            {
                XmlEdit.Remove(_root.Child("cpu")!.Child("numa")!, "cpu");
                return;
            }
            var numa = XmlEdit.Ensure(XmlEdit.Ensure(_root, "cpu", DomainOrder.Root), "numa", DomainOrder.Cpu);
            foreach (var superfluous in elements.Skip(value.Count))
                XmlEdit.Remove(superfluous);
            for (var place = 0; place < value.Count; place++)
            {
                var cell = place < elements.Count ? elements[place] : XmlEdit.Insert(numa, new XElement("cell", new XAttribute("id", XmlEdit.ToInvariant((ulong)place))), DomainOrder.Numa);
                Write(cell, place, value[place], place < before.Count ? before[place] : null);
            }
        }
    }

    private List<XElement> CellElements => _root.Child("cpu")?.Child("numa") is not { } numa ? [] : [.. numa.Elements("cell")
        .Select((element, place) => (Element: element, Id: LibvirtNumber.UInt32(element.Read("id")) ?? (uint)place)).OrderBy(c => c.Id).Select(c => c.Element)];

    /// <summary>Whether both have the same memory nodes of their own.</summary>
    public bool HasSameNumaCells(DomainDefinition other) => NumaCells.SequenceEqual(other.NumaCells);

    private static string? DistancesOf(XElement cell, int place, int count)
    {
        if (cell.Child("distances") is not { } distances)
            return null;
        var known = distances.Elements("sibling").GroupBy(s => LibvirtNumber.UInt32(s.Read("id"))).Where(g => g.Key is not null).ToDictionary(g => g.Key!.Value, g => g.First().Read("value"));
        return string.Join(',', Enumerable.Range(0, count).Select(n => known.GetValueOrDefault((uint)n) ?? (n == place ? LocalDistance : RemoteDistance)));
    }

    private static void Write(XElement element, int place, GuestNumaCell cell, GuestNumaCell? before)
    {
        element.SetAttribute("cpus", cell.Processors);
        if (cell.MemoryKiB != before?.MemoryKiB)
        {
            element.SetAttribute("memory", XmlEdit.ToInvariant(cell.MemoryKiB));
            element.SetAttribute("unit", "KiB");
        }
        element.SetAttribute("memAccess", cell.Access);
        element.SetAttribute("discard", cell.Discard);
        // With other nodes beside it even the same distances are said otherwise.
        if (element.Child("distances") is { } old)
        {
            if (cell.Distances == before?.Distances && cell.Distances == DistancesOf(element, place, old.Elements("sibling").Count()))
                return;
            XmlEdit.Remove(old);
        }
        if (cell.Distances is { } distances)
        {
            XmlEdit.Insert(element, new XElement("distances", distances.Split(',').Select((value, id) => new XElement("sibling",
                new XAttribute("id", id.ToString(CultureInfo.InvariantCulture)), new XAttribute("value", DefinitionXml.Checked(value, "A distance between nodes"))))), DomainOrder.NumaCell);
        }
    }
}
