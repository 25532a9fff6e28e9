using System.Net;

namespace Xen.Cim.Hypervisor;

/// <summary>The kind of libvirt driver behind a connection (virConnectGetType).</summary>
public enum HypervisorDriver
{
    Other,
    Xen,
    Qemu,
    Test,
}

/// <summary>The host: identity that is stable over restarts, and its resources.</summary>
public sealed record Host
{
    /// <summary>The host name (virConnectGetHostname; for an in-process driver the machine's).</summary>
    public required string Name { get; init; }

    /// <summary>From libvirt's sysinfo or capabilities, else the machine id; never all zeros.</summary>
    public required Guid Uuid { get; init; }

    public required HypervisorDriver Driver { get; init; }

    /// <summary>The hypervisor's version (virConnectGetVersion), such as 4.17.0.</summary>
    public Version? HypervisorVersion { get; init; }

    public Version? LibvirtVersion { get; init; }

    public string? Architecture { get; init; }

    public required uint Processors { get; init; }

    /// <summary>In MHz; 0 when unknown.</summary>
    public uint ProcessorMhz { get; init; }

    public required ulong MemoryKiB { get; init; }

    public IReadOnlyList<NumaCell> Cells { get; init; } = [];

    /// <summary>Sizes that a page of memory can have, in KiB (the capabilities' host/cpu/pages); none when the driver does not tell.</summary>
    public IReadOnlyList<ulong> PageSizesKiB { get; init; } = [];

    /// <summary>What the capabilities say a guest can be: os types (linux or xen, xenpvh, hvm), domain types and limits.</summary>
    public IReadOnlyList<GuestKindSupport> GuestKinds { get; init; } = [];

    /// <summary>The most virtual processors of a PV guest (Xen's domain capabilities in libvirt).</summary>
    public const uint XenMaxProcessors = 512;

    /// <summary>The most virtual processors of an HVM or PVH guest (Xen's HVM_MAX_VCPUS).</summary>
    public const uint XenMaxHardwareProcessors = 128;

    /// <summary>The most virtual processors a guest may have (virConnectGetMaxVcpus; on Xen, a PV guest), or null.</summary>
    public uint? MaxGuestProcessors { get; init; }
}

public sealed record NumaCell(int Id, ulong MemoryKiB, uint Processors);

/// <summary>One entry of the capabilities' guests.</summary>
public sealed record GuestKindSupport(string OsType, string Architecture, string DomainType, string? Emulator, string? Loader, IReadOnlyList<string> Machines);

/// <summary>The scheduler's settings of a guest. Null: the scheduler has no such setting.</summary>
/// <param name="Weight">Credit scheduler weight (default 256), or the driver's shares.</param>
/// <param name="Cap">Credit scheduler cap in percent of one processor; 0 means none.</param>
public sealed record SchedulerSettings(string Scheduler, uint? Weight, uint? Cap);

/// <summary>A libvirt network.</summary>
/// <param name="ForwardMode">"nat", "route", "bridge", "open", ...; null for an isolated network.</param>
public sealed record VirtualNetwork(Guid Uuid, string Name, bool IsActive, bool Autostart, string? ForwardMode, string? Bridge)
{
    /// <summary>The host's interfaces that it forwards to, as far as its definition names them.</summary>
    public IReadOnlyList<string> ForwardDevices { get; init; } = [];

    /// <summary>The host's first address in the network; null when it has none there.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Length of the network prefix of <see cref="Address"/>, in bits.</summary>
    public int? Prefix { get; init; }

    /// <summary>What its DHCP server gives out; null when it has none.</summary>
    public AddressRange? Range { get; init; }

    /// <summary>The DNS domain of its guests, or null.</summary>
    public string? Domain { get; init; }

    /// <summary>Whether it is there after it was stopped.</summary>
    public bool IsPersistent { get; init; } = true;
}

/// <summary>A libvirt storage pool. Sizes in bytes; 0 when the pool is inactive.</summary>
public sealed record StoragePool(Guid Uuid, string Name, bool IsActive, bool Autostart, string Type, string? Path, ulong Capacity, ulong Allocation, ulong Available)
{
    /// <summary>The disks and partitions that it is made of (source/device), as far as its definition names them.</summary>
    public IReadOnlyList<string> SourceDevices { get; init; } = [];

