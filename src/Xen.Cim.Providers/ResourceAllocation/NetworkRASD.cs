using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using static Xen.Cim.Providers.GivenText;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_NetworkRASD: a guest's network adapter (DSP1050). It is known by its MAC address (Address) and plugged into what
/// Connection names: a libvirt network or a bridge of the host.
/// </summary>
public sealed class NetworkRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations, NetworkPool pools)
    : PluggableSetting<NetworkInterface, Xen_NetworkRASD>(Xen_NetworkRASD.Layout, hypervisor, configurations,
        (ushort)Xen_NetworkRASD.ResourceTypeValue.Ethernet_Adapter, (ushort)Xen_NetworkRASD.ResourceTypeValue.Ethernet_Connection)
{
    private const string ParavirtualModel = "netfront";

    private static readonly string[] s_onXen = ["network", "bridge", "ethernet"];

    protected override IEnumerable<(string Id, NetworkInterface Device)> Devices(DomainDefinition definition) =>
        definition.Interfaces.Select(i => (i.DeviceId, i));

    private protected override Xen_NetworkRASD Describe(DomainDefinition definition, NetworkInterface nic)
    {
        var instance = new Xen_NetworkRASD
        {
            ElementName = $"{definition.Name} {nic.Mac}",
            ResourceType = Xen_NetworkRASD.ResourceTypeValue.Ethernet_Adapter,
            ResourceSubType = nic.Model,
            PoolID = NetworkPool.PrimordialId,
            ConsumerVisibility = Xen_NetworkRASD.ConsumerVisibilityValue.Virtualized,
            VirtualQuantity = 1,
            VirtualQuantityUnits = "count",
            Address = nic.Mac,
            Connection = nic.Source is { } source ? [source] : null,
            MappingBehavior = IsOnPort(nic) ? Xen_NetworkRASD.MappingBehaviorValue.Hard_Affinity : null,
            NetworkType = nic.Type,
            NetworkName = nic.Type == "network" ? nic.Source : null,
            Bridge = nic.Type == "bridge" ? nic.Source : null,
            Model = nic.Model,
            Script = nic.Script,
            VirtualDevice = nic.TargetDevice,
            BackendDomain = nic.BackendDomain,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
        PortRules.Describe(instance, nic);
        return instance;
    }

    private protected override Xen_NetworkRASD Complete(ref Xen_NetworkRASD known, Configuration configuration, NetworkInterface nic, CimRequest request)
    {
        if (known is { NetworkType: not "network", MappingBehavior: null })
            return known;
        var instance = (Xen_NetworkRASD)known.Copy();
        var pool = NetworkPool.PoolOf(nic, configuration.Snapshot);
        instance.PoolID = pool.Id;
        instance.Parent = pool.Network is null ? null : NetworkPoolRASD.IdOfSettings(pool.Id);
        instance.HostResource = PortOf(nic) is { } port ? [port] : null;
        return instance;
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
    [
        Xen_NetworkRASD.Names.Address, Xen_NetworkRASD.Names.Connection, Xen_NetworkRASD.Names.PoolID, Xen_NetworkRASD.Names.NetworkType,
        Xen_NetworkRASD.Names.NetworkName, Xen_NetworkRASD.Names.Bridge, Xen_NetworkRASD.Names.Model, Xen_NetworkRASD.Names.ResourceSubType,
        Xen_NetworkRASD.Names.Script, Xen_NetworkRASD.Names.VirtualDevice, Xen_NetworkRASD.Names.BackendDomain, .. PortRules.Writable,
    ]);

    private protected override string Add(DomainDefinition definition, Xen_NetworkRASD settings)
    {
        var nic = new NetworkInterface();
        var mac = settings.Address is { Length: > 0 } address ? CheckedMac(address) : FreeMac(definition);
        if (definition.Interfaces.Any(i => mac.Equals(i.Mac, StringComparison.OrdinalIgnoreCase)))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has an adapter with the address {mac} already.");
        if (settings.Address is { Length: > 0 })
            RefuseTaken(mac, definition);
        nic.Mac = mac;
        if (!Write(nic, settings, definition))
            throw CimException.InvalidParameter("The adapter is plugged into nothing: give NetworkName, Bridge or Connection, or the PoolID of a network.");
        definition.Add(nic);
        return nic.DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_NetworkRASD settings)
    {
        var nic = Require(definition, deviceId);
        if (settings.Address is "")
            throw CimException.InvalidParameter($"Address \"\": the adapter {nic.Mac} has an address as long as it is there; give another, or NULL to keep it.");
        if (settings.Address is { } address && CheckedMac(address) is var mac && mac != nic.Mac)
        {
            if (definition.Interfaces.Any(i => i.Mac == mac))
                throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has an adapter with the address {mac} already.");
            RefuseTaken(mac, definition);
            nic.Mac = mac;
        }
        Write(nic, settings, definition);
    }

    // libvirt takes it, and leaves the name.
    private protected override void RefuseLive(Guest guest, DomainDefinition from, DomainDefinition to)
    {
        foreach (var nic in to.Interfaces.Where(i => i.TargetDevice is null))
        {
            if (from.Interfaces.FirstOrDefault(i => i.DeviceId == nic.DeviceId)?.TargetDevice is { } name)
                throw CimException.InvalidParameter($"VirtualDevice \"\": the host's end of the adapter {nic.Mac} is called {name} as long as {guest.Name} runs; change its defined configuration.");
        }
    }

    /// <summary>The path, without a namespace, of the one port of the host that all of an adapter's packets go through; null where there is none such.</summary>
    private string? PortOf(NetworkInterface nic) =>
        IsOnPort(nic) ? HostDevicePath.Of(Xen_HostNetworkPort.CimName, Hypervisor.GetHost().Name, nic.Source!) : null;

    private static bool IsOnPort(NetworkInterface nic) => nic is { Type: "direct", Source: not null };

    /// <returns>Whether the settings say what the adapter is plugged into.</returns>
    private bool Write(NetworkInterface nic, Xen_NetworkRASD settings, DomainDefinition definition)
    {
        var plug = PlugIn(settings, nic);
        if (plug is var (type, source) && (type != nic.Type || source != nic.Source))
        {
            if (type == "network" && !Hypervisor.ListNetworks().Any(n => n.Name == source))
            {
                var there = string.Join(", ", Hypervisor.ListNetworks().Select(n => n.Name));
                throw CimException.InvalidParameter($"There is no network \"{source}\" on the host; there is {(there.Length > 0 ? there : "none")}.");
            }
            // libvirt finds out when the guest starts.
            if (Hypervisor.Driver == HypervisorDriver.Xen && !s_onXen.Contains(type))
                throw CimException.NotSupported($"NetworkType {type}: an adapter of a guest of Xen is plugged into one of {string.Join(", ", s_onXen)}.");
            nic.Type = type;
            nic.Source = source;
        }
        if (ModelIn(settings, nic.Model) is { } model)
        {
            // libvirt finds out when the guest starts.
            if (model.Length > 0 && model != ParavirtualModel && Hypervisor.Driver == HypervisorDriver.Xen && definition.Kind is VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware)
                throw CimException.NotSupported($"Model {model}: a {VirtualSystemSettingData.TypeOf(definition)} has no device model to be an adapter of that kind; its adapters are {ParavirtualModel}, or leave it NULL.");
            nic.Model = model.Length == 0 ? null : model;
        }
        Give(settings.Script, nic.Script, v => nic.Script = v);
        Give(settings.VirtualDevice, nic.TargetDevice, v => nic.TargetDevice = v);
        if (settings.BackendDomain is { } backend && backend != (nic.BackendDomain ?? ""))
            nic.BackendDomain = DriverDomain.Read(Hypervisor, backend, definition.Name);
        PortRules.Write(nic, settings, Hypervisor);
        return plug is not null;
    }

    /// <summary>The model that is asked for in whichever of two properties; null when neither asks for another.</summary>
    private static string? ModelIn(Xen_NetworkRASD settings, string? now)
    {
        var asked = new[] { Changed(settings.Model, now), Changed(settings.ResourceSubType, now) }.OfType<string>().Distinct().ToList();
        return asked.Count < 2 ? asked.FirstOrDefault()
            : throw CimException.InvalidParameter($"Model \"{asked[0]}\" and ResourceSubType \"{asked[1]}\" are both what kind of adapter it is; give one of them.");
    }

    /// <param name="nic">What is there: who sends a whole instance back with one property changed means that one.</param>
    private (string Type, string? Source)? PlugIn(Xen_NetworkRASD settings, NetworkInterface nic)
    {
        if (settings.Connection is { Length: > 1 } several)
            throw CimException.InvalidParameter($"Connection has {several.Length} entries; an adapter is plugged into one network.");
        if (nic.Source is { } now)
        {
            var changed = new Xen_NetworkRASD
            {
                NetworkName = Changed(settings.NetworkName, nic.Type == "network" ? now : null),
                Bridge = Changed(settings.Bridge, nic.Type == "bridge" ? now : null),
                Connection = settings.Connection is [var same] && same == now ? null : settings.Connection,
                PoolID = settings.PoolID == NetworkPool.PoolOf(nic, new HostSnapshot(Hypervisor)).Id ? null : settings.PoolID,
                NetworkType = settings.NetworkType == nic.Type ? null : settings.NetworkType,
            };
            if (changed is { NetworkName: null, Bridge: null, Connection: null, PoolID: null, NetworkType: null })
                return (nic.Type, now);
            return PlugIn(changed) ?? throw CimException.InvalidParameter($"The adapter {nic.Mac} is plugged into the {nic.Type} {now} and cannot be plugged into nothing: "
                + "name another network or bridge, let LinkState be down, or remove the adapter.");
        }
        return PlugIn(settings);
    }

    private (string Type, string? Source)? PlugIn(Xen_NetworkRASD settings)
    {
        if (settings.NetworkName is { Length: > 0 } network && settings.NetworkType is null or "network")
            return ("network", network);
        if (settings.Bridge is { Length: > 0 } bridge && settings.NetworkType is null or "bridge")
            return ("bridge", bridge);
        var connection = settings.Connection is [{ Length: > 0 } first, ..] ? first : null;
        if (settings.NetworkType is { Length: > 0 } type)
        {
            return type is "user" or "ethernet" || connection is not null ? (type, connection)
                : throw CimException.InvalidParameter($"NetworkType {type} needs a Connection that names the {type}.");
        }
        if (connection is not null)
            return (Hypervisor.ListNetworks().Any(n => n.Name == connection) ? "network" : "bridge", connection);
        if (settings.PoolID is not { Length: > 0 } id)
            return null;
        var pool = pools.FindById(id) ?? throw CimException.InvalidParameter($"There is no Xen_NetworkPool \"{id}\".");
        return pool.Network is { } pooled ? ("network", pooled.Name) : null;
    }

    private static string CheckedMac(string address) =>
        address.Length == 17 && address.Split(':') is { Length: 6 } octets && octets.All(o => o.Length == 2 && o.All(char.IsAsciiHexDigit))
        && (Convert.ToByte(octets[0], 16) & 1) == 0
            ? address.ToLowerInvariant()
            : throw CimException.InvalidParameter($"Address \"{(address.Length > 40 ? address[..40] + "..." : address)}\" is no MAC address of an adapter: expected six octets such as 00:16:3e:12:34:56, not a group address.");

    // libvirt does not look, and two guests with one address on one bridge lose each other's packets.
    private void RefuseTaken(string mac, DomainDefinition definition)
    {
        var owner = Configurations.Enumerate().FirstOrDefault(c => c.Guest.Uuid != definition.Uuid
            && c.Definition?.Interfaces.Any(i => mac.Equals(i.Mac, StringComparison.OrdinalIgnoreCase)) == true)?.Guest;
        if (owner is not null)
            throw new CimException(CimStatus.AlreadyExists, $"The address {mac} belongs to an adapter of {owner.Name} ({owner.Uuid}); without an Address a free one is made up.");
    }

    private static string FreeMac(DomainDefinition definition)
    {
        string mac;
        do
            mac = MacAddress.Random();
        while (definition.Interfaces.Any(i => mac.Equals(i.Mac, StringComparison.OrdinalIgnoreCase)));
        return mac;
    }
}
