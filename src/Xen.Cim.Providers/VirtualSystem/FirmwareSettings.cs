using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

namespace Xen.Cim.Providers;

/// <summary>What starts an HVM guest: the firmware's kind and file, and where it keeps its variables (libvirt's os element).</summary>
internal static class FirmwareSettings
{
    private static readonly string[] s_properties =
    [
        Xen_VirtualSystemSettingData.Names.Firmware, Xen_VirtualSystemSettingData.Names.SecureBoot, Xen_VirtualSystemSettingData.Names.Loader, Xen_VirtualSystemSettingData.Names.LoaderType,
        Xen_VirtualSystemSettingData.Names.LoaderReadOnly, Xen_VirtualSystemSettingData.Names.LoaderSecure, Xen_VirtualSystemSettingData.Names.NVRAM, Xen_VirtualSystemSettingData.Names.NVRAMTemplate,
    ];

    /// <summary>Where a distribution has it is Xen's to know.</summary>
    private const string XenLoader = "/hvmloader";

    private static readonly string[] s_notOnXen =
    [
        Xen_VirtualSystemSettingData.Names.SecureBoot, Xen_VirtualSystemSettingData.Names.LoaderSecure, Xen_VirtualSystemSettingData.Names.NVRAM, Xen_VirtualSystemSettingData.Names.NVRAMTemplate,
    ];

    public static void Describe(Xen_VirtualSystemSettingData settings, DomainDefinition definition)
    {
        settings.Firmware = definition.Firmware;
        settings.SecureBoot = definition.SecureBoot;
        settings.Loader = definition.Loader;
        settings.LoaderType = definition.LoaderType;
        settings.LoaderReadOnly = definition.LoaderReadOnly;
        settings.LoaderSecure = definition.LoaderSecure;
        settings.NVRAM = definition.Nvram;
        settings.NVRAMTemplate = definition.NvramTemplate;
    }

    /// <exception cref="CimException">INVALID_PARAMETER: a part of a firmware where there is none, or a guest that has none.</exception>
    public static void Apply(DomainDefinition definition, Xen_VirtualSystemSettingData settings)
    {
        var before = new Xen_VirtualSystemSettingData();
        Describe(before, definition);
        // libvirt drops some of it without a word, and cannot start the guest with the rest.
        if (definition.Kind is VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware
            && s_properties.FirstOrDefault(p => settings[p] is { } wanted and not ("" or false) && !CimValue.AreEqual(wanted, before[p])) is { } stray)
        {
            throw CimException.InvalidParameter($"{stray} {CimValue.Format(settings[stray]!)}: a {VirtualSystemSettingData.TypeOf(definition)} has no firmware; it starts its Kernel, or what its Bootloader finds. "
                + $"A {VirtualSystemSettingData.FullyVirtual} has one.");
        }
        if (definition.DomainType == "xen")
            RefuseNotOnXen(settings, before);
        if (settings.Firmware is { } kind && kind != (before.Firmware ?? ""))
        {
            definition.Firmware = kind.Length == 0 ? null : kind;
            // What libvirt chose for another kind does not start this one.
            definition.DropFirmwareFiles();
        }
        if (settings.SecureBoot is { } secureBoot && secureBoot != before.SecureBoot && (secureBoot || definition.Firmware is not null))
        {
            if (definition.Firmware is null)
                throw CimException.InvalidParameter($"SecureBoot {secureBoot}: it is what libvirt chooses a firmware by; say which kind with Firmware (efi), or give LoaderSecure with a Loader.");
            definition.DropFirmwareFiles();
            definition.SecureBoot = secureBoot;
        }
        Give(settings.Loader, before.Loader, v => definition.Loader = v);
        Give(settings.LoaderType, before.LoaderType, v => definition.LoaderType = v);
        Give(settings.NVRAM, before.NVRAM, v => definition.Nvram = v);
        Give(settings.NVRAMTemplate, before.NVRAMTemplate, v => definition.NvramTemplate = v);
        if (settings.LoaderReadOnly is { } readOnly && readOnly != before.LoaderReadOnly)
            definition.LoaderReadOnly = readOnly;
        if (settings.LoaderSecure is { } secure && secure != before.LoaderSecure)
            definition.LoaderSecure = secure;
        if (definition is { Firmware: null, Loader: null } && Part(definition) is { } part && Part(before) != part)
            throw CimException.InvalidParameter($"{part} belongs to a firmware, and {definition.Name} names none: give its path as Loader, or its kind as Firmware.");
    }

    // libvirt's Xen driver hands on the file of an EFI firmware, and drops all else without a word.
    private static void RefuseNotOnXen(Xen_VirtualSystemSettingData settings, Xen_VirtualSystemSettingData before)
    {
        if (s_notOnXen.FirstOrDefault(p => settings[p] is { } wanted and not "" && !CimValue.AreEqual(wanted, before[p]) && !(wanted is false && before[p] is null)) is { } property)
            throw CimException.NotSupported($"{property} {CimValue.Format(settings[property]!)}: Xen's firmware has neither a file for its variables nor secure boot, and libvirt hands no wish about them on.");
        if (settings.Loader is { Length: > 0 } loader && loader != before.Loader && !loader.EndsWith(XenLoader, StringComparison.Ordinal)
            && (settings.LoaderType ?? before.LoaderType) != "pflash" && (settings.Firmware ?? before.Firmware) != "efi")
        {
            throw CimException.NotSupported($"Loader {loader}: Xen starts a BIOS of its own; another file is that of an EFI firmware, for which LoaderType is pflash.");
        }
    }

    private static string? Part(DomainDefinition definition)
    {
        var now = new Xen_VirtualSystemSettingData();
        Describe(now, definition);
        return Part(now);
    }

    private static string? Part(Xen_VirtualSystemSettingData settings) =>
        settings.NVRAM is not null ? Xen_VirtualSystemSettingData.Names.NVRAM
        : settings.NVRAMTemplate is not null ? Xen_VirtualSystemSettingData.Names.NVRAMTemplate
        : settings.LoaderType is not null ? Xen_VirtualSystemSettingData.Names.LoaderType
        : settings.LoaderSecure is not null ? Xen_VirtualSystemSettingData.Names.LoaderSecure
        : settings.LoaderReadOnly is not null ? Xen_VirtualSystemSettingData.Names.LoaderReadOnly
        : null;
}
