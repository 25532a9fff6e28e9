using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Mode = Xen.Cim.Schema.CIM_EthernetPortAllocationSettingData.DesiredVLANEndpointModeValue;

namespace Xen.Cim.Providers;

/// <summary>
/// What the port of an adapter lets through (CIM_EthernetPortAllocationSettingData): bandwidth, VLANs, filter and link.
/// Limit and Reservation are what the guest sends, ReceiveBandwidthLimit and ReceiveBandwidthReservation what it receives.
/// </summary>
internal static class PortRules
{
    private const string OpenVSwitch = "openvswitch";
    private const string SourceFilter = "no-mac-spoofing";
    private const ushort LastVlan = 4094;

    /// <summary>What IPv4 needs at least (RFC 791), and Linux takes.</summary>
    private const uint SmallestMtu = 68;

    // Of the filters that libvirt brings along, those that drop frames with another's address.
    private static readonly string[] s_sourceFilters = [SourceFilter, "clean-traffic", "clean-traffic-gateway"];

    // The first that can put a port of Linux's own bridge into a VLAN.
    private static readonly Version s_bridgesWithVlans = new(11, 0);

    // What goes beyond the average, and by which limit.
    private static readonly (string Property, string Direction, string Attribute, string Limit)[] s_bursts =
    [
        (Xen_NetworkRASD.Names.TransmitPeakRate, "outbound", "peak", Xen_NetworkRASD.Names.Limit),
        (Xen_NetworkRASD.Names.TransmitBurst, "outbound", "burst", Xen_NetworkRASD.Names.Limit),
        (Xen_NetworkRASD.Names.ReceivePeakRate, "inbound", "peak", Xen_NetworkRASD.Names.ReceiveBandwidthLimit),
        (Xen_NetworkRASD.Names.ReceiveBurst, "inbound", "burst", Xen_NetworkRASD.Names.ReceiveBandwidthLimit),
    ];

    public static string[] Writable { get; } =
    [
        Xen_NetworkRASD.Names.AllocationUnits, Xen_NetworkRASD.Names.Limit, Xen_NetworkRASD.Names.ReceiveBandwidthLimit, Xen_NetworkRASD.Names.ReceiveBandwidthReservation,
        Xen_NetworkRASD.Names.TransmitRateLimit, Xen_NetworkRASD.Names.ReceiveRateLimit,
        Xen_NetworkRASD.Names.DesiredVLANEndpointMode, Xen_NetworkRASD.Names.PortVID, Xen_NetworkRASD.Names.DefaultPortVID,
        Xen_NetworkRASD.Names.AllowedToReceiveVLANs, Xen_NetworkRASD.Names.AllowedToTransmitVLANs, Xen_NetworkRASD.Names.VirtualPortType,
        .. s_bursts.Select(b => b.Property), Xen_NetworkRASD.Names.MTU, Xen_NetworkRASD.Names.FilterParameters,
        Xen_NetworkRASD.Names.FilterName, Xen_NetworkRASD.Names.SourceMACFilteringEnabled, Xen_NetworkRASD.Names.LinkState,
    ];

    public static void Describe(Xen_NetworkRASD instance, NetworkInterface nic)
    {
        instance.AllocationUnits = BandwidthUnits.KiBps;
        instance.TransmitRateLimit = instance.Limit = nic.OutboundAverageKiBps;
        instance.ReceiveRateLimit = instance.ReceiveBandwidthLimit = nic.InboundAverageKiBps;
        foreach (var (property, direction, attribute, _) in s_bursts)
            instance.SetAt(Xen_NetworkRASD.Layout.OrdinalOf(property), nic.GetBandwidth(direction, attribute));
        instance.MTU = nic.Mtu;
        instance.Reservation = 0;
        instance.ReceiveBandwidthReservation = nic.InboundFloorKiBps ?? 0;
        instance.VirtualPortType = nic.VirtualPortType;
        if (nic.Vlan is { } vlan)
        {
            instance.DesiredVLANEndpointMode = vlan.IsTrunk ? Mode.Trunk : Mode.Access;
            instance.PortVID = vlan.IsTrunk ? null : vlan.Tags[0];
            instance.DefaultPortVID = vlan.Native;
            instance.AllowedToReceiveVLANs = instance.AllowedToTransmitVLANs = vlan.IsTrunk ? [.. vlan.Tags] : null;
        }
        instance.FilterName = nic.FilterName;
        instance.FilterParameters = NamedValues.Write(nic.FilterParameters);
        instance.SourceMACFilteringEnabled = FiltersSource(nic.FilterName);
        instance.AllowedToTransmitMACAddresses = FiltersSource(nic.FilterName) == true && nic.Mac is { } mac ? [mac] : null;
        instance.LinkState = nic.IsLinkUp ? "up" : "down";
    }

