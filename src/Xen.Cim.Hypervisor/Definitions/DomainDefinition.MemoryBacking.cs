using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>Which memory nodes of the host one of the guest's is on (element numatune/memnode).</summary>
/// <param name="Cell">The guest's node, from 0.</param>
/// <param name="Mode">As <see cref="DomainDefinition.NumaMode"/>.</param>
/// <param name="Nodes">The host's nodes, such as "0-1".</param>
public sealed record NumaBinding(uint Cell, string Mode, string Nodes);

// What the guest's memory is made of, and where on the host it is: elements memoryBacking and numatune.
public sealed partial class DomainDefinition
{
    /// <summary>Element memoryBacking/hugepages.</summary>
    public bool HugePages
    {
        get => _root.Child("memoryBacking")?.Child("hugepages") is not null;
        set => SetBackingFlag("hugepages", value);
    }

    /// <summary>
    /// Element memoryBacking/hugepages/page/@size, in KiB; null: the host's usual size, or each memory node of the guest has its own.
    /// A size makes the pages huge.
    /// </summary>
    public ulong? HugePageKiB
    {
        get => OnlyPage is { } page ? LibvirtNumber.Kibibytes(page.Read("size"), page.Read("unit")) : null;
        set
        {
            if (value == HugePageKiB)
                return;
            if (value is not { } kib)
            {
                if (OnlyPage is { } old)
                    XmlEdit.Remove(old);
                return;
            }
            HugePages = true;
            var pages = _root.Child("memoryBacking")!.Child("hugepages")!;
            foreach (var other in pages.Elements("page").ToList())
                XmlEdit.Remove(other);
            XmlEdit.Insert(pages, new XElement("page", new XAttribute("size", XmlEdit.ToInvariant(kib)), new XAttribute("unit", "KiB")), []);
        }
    }

    private XElement? OnlyPage => _root.Child("memoryBacking")?.Child("hugepages")?.Elements("page").ToList() is [var page] && page.Read("nodeset") is null ? page : null;

    /// <summary>Element memoryBacking/locked: the host never swaps the guest's memory.</summary>
    public bool LockedMemory
    {
        get => _root.Child("memoryBacking")?.Child("locked") is not null;
        set => SetBackingFlag("locked", value);
    }

    /// <summary>Element memoryBacking/nosharepages, the other way round: the host may keep one copy of pages that are the same in several guests.</summary>
    public bool SharesSamePages
    {
        get => _root.Child("memoryBacking")?.Child("nosharepages") is null;
        set => SetBackingFlag("nosharepages", !value);
    }

    /// <summary>Element memoryBacking/discard: what the memory held goes when the guest stops, and is not written back to its file.</summary>
    public bool DiscardsMemory
    {
        get => _root.Child("memoryBacking")?.Child("discard") is not null;
        set => SetBackingFlag("discard", value);
    }

    /// <summary>Attribute memoryBacking/source/@type: file, anonymous or memfd.</summary>
    public string? MemorySource
    {
        get => _root.Child("memoryBacking")?.AttributeOf("source", "type");
        set => SetBacking("source", "type", value);
    }

    /// <summary>Attribute memoryBacking/access/@mode: shared with other processes of the host, or private.</summary>
    public string? MemoryAccess
    {
        get => _root.Child("memoryBacking")?.AttributeOf("access", "mode");
        set => SetBacking("access", "mode", value);
    }

    /// <summary>Attribute memoryBacking/allocation/@mode: immediate or ondemand.</summary>
    public string? MemoryAllocation
    {
        get => _root.Child("memoryBacking")?.AttributeOf("allocation", "mode");
        set => SetBacking("allocation", "mode", value);
    }

    /// <summary>Attribute numatune/memory/@mode: strict, preferred, interleave or restrictive.</summary>
    public string? NumaMode
    {
        get => _root.Child("numatune")?.AttributeOf("memory", "mode");
        set => SetNuma("mode", value);
    }

    /// <summary>Attribute numatune/memory/@nodeset: the host's memory nodes, such as "0-1,3".</summary>
    public string? NumaNodes
    {
        get => _root.Child("numatune")?.AttributeOf("memory", "nodeset");
        set => SetNuma("nodeset", value);
    }

    /// <summary>Attribute numatune/memory/@placement: static, or auto where numad chooses the nodes.</summary>
    public string? NumaPlacement
    {
        get => _root.Child("numatune")?.AttributeOf("memory", "placement");
        set => SetNuma("placement", value);
    }

    /// <summary>Elements numatune/memnode: the same for one memory node of the guest each.</summary>
    public IReadOnlyList<NumaBinding> NumaBindings
    {
        get
        {
            var cells = new List<NumaBinding>();
            foreach (var node in _root.Child("numatune")?.Elements("memnode") ?? [])
                if (LibvirtNumber.UInt32(node.Read("cellid")) is { } cell && node.Read("nodeset") is { } nodes)
                    cells.Add(new(cell, node.Read("mode") ?? "strict", nodes));
            return cells;
        }
        set
        {
            if (value.SequenceEqual(NumaBindings))
                return;
            foreach (var old in _root.Child("numatune")?.Elements("memnode").ToList() ?? [])
                XmlEdit.Remove(old);
            foreach (var (cell, mode, nodes) in value)
                XmlEdit.Insert(XmlEdit.Ensure(_root, "numatune", DomainOrder.Root), new XElement("memnode", new XAttribute("cellid", XmlEdit.ToInvariant(cell)),
                    new XAttribute("mode", DefinitionXml.Checked(mode, "A memory node's mode")), new XAttribute("nodeset", DefinitionXml.Checked(nodes, "A set of nodes"))), DomainOrder.NumaTune);
            if (_root.Child("numatune") is { } tune)
                XmlEdit.Prune(tune);
        }
    }

    /// <summary>Whether both say the same of backing and memory nodes.</summary>
    public bool HasSameMemoryBacking(DomainDefinition other) =>
        Same("memoryBacking", other) && Same("numatune", other);

    private bool Same(string child, DomainDefinition other) =>
        DefinitionXml.ContentEquals(_root.Child(child) ?? new XElement(child), other._root.Child(child) ?? new XElement(child));

    private void SetBackingFlag(string child, bool value)
    {
        var backing = _root.Child("memoryBacking");
        if (value == (backing?.Child(child) is not null))
            return;
        if (value)
            XmlEdit.Ensure(_root, "memoryBacking", DomainOrder.Root).SetFlag(child, true, DomainOrder.MemoryBacking);
        else
            XmlEdit.Remove(backing!.Child(child)!, "memoryBacking");
    }

    private void SetBacking(string child, string attribute, string? value) => SetIn("memoryBacking", DomainOrder.MemoryBacking, child, attribute, value);

    private void SetNuma(string attribute, string? value) => SetIn("numatune", DomainOrder.NumaTune, "memory", attribute, value);

    private void SetIn(string container, string[] order, string child, string attribute, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, container, DomainOrder.Root);
        if (_root.Child(container) is not { } element)
            return;
        element.SetAttributeOf(child, attribute, value, order);
        XmlEdit.Prune(element);
    }
}
