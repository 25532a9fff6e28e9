using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ComputerSystem: a guest (DSP1057 7.1, the central class of the Virtual System profile).</summary>
public sealed class ComputerSystem : ClassProvider<Guest>
{
    // What the guest does changes them between reading and writing, so in a whole instance one that differs is nobody's wish.
    private static readonly HashSet<string> s_moving = new(
        [
            Xen_ComputerSystem.Names.OtherIdentifyingInfo, Xen_ComputerSystem.Names.IdentifyingDescriptions, Xen_ComputerSystem.Names.TransitioningToState, Xen_ComputerSystem.Names.AvailableRequestedStates,
            Xen_ComputerSystem.Names.OperationalStatus, Xen_ComputerSystem.Names.StatusDescriptions, Xen_ComputerSystem.Names.HealthState, Xen_ComputerSystem.Names.OperatingStatus,
            Xen_ComputerSystem.Names.TimeOfLastStateChange,
        ], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> s_writable = new([Xen_ComputerSystem.Names.ElementName, Xen_ComputerSystem.Names.EnabledDefault, Xen_ComputerSystem.Names.RequestedState], StringComparer.OrdinalIgnoreCase);

    private readonly IHypervisor _hypervisor;
    private readonly RequestedStates _requested;
    private readonly JobStore _jobs;
    private readonly VirtualSystemSettingData _configurations;
    private readonly StartWithHost _start;

    internal ComputerSystem(IHypervisor hypervisor, RequestedStates requested, JobStore jobs, VirtualSystemSettingData configurations,
        StartWithHost start, ProviderOptions options)
        : base(Xen_ComputerSystem.Layout)
    {
        _hypervisor = hypervisor;
        _requested = requested;
        _jobs = jobs;
        _configurations = configurations;
        _start = start;
        var transitions = new StateTransitions(this, hypervisor, requested, jobs, options);
        Methods[Xen_ComputerSystem.RequestStateChangeMethod.Name] = transitions.RequestStateChange;
    }

    public override IEnumerable<Guest> Enumerate() => _hypervisor.ListGuests();

    protected override IEnumerable<Guest> ToDescribe(CimRequest request) => TellsHealth(request) ? _configurations.States().Select(Examined) : Enumerate();

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

    /// <summary>
    /// ModifyInstance and SetProperty do what the methods do: ElementName and EnabledDefault as ModifySystemSettings,
    /// RequestedState as RequestStateChange. Nothing else of a guest is a setting.
    /// </summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var guest = Require(path);
        var wanted = instance.As<Xen_ComputerSystem>();
        RefuseFixed(guest, wanted, request);
        var settings = new Xen_VirtualSystemSettingData();
        if (request.Wants(Xen_ComputerSystem.Names.ElementName) && wanted.ElementName is { } name && name != guest.Name)
            settings.ElementName = name;
        if (request.Wants(Xen_ComputerSystem.Names.EnabledDefault) && wanted.EnabledDefault is { } standard)
        {
            var starts = standard switch
            {
                Xen_ComputerSystem.EnabledDefaultValue.Enabled => true,
                Xen_ComputerSystem.EnabledDefaultValue.Disabled => false,
                _ => throw CimException.InvalidParameter($"EnabledDefault {(ushort)standard}: expected 2 (Enabled: the guest starts with the host) or 3 (Disabled)."),
            };
            if (starts != _start.Starts(guest))
                settings.AutomaticStartupAction = starts ? Xen_VirtualSystemSettingData.AutomaticStartupActionValue.Always_startup : Xen_VirtualSystemSettingData.AutomaticStartupActionValue.None;
        }
        if (settings is not { ElementName: null, AutomaticStartupAction: null })
            _configurations.ChangeOf(_configurations.Find(guest.Uuid, guest.IsPersistent ? ConfigurationKind.Defined : ConfigurationKind.State) ?? throw CimException.NotFound(path), settings).Do();
        // One that repeats what is there came along with a whole instance; alone it is a wish all the same.
        if (wanted.RequestedState is { } state && request.Wants(Xen_ComputerSystem.Names.RequestedState)
            && (state != RequestedOf(guest) || (request.PropertyList is { Count: 1 } && state is not (Xen_ComputerSystem.RequestedStateValue.No_Change or Xen_ComputerSystem.RequestedStateValue.Not_Applicable))))
        {
            Ask(path, request, (ushort)state);
        }
    }

