using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

namespace Xen.Cim.Providers;

/// <summary>Xen_VirtualSystemSettingData: a guest's configurations, two for each guest that is defined (DSP1057 10.7).</summary>
public sealed class VirtualSystemSettingData(IHypervisor hypervisor, StartWithHost start) : InstanceIdProvider<Configuration>(Xen_VirtualSystemSettingData.Layout)
{
    public const string Paravirtual = "DMTF:XEN:PV";
    public const string ParavirtualHardware = "DMTF:XEN:PVH";
    public const string FullyVirtual = "DMTF:XEN:HVM";

    public const int MaxNameLength = ObjectName.MaxLength;

    /// <summary>What names are made of (CIM_EnabledLogicalElementCapabilities.ElementNameMask); the length is apart.</summary>
    public const string NameMask = "^[^/]*$";

    // What neither libvirt nor we can keep, and what there is instead.
    private static readonly (string Property, string Instead)[] s_notKept =
    [
        (Xen_VirtualSystemSettingData.Names.RecoveryFile, NoFile),
        (Xen_VirtualSystemSettingData.Names.ConfigurationDataRoot, NoFile),
        (Xen_VirtualSystemSettingData.Names.ConfigurationFile, NoFile),
        (Xen_VirtualSystemSettingData.Names.SnapshotDataRoot, NoFile),
        (Xen_VirtualSystemSettingData.Names.SuspendDataRoot, NoFile),
        (Xen_VirtualSystemSettingData.Names.SwapFileDataRoot, NoFile),
        (Xen_VirtualSystemSettingData.Names.LogDataRoot, NoFile),
        (Xen_VirtualSystemSettingData.Names.CreationTime, "libvirt keeps no date of a definition"),
        (Xen_VirtualSystemSettingData.Names.ChangeableType, "the methods say what can be changed"),
    ];

    private static readonly string[] s_words = [Xen_VirtualSystemSettingData.Names.Caption, Xen_VirtualSystemSettingData.Names.Notes];

    // What follows when the guest stops by itself.
    private static readonly string[] s_ends =
    [
        Xen_VirtualSystemSettingData.Names.OnPoweroff, Xen_VirtualSystemSettingData.Names.OnReboot, Xen_VirtualSystemSettingData.Names.OnCrash,
        Xen_VirtualSystemSettingData.Names.AutomaticRecoveryAction,
    ];

    private static readonly string[] s_start =
    [
        Xen_VirtualSystemSettingData.Names.AutomaticStartupAction, Xen_VirtualSystemSettingData.Names.AutomaticStartupActionDelay,
        Xen_VirtualSystemSettingData.Names.AutomaticStartupActionSequenceNumber, Xen_VirtualSystemSettingData.Names.AutomaticShutdownAction,
    ];

    private const string Renamed = "rename-restart";

    private const string NoFile = "libvirt keeps its files where it likes";

    // Of so many the definitions are read in one go, or a sixteenth of all guests where that is more: each time they are
    // looked for among all, which no longer counts, nor does the memory of what was read and not yet told.
    private const int GuestsAtATime = 32;
    private const int Times = 16;

    /// <summary>Every guest's configurations, the same objects for all classes of one answer.</summary>
    public override IEnumerable<Configuration> Enumerate() => hypervisor is IMoments moments ? moments.Once(nameof(VirtualSystemSettingData), All) : All();

    private List<Configuration> All() => [.. Walk(hypervisor.ListGuests(), Of)];

    /// <summary>The definitions of what runs now, as far as they can be read.</summary>
    public IEnumerable<DomainDefinition> Running() =>
        Walk(hypervisor.ListGuests().Where(g => g.IsActive).ToList(), (guest, snapshot) => [new(hypervisor, guest, ConfigurationKind.State, snapshot)])
            .Select(c => c.Definition).OfType<DomainDefinition>();

