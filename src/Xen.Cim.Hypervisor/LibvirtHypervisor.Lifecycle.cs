using System.Collections.Concurrent;
using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;

namespace Xen.Cim.Hypervisor;

// The life of a guest: start, pause, stop, save, and so on.
public sealed partial class LibvirtHypervisor
{
    // Guests that Start is at work on: it sets their cap itself.
    private readonly ConcurrentDictionary<Guid, bool> _starting = [];

    // Guests whose memory is being written. Whatever else wants to change them waits in libvirt for longer than anybody here does.
    private readonly ConcurrentDictionary<Guid, bool> _saving = [];

    private static readonly HypervisorOperation[] s_whileSaving = [HypervisorOperation.Save, HypervisorOperation.Destroy, HypervisorOperation.AbortJob, HypervisorOperation.Autostart];

    public void Start(Guid uuid)
    {
        Act(uuid, HypervisorOperation.Start, "start", slow: true, (_, domain) =>
        {
            _starting[uuid] = true;
            try
            {
                domain.Create();
                RestoreCap(domain);
            }
            catch (LibvirtException e) when (Driver == HypervisorDriver.Xen && e.Message.Contains("libxenlight", StringComparison.Ordinal) && !domain.IsActive
                && XenStart.Explain(DomainDefinition.Parse(ReadXml(domain, DomainXmlFlags.Inactive))) is var why)
            {
                throw LibvirtErrors.Translate($"start the guest {uuid}", e, why: why);
            }
            finally
            {
                _starting.TryRemove(uuid, out var _);
            }
        });
    }

    public void Pause(Guid uuid) => Act(uuid, HypervisorOperation.Pause, "pause", slow: false, (_, domain) => domain.Suspend());

    public void Resume(Guid uuid) => Act(uuid, HypervisorOperation.Resume, "resume", slow: false, (_, domain) =>
    {
        if (domain.GetState().State == DomainState.PMSuspended)
            domain.PMWakeup();
        else
            domain.Resume();
    });

    public void Shutdown(Guid uuid) => Act(uuid, HypervisorOperation.Shutdown, "shut down", slow: false, (_, domain) => domain.Shutdown());

    public void Reboot(Guid uuid) => Act(uuid, HypervisorOperation.Reboot, "reboot", slow: false, (connection, domain) =>
    {
        // Elsewhere the guest never goes off, and with another action for a reboot it does not come back.
        if (Identity(connection).Driver != HypervisorDriver.Xen || DomainDefinition.Parse(domain.GetXml()).OnReboot is not (null or "restart"))
        {
            domain.Reboot();
            // The simulated host has done it by now, and tells nobody.
            if (Driver == HypervisorDriver.Test)
                _states.Rebooted(uuid);
            return;
        }
        _states.BeginReboot(uuid, domain.Id);
        try
        {
            domain.Reboot();
        }
        catch
        {
            _states.EndReboot(uuid);
            throw;
        }
    });

    public void Reset(Guid uuid) => Act(uuid, HypervisorOperation.Reset, "reset", slow: false, (_, domain) => domain.Reset());

    public void Destroy(Guid uuid) => Act(uuid, HypervisorOperation.Destroy, "stop", slow: true, (_, domain) =>
    {
        _states.EndReboot(uuid);
        domain.Destroy();
    });

    public void Save(Guid uuid)
    {
        var began = false;
        if (!_saving.TryAdd(uuid, true))
            throw new HypervisorException(HypervisorError.Busy, $"Cannot save the guest {uuid}: it is being saved already");
        try
        {
            Act(uuid, HypervisorOperation.Save, "save", slow: true, (_, domain) =>
            {
                _states.EndReboot(uuid);
                Volatile.Write(ref began, true);
                domain.ManagedSave();
            }, lengthy: _options.SaveTimeout);
        }
        catch (HypervisorException e) when (e.Error == HypervisorError.Disconnected && Volatile.Read(ref began))
        {
            // A daemon that hung for a while goes on with it, one that was started anew does not.
            if (BecameOf(uuid) is { } other)
                throw new HypervisorException(e.Error, $"{e.Message}. {other}", e) { Libvirt = e.Libvirt };
        }
        finally
        {
            _saving.TryRemove(uuid, out _);
        }
    }

    /// <returns>Null when it is saved.</returns>
    private string? BecameOf(Guid uuid)
    {
        try
        {
            var now = WhenLeftAlone(uuid);
            return now is null ? "The guest is not here any more." : now.State == GuestState.Saved ? null : $"The guest is {now.State} now.";
        }
        catch (HypervisorException e)
        {
            return $"What became of the guest cannot be told: {e.Message}.";
        }
    }

    public void DiscardSave(Guid uuid) =>
        Act(uuid, HypervisorOperation.Save, "discard the saved state of", slow: false, (_, domain) => domain.RemoveManagedSave());

    public void SetAutostart(Guid uuid, bool autostart) => Act(uuid, HypervisorOperation.Autostart, "set the autostart of", slow: false,
        (_, domain) => domain.Autostart = autostart, protectsControlDomain: false);