    /// <summary>Where it comes from over the network (source/host), or null.</summary>
    public string? SourceHost { get; init; }

    /// <summary>The directory that <see cref="SourceHost"/> gives out (source/dir), or null.</summary>
    public string? SourceDirectory { get; init; }

    /// <summary>The volume group of a logical pool and the like (source/name), or null.</summary>
    public string? SourceName { get; init; }

    /// <summary>Format of the source (source/format): ext4, nfs, lvm2, gpt, ..., or null.</summary>
    public string? Format { get; init; }

    /// <summary>Who <see cref="SourceHost"/> is told to be asking (source/auth), or null for anybody.</summary>
    public StorageLogin? Login { get; init; }

    /// <summary>The file system that <see cref="Path"/> is on, by its device number; null where the host does not tell.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The block device with that file system, a logical volume by /dev/GROUP/VOLUME; null where it is on none or the host does not tell.</summary>
    public string? FileSystemDevice { get; init; }

    /// <summary>The directory of another host that is behind <see cref="Path"/>: what a pool of the type netfs names, or what is mounted there; null where there is none or the host does not tell.</summary>
    public RemoteDirectory? Remote
    {
        get => field ?? (Type == "netfs" && SourceHost is { } host && SourceDirectory is { } directory ? RemoteDirectory.Of(host, directory) : null);
        init;
    }

    /// <summary>The whole disks below it, through partitions, volume groups and arrays; none where the host does not tell.</summary>
    public IReadOnlyList<string> Disks
    {
        get => _disks.Value;
        init => _disks = new(value);
    }

    // sysfs is walked for who asks.
    internal Lazy<IReadOnlyList<string>> FoundDisks
    {
        init => _disks = value;
    }

    private readonly Lazy<IReadOnlyList<string>> _disks = s_none;

    private static readonly Lazy<IReadOnlyList<string>> s_none = new([]);

    /// <summary>Whether it is there after it was stopped.</summary>
    public bool IsPersistent { get; init; } = true;
}

/// <summary>A directory that another host gives out.</summary>
/// <param name="Host">The host, as whoever mounts it calls it; in small letters.</param>
/// <param name="Directory">The directory there, or the name of a share or volume, from / on and without one at its end.</param>
public sealed record RemoteDirectory(string Host, string Directory)
{
    /// <summary>From a host and a directory, share or volume.</summary>
    public static RemoteDirectory Of(string host, string directory)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(directory);
        return new(host.ToLowerInvariant(), "/" + directory.Trim('/'));
    }

    /// <summary>Of what is mounted: HOST:DIRECTORY (NFS, GlusterFS), or //HOST/SHARE (SMB); null for what is neither.</summary>
    public static RemoteDirectory? OfMount(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.StartsWith("//", StringComparison.Ordinal))
            return source[2..].Split('/', 2) is [{ Length: > 0 } server, { Length: > 0 } share] ? Of(server, share) : null;
        // An IPv6 address stands in brackets and has colons of its own.
        var colon = source.IndexOf(':', Math.Max(0, source.IndexOf(']', StringComparison.Ordinal)));
        return colon > 0 && !source.StartsWith('/') ? Of(source[..colon].Trim('[', ']'), source[(colon + 1)..]) : null;
    }

    /// <summary>What is below it, by a path relative to it.</summary>
    public RemoteDirectory At(string below)
    {
        ArgumentNullException.ThrowIfNull(below);
        return Of(Host, Directory + "/" + below.Trim('/'));
    }

    /// <summary>Whether one of both is the other or lies below it.</summary>
    public bool IsAround(RemoteDirectory other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Host == other.Host && (IsWithin(Directory, other.Directory) || IsWithin(other.Directory, Directory));
    }

    private static bool IsWithin(string directory, string around) => directory == around || directory.StartsWith(around.TrimEnd('/') + "/", StringComparison.Ordinal);
}

/// <summary>A user of storage behind a network, and the secret of libvirt's that holds his password or key.</summary>
/// <param name="Secret">The secret's usage (an iSCSI target's or a Ceph client's name), or its UUID.</param>
public sealed record StorageLogin(string User, string Secret);

/// <summary>A volume of a storage pool. Sizes in bytes.</summary>
public sealed record StorageVolume(string Pool, string Name, string Key, string Path, string? Format, ulong Capacity, ulong Allocation)
{
    /// <summary>The image that this one is a difference to, or null.</summary>
    public string? BackingPath { get; init; }

