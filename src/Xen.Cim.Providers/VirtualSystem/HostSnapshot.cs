using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// What one walk over guests reads once for all of them: the pools that their devices may be in. It lives as long as the
/// walk, so that nothing in it is older than the request.
/// </summary>
public sealed class HostSnapshot(IHypervisor hypervisor)
{
    private IReadOnlyList<StoragePool>? _storagePools;
    private IReadOnlyList<VirtualNetwork>? _networks;

    public IReadOnlyList<StoragePool> StoragePools => _storagePools ??= hypervisor.ListStoragePools();

    public IReadOnlyList<VirtualNetwork> Networks => _networks ??= hypervisor.ListNetworks();
}
