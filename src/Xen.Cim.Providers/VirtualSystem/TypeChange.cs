using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Another VirtualSystemType for a guest that is there, as from PV to PVH: what comes with every guest of the old one goes, and
/// the host's way to run the new one comes. What somebody has given the guest and the new one cannot have is not dropped.
/// </summary>
internal static class TypeChange
{
    private const string Netfront = "netfront";

    /// <exception cref="CimException">
    /// INVALID_PARAMETER: the host offers no such guests, or not of the guest's architecture. NOT_SUPPORTED, naming them: there are
    /// devices that libvirt would drop, or not start such a guest with.
    /// </exception>
    public static void Apply(DomainDefinition definition, string type, IHypervisor hypervisor)
    {
        if (DefineSystem.KindOf(type) is not { } kind || !DefineSystem.TypesSupported(hypervisor).Contains(type))
        {
            throw CimException.InvalidParameter($"VirtualSystemType \"{type}\" cannot be had on this host: {definition.Name} is a {VirtualSystemSettingData.TypeOf(definition)}, "
                + $"and the host offers {string.Join(", ", DefineSystem.TypesSupported(hypervisor))}.");
        }
        var architecture = ProcessorModel.ArchitectureOf(definition, hypervisor);
        var support = DefineSystem.SupportFor(hypervisor.GetHost(), kind).FirstOrDefault(s => s.Architecture == architecture)
            ?? throw CimException.InvalidParameter($"VirtualSystemType \"{type}\": the host offers no such guests of the architecture {architecture}, which {definition.Name} has.");
        var hadDeviceModel = definition.HasDeviceModel;
        if (hypervisor.Driver == HypervisorDriver.Xen && NotHadBy(definition, kind).ToList() is { Count: > 0 } lost)
            throw CimException.NotSupported($"VirtualSystemType \"{type}\": a {type} cannot have {string.Join(", ", lost)} of {definition.Name}; remove or change that first.");
        var model = DomainDefinition.Create(kind, hypervisor.Driver, support, definition.Name, definition.Uuid ?? Guid.Empty);
        (definition.DomainType, definition.OsType, definition.Machine, definition.Emulator) = (model.DomainType, model.OsType, model.Machine, model.Emulator);
        (definition.Acpi, definition.Apic, definition.Pae) = (model.Acpi, model.Apic, model.Pae);
        definition.Firmware = null;
        definition.DropFirmwareFiles();
        definition.Loader = model.Loader;
        if (kind == VirtualizationKind.FullyVirtual)
            (definition.Bootloader, definition.BootloaderArguments) = (null, null);
        else
            definition.BootDevices = [];
        if (kind != VirtualizationKind.FullyVirtual && definition is { Kernel: null, Bootloader: null })
            definition.Bootloader = DefineSystem.DefaultBootloader;
        if (definition.HasDeviceModel != hadDeviceModel)
            SwapUsualDevices(definition);
    }

    // As in docs/xen-guests.md.
    private static IEnumerable<string> NotHadBy(DomainDefinition definition, VirtualizationKind kind)
    {
        if (kind == VirtualizationKind.FullyVirtual)
            yield break;
        if (definition.NumaCells.Count > 0)
            yield return $"{MemoryRASD.DeviceId} ({Xen_MemoryRASD.Names.NUMACellMemory})";
        if (kind == VirtualizationKind.Paravirtual && definition.CpuFeatures.Count > 0)
            yield return $"{ProcessorRASD.DeviceId} ({Xen_ProcessorRASD.Names.CPUFeatures})";
        foreach (var device in definition.Devices)
        {
            var what = device switch
            {
                GraphicsDevice { Type: "spice" } => "a screen of SPICE",
                InputDevice { Bus: not ("ps2" or "xen") } input => $"a {input.Type} on {input.Bus}",
                OtherDevice { ElementName: "sound" } => "a sound card",
                NetworkInterface { Model: { } model and not Netfront } => $"an adapter of the model {model}",
                SerialDevice serial when !IsUsual(serial) => "a serial port",
                _ => null,
            };
            if (what is not null)
                yield return $"{device.DeviceId} ({what})";
        }
    }

    private static bool IsUsual(CharacterDevice port) => port is { Type: "pty", Port: null or 0 };

    // A guest has them of the kind that its type has: libvirt adds the video card, mouse and keyboard that go with a screen.
    private static void SwapUsualDevices(DomainDefinition definition)
    {
        foreach (var device in definition.Devices.Where(d => d is VideoDevice || (d is InputDevice input && input.Bus == (definition.HasDeviceModel ? "xen" : "ps2"))).ToList())
            definition.Remove(device);
        if (definition.HasDeviceModel)
        {
            var consoles = definition.Consoles.Where(c => c.TargetType == "xen" && IsUsual(c)).ToList();
            foreach (var console in consoles)
                definition.Remove(console);
            if (consoles.Count > 0 && !definition.Serials.Any())
                definition.Add(new SerialDevice(0));
            return;
        }
        var serials = definition.Serials.Where(IsUsual).ToList();
        foreach (var serial in serials)
        {
            definition.RemoveMirrorsOf(serial);
            definition.Remove(serial);
        }
        if (serials.Count > 0 && !definition.Consoles.Any())
            definition.Add(new ConsoleDevice("xen", 0));
    }
}