    /// <summary>The format of <see cref="BackingPath"/>, or null.</summary>
    public string? BackingFormat { get; init; }
}

/// <summary>A disk of the host (libvirt's node devices).</summary>
/// <param name="Path">/dev/sda.</param>
/// <param name="DriveType">disk, cdrom, floppy, dvd, sd, ...</param>
public sealed record PhysicalDisk(string Name, string Path, string DriveType, bool IsRemovable)
{
    public string? Vendor { get; init; }

    public string? Model { get; init; }

    public string? Serial { get; init; }

    /// <summary>In bytes; null when it is not known, or no medium is in.</summary>
    public ulong? Size { get; init; }

    public uint? BlockSize { get; init; }

    /// <summary>Whether a path names the disk or a partition of it.</summary>
    public bool Holds(string path)
    {
        if (!path.StartsWith(Path, StringComparison.Ordinal))
            return false;
        var partition = path.AsSpan(Path.Length);
        // /dev/sda1; and /dev/nvme0n1p1, where the disk's own name ends in a digit.
        if (partition.Length > 0 && char.IsAsciiDigit(Path[^1]))
        {
            if (partition[0] != 'p' || partition.Length == 1)
                return false;
            partition = partition[1..];
        }
        return !partition.ContainsAnyExceptInRange('0', '9');
    }
}

/// <summary>A function of a PCI device of the host (libvirt's node devices).</summary>
public sealed record PhysicalPciDevice(ushort Domain, byte Bus, byte Slot, byte Function)
{
    private const uint Bridge = 0x06;

    /// <summary>As lspci -D writes it: 0000:03:00.0.</summary>
    public string Address => $"{Domain:x4}:{Bus:x2}:{Slot:x2}.{Function:x}";

    public ushort VendorId { get; init; }

    public ushort ProductId { get; init; }

    /// <summary>Name of the maker, or null.</summary>
    public string? Vendor { get; init; }

    /// <summary>Name of the product, or null.</summary>
    public string? Product { get; init; }

    /// <summary>Class, subclass and programming interface, a byte each: 0x020000 of an Ethernet adapter. Null when it is not known.</summary>
    public uint? Class { get; init; }

    /// <summary>The host's driver that serves it, or null.</summary>
    public string? Driver { get; init; }

    /// <summary>The group of devices that can be given away only together, or null.</summary>
    public uint? IommuGroup { get; init; }

    /// <summary>Whether it is a part of the host's buses, which no guest can have.</summary>
    public bool IsBridge => Class >> 16 == Bridge;

    /// <summary>Whether a device of a guest is this one, passed through.</summary>
    public bool Is(HostDevice device) => device.PciAddress == Address;
}

/// <summary>A USB device of the host (libvirt's node devices).</summary>
public sealed record PhysicalUsbDevice(ushort Bus, ushort Device)
{
    /// <summary>Bus and number: 1.4.</summary>
    public string Address => $"{Bus}.{Device}";

    public ushort VendorId { get; init; }

    public ushort ProductId { get; init; }

    /// <summary>Name of the maker, or null.</summary>
    public string? Vendor { get; init; }

    /// <summary>Name of the product, or null.</summary>
    public string? Product { get; init; }

    /// <summary>Vendor and product: 046d:c31c.</summary>
    public string Kind => $"{VendorId:x4}:{ProductId:x4}";

    /// <summary>Whether a device of a guest is this one, passed through; one that is named by its kind is every one of that kind.</summary>
    public bool Is(HostDevice device) => device.UsbProduct is { } kind ? kind == Kind : device.UsbAddress == Address;
}

/// <summary>A network port of the host (libvirt's node devices).</summary>
/// <param name="Interface">eth0.</param>
/// <param name="Mac">Lower case with colons, or null.</param>
public sealed record PhysicalPort(string Interface, string? Mac)
{
    public uint? SpeedMbps { get; init; }

    /// <summary>Null when the host does not tell.</summary>
    public bool? IsUp { get; init; }

    public bool IsEthernet { get; init; } = true;

    /// <summary>The bridge that it is in; null when there is none or the host is remote.</summary>
    public string? Bridge { get; init; }
}