    /// <summary>The state configuration of every guest.</summary>
    public IEnumerable<Configuration> States() => Walk(hypervisor.ListGuests(), (guest, snapshot) => [new(hypervisor, guest, ConfigurationKind.State, snapshot)]);

    public Configuration StateOf(Guest guest) => new(hypervisor, guest, ConfigurationKind.State, new HostSnapshot(hypervisor));

    // A transient guest has no defined configuration.
    private IEnumerable<Configuration> Of(Guest guest, HostSnapshot snapshot)
    {
        var state = new Configuration(hypervisor, guest, ConfigurationKind.State, snapshot);
        return state.Counterpart is { } defined ? [state, defined] : [state];
    }

    private IEnumerable<Configuration> Walk(IReadOnlyCollection<Guest> guests, Func<Guest, HostSnapshot, IEnumerable<Configuration>> of)
    {
        var snapshot = new HostSnapshot(hypervisor);
        foreach (var some in guests.Chunk(Math.Max(GuestsAtATime, guests.Count / Times)))
        {
            var batch = some.SelectMany(g => of(g, snapshot)).ToArray();
            Configuration.ReadTogether(batch);
            foreach (var configuration in batch)
                yield return configuration;
        }
    }

    public override string IdOf(Configuration configuration) => configuration.Id;

    public override Configuration? FindById(string instanceId) =>
        Configuration.TryParseId(instanceId, out var uuid, out var kind, out var device) && device is null ? Find(uuid, kind) : null;

    public Configuration? Find(Guid uuid, ConfigurationKind kind) =>
        hypervisor.FindGuest(uuid) is { } guest && (kind == ConfigurationKind.State || guest.IsPersistent)
            ? new Configuration(hypervisor, guest, kind, new HostSnapshot(hypervisor)) : null;

    /// <exception cref="CimException">INVALID_PARAMETER or NOT_FOUND.</exception>
    public Configuration Resolve(CimObjectPath path)
    {
        if (!path.ClassName.Equals(Xen_VirtualSystemSettingData.CimName, StringComparison.OrdinalIgnoreCase)
            || path.GetString(Xen_VirtualSystemSettingData.Names.InstanceID) is not { } id)
        {
            throw CimException.InvalidParameter($"{path} is not a configuration: expected {Xen_VirtualSystemSettingData.CimName}.InstanceID=\"Xen:uuid/defined\" (or /state).");
        }
        if (!IsHere(path))
            throw CimException.InvalidParameter($"{path} is in another namespace than {Namespace}.");
        return FindById(id) ?? throw CimException.NotFound(path);
    }

