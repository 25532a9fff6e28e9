using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Settings = Xen.Cim.Schema.Xen_VirtualSystemSettingData;

namespace Xen.Cim.Providers;

/// <summary>
/// What becomes of a guest when the host starts and stops: CIM_VirtualSystemSettingData's AutomaticStartupAction, its
/// delay and sequence number, and AutomaticShutdownAction.
/// </summary>
/// <remarks>
/// libvirt has a flag and nothing more. Order, delay and shutdown action are in the guest's metadata, and the boot unit
/// (<see cref="GuestStartup"/>) acts on them. A guest is started by one of the two: by the unit when it has a place or a
/// delay, else by libvirt. Without the unit nothing but the flag is offered.
/// </remarks>
public sealed class StartWithHost(IHypervisor hypervisor, ProviderOptions options)
{
    private static readonly (Settings.AutomaticShutdownActionValue Action, string Word)[] s_shutdown =
    [
        (Settings.AutomaticShutdownActionValue.Turn_Off, GuestStartup.TurnOff),
        (Settings.AutomaticShutdownActionValue.Save_state, GuestStartup.SaveState),
        (Settings.AutomaticShutdownActionValue.Shutdown, GuestStartup.ShutDown),
    ];

    /// <summary>Whether the boot unit is enabled. The link may lead out of what this process can see.</summary>
    public bool InOrder => hypervisor is IMoments moments ? moments.Once(nameof(InOrder), IsUnitEnabled) : IsUnitEnabled();

    private bool IsUnitEnabled() => new FileInfo(options.BootUnit) is var link && (link.Exists || link.LinkTarget is not null);

    /// <summary>Whether the guest starts with the host, whoever starts it.</summary>
    public bool Starts(Guest guest)
    {
        if (guest.Autostart || !guest.IsPersistent || !InOrder)
            return guest.Autostart;
        try
        {
            return hypervisor.GetDefinition(guest.Uuid, ConfigurationKind.Defined) is { StartsInTurn: true } or { StartsIfActive: true };
        }
        catch (HypervisorException error) when (error.Error is not (HypervisorError.Disconnected or HypervisorError.Timeout))
        {
            return false;
        }
    }

