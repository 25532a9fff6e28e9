using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_VirtualSystemManagementService.DefineSystem: a new guest from settings, from another configuration, or from
/// nothing but defaults (DSP1042 8.2.4).
/// </summary>
/// <remarks>
/// Defaults: a name made of the UUID, one processor, 512 MiB of memory, no disk, no adapter, and the first type of
/// <see cref="TypesSupported"/>. A paravirtual guest without kernel boots with pygrub.
/// </remarks>
internal sealed class DefineSystem(IHypervisor hypervisor, VirtualSystemSettingData configurations, StartWithHost start, IReadOnlyList<IAllocationSetting> allocations)
{
    public const string DefaultBootloader = "pygrub";

    // In order of preference where a client does not choose.
    private static readonly (string Type, VirtualizationKind Kind)[] s_types =
    [
        (VirtualSystemSettingData.Paravirtual, VirtualizationKind.Paravirtual),
        (VirtualSystemSettingData.ParavirtualHardware, VirtualizationKind.ParavirtualHardware),
        (VirtualSystemSettingData.FullyVirtual, VirtualizationKind.FullyVirtual),
    ];

    /// <summary>The types of guest that the hypervisor's capabilities name.</summary>
    public static IEnumerable<string> TypesSupported(IHypervisor hypervisor)
    {
        var kinds = hypervisor.GetHost().GuestKinds;
        return s_types.Where(t => kinds.Any(k => DomainDefinition.KindOf(k.OsType) == t.Kind)).Select(t => t.Type);
    }

    /// <summary>The kind that a type stands for; null: DMTF has no word for it.</summary>
    public static VirtualizationKind? KindOf(string type) => s_types.Where(t => t.Type == type).Select(t => (VirtualizationKind?)t.Kind).FirstOrDefault();

    /// <summary>How the host runs guests of a kind: those of its own architecture before lesser ones that it can run too, and emulation last.</summary>
    public static IEnumerable<GuestKindSupport> SupportFor(Host host, VirtualizationKind kind) => host.GuestKinds.Where(k => DomainDefinition.KindOf(k.OsType) == kind)
        .OrderByDescending(k => k.Architecture == host.Architecture).ThenBy(k => k.DomainType == "qemu");

    public Guest Define(CimInstance? systemSettings, IReadOnlyList<CimInstance> resources, Configuration? reference)
    {
        var settings = systemSettings is null ? new Xen_VirtualSystemSettingData() : SystemSettings(systemSettings);
        configurations.RefuseWhatIsNotKept(settings);
        var uuid = Guid.TryParse(settings.VirtualSystemIdentifier, out var given) && given != Guid.Empty ? given : Guid.NewGuid();
        var name = settings.ElementName is { Length: > 0 } wanted ? wanted : $"guest-{uuid:N}"[..14];
        // Volumes of new disks come first, and go again when the guest cannot be defined.
        var (steps, planned, placed) = (new Change(), new HashSet<string>(StringComparer.Ordinal), resources.ToList());
        for (var i = 0; i < placed.Count; i++)
        {
            if (ClassOf(allocations, placed[i]).Prepare(placed[i], name, planned) is not { } prepared)
                continue;
            placed[i] = prepared.Settings;
            steps.Then(prepared.Before);
        }
        Guest? guest = null;
        steps.Then(() => guest = Define(settings, name, uuid, placed, reference), () => { }).Do();
        return guest!;
    }

    private Guest Define(Xen_VirtualSystemSettingData settings, string name, Guid uuid, IReadOnlyList<CimInstance> resources, Configuration? reference)
    {
        var definition = reference is null ? Fresh(settings, name, uuid) : Copy(reference, settings, name, uuid);
        definition.Name = "";
        settings.ElementName = name;
        configurations.Apply(definition, settings, isNew: true);
        if (definition.Kind == VirtualizationKind.Paravirtual && definition.Kernel is null && definition.Bootloader is null)
            definition.Bootloader = DefaultBootloader;
        // Who says what ports the guest has means these, and not one more than the default.
        if (reference is null && resources.Any(r => ClassOf(allocations, r) is ConsoleRASD))
            DropConsoles(definition);
        foreach (var resource in resources)
            Put(definition, resource, reference);
        if (reference is not null)
            RefuseSharedDisks(definition, reference);
        var autostart = start.Apply(definition, libvirtStarts: false, settings);
        var guest = hypervisor.Define(definition);
        if (autostart)
        {
            new Change()
                .Then(() => { }, () => hypervisor.Remove(guest.Uuid))
                .Then(() => hypervisor.SetAutostart(guest.Uuid, true), () => { })
                .Do();
        }
        return guest;
    }

    /// <exception cref="CimException">INVALID_PARAMETER: not a virtual system's settings.</exception>
    public static Xen_VirtualSystemSettingData SystemSettings(CimInstance instance) =>
        EmbeddedSettings.IsBetween(instance.ClassName, Xen_VirtualSystemSettingData.Layout, CIM_VirtualSystemSettingData.CimName)
            ? EmbeddedSettings.Typed<Xen_VirtualSystemSettingData>(instance)
            : throw CimException.InvalidParameter($"SystemSettings is a {instance.ClassName}; expected {Xen_VirtualSystemSettingData.CimName} or CIM_VirtualSystemSettingData.");

