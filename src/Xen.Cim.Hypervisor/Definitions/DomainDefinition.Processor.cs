using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>How the virtual processors are arranged (element cpu/topology).</summary>
/// <param name="Sockets">From 1.</param>
/// <param name="Dies">In each socket, from 1.</param>
/// <param name="Cores">In each die, from 1.</param>
/// <param name="Threads">Of each core, from 1.</param>
public sealed record CpuTopology(uint Sockets, uint Dies, uint Cores, uint Threads)
{
    /// <summary>What libvirt 10.1 and later has between dies and cores; 1 for all others.</summary>
    public uint Clusters { get; init; } = 1;

    /// <summary>How many virtual processors that are, at most <see cref="ulong.MaxValue"/>; libvirt wants as many as the guest has at most.</summary>
    public ulong Processors => new ulong[] { Sockets, Dies, Clusters, Cores, Threads }
        .Aggregate(1UL, (product, number) => number != 0 && product > ulong.MaxValue / number ? ulong.MaxValue : product * number);
}

// What processor the guest sees: element cpu.
public sealed partial class DomainDefinition
{
    /// <summary>Attribute cpu/@mode: custom (also when only a model is named), host-model, host-passthrough or maximum; null: the hypervisor's own.</summary>
    /// <remarks>
    /// What the other modes do not know goes with a change: a model, its vendor, how it is matched, what is passed through of the
    /// host's processor, and for none of them the features, the cache and the width of addresses.
    /// </remarks>
    public string? CpuMode
    {
        get => _root.Child("cpu") is { } cpu ? cpu.Read("mode") ?? (cpu.Child("model") is null ? null : "custom") : null;
        set
        {
            if (value == CpuMode)
                return;
            if (_root.Child("cpu") is { } cpu)
            {
                foreach (var stale in (ReadOnlySpan<string>)["match", "check", "migratable"])
                    cpu.SetAttribute(stale, null);
                foreach (var stale in value is null ? s_modelled : value == "custom" ? [] : s_modelled[..2])
                    foreach (var element in cpu.Elements(stale).ToList())
                        XmlEdit.Remove(element);
                foreach (var emulated in (ReadOnlySpan<string>)["cache", "maxphysaddr"])
                    if (cpu.Child(emulated) is { } element && (value is null || (value is not ("host-passthrough" or "maximum") && element.Read("mode") == "passthrough")))
                        XmlEdit.Remove(element);
            }
            _root.SetAttributeOf("cpu", "mode", value, DomainOrder.Root);
        }
    }

    private static readonly string[] s_modelled = ["model", "vendor", "feature"];

    /// <summary>Element cpu/model: a processor that libvirt knows, such as Skylake-Server. Only of the mode custom, which it makes it.</summary>
    public string? CpuModel
    {
        get => _root.Child("cpu")?.Text("model") is { Length: > 0 } model ? model.Trim() : null;
        set
        {
            if (value == CpuModel)
                return;
            if (value is not null)
            {
                CpuMode = "custom";
                SetCpu("model", value);
            }
            else if (_root.Child("cpu")?.Child("model") is { } model)
            {
                XmlEdit.Remove(model);
            }
        }
    }

    /// <summary>Attribute cpu/model/@fallback: allow or forbid another model where the hypervisor does not have this one.</summary>
    public string? CpuFallback
    {
        get => _root.Child("cpu")?.AttributeOf("model", "fallback");
        set => SetCpuAttributeOf("model", "fallback", value);
    }

    /// <summary>Element cpu/vendor: only start where the host's processor is this vendor's.</summary>
    public string? CpuVendor
    {
        get => _root.Child("cpu")?.Text("vendor");
        set => SetCpu("vendor", value);
    }

    /// <summary>Attribute cpu/@match: minimum, exact or strict.</summary>
    public string? CpuMatch
    {
        get => _root.AttributeOf("cpu", "match");
        set => _root.SetAttributeOf("cpu", "match", value, DomainOrder.Root);
    }

    /// <summary>Attribute cpu/@check: none, partial or full.</summary>
    public string? CpuCheck
    {
        get => _root.AttributeOf("cpu", "check");
        set => _root.SetAttributeOf("cpu", "check", value, DomainOrder.Root);
    }

    /// <summary>Attribute cpu/@migratable: whether what cannot move to another host is left out of host-passthrough; null where it does not say.</summary>
    public bool? CpuMigratable
    {
        get => LibvirtNumber.YesNo(_root.AttributeOf("cpu", "migratable"));
        set
        {
            if (value != CpuMigratable)
                _root.SetAttributeOf("cpu", "migratable", value is { } on ? on ? "on" : "off" : null, DomainOrder.Root);
        }
    }

