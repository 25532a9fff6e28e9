using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Which guests need a pool or volume: nothing is taken away from under them.</summary>
public sealed class PoolUsers(VirtualSystemSettingData configurations)
{
    /// <summary>Refuses what a running guest has a disk in, and what a definition names: it could not start again.</summary>
    /// <exception cref="CimException">FAILED, naming the guests.</exception>
    public void Release(StoragePool pool) => Refuse($"The storage pool {pool.Name}", Using(c => c.Definition!.Disks.Any(d =>
        (IsRunning(c) || d.SourceType == "volume") && IsIn(d, c, pool))));

    /// <summary>Refuses a network that an adapter of a guest is plugged into.</summary>
    /// <exception cref="CimException">FAILED, naming the guests.</exception>
    public void Release(VirtualNetwork network) =>
        Refuse($"The network {network.Name}", Using(c => IsPluggedInto(c, network)));

    /// <summary>Refuses to stop what a running guest has a disk in.</summary>
    /// <exception cref="CimException">FAILED, naming the guests.</exception>
    public void Stop(StoragePool pool) => Refuse($"The storage pool {pool.Name}",
        Using(c => IsRunning(c) && c.Definition!.Disks.Any(d => IsIn(d, c, pool))));

    /// <summary>Refuses to stop what an adapter of a running guest is plugged into.</summary>
    /// <exception cref="CimException">FAILED, naming the guests.</exception>
    public void Stop(VirtualNetwork network) =>
        Refuse($"The network {network.Name}", Using(c => IsRunning(c) && IsPluggedInto(c, network)));

    /// <summary>Refuses a volume that is a disk of a guest, running or not.</summary>
    /// <exception cref="CimException">FAILED, naming the guests.</exception>
    public void Release(StorageVolume volume) =>
        Refuse($"The volume {volume.Name}", Using(c => c.Definition!.Disks.Any(d => IsOn(d, volume))));

    /// <summary>Whether a disk's medium is a volume.</summary>
    public static bool IsOn(DiskDevice disk, StorageVolume volume) => disk.Source is { } source
        && (disk.SourceType == "volume" ? source == $"{volume.Pool}/{volume.Name}" : source == volume.Path);

    private static bool IsIn(DiskDevice disk, Configuration configuration, StoragePool pool) => DiskPool.PoolOf(disk, configuration.Snapshot).Pool?.Uuid == pool.Uuid;

    private static bool IsPluggedInto(Configuration configuration, VirtualNetwork network) =>
        configuration.Definition!.Interfaces.Any(i => i.Type == "network" && i.Source == network.Name);

    private static bool IsRunning(Configuration configuration) => configuration.Kind == ConfigurationKind.State && configuration.Guest.IsActive;

    private List<string> Using(Func<Configuration, bool> uses) =>
        [.. configurations.Enumerate().Where(c => c.Definition is not null && uses(c)).Select(c => c.Guest.Name).Distinct()];

    private static void Refuse(string what, List<string> guests)
    {
        if (guests.Count > 0)
            throw new CimException(CimStatus.Failed, $"{what} is in use by {string.Join(", ", guests.Take(10))}{(guests.Count > 10 ? " and more" : "")}; take it away from {(guests.Count == 1 ? "that guest" : "those guests")} first.");
    }
}
