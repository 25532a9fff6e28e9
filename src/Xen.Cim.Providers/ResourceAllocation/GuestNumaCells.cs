using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// The guest's own memory nodes, for which CIM has no properties (libvirt's cpu/numa): arrays in which what stands at the same
/// place is of the same node, the first of which is node 0.
/// </summary>
internal static class GuestNumaCells
{
    // ACPI's (SLIT), and so libvirt's.
    private const uint LocalDistance = 10;
    private const uint Unreachable = 255;

    private static readonly string[] s_texts =
        [Xen_MemoryRASD.Names.NUMACellProcessors, Xen_MemoryRASD.Names.NUMACellMemoryAccess, Xen_MemoryRASD.Names.NUMACellDiscards, Xen_MemoryRASD.Names.NUMACellDistances];

    // libvirt does not hand them on.
    private static readonly string[] s_notOnXen = [Xen_MemoryRASD.Names.NUMACellMemoryAccess, Xen_MemoryRASD.Names.NUMACellDiscards];

    public static string[] Writable { get; } = [Xen_MemoryRASD.Names.NUMACellMemory, .. s_texts];

    public static void Describe(Xen_MemoryRASD instance, DomainDefinition definition)
    {
        var cells = definition.NumaCells;
        if (cells.Count == 0)
            return;
        instance.NUMACellMemory = [.. cells.Select(c => c.MemoryKiB)];
        instance.NUMACellProcessors = Texts(c => c.Processors);
        instance.NUMACellMemoryAccess = Texts(c => c.Access);
        instance.NUMACellDiscards = Texts(c => c.Discard);
        instance.NUMACellDistances = Texts(c => c.Distances);

        string[]? Texts(Func<GuestNumaCell, string?> text) => cells.Any(c => text(c) is not null) ? [.. cells.Select(c => text(c) ?? "")] : null;
    }

    /// <summary>Writes what differs from what is there; to be called when the guest's memory is written.</summary>
    /// <param name="definition">The guest's.</param>
    /// <param name="settings">What the client sends.</param>
    /// <param name="units">In which NUMACellMemory is.</param>
    /// <param name="memoryKiB">How much memory the guest had at most before.</param>
    /// <param name="driver">Which may not know all of it.</param>
    /// <exception cref="CimException">INVALID_PARAMETER; NOT_SUPPORTED on Xen, which knows processors, memory and distances only.</exception>
    public static void Write(DomainDefinition definition, Xen_MemoryRASD settings, string units, ulong? memoryKiB, HypervisorDriver driver)
    {
        var before = new Xen_MemoryRASD();
        Describe(before, definition);
        var now = definition.NumaCells;
        var cells = Cells(settings, before, units, now);
        var given = s_texts.Where(p => settings[p] is string?[] texts && !texts.SequenceEqual((string?[]?)before[p] ?? [])).ToList();
        if (driver == HypervisorDriver.Xen && given.FirstOrDefault(p => s_notOnXen.Contains(p) && ((string?[])settings[p]!).Any(t => !string.IsNullOrEmpty(t))) is { } property)
            throw CimException.NotSupported($"{property}: Xen gives each guest pages of its own, and libvirt hands no such wish on; a memory node of its guest has {Xen_MemoryRASD.Names.NUMACellMemory}, {Xen_MemoryRASD.Names.NUMACellProcessors} and {Xen_MemoryRASD.Names.NUMACellDistances}.");
        foreach (var name in given)
        {
            var texts = (string?[])settings[name]!;
            // None of them takes all of it away.
            if (texts.Length != cells.Count && texts.Length > 0)
                throw CimException.InvalidParameter($"{name} has {texts.Length} entries for {cells.Count} memory nodes of the guest; what stands at the same place in {string.Join(", ", Writable)} is of the same node. {Xen_MemoryRASD.Names.NUMACellMemory} says how many there are.");
            cells = [.. cells.Select((cell, place) => With(cell, name, texts.Length == 0 || string.IsNullOrEmpty(texts[place]) ? null : texts[place]))];
        }
        if (cells.SequenceEqual(now))
        {
            CheckMemory(definition, cells, changed: definition.MemoryKiB != memoryKiB);
            return;
        }
        CheckProcessors(cells);
        if (driver == HypervisorDriver.Xen)
            RefuseNotOnXen(definition, cells);
        CheckDistances(cells, given);
        CheckMemory(definition, cells, changed: true);
        definition.NumaCells = cells;
    }