    /// <summary>Elements cpu/feature: name to policy (force, require, optional, disable or forbid), in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> CpuFeatures
    {
        get => [.. (_root.Child("cpu")?.Elements("feature") ?? []).Where(f => f.Read("name") is { Length: > 0 })
            .Select(f => KeyValuePair.Create(f.Read("name")!, f.Read("policy") ?? "require"))];
        set
        {
            if (value.SequenceEqual(CpuFeatures))
                return;
            foreach (var feature in _root.Child("cpu")?.Elements("feature").ToList() ?? [])
                XmlEdit.Remove(feature);
            foreach (var (name, policy) in value)
                XmlEdit.Insert(XmlEdit.Ensure(_root, "cpu", DomainOrder.Root), new XElement("feature",
                    new XAttribute("policy", DefinitionXml.Checked(policy, "A feature's policy")), new XAttribute("name", DefinitionXml.Checked(name, "A feature"))), DomainOrder.Cpu);
            if (_root.Child("cpu") is { } cpu)
                XmlEdit.Prune(cpu);
        }
    }

    /// <summary>Element cpu/cache: its mode (emulate, passthrough or disable) and the level that is emulated, 1 to 3; null: as the hypervisor has it.</summary>
    public (string Mode, uint? Level)? CpuCache
    {
        get => CpuPart("cache", "level");
        set => SetCpuPart("cache", "level", value);
    }

    /// <summary>Element cpu/maxphysaddr: its mode (emulate or passthrough) and how many bits of physical addresses are emulated; null: as the hypervisor has it.</summary>
    public (string Mode, uint? Bits)? CpuAddresses
    {
        get => CpuPart("maxphysaddr", "bits");
        set => SetCpuPart("maxphysaddr", "bits", value);
    }

    private (string, uint?)? CpuPart(string part, string number) =>
        _root.Child("cpu")?.Child(part) is { } element && element.Read("mode") is { Length: > 0 } mode ? (mode, LibvirtNumber.UInt32(element.Read(number))) : null;

    private void SetCpuPart(string part, string number, (string Mode, uint? Number)? value)
    {
        if (value == CpuPart(part, number))
            return;
        if (value is not ({ } mode, var many))
        {
            if (_root.Child("cpu")?.Child(part) is { } old)
                XmlEdit.Remove(old, "cpu");
            return;
        }
        var element = XmlEdit.Ensure(XmlEdit.Ensure(_root, "cpu", DomainOrder.Root), part, DomainOrder.Cpu);
        element.SetAttribute(number, many is { } n ? XmlEdit.ToInvariant(n) : null);
        element.SetAttribute("mode", mode);
    }

    /// <summary>Element cpu/topology; null when there is none, or a number of it is none.</summary>
    public CpuTopology? CpuTopology
    {
        get
        {
            if (_root.Child("cpu")?.Child("topology") is not { } topology)
                return null;
            uint? Number(string attribute, uint? absent) => topology.Read(attribute) is { } text ? LibvirtNumber.UInt32(text) : absent;
            return Number("sockets", null) is { } sockets && Number("dies", 1) is { } dies && Number("clusters", 1) is { } clusters
                && Number("cores", null) is { } cores && Number("threads", null) is { } threads
                    ? new(sockets, dies, cores, threads) { Clusters = clusters } : null;
        }
        set
        {
            if (value == CpuTopology)
                return;
            var cpu = _root.Child("cpu");
            if (value is null)
            {
                if (cpu?.Child("topology") is { } old)
                    XmlEdit.Remove(old, "cpu");
                return;
            }
            var topology = XmlEdit.Ensure(cpu ?? XmlEdit.Ensure(_root, "cpu", DomainOrder.Root), "topology", DomainOrder.Cpu);
            topology.SetAttribute("sockets", XmlEdit.ToInvariant(value.Sockets));
            if (value.Dies != 1 || topology.Read("dies") is not null)
                topology.SetAttribute("dies", XmlEdit.ToInvariant(value.Dies));
            topology.SetAttribute("cores", XmlEdit.ToInvariant(value.Cores));
            topology.SetAttribute("threads", XmlEdit.ToInvariant(value.Threads));
        }
    }

    /// <summary>Whether both have the same processor: all of the element cpu but the guest's own memory nodes.</summary>
    public bool HasSameCpu(DomainDefinition other) => DefinitionXml.ContentEquals(WithoutNuma(_root.Child("cpu")), WithoutNuma(other._root.Child("cpu")));

    private static XElement WithoutNuma(XElement? cpu)
    {
        var copy = cpu is null ? new XElement("cpu") : new XElement(cpu);
        copy.Child("numa")?.Remove();
        return copy;
    }

    private void SetCpu(string child, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, "cpu", DomainOrder.Root);
        if (_root.Child("cpu") is not { } cpu)
            return;
        cpu.SetText(child, value, DomainOrder.Cpu);
        XmlEdit.Prune(cpu);
    }

    private void SetCpuAttributeOf(string child, string attribute, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, "cpu", DomainOrder.Root);
        _root.Child("cpu")?.SetAttributeOf(child, attribute, value, DomainOrder.Cpu);
    }
}
