using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

namespace Xen.Cim.Providers;

/// <summary>What a guest's memory is made of and where on the host it is, for which CIM has no properties (libvirt's memoryBacking and numatune).</summary>
internal static class MemoryBacking
{
    private const string Strict = "strict";

    private static readonly string[] s_modes = [Strict, "preferred", "interleave", "restrictive"];

    public static string[] Writable { get; } =
    [
        Xen_MemoryRASD.Names.HugePages, Xen_MemoryRASD.Names.HugePageSize, Xen_MemoryRASD.Names.LockedMemory, Xen_MemoryRASD.Names.SharesSamePages, Xen_MemoryRASD.Names.MemorySource,
        Xen_MemoryRASD.Names.MemoryAccess, Xen_MemoryRASD.Names.MemoryAllocation, Xen_MemoryRASD.Names.DiscardsMemory,
        Xen_MemoryRASD.Names.NUMAMode, Xen_MemoryRASD.Names.NUMANodes, Xen_MemoryRASD.Names.NUMAPlacement, Xen_MemoryRASD.Names.NUMACells,
    ];

    public static void Describe(Xen_MemoryRASD instance, DomainDefinition definition)
    {
        instance.HugePages = definition.HugePages;
        instance.HugePageSize = definition.HugePageKiB;
        instance.LockedMemory = definition.LockedMemory;
        instance.SharesSamePages = definition.SharesSamePages;
        instance.MemorySource = definition.MemorySource;
        instance.MemoryAccess = definition.MemoryAccess;
        instance.MemoryAllocation = definition.MemoryAllocation;
        instance.DiscardsMemory = definition.DiscardsMemory;
        instance.NUMAMode = definition.NumaMode;
        instance.NUMANodes = definition.NumaNodes;
        instance.NUMAPlacement = definition.NumaPlacement;
        instance.NUMACells = NamedValues.Write(definition.NumaBindings.Select(b => KeyValuePair.Create(b.Cell.ToString(CultureInfo.InvariantCulture), $"{b.Mode}:{b.Nodes}")));
    }

    /// <summary>Writes what differs from what is there.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER; NOT_SUPPORTED on Xen, which has nothing of it.</exception>
    public static void Write(DomainDefinition definition, Xen_MemoryRASD settings, IHypervisor hypervisor)
    {
        var before = new Xen_MemoryRASD();
        Describe(before, definition);
        if (hypervisor.Driver == HypervisorDriver.Xen && Writable.FirstOrDefault(p => settings[p] is { } wanted && !CimValue.AreEqual(wanted, before[p]) && !(before[p] is null && wanted is "" or 0ul or string?[] { Length: 0 })) is { } property)
            throw CimException.NotSupported($"{property} {CimValue.Format(settings[property]!)}: Xen gives each guest pages of its own, and libvirt hands no wishes about them on.");
        if (settings.HugePages is { } huge && huge != before.HugePages)
            definition.HugePages = huge;
        if (settings.HugePageSize is { } size && size != (before.HugePageSize ?? 0))
        {
            if (size > 0 && settings.HugePages == false)
                throw CimException.InvalidParameter($"HugePageSize {size}: HugePages is false; pages of a size are huge ones.");
            // libvirt finds out when the guest starts.
            if (size > 0 && hypervisor.GetHost().PageSizesKiB is { Count: > 0 } sizes && !sizes.Contains(size))
                throw CimException.InvalidParameter($"HugePageSize {size}: the host has no pages of that size; it has {string.Join(", ", sizes)} KiB.");
            definition.HugePageKiB = size == 0 ? null : size;
        }
        if (settings.LockedMemory is { } locked && locked != before.LockedMemory)
            definition.LockedMemory = locked;
        if (settings.SharesSamePages is { } shares && shares != before.SharesSamePages)
            definition.SharesSamePages = shares;
        if (settings.DiscardsMemory is { } discards && discards != before.DiscardsMemory)
            definition.DiscardsMemory = discards;
        Give(settings.MemorySource, before.MemorySource, v => definition.MemorySource = v);
        Give(settings.MemoryAccess, before.MemoryAccess, v => definition.MemoryAccess = v);
        Give(settings.MemoryAllocation, before.MemoryAllocation, v => definition.MemoryAllocation = v);
        WriteNuma(definition, settings, before, hypervisor);
    }

