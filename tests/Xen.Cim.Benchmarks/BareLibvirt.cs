using Libvirt;

namespace Xen.Cim.Benchmarks;

/// <summary>The libvirt calls that a class needs, and nothing around them: what the provider is measured against.</summary>
internal sealed class BareLibvirt(string uri) : IDisposable
{
    private static readonly ListAllDomainsFlags[] s_filters =
        [ListAllDomainsFlags.Autostart, ListAllDomainsFlags.Transient, ListAllDomainsFlags.ManagedSave];

    private readonly Connection _connection = Connection.Open(uri);

    /// <summary>Guests with their states: a few filtered listings, and one read for each.</summary>
    public long Guests(Action<Domain>? more = null)
    {
        var seen = 0L;
        foreach (var filter in s_filters)
        {
            foreach (var domain in _connection.ListAllDomains(filter))
            {
                seen += domain.Uuid.GetHashCode() & 1;
                domain.Dispose();
            }
        }
        foreach (var domain in _connection.ListAllDomains())
        {
            seen += (domain.Uuid.GetHashCode() & 1) + domain.Name.Length + (domain.Id ?? 0) + (int)domain.GetState().State;
            more?.Invoke(domain);
            domain.Dispose();
        }
        return seen;
    }

    /// <summary>Both configurations of every guest.</summary>
    public long Configurations(bool scheduler = false) => Guests(domain =>
    {
        _ = domain.GetXml(domain.Id is null ? DomainXmlFlags.Inactive | DomainXmlFlags.Secure : DomainXmlFlags.Secure).Length;
        _ = domain.GetXml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure).Length;
        if (scheduler && domain.Id is not null)
            _ = domain.GetSchedulerParameters().Count;
    });

    public long Disks()
    {
        foreach (var pool in _connection.ListAllStoragePools())
        {
            _ = pool.GetXml().Length;
            pool.Dispose();
        }
        return Configurations();
    }

    public long Adapters()
    {
        foreach (var network in _connection.ListAllNetworks())
        {
            _ = network.GetXml().Length;
            network.Dispose();
        }
        return Configurations();
    }

    public long Guest(Guid uuid)
    {
        using var domain = _connection.LookupDomain(uuid);
        return domain.Name.Length + (domain.IsPersistent ? 1 : 0) + (domain.Autostart ? 1 : 0) + (int)domain.GetState().State;
    }

    public void Dispose() => _connection.Dispose();
}
