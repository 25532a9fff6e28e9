using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>The two kinds of guest that differ in what may be requested of them.</summary>
public sealed record GuestKind(string Id, bool IsControlDomain);

/// <summary>Xen_EnabledLogicalElementCapabilities: the states that can be requested of a guest (DSP1057 10.2).</summary>
public sealed class EnabledLogicalElementCapabilities(IHypervisor hypervisor)
    : InstanceIdProvider<GuestKind>(Xen_EnabledLogicalElementCapabilities.Layout)
{
    private static readonly GuestKind s_guest = new("Xen:EnabledLogicalElementCapabilities/guest", false);
    private static readonly GuestKind s_controlDomain = new("Xen:EnabledLogicalElementCapabilities/control-domain", true);

    public static GuestKind KindOf(Guest guest) => guest.IsControlDomain ? s_controlDomain : s_guest;

    public override IEnumerable<GuestKind> Enumerate() => [s_guest, s_controlDomain];

    public override string IdOf(GuestKind kind) => kind.Id;

    public override GuestKind? FindById(string instanceId) => Enumerate().FirstOrDefault(k => k.Id == instanceId);

    protected override CimInstance Describe(GuestKind kind, CimRequest request)
    {
        var renames = !kind.IsControlDomain && hypervisor.Supports(HypervisorOperation.Rename);
        return new Xen_EnabledLogicalElementCapabilities
        {
            InstanceID = kind.Id,
            ElementName = kind.IsControlDomain ? "What can be requested of the control domain" : "What can be requested of a guest",
            ElementNameEditSupported = renames,
            MaxElementNameLen = renames ? VirtualSystemSettingData.MaxNameLength : null,
            ElementNameMask = renames ? VirtualSystemSettingData.NameMask : null,
            RequestedStatesSupported = kind.IsControlDomain ? [] : StateTransitions.Supported(hypervisor)
                .Select(s => (Xen_EnabledLogicalElementCapabilities.RequestedStatesSupportedValue)s).ToArray(),
        };
    }
}
