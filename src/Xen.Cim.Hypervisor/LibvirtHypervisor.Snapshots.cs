using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;

namespace Xen.Cim.Hypervisor;

// What guests were, and the way back.
public sealed partial class LibvirtHypervisor
{
    public IReadOnlyList<GuestSnapshot> ListSnapshots() => Once(nameof(ListSnapshots), null, ReadSnapshots);

    public IReadOnlyList<GuestSnapshot> ListSnapshots(Guid uuid) => Once(nameof(ListSnapshots), uuid, () => ReadSnapshots(uuid));

    private IReadOnlyList<GuestSnapshot> ReadSnapshots() => Snapshots("list the snapshots of all guests", (connection, identity) =>
    {
        var snapshots = new List<GuestSnapshot>();
        var domains = connection.ListAllDomains(ListAllDomainsFlags.HasSnapshot);
        try
        {
            foreach (var domain in domains)
            {
                try
                {
                    snapshots.AddRange(Snapshots(connection, domain, PublicUuid(identity, new(domain.Name, domain.Uuid, domain.Id))));
                }
                catch (LibvirtException e) when (e.Code != ErrorCode.NoSupport && !LibvirtErrors.MeansBroken(connection, e))
                {
                    // Whoever asks for this guest's alone is told.
                    _logger.LogDebug("The snapshots of {Guest} cannot be listed: {Reason}", domain.Name, e.Message);
                }
            }
        }
        finally
        {
            foreach (var domain in domains)
                domain.Dispose();
        }
        return snapshots;
    });

    private IReadOnlyList<GuestSnapshot> ReadSnapshots(Guid uuid) => Snapshots($"list the snapshots of the guest {uuid}", (connection, _) =>
    {
        using var domain = Optional(() => Lookup(connection, uuid));
        return domain is null ? [] : Snapshots(connection, domain, uuid);
    });

    public void CreateSnapshot(Guid uuid, string name, string? description)
    {
        var xml = SnapshotDefinition.New(name, description);
        ChangeSnapshots(uuid, $"take the snapshot '{name}' of", domain =>
        {
            // Drivers say in different words that there is one.
            if (Snapshot(domain, name) is { } namesake)
            {
                namesake.Dispose();
                throw new HypervisorException(HypervisorError.AlreadyExists, $"Cannot take the snapshot '{name}' of the guest {uuid}: it has one of this name");
            }
            domain.CreateSnapshot(xml).Dispose();
        });
    }

    public void ApplySnapshot(Guid uuid, string name)
    {
        ChangeSnapshots(uuid, $"apply the snapshot '{name}' to", domain =>
        {
            _states.EndReboot(uuid);
            using var snapshot = domain.LookupSnapshot(name);
            try
            {
                snapshot.Revert();
            }
            catch (LibvirtException e) when (e.Code == ErrorCode.SnapshotRevertRisky)
            {
                // What runs is not what ran then: the guest's process has to be another one, which is what was asked for.
                snapshot.Revert(DomainSnapshotRevertFlags.Force);
            }
        });
        _definitions.Forget(uuid);
    }

    public void DestroySnapshot(Guid uuid, string name) => ChangeSnapshots(uuid, $"destroy the snapshot '{name}' of", domain =>
    {
        using var snapshot = domain.LookupSnapshot(name);
        snapshot.Delete();
    });

    private void ChangeSnapshots(Guid uuid, string verb, Action<Domain> change) =>
        Act(uuid, HypervisorOperation.Snapshot, verb, slow: true, (_, domain) => change(domain), lengthy: _options.SaveTimeout);

    /// <summary>None where the driver has none.</summary>
    private IReadOnlyList<GuestSnapshot> Snapshots(string what, Func<Connection, HostIdentity, IReadOnlyList<GuestSnapshot>> list)
    {
        if (!Supports(HypervisorOperation.Snapshot))
            return [];
        return Query(what, connection =>
        {
            // Which driver it is may be known only now.
            var identity = Identity(connection);
            try
            {
                return Supports(HypervisorOperation.Snapshot) ? list(connection, identity) : [];
            }
            catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
            {
                _refused[HypervisorOperation.Snapshot] = true;
                return [];
            }
        });
    }

    /// <summary>The oldest first. One that cannot be read is there by its name.</summary>
    private static List<GuestSnapshot> Snapshots(Connection connection, Domain domain, Guid uuid)
    {
        var listed = domain.ListAllSnapshots();
        try
        {
            if (listed.Length == 0)
                return [];
            using var current = domain.GetCurrentSnapshot();
            var currentName = current?.Name;
            return [.. listed.Select(s => Read(connection, uuid, s) with { IsCurrent = s.Name == currentName })
                .OrderBy(s => s.CreatedAt).ThenBy(s => s.Name, StringComparer.Ordinal)];
        }
        finally
        {
            foreach (var snapshot in listed)
                snapshot.Dispose();
        }
    }

    private static GuestSnapshot Read(Connection connection, Guid uuid, DomainSnapshot snapshot)
    {
        try
        {
            return SnapshotDefinition.Read(uuid, snapshot.Name, snapshot.GetXml());
        }
        catch (HypervisorException)
        {
            return new(uuid, snapshot.Name);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return new(uuid, snapshot.Name);
        }
    }

    private static DomainSnapshot? Snapshot(Domain domain, string name)
    {
        try
        {
            return domain.LookupSnapshot(name);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomainSnapshot)
        {
            return null;
        }
    }
}
