using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

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
    private const string Bytes = "byte";

    // Names of drives that libxl does not know (xen-vbd-interface(7)).
    private static readonly string[] s_notOnXen = ["vd", "fd"];

    private static readonly (string Prefix, string Bus)[] s_busesOnXen = [("xvd", "xen"), ("hd", "ide"), ("sd", "scsi")];

    private readonly DiskMedium _media = new(hypervisor);
    private readonly NewDiskVolume _volumes = new(hypervisor);

    protected override IEnumerable<(string Id, DiskDevice Device)> Devices(DomainDefinition definition) =>
        definition.Disks.Select(d => (d.DeviceId, d));

    private protected override Xen_DiskRASD Describe(DomainDefinition definition, DiskDevice disk)
    {
        var (source, target, kind) = (disk.Source, disk.TargetDevice, disk.Device);
        var (isReadOnly, shareable) = (disk.ReadOnly || kind == "cdrom", disk.Shareable);
        // A volume of a pool and what a network protocol reaches have no name of the host's operating system.
        var extent = source is ['/', ..] ? source : null;
        // A disk of virtio's is a PCI device by itself, and known by its name.
        var parent = disk.HangsOn is ("pci", _) ? null : ParentOf(definition, disk);
        var instance = new Xen_DiskRASD
        {
            ElementName = $"{definition.Name} {target}",
            ResourceType = kind switch
            {
                "cdrom" => Xen_DiskRASD.ResourceTypeValue.CD_Drive,
                "floppy" => Xen_DiskRASD.ResourceTypeValue.Floppy_Drive,
                _ => Xen_DiskRASD.ResourceTypeValue.Disk_Drive,
            },
            EmulatedType = DiskKind.TypeOf(kind),
            ConsumerVisibility = Xen_DiskRASD.ConsumerVisibilityValue.Virtualized,
            AllocationUnits = Bytes,
            VirtualResourceBlockSize = disk.LogicalBlockSize,
            Address = source,
            HostResource = DiskMedium.ResourceOf(disk) is { } resource ? [resource] : null,
            AddressOnParent = AddressOn(parent, disk),
            Parent = parent,
            MappingBehavior = source is null ? null : shareable || isReadOnly
                ? Xen_DiskRASD.MappingBehaviorValue.Hard_Affinity : Xen_DiskRASD.MappingBehaviorValue.Dedicated,
            HostExtentName = extent,
            HostExtentNameFormat = extent is null ? null : Xen_DiskRASD.HostExtentNameFormatValue.OS_Device_Name,
            HostExtentNameNamespace = extent is null ? null : Xen_DiskRASD.HostExtentNameNamespaceValue.OS_Device_Namespace,
            Access = isReadOnly ? Xen_DiskRASD.AccessValue.Readable : Xen_DiskRASD.AccessValue.Read_Write_Supported,
            VirtualDevice = target,
            BusType = disk.Bus,
            DriverName = disk.DriverName,
            DriverType = disk.DriverType,
            DriverCache = disk.DriverCache,
            Shareable = shareable,
            BackendDomain = disk.BackendDomain,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
        DiskThrottle.Describe(instance, disk);
        return instance;
    }

    private protected override Xen_DiskRASD Complete(ref Xen_DiskRASD known, Configuration configuration, DiskDevice disk, CimRequest request)
    {
        var host = configuration.Snapshot;
        var (quantity, units, blockSize) = (known.VirtualQuantity, known.VirtualQuantityUnits, known.VirtualResourceBlockSize);
        if (request.Wants(Xen_DiskRASD.Names.VirtualQuantity) || request.Wants(Xen_DiskRASD.Names.VirtualQuantityUnits) || request.Wants(Xen_DiskRASD.Names.VirtualResourceBlockSize))
        {
            var size = known.Address is null ? 0 : host.CapacityOf(configuration.Guest, disk);
            // Of a disk whose size nobody tells, one.
            (quantity, units) = (size ?? 1, size is null ? "count" : Bytes);
            blockSize = size is null or 0 ? null : disk.LogicalBlockSize;
        }
        var pool = DiskPool.PoolOf(disk, host).Id;
        // A path is the same whatever the host has; a volume's is known by its pool.
        var resource = known.Address is null or ['/', ..] ? known.HostResource?[0] : _media.ResourceOf(disk, host);
        if (known.PoolID == pool && known.VirtualQuantity == quantity && known.VirtualQuantityUnits == units && known.VirtualResourceBlockSize == blockSize && known.HostResource?[0] == resource)
            return known;
        var instance = (Xen_DiskRASD)known.Copy();
        (instance.PoolID, instance.VirtualQuantity, instance.VirtualQuantityUnits, instance.VirtualResourceBlockSize) = (pool, quantity, units, blockSize);
        instance.HostResource = resource is null ? null : [resource];
        instance.Fix();
        return known = instance;
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
    [
        Xen_DiskRASD.Names.Address, Xen_DiskRASD.Names.HostResource, Xen_DiskRASD.Names.HostExtentName, Xen_DiskRASD.Names.Access, Xen_DiskRASD.Names.VirtualDevice,
        Xen_DiskRASD.Names.AddressOnParent, Xen_DiskRASD.Names.ResourceType, Xen_DiskRASD.Names.EmulatedType, Xen_DiskRASD.Names.BusType, Xen_DiskRASD.Names.DriverName,
        Xen_DiskRASD.Names.DriverType, Xen_DiskRASD.Names.DriverCache, Xen_DiskRASD.Names.Shareable, Xen_DiskRASD.Names.BackendDomain, .. DiskThrottle.Writable,
    ]);

    private protected override PreparedSettings? Prepare(Xen_DiskRASD settings, string guest, ISet<string> planned) => _volumes.Plan(settings, guest, planned);

    private protected override Change Update(Guest guest, DiskDevice old, DiskDevice changed) => DiskThrottle.Update(Hypervisor, guest, old, changed);

    private static string? AddressOn(string? parent, DiskDevice disk) => parent is null ? disk.TargetDevice : disk.GuestAddress;

    private protected override string Add(DomainDefinition definition, Xen_DiskRASD settings)
    {
        var kind = DiskKind.Of(settings);
        // An address on a controller is where the disk was that these settings were read of.
        var target = settings.VirtualDevice ?? (settings.AddressOnParent is [>= '0' and <= '9', ..] ? null : settings.AddressOnParent);
        var bus = settings.BusType is { Length: > 0 } wanted ? wanted : (target is null ? definition.DefaultBusOf(kind) : DiskKind.BusOf(target, kind, definition));
        target ??= definition.NextDiskTarget(bus);
        if (definition.Disks.Any(d => d.TargetDevice == target))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a disk {target} already; free is {definition.NextDiskTarget(bus)}.");
        RefuseNotOnXen(target);
        var disk = new DiskDevice { Device = kind, TargetDevice = target, Bus = bus };
        if (kind is "cdrom")
            disk.ReadOnly = true;
        else if (_media.In(settings, disk) is null)
            throw CimException.InvalidParameter($"The disk {target} has no medium: give its path on the host as Address (or HostResource), or the PoolID of a storage pool and its size in bytes as VirtualQuantity.");
        Write(disk, settings, definition.Name);
        RefuseBusNotOnXen(disk);
        definition.Add(disk);
        return target;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_DiskRASD settings)
    {
        var disk = Require(definition, deviceId);
        var (name, bus, address) = (disk.TargetDevice, disk.Bus, disk.GuestAddress);
        if ((settings.EmulatedType ?? (settings.ResourceType is null ? null : DiskKind.TypeOf(DiskKind.Of(settings)))) is { } type && type != DiskKind.TypeOf(disk.Device))
            throw CimException.NotSupported($"{disk.TargetDevice} is a {disk.Device} and cannot become a {DiskKind.Of(settings)}; remove it and add another.");
        Write(disk, settings, definition.Name);
        // Who sends a whole instance back with one of both changed means that one.
        string?[] asked = [settings.VirtualDevice, settings.AddressOnParent == address ? null : settings.AddressOnParent];
        if (asked.FirstOrDefault(t => t is not null && t != name) is { } target)
        {
            RefuseNotOnXen(target);
            Rename(disk, target, disk.Bus != bus, definition);
        }
        if ((disk.TargetDevice, disk.Bus) != (name, bus))
            RefuseBusNotOnXen(disk);
    }

    // libvirt takes any name, and libxl then does not start the guest.
    private void RefuseNotOnXen(string target)
    {
        if (Hypervisor.Driver == HypervisorDriver.Xen && s_notOnXen.Any(p => target.StartsWith(p, StringComparison.Ordinal)))
            throw CimException.NotSupported($"VirtualDevice {target}: a guest of Xen has neither a floppy drive nor virtio's disks, but xvda, hda, sda and on.");
    }

    // libxl is told the name, and nothing of the bus.
    private void RefuseBusNotOnXen(DiskDevice disk)
    {
        if (Hypervisor.Driver == HypervisorDriver.Xen && s_busesOnXen.FirstOrDefault(b => disk.TargetDevice?.StartsWith(b.Prefix, StringComparison.Ordinal) == true).Bus is { } bus && bus != disk.Bus)
            throw CimException.NotSupported($"BusType {disk.Bus}: on Xen the name of a disk says its bus, and that of {disk.TargetDevice} is {bus}; there are {string.Join(", ", s_busesOnXen.Select(b => $"{b.Prefix}a ({b.Bus})"))} and on.");
    }

    // The guest's system may find its disk by this name, and where drives share a controller libvirt plugs it in by it.
    private static void Rename(DiskDevice disk, string target, bool isOnNewBus, DomainDefinition definition)
    {
        if (target is [>= '0' and <= '9', ..])
            throw CimException.NotSupported($"AddressOnParent of {disk.TargetDevice} cannot become {target}: libvirt places a disk by its name, which VirtualDevice changes.");
        var bus = isOnNewBus ? disk.Bus! : DiskKind.BusOf(target, disk.Device, definition);
        if (DiskDevice.PrefixOf(disk.Bus) is { } prefix && target.StartsWith(prefix, StringComparison.Ordinal))
            bus = disk.Bus!;
        if (definition.Disks.Any(d => d.TargetDevice == target))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has a disk {target} already; free is {definition.NextDiskTarget(bus)}.");
        disk.Rename(target, bus);
    }

    private void Write(DiskDevice disk, Xen_DiskRASD settings, string guest)
    {
        if (_media.In(settings, disk) is { } source && source != (disk.Source ?? ""))
            _media.Set(disk, source);
        Give(settings.DriverName, disk.DriverName, v => disk.DriverName = v);
        Give(settings.DriverType, disk.DriverType, v => disk.DriverType = v);
        if (settings.DriverCache is { Length: > 0 } cache && cache != disk.DriverCache && Hypervisor.Driver == HypervisorDriver.Xen)
            throw CimException.NotSupported($"DriverCache {cache}: Xen's back-ends cache as they do, and libvirt hands no wish about it on.");
        Give(settings.DriverCache, disk.DriverCache, v => disk.DriverCache = v);
        if (settings.BusType is "" && disk.Bus is { } now)
            throw CimException.InvalidParameter($"BusType \"\": the disk {disk.TargetDevice} is on a bus of type {now}; name another, or NULL to keep it.");
        if (settings.BusType is { Length: > 0 } bus && bus != disk.Bus)
            disk.Bus = bus;
        if (settings.Shareable is { } shareable && shareable != disk.Shareable)
            disk.Shareable = shareable;
        if (settings.BackendDomain is { } backend && backend != (disk.BackendDomain ?? ""))
            disk.BackendDomain = DriverDomain.Read(Hypervisor, backend, guest);
        WriteAccess(disk, settings.Access);
        DiskThrottle.Write(disk, settings, Hypervisor);
        // Without a name libvirt's Xen driver takes any image for a raw one.
        if (Hypervisor.Driver != HypervisorDriver.Xen || disk.DriverName is not null || disk.DriverType is null or "raw")
            return;
        if (settings.DriverName is "")
            throw CimException.InvalidParameter($"DriverName \"\": libvirt takes an image for a raw one then, and DriverType of {disk.TargetDevice} is {disk.DriverType}; give both.");
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
}
