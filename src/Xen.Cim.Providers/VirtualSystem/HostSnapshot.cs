using System.Collections.Concurrent;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// What one walk over guests reads once for all of them: the pools that their devices may be in, and the sizes of the
/// media that several configurations name. It lives as long as the
/// walk, so that nothing in it is older than the request. Several threads may use it.
/// </summary>
public sealed class HostSnapshot(IHypervisor hypervisor)
{
    private readonly ConcurrentDictionary<(string Type, string Source, string? Format), ulong?> _capacities = [];
    private IReadOnlyList<StoragePool>? _storagePools;
    private IReadOnlyList<VirtualNetwork>? _networks;

    public IReadOnlyList<StoragePool> StoragePools => _storagePools ??= hypervisor.ListStoragePools();

    public IReadOnlyList<VirtualNetwork> Networks => _networks ??= hypervisor.ListNetworks();

    /// <summary>The size of a disk as <see cref="IHypervisor.GetDiskCapacity"/> has it, in bytes.</summary>
    public ulong? CapacityOf(Guest guest, DiskDevice disk)
    {
        var key = (disk.SourceType, disk.Source ?? "", disk.DriverType);
        return _capacities.TryGetValue(key, out var known) ? known : _capacities[key] = hypervisor.GetDiskCapacity(guest.Uuid, disk);
    }
}
