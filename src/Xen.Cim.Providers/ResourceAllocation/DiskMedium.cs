using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>What is behind a guest's disk: Address, HostExtentName and HostResource of a Xen_DiskRASD, read and written.</summary>
internal sealed class DiskMedium(IHypervisor hypervisor)
{
    private const string FileScheme = "file://";

    /// <summary>Puts a medium into a disk; an empty text takes it out.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: there is no such medium.</exception>
    public void Set(DiskDevice disk, string source)
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
            HostFile.RefuseMissing(hypervisor, source, $"for the disk {disk.TargetDevice}");
            disk.SourceType = source.StartsWith("/dev/", StringComparison.Ordinal) ? "block" : "file";
        }
        else if (source.Split('/') is [var pool, var volume] && pool.Length > 0 && volume.Length > 0)
        {
            if (!hypervisor.ListStoragePools().Any(p => p.Name == pool && p.IsActive) || hypervisor.ListVolumes(pool).FirstOrDefault(v => v.Name == volume) is not { } found)
                throw CimException.InvalidParameter($"There is no volume {volume} in an active storage pool {pool} for the disk {disk.TargetDevice}.");
            // libvirt's Xen driver cannot start a guest with a disk of that type.
            var byPath = hypervisor.Driver == HypervisorDriver.Xen;
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
    public string? In(Xen_DiskRASD settings, DiskDevice disk)
    {
        var current = disk.Source;
        if (settings.HostResource is { Length: > 1 } several)
            throw CimException.InvalidParameter($"HostResource has {several.Length} entries; a disk has one medium.");
        var resource = settings.HostResource switch
        {
            // None, where there was one.
            [] => current is null ? null : "",
            [{ } only] => Path(only),
            _ => null,
        };
        var named = new[] { settings.Address, settings.HostExtentName, resource }
            .OfType<string>().Distinct().ToList();
        if (named.Count > 1)
            named.Remove(current ?? "");
        return named.Count switch
        {
            0 => null,
            1 => named[0],
            _ => throw CimException.InvalidParameter($"Address, HostExtentName and HostResource name different media: {string.Join(", ", named)}."),
        };

        string Path(string resource) => current is not null && resource == ResourceOf(disk, new HostSnapshot(hypervisor)) ? current : resource.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(resource[FileScheme.Length..]) : VolumeOf(resource) ?? resource;
    }

    /// <summary>The pool and volume that the path of a Xen_StorageVolume names; null for what is no such path.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: there is no such pool.</exception>
    private string? VolumeOf(string resource)
    {
        if (HostDevicePath.DeviceIdIn(resource, Xen_StorageVolume.CimName) is not { } id)
            return null;
        return id.Split('/') is [var uuid, var volume] && hypervisor.ListStoragePools().FirstOrDefault(p => p.Uuid.ToString("D") == uuid) is { } pool
            ? $"{pool.Name}/{Uri.UnescapeDataString(volume)}"
            : throw CimException.InvalidParameter($"HostResource \"{resource}\": there is no storage pool that such a volume is in.");
    }

    /// <summary>
    /// What is behind a disk, as a URI: a file or device of the host, the path of a Xen_StorageVolume without a namespace, or
    /// the name that a network protocol knows it by.
    /// </summary>
    public string? ResourceOf(DiskDevice disk, HostSnapshot host) => disk is { SourceType: "volume", Source: { } source } && DiskPool.PoolOf(disk, host).Pool is { } pool
        ? HostDevicePath.Of(Xen_StorageVolume.CimName, hypervisor.GetHost().Name, $"{pool.Uuid:D}/{Uri.EscapeDataString(source[(pool.Name.Length + 1)..])}") : ResourceOf(disk);

    /// <summary>The same as far as the definition alone tells: not the path of a volume.</summary>
    public static string? ResourceOf(DiskDevice disk) => disk.Source is not { } source ? null
        : disk is { SourceType: "network", SourceProtocol: { } protocol } ? $"{protocol}:{source}" : UriOf(source);

    public static string UriOf(string source) => source.StartsWith('/')
        ? FileScheme + string.Join('/', source.Split('/').Select(Uri.EscapeDataString)) : source;
}
