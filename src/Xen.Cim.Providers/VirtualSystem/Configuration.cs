using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// One of a guest's configurations (DSP1057's dual approach): the <em>state</em> one, which every guest has, and the
/// <em>defined</em> one, which the next start uses. The definition behind it is read when first needed.
/// </summary>
/// <remarks>Several threads may read the same one for an answer; they find the same definition.</remarks>
public sealed class Configuration(IHypervisor hypervisor, Guest guest, ConfigurationKind kind, HostSnapshot snapshot)
{
    private const string State = "state", Defined = "defined";

    private Configuration[]? _batch;
    private Configuration? _counterpart;
    private volatile bool _read;
    private DomainDefinition? _definition;
    private string? _fault;
    private string? _id;

    public Guest Guest => guest;

    public ConfigurationKind Kind => kind;

    /// <summary>The host as the walk that came upon this configuration has seen it.</summary>
    public HostSnapshot Snapshot => snapshot;

    /// <summary>The guest's other configuration, or null for a transient guest, which has no defined one.</summary>
    public Configuration? Counterpart => !guest.IsPersistent ? null : _counterpart ??=
        new Configuration(hypervisor, guest, kind == ConfigurationKind.State ? ConfigurationKind.Defined : ConfigurationKind.State, snapshot) { _counterpart = this };

    /// <summary>InstanceID of the Xen_VirtualSystemSettingData, and the prefix of its components' InstanceIDs.</summary>
    public string Id => _id ??= IdOf(guest.Uuid, kind);

    /// <summary>Null when it cannot be read; then <see cref="Fault"/> says why.</summary>
    public DomainDefinition? Definition
    {
        get
        {
            Read();
            return _definition;
        }
    }

    public string? Fault
    {
        get
        {
            Read();
            return _fault;
        }
    }

    public static string IdOf(Guid uuid, ConfigurationKind kind) => GuestPart.IdOf(uuid, kind == ConfigurationKind.State ? State : Defined);

    /// <summary>Takes an InstanceID apart: <c>Xen:uuid/state</c> or <c>Xen:uuid/defined/device</c>.</summary>
    public static bool TryParseId(string id, out Guid uuid, out ConfigurationKind kind, out string? device)
    {
        (kind, device) = (default, null);
        if (!GuestPart.TryParse(id, out uuid, out var rest))
            return false;
        var parts = rest.Split('/', 2);
        device = parts.Length == 2 ? parts[1] : null;
        kind = parts[0] == State ? ConfigurationKind.State : ConfigurationKind.Defined;
        return parts[0] is State or Defined && device != "";
    }

    /// <summary>From now on the first definition of these that is needed has all of them read.</summary>
    internal static void ReadTogether(Configuration[] configurations)
    {
        foreach (var configuration in configurations)
            configuration._batch = configurations;
    }

    private void Read()
    {
        if (_read)
            return;
        if (_batch is { } batch && hypervisor is IDefinitionReader reader)
        {
            var readings = reader.GetDefinitions(Array.ConvertAll(batch, c => new ConfigurationKey(c.Guest.Uuid, c.Kind)));
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i].Take(readings[i]);
                batch[i]._batch = null;
            }
            return;
        }
        try
        {
            Take(new(hypervisor.GetDefinition(guest.Uuid, kind), null));
        }
        catch (HypervisorException error) when (error.Error is not (HypervisorError.Disconnected or HypervisorError.Timeout))
        {
            Take(new(null, error));
        }
    }

    private void Take(DefinitionReading reading)
    {
        _definition = reading.Definition;
        _fault = reading.Fault?.Message ?? (_definition is null ? "The guest has no such configuration." : null);
        _read = true;
    }
}
