using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;
using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

// Guests: listing, finding, and what happens to them.
public sealed partial class LibvirtHypervisor
{
    public event Action<GuestEvent>? GuestChanged;

    /// <summary>The one read for each guest of a listing; tests let it fail.</summary>
    internal Func<Domain, DomainStatus> ReadState { get; set; } = domain => domain.GetState();

    private List<Guest> ReadGuests()
    {
        if ((IsFollowed ? _known.All() : null) is { } known)
            return InOrder(known);
        var guests = InOrder(Query("list the guests", ReadFacts));
        var present = guests.Select(g => g.Uuid).ToHashSet();
        _states.Retain(present);
        _definitions.Retain(present);
        _starts.Retain(present);
        return guests;
    }

    private Guest? ReadGuest(Guid uuid)
    {
        if (IsFollowed && _known.TryFind(uuid, out var known))
            return known is null ? null : Tell(known);
        var guest = Query($"find the guest {uuid}", c => FindGuest(c, uuid));
        if (guest is null)
        {
            _states.Forget(uuid);
            _definitions.Forget(uuid);
            _starts.Forget(uuid);
        }
        return guest;
    }

    public Guest? FindGuest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // What cannot travel to libvirt is the name of nobody.
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            return null;
        if (IsFollowed && _known.TryFind(name, out var known))
            return known is null ? null : Tell(known);
        return Query($"find the guest '{name}'", c =>
        {
            using var domain = Optional(() => c.LookupDomain(name));
            return domain is null ? null : ReadFacts(c, domain) is { } facts ? Tell(facts) : null;
        });
    }

    /// <summary>
    /// A few listings for all, and the states in one call, or where the driver has none with one read for each.
    /// Autostart, transience and managed save images are told by filters, which cost one call each and return the few
    /// that match.
    /// </summary>
    private List<GuestFacts> ReadAllFacts(Connection connection)
    {
        var identity = Identity(connection);
        var autostart = Matching(connection, ListAllDomainsFlags.Autostart);
        var transient = Matching(connection, ListAllDomainsFlags.Transient);
        var saved = Matching(connection, ListAllDomainsFlags.ManagedSave);
        if (!ReadsSingly && AllStates(connection) is { } states)
        {
            return states.ConvertAll(s => Facts(identity, s.Domain.Uuid, s.Domain.Name, s.Domain.Id, !transient.Contains(s.Domain.Uuid), autostart.Contains(s.Domain.Uuid),
                saved.Contains(s.Domain.Uuid), s.Status, s.Status is null ? "libvirt does not tell its state" : null));
        }
        var domains = connection.ListAllDomains();
        try
        {
            var guests = new List<GuestFacts>(domains.Length);
            foreach (var domain in domains)
            {
                var uuid = domain.Uuid;
                if (ReadFacts(connection, identity, domain, uuid, !transient.Contains(uuid), autostart.Contains(uuid), saved.Contains(uuid)) is { } guest)
                    guests.Add(guest);
            }
            return guests;
        }
        finally
        {
            foreach (var domain in domains)
                domain.Dispose();
        }
    }

    /// <summary>libvirt's order is that of a hash table and another one after each start; an answer has one order.</summary>
    private List<Guest> InOrder(IReadOnlyList<GuestFacts> facts)
    {
        var guests = new List<Guest>(facts.Count);
        foreach (var guest in facts)
            guests.Add(Tell(guest));
        guests.Sort(static (a, b) => a.IsControlDomain != b.IsControlDomain ? (a.IsControlDomain ? -1 : 1) : string.CompareOrdinal(a.Name, b.Name));
        return guests;
    }

    private static HashSet<Guid> Matching(Connection connection, ListAllDomainsFlags filter)
    {
        Domain[] domains;
        try
        {
            domains = connection.ListAllDomains(filter);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.InvalidArg or ErrorCode.ArgumentUnsupported)
        {
            // A driver that cannot filter by it does not have it.
            return [];
        }
        var uuids = new HashSet<Guid>(domains.Length);
        foreach (var domain in domains)
        {
            uuids.Add(domain.Uuid);
            domain.Dispose();
        }
        return uuids;
    }

    private Guest? FindGuest(Connection connection, Guid uuid)
    {
        using var domain = Optional(() => Lookup(connection, uuid));
        return domain is null ? null : ReadFacts(connection, domain) is { } facts ? Tell(facts) : null;
    }

    private GuestFacts? ReadFacts(Connection connection, Domain domain)
    {
        var uuid = domain.Uuid;
        try
        {
            var persistent = domain.IsPersistent;
            var autostart = persistent && Tolerant(connection, () => domain.Autostart);
            // Only a guest that is off has one.
            var saved = domain.Id is null && Tolerant(connection, () => domain.HasManagedSave);
            return ReadFacts(connection, Identity(connection), domain, uuid, persistent, autostart, saved);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain)
        {
            return null;
        }
    }

    /// <returns>Null when the guest has gone meanwhile.</returns>
    private GuestFacts? ReadFacts(Connection connection, HostIdentity identity, Domain domain, Guid uuid, bool persistent, bool autostart, bool saved)
    {
        var (name, id) = (domain.Name, domain.Id);
        DomainStatus? status = null;
        string? fault = null;
        try
        {
            status = ReadState(domain);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain)
        {
            return null;
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            fault = e.Message;
        }
        return Facts(identity, uuid, name, id, persistent, autostart, saved, status, fault);
    }

    private static GuestFacts Facts(
        HostIdentity identity, Guid uuid, string name, int? id, bool persistent, bool autostart, bool saved, DomainStatus? status, string? fault)
    {
        var control = identity.IsControlDomain(uuid, name, id);
        return new(control ? identity.ControlDomain : uuid, name, id, persistent, autostart, saved, control, status, fault);
    }

    /// <summary>The domain behind a guest's UUID.</summary>
    /// <exception cref="LibvirtException">NoDomain: there is none.</exception>
    private Domain Lookup(Connection connection, Guid uuid)
    {
        var identity = Identity(connection);
        if (uuid == identity.ControlDomain && identity.Driver is HypervisorDriver.Xen or HypervisorDriver.Test)
            return identity.Driver == HypervisorDriver.Xen ? connection.LookupDomain(0) : connection.LookupDomain(HostIdentity.ControlDomainName);
        var domain = connection.LookupDomain(uuid);
        // The control domain has another UUID here than libvirt gives it.
        if (!identity.IsControlDomain(uuid, domain.Name, domain.Id))
            return domain;
        domain.Dispose();
        throw new LibvirtException(ErrorCode.NoDomain, $"Domain not found: no domain with matching uuid '{uuid}'");
    }

    private static Domain? Optional(Func<Domain> lookup)
    {
        try
        {
            return lookup();
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain)
        {
            return null;
        }
    }

    private static bool Tolerant(Connection connection, Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (LibvirtException e) when (e.Code != ErrorCode.NoDomain && !LibvirtErrors.MeansBroken(connection, e))
        {
            return false;
        }
    }

    /// <summary>On libvirt's event thread: no call to libvirt, no waiting.</summary>
    private void Heard(DomainLifecycleEvent news)
    {
        if (_identity is not { } identity)
            return;
        _known.Heard(news.Domain.Name);
        var uuid = PublicUuid(identity, news.Domain);
        if (news.Type == DomainEventType.Undefined)
        {
            _definitions.Forget(uuid);
            _starts.Forget(uuid);
        }
        var kind = _states.Heard(uuid, news.Domain.Id, news.Type, news.Detail);
        if (news.Type == DomainEventType.Started)
        {
            _starts.Heard(uuid, news.Domain.Id);
            RestoreCapAfterStart(uuid);
        }
        if (kind is { } told)
            _notifier.Post(new GuestEvent(uuid, news.Domain.Name, told, news.Detail));
    }

    private void Heard(DomainEvent reboot)
    {
        if (_identity is not { } identity)
            return;
        _known.Heard(reboot.Domain.Name);
        var uuid = PublicUuid(identity, reboot.Domain);
        // On Xen the guest now goes off for a while; other drivers have done it by now.
        if (identity.Driver == HypervisorDriver.Xen)
        {
            _states.BeginReboot(uuid, reboot.Domain.Id);
            return;
        }
        _states.Rebooted(uuid);
        _notifier.Post(new GuestEvent(uuid, reboot.Domain.Name, GuestEventKind.Rebooted, 0));
    }

    private static Guid PublicUuid(HostIdentity identity, DomainIdentity domain) =>
        identity.IsControlDomain(domain.Uuid, domain.Name, domain.Id) ? identity.ControlDomain : domain.Uuid;
}