    /// <exception cref="CimException">INVALID_PARAMETER; NOT_SUPPORTED, naming what the hypervisor does not have.</exception>
    public static void Write(NetworkInterface nic, Xen_NetworkRASD settings, IHypervisor hypervisor)
    {
        var before = s_bursts.Select(b => nic.GetBandwidth(b.Direction, b.Attribute)).ToArray();
        WriteBandwidth(nic, settings, hypervisor);
        WriteBursts(nic, settings, before, hypervisor);
        WriteMtu(nic, settings, hypervisor);
        var (vlan, port) = (nic.Vlan, nic.VirtualPortType);
        WritePortType(nic, settings);
        if (WantedVlan(nic.Vlan, settings) is var wanted && wanted != nic.Vlan)
            nic.Vlan = wanted;
        if (nic.Vlan is { } member && (member != vlan || nic.VirtualPortType != port))
            CheckVlan(nic, member, hypervisor);
        WriteFilter(nic, settings, hypervisor);
        WriteFilterParameters(nic, settings);
        WriteLink(nic, settings, hypervisor);
    }

    private static void WriteBandwidth(NetworkInterface nic, Xen_NetworkRASD settings, IHypervisor hypervisor)
    {
        if (Rate(Xen_NetworkRASD.Names.TransmitRateLimit, settings.TransmitRateLimit, Xen_NetworkRASD.Names.Limit, settings.Limit, settings.AllocationUnits, nic.OutboundAverageKiBps) is { } transmit)
            nic.OutboundAverageKiBps = NullIfNone(transmit);
        if (Rate(Xen_NetworkRASD.Names.ReceiveRateLimit, settings.ReceiveRateLimit, Xen_NetworkRASD.Names.ReceiveBandwidthLimit, settings.ReceiveBandwidthLimit, settings.AllocationUnits, nic.InboundAverageKiBps) is { } receive)
        {
            // libvirt's Xen driver hands on the rate of one direction only.
            if (hypervisor.Driver == HypervisorDriver.Xen && receive > 0)
                throw CimException.NotSupported($"{(settings.ReceiveRateLimit is null ? Xen_NetworkRASD.Names.ReceiveBandwidthLimit : Xen_NetworkRASD.Names.ReceiveRateLimit)} {receive} KiB/s: Xen limits what a guest sends (Limit, TransmitRateLimit), not what it receives.");
            nic.InboundAverageKiBps = NullIfNone(receive);
        }
        if (settings.Reservation is > 0 and var sending)
            throw CimException.NotSupported($"Reservation {sending}: no hypervisor keeps bandwidth for what a guest sends; ReceiveBandwidthReservation is what a libvirt network keeps for it to receive.");
        if (settings.ReceiveBandwidthReservation is not { } kept || BandwidthUnits.ToKiBps(kept, settings.AllocationUnits, Xen_NetworkRASD.Names.ReceiveBandwidthReservation) is var floor && floor == (nic.InboundFloorKiBps ?? 0))
            return;
        if (hypervisor.Driver == HypervisorDriver.Xen && floor > 0)
            throw CimException.NotSupported($"ReceiveBandwidthReservation {kept}: Xen keeps no bandwidth for a guest.");
        if (nic.Type != "network" && floor > 0)
            throw CimException.InvalidParameter($"ReceiveBandwidthReservation {kept}: only a libvirt network keeps bandwidth for an adapter, and this one is plugged into a {nic.Type}.");
        nic.InboundFloorKiBps = NullIfNone(floor);
    }