    /// <summary>Nothing of it can be pending, so both configurations say what the defined one has.</summary>
    internal void Describe(Settings settings, Configuration configuration)
    {
        var inOrder = InOrder;
        var defined = !inOrder ? null : (configuration.Kind == ConfigurationKind.Defined ? configuration : configuration.Counterpart)?.Definition;
        settings.AutomaticStartupAction = configuration.Guest.Autostart || defined?.StartsInTurn == true
            ? Settings.AutomaticStartupActionValue.Always_startup
            : defined?.StartsIfActive == true ? Settings.AutomaticStartupActionValue.Restart_if_previously_active : Settings.AutomaticStartupActionValue.None;
        if (defined is null)
            return;
        settings.AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.FromSeconds(defined.StartDelay ?? 0));
        settings.AutomaticStartupActionSequenceNumber = defined.StartSequence ?? 0;
        settings.AutomaticShutdownAction = Array.Find(s_shutdown, s => s.Word == defined.ShutdownAction) is { Word: not null } found ? found.Action : null;
    }

    /// <exception cref="CimException">INVALID_PARAMETER; NOT_SUPPORTED: only the boot unit would act on it, and it is not enabled.</exception>
    internal void Check(Settings settings)
    {
        Wanted(settings);
        var delay = DelayOf(settings);
        if (settings.AutomaticShutdownAction is { } action && !s_shutdown.Any(s => s.Action == action))
            throw CimException.InvalidParameter($"AutomaticShutdownAction {(ushort)action}: expected 2 (Turn Off), 3 (Save state) or 4 (Shutdown).");
        if (InOrder)
            return;
        // Zero is how a client writes "no delay" and "no order".
        var refused = delay is > 0 ? $"{Settings.Names.AutomaticStartupActionDelay} {settings.AutomaticStartupActionDelay}"
            : settings.AutomaticStartupActionSequenceNumber is > 0 and var place ? $"{Settings.Names.AutomaticStartupActionSequenceNumber} {place}"
            : settings.AutomaticStartupAction is Settings.AutomaticStartupActionValue.Restart_if_previously_active ? $"{Settings.Names.AutomaticStartupAction} 3 (Restart if previously active)"
            : settings.AutomaticShutdownAction is { } wanted ? $"{Settings.Names.AutomaticShutdownAction} {(ushort)wanted}" : null;
        if (refused is not null)
            throw CimException.NotSupported($"{refused}: nobody would act on it, because the service xen-cim-guests is not enabled on this host. Enable it, or leave the property NULL.");
    }

    /// <summary>Whether libvirt is to start the guest once the settings are applied.</summary>
    internal bool LibvirtStarts(Guest guest, DomainDefinition? defined, Settings settings) =>
        defined is null ? Wanted(settings) is { } wanted ? wanted == Settings.AutomaticStartupActionValue.Always_startup : guest.Autostart : Apply(defined.Clone(), guest.Autostart, settings);

    /// <summary>Writes into a definition what the settings say; what they do not say stays.</summary>
    /// <param name="libvirtStarts">Whether libvirt starts the guest now.</param>
    /// <param name="isActive">Whether the guest runs.</param>
    /// <returns>Whether libvirt is to start it from now on.</returns>
    internal bool Apply(DomainDefinition definition, bool libvirtStarts, Settings settings, bool isActive = false)
    {
        if (settings.AutomaticShutdownAction is { } action)
            definition.ShutdownAction = Array.Find(s_shutdown, s => s.Action == action).Word;
        if (settings is { AutomaticStartupAction: null, AutomaticStartupActionDelay: null, AutomaticStartupActionSequenceNumber: null })
            return libvirtStarts;
        var inOrder = InOrder;
        var wanted = Wanted(settings) ?? (libvirtStarts || (inOrder && definition.StartsInTurn) ? Settings.AutomaticStartupActionValue.Always_startup
            : inOrder && definition.StartsIfActive ? Settings.AutomaticStartupActionValue.Restart_if_previously_active : Settings.AutomaticStartupActionValue.None);
        var starts = wanted == Settings.AutomaticStartupActionValue.Always_startup;
        if (inOrder && DelayOf(settings) is { } delay)
            definition.StartDelay = delay == 0 ? null : delay;
        if (inOrder && settings.AutomaticStartupActionSequenceNumber is { } place)
            definition.StartSequence = place == 0 ? null : place;
        var inTurn = inOrder && starts && (definition.StartDelay ?? definition.StartSequence) is not null;
        var again = wanted == Settings.AutomaticStartupActionValue.Restart_if_previously_active;
        if ((inOrder || settings.AutomaticStartupAction is not null) && again != definition.StartsIfActive)
        {
            definition.StartsIfActive = again;
            // Whether it runs now counts until the host has stopped once.
            definition.WasActive = again && isActive;
        }
        if (inOrder || starts)
            definition.StartsInTurn = inTurn;
        return starts && !inTurn;
    }

    private static Settings.AutomaticStartupActionValue? Wanted(Settings settings) => settings.AutomaticStartupAction is null
        or Settings.AutomaticStartupActionValue.None or Settings.AutomaticStartupActionValue.Restart_if_previously_active or Settings.AutomaticStartupActionValue.Always_startup
            ? settings.AutomaticStartupAction
            : throw CimException.InvalidParameter($"AutomaticStartupAction {(ushort)settings.AutomaticStartupAction}: expected 2 (None), 3 (Restart if previously active) or 4 (Always startup).");

    private static uint? DelayOf(Settings settings)
    {
        if (settings.AutomaticStartupActionDelay is not { } delay)
            return null;
        return delay.IsInterval && delay.ToTimeSpan() is { } span && span <= TimeSpan.FromDays(1)
            ? (uint)Math.Ceiling(span.TotalSeconds)
            : throw CimException.InvalidParameter($"AutomaticStartupActionDelay {delay}: expected an interval of a day at most, such as 00000000000130.000000:000 for 90 seconds.");
    }
}
