using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Capabilities = Xen.Cim.Schema.Xen_VirtualSystemSnapshotCapabilities;

namespace Xen.Cim.Providers;

/// <summary>Xen_VirtualSystemSnapshotCapabilities: which snapshots can be taken of a guest now (DSP1042).</summary>
public sealed class VirtualSystemSnapshotCapabilities(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : InstanceIdProvider<Configuration>(Capabilities.Layout)
{
    private const string Part = "snapshots";

    public override IEnumerable<Configuration> Enumerate() => configurations.States();

    public Configuration Of(Guest guest) => configurations.StateOf(guest);

    public override string IdOf(Configuration state) => GuestPart.IdOf(state.Guest.Uuid, Part);

    public override Configuration? FindById(string instanceId) =>
        GuestPart.TryParse(instanceId, out var uuid, out var part) && part == Part ? configurations.Find(uuid, ConfigurationKind.State) : null;

    protected override CimInstance Describe(Configuration state, CimRequest request) => new Capabilities
    {
        InstanceID = IdOf(state),
        ElementName = $"Snapshots of {state.Guest.Name}",
        SnapshotTypesEnabled = WhyNot(state) is null ? [Capabilities.SnapshotTypesEnabledValue.Full_Snapshot] : [],
        GuestOSNotificationEnabled = false,
    };

    /// <summary>Why no snapshot can be taken of a guest, in words that follow a colon; null when one can.</summary>
    internal string? WhyNot(Guest guest) => WhyNot(Of(guest));

    private string? WhyNot(Configuration state)
    {
        if (!hypervisor.Supports(HypervisorOperation.Snapshot))
            return "the hypervisor has none";
        if (state.Guest.IsControlDomain)
            return "it is the control domain";
        if (hypervisor.Driver != HypervisorDriver.Qemu)
            return null;
        if (state.Definition is not { } definition)
            return "its configuration cannot be read";
        // libvirt's QEMU driver keeps it inside the disks (qemu_snapshot.c: internal snapshots).
        var disks = definition.Disks.Where(d => d.Device is "disk" or "lun" && !d.ReadOnly).ToList();
        if (disks.Find(d => d.DriverType != "qcow2") is { } other)
            return $"its disk {other.TargetDevice} is {other.DriverType ?? "raw"}, and only a qcow2 disk can keep one";
        if (disks.Count == 0)
            return "it has no disk that could keep one";
        return definition.Loader is not null && state.Guest.IsActive ? "it runs, and its firmware's variables could not be kept" : null;
    }
}
