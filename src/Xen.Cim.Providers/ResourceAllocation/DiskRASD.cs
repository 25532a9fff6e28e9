using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_DiskRASD: a guest's disk, CD-ROM or floppy drive (DSP1047). The device is known by its target (xvda), its medium
/// by Address: a path on the host, or "pool/volume".
/// </summary>
public sealed class DiskRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : PluggableSetting<DiskDevice, Xen_DiskRASD>(Xen_DiskRASD.Layout, hypervisor, configurations,
        (ushort)Xen_DiskRASD.ResourceTypeValue.Disk_Drive, (ushort)Xen_DiskRASD.ResourceTypeValue.Logical_Disk,
        (ushort)Xen_DiskRASD.ResourceTypeValue.CD_Drive, (ushort)Xen_DiskRASD.ResourceTypeValue.DVD_drive, (ushort)Xen_DiskRASD.ResourceTypeValue.Floppy_Drive)
{
    /// <summary>CIM_StorageAllocationSettingData.HostExtentNameFormat: OS Device Name, in the namespace of the same name.</summary>
    private const string FileScheme = "file://";

    private const string Bytes = "byte";

    protected override IEnumerable<(string Id, DiskDevice Device)> Devices(DomainDefinition definition) =>
        definition.Disks.Select(d => (d.DeviceId, d));

    protected override CimInstance Describe(DeviceSetting<DiskDevice> setting, CimRequest request)
    {
        var disk = setting.Device;
        var size = !request.Wants(Xen_DiskRASD.Names.VirtualQuantity) && !request.Wants(Xen_DiskRASD.Names.VirtualQuantityUnits) && !request.Wants(Xen_DiskRASD.Names.VirtualResourceBlockSize) ? null
            : disk.Source is null ? 0 : setting.Configuration.Snapshot.CapacityOf(setting.Configuration.Guest, disk);
        return new Xen_DiskRASD
        {
            InstanceID = setting.Id,
            ElementName = $"{setting.Configuration.Guest.Name} {disk.TargetDevice}",
            ConfigurationName = setting.Configuration.Id,
            ResourceType = disk.Device switch
            {
                "cdrom" => Xen_DiskRASD.ResourceTypeValue.CD_Drive,
                "floppy" => Xen_DiskRASD.ResourceTypeValue.Floppy_Drive,
                _ => Xen_DiskRASD.ResourceTypeValue.Disk_Drive,
            },
            EmulatedType = TypeOf(disk.Device),
            PoolID = DiskPool.PoolOf(disk, setting.Configuration.Snapshot).Id,
            ConsumerVisibility = Xen_DiskRASD.ConsumerVisibilityValue.Virtualized,
            // Of a disk whose size nobody tells, one.
            VirtualQuantity = size ?? 1,
            VirtualQuantityUnits = size is null ? "count" : Bytes,
            AllocationUnits = Bytes,
            VirtualResourceBlockSize = size is null or 0 ? null : disk.LogicalBlockSize,
            Address = disk.Source,
            AddressOnParent = disk.TargetDevice,
            Parent = UsbParentOf(setting),
            HostResource = HostResourceOf(disk, setting.Configuration.Snapshot) is { } resource ? [resource] : null,
            MappingBehavior = disk.Source is null ? null : disk.Shareable || disk.ReadOnly || disk.Device == "cdrom"
                ? Xen_DiskRASD.MappingBehaviorValue.Hard_Affinity : Xen_DiskRASD.MappingBehaviorValue.Dedicated,
            HostExtentName = disk.Source,
            HostExtentNameFormat = disk.Source is null ? null : Xen_DiskRASD.HostExtentNameFormatValue.OS_Device_Name,
            HostExtentNameNamespace = disk.Source is null ? null : Xen_DiskRASD.HostExtentNameNamespaceValue.OS_Device_Namespace,
            Access = disk.ReadOnly || disk.Device == "cdrom" ? Xen_DiskRASD.AccessValue.Readable : Xen_DiskRASD.AccessValue.Read_Write_Supported,
            VirtualDevice = disk.TargetDevice,
            BusType = disk.Bus,
            DriverName = disk.DriverName,
            DriverType = disk.DriverType,
            DriverCache = disk.DriverCache,
            Shareable = disk.Shareable,
            BackendDomain = disk.BackendDomain,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_DiskRASD.Names.Address, Xen_DiskRASD.Names.HostResource, Xen_DiskRASD.Names.HostExtentName, Xen_DiskRASD.Names.Access, Xen_DiskRASD.Names.VirtualDevice, Xen_DiskRASD.Names.AddressOnParent, Xen_DiskRASD.Names.ResourceType, Xen_DiskRASD.Names.EmulatedType, Xen_DiskRASD.Names.BusType, Xen_DiskRASD.Names.DriverName, Xen_DiskRASD.Names.DriverType, Xen_DiskRASD.Names.DriverCache, Xen_DiskRASD.Names.Shareable, Xen_DiskRASD.Names.BackendDomain);

    private protected override string Add(DomainDefinition definition, Xen_DiskRASD settings)
    {
        var kind = KindOf(settings);
        var target = settings.VirtualDevice ?? settings.AddressOnParent;
        var bus = settings.BusType ?? (target is null ? definition.DefaultBusOf(kind) : BusOf(target, kind, definition));
        target ??= definition.NextDiskTarget(bus);
        if (definition.Disks.Any(d => d.TargetDevice == target))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a disk {target} already; free is {definition.NextDiskTarget(bus)}.");
        var disk = new DiskDevice { Device = kind, TargetDevice = target, Bus = bus };
        if (kind is "cdrom")
            disk.ReadOnly = true;
        else if (SourceIn(settings, disk) is null)
            throw CimException.InvalidParameter($"The disk {target} has no medium: give its path on the host as Address (or HostResource).");
        Write(disk, settings, definition.Name);
        definition.Add(disk);
        return target;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_DiskRASD settings)
    {
        var disk = Require(definition, deviceId);
        if ((settings.VirtualDevice ?? settings.AddressOnParent) is { } target && target != disk.TargetDevice)
            throw CimException.NotSupported($"The disk {disk.TargetDevice} cannot become {target}; remove it and add another.");
        if ((settings.EmulatedType ?? (settings.ResourceType is null ? null : TypeOf(KindOf(settings)))) is { } type && type != TypeOf(disk.Device))
            throw CimException.NotSupported($"{disk.TargetDevice} is a {disk.Device} and cannot become a {KindOf(settings)}; remove it and add another.");
        Write(disk, settings, definition.Name);
    }

    private void Write(DiskDevice disk, Xen_DiskRASD settings, string guest)
    {
        if (SourceIn(settings, disk) is { } source && source != (disk.Source ?? ""))
            SetSource(disk, source);
        if (settings.DriverName is { } name && name != disk.DriverName)
            disk.DriverName = name;
        if (settings.DriverType is { } type && type != disk.DriverType)
            disk.DriverType = type;
        if (settings.DriverCache is { } cache && cache != disk.DriverCache)
            disk.DriverCache = cache;
        if (settings.BusType is { } bus && bus != disk.Bus)
            disk.Bus = bus;
        if (settings.Shareable is { } shareable && shareable != disk.Shareable)
            disk.Shareable = shareable;
        if (settings.BackendDomain is { } backend && backend != (disk.BackendDomain ?? ""))
            disk.BackendDomain = DriverDomain.Read(Hypervisor, backend, guest);
        WriteAccess(disk, settings.Access);
        // Without a name libvirt's Xen driver takes any image for a raw one.
        if (Hypervisor.Driver == HypervisorDriver.Xen && disk.DriverName is null && disk.DriverType is not (null or "raw"))
            disk.DriverName = "qemu";
    }

    private static void WriteAccess(DiskDevice disk, Xen_DiskRASD.AccessValue? access)
    {
        switch (access)
        {
            case null or Xen_DiskRASD.AccessValue.Unknown:
                break;
            case Xen_DiskRASD.AccessValue.Readable:
                disk.ReadOnly = true;
                break;
            case Xen_DiskRASD.AccessValue.Read_Write_Supported when disk.Device == "cdrom":
                throw CimException.InvalidParameter($"Access 3 (Read/Write Supported): {disk.TargetDevice} is a CD-ROM drive, which can only be read (1).");
            case Xen_DiskRASD.AccessValue.Read_Write_Supported:
                disk.ReadOnly = false;
                break;
            default:
                throw CimException.InvalidParameter($"Access {(ushort)access}: a disk is 1 (Readable) or 3 (Read/Write Supported).");
        }
    }

    private void SetSource(DiskDevice disk, string source)
    {
        if (source.Length == 0)
        {
            if (disk.Device is not ("cdrom" or "floppy"))
                throw CimException.InvalidParameter($"Only a CD-ROM or floppy drive can be empty; {disk.TargetDevice} is a {disk.Device}.");
            disk.Source = null;
            return;
        }
        if (source.StartsWith('/'))
        {
            // Longer than any path on Linux (PATH_MAX), and so not there whoever is asked.
            if (source.Length >= 4096 || Hypervisor.PathExists(source) == false)
                throw CimException.InvalidParameter($"There is no file or device {(source.Length > 200 ? source[..200] + "..." : source)} on the host for the disk {disk.TargetDevice}.");
            disk.SourceType = source.StartsWith("/dev/", StringComparison.Ordinal) ? "block" : "file";
        }
        else if (source.Split('/') is [var pool, var volume] && pool.Length > 0 && volume.Length > 0)
        {
            if (!Hypervisor.ListStoragePools().Any(p => p.Name == pool && p.IsActive) || Hypervisor.ListVolumes(pool).FirstOrDefault(v => v.Name == volume) is not { } found)
                throw CimException.InvalidParameter($"There is no volume {volume} in an active storage pool {pool} for the disk {disk.TargetDevice}.");
            // libvirt's Xen driver cannot start a guest with a disk of that type.
            var byPath = Hypervisor.Driver == HypervisorDriver.Xen;
            disk.SourceType = !byPath ? "volume" : found.Path.StartsWith("/dev/", StringComparison.Ordinal) ? "block" : "file";
            source = byPath ? found.Path : source;
        }
        else
        {
            throw CimException.InvalidParameter($"\"{source}\" is no medium for the disk {disk.TargetDevice}: expected an absolute path on the host, or pool/volume.");
        }
        disk.Source = source;
    }

    /// <summary>The medium that a client names, in whichever property; empty for "no medium".</summary>
    /// <param name="disk">What is there: who sends a whole instance back with one property changed means that one.</param>
    private string? SourceIn(Xen_DiskRASD settings, DiskDevice disk)
    {
        var current = disk.Source;
        if (settings.HostResource is { Length: > 1 } several)
            throw CimException.InvalidParameter($"HostResource has {several.Length} entries; a disk has one medium.");
        var named = new[] { settings.Address, settings.HostExtentName, settings.HostResource is { Length: > 0 } resources ? Path(resources[0]) : null }
            .OfType<string>().Distinct().ToList();
        if (named.Count > 1)
            named.Remove(current ?? "");
        return named.Count switch
        {
            0 => null,
            1 => named[0],
            _ => throw CimException.InvalidParameter($"Address, HostExtentName and HostResource name different media: {string.Join(", ", named)}."),
        };

        string Path(string resource) => current is not null && resource == HostResourceOf(disk, new HostSnapshot(Hypervisor)) ? current : resource.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(resource[FileScheme.Length..]) : VolumeOf(resource) ?? resource;
    }

    /// <summary>The pool and volume that the path of a Xen_StorageVolume names; null for what is no such path.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: there is no such pool.</exception>
    private string? VolumeOf(string resource)
    {
        if (!resource.Contains(Xen_StorageVolume.CimName + ".", StringComparison.OrdinalIgnoreCase))
            return null;
        string? id;
        try
        {
            id = CimObjectPath.Parse(resource).GetString(CIM_LogicalDevice.Names.DeviceID);
        }
        catch (CimException error)
        {
            throw new CimException(CimStatus.InvalidParameter, $"HostResource \"{resource}\" is no path of a volume: {error.Message}", error);
        }
        return id?.Split('/') is [var uuid, var volume] && Hypervisor.ListStoragePools().FirstOrDefault(p => p.Uuid.ToString("D") == uuid) is { } pool
            ? $"{pool.Name}/{Uri.UnescapeDataString(volume)}"
            : throw CimException.InvalidParameter($"HostResource \"{resource}\": there is no storage pool that such a volume is in.");
    }

    /// <summary>
    /// What is behind a disk, as a URI: a file or device of the host, the path of a Xen_StorageVolume without a namespace, or
    /// the name that a network protocol knows it by.
    /// </summary>
    private string? HostResourceOf(DiskDevice disk, HostSnapshot host) => disk.Source is not { } source ? null : disk.SourceType switch
    {
        "volume" when DiskPool.PoolOf(disk, host).Pool is { } pool => new CimObjectPath(Xen_StorageVolume.CimName, null,
            new CimKey(CIM_LogicalDevice.Names.SystemCreationClassName, Xen_HostComputerSystem.CimName),
            new CimKey(CIM_LogicalDevice.Names.SystemName, Hypervisor.GetHost().Name),
            new CimKey(CIM_LogicalDevice.Names.CreationClassName, Xen_StorageVolume.CimName),
            new CimKey(CIM_LogicalDevice.Names.DeviceID, $"{pool.Uuid:D}/{Uri.EscapeDataString(source[(pool.Name.Length + 1)..])}")).ToString(),
        "network" when disk.SourceProtocol is { } protocol => $"{protocol}:{source}",
        _ => UriOf(source),
    };

    internal static string UriOf(string source) => source.StartsWith('/')
        ? FileScheme + string.Join('/', source.Split('/').Select(Uri.EscapeDataString)) : source;

    private static Xen_DiskRASD.EmulatedTypeValue TypeOf(string kind) => kind switch
    {
        "cdrom" => Xen_DiskRASD.EmulatedTypeValue.CD_ROM,
        "floppy" => Xen_DiskRASD.EmulatedTypeValue.Floppy,
        "lun" => Xen_DiskRASD.EmulatedTypeValue.LUN,
        _ => Xen_DiskRASD.EmulatedTypeValue.Disk,
    };

    /// <summary>The kind that the settings ask for, in libvirt's words.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: EmulatedType and ResourceType name different kinds.</exception>
    private static string KindOf(Xen_DiskRASD settings)
    {
        var (emulated, resource) = (EmulatedKind(settings.EmulatedType), ResourceKind(settings.ResourceType));
        return emulated is not null && resource is not null && emulated != resource && (emulated, resource) is not ("lun", "disk")
            ? throw CimException.InvalidParameter($"EmulatedType {(ushort)settings.EmulatedType!} is a {emulated} and ResourceType {(ushort)settings.ResourceType!} a {resource}; give one of them.")
            : emulated ?? resource ?? "disk";
    }

    private static string? EmulatedKind(Xen_DiskRASD.EmulatedTypeValue? type) => type switch
    {
        null => null,
        Xen_DiskRASD.EmulatedTypeValue.CD_ROM => "cdrom",
        Xen_DiskRASD.EmulatedTypeValue.Floppy => "floppy",
        Xen_DiskRASD.EmulatedTypeValue.LUN => "lun",
        _ => "disk",
    };

    private static string? ResourceKind(Xen_DiskRASD.ResourceTypeValue? type) => type switch
    {
        null => null,
        Xen_DiskRASD.ResourceTypeValue.CD_Drive or Xen_DiskRASD.ResourceTypeValue.DVD_drive => "cdrom",
        Xen_DiskRASD.ResourceTypeValue.Floppy_Drive => "floppy",
        Xen_DiskRASD.ResourceTypeValue.Disk_Drive or Xen_DiskRASD.ResourceTypeValue.Logical_Disk => "disk",
        _ => throw CimException.InvalidParameter($"ResourceType {(ushort)type} is no disk or drive: expected 17 (Disk Drive), 31 (Logical Disk), 15 (CD Drive), 16 (DVD drive) or 14 (Floppy Drive)."),
    };

    private static string BusOf(string target, string kind, DomainDefinition definition) => target switch
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
