using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Settings = Xen.Cim.Schema.Xen_VirtualSystemMigrationSettingData;
using Transport = Xen.Cim.Schema.Xen_VirtualSystemMigrationSettingData.TransportTypeValue;
using Type = Xen.Cim.Schema.Xen_VirtualSystemMigrationSettingData.MigrationTypeValue;

namespace Xen.Cim.Providers;

/// <summary>One way to migrate: the default, or a value that a property may have.</summary>
public sealed record MigrationWay(string Id, string Name)
{
    internal Type? Type { get; init; }

    internal Transport? Transport { get; init; }

    internal bool IsDefault => Id == "default";
}

/// <summary>
/// Xen_VirtualSystemMigrationSettingData: the ways to migrate that the hypervisor has (DSP1081), and what a client's own
/// settings mean to it.
/// </summary>
public sealed class VirtualSystemMigrationSettingData(IHypervisor hypervisor) : InstanceIdProvider<MigrationWay>(Settings.Layout)
{
    private const string Prefix = "Xen:VirtualSystemMigrationSettingData/";

    private static readonly MigrationWay[] s_ways =
    [
        new("default", "Migration as far as possible without interruption"),
        new("live", "Live migration") { Type = Type.Live },
        new("resume", "Migration of a guest that stands still") { Type = Type.Resume },
        new("restart", "Migration by shutting down and starting again") { Type = Type.Restart },
        new("ssh", "Migration over SSH") { Transport = Transport.SSH },
        new("tls", "Migration over TLS") { Transport = Transport.TLS },
        new("tls-strict", "Migration over TLS to a host that proves who it is") { Transport = Transport.TLS_Strict },
        new("tcp", "Migration over TCP, not encrypted") { Transport = Transport.TCP },
    ];

    private static readonly Dictionary<Type, MigrationKind?> s_kinds = new()
    {
        [Type.Unknown] = null,
        [Type.Live] = MigrationKind.Live,
        [Type.Resume] = MigrationKind.Resume,
        [Type.Restart] = MigrationKind.Restart,
    };

    private static readonly Dictionary<Transport, MigrationTransport> s_transports = new()
    {
        [Transport.Unknown] = MigrationTransport.Default,
        [Transport.SSH] = MigrationTransport.Ssh,
        [Transport.TLS] = MigrationTransport.TlsUnverified,
        [Transport.TLS_Strict] = MigrationTransport.Tls,
        [Transport.TCP] = MigrationTransport.Tcp,
        [Transport.IPC] = MigrationTransport.Ipc,
    };

    private static readonly Dictionary<string, MigrationTransport> s_otherTransports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["libssh"] = MigrationTransport.LibSsh,
        ["libssh2"] = MigrationTransport.LibSsh2,
    };

    public override IEnumerable<MigrationWay> Enumerate() => hypervisor.Supports(HypervisorOperation.Migrate) ? s_ways : [];

    public override string IdOf(MigrationWay way) => Prefix + way.Id;

    public override MigrationWay? FindById(string instanceId) => Enumerate().FirstOrDefault(w => IdOf(w) == instanceId);

    protected override CimInstance Describe(MigrationWay way, CimRequest request)
    {
        var settings = new Settings { InstanceID = IdOf(way), ElementName = way.Name };
        if (way.IsDefault)
            (settings.MigrationType, settings.TransportType, settings.Priority, settings.Bandwidth) = (Type.Unknown, Transport.Unknown, 0, 0);
        if (way.Type is { } type)
            settings.MigrationType = type;
        if (way.Transport is { } transport)
            settings.TransportType = transport;
        return settings;
    }

    /// <summary>Which part the settings play for the capabilities: each property counts by itself.</summary>
    internal static void DescribeRole(CimInstance association, object capabilities, MigrationWay way)
    {
        association.Set(Xen_SettingsDefineCapabilities.Names.PropertyPolicy, CimType.UInt16, false, (ushort)Xen_SettingsDefineCapabilities.PropertyPolicyValue.Independent);
        association.Set(Xen_SettingsDefineCapabilities.Names.ValueRole, CimType.UInt16, false,
            (ushort)(way.IsDefault ? Xen_SettingsDefineCapabilities.ValueRoleValue.Default : Xen_SettingsDefineCapabilities.ValueRoleValue.Supported));
        association.Set(Xen_SettingsDefineCapabilities.Names.ValueRange, CimType.UInt16, false, (ushort)Xen_SettingsDefineCapabilities.ValueRangeValue.Point);
    }

    /// <summary>Puts a client's settings into a wish.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER, TYPE_MISMATCH.</exception>
    internal static MigrationRequest Apply(MigrationRequest wish, CimInstance? instance)
    {
        if (instance is null)
            return wish;
        if (!EmbeddedSettings.IsBetween(instance.ClassName, Settings.Layout, CIM_VirtualSystemMigrationSettingData.CimName))
            throw CimException.InvalidParameter($"MigrationSettingData is a {instance.ClassName}; expected {Settings.CimName} or {CIM_VirtualSystemMigrationSettingData.CimName}.");
        var settings = EmbeddedSettings.Typed<Settings>(instance);
        return wish with
        {
            Kind = s_kinds.TryGetValue(settings.MigrationType ?? Type.Unknown, out var kind) ? kind
                : throw CimException.InvalidParameter($"MigrationType {(ushort)settings.MigrationType!} is none of 2 (Live), 3 (Resume), 4 (Restart)."),
            Transport = TransportOf(settings),
            BandwidthMiBps = settings.Bandwidth is > 0 and var quantity ? BandwidthUnits.ToMiBps(quantity, settings.BandwidthUnit) : null,
        };
    }

    private static MigrationTransport TransportOf(Settings settings) => settings.TransportType switch
    {
        null => MigrationTransport.Default,
        Transport.Other => settings.OtherTransportType is { } name && s_otherTransports.TryGetValue(name, out var other) ? other
            : throw CimException.InvalidParameter($"OtherTransportType \"{settings.OtherTransportType}\" is none of {string.Join(", ", s_otherTransports.Keys)}."),
        { } known => s_transports.TryGetValue(known, out var transport) ? transport
            : throw CimException.InvalidParameter($"TransportType {(ushort)known} is none of 2 (SSH), 3 (TLS), 4 (TLS Strict), 5 (TCP), 6 (IPC)."),
    };
}
