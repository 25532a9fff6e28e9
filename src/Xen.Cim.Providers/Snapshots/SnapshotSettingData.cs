using System.Globalization;
using System.Text;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_SnapshotSettingData: a snapshot, which DSP1042 calls a configuration of its guest.</summary>
public sealed class SnapshotSettingData(IHypervisor hypervisor) : InstanceIdProvider<GuestSnapshot>(Xen_SnapshotSettingData.Layout)
{
    private const string Part = "snapshot/";

    /// <summary>In bytes of UTF-8.</summary>
    private const int MaxNameLength = 200;

    // An InstanceID comes along with what was read, and says nothing about what is to be.
    private static readonly string[] s_given =
        [Xen_SnapshotSettingData.Names.ElementName, Xen_SnapshotSettingData.Names.Notes, Xen_SnapshotSettingData.Names.Description, Xen_SnapshotSettingData.Names.InstanceID];

    /// <summary>A snapshot that is to be taken.</summary>
    internal sealed record Wish(string Name, string? Description);

    public override IEnumerable<GuestSnapshot> Enumerate() => hypervisor.ListSnapshots();

    public IReadOnlyList<GuestSnapshot> Of(Guest guest) => hypervisor.ListSnapshots(guest.Uuid);

    public override string IdOf(GuestSnapshot snapshot) => IdOf(snapshot.Guest, snapshot.Name);

    public static string IdOf(Guid guest, string name) => GuestPart.IdOf(guest, Part + name);

    public override GuestSnapshot? FindById(string instanceId) =>
        GuestPart.TryParse(instanceId, out var uuid, out var part) && part.StartsWith(Part, StringComparison.Ordinal)
            ? hypervisor.ListSnapshots(uuid).FirstOrDefault(s => s.Name == part[Part.Length..]) : null;

    /// <summary>DeleteInstance does what DestroySnapshot does, and waits for it.</summary>
    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var snapshot = Require(path);
        hypervisor.DestroySnapshot(snapshot.Guest, snapshot.Name);
    }

    /// <summary>What a client wants of a snapshot; without a name it is called by the time.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: that cannot be a name, or is nothing that a snapshot has.</exception>
    internal static Wish Read(CimInstance? settings)
    {
        var wanted = settings is null ? new() : EmbeddedSettings.Typed<Xen_SnapshotSettingData>(settings);
        foreach (var property in wanted.Properties)
        {
            if (property.Value is not null && !s_given.Contains(property.Name))
                throw CimException.InvalidParameter($"SnapshotSettings has {property.Name}, which follows from the guest; {string.Join(", ", s_given)} can be given.");
        }
        return new(wanted.ElementName is { } name ? Checked(name) : DateTimeOffset.UtcNow.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture),
            wanted.Notes is { } notes ? string.Join('\n', notes) : wanted.Description);
    }

    protected override CimInstance Describe(GuestSnapshot snapshot, CimRequest request) => new Xen_SnapshotSettingData
    {
        InstanceID = IdOf(snapshot),
        ElementName = snapshot.Name,
        VirtualSystemIdentifier = snapshot.Guest.ToString("D"),
        VirtualSystemType = snapshot.Definition is { } definition ? VirtualSystemSettingData.TypeOf(definition) : null,
        ConfigurationID = IdOf(snapshot),
        CreationTime = snapshot.CreatedAt is { } at ? CimDateTime.FromDateTimeOffset(at) : null,
        Notes = snapshot.Description?.Split('\n'),
        VirtualSystemState = snapshot.State switch
        {
            GuestState.Running => Xen_SnapshotSettingData.VirtualSystemStateValue.Enabled,
            GuestState.Off => Xen_SnapshotSettingData.VirtualSystemStateValue.Disabled,
            GuestState.Paused => Xen_SnapshotSettingData.VirtualSystemStateValue.Quiesce,
            _ => Xen_SnapshotSettingData.VirtualSystemStateValue.Unknown,
        },
        ParentID = snapshot.Parent is { } parent ? IdOf(snapshot.Guest, parent) : null,
    };

    // libvirt makes a file of it, and takes the snapshot before it finds that the name is too long for one.
    private static string Checked(string name) => Encoding.UTF8.GetByteCount(name) is > 0 and <= MaxNameLength && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal)
        && !name.Any(char.IsControl) && name.Trim() == name
            ? name
            : throw CimException.InvalidParameter($"\"{(name.Length > 40 ? name[..40] + "..." : name)}\" ({Encoding.UTF8.GetByteCount(name)} bytes) is no name for a snapshot: "
                + $"1 to {MaxNameLength} bytes of UTF-8 without '/', control characters, a dot at the beginning, or spaces at its ends.");
}
