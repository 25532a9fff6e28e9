using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>The primordial network pool (no network) or the child for a libvirt network.</summary>
public sealed record NetworkPoolEntry(string Id, VirtualNetwork? Network);

/// <summary>
/// Xen_NetworkPool: what adapters are plugged into (DSP1050). Bridges of the host belong to the primordial pool, which is
/// there even when libvirt has no network.
/// </summary>
public sealed class NetworkPool(IHypervisor hypervisor, VirtualSystemSettingData configurations, PoolUsers users) : InstanceIdProvider<NetworkPoolEntry>(Xen_NetworkPool.Layout)
{
    private const string Prefix = "Xen:NetworkPool/";

    /// <summary>InstanceID and PoolID of the pool outside of libvirt's networks.</summary>
    public const string PrimordialId = Prefix + "primordial";

    private static readonly NetworkPoolEntry s_primordial = new(PrimordialId, null);

    public static NetworkPoolEntry Primordial => s_primordial;

    public override IEnumerable<NetworkPoolEntry> Enumerate() => hypervisor.ListNetworks().Select(Entry).Prepend(s_primordial);

    public override string IdOf(NetworkPoolEntry pool) => pool.Id;

    public override NetworkPoolEntry? FindById(string instanceId) => Enumerate().FirstOrDefault(p => p.Id == instanceId);

    public static NetworkPoolEntry PoolOf(NetworkInterface nic, HostSnapshot host) =>
        nic.Type == "network" && host.Networks.FirstOrDefault(n => n.Name == nic.Source) is { } network ? Entry(network) : s_primordial;

    protected override CimInstance Describe(NetworkPoolEntry entry, CimRequest request)
    {
        var network = entry.Network;
        var host = new HostSnapshot(hypervisor);
        return new Xen_NetworkPool
        {
            InstanceID = entry.Id,
            PoolID = entry.Id,
            ElementName = network?.Name ?? "Networks",
            Primordial = network is null,
            ResourceType = Xen_NetworkPool.ResourceTypeValue.Ethernet_Adapter,
            AllocationUnits = "count",
            // A switch has no fixed number of ports: no capacity to state, so nothing is reserved of it either.
            Reserved = 0,
            ConsumedResourceUnits = "count",
            CurrentlyConsumedResource = request.Wants(Xen_NetworkPool.Names.CurrentlyConsumedResource)
                ? (ulong)configurations.Running().SelectMany(d => d.Interfaces).Count(i => PoolOf(i, host).Id == entry.Id) : null,
            Bridge = network?.Bridge,
            ForwardMode = network is null ? null : network.ForwardMode ?? "isolated",
            Autostart = network?.Autostart,
            OperationalStatus = [network is { IsActive: false } ? Xen_NetworkPool.OperationalStatusValue.Stopped : Xen_NetworkPool.OperationalStatusValue.OK],
            HealthState = Xen_NetworkPool.HealthStateValue.OK,
        };
    }

    /// <summary>Stops a network and forgets it.</summary>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        if (Require(path).Network is not { } network)
            throw CimException.InvalidParameter("The primordial pool stands for the host's connections outside of libvirt's networks and cannot be deleted.");
        users.Release(network);
        hypervisor.RemoveNetwork(network.Uuid);
    }

    internal static NetworkPoolEntry Entry(VirtualNetwork network) => new(Prefix + network.Uuid.ToString("D"), network);
}