    /// <summary>
    /// Does something to one guest.
    /// </summary>
    /// <param name="uuid">The guest.</param>
    /// <param name="operation">Which operation it is: a driver that has no such call is remembered.</param>
    /// <param name="verb">The operation in words that follow "Cannot" and precede "the guest".</param>
    /// <param name="slow">Whether it may take long.</param>
    /// <param name="act">What to do.</param>
    /// <param name="protectsControlDomain">Whether it would take the host away under its guests when done to the control domain.</param>
    /// <param name="lengthy">How long one may take that writes or reads all of a guest's memory; null for all others.</param>
    private void Act(Guid uuid, HypervisorOperation operation, string verb, bool slow, Action<Connection, Domain> act, bool protectsControlDomain = true,
        TimeSpan? lengthy = null)
    {
        var what = $"{verb} the guest {uuid}";
        if (_saving.ContainsKey(uuid) && !s_whileSaving.Contains(operation))
            throw new HypervisorException(HypervisorError.Busy, $"Cannot {what}: it is being saved; wait until that has ended, or end it");
        bool Work(Connection connection)
        {
            if (protectsControlDomain)
                RefuseControlDomain(connection, uuid, verb);
            using var domain = Lookup(connection, uuid);
            try
            {
                act(connection, domain);
            }
            catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
            {
                _refused[operation] = true;
                throw;
            }
            catch (LibvirtException e) when (LibvirtErrors.Of(e) == HypervisorError.Failed && WrongState(operation, domain) is { } state)
            {
                throw LibvirtErrors.Translate($"{what}, which is {state}", e, HypervisorError.InvalidState);
            }
            return true;
        }
        _ = lengthy is { } timeout ? ChangeAtLength(what, timeout, Work) : slow ? ChangeSlowly(what, Work) : Change(what, Work);
    }

    /// <summary>
    /// Some drivers call an operation that the guest's state does not allow an internal error. Asked afterwards, so that
    /// what works costs nothing.
    /// </summary>
    /// <returns>The state that does not allow the operation; null when it is not the state, or cannot be told.</returns>
    private static DomainState? WrongState(HypervisorOperation operation, Domain domain)
    {
        DomainState state;
        try
        {
            state = domain.GetState().State;
        }
        catch (LibvirtException)
        {
            return null;
        }
        var off = state is DomainState.Shutoff or DomainState.Crashed;
        var allowed = operation switch
        {
            HypervisorOperation.Start => off,
            HypervisorOperation.Pause => state is not DomainState.Paused && !off,
            HypervisorOperation.Resume => state is DomainState.Paused or DomainState.PMSuspended,
            HypervisorOperation.Autostart or HypervisorOperation.Snapshot => true,
            _ => !off,
        };
        return allowed ? null : state;
    }

    private void RefuseControlDomain(Connection connection, Guid uuid, string verb)
    {
        var identity = Identity(connection);
        if (uuid == identity.ControlDomain && identity.Driver is HypervisorDriver.Xen or HypervisorDriver.Test)
            throw new HypervisorException(HypervisorError.InvalidState,
                $"Cannot {verb} {Hosts.HostIdentity.ControlDomainName}: it is the control domain, which runs the host {identity.Name} and all its guests");
    }

    /// <summary>The simulated host has no scheduler.</summary>
    private bool KeepsCaps => Driver is not HypervisorDriver.Test;

    /// <summary>
    /// A scheduler forgets the cap with every stop and libvirt does not keep it in one form for all its drivers, so the
    /// definition's metadata does.
    /// A guest that runs without its cap is better than one that does not run: it is only logged.
    /// </summary>
    private void RestoreCap(Domain domain)
    {
        if (!KeepsCaps)
            return;
        try
        {
            var xml = domain.GetXml();
            if (xml.Contains(DomainDefinition.MetadataNamespace, StringComparison.Ordinal) && DomainDefinition.Parse(xml).Cap is > 0 and var cap)
                domain.SetSchedulerParameters(SchedulerParameters.Write(domain.GetSchedulerParameters(), weight: null, cap, domain.Name));
        }
        catch (Exception e) when (e is LibvirtException or HypervisorException)
        {
            _logger.LogWarning("The guest {Guest} runs without its scheduler cap: {Reason}", domain.Name, e.Message);
        }
    }

    /// <summary>Somebody else started the guest.</summary>
    private void RestoreCapAfterStart(Guid uuid)
    {
        if (!KeepsCaps || _starting.ContainsKey(uuid))
            return;
        _notifier.Post(() =>
        {
            try
            {
                Change($"restore the scheduler cap of the guest {uuid}", connection =>
                {
                    using var domain = Lookup(connection, uuid);
                    RestoreCap(domain);
                    return true;
                });
            }
            catch (HypervisorException e)
            {
                _logger.LogWarning("{Reason}", e.Message);
            }
        });
    }
}
