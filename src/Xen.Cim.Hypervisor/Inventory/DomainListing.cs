using Libvirt;

namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>Domains of one listing, of which each is taken once. Those that nobody takes are disposed with it.</summary>
internal sealed class DomainListing(Connection connection, Domain[] domains, HashSet<Guid> transient) : IDisposable
{
    private readonly Dictionary<Guid, Domain> _domains = domains.ToDictionary(d => d.Uuid);

    public Connection Connection => connection;

    /// <returns>The domain, which the caller disposes; null when it was not there, or was taken.</returns>
    public (Domain Domain, bool? IsPersistent)? Take(Guid uuid) => _domains.Remove(uuid, out var domain) ? (domain, !transient.Contains(uuid)) : null;

    public void Dispose()
    {
        foreach (var domain in _domains.Values)
            domain.Dispose();
        _domains.Clear();
    }
}
