using System.Net;
using System.Numerics;

namespace Xen.Cim.Hypervisor;

/// <summary>What a new storage pool is built on before it is started (virStoragePoolBuild).</summary>
public enum StoragePoolBuild
{
    /// <summary>Everything is there.</summary>
    None,

    /// <summary>Makes the directory, or the volume group on empty devices; never formats.</summary>
    Prepare,

    /// <summary>Formats the device when nothing is on it (VIR_STORAGE_POOL_BUILD_NO_OVERWRITE).</summary>
    FormatEmpty,

    /// <summary>Formats the device, whatever is on it (VIR_STORAGE_POOL_BUILD_OVERWRITE).</summary>
    Overwrite,
}

/// <summary>A storage pool that is to be made.</summary>
/// <param name="Type">libvirt's word: dir, fs, netfs, logical, disk, iscsi, ...</param>
public sealed record NewStoragePool(string Name, string Type)
{
    /// <summary>Where its volumes are to be seen on the host (target/path).</summary>
    public string? Path { get; init; }

    public string? SourceHost { get; init; }

    public string? SourceDirectory { get; init; }

    /// <summary>The volume group, the pool of a Ceph cluster, the SCSI adapter, by type.</summary>
    public string? SourceName { get; init; }

    /// <summary>Devices of the host; for iSCSI the target's name.</summary>
    public IReadOnlyList<string> SourceDevices { get; init; } = [];

    public string? Format { get; init; }

    public StorageLogin? Login { get; init; }

    public StoragePoolBuild Build { get; init; }

    public bool Start { get; init; } = true;

    public bool Autostart { get; init; }
}

/// <summary>Addresses from the first to the last, both included.</summary>
public sealed record AddressRange(IPAddress Start, IPAddress End)
{
    /// <summary>The length of the prefix that a netmask stands for, in bits; null when it is no netmask.</summary>
    public static int? PrefixOf(IPAddress mask)
    {
        var number = Number(mask);
        var bits = mask.GetAddressBytes().Length * 8;
        var host = (BigInteger.One << bits) - 1 - number;
        return (host & (host + 1)).IsZero ? bits - (int)host.GetBitLength() : null;
    }

    /// <summary>Whether both ends are in the network of an address, in order.</summary>
    public bool IsWithin(IPAddress address, int prefix)
    {
        var hostBits = (address.GetAddressBytes().Length * 8) - prefix;
        return Start.AddressFamily == address.AddressFamily && End.AddressFamily == address.AddressFamily
            && Number(Start) >> hostBits == Number(address) >> hostBits && Number(End) >> hostBits == Number(address) >> hostBits
            && Number(Start) <= Number(End);
    }

    private static BigInteger Number(IPAddress address) => new(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
}

/// <summary>A network that is to be made.</summary>
public sealed record NewNetwork(string Name)
{
    /// <summary>libvirt's word: nat, route, open, bridge, private, vepa or passthrough; null for an isolated network.</summary>
    public string? ForwardMode { get; init; }

    /// <summary>Interfaces of the host that it forwards to; none leaves it to the host's routes.</summary>
    public IReadOnlyList<string> ForwardDevices { get; init; } = [];

    /// <summary>For mode bridge one that is there, else the name of the one that is made; null leaves it to libvirt.</summary>
    public string? Bridge { get; init; }

    public IPAddress? Address { get; init; }

    /// <summary>Length of the network prefix of <see cref="Address"/>, in bits.</summary>
    public int? Prefix { get; init; }

    public AddressRange? Range { get; init; }

    public string? Domain { get; init; }

    public bool Start { get; init; } = true;

    public bool Autostart { get; init; }
}

/// <summary>A volume that is to be made in a storage pool. Sizes in bytes.</summary>
/// <param name="Capacity">What a guest sees.</param>
public sealed record NewVolume(string Name, ulong Capacity)
{
    /// <summary>What it occupies at once; null leaves it to libvirt, which takes all of the capacity for raw.</summary>
    public ulong? Allocation { get; init; }

    /// <summary>raw, qcow2, ...; null for the pool's default.</summary>
    public string? Format { get; init; }

    /// <summary>The image that the volume is to be a difference to.</summary>
    public string? BackingPath { get; init; }

    public string? BackingFormat { get; init; }
}
