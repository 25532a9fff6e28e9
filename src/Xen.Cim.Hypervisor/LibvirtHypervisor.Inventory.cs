using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

// What is known of the guests without asking libvirt again.
public sealed partial class LibvirtHypervisor
{
    private readonly GuestInventory _known;
    private readonly Lock _watching = new();
    private Deadline _watchAgain;

    internal GuestInventory Known => _known;

    private bool StaysTrue(GuestFacts guest, ConfigurationKind kind) => DriverTable.Keeps(Driver, kind == ConfigurationKind.Defined
        ? HostFact.DefinedConfiguration : guest.Id is null ? HostFact.ConfigurationOfOff : HostFact.ConfigurationOfRunning);

    /// <summary>Called with each new connection that hears events: what was known of the host before is worth nothing.</summary>
    private void BeginInventory()
    {
        _watchAgain = new Deadline(_options.WatchAgainAfter);
        string? lacking = null;
        var files = WatchedFolders is { } folders ? DaemonFiles.Watch(folders, out lacking) : null;
        _known.Begin(files);
        if (lacking is not null)
            _logger.LogInformation("What libvirt says of guests is read with each request, which takes longer: {Lacking}", lacking);
        else
            _logger.LogDebug("What libvirt says of guests is {Kept}", files is null ? "read with each request" : "kept until the daemon's files change");
    }

    private DaemonFolders? WatchedFolders => DriverTable.Keeps(Driver, HostFact.Guests) ? _options.DaemonFolders ?? DaemonFolders.Of(_uri) : null;

    private IReadOnlyList<GuestFacts> ReadFacts(Connection connection)
    {
        // What was lacking may be there now.
        lock (_watching)
        {
            if (_known.Files is null && WatchedFolders is not null && _watchAgain.HasPassed)
                BeginInventory();
        }
        return _known.Refresh(() => ReadAllFacts(connection), name =>
        {
            using var domain = Optional(() => connection.LookupDomain(name));
            return domain is null ? null : ReadFacts(connection, domain);
        }) ?? ReadAllFacts(connection);
    }

    /// <summary>Whether the daemon is there to tell of changes.</summary>
    private bool IsFollowed => _inventory.HasLife;

    private Guest Tell(GuestFacts facts)
    {
        var guest = new Guest
        {
            Uuid = facts.Uuid,
            Name = facts.Name,
            Id = facts.Id,
            State = GuestState.Unknown,
            IsPersistent = facts.IsPersistent,
            Autostart = facts.Autostart,
            IsControlDomain = facts.IsControlDomain,
            Fault = facts.Fault,
        };
        if (facts.Status is not { } status)
            return guest;
        var (state, changedAt) = _states.Observe(facts.Uuid, status, facts.Id, facts.IsSaved);
        return guest with { State = state, StateReason = status.Reason, StateChangedAt = changedAt };
    }

    /// <summary>Takes in XML that was read, and keeps what it says for as long as it holds.</summary>
    /// <param name="before">What the inventory said before it was read.</param>
    private DomainDefinition? TakeIn(Guid uuid, ConfigurationKind kind, string? xml, object? before)
    {
        var kept = true;
        var definition = xml is null ? null : _definitions.Parse(uuid, kind, xml, out kept);
        if (kept)
            _known.Keep(uuid, before, kind, definition);
        return definition;
    }
}