    /// <param name="before">What was there before the averages were written, which may have taken it along.</param>
    private static void WriteBursts(NetworkInterface nic, Xen_NetworkRASD settings, ulong?[] before, IHypervisor hypervisor)
    {
        for (var i = 0; i < s_bursts.Length; i++)
        {
            var (property, direction, attribute, limit) = s_bursts[i];
            if (settings[property] is not ulong wanted || wanted == (before[i] ?? 0))
                continue;
            if (hypervisor.Driver == HypervisorDriver.Xen && wanted > 0)
                throw CimException.NotSupported($"{property} {wanted}: Xen limits what a guest sends on average (Limit), and nothing beyond that.");
            if (wanted > int.MaxValue)
                throw CimException.InvalidParameter($"{property} {wanted} is more than libvirt takes: expected up to {int.MaxValue}, or 0 for none.");
            if (wanted > 0 && nic.GetBandwidth(direction, "average") is null)
                throw CimException.InvalidParameter($"{property} {wanted}: it is what goes beyond {limit}, of which the adapter {nic.Mac} has none; give that too.");
            nic.SetBandwidth(direction, attribute, NullIfNone(wanted));
        }
    }

    private static void WriteMtu(NetworkInterface nic, Xen_NetworkRASD settings, IHypervisor hypervisor)
    {
        if (settings.MTU is not { } bytes || bytes == (nic.Mtu ?? 0))
            return;
        if (hypervisor.Driver == HypervisorDriver.Xen && bytes > 0)
            throw CimException.NotSupported($"MTU {bytes}: an interface of a Xen guest has that of its bridge, and libvirt hands none on.");
        if (bytes is > 0 and < SmallestMtu or > ushort.MaxValue)
            throw CimException.InvalidParameter($"MTU {bytes}: expected {SmallestMtu} to {ushort.MaxValue} bytes, or 0 for that of what the adapter is plugged into.");
        nic.Mtu = bytes == 0 ? null : bytes;
    }

    /// <summary>What is asked for in whichever of two properties, in KiB/s; null when neither asks for something new.</summary>
    private static ulong? Rate(string own, ulong? kib, string standard, ulong? limit, string? units, ulong? there)
    {
        ulong?[] asked = [kib, limit is { } quantity ? BandwidthUnits.ToKiBps(quantity, units, standard) : null];
        var changed = asked.Where(a => a is { } rate && rate != (there ?? 0)).Distinct().ToList();
        if (changed.Count > 1)
            throw CimException.InvalidParameter($"{own} ({changed[0]} KiB/s) and {standard} ({changed[1]} KiB/s) are the same limit and name two; give one of them.");
        return changed is not [{ } wanted] ? null : wanted <= int.MaxValue ? wanted
            : throw CimException.InvalidParameter($"{(kib is null ? standard : own)} of {wanted} KiB/s is more than libvirt takes: expected up to {int.MaxValue}, or 0 for no limit.");
    }

    private static ulong? NullIfNone(ulong rate) => rate == 0 ? null : rate;

    private static void WritePortType(NetworkInterface nic, Xen_NetworkRASD settings)
    {
        if (settings.VirtualPortType is not { } type || type == (nic.VirtualPortType ?? ""))
            return;
        // Other kinds need parameters that no property stands for.
        nic.VirtualPortType = type is "" or OpenVSwitch ? type.Length == 0 ? null : type
            : throw CimException.InvalidParameter($"VirtualPortType \"{type}\" cannot be asked for: expected {OpenVSwitch}, or an empty string for Linux's own bridge.");
    }

