namespace Xen.Cim.Hypervisor.Hosts;

/// <summary>Which disks of this machine a block device is on: Linux's tree of block devices (sysfs).</summary>
/// <param name="root">Where sysfs is mounted.</param>
internal sealed class BlockDevices(string root = "/sys")
{
    // Volumes on arrays on partitions: deeper than that nobody builds.
    private const int Deepest = 8;

    /// <summary>The whole disks below devices, partitions, logical volumes, arrays and encrypted ones; none where sysfs does not tell.</summary>
    /// <param name="devices">By path, such as /dev/sda1 or /dev/GROUP/VOLUME, or by number, such as 8:1.</param>
    public IReadOnlyList<string> DisksUnder(IEnumerable<string> devices)
    {
        var disks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var device in devices)
        {
            if (FolderOf(device) is { } folder)
                Descend(folder, disks, Deepest);
        }
        return [.. disks];
    }

    private static void Descend(string folder, SortedSet<string> disks, int deepest)
    {
        try
        {
            var lower = Directory.Exists(Path.Combine(folder, "slaves")) ? Directory.GetFileSystemEntries(Path.Combine(folder, "slaves")) : [];
            foreach (var slave in deepest > 0 ? lower : [])
            {
                if (Real(slave) is { } below)
                    Descend(below, disks, deepest - 1);
            }
            if (lower.Length > 0)
                return;
            // A partition's folder is in that of its disk.
            if (File.Exists(Path.Combine(folder, "partition")))
                Descend(Path.GetDirectoryName(folder)!, disks, deepest - 1);
            else
                disks.Add("/dev/" + Path.GetFileName(folder).Replace('!', '/'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away.
        }
    }

    private string? FolderOf(string device)
    {
        if (!device.StartsWith('/'))
            return Real(Path.Combine(root, "dev/block", device));
        var name = device;
        try
        {
            name = new FileInfo(device).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? device;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its name has to do.
        }
        return name.StartsWith("/dev/", StringComparison.Ordinal) ? Real(Path.Combine(root, "class/block", name["/dev/".Length..].Replace('/', '!'))) : null;
    }

    private static string? Real(string link)
    {
        try
        {
            var folder = new DirectoryInfo(link);
            return !folder.Exists ? null : folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
