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

    private static bool IsOn(StoragePool pool, StoragePool other) => pool.Type == "dir"
        ? (s_folders.Contains(other.Type) && pool.Path is { } path && other.Path is { } folder
            && (pool.FileSystem is { } here && other.FileSystem is { } there ? here == there : IsWithin(path, folder)))
            || (pool.FileSystemDevice is { } device && IsOf(device, other))
        : pool.Type is not ("iscsi" or "netfs") && pool.SourceDevices.Count > 0 && pool.SourceDevices.All(d => IsOf(DeviceNames.OfVolume(d), other));

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
