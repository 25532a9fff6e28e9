using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ComputerSystem: a guest (DSP1057 7.1, the central class of the Virtual System profile).</summary>
public sealed class ComputerSystem : ClassProvider<Guest>
{
    private readonly IHypervisor _hypervisor;
    private readonly RequestedStates _requested;
    private readonly JobStore _jobs;

    internal ComputerSystem(IHypervisor hypervisor, RequestedStates requested, JobStore jobs, ProviderOptions options)
        : base(Xen_ComputerSystem.Layout)
    {
        _hypervisor = hypervisor;
        _requested = requested;
        _jobs = jobs;
        var transitions = new StateTransitions(this, hypervisor, requested, jobs, options);
        Methods[Xen_ComputerSystem.RequestStateChangeMethod.Name] = transitions.RequestStateChange;
    }

    public override IEnumerable<Guest> Enumerate() => _hypervisor.ListGuests();

    /// <summary>The guest of that UUID; none when it is gone.</summary>
    public IEnumerable<Guest> Of(Guid uuid) => _hypervisor.FindGuest(uuid) is { } guest ? [guest] : [];

    /// <summary>By UUID only: keys stay keys.</summary>
    public override Guest? Find(CimObjectPath path) =>
        path.Keys.Count == 2
        && path[Xen_ComputerSystem.Names.CreationClassName] is Xen_ComputerSystem.CimName
        && path[Xen_ComputerSystem.Names.Name] is string name && Guid.TryParseExact(name, "D", out var uuid) && name == uuid.ToString("D")
            ? _hypervisor.FindGuest(uuid)
            : null;

    /// <summary>The guest that a method's path or reference parameter means: by UUID or, for people's sake, by domain name.</summary>
    /// <exception cref="CimException">NOT_FOUND, or INVALID_PARAMETER when the reference is to something else.</exception>
    public Guest Resolve(CimObjectPath path)
    {
        if (!path.ClassName.Equals(Xen_ComputerSystem.CimName, StringComparison.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"{path} is not a guest: expected {Xen_ComputerSystem.CimName}.");
        if (!IsHere(path))
            throw CimException.InvalidParameter($"{path} is in another namespace than {Namespace}.");
        if (path.GetString(Xen_ComputerSystem.Names.CreationClassName) is { } creationClass && creationClass != Xen_ComputerSystem.CimName)
            throw CimException.InvalidParameter($"CreationClassName \"{creationClass}\" is not that of a guest: expected {Xen_ComputerSystem.CimName}.");
        if (path.GetString(Xen_ComputerSystem.Names.Name) is not { Length: > 0 } name)
            throw CimException.InvalidParameter($"{path} has no key Name; it is the guest's UUID or its domain name.");
        return (Guid.TryParse(name, out var uuid) ? _hypervisor.FindGuest(uuid) : null) ?? _hypervisor.FindGuest(name)
            ?? throw new CimException(CimStatus.NotFound, $"There is no guest with the UUID or name \"{name}\".");
    }

    public override CimObjectPath PathOf(Guest guest) => MakePath(
        new CimKey(Xen_ComputerSystem.Names.CreationClassName, Xen_ComputerSystem.CimName),
        new CimKey(Xen_ComputerSystem.Names.Name, guest.Uuid.ToString("D")));

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var guest = Require(path);
        RefuseControlDomain(guest, "destroyed");
        _hypervisor.Remove(guest.Uuid);
        _requested.Forget(guest.Uuid);
    }

    /// <exception cref="CimException">ACCESS_DENIED for Domain-0.</exception>
    internal static void RefuseControlDomain(Guest guest, string what)
    {
        if (guest.IsControlDomain)
            throw new CimException(CimStatus.AccessDenied, $"{guest.Name} is the control domain that runs this host; it cannot be {what}.");
    }