    /// <summary>The VLANs after the change; who sends a whole instance back with one property changed means that one.</summary>
    private static VlanMembership? WantedVlan(VlanMembership? now, Xen_NetworkRASD settings)
    {
        var trunk = now is { IsTrunk: true } ? now.Tags : [];
        var port = settings.PortVID is { } vid && vid != (now is { IsTrunk: false } ? now.Tags[0] : 0) ? vid : (ushort?)null;
        var lists = new[] { settings.AllowedToReceiveVLANs, settings.AllowedToTransmitVLANs }.OfType<ushort[]>()
            .Select(l => l.Distinct().ToList()).Where(l => !l.ToHashSet().SetEquals(trunk)).ToList();
        var native = settings.DefaultPortVID is { } untagged && untagged != (now?.Native ?? 0) ? untagged : (ushort?)null;
        var mode = settings.DesiredVLANEndpointMode is { } asked && asked != (now is null ? default : now.IsTrunk ? Mode.Trunk : Mode.Access) ? asked : (Mode?)null;
        if (port is null && lists.Count == 0 && native is null && mode is null)
            return now;

        if (mode is { } other and not (Mode.Access or Mode.Trunk))
            throw CimException.NotSupported($"DesiredVLANEndpointMode {(ushort)other}: libvirt puts a port into one VLAN ({(ushort)Mode.Access}, Access) or hands several on ({(ushort)Mode.Trunk}, Trunk).");
        if (lists.Count == 2 && !lists[0].ToHashSet().SetEquals(lists[1]))
            throw CimException.InvalidParameter("AllowedToReceiveVLANs and AllowedToTransmitVLANs differ; libvirt lets a port send into the VLANs that it receives from, and no others.");
        foreach (var number in lists.SelectMany(l => l).Concat(new[] { port, native }.OfType<ushort>().Where(n => n != 0)))
        {
            if (number is 0 or > LastVlan)
                throw CimException.InvalidParameter($"{number} is no VLAN: expected 1 to {LastVlan} (IEEE 802.1Q).");
        }

        var list = lists.FirstOrDefault();
        if (port is > 0 && (list is { Count: > 0 } || mode == Mode.Trunk))
            throw CimException.InvalidParameter("PortVID is the VLAN of an Access port, and AllowedToReceiveVLANs and AllowedToTransmitVLANs are those of a Trunk; give one of both. DefaultPortVID is a trunk's VLAN of frames without a tag.");
        if (port is { } single)
            return single == 0 ? null : new([single], IsTrunk: false, null);
        if (mode == Mode.Access)
            throw CimException.InvalidParameter("DesiredVLANEndpointMode 2 (Access) needs PortVID, the port's VLAN.");
        IReadOnlyList<ushort> tags = list ?? (now is null ? [] : now.Tags);
        if (tags.Count == 0)
        {
            return list is not null ? null
                : throw CimException.InvalidParameter("A port that is a Trunk needs AllowedToReceiveVLANs, and DefaultPortVID is one of them.");
        }
        var kept = native ?? (now?.Native is { } before && tags.Contains(before) ? before : (ushort)0);
        return kept == 0 || tags.Contains(kept) ? new(tags, IsTrunk: true, kept == 0 ? null : kept)
            : throw CimException.InvalidParameter($"DefaultPortVID {kept} is none of the port's VLANs ({string.Join(", ", tags)}).");
    }

    // libvirt finds out when the guest starts, and its Xen driver not even then.
    private static void CheckVlan(NetworkInterface nic, VlanMembership vlan, IHypervisor hypervisor)
    {
        var xen = hypervisor.Driver == HypervisorDriver.Xen;
        if (xen && vlan.Native is { } native)
            throw CimException.NotSupported($"DefaultPortVID {native}: libvirt hands no VLAN of frames without a tag on to Xen.");
        var plainBridges = hypervisor.Driver == HypervisorDriver.Qemu && hypervisor.GetHost().LibvirtVersion >= s_bridgesWithVlans;
        var why = nic.Type switch
        {
            "bridge" => nic.VirtualPortType == OpenVSwitch || plainBridges ? null : $"Linux's own bridges have no VLANs here; where the bridge is one of Open vSwitch, VirtualPortType is \"{OpenVSwitch}\"",
            "network" => xen ? "of a libvirt network Xen is told its bridge only; give the bridge itself" : null,
            "hostdev" => null,
            "direct" => nic.DirectMode == "passthrough" ? null : "a device of the host that guests share has none",
            _ => $"an adapter of type {nic.Type} has none",
        };
        if (why is not null)
            throw CimException.InvalidParameter($"The adapter {nic.Mac} cannot be in the VLAN {string.Join(", ", vlan.Tags.Select(t => t.ToString(CultureInfo.InvariantCulture)))}: {why}.");
    }

