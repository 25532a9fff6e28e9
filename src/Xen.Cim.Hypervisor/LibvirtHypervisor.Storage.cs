using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor;

// The media of guests.
public sealed partial class LibvirtHypervisor
{
    public ulong? GetDiskCapacity(Guid uuid, DiskDevice disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (disk.Source is not { Length: > 0 } source)
            return null;
        // The host's own answer is the quickest, and as good for what holds a disk without a format around it.
        return AskHost(disk, source) ?? Query($"read the size of the {disk} of the guest {uuid}", connection =>
            AskGuest(connection, uuid, disk) ?? AskPool(connection, disk, source));
    }

    private ulong? AskGuest(Connection connection, Guid uuid, DiskDevice disk)
    {
        // The drivers of Xen and of the simulated host have no such call.
        if (disk.TargetDevice is not { } target || Driver is HypervisorDriver.Xen or HypervisorDriver.Test)
            return null;
        return Try(connection, () =>
        {
            using var domain = Lookup(connection, uuid);
            return domain.GetBlockInfo(target).Capacity;
        });
    }

    private static ulong? AskPool(Connection connection, DiskDevice disk, string source) => Try(connection, () =>
    {
        if (disk.SourceType == "volume")
        {
            var slash = source.IndexOf('/', StringComparison.Ordinal);
            using var pool = connection.LookupStoragePool(source[..slash]);
            using var named = pool.LookupVolume(source[(slash + 1)..]);
            return named.GetInfo().Capacity;
        }
        using var volume = connection.LookupStorageVolumeByPath(source);
        return volume.GetInfo().Capacity;
    });

    // The length of an image in another format than raw says nothing about the disk in it.
    private ulong? AskHost(DiskDevice disk, string source)
    {
        if (!_uri.IsLocal || Driver == HypervisorDriver.Test || disk.DriverType is not (null or "raw"))
            return null;
        try
        {
            return disk.SourceType switch
            {
                "file" => new FileInfo(source) is { Exists: true, LinkTarget: null } file ? (ulong)file.Length : null,
                "block" => BlockDeviceSize(source),
                _ => null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What Linux says of a block device, which takes no right to open it; its unit is 512 bytes whatever the sectors are (sysfs-block).</summary>
    private static ulong? BlockDeviceSize(string device)
    {
        var target = File.ResolveLinkTarget(device, returnFinalTarget: true)?.FullName ?? device;
        var size = Path.Combine("/sys/class/block", Path.GetFileName(target), "size");
        return Path.GetDirectoryName(target) is "/dev" or "/dev/mapper" && File.Exists(size) && LibvirtNumber.UInt64(File.ReadAllText(size).Trim()) is { } sectors and > 0
            ? sectors * 512 : null;
    }

    /// <summary>What cannot be told is null; a connection that broke is an error.</summary>
    private static ulong? Try(Connection connection, Func<ulong> ask)
    {
        try
        {
            return ask();
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
    }
}
