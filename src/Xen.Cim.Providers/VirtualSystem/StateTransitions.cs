using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Call = Xen.Cim.Schema.Xen_ComputerSystem.RequestStateChangeMethod;
using State = Xen.Cim.Schema.Xen_ComputerSystem.RequestStateChangeMethod.RequestedStateValue;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ComputerSystem.RequestStateChange: DSP1057's virtual system states as a table of from → to → function.
/// </summary>
/// <remarks>
/// What is not in the table is an illegal transition (4097). What the driver cannot do at all is Not Supported (1). What
/// libvirt refuses when it is asked is an error with its words.
/// Graceful shutdown and reboot go on in the guest after the call and are answered with a job (4096).
/// </remarks>
internal sealed class StateTransitions(
    ComputerSystem systems, IHypervisor hypervisor, RequestedStates requested, JobStore jobs, ProviderOptions options)
{
    private sealed record Transition(GuestState From, State To, HypervisorOperation Needs, Action<IHypervisor, Guid> Do)
    {
        /// <summary>For what the guest itself carries out after it was asked: where it ends up.</summary>
        public GuestState? Until { get; init; }
    }

    private static readonly Transition[] s_table =
    [
        new(GuestState.Off, State.Enabled, HypervisorOperation.Start, (h, g) => h.Start(g)),
        new(GuestState.Saved, State.Enabled, HypervisorOperation.Start, (h, g) => h.Start(g)),
        new(GuestState.Saved, State.Disabled, HypervisorOperation.Save, (h, g) => h.DiscardSave(g)),
        new(GuestState.Running, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.Running, State.Shut_Down, HypervisorOperation.Shutdown, (h, g) => h.Shutdown(g)) { Until = GuestState.Off },
        new(GuestState.Running, State.Offline, HypervisorOperation.Save, (h, g) => h.Save(g)),
        new(GuestState.Running, State.Quiesce, HypervisorOperation.Pause, (h, g) => h.Pause(g)),
        new(GuestState.Running, State.Reboot, HypervisorOperation.Reboot, (h, g) => h.Reboot(g)) { Until = GuestState.Running },
        new(GuestState.Running, State.Reset, HypervisorOperation.Reset, (h, g) => h.Reset(g)),
        new(GuestState.Paused, State.Enabled, HypervisorOperation.Resume, (h, g) => h.Resume(g)),
        new(GuestState.Paused, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.Paused, State.Offline, HypervisorOperation.SavePaused, (h, g) => h.Save(g)),
        new(GuestState.Paused, State.Reset, HypervisorOperation.Reset, (h, g) => h.Reset(g)),
        new(GuestState.ShuttingDown, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.ShuttingDown, State.Reset, HypervisorOperation.Reset, (h, g) => h.Reset(g)),
        new(GuestState.Rebooting, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.Asleep, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.Crashed, State.Disabled, HypervisorOperation.Destroy, (h, g) => h.Destroy(g)),
        new(GuestState.Crashed, State.Reset, HypervisorOperation.Reset, (h, g) => h.Reset(g)),
    ];

    // What the method's value map knows but no virtual system has (DSP1057 has no Test or Defer).
    private static readonly State[] s_neverSupported = [State.Test, State.Defer];

    /// <summary>The states that can be requested of a guest now (AvailableRequestedStates).</summary>
    /// <param name="transition">The state that a job is taking it to, or null.</param>
    public static IEnumerable<ushort> From(Guest guest, IHypervisor hypervisor, ushort? transition) => guest.IsControlDomain ? []
        : s_table.Where(t => t.From == guest.State && hypervisor.Supports(t.Needs) && !IsInTheWay(transition, t.To)).Select(t => (ushort)t.To);

    // While libvirt writes a guest's memory it takes nothing else, and says so only after a long time; but it stops the guest.
    private static bool IsInTheWay(ushort? transition, State wanted) => transition == (ushort)State.Offline && wanted != State.Disabled;

    /// <summary>The states that can be requested of a guest at some time (RequestedStatesSupported).</summary>
    public static IEnumerable<ushort> Supported(IHypervisor hypervisor) =>
        s_table.Where(t => hypervisor.Supports(t.Needs)).Select(t => (ushort)t.To).Distinct().Order();

    public object? RequestStateChange(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        var call = new Call(input, output);
        var guest = systems.Resolve(path);
        if (call.RequestedState is not { } wanted)
            throw CimException.InvalidParameter("RequestedState is missing; it is one of 2 (Enabled), 3 (Disabled), 4 (Shut Down), 6 (Offline), 9 (Quiesce), 10 (Reboot), 11 (Reset).");
        if (s_neverSupported.Contains(wanted))
            return (uint)Call.ReturnValue.Not_Supported;
        var timeout = call.TimeoutPeriod is { } period
            ? period.ToTimeSpan() ?? throw CimException.InvalidParameter($"TimeoutPeriod {period} is not an interval; expected ddddddddhhmmss.mmmmmm:000.")
            : TimeSpan.Zero;
        if (!s_table.Any(t => t.To == wanted))
            return (uint)Call.ReturnValue.Invalid_Parameter;
        ComputerSystem.RefuseControlDomain(guest, "stopped, suspended or started");
        if (!s_table.Any(t => t.To == wanted && hypervisor.Supports(t.Needs)))
            return (uint)Call.ReturnValue.Not_Supported;
        if (IsInTheWay(jobs.TransitionOf(guest.Uuid), wanted))
        {
            throw MethodRefusal.Of(Call.ReturnValue.Busy, CimStatus.Failed, $"{guest.Name} is being saved: wait for that job, or end it with RequestStateChange (Terminate), before RequestedState {(ushort)wanted}; "
                + "3 (Disabled) stops the guest at once.");
        }
        if (Array.Find(s_table, t => t.From == guest.State && t.To == wanted) is not { } transition)
            return (uint)Call.ReturnValue.Invalid_State_Transition;
        if (!hypervisor.Supports(transition.Needs))
            return (uint)Call.ReturnValue.Not_Supported;
        return (uint)Carry(transition, guest, timeout, call);
    }

    private Call.ReturnValue Carry(Transition transition, Guest guest, TimeSpan timeout, Call call)
    {
        var plan = new JobPlan($"{transition.To.ToString().Replace('_', ' ')} {guest.Name}", guest)
        {
            TransitioningTo = (ushort)transition.To,
            Timeout = timeout > TimeSpan.Zero ? timeout : transition.Until is null ? null : options.GracefulTimeout,
            First = () => transition.Do(hypervisor, guest.Uuid),
            Until = transition.Until is { } end ? Arrival(guest, end) : null,
            // Of what it does at once, or lets the guest do, libvirt has nothing to tell and nothing to give up.
            Percent = transition.To == State.Offline ? () => hypervisor.ReadJobPercent(guest.Uuid) : null,
            Cancel = transition.To == State.Offline && hypervisor.Supports(HypervisorOperation.AbortJob) ? () => hypervisor.AbortJob(guest.Uuid) : null,
        };
        CimObjectPath? job;
        try
        {
            // What the guest carries out itself goes on as a job as soon as it was asked; who obeyed at once still leaves one.
            job = jobs.Run(plan, timeout > TimeSpan.Zero && timeout < options.InCallWait ? timeout : options.InCallWait);
        }
        // The state was another one by then, which the value says completely; when it is as before, libvirt's words say more.
        catch (HypervisorException error) when (error.Error == HypervisorError.InvalidState && hypervisor.FindGuest(guest.Uuid)?.State != guest.State)
        {
            return Call.ReturnValue.Invalid_State_Transition;
        }
        catch (HypervisorException error) when (error.Error == HypervisorError.InvalidState)
        {
            throw MethodRefusal.Of(Call.ReturnValue.Invalid_State_Transition, CimStatus.Failed, $"{error.Message}.");
        }
        catch (HypervisorException error) when (error.Error == HypervisorError.Busy)
        {
            throw MethodRefusal.Of(Call.ReturnValue.Busy, CimStatus.Failed, $"{error.Message}.");
        }
        requested.Set(guest.Uuid, (ushort)transition.To);
        if (job is null)
            return Call.ReturnValue.Completed_with_No_Error;
        call.Job = job;
        return Call.ReturnValue.Method_Parameters_Checked___Job_Started;
    }

    // A shutdown has arrived when the guest is off; a reboot when it runs under another domain id, or events said so.
    private Func<bool> Arrival(Guest before, GuestState end) => () =>
    {
        var now = hypervisor.FindGuest(before.Uuid);
        if (end == GuestState.Off)
            return now is null or { State: GuestState.Off or GuestState.Crashed };
        if (now is null or { State: GuestState.Off or GuestState.Saved or GuestState.Crashed })
            throw new CimException(CimStatus.Failed, $"{before.Name} stopped and did not come back.");
        return now is { State: GuestState.Running } && (now.Id != before.Id || (now.StateChangedAt is { } changed && changed != before.StateChangedAt));
    };
}
