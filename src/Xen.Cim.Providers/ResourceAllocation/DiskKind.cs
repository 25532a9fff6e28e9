using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>What the guest takes a disk for: EmulatedType, ResourceType and BusType of a Xen_DiskRASD in libvirt's words.</summary>
internal static class DiskKind
{
    public static Xen_DiskRASD.EmulatedTypeValue TypeOf(string kind) => kind switch
    {
        "cdrom" => Xen_DiskRASD.EmulatedTypeValue.CD_ROM,
        "floppy" => Xen_DiskRASD.EmulatedTypeValue.Floppy,
        "lun" => Xen_DiskRASD.EmulatedTypeValue.LUN,
        _ => Xen_DiskRASD.EmulatedTypeValue.Disk,
    };

    /// <summary>The kind that the settings ask for, in libvirt's words.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: EmulatedType and ResourceType name different kinds.</exception>
    public static string Of(Xen_DiskRASD settings)
    {
        var (emulated, resource) = (KindOf(settings.EmulatedType), KindOf(settings.ResourceType));
        return emulated is not null && resource is not null && emulated != resource && (emulated, resource) is not ("lun", "disk")
            ? throw CimException.InvalidParameter($"EmulatedType {(ushort)settings.EmulatedType!} is a {emulated} and ResourceType {(ushort)settings.ResourceType!} a {resource}; give one of them.")
            : emulated ?? resource ?? "disk";
    }

    private static string? KindOf(Xen_DiskRASD.EmulatedTypeValue? type) => type switch
    {
        null => null,
        Xen_DiskRASD.EmulatedTypeValue.CD_ROM => "cdrom",
        Xen_DiskRASD.EmulatedTypeValue.Floppy => "floppy",
        Xen_DiskRASD.EmulatedTypeValue.LUN => "lun",
        _ => "disk",
    };

    private static string? KindOf(Xen_DiskRASD.ResourceTypeValue? type) => type switch
    {
        null => null,
        Xen_DiskRASD.ResourceTypeValue.CD_Drive or Xen_DiskRASD.ResourceTypeValue.DVD_drive => "cdrom",
        Xen_DiskRASD.ResourceTypeValue.Floppy_Drive => "floppy",
        Xen_DiskRASD.ResourceTypeValue.Disk_Drive or Xen_DiskRASD.ResourceTypeValue.Logical_Disk => "disk",
        _ => throw CimException.InvalidParameter($"ResourceType {(ushort)type} is no disk or drive: expected 17 (Disk Drive), 31 (Logical Disk), 15 (CD Drive), 16 (DVD drive) or 14 (Floppy Drive)."),
    };

    public static string BusOf(string target, string kind, DomainDefinition definition) => target switch
    {
        ['s', 'd', ..] when kind == "cdrom" && definition.DefaultBusOf(kind) == "sata" => "sata",
        ['x', 'v', 'd', ..] => "xen",
        ['v', 'd', ..] => "virtio",
        ['h', 'd', ..] => "ide",
        ['s', 'd', ..] => "scsi",
        ['f', 'd', ..] => "fdc",
        _ => throw CimException.InvalidParameter($"VirtualDevice \"{target}\" is no disk target: expected xvda, vda, hda, sda or fda and on; or give BusType."),
    };
}
