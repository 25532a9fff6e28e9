using System.Net;
using System.Net.Sockets;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_NetworkPoolRASD: what a network is made of (DSP1041, DSP1050).</summary>
public sealed class NetworkPoolRASD(IHypervisor hypervisor, NetworkPool pools, PoolUsers users)
    : PoolSettings<NetworkPoolEntry, Xen_NetworkPoolRASD>(Xen_NetworkPoolRASD.Layout, pools)
{
    private const string Isolated = "isolated";

    /// <summary>libvirt's forward modes, and isolated for none (formatnetwork).</summary>
    public static IReadOnlyList<string> ForwardModes { get; } = [Isolated, "nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev"];

    protected override IReadOnlyCollection<string> Changeable { get; } =
    [
        Xen_NetworkPoolRASD.Names.ForwardMode, Xen_NetworkPoolRASD.Names.ForwardDevices, Xen_NetworkPoolRASD.Names.BridgeName, Xen_NetworkPoolRASD.Names.Address, Xen_NetworkPoolRASD.Names.Netmask,
        Xen_NetworkPoolRASD.Names.PrefixLength, Xen_NetworkPoolRASD.Names.IPRangeStart, Xen_NetworkPoolRASD.Names.IPRangeEnd, Xen_NetworkPoolRASD.Names.DomainName,
    ];

    protected override IEnumerable<string> SaidOtherwise(string property) => property switch
    {
        Xen_NetworkPoolRASD.Names.Netmask => [Xen_NetworkPoolRASD.Names.PrefixLength],
        Xen_NetworkPoolRASD.Names.PrefixLength => [Xen_NetworkPoolRASD.Names.Netmask],
        _ => [],
    };

    protected override bool IsChild(NetworkPoolEntry pool) => pool.Network is not null;

    protected override CimInstance Describe(NetworkPoolEntry entry, CimRequest request)
    {
        var network = entry.Network!;
        return new Xen_NetworkPoolRASD
        {
            InstanceID = IdOf(entry),
            ElementName = network.Name,
            ResourceType = Xen_NetworkPoolRASD.ResourceTypeValue.Ethernet_Adapter,
            PoolID = NetworkPool.PrimordialId,
            ConsumerVisibility = Xen_NetworkPoolRASD.ConsumerVisibilityValue.Virtualized,
            VirtualQuantity = 1,
            VirtualQuantityUnits = "count",
            AllocationUnits = "count",
            AutomaticAllocation = network.Autostart,
            AutomaticDeallocation = false,
            ForwardMode = network.ForwardMode ?? Isolated,
            ForwardDevices = network.ForwardDevices.Count == 0 ? null : network.ForwardDevices.ToArray(),
            BridgeName = network.Bridge,
            Address = network.Address?.ToString(),
            Netmask = network is { Address.AddressFamily: AddressFamily.InterNetwork, Prefix: { } prefix } ? Mask(prefix).ToString() : null,
            PrefixLength = (ushort?)network.Prefix,
            IPRangeStart = network.Range?.Start.ToString(),
            IPRangeEnd = network.Range?.End.ToString(),
            DomainName = network.Domain,
            Autostart = network.Autostart,
            Active = network.IsActive,
        };
    }

    protected override NetworkPoolEntry Make(string name, Xen_NetworkPoolRASD settings) => NetworkPool.Entry(hypervisor.CreateNetwork(Read(name, settings)));

    protected override void Switch(NetworkPoolEntry pool, bool? active, bool? autostart) => hypervisor.SwitchNetwork(pool.Network!.Uuid, active, autostart);

    protected override void Change(NetworkPoolEntry pool, Xen_NetworkPoolRASD settings, bool? active, bool? autostart) =>
        hypervisor.ChangeNetwork(pool.Network!.Uuid, Read(pool.Network.Name, settings), active, autostart);

    protected override void Release(NetworkPoolEntry pool) => users.Stop(pool.Network!);

    private static NewNetwork Read(string name, Xen_NetworkPoolRASD settings)
    {
        var mode = settings.ForwardMode ?? Isolated;
        if (!ForwardModes.Contains(mode))
            throw CimException.InvalidParameter($"ForwardMode \"{mode}\" is none; there are {string.Join(", ", ForwardModes)}.");
        IReadOnlyList<string> devices = settings.ForwardDevices is { } given ? [.. given.OfType<string>().Where(d => d.Length > 0)] : [];
        var (bridge, address) = (Text(settings.BridgeName), Address("Address", settings.Address));
        // On interfaces or bridges of the host libvirt has no bridge and no address of its own.
        var onHost = mode is "bridge" or "private" or "vepa" or "passthrough" or "hostdev";
        if (onHost && (bridge is not null && mode == "bridge" ? devices.Count > 0 : devices.Count == 0))
        {
            throw CimException.InvalidParameter(mode == "bridge" ? "A network of mode bridge is on a bridge of the host, named by BridgeName, or on interfaces of the host, named by ForwardDevices: give one of them."
                : $"ForwardDevices is missing; a network of mode {mode} needs interfaces of the host.");
        }
        if (onHost && mode != "bridge" && bridge is not null)
            throw CimException.InvalidParameter($"BridgeName \"{bridge}\" means nothing to a network of mode {mode}; leave it out.");
        if (onHost && address is not null)
            throw CimException.InvalidParameter($"Address {address} means nothing to a network of mode {mode}, which is on the host's own network; leave it out.");
        if (mode is "nat" or "route" && address is null)
            throw CimException.InvalidParameter($"Address is missing; a network of mode {mode} needs the host's address in it, with its Netmask.");
        if (mode is "nat" or "route" && devices.Count > 1)
            throw CimException.InvalidParameter($"ForwardDevices has {devices.Count} entries; a network of mode {mode} forwards to one at most.");
        if (mode is Isolated or "open" && devices.Count > 0)
            throw CimException.InvalidParameter($"ForwardDevices \"{string.Join(", ", devices)}\" means nothing to a network of mode {mode}; leave it out.");
        var prefix = Prefix(settings, address);
        return new NewNetwork(name)
        {
            ForwardMode = mode == Isolated ? null : mode,
            ForwardDevices = devices,
            Bridge = bridge,
            Address = address,
            Prefix = prefix,
            Range = Range(settings, address, prefix),
            Domain = Text(settings.DomainName),
            Start = settings.Active ?? true,
            Autostart = settings.Autostart ?? false,
        };
    }

    private static int? Prefix(Xen_NetworkPoolRASD settings, IPAddress? address)
    {
        var mask = Address("Netmask", settings.Netmask);
        var masked = mask is { AddressFamily: AddressFamily.InterNetwork } ? AddressRange.PrefixOf(mask) : null;
        if (mask is not null && masked is null)
            throw CimException.InvalidParameter($"Netmask {mask} is no netmask of IPv4: expected one such as 255.255.255.0.");
        var prefix = settings.PrefixLength ?? masked;
        if (masked is not null && masked != prefix)
            throw CimException.InvalidParameter($"Netmask {mask} has {masked} bits and PrefixLength is {prefix}; give one of them.");
        if (address is null)
            return prefix is null ? null : throw CimException.InvalidParameter("There is a Netmask or PrefixLength and no Address that it belongs to.");
        var most = address.GetAddressBytes().Length * 8;
        return prefix is { } length && length >= 1 && length < most ? prefix
            : throw CimException.InvalidParameter(prefix is null ? $"Netmask or PrefixLength is missing; which network is {address} in?" : $"PrefixLength {prefix}: expected 1 to {most - 1} for {address}.");
    }

    private static AddressRange? Range(Xen_NetworkPoolRASD settings, IPAddress? address, int? prefix)
    {
        var (start, end) = (Address("IPRangeStart", settings.IPRangeStart), Address("IPRangeEnd", settings.IPRangeEnd));
        if (start is null && end is null)
            return null;
        if (start is null || end is null)
            throw CimException.InvalidParameter("IPRangeStart and IPRangeEnd belong together; one of them is missing.");
        var range = new AddressRange(start, end);
        return address is not null && range.IsWithin(address, prefix!.Value) ? range : throw CimException.InvalidParameter(address is null
            ? $"The range {start} to {end} needs an Address of the host in the same network."
            : $"The range {start} to {end} is not in the network of {address}/{prefix}, or begins behind its end.");
    }

    private static IPAddress? Address(string property, string? text) => Text(text) is not { } given ? null
        // .NET takes "10" for an address too.
        : IPAddress.TryParse(given, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || given.Count(c => c == '.') == 3) ? address
        : throw CimException.InvalidParameter($"{property} \"{given}\" is no IP address: expected one such as 192.168.100.1.");

    private static IPAddress Mask(int prefix) => new(IPAddress.HostToNetworkOrder(prefix == 0 ? 0 : unchecked((int)(uint.MaxValue << (32 - prefix)))) & 0xffffffffL);

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
