using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

namespace Xen.Cim.Providers;

/// <summary>Which processor the guest sees, for which CIM has no properties: model, features, sockets, cores and threads (libvirt's cpu).</summary>
internal static class ProcessorModel
{
    private const string Custom = "custom";
    private const string PassedThrough = "host-passthrough";
    private const string Emulate = "emulate";

    private static readonly string[] s_modes = [Custom, "host-model", PassedThrough, "maximum"];
    private static readonly string[] s_policies = ["force", "require", "optional", "disable", "forbid"];

    public static string[] Writable { get; } =
    [
        Xen_ProcessorRASD.Names.CPUMode, Xen_ProcessorRASD.Names.CPUModel, Xen_ProcessorRASD.Names.CPUModelFallback, Xen_ProcessorRASD.Names.CPUMatch, Xen_ProcessorRASD.Names.CPUCheck,
        Xen_ProcessorRASD.Names.CPUVendor, Xen_ProcessorRASD.Names.CPUMigratable, Xen_ProcessorRASD.Names.CPUFeatures,
        Xen_ProcessorRASD.Names.CPUCacheMode, Xen_ProcessorRASD.Names.CPUCacheLevel, Xen_ProcessorRASD.Names.CPUAddressMode, Xen_ProcessorRASD.Names.CPUAddressBits,
        Xen_ProcessorRASD.Names.Sockets, Xen_ProcessorRASD.Names.DiesPerSocket, Xen_ProcessorRASD.Names.CoresPerDie, Xen_ProcessorRASD.Names.ThreadsPerCore,
    ];

    public static void Describe(Xen_ProcessorRASD instance, DomainDefinition definition)
    {
        instance.CPUMode = definition.CpuMode;
        instance.CPUModel = definition.CpuModel;
        instance.CPUModelFallback = definition.CpuFallback;
        instance.CPUMatch = definition.CpuMatch;
        instance.CPUCheck = definition.CpuCheck;
        instance.CPUVendor = definition.CpuVendor;
        instance.CPUMigratable = definition.CpuMigratable;
        instance.CPUFeatures = NamedValues.Write(definition.CpuFeatures);
        (instance.CPUCacheMode, instance.CPUCacheLevel) = (definition.CpuCache?.Mode, definition.CpuCache?.Level);
        (instance.CPUAddressMode, instance.CPUAddressBits) = (definition.CpuAddresses?.Mode, definition.CpuAddresses?.Bits);
        if (definition.CpuTopology is { } topology)
            (instance.Sockets, instance.DiesPerSocket, instance.CoresPerDie, instance.ThreadsPerCore) = (topology.Sockets, topology.Dies, topology.Cores, topology.Threads);
    }

    /// <summary>Writes what differs from what is there; to be called when the number of processors is written.</summary>
    /// <param name="processors">How many processors the guest had at most before.</param>
    /// <exception cref="CimException">INVALID_PARAMETER; NOT_SUPPORTED on Xen, which knows host-passthrough and features only.</exception>
    public static void Write(DomainDefinition definition, Xen_ProcessorRASD settings, uint? processors, IHypervisor hypervisor)
    {
        var before = new Xen_ProcessorRASD();
        Describe(before, definition);
        WriteModel(definition, settings, before, hypervisor);
        WriteFeatures(definition, settings, before, hypervisor);
        definition.CpuCache = Emulated(s_cache, definition, (settings.CPUCacheMode, settings.CPUCacheLevel), (before.CPUCacheMode, before.CPUCacheLevel), definition.CpuCache);
        definition.CpuAddresses = Emulated(s_addresses, definition, (settings.CPUAddressMode, settings.CPUAddressBits), (before.CPUAddressMode, before.CPUAddressBits), definition.CpuAddresses);
        WriteTopology(definition, settings, hypervisor.Driver == HypervisorDriver.Qemu ? processors : definition.Processors);
        if (hypervisor.Driver == HypervisorDriver.Xen)
            RefuseOnXen(definition, before);
    }