    // libvirt takes them, and the guest cannot be started.
    private static void RefuseNotOnXen(DomainDefinition definition, List<GuestNumaCell> cells)
    {
        if (cells.Count > 0 && !definition.HasDeviceModel)
            throw CimException.NotSupported($"NUMACellMemory: Xen gives memory nodes to a {VirtualSystemSettingData.FullyVirtual} only, and {definition.Name} is a {VirtualSystemSettingData.TypeOf(definition)}.");
        if (cells.FindIndex(c => c.Processors is null) is >= 0 and var idle)
            throw CimException.NotSupported($"NUMACellProcessors: node {idle} has none, and a memory node of a guest of Xen has at least one processor.");
    }

    // As many as there is memory for; what is not said of a node that stays is as it was.
    private static List<GuestNumaCell> Cells(Xen_MemoryRASD settings, Xen_MemoryRASD before, string units, IReadOnlyList<GuestNumaCell> now)
    {
        if (settings.NUMACellMemory is not { } memory)
            return [.. now];
        var kib = memory.Select(m => MemoryUnits.ToKiB(m, units, Xen_MemoryRASD.Names.NUMACellMemory)).ToList();
        // Distances to nodes that are no more, or not yet known, would be no distances.
        return kib.SequenceEqual(before.NUMACellMemory ?? []) ? [.. now]
            : [.. kib.Select((m, place) => place >= now.Count ? new GuestNumaCell(m) : now[place] with { MemoryKiB = m, Distances = kib.Count == now.Count ? now[place].Distances : null })];
    }

    private static GuestNumaCell With(GuestNumaCell cell, string property, string? text) => property switch
    {
        Xen_MemoryRASD.Names.NUMACellProcessors => cell with { Processors = text },
        Xen_MemoryRASD.Names.NUMACellMemoryAccess => cell with { Access = OneOf(property, text, "shared", "private") },
        Xen_MemoryRASD.Names.NUMACellDiscards => cell with { Discard = OneOf(property, text, "yes", "no") },
        _ => cell with { Distances = text?.Replace(" ", "", StringComparison.Ordinal) },
    };

    private static string? OneOf(string property, string? text, params ReadOnlySpan<string> known) => text is null || known.Contains(text) ? text
        : throw CimException.InvalidParameter($"{property} \"{text}\": expected {string.Join(" or ", known!)}, or an empty string for what holds of all the guest's memory.");

    private static void CheckProcessors(List<GuestNumaCell> cells)
    {
        var nodes = new Dictionary<uint, int>();
        for (var node = 0; node < cells.Count; node++)
        {
            if (cells[node].Processors is not { } text)
                continue;
            var processors = ProcessorSet.Parse(text)
                ?? throw CimException.InvalidParameter($"NUMACellProcessors \"{text}\": expected processors of the guest by number, such as 0-3 or 0,2, or an empty string for none.");
            foreach (var processor in processors.Numbers)
            {
                if (!nodes.TryAdd(processor, node))
                    throw CimException.InvalidParameter($"NUMACellProcessors: processor {processor} is at node {nodes[processor]} and at node {node}; a processor is at one of them.");
            }
        }
    }

    private static void CheckDistances(List<GuestNumaCell> cells, List<string> given)
    {
        if (!given.Contains(Xen_MemoryRASD.Names.NUMACellDistances))
            return;
        for (var node = 0; node < cells.Count; node++)
        {
            if (cells[node].Distances is not { } text)
                continue;
            var distances = text.Split(',');
            if (distances.Length != cells.Count || !distances.Select((d, other) => uint.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var distance)
                && (other == node ? distance == LocalDistance : distance is > LocalDistance and <= Unreachable)).All(right => right))
            {
                throw CimException.InvalidParameter($"NUMACellDistances \"{text}\" of node {node}: expected a number for each of the {cells.Count} nodes, such as "
                    + $"{string.Join(',', cells.Select((_, other) => other == node ? LocalDistance : 20))}: {LocalDistance} to itself, {LocalDistance + 1} to {Unreachable} to others, of which {Unreachable} cannot be reached.");
            }
        }
    }

    // libvirt would make the guest's memory what its nodes have, whatever else was asked for.
    private static void CheckMemory(DomainDefinition definition, List<GuestNumaCell> cells, bool changed)
    {
        if (cells.Count == 0 || !changed)
            return;
        var modules = definition.OtherDevices.Where(d => d.ElementName == "memory").Aggregate(0UL, (sum, module) => sum + module.MemoryKiB);
        var sum = cells.Aggregate(System.Numerics.BigInteger.Zero, (all, cell) => all + cell.MemoryKiB);
        if (sum + modules == definition.MemoryKiB)
            return;
        throw CimException.InvalidParameter($"NUMACellMemory: the {cells.Count} memory nodes of {definition.Name} have {sum} KiB{(modules == 0 ? "" : $", and its memory modules {modules} KiB")}, and Limit, which is what it has at most, is {definition.MemoryKiB} KiB: "
            + "give NUMACellMemory with Limit that are as much, or an empty NUMACellMemory for no nodes.");
    }
}