    private static void WriteFilter(NetworkInterface nic, Xen_NetworkRASD settings, IHypervisor hypervisor)
    {
        var before = nic.FilterName;
        if (settings.FilterName is { } name && name != (before ?? ""))
            nic.FilterName = name.Length == 0 ? null : name;
        else if (settings.SourceMACFilteringEnabled is { } wanted && wanted != FiltersSource(before))
            nic.FilterName = (wanted, before) switch
            {
                (true, null) => SourceFilter,
                (false, SourceFilter) => null,
                _ => throw CimException.InvalidParameter($"SourceMACFilteringEnabled {wanted}: the adapter has the filter {before}, which does more than that; change FilterName."),
            };
        if (nic.FilterName is { } filter && filter != before && hypervisor.Driver == HypervisorDriver.Xen)
            throw CimException.NotSupported($"{(settings.FilterName is null ? Xen_NetworkRASD.Names.SourceMACFilteringEnabled : Xen_NetworkRASD.Names.FilterName)}: libvirt does not filter what guests of Xen send and receive.");
        // libvirt finds out when the guest starts.
        if (nic.FilterName is { } wish && wish != before && hypervisor.ListNetworkFilters() is { } filters && !filters.Contains(wish))
        {
            throw CimException.InvalidParameter($"{(settings.FilterName == wish ? $"FilterName \"{wish}\"" : $"SourceMACFilteringEnabled needs the filter {wish}")}: the host has no such filter; "
                + $"it has {(filters.Count > 0 ? string.Join(", ", filters) : "none")}.");
        }
    }

    private static void WriteFilterParameters(NetworkInterface nic, Xen_NetworkRASD settings)
    {
        if (settings.FilterParameters is not { } entries || entries.SequenceEqual(NamedValues.Write(nic.FilterParameters) ?? []))
            return;
        var parameters = NamedValues.Read(Xen_NetworkRASD.Names.FilterParameters, entries, "IP=192.0.2.7");
        // libvirt drops what it does not understand without a word.
        foreach (var (name, value) in parameters)
        {
            if (!name.All(IsOfName) || value.Length == 0 || !value.All(c => IsOfName(c) || c is '.' or ':'))
                throw CimException.InvalidParameter($"FilterParameters \"{name}={value}\": a name is made of letters, digits and underscores, and a value of these, points and colons.");
        }
        // The whole instance came back with the filter taken away.
        if (nic.FilterName is not null)
            nic.FilterParameters = parameters;
        else if (parameters.Count > 0 && settings.FilterName is not "")
            throw CimException.InvalidParameter($"FilterParameters {string.Join(", ", entries)}: they are for a filter, and the adapter {nic.Mac} has none; say which with FilterName.");
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool? FiltersSource(string? filter) => filter is null ? false : s_sourceFilters.Contains(filter) ? true : null;

    private static void WriteLink(NetworkInterface nic, Xen_NetworkRASD settings, IHypervisor hypervisor)
    {
        if (settings.LinkState is not { } state)
            return;
        if (state is not ("up" or "down"))
            throw CimException.InvalidParameter($"LinkState \"{state}\": expected up or down.");
        if (state == "down" && nic.IsLinkUp && hypervisor.Driver == HypervisorDriver.Xen)
            throw CimException.NotSupported("LinkState down: Xen has no cable to pull out of an adapter; remove the adapter.");
        nic.IsLinkUp = state == "up";
    }
}