    protected override CimInstance Describe(Guest guest, CimRequest request)
    {
        var (enabled, operational, health, words) = Condition(guest);
        var id = guest.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new Xen_ComputerSystem
        {
            CreationClassName = Xen_ComputerSystem.CimName,
            Name = guest.Uuid.ToString("D"),
            NameFormat = "UUID",
            ElementName = guest.Name,
            Caption = guest.IsControlDomain ? "Xen control domain" : "Virtual system",
            IsControlDomain = guest.IsControlDomain,
            Roles = guest.IsControlDomain ? ["Control domain"] : ["Guest"],
            OtherIdentifyingInfo = id is null ? [guest.Uuid.ToString("D")] : [guest.Uuid.ToString("D"), id],
            IdentifyingDescriptions = id is null ? ["CIM:GUID"] : ["CIM:GUID", "Xen:DomainID"],
            EnabledState = enabled,
            RequestedState = guest.IsControlDomain ? Xen_ComputerSystem.RequestedStateValue.Not_Applicable : _requested.Of(guest.Uuid) is { } state
                ? (Xen_ComputerSystem.RequestedStateValue)state : Xen_ComputerSystem.RequestedStateValue.No_Change,
            TransitioningToState = _jobs.TransitionOf(guest.Uuid) is { } target
                ? (Xen_ComputerSystem.TransitioningToStateValue)target : Xen_ComputerSystem.TransitioningToStateValue.No_Change,
            AvailableRequestedStates = StateTransitions.From(guest, _hypervisor)
                .Select(s => (Xen_ComputerSystem.AvailableRequestedStatesValue)s).ToArray(),
            EnabledDefault = guest.Autostart ? Xen_ComputerSystem.EnabledDefaultValue.Enabled : Xen_ComputerSystem.EnabledDefaultValue.Disabled,
            OperationalStatus = [operational],
            StatusDescriptions = [words],
            HealthState = health,
            OperatingStatus = Operating(guest),
            TimeOfLastStateChange = guest.StateChangedAt is { } at ? CimDateTime.FromDateTimeOffset(at) : null,
        };
    }

    private Xen_ComputerSystem.OperatingStatusValue Operating(Guest guest) => _jobs.IsMigrating(guest.Uuid)
        ? Xen_ComputerSystem.OperatingStatusValue.Emigrating
        : guest.State switch
        {
            GuestState.Running => Xen_ComputerSystem.OperatingStatusValue.In_Service,
            GuestState.Paused or GuestState.Asleep or GuestState.Saved => Xen_ComputerSystem.OperatingStatusValue.Dormant,
            GuestState.ShuttingDown => Xen_ComputerSystem.OperatingStatusValue.Shutting_Down,
            GuestState.Rebooting => Xen_ComputerSystem.OperatingStatusValue.Starting,
            GuestState.Off => Xen_ComputerSystem.OperatingStatusValue.Stopped,
            GuestState.Crashed => Xen_ComputerSystem.OperatingStatusValue.Aborted,
            _ => Xen_ComputerSystem.OperatingStatusValue.Unknown,
        };

    // DSP1057 table 3 with libvirt's states on the left; Crashed and faults show in health, not in the state's name.
    private static (Xen_ComputerSystem.EnabledStateValue Enabled, Xen_ComputerSystem.OperationalStatusValue Operational,
        Xen_ComputerSystem.HealthStateValue Health, string Words) Condition(Guest guest)
    {
        var (enabled, operational, words) = guest.State switch
        {
            GuestState.Running => (Xen_ComputerSystem.EnabledStateValue.Enabled, Xen_ComputerSystem.OperationalStatusValue.OK, "Running"),
            GuestState.Paused => (Xen_ComputerSystem.EnabledStateValue.Quiesce, Xen_ComputerSystem.OperationalStatusValue.OK, "Paused"),
            GuestState.Asleep => (Xen_ComputerSystem.EnabledStateValue.Quiesce, Xen_ComputerSystem.OperationalStatusValue.Dormant, "Asleep (the guest suspended itself)"),
            GuestState.ShuttingDown => (Xen_ComputerSystem.EnabledStateValue.Shutting_Down, Xen_ComputerSystem.OperationalStatusValue.Stopping, "Shutting down"),
            GuestState.Rebooting => (Xen_ComputerSystem.EnabledStateValue.Starting, Xen_ComputerSystem.OperationalStatusValue.Starting, "Rebooting"),
            GuestState.Off => (Xen_ComputerSystem.EnabledStateValue.Disabled, Xen_ComputerSystem.OperationalStatusValue.Stopped, "Shut off"),
            GuestState.Saved => (Xen_ComputerSystem.EnabledStateValue.Enabled_but_Offline, Xen_ComputerSystem.OperationalStatusValue.Dormant, "Suspended to disk"),
            GuestState.Crashed => (Xen_ComputerSystem.EnabledStateValue.Disabled, Xen_ComputerSystem.OperationalStatusValue.Error, "Crashed"),
            _ => (Xen_ComputerSystem.EnabledStateValue.Unknown, Xen_ComputerSystem.OperationalStatusValue.Unknown, "The hypervisor does not say"),
        };
        if (guest.Fault is { } fault)
            return (enabled, Xen_ComputerSystem.OperationalStatusValue.Error, Xen_ComputerSystem.HealthStateValue.Major_failure, fault);
        var health = guest.State switch
        {
            GuestState.Crashed => Xen_ComputerSystem.HealthStateValue.Critical_failure,
            GuestState.Unknown => Xen_ComputerSystem.HealthStateValue.Unknown,
            _ => Xen_ComputerSystem.HealthStateValue.OK,
        };
        return (enabled, operational, health, words);
    }
}