    /// <summary>ModifyInstance does what ModifySystemSettings does.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var configuration = Require(path);
        var settings = instance.As<Xen_VirtualSystemSettingData>();
        foreach (var property in settings.Properties.Where(p => !request.Wants(p.Name)).ToList())
            settings.Remove(property.Name);
        ChangeOf(configuration, settings).Do();
    }

    /// <summary>A guest has both of its configurations for as long as it is there.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED, saying what to do; NOT_FOUND.</exception>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var guest = Require(path).Guest;
        throw CimException.NotSupported($"A configuration of {guest.Name} goes when the guest goes: use DestroySystem of Xen_VirtualSystemManagementService, or DeleteInstance on the Xen_ComputerSystem.");
    }

    /// <summary>The change that a client's settings ask for, checked but not made.</summary>
    internal Change ChangeOf(Configuration configuration, Xen_VirtualSystemSettingData settings)
    {
        var guest = configuration.Guest;
        if (configuration.Kind == ConfigurationKind.State && guest.IsActive)
            return ChangeOfRunning(configuration, settings);
        if (!guest.IsPersistent)
            throw Transient(guest);
        RefuseWhatIsNotKept(settings);
        RefuseOtherLabels(configuration, settings);
        if (settings.ElementName is { } name && name != guest.Name)
            RefuseRenaming(guest, name, configuration.Definition);
        var defined = configuration.Kind == ConfigurationKind.Defined ? configuration : configuration.Counterpart;
        var autostart = start.LibvirtStarts(guest, defined?.Definition, settings);
        if (autostart != guest.Autostart)
            ComputerSystem.RefuseControlDomain(guest, "started with the host by libvirt: the hypervisor does that");
        var change = Change.OfDefinition(hypervisor, guest, definition =>
        {
            // Before all else, as who names a loader or a machine too means those of the new type.
            if (settings.VirtualSystemType is { } type && type != TypeOf(definition))
            {
                TypeChange.Apply(definition, type, hypervisor);
                Apply(definition, WhatDiffers(settings, configuration), isNew: false, guest.Uuid);
            }
            else
            {
                Apply(definition, settings, isNew: false, guest.Uuid);
            }
            start.Apply(definition, guest.Autostart, settings, guest.IsActive);
        });
        return autostart == guest.Autostart ? change : change.Then(
            () => hypervisor.SetAutostart(guest.Uuid, autostart), () => hypervisor.SetAutostart(guest.Uuid, guest.Autostart));
    }

    // What repeats what was there came along with a whole instance.
    private Xen_VirtualSystemSettingData WhatDiffers(Xen_VirtualSystemSettingData settings, Configuration configuration)
    {
        var now = InstanceOf(configuration, new CimRequest { Namespace = Namespace });
        var changed = new Xen_VirtualSystemSettingData();
        foreach (var property in settings.Properties.Where(p => p.Value is not null && !CimValue.AreEqual(p.Value, now[p.Name]) && p.Name != Xen_VirtualSystemSettingData.Names.VirtualSystemType))
            changed.SetAt(Xen_VirtualSystemSettingData.Layout.OrdinalOf(property.Name), property.Value);
        return changed;
    }

    // Of a running guest the words about it can change, and what follows when it stops; what it does when the host starts is no
    // matter of what runs.
    private Change ChangeOfRunning(Configuration state, Xen_VirtualSystemSettingData settings)
    {
        var guest = state.Guest;
        var now = InstanceOf(state, new CimRequest { Namespace = Namespace });
        var changes = settings.Properties.Where(p => p.Value is { } value && !CimValue.AreEqual(value, now[p.Name]) && !(value is "" && now[p.Name] is null)).Select(p => p.Name).ToList();
        if (changes.FirstOrDefault(c => !s_words.Contains(c) && !s_start.Contains(c) && !s_ends.Contains(c)) is { } other)
        {
            throw CimException.NotSupported($"{other} cannot be changed in the state configuration of {guest.Name}, which is what runs now; on a running guest {string.Join(", ", s_words.Concat(s_start).Concat(s_ends))} can. "
                + $"Change {Configuration.IdOf(guest.Uuid, ConfigurationKind.Defined)} instead: it applies at the next start.");
        }
        var change = new Change();
        if (changes.Any(s_start.Contains))
        {
            var start = new Xen_VirtualSystemSettingData();
            foreach (var name in changes.Where(s_start.Contains))
                start.SetAt(Xen_VirtualSystemSettingData.Layout.OrdinalOf(name), settings[name]);
            change.Then(ChangeOf(state.Counterpart ?? throw Transient(guest), start));
        }
        if (changes.Find(s_ends.Contains) is { } end && state.Definition is { } running)
        {
            if (!hypervisor.Supports(HypervisorOperation.SetEndLive))
                throw CimException.NotSupported($"{end} cannot be changed while {guest.Name} runs, because libvirt's driver for it has no way to say it; change {Configuration.IdOf(guest.Uuid, ConfigurationKind.Defined)} instead, which applies at the next start.");
            var wanted = running.Clone();
            ApplyEnds(wanted, settings, isNew: false);
            change.Then(EndOf(guest, GuestEnd.Poweroff, running.OnPoweroff, wanted.OnPoweroff))
                .Then(EndOf(guest, GuestEnd.Reboot, running.OnReboot, wanted.OnReboot))
                .Then(EndOf(guest, GuestEnd.Crash, running.OnCrash, wanted.OnCrash));
        }
        if (changes.Any(s_words.Contains))
        {
            var (title, description) = (state.Definition?.Title, state.Definition?.Description);
            change.Then(() => hypervisor.Describe(guest.Uuid, Said(settings.Caption, title), Said(settings.Notes is { } notes ? string.Join('\n', notes) : null, description)),
                () => hypervisor.Describe(guest.Uuid, title, description));
        }
        return change;

        static string? Said(string? wanted, string? current) => wanted is null ? current : wanted.Length == 0 ? null : wanted;
    }

    // What libvirt has when the definition does not say.
    private Change EndOf(Guest guest, GuestEnd end, string? before, string? after)
    {
        var usual = end == GuestEnd.Reboot ? "restart" : "destroy";
        return before == after ? new Change() : new Change().Then(() => hypervisor.SetEnd(guest.Uuid, end, after ?? usual), () => hypervisor.SetEnd(guest.Uuid, end, before ?? usual));
    }

    private static CimException Transient(Guest guest) => CimException.NotSupported($"{guest.Name} is transient: it is gone when it stops, so there is no next start to configure and none with the host "
        + "(AutomaticStartupAction is 2, None).");

    /// <summary>What cannot be kept must not be lost silently.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED, naming the property and what there is instead.</exception>
    internal void RefuseWhatIsNotKept(Xen_VirtualSystemSettingData settings)
    {
        foreach (var (property, instead) in s_notKept)
        {
            if (settings[property] is { } value)
                throw CimException.NotSupported($"{property} {CimValue.Format(value)} cannot be kept: {instead}. Leave it NULL.");
        }
        start.Check(settings);
    }

    // They follow from the configuration, and nothing is stored in them.
    private static void RefuseOtherLabels(Configuration configuration, Xen_VirtualSystemSettingData settings)
    {
        foreach (var (property, given, there) in ((string, string?, string)[])[
            (Xen_VirtualSystemSettingData.Names.ConfigurationID, settings.ConfigurationID, configuration.Id),
            (Xen_VirtualSystemSettingData.Names.ConfigurationName, settings.ConfigurationName, NameOf(configuration.Kind)),
            (Xen_VirtualSystemSettingData.Names.Description, settings.Description, DescriptionOf(configuration.Kind))])
        {
            if (given is not null && given != there)
                throw CimException.NotSupported($"{property} is \"{there}\" and cannot become \"{given}\"; Caption and Notes are there for words about a guest.");
        }
    }

    /// <exception cref="CimException">NOT_SUPPORTED, ALREADY_EXISTS, INVALID_PARAMETER, or FAILED for a guest that runs.</exception>
    private void RefuseRenaming(Guest guest, string name, DomainDefinition? definition)
    {
        CheckedName(name);
        ComputerSystem.RefuseControlDomain(guest, "renamed");
        if (!hypervisor.Supports(HypervisorOperation.Rename))
            throw CimException.NotSupported($"The guest is called {guest.Name}; it cannot be renamed to \"{name}\" on this host (ElementNameEditSupported is false).");
        if (guest.IsActive)
            throw new CimException(CimStatus.Failed, $"{guest.Name} can be renamed to \"{name}\" only while it is off.");
        // libvirt leaves the file where it is, and makes another one with the next start.
        if (hypervisor.Driver == HypervisorDriver.Qemu && definition is { Firmware: "efi", Nvram: null })
        {
            throw CimException.NotSupported($"{guest.Name} cannot be renamed to \"{name}\": libvirt keeps the variables of its firmware in a file that is called like the guest, and would lose them. "
                + $"Say first where they are with {Xen_VirtualSystemSettingData.Names.NVRAM}.");
        }
        if (hypervisor.FindGuest(name) is { } other)
            throw new CimException(CimStatus.AlreadyExists, $"The name \"{name}\" belongs to the guest {other.Uuid}.");
    }

    /// <summary>Writes the settings that a client gave into a definition; what it did not give (or gave as NULL) stays.</summary>
    /// <param name="known">The UUID that the guest has here; the control domain's is not the one in its definition.</param>
    /// <exception cref="CimException">INVALID_PARAMETER, or NOT_SUPPORTED for what cannot be changed.</exception>
    internal void Apply(DomainDefinition definition, Xen_VirtualSystemSettingData settings, bool isNew, Guid? known = null)
    {
        var files = FilesOf(definition);
        if (settings.ElementName is { } name && name != definition.Name)
            definition.Name = CheckedName(name);
        if (settings.VirtualSystemIdentifier is { } identifier && (!Guid.TryParse(identifier, out var uuid) || (uuid != definition.Uuid && uuid != known)))
        {
            if (!isNew)
                throw CimException.NotSupported($"VirtualSystemIdentifier is the guest's UUID {known ?? definition.Uuid}; it cannot be changed to \"{identifier}\".");
            if (uuid == Guid.Empty)
                throw CimException.InvalidParameter($"VirtualSystemIdentifier \"{identifier}\" is not a UUID.");
            definition.Uuid = uuid;
        }
        Give(settings.Caption, definition.Title, v => definition.Title = v);
        Give(settings.Notes is { } notes ? string.Join('\n', notes) : null, definition.Description, v => definition.Description = v);
        Give(settings.Kernel, definition.Kernel, v => definition.Kernel = v);
        Give(settings.RAMDisk, definition.Ramdisk, v => definition.Ramdisk = v);
        Give(settings.CommandLine, definition.CommandLine, v => definition.CommandLine = v);
        Give(settings.Bootloader, definition.Bootloader, v => definition.Bootloader = v);
        Give(settings.BootloaderArguments, definition.BootloaderArguments, v => definition.BootloaderArguments = v);
        RefuseNotOnXen(definition, settings);
        RefuseHardware(definition, settings);
        Give(settings.Machine, definition.Machine, v => definition.Machine = v);
        Give(settings.Architecture, definition.Architecture, v => definition.Architecture = v);
        Give(settings.Emulator, definition.Emulator, v => definition.Emulator = v);
        FirmwareSettings.Apply(definition, settings);
        ApplyEnds(definition, settings, isNew);
        if (settings.BootDevices is { } boot && !boot.SequenceEqual(definition.BootDevices))
            definition.BootDevices = boot;
        if (settings.ClockOffset is { } clock && clock != ClockOf(definition))
        {
            definition.ClockOffset = clock switch
            {
                Xen_VirtualSystemSettingData.ClockOffsetValue.UTC => "utc",
                Xen_VirtualSystemSettingData.ClockOffsetValue.Local_time => "localtime",
                _ => throw CimException.InvalidParameter($"ClockOffset {(ushort)clock}: expected 0 (UTC) or 1 (Local time), or what the guest's clock is now, which is \"{definition.ClockOffset}\"."),
            };
        }
        if (settings.EnableACPI is { } acpi && acpi != definition.Acpi)
            definition.Acpi = acpi;
        if (settings.EnableAPIC is { } apic && apic != definition.Apic)
            definition.Apic = apic;
        if (settings.EnablePAE is { } pae && pae != definition.Pae)
            definition.Pae = pae;
        foreach (var (property, path) in FilesOf(definition).Except(files))
            HostFile.RefuseMissing(hypervisor, path, $"to be the {property} of {definition.Name}");
    }

    // What libvirt looks for when the guest starts. A name without a folder is one that the hypervisor knows.
    private static List<(string Property, string Path)> FilesOf(DomainDefinition definition)
    {
        (string Property, string? Path)[] files =
        [
            (Xen_VirtualSystemSettingData.Names.Kernel, definition.Kernel), (Xen_VirtualSystemSettingData.Names.RAMDisk, definition.Ramdisk),
            (Xen_VirtualSystemSettingData.Names.Loader, definition.Loader), (Xen_VirtualSystemSettingData.Names.NVRAMTemplate, definition.NvramTemplate),
            (Xen_VirtualSystemSettingData.Names.Emulator, definition.Emulator),
        ];
        return [.. files.Where(f => f.Path is ['/', ..]).Select(f => (f.Property, f.Path!))];
    }

    // libvirt takes them, and hands them on to nobody.
    private static void RefuseNotOnXen(DomainDefinition definition, Xen_VirtualSystemSettingData settings)
    {
        if (definition.DomainType != "xen")
            return;
        foreach (var (property, wanted, there) in ((string, string?, string?)[])[
            (Xen_VirtualSystemSettingData.Names.OnPoweroff, settings.OnPoweroff, definition.OnPoweroff), (Xen_VirtualSystemSettingData.Names.OnReboot, settings.OnReboot, definition.OnReboot),
            (Xen_VirtualSystemSettingData.Names.OnCrash, settings.OnCrash, definition.OnCrash)])
        {
            if (wanted == Renamed && wanted != there)
                throw CimException.NotSupported($"{property} {Renamed}: libvirt starts a guest of Xen again under its own name (restart).");
        }
        if (settings.Machine is { Length: > 0 } machine && machine != definition.Machine)
            throw CimException.NotSupported($"Machine {machine}: a guest of Xen has the machine of its VirtualSystemType, which of a {TypeOf(definition)} is {definition.Machine}.");
        if (settings.Emulator is { Length: > 0 } emulator && emulator != definition.Emulator && definition.Kind is VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware)
            throw CimException.NotSupported($"Emulator {emulator}: Xen chooses the device model of a {TypeOf(definition)} itself, where it needs one.");
    }

    // Of what only a guest with a device model has; one that repeats what is there comes along with a whole instance.
    private static void RefuseHardware(DomainDefinition definition, Xen_VirtualSystemSettingData settings)
    {
        if (settings.EnablePAE == false && definition is { HasDeviceModel: true, DomainType: "xen", Architecture: "x86_64", Pae: true })
            throw CimException.NotSupported($"EnablePAE false: a {FullyVirtual} of x86_64 always has it.");
        if (definition.HasDeviceModel)
            return;
        if (settings.BootDevices is { Length: > 0 } boot && !boot.SequenceEqual(definition.BootDevices))
            throw CimException.NotSupported($"BootDevices {string.Join(", ", boot)}: a {TypeOf(definition)} has no firmware that would look at them; it starts its Kernel, or what its Bootloader finds.");
        foreach (var (property, wanted, there) in ((string, bool?, bool)[])[
            (Xen_VirtualSystemSettingData.Names.EnableACPI, settings.EnableACPI, definition.Acpi), (Xen_VirtualSystemSettingData.Names.EnableAPIC, settings.EnableAPIC, definition.Apic),
            (Xen_VirtualSystemSettingData.Names.EnablePAE, settings.EnablePAE, definition.Pae)])
        {
            if (wanted == true && !there && definition.DomainType == "xen")
                throw CimException.NotSupported($"{property} true: libvirt hands it on for a {FullyVirtual} only, and this is a {TypeOf(definition)}.");
        }
    }

    private static void ApplyEnds(DomainDefinition definition, Xen_VirtualSystemSettingData settings, bool isNew)
    {
        Give(settings.OnPoweroff, definition.OnPoweroff, v => definition.OnPoweroff = v);
        Give(settings.OnReboot, definition.OnReboot, v => definition.OnReboot = v);
        ApplyCrash(definition, settings, isNew);
    }

    // OnCrash says more and wins. One that repeats what is there came along with a whole instance and decides nothing.
    private static void ApplyCrash(DomainDefinition definition, Xen_VirtualSystemSettingData settings, bool isNew)
    {
        var recovery = settings.AutomaticRecoveryAction switch
        {
            null => null,
            Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue.None => "destroy",
            Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue.Restart => "restart",
            _ => throw CimException.InvalidParameter("AutomaticRecoveryAction is 2 (None) or 3 (Restart)."),
        };
        if (settings.OnCrash is { } crash && (isNew || crash != (definition.OnCrash ?? "")))
            Give(crash, definition.OnCrash, v => definition.OnCrash = v);
        else if (recovery is not null && settings.AutomaticRecoveryAction != RecoveryOf(definition))
            definition.OnCrash = recovery;
    }

    /// <summary>DMTF's name for the kind of virtual system, or "domain type:os type" for one that DMTF has none for.</summary>
    public static string TypeOf(DomainDefinition definition) => definition.Kind switch
    {
        VirtualizationKind.Paravirtual => Paravirtual,
        VirtualizationKind.ParavirtualHardware => ParavirtualHardware,
        VirtualizationKind.FullyVirtual => FullyVirtual,
        _ => $"{definition.DomainType}:{definition.OsType}",
    };

    protected override CimInstance Describe(Configuration configuration, CimRequest request)
    {
        var guest = configuration.Guest;
        var settings = new Xen_VirtualSystemSettingData
        {
            InstanceID = configuration.Id,
            ElementName = guest.Name,
            VirtualSystemIdentifier = guest.Uuid.ToString("D"),
            ConfigurationID = configuration.Id,
            ConfigurationName = NameOf(configuration.Kind),
        };
        start.Describe(settings, configuration);
        if (configuration.Definition is not { } definition)
        {
            settings.Description = $"The configuration cannot be read: {configuration.Fault}";
            return settings;
        }
        settings.Caption = definition.Title;
        settings.Description = DescriptionOf(configuration.Kind);
        settings.Notes = definition.Description is { } notes ? notes.Split('\n') : null;
        settings.VirtualSystemType = TypeOf(definition);
        settings.AutomaticRecoveryAction = RecoveryOf(definition);
        settings.Kernel = definition.Kernel;
        settings.RAMDisk = definition.Ramdisk;
        settings.CommandLine = definition.CommandLine;
        settings.Bootloader = definition.Bootloader;
        settings.BootloaderArguments = definition.BootloaderArguments;
        settings.Machine = definition.Machine;
        settings.Architecture = definition.Architecture;
        FirmwareSettings.Describe(settings, definition);
        settings.Emulator = definition.Emulator;
        settings.BootDevices = [.. definition.BootDevices];
        settings.OnPoweroff = definition.OnPoweroff;
        settings.OnReboot = definition.OnReboot;
        settings.OnCrash = definition.OnCrash;
        settings.ClockOffset = ClockOf(definition);
        settings.EnableACPI = definition.Acpi;
        settings.EnableAPIC = definition.Apic;
        settings.EnablePAE = definition.Pae;
        return settings;
    }

    private static string NameOf(ConfigurationKind kind) => kind == ConfigurationKind.State ? "state" : "defined";

    private static string DescriptionOf(ConfigurationKind kind) => kind == ConfigurationKind.State ? "What runs now" : "What the next start uses";

    private static string CheckedName(string name) => ObjectName.Checked("a guest", name);

    // Where nothing is said libvirt has UTC.
    private static Xen_VirtualSystemSettingData.ClockOffsetValue? ClockOf(DomainDefinition definition) => definition.ClockOffset switch
    {
        null or "utc" => Xen_VirtualSystemSettingData.ClockOffsetValue.UTC,
        "localtime" => Xen_VirtualSystemSettingData.ClockOffsetValue.Local_time,
        "timezone" => Xen_VirtualSystemSettingData.ClockOffsetValue.Time_zone,
        "variable" => Xen_VirtualSystemSettingData.ClockOffsetValue.Variable,
        "absolute" => Xen_VirtualSystemSettingData.ClockOffsetValue.Absolute,
        _ => null,
    };

    private static Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue RecoveryOf(DomainDefinition definition) =>
        definition.OnCrash is "restart" or "rename-restart" or "coredump-restart"
            ? Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue.Restart
            : Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue.None;
}
