using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ResourceAllocationSettingDataInst{Creation,Deletion,Modification}: the resources in guests' configurations
/// (DSP1042). They are read only while somebody subscribes.
/// </summary>
internal sealed class SettingIndications(IHypervisor hypervisor, VirtualSystemSettingData configurations, IReadOnlyList<IAllocationSetting> settings)
    : LifecycleSource(Xen_ResourceAllocationSettingDataInstCreation.Layout, Xen_ResourceAllocationSettingDataInstDeletion.Layout,
        Xen_ResourceAllocationSettingDataInstModification.Layout)
{
    private readonly Dictionary<Guid, Dictionary<CimObjectPath, CimInstance>> _known = [];

    public override void Begin()
    {
        _known.Clear();
        foreach (var guest in hypervisor.ListGuests())
            _known[guest.Uuid] = Read(guest).ToDictionary(i => i.Path!);
    }

    public override void Compare(Action<CimInstance> deliver)
    {
        var guests = hypervisor.ListGuests().ToDictionary(g => g.Uuid);
        foreach (var gone in _known.Keys.Where(k => !guests.ContainsKey(k)).ToList())
            Settle(gone, null, deliver);
        foreach (var (uuid, guest) in guests)
            Settle(uuid, guest, deliver);
    }

    public override void Take(HostEvent news, bool more, Action<CimInstance> deliver)
    {
        if (!more && news switch { GuestEvent e => e.Uuid, GuestDevicesEvent e => e.Uuid, _ => (Guid?)null } is { } uuid)
            Settle(uuid, hypervisor.FindGuest(uuid), deliver);
    }

    public override void End() => _known.Clear();

    private void Settle(Guid uuid, Guest? guest, Action<CimInstance> deliver)
    {
        if (!_known.TryGetValue(uuid, out var known))
            _known[uuid] = known = [];
        Tell(known, guest is null ? [] : Read(guest), deliver);
        if (guest is null)
            _known.Remove(uuid);
    }

    private IEnumerable<CimInstance> Read(Guest guest)
    {
        var state = configurations.StateOf(guest);
        return new[] { state, state.Counterpart }.OfType<Configuration>().SelectMany(c => settings.SelectMany(s => s.InstancesOf(c, Everything)));
    }
}
