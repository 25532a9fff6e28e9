namespace Xen.Cim.Hypervisor;

// Where the virtual processors run: attribute vcpu/@cpuset, and elements cputune/vcpupin that go before it.
public sealed partial class DomainDefinition
{
    /// <summary>The host processors that a virtual processor is pinned to; null: any.</summary>
    public ProcessorSet? AffinityOf(uint processor) =>
        ProcessorSet.Parse(CpuPins.TryGetValue(processor, out var pinned) ? pinned : CpuSet);

    /// <summary>
    /// The host processors that the virtual processors in use may run on, taken together; null: at least one of them may
    /// run on any. Setting it pins all of them to the same, and frees them with null.
    /// </summary>
    public ProcessorSet? Affinity
    {
        get
        {
            var pins = CpuPins;
            if (pins.Count == 0)
                return ProcessorSet.Parse(CpuSet);
            var together = new List<uint>();
            for (uint processor = 0; processor < (CurrentProcessors ?? Processors ?? 1); processor++)
            {
                if (ProcessorSet.Parse(pins.TryGetValue(processor, out var pinned) ? pinned : CpuSet) is not { } set)
                    return null;
                together.AddRange(set.Numbers);
            }
            return ProcessorSet.Of(together);
        }
        set
        {
            foreach (var pin in _root.Child("cputune")?.Elements("vcpupin").ToList() ?? [])
                XmlEdit.Remove(pin, "cputune");
            CpuSet = value?.ToString();
            // With "auto" libvirt asks numad and ignores the set.
            if (value is not null && _root.AttributeOf("vcpu", "placement") == "auto")
                _root.Child("vcpu")!.SetAttribute("placement", "static");
        }
    }
}
