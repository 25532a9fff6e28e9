using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

// What an answer reads more than once, and reads once.
public sealed partial class LibvirtHypervisor
{
    private const int GuestsAtATime = 32;
    private const int Times = 8;

    // Not disposed: who calls after the end is told that it is the end.
    private readonly ThreadLocal<Moment?> _moment = new();

    public Moment? Enter(Moment? moment)
    {
        var outer = _moment.Value;
        _moment.Value = moment;
        return outer;
    }

    public T Once<T>(string what, Func<T> read) => Once(what, null, read);

    public Host GetHost() => Once(nameof(GetHost), null, ReadHost);

    public ulong? GetFreeMemoryKiB() => Once(nameof(GetFreeMemoryKiB), null, () => Query("read the host's free memory", FreeMemoryKiB));

    public IReadOnlyList<Guest> ListGuests() => Once(nameof(ListGuests), null, ReadGuests);

    public Guest? FindGuest(Guid uuid) => _moment.Value is { } moment && moment.Has(nameof(ListGuests), null)
        ? moment.Once(nameof(FindGuest), null, () => ListGuests().ToDictionary(g => g.Uuid)).GetValueOrDefault(uuid)
        : Once(nameof(FindGuest), uuid, () => ReadGuest(uuid));

    public DomainDefinition? GetDefinition(Guid uuid, ConfigurationKind kind)
    {
        if (_moment.Value is not { } moment)
            return ReadDefinition(uuid, kind);
        var reading = moment.Definitions([new(uuid, kind)], wanted => [ReadGuarded(wanted[0].Uuid, wanted[0].Kind)])[0];
        return reading.Fault is null ? reading.Definition : throw reading.Fault;
    }

    public IReadOnlyList<DefinitionReading> GetDefinitions(IReadOnlyList<ConfigurationKey> wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return _moment.Value?.Definitions(wanted, ReadDefinitions) ?? ReadDefinitions(wanted);
    }

    public SchedulerSettings? GetScheduler(Guid uuid)
    {
        if (_tellsNoSchedulers)
            return null;
        // Who has listed all guests will ask for those of the others too.
        if (_moment.Value is { } moment && moment.Has(nameof(ListGuests), null))
        {
            var part = Parts(moment).GetValueOrDefault(uuid);
            if (part is not null && moment.Once(nameof(GetScheduler), part, () => ReadSchedulers(moment, part)).TryGetValue(uuid, out var known))
                return known;
        }
        return Once(nameof(GetScheduler), uuid, () => ReadScheduler(uuid));
    }

    /// <summary>Guests that run, in parts that are read together: few enough for one call's deadline.</summary>
    private Dictionary<Guid, HashSet<Guid>> Parts(Moment moment) => moment.Once(nameof(Parts), null, () =>
    {
        var running = ListGuests().Where(g => g.Id is not null).Select(g => g.Uuid).ToList();
        return running.Chunk(Math.Max(GuestsAtATime, running.Count / Times)).Select(c => c.ToHashSet())
            .SelectMany(part => part, (part, uuid) => (part, uuid)).ToDictionary(p => p.uuid, p => p.part);
    });

    public IReadOnlyList<VirtualNetwork> ListNetworks() => Once(nameof(ListNetworks), null, ReadNetworks);

    public IReadOnlyList<StoragePool> ListStoragePools() => Once(nameof(ListStoragePools), null, ReadStoragePools);

    public IReadOnlyList<StorageVolume> ListVolumes(string pool) => Once(nameof(ListVolumes), pool, () => ReadVolumes(pool));

    public IReadOnlyList<PhysicalDisk> ListHostDisks() => Once(nameof(ListHostDisks), null, ReadHostDisks);

    public IReadOnlyList<PhysicalPort> ListHostPorts() => Once(nameof(ListHostPorts), null, ReadHostPorts);

    public IReadOnlyList<PhysicalPciDevice> ListHostPciDevices() => Once(nameof(ListHostPciDevices), null, ReadHostPciDevices);

    public IReadOnlyList<PhysicalUsbDevice> ListHostUsbDevices() => Once(nameof(ListHostUsbDevices), null, ReadHostUsbDevices);

    private T Once<T>(string what, object? of, Func<T> read) => _moment.Value is { } moment ? moment.Once(what, of, read) : read();

    private DefinitionReading ReadGuarded(Guid uuid, ConfigurationKind kind)
    {
        try
        {
            return new(ReadDefinition(uuid, kind), null);
        }
        catch (HypervisorException e)
        {
            return new(null, e);
        }
    }
}
