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

    /// <summary>Guests with what they run, whose faults are part of their health.</summary>
    public long GuestsWithHealth() => Guests(domain => _ = domain.GetXml(domain.Id is null ? DomainXmlFlags.Inactive | DomainXmlFlags.Secure : DomainXmlFlags.Secure).Length);

    /// <summary>Both configurations of every guest; one that is off has one that is both.</summary>
    public long Configurations(bool scheduler = false) => Guests(domain => Configurations(domain, scheduler));

    public long Disks()
    {
        Pools();
        return Configurations();
    }

    public long Adapters(bool scheduler = false)
    {
        foreach (var network in _connection.ListAllNetworks())
        {
            _ = network.GetXml().Length;
            network.Dispose();
        }
        return Configurations(scheduler);
    }

    /// <summary>All that settings are made of.</summary>
    public long Settings()
    {
        Pools();
        return Adapters(scheduler: true);
    }

    public long Guest(Guid uuid)
    {
        using var domain = _connection.LookupDomain(uuid);
        return Guest(domain) + domain.GetXml(DomainXmlFlags.Secure).Length;
    }

    /// <summary>A guest with what leads away from it: its settings and devices.</summary>
    public long GuestWithConfigurations(Guid uuid)
    {
        using var domain = _connection.LookupDomain(uuid);
        Configurations(domain, scheduler: false);
        return Guest(domain);
    }

    /// <summary>Pauses a guest that runs, and lets one that is paused go on.</summary>
    public long PauseOrResume(Guid uuid)
    {
        using var domain = _connection.LookupDomain(uuid);
        if (domain.GetState().State == DomainState.Paused)
            domain.Resume();
        else
            domain.Suspend();
        return 1;
    }

    public long DefineAndUndefine(string xml)
    {
        using var domain = _connection.DefineDomain(xml);
        domain.Undefine(DomainUndefineFlags.ManagedSave);
        return 1;
    }

    public void Dispose() => _connection.Dispose();

    private static void Configurations(Domain domain, bool scheduler)
    {
        _ = domain.GetXml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure).Length;
        if (domain.Id is null)
            return;
        _ = domain.GetXml(DomainXmlFlags.Secure).Length;
        if (!scheduler)
            return;
        try
        {
            _ = domain.GetSchedulerParameters().Count;
        }
        catch (LibvirtException)
        {
            // An unprivileged daemon has none to tell of.
        }
    }

    private static long Guest(Domain domain) => domain.Name.Length + (domain.IsPersistent ? 1 : 0) + (domain.Autostart ? 1 : 0) + (int)domain.GetState().State;

    private void Pools()
    {
        foreach (var pool in _connection.ListAllStoragePools())
        {
            _ = pool.GetXml().Length;
            pool.Dispose();
        }
    }
}
