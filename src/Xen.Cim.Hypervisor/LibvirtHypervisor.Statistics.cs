using System.Diagnostics;
using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;
using Xen.Cim.Hypervisor.Statistics;

namespace Xen.Cim.Hypervisor;

// What guests and host have used up.
public sealed partial class LibvirtHypervisor
{
    /// <summary>So many guests are read in one go where each of them takes several calls.</summary>
    private const int GuestsAtOnce = 8;

    private readonly SingleStatistics _singles = new();
    private readonly GuestStarts _starts = new(TimeProvider.System);
    private volatile bool _noBulk;
    private int _turn;

    /// <summary>Where the driver has no bulk statistics, or just a few of them.</summary>
    private bool ReadsSingly => _noBulk || Driver is HypervisorDriver.Xen or HypervisorDriver.Test;

    public IReadOnlyList<GuestStatistics> ReadStatistics() =>
        (ReadsSingly ? null : Bulk("read the statistics of all guests", c => AllStatistics(c, GetAllDomainStatsFlags.Active))) ?? ReadSingly();

    public GuestStatistics? ReadStatistics(Guid uuid)
    {
        var what = $"read the statistics of the guest {uuid}";
        if (!ReadsSingly && Bulk(what, c => OneOfBulk(c, uuid)) is { } bulk)
            return bulk.Count > 0 ? bulk[0] : null;
        return Query(what, connection =>
        {
            using var domain = Optional(() => Lookup(connection, uuid));
            return domain is null ? null : ReadSingly(connection, domain);
        });
    }

    public HostStatistics ReadHostStatistics() => Query("read the statistics of the host", connection =>
    {
        var times = Numbers(connection, () => connection.GetCpuStats());
        var memory = Numbers(connection, () => connection.GetMemoryStats());
        ulong? whole = times.Count == 0 ? null : times.Values.Aggregate(0UL, (sum, t) => sum + t);
        ulong? idle = times.TryGetValue("idle", out var idling) ? idling + times.GetValueOrDefault("iowait") : null;
        return new HostStatistics
        {
            TakenAt = DateTimeOffset.Now,
            Clock = Clock(),
            WholeTime = idle is null ? null : whole,
            BusyTime = whole - idle,
            MemoryKiB = memory.TryGetValue("total", out var total) ? total : connection.GetNodeInfo().Memory,
            FreeMemoryKiB = memory.TryGetValue("free", out var free) ? free + memory.GetValueOrDefault("buffers") + memory.GetValueOrDefault("cached") : FreeMemoryKiB(connection),
        };
    });