    private static void WriteNuma(DomainDefinition definition, Xen_MemoryRASD settings, Xen_MemoryRASD before, IHypervisor hypervisor)
    {
        if (settings.NUMAMode is { Length: > 0 } wanted && wanted != before.NUMAMode && !s_modes.Contains(wanted))
            throw CimException.InvalidParameter($"NUMAMode \"{wanted}\": expected {string.Join(", ", s_modes)}, or an empty string.");
        Give(settings.NUMAMode, before.NUMAMode, v => definition.NumaMode = v);
        if (Changed(settings.NUMANodes, before.NUMANodes) is { Length: > 0 } nodes)
            RefuseMissing(nodes, Xen_MemoryRASD.Names.NUMANodes, hypervisor);
        Give(settings.NUMANodes, before.NUMANodes, v => definition.NumaNodes = v);
        Give(settings.NUMAPlacement, before.NUMAPlacement, v => definition.NumaPlacement = v);
        if (settings.NUMACells is { } cells && !cells.SequenceEqual(before.NUMACells ?? []))
        {
            definition.NumaBindings = [.. NamedValues.Read(Xen_MemoryRASD.Names.NUMACells, cells, "0=strict:1").Select(Binding)];
            foreach (var binding in definition.NumaBindings)
                RefuseMissing(binding.Nodes, Xen_MemoryRASD.Names.NUMACells, hypervisor);
        }
        // Nodes that are neither given nor chosen by numad are none.
        if (definition is { NumaMode: { } mode, NumaNodes: null, NumaPlacement: not "auto" } && (mode != before.NUMAMode || before.NUMANodes is not null))
            throw CimException.InvalidParameter($"NUMAMode \"{mode}\" needs NUMANodes, the host's memory nodes, such as 0-1; or NUMAPlacement auto, where numad chooses them.");
    }

    // libvirt finds out when the guest starts; what is no set of nodes at all it refuses itself.
    private static void RefuseMissing(string nodes, string property, IHypervisor hypervisor)
    {
        var there = hypervisor.GetHost().Cells.Select(c => (uint)c.Id).ToList();
        if (there.Count > 0 && ProcessorSet.Parse(nodes)?.Numbers.Except(there).ToList() is [var missing, ..])
            throw CimException.InvalidParameter($"{property} {nodes}: the host has no memory node {missing}; it has {string.Join(", ", there)}.");
    }

    /// <summary>The step that binds a running guest's memory to other nodes of the host: all else of it waits for the next start.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public static Change Live(Guest guest, DomainDefinition from, DomainDefinition to, IHypervisor hypervisor)
    {
        if (to.HasSameMemoryBacking(from))
            return new Change();
        if (to.NumaNodes is null && from.NumaNodes is { } bound)
            throw CimException.InvalidParameter($"NUMANodes: the memory of {guest.Name} is bound to the nodes {bound} as long as it runs; give others, or change its defined configuration.");
        var moved = from.Clone();
        // Memory that is bound to nothing is strictly on the nodes that it gets.
        (moved.NumaNodes, moved.NumaMode) = (to.NumaNodes, from.NumaMode ?? (to.NumaMode == Strict ? Strict : null));
        if (!to.HasSameMemoryBacking(moved))
        {
            throw CimException.InvalidParameter($"What the memory of {guest.Name} is made of and how it is bound ({string.Join(", ", Writable.Where(p => p != Xen_MemoryRASD.Names.NUMANodes))}) changes with its next start; "
                + "change its defined configuration. While it runs only NUMANodes can be changed.");
        }
        if (moved.NumaMode is "preferred" or "interleave")
            throw CimException.InvalidParameter($"NUMANodes {to.NumaNodes}: NUMAMode of {guest.Name} is {moved.NumaMode}, and while a guest runs only memory that is {Strict} on its nodes goes to others. Change its defined configuration, which applies at the next start.");
        return new Change().Then(() => hypervisor.SetNumaNodes(guest.Uuid, to.NumaNodes), () => hypervisor.SetNumaNodes(guest.Uuid, from.NumaNodes));
    }

    private static NumaBinding Binding(KeyValuePair<string, string> entry)
    {
        var parts = entry.Value.Split(':', 2);
        return uint.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var cell) && parts is [var mode, { Length: > 0 } nodes] && s_modes.Contains(mode)
            ? new(cell, mode, nodes)
            : throw CimException.InvalidParameter($"NUMACells \"{entry.Key}={entry.Value}\": expected a memory node of the guest, a mode ({string.Join(", ", s_modes)}) and the host's nodes, such as 0=strict:1.");
    }
}