    /// <summary>Refuses what a client wants otherwise and nobody can change; what repeats what is there came along with a whole instance.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED, naming the property.</exception>
    private void RefuseFixed(Guest guest, Xen_ComputerSystem wanted, CimRequest request)
    {
        var fixedOnes = wanted.Properties.Where(p => p.Value is not null && !s_writable.Contains(p.Name) && request.Wants(p.Name)
            && (request.PropertyList is not null || !s_moving.Contains(p.Name))).ToList();
        if (fixedOnes.Count == 0)
            return;
        var now = InstanceOf(guest, new CimRequest { Namespace = Namespace });
        foreach (var property in fixedOnes)
        {
            var there = now[property.Name];
            // CIM's own default comes along with an instance that was made from its class.
            if (CimValue.AreEqual(property.Value, there) || (there is null && property.Value is not string { Length: > 0 }))
                continue;
            throw CimException.NotSupported($"{property.Name} of {guest.Name} is {(there is null ? "NULL" : CimValue.Format(there))} and cannot become {CimValue.Format(property.Value!)}: it follows from what the guest does. "
                + $"{string.Join(", ", s_writable)} can be set, and settings are changed in {Xen_VirtualSystemSettingData.CimName}.");
        }
    }

    /// <exception cref="CimException">FAILED with the method's own answer.</exception>
    private void Ask(CimObjectPath path, CimRequest request, ushort state)
    {
        var (input, output) = (new CimArguments(), new CimArguments());
        input.Set(Xen_ComputerSystem.Names.RequestedState, CimType.UInt16, isArray: false, state);
        var answer = Methods[Xen_ComputerSystem.RequestStateChangeMethod.Name](request, path, input, output) as uint?;
        switch ((Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue?)answer)
        {
            case Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue.Completed_with_No_Error or Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue.Method_Parameters_Checked___Job_Started:
                return;
            case Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue.Not_Supported:
                throw CimException.NotSupported($"RequestedState {state} cannot be had on this host.");
            case Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue.Invalid_Parameter:
                throw CimException.InvalidParameter($"RequestedState {state} is no state of a guest: expected 2 (Enabled), 3 (Disabled), 4 (Shut Down), 6 (Offline), 9 (Quiesce), 10 (Reboot) or 11 (Reset).");
            default:
                throw new CimException(CimStatus.Failed, $"RequestedState {state}: RequestStateChange answers {answer}"
                    + (answer == (uint)Xen_ComputerSystem.RequestStateChangeMethod.ReturnValue.Invalid_State_Transition ? " (Invalid State Transition)." : "."));
        }
    }

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        var guest = Require(path);
        RefuseControlDomain(guest, "destroyed");
        Remove(guest);
    }

    internal void Remove(Guest guest)
    {
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
        if (!guest.IsExamined && TellsHealth(request))
            guest = Examined(_configurations.StateOf(guest));
        var (enabled, operational, health, words) = Condition(guest);
        var id = guest.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var transition = _jobs.TransitionOf(guest.Uuid);
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
            RequestedState = RequestedOf(guest),
            TransitioningToState = transition is { } target
                ? (Xen_ComputerSystem.TransitioningToStateValue)target : Xen_ComputerSystem.TransitioningToStateValue.No_Change,
            AvailableRequestedStates = StateTransitions.From(guest, _hypervisor, transition)
                .Select(s => (Xen_ComputerSystem.AvailableRequestedStatesValue)s).ToArray(),
            EnabledDefault = request.Wants(Xen_ComputerSystem.Names.EnabledDefault) && _start.Starts(guest) ? Xen_ComputerSystem.EnabledDefaultValue.Enabled : Xen_ComputerSystem.EnabledDefaultValue.Disabled,
            OperationalStatus = [operational],
            StatusDescriptions = [words],
            HealthState = health,
            OperatingStatus = Operating(guest),
            TimeOfLastStateChange = guest.StateChangedAt is { } at ? CimDateTime.FromDateTimeOffset(at) : null,
        };
    }

    private static bool TellsHealth(CimRequest request) => request.Wants(Xen_ComputerSystem.Names.HealthState)
        || request.Wants(Xen_ComputerSystem.Names.OperationalStatus) || request.Wants(Xen_ComputerSystem.Names.StatusDescriptions);

    /// <summary>The guest with what is wrong with its configuration.</summary>
    internal static Guest Examined(Configuration configuration) => configuration.Guest with
    {
        Fault = configuration.Guest.Fault ?? configuration.Fault
            ?? (configuration.Definition!.FindFaults() is [var fault, ..] ? $"Its configuration is not in order: {fault}" : null),
        IsExamined = true,
    };

    private Xen_ComputerSystem.RequestedStateValue RequestedOf(Guest guest) => guest.IsControlDomain ? Xen_ComputerSystem.RequestedStateValue.Not_Applicable
        : _requested.Of(guest.Uuid) is { } state ? (Xen_ComputerSystem.RequestedStateValue)state : Xen_ComputerSystem.RequestedStateValue.No_Change;

    private Xen_ComputerSystem.OperatingStatusValue Operating(Guest guest) => _jobs.IsAtWork(JobOwner.Migration, guest.Uuid)
        ? Xen_ComputerSystem.OperatingStatusValue.Emigrating
        : _jobs.IsAtWork(JobOwner.Snapshots, guest.Uuid)
        ? Xen_ComputerSystem.OperatingStatusValue.Snapshotting
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
    internal static (Xen_ComputerSystem.EnabledStateValue Enabled, Xen_ComputerSystem.OperationalStatusValue Operational,
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