    private static void WriteModel(DomainDefinition definition, Xen_ProcessorRASD settings, Xen_ProcessorRASD before, IHypervisor hypervisor)
    {
        // Mode and model say each other, so one that is repeated gives way to one that is new.
        var (mode, model) = (Changed(settings.CPUMode, before.CPUMode), Changed(settings.CPUModel, before.CPUModel));
        if (mode is { Length: > 0 } && !s_modes.Contains(mode))
            throw CimException.InvalidParameter($"CPUMode \"{mode}\": expected {string.Join(", ", s_modes)}, or an empty string for the hypervisor's own processor.");
        if (mode is not null and not Custom && model is { Length: > 0 })
            throw CimException.InvalidParameter($"CPUMode \"{mode}\" and CPUModel \"{model}\": a model goes with the mode {Custom} only; give one of them.");
        if (model is { Length: > 0 })
            RefuseUnknown(model, definition, hypervisor);
        if (mode is not null)
            definition.CpuMode = mode.Length == 0 ? null : mode;
        if (model is not null)
            definition.CpuModel = model.Length == 0 ? null : model;
        if (definition is { CpuMode: Custom, CpuModel: null })
            throw CimException.InvalidParameter($"CPUMode {Custom} needs CPUModel, a processor that libvirt knows, such as qemu64; an empty CPUMode asks for the hypervisor's own.");
        Give(settings.CPUModelFallback, before.CPUModelFallback, v => definition.CpuFallback = v);
        Give(settings.CPUMatch, before.CPUMatch, v => definition.CpuMatch = v);
        Give(settings.CPUCheck, before.CPUCheck, v => definition.CpuCheck = v);
        if (Changed(settings.CPUVendor, before.CPUVendor) is { Length: > 0 } vendor && ArchitectureOf(definition, hypervisor) is { } architecture && hypervisor.IsUnknownProcessorVendor(architecture, vendor))
            throw CimException.InvalidParameter($"CPUVendor \"{vendor}\": the host's libvirt knows no such vendor of processors of the architecture {architecture}: expected one of its cpu_map, such as Intel or AMD.");
        Give(settings.CPUVendor, before.CPUVendor, v => definition.CpuVendor = v);
        if (settings.CPUMigratable is { } migratable && migratable != before.CPUMigratable)
            definition.CpuMigratable = migratable;
        if (definition.CpuModel is null && (definition.CpuFallback ?? definition.CpuVendor ?? definition.CpuMatch) is { } stray && definition.CpuMode is null)
            throw CimException.InvalidParameter($"\"{stray}\" is about a model, and {definition.Name} names none: give CPUModel.");
    }

    internal static string? ArchitectureOf(DomainDefinition definition, IHypervisor hypervisor) => definition.Architecture ?? hypervisor.GetHost().Architecture;

    // libvirt finds out when the guest starts.
    private static void RefuseUnknown(string model, DomainDefinition definition, IHypervisor hypervisor)
    {
        if (ArchitectureOf(definition, hypervisor) is { } architecture && hypervisor.ListProcessorModels(architecture) is { } known && !known.Contains(model))
            throw CimException.InvalidParameter($"CPUModel \"{model}\": the host's libvirt knows no such processor of the architecture {architecture}; it knows {string.Join(", ", known)}.");
    }