    /// <exception cref="CimException">INVALID_PARAMETER: not a resource that we know.</exception>
    public static IAllocationSetting ClassOf(IReadOnlyList<IAllocationSetting> allocations, CimInstance settings) =>
        allocations.FirstOrDefault(a => a.Serves(settings))
        ?? throw CimException.InvalidParameter($"A {settings.ClassName} with ResourceType {(settings["ResourceType"] is { } t ? CimValue.Format(t) : "NULL")} cannot be a resource here; expected one of "
            + $"{string.Join(", ", allocations.Select(a => a.Layout.ClassName))}, or a CIM class of theirs with its ResourceType.");

    private DomainDefinition Fresh(Xen_VirtualSystemSettingData settings, string name, Guid uuid)
    {
        var supported = TypesSupported(hypervisor).ToList();
        var type = settings.VirtualSystemType is { Length: > 0 } wanted ? wanted : supported.FirstOrDefault() ?? VirtualSystemSettingData.Paravirtual;
        if (!supported.Contains(type))
            throw CimException.InvalidParameter($"VirtualSystemType \"{type}\" cannot be had on this host; it offers {string.Join(", ", supported)}.");
        var kind = s_types.First(t => t.Type == type).Kind;
        return DomainDefinition.Create(kind, hypervisor.Driver, SupportFor(hypervisor.GetHost(), kind).First(), name, uuid);
    }

    private static DomainDefinition Copy(Configuration reference, Xen_VirtualSystemSettingData settings, string name, Guid uuid)
    {
        if (reference.Guest.IsControlDomain)
            throw CimException.InvalidParameter($"{reference.Guest.Name} is the control domain; it cannot be the reference of another guest.");
        var definition = reference.Definition
            ?? throw new CimException(CimStatus.Failed, $"The reference {reference.Id} cannot be read: {reference.Fault}");
        if (settings.VirtualSystemType is { } type && type != VirtualSystemSettingData.TypeOf(definition))
            throw CimException.InvalidParameter($"VirtualSystemType \"{type}\" is not that of the reference ({VirtualSystemSettingData.TypeOf(definition)}).");
        return definition.CloneAs(name, uuid);
    }

    // Processors and memory are there already, and so is a device that the reference brought: those are modified.
    private void Put(DomainDefinition definition, CimInstance settings, Configuration? reference)
    {
        var @class = ClassOf(allocations, settings);
        if (@class is MemoryRASD && reference is null)
            settings = WithLimit(settings);
        var device = @class switch
        {
            ProcessorRASD => ProcessorRASD.DeviceId,
            MemoryRASD => MemoryRASD.DeviceId,
            OtherDeviceRASD when settings["OtherResourceType"] is "memballoon" => definition.OtherDevices.FirstOrDefault(d => d.ElementName == "memballoon")?.DeviceId,
            DiskRASD when reference is not null && (settings["VirtualDevice"] ?? settings["AddressOnParent"]) is string target
                && definition.Disks.Any(d => d.TargetDevice == target) => target,
            _ => null,
        };
        if (device is null)
            @class.Add(definition, settings);
        else
            @class.Modify(definition, device, settings);
    }

    private static void DropConsoles(DomainDefinition definition)
    {
        foreach (var port in ConsoleRASD.In(definition).ToList())
        {
            if (port is SerialDevice serial)
                definition.RemoveMirrorsOf(serial);
            definition.Remove(port);
        }
    }

    // A new guest with so much memory has no more, unless it is said.
    private static CimInstance WithLimit(CimInstance settings)
    {
        var memory = settings.As<Xen_MemoryRASD>();
        if (memory is not { Limit: null, VirtualQuantity: { } quantity })
            return settings;
        var whole = new Xen_MemoryRASD();
        foreach (var property in memory.Properties.Where(p => p.Value is not null && p.Name != Xen_MemoryRASD.Names.VirtualQuantityUnits))
            whole.SetAt(Xen_MemoryRASD.Layout.OrdinalOf(property.Name), property.Value);
        whole.Limit = quantity;
        if (memory.VirtualQuantityUnits is { } units and not "count")
            whole.AllocationUnits = units;
        return whole;
    }

    private static void RefuseSharedDisks(DomainDefinition definition, Configuration reference)
    {
        foreach (var disk in definition.Disks)
        {
            var shared = disk.Device != "cdrom" && reference.Definition!.Disks.Any(d => d.Source is { } source && source == disk.Source);
            if (shared && !disk.ReadOnly && !disk.Shareable)
            {
                throw CimException.InvalidParameter($"The new guest would write to {disk.Source} of {reference.Guest.Name} ({disk.TargetDevice}). "
                    + $"Give a Xen_DiskRASD with VirtualDevice \"{disk.TargetDevice}\" and an Address of its own, or Shareable = true if that is meant.");
            }
        }
    }
}
