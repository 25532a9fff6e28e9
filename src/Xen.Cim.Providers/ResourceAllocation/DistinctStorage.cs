using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>Storage pools that stand for storage of their own: what lies on another pool's would count twice.</summary>
internal static class DistinctStorage
{
    private static readonly string[] s_folders = ["dir", "fs", "netfs"];

    /// <summary>The pools that are started, without those on another's storage; of several on one file system the first.</summary>
    public static IReadOnlyList<StoragePool> Of(IEnumerable<StoragePool> pools)
    {
        // What brings a file system along goes before the directories on it.
        var active = pools.Where(p => p.IsActive).OrderBy(p => p.Type == "dir").ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        // Two directories on one file system are each on the other's storage: the first counts.
        return [.. active.Where((pool, at) => !active.Where((other, place) => place != at && IsOn(pool, other) && (place < at || !IsOn(other, pool))).Any())];
    }

    private static bool IsOn(StoragePool pool, StoragePool other) => IsOnFilesOf(pool, other)
        || (pool.Type == "dir" ? pool.FileSystemDevice is { } device && IsOf(device, other)
            : pool.Type is not ("iscsi" or "netfs") && pool.SourceDevices.Count > 0 && pool.SourceDevices.All(d => IsOf(DeviceNames.OfVolume(d), other)));

    /// <summary>Whether two pools of files are on one file system.</summary>
    private static bool IsOnFilesOf(StoragePool pool, StoragePool other)
    {
        if (!s_folders.Contains(pool.Type) || !s_folders.Contains(other.Type))
            return false;
        var told = pool.FileSystem is not null && other.FileSystem is not null;
        return (told && pool.FileSystem == other.FileSystem) || IsSameRemote(pool, other, told)
            || (!told && pool.Type == "dir" && pool.Path is { } path && other.Path is { } folder && IsWithin(path, folder));
    }

    /// <summary>
    /// Whether two directories of another host are on one volume of it, which only that host knows. One within the other that
    /// is as large is, and so are two beside each other with as much free in both; where both are mounted here Linux tells,
    /// which gives them one number.
    /// </summary>
    private static bool IsSameRemote(StoragePool pool, StoragePool other, bool told) => pool.Remote is { } here && other.Remote is { } there
        && here.Host == there.Host && pool.Capacity == other.Capacity
        && (here.IsAround(there) || (!told && pool.Available == other.Available));

    /// <summary>Whether a device is a volume of a pool of devices, or a partition of the disk that the pool hands out.</summary>
    private static bool IsOf(string device, StoragePool other) => other.Type is "logical" or "disk" or "iscsi" or "scsi" or "mpath" or "zfs"
        && ((other.Path is { } folder && folder.TrimEnd('/') is not "/dev" && IsWithin(device, folder))
            || (other.Type == "disk" && other.SourceDevices.Any(disk => IsPartition(device, disk))));

    // sdb1 of sdb, nvme0n1p1 of nvme0n1.
    private static bool IsPartition(string device, string disk)
    {
        var start = disk.Length > 0 && char.IsAsciiDigit(disk[^1]) ? disk + "p" : disk;
        return device.Length > start.Length && device.StartsWith(start, StringComparison.Ordinal)
            && device.AsSpan(start.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