    private static void WriteFeatures(DomainDefinition definition, Xen_ProcessorRASD settings, Xen_ProcessorRASD before, IHypervisor hypervisor)
    {
        if (settings.CPUFeatures is not { } entries || entries.SequenceEqual(before.CPUFeatures ?? []))
            return;
        var features = NamedValues.Read(Xen_ProcessorRASD.Names.CPUFeatures, entries, "vmx=disable", "require");
        if (features.FirstOrDefault(f => !s_policies.Contains(f.Value)) is { Key: { } odd } wrong)
            throw CimException.InvalidParameter($"CPUFeatures \"{odd}={wrong.Value}\": a policy is {string.Join(", ", s_policies)}.");
        if (features.GroupBy(f => f.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw CimException.InvalidParameter($"CPUFeatures names {twice.Key} {twice.Count()} times; a feature has one policy.");
        if (features.Count > 0 && definition.CpuMode is null)
            throw CimException.InvalidParameter($"CPUFeatures are had beside those of a processor, and {definition.Name} names none: give CPUMode or CPUModel.");
        // libvirt finds out when the guest starts.
        var added = features.Select(f => f.Key).Except(definition.CpuFeatures.Select(f => f.Key)).ToList();
        if (added.Count > 0 && ArchitectureOf(definition, hypervisor) is { } architecture && hypervisor.FindUnknownProcessorFeatures(architecture, added) is [var unknown, ..])
            throw CimException.InvalidParameter($"CPUFeatures \"{unknown}\": the host's libvirt knows no such feature of a processor of the architecture {architecture}: expected one of its cpu_map, such as vmx or aes.");
        definition.CpuFeatures = features;
    }

    /// <summary>A cache has a level, and an address a width, just where the hypervisor emulates it.</summary>
    /// <param name="part">Which of both.</param>
    /// <param name="definition">The guest's.</param>
    /// <param name="given">What the client sends.</param>
    /// <param name="before">What came along with a whole instance.</param>
    /// <param name="now">What another CPUMode has left of that.</param>
    private static (string, uint?)? Emulated(EmulatedPart part, DomainDefinition definition, (string? Mode, uint? Number) given, (string? Mode, uint? Number) before, (string Mode, uint? Number)? now)
    {
        var (newMode, newNumber) = (Changed(given.Mode, before.Mode), given.Number == (before.Number ?? 0) ? null : given.Number);
        if (newMode is null && newNumber is null)
            return now;
        if (newMode is { Length: > 0 } && !part.Modes.Contains(newMode))
            throw CimException.InvalidParameter($"{part.Mode} \"{newMode}\": expected {string.Join(", ", part.Modes)}, or an empty string for what the hypervisor does by itself.");
        if (newNumber > part.Most)
            throw CimException.InvalidParameter($"{part.Number} {newNumber}: expected 1 to {part.Most}, or 0 for none.");
        var mode = newMode is null ? now?.Mode : newMode.Length == 0 ? null : newMode;
        var number = (newNumber ?? (mode == Emulate ? now?.Number : null)) is > 0 and var some ? some : (uint?)null;
        if (mode != Emulate && number is { } idle)
            throw CimException.InvalidParameter($"{part.Number} {idle}: it goes with {part.Mode} {Emulate}, and that is {mode ?? "NULL"}.");
        if (mode == Emulate && number is null)
            throw CimException.InvalidParameter($"{part.Mode} {Emulate} needs {part.Number}, such as {part.Example}.");
        if (mode is not null && definition.CpuMode is null)
            throw CimException.InvalidParameter($"{part.Mode} {mode} is about a processor, and {definition.Name} names none: give CPUMode or CPUModel.");
        if (mode == "passthrough" && definition.CpuMode is not (PassedThrough or "maximum"))
            throw CimException.InvalidParameter($"{part.Mode} {mode}: the guest sees that of the host's processor where CPUMode is {PassedThrough} or maximum, and it is {definition.CpuMode}.");
        return mode is null ? null : (mode, number);
    }

    private sealed record EmulatedPart(string Mode, string Number, string[] Modes, uint Most, string Example);

    private static readonly EmulatedPart s_cache = new(Xen_ProcessorRASD.Names.CPUCacheMode, Xen_ProcessorRASD.Names.CPUCacheLevel, [Emulate, "passthrough", "disable"], 3, "3, the only one that QEMU has");
    private static readonly EmulatedPart s_addresses = new(Xen_ProcessorRASD.Names.CPUAddressMode, Xen_ProcessorRASD.Names.CPUAddressBits, [Emulate, "passthrough"], 64, "42");

    /// <param name="processors">As many as there were, where the hypervisor holds them against the topology.</param>
    private static void WriteTopology(DomainDefinition definition, Xen_ProcessorRASD settings, uint? processors)
    {
        var now = definition.CpuTopology;
        var wanted = now;
        if (settings is not { Sockets: null, DiesPerSocket: null, CoresPerDie: null, ThreadsPerCore: null })
        {
            uint?[] numbers = [settings.Sockets, settings.DiesPerSocket, settings.CoresPerDie, settings.ThreadsPerCore];
            var basis = now ?? new CpuTopology(1, 1, 1, 1);
            wanted = numbers.All(n => n is null or 0) ? null
                : basis with { Sockets = settings.Sockets ?? basis.Sockets, Dies = settings.DiesPerSocket ?? basis.Dies, Cores = settings.CoresPerDie ?? basis.Cores, Threads = settings.ThreadsPerCore ?? basis.Threads };
        }
        // libvirt's own words do not say what would be right.
        if (wanted is not null && (wanted != now || definition.Processors != processors) && wanted.Processors != definition.Processors)
        {
            throw CimException.InvalidParameter($"{wanted.Sockets} sockets with {wanted.Dies} dies with {wanted.Cores} cores with {wanted.Threads} threads are {wanted.Processors} processors, and {definition.Name} has {definition.Processors} at most: "
                + "give MaximumProcessors with Sockets, DiesPerSocket, CoresPerDie and ThreadsPerCore that make as many, or Sockets = 0 for no such arrangement.");
        }
        definition.CpuTopology = wanted;
    }

    // libvirt's Xen driver hands on the features of host-passthrough, to guests whose processor Xen makes up, and drops all else without a word.
    private static void RefuseOnXen(DomainDefinition definition, Xen_ProcessorRASD before)
    {
        var now = new Xen_ProcessorRASD();
        Describe(now, definition);
        if (now.CPUMode is { } mode and not PassedThrough && (mode != before.CPUMode || now.CPUModel != before.CPUModel))
            throw CimException.NotSupported($"CPUMode {mode}{(now.CPUModel is { } model ? $" with CPUModel {model}" : "")}: a guest of Xen sees the host's processor ({PassedThrough}); CPUFeatures may take some of it away.");
        if (definition.Kind == VirtualizationKind.Paravirtual && now.CPUFeatures is { } features && !features.SequenceEqual(before.CPUFeatures ?? []))
            throw CimException.NotSupported($"CPUFeatures {string.Join(", ", features)}: a {VirtualSystemSettingData.Paravirtual} sees the processor of the host, and libvirt takes nothing of that away from it; it does from a {VirtualSystemSettingData.ParavirtualHardware} or {VirtualSystemSettingData.FullyVirtual}.");
        if (now.Sockets is { } sockets && (now.Sockets, now.DiesPerSocket, now.CoresPerDie, now.ThreadsPerCore) != (before.Sockets, before.DiesPerSocket, before.CoresPerDie, before.ThreadsPerCore))
            throw CimException.NotSupported($"Sockets {sockets}: libvirt hands no arrangement of processors on to Xen.");
        foreach (var (property, value, there) in ((string, object?, object?)[])[
            (Xen_ProcessorRASD.Names.CPUMatch, now.CPUMatch, before.CPUMatch), (Xen_ProcessorRASD.Names.CPUCheck, now.CPUCheck, before.CPUCheck), (Xen_ProcessorRASD.Names.CPUVendor, now.CPUVendor, before.CPUVendor),
            (Xen_ProcessorRASD.Names.CPUModelFallback, now.CPUModelFallback, before.CPUModelFallback), (Xen_ProcessorRASD.Names.CPUMigratable, now.CPUMigratable, before.CPUMigratable),
            (Xen_ProcessorRASD.Names.CPUCacheMode, now.CPUCacheMode, before.CPUCacheMode), (Xen_ProcessorRASD.Names.CPUCacheLevel, now.CPUCacheLevel, before.CPUCacheLevel),
            (Xen_ProcessorRASD.Names.CPUAddressMode, now.CPUAddressMode, before.CPUAddressMode), (Xen_ProcessorRASD.Names.CPUAddressBits, now.CPUAddressBits, before.CPUAddressBits)])
        {
            if (value is not null && !value.Equals(there))
                throw CimException.NotSupported($"{property} {CimValue.Format(value)}: libvirt does not hand it on to Xen.");
        }
    }
}
