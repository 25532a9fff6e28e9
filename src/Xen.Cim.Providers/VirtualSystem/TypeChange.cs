using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Another VirtualSystemType for a guest that is there, as from PV to PVH: what only the old one has goes, and the host's way to run the new one comes.</summary>
internal static class TypeChange
{
    /// <exception cref="CimException">INVALID_PARAMETER: the host offers no such guests, or not of the guest's architecture.</exception>
    public static void Apply(DomainDefinition definition, string type, IHypervisor hypervisor)
    {
        if (DefineSystem.KindOf(type) is not { } kind || !DefineSystem.TypesSupported(hypervisor).Contains(type))
        {
            throw CimException.InvalidParameter($"VirtualSystemType \"{type}\" cannot be had on this host: {definition.Name} is a {VirtualSystemSettingData.TypeOf(definition)}, "
                + $"and the host offers {string.Join(", ", DefineSystem.TypesSupported(hypervisor))}.");
        }
        var architecture = definition.Architecture ?? hypervisor.GetHost().Architecture;
        var support = DefineSystem.SupportFor(hypervisor.GetHost(), kind).FirstOrDefault(s => s.Architecture == architecture)
            ?? throw CimException.InvalidParameter($"VirtualSystemType \"{type}\": the host offers no such guests of the architecture {architecture}, which {definition.Name} has.");
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
    }
}