    /// <returns>Null when the driver turns out to have no bulk statistics.</returns>
    private List<(DomainIdentity Domain, DomainStatus? Status)>? AllStates(Connection connection)
    {
        try
        {
            return [.. connection.GetAllDomainStats(DomainStatsTypes.State).Select(r => (r.Domain, BulkStatistics.ReadState(r.Parameters)))];
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
        {
            _noBulk = true;
            return null;
        }
    }

    /// <returns>Null when the driver turns out to have no bulk statistics.</returns>
    private List<GuestStatistics>? Bulk(string what, Func<Connection, List<GuestStatistics>> read)
    {
        try
        {
            return Query(what, read);
        }
        catch (HypervisorException e) when (e.Error == HypervisorError.NotSupported)
        {
            _noBulk = true;
            return null;
        }
    }

    private List<GuestStatistics> AllStatistics(Connection connection, GetAllDomainStatsFlags which)
    {
        // Nowait: of a guest that is busy with something else there is what can be had without asking it.
        var began = Clock();
        var records = connection.GetAllDomainStats(BulkStatistics.Types, which | GetAllDomainStatsFlags.Nowait);
        // They are counted one after the other, which takes its time with many guests.
        var each = (Clock() - began) / Math.Max(1, records.Length);
        var identity = Identity(connection);
        return [.. records.Select((r, i) => (Record: r, Clock: began + (each * (i + 1)))).Where(r => r.Record.Domain.Id is not null)
            .Select(r => BulkStatistics.Read(Frame(identity, r.Record.Domain) with { Clock = r.Clock }, r.Record.Parameters))];
    }

    private List<GuestStatistics> OneOfBulk(Connection connection, Guid uuid)
    {
        using var domain = Optional(() => Lookup(connection, uuid));
        var record = domain?.Id is null ? null : domain.GetStats(BulkStatistics.Types, GetAllDomainStatsFlags.Nowait);
        return record?.Domain.Id is null ? [] : [BulkStatistics.Read(Frame(Identity(connection), record.Domain), record.Parameters)];
    }

    /// <summary>
    /// A few guests at a time, until the time of one call is over: on a slow way to a host with many guests some are left
    /// out, and others the next time.
    /// </summary>
    private List<GuestStatistics> ReadSingly()
    {
        var deadline = new Deadline(_options.CallTimeout / 2);
        var running = Query("list the running guests", connection =>
        {
            var identity = Identity(connection);
            List<Guid> uuids = [];
            foreach (var domain in connection.ListAllDomains(ListAllDomainsFlags.Active))
            {
                using (domain)
                    uuids.Add(PublicUuid(identity, new(domain.Name, domain.Uuid, domain.Id)));
            }
            return uuids;
        });
        List<GuestStatistics> all = new(running.Count);
        if (running.Count == 0)
            return all;
        var first = (int)((uint)Volatile.Read(ref _turn) % (uint)running.Count);
        for (var done = 0; done < running.Count && (done == 0 || !deadline.HasPassed);)
        {
            var some = Enumerable.Range(first + done, Math.Min(GuestsAtOnce, running.Count - done)).Select(i => running[i % running.Count]).ToList();
            all.AddRange(Query("read the statistics of some guests", connection => some.Select(uuid =>
            {
                using var domain = Optional(() => Lookup(connection, uuid));
                return domain is null ? null : ReadSingly(connection, domain);
            }).OfType<GuestStatistics>().ToList()));
            done += some.Count;
            Volatile.Write(ref _turn, first + done);
        }
        return all;
    }

    /// <returns>Null when the guest is off, or nothing can be read of it.</returns>
    private GuestStatistics? ReadSingly(Connection connection, Domain domain)
    {
        try
        {
            if (domain.Id is not { } id)
                return null;
            var identity = Identity(connection);
            var known = new DomainIdentity(domain.Name, domain.Uuid, id);
            var devices = DevicesOf(connection, domain, PublicUuid(identity, known));
            // Right before its processor time is read.
            return _singles.Read(connection, domain, devices, Frame(identity, known));
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain || !LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
    }

    private DomainDefinition? DevicesOf(Connection connection, Domain domain, Guid uuid)
    {
        try
        {
            return _definitions.Parse(uuid, ConfigurationKind.State, ReadXml(domain, ConfigurationKind.State)!);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
        catch (HypervisorException)
        {
            // Its XML is none.
            return null;
        }
    }

    private GuestStatistics Frame(HostIdentity identity, DomainIdentity domain)
    {
        var uuid = PublicUuid(identity, domain);
        var id = domain.Id!.Value;
        return new GuestStatistics
        {
            Uuid = uuid,
            Id = id,
            TakenAt = DateTimeOffset.Now,
            Clock = Clock(),
            Uptime = identity.Driver == HypervisorDriver.Qemu && _uri.IsLocal && GuestStarts.UptimeOfProcess(domain.Name) is { } age ? age : _starts.UptimeOf(uuid, id),
        };
    }

    private static TimeSpan Clock() => Stopwatch.GetElapsedTime(0);

    private static ulong? FreeMemoryKiB(Connection connection)
    {
        try
        {
            return connection.GetFreeMemory() / 1024;
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
    }

    private static IReadOnlyDictionary<string, ulong> Numbers(Connection connection, Func<IReadOnlyDictionary<string, ulong>> read)
    {
        try
        {
            return read();
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return new Dictionary<string, ulong>();
        }
    }
}
