using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Migrations;

namespace Xen.Cim.Hypervisor;

// Guests that move to another host: the check beforehand, the move, and what is put right afterwards.
public sealed partial class LibvirtHypervisor
{
    private static readonly TimeSpan MigrationPoll = TimeSpan.FromSeconds(1);

    public IReadOnlyList<MigrationObstacle> FindMigrationObstacles(MigrationRequest request, bool askDestination)
    {
        var plan = Plan(request);
        var obstacles = plan.Obstacles().ToList();
        if (obstacles.Count == 0 && askDestination)
            obstacles.AddRange(AskDestination(plan));
        return obstacles;
    }

    public IReadOnlyList<string> Migrate(MigrationRequest request, Action<MigrationProgress> report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(report);
        var what = $"migrate the guest {request?.Guest} to {request?.Destination}";
        using var held = _locks.Take(request!.Guest, what, new Deadline(_options.CallTimeout));
        var plan = Plan(request);
        var obstacles = plan.Obstacles().ToList();
        if (obstacles.Count == 0)
            obstacles.AddRange(AskDestination(plan));
        if (obstacles.Count > 0)
            throw new HypervisorException(ErrorOf(obstacles), $"Cannot {plan.What}: {string.Join("; ", obstacles.Select(o => o.Reason))}");
        if (cancellation.IsCancellationRequested)
            throw new HypervisorException(HypervisorError.Cancelled, $"Cannot {plan.What}: it was cancelled before it began. The guest is here as before");
        _logger.LogInformation("Migrating the guest {Guest} ({Kind}) to {Destination}", plan.Guest.Name, plan.Kind, plan.Destination.Peer);
        var remarks = plan.Kind == MigrationKind.Restart ? Relocate(plan, cancellation) : Transfer(plan, held, report, cancellation);
        _definitions.Forget(plan.Guest.Uuid);
        _states.Forget(plan.Guest.Uuid);
        foreach (var remark in remarks)
            _logger.LogWarning("The guest {Guest} is on {Destination} now, but {Remark}", plan.Guest.Name, request.Destination, remark);
        return remarks;
    }

    private MigrationPlan Plan(MigrationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!Supports(HypervisorOperation.Migrate))
            throw new HypervisorException(HypervisorError.NotSupported, $"Cannot migrate guests: {DriverTable.Remark(Driver, HypervisorOperation.Migrate) ?? "libvirt's driver refused it"}");
        var destination = DestinationUri.Of(request.Destination, request.Transport, Scheme, _options.MigrationUri, _options.MigrationCheckUri);
        var guest = FindGuest(request.Guest)
            ?? throw new HypervisorException(HypervisorError.NotFound, $"Cannot migrate the guest {request.Guest}: there is none with this UUID");
        var definition = GetDefinition(request.Guest, ConfigurationKind.State)
            ?? throw new HypervisorException(HypervisorError.NotFound, $"Cannot migrate the guest {guest.Name}: it went away");
        return new(request, guest, definition, destination, Driver);
    }

    private string Scheme => _uri.Scheme.Length > 0 ? _uri.Scheme : Driver.ToString().ToLowerInvariant();

    private static HypervisorError ErrorOf(List<MigrationObstacle> obstacles) =>
        obstacles.Exists(o => o.Kind == MigrationObstacleKind.State) ? HypervisorError.InvalidState
        : obstacles.Exists(o => o.Kind == MigrationObstacleKind.Settings) ? HypervisorError.InvalidArgument
        : HypervisorError.Failed;

    private List<MigrationObstacle> AskDestination(MigrationPlan plan)
    {
        var here = Query("read who this host is", HostFingerprint.Of);
        try
        {
            return AtDestination(plan, $"look at {plan.Request.Destination}", _options.CallTimeout, there => DestinationCheck.Obstacles(plan, there, here).ToList());
        }
        catch (HypervisorException e)
        {
            return [new(MigrationObstacleKind.Destination, e.Message)];
        }
    }

    /// <summary>Does something on a connection to the new host that is made for it.</summary>
    private T AtDestination<T>(MigrationPlan plan, string what, TimeSpan timeout, Func<Connection, T> work) =>
        _threads.Run(what, new Deadline(timeout), () =>
        {
            var turns = EventsTurn();
            try
            {
                using var there = Connection.Open(plan.Destination.Here);
                if (turns && _options.KeepAliveInterval > 0)
                    there.SetKeepAlive(_options.KeepAliveInterval, _options.KeepAliveCount);
                return work(there);
            }
            catch (LibvirtException e)
            {
                throw LibvirtErrors.Translate($"{what} ({plan.Destination.Here})", e);
            }
        });

    /// <summary>Live or resumed: libvirt moves the running guest.</summary>
    private List<string> Transfer(MigrationPlan plan, GuestLocks.Held held, Action<MigrationProgress> report, CancellationToken cancellation)
    {
        var before = Note(plan);
        var call = StartTransfer(plan, held);
        var deadline = new Deadline(_options.MigrationTimeout);
        var aborted = false;
        while (!HasEnded(call, cancellation))
        {
            report(Progress(plan, deadline));
            if (!aborted && (cancellation.IsCancellationRequested || deadline.HasPassed))
                aborted = TryAbort(plan, deadline);
        }
        if (call.Failure is { } failure && !HasMoved(plan))
            throw Failed(plan, failure, !aborted ? null : cancellation.IsCancellationRequested ? HypervisorError.Cancelled : HypervisorError.Timeout);
        return SettleThere(plan, before);
    }

    /// <summary>Waits for it, not longer than until somebody no longer wants it.</summary>
    private static bool HasEnded(TransferCall call, CancellationToken cancellation) => cancellation.IsCancellationRequested
        ? call.Ended.Wait(MigrationPoll, CancellationToken.None)
        : WaitHandle.WaitAny([call.Ended.WaitHandle, cancellation.WaitHandle], MigrationPoll) == 0;

    private MigrationProgress Progress(MigrationPlan plan, Deadline deadline)
    {
        var elapsed = deadline.Length - deadline.Remaining;
        try
        {
            return new(elapsed, ReadJobPercent(plan.Guest.Uuid));
        }
        catch (HypervisorException)
        {
            // It will tell next time, or it has ended.
            return new(elapsed, null);
        }
    }

    /// <returns>
    /// Whether libvirt gives it up. It may not have come to it yet, or not answer just now: then it is asked again, as long
    /// as the migration may take and for the time of one call more.
    /// </returns>
    private bool TryAbort(MigrationPlan plan, Deadline deadline)
    {
        var why = deadline.HasPassed ? $"it did not end within {deadline.Length}" : "it was cancelled";
        try
        {
            Change($"cancel the migration of the guest {plan.Guest.Uuid}", connection =>
            {
                using var domain = Lookup(connection, plan.Guest.Uuid);
                domain.AbortJob();
                return true;
            });
            _logger.LogWarning("Cancelled the migration of the guest {Guest}: {Why}", plan.Guest.Name, why);
            return true;
        }
        catch (HypervisorException e) when (e.Error != HypervisorError.NotSupported && deadline.Past < _options.CallTimeout)
        {
            _logger.LogDebug("The migration of the guest {Guest} is not cancelled yet: {Reason}", plan.Guest.Name, e.Message);
            return false;
        }
        catch (HypervisorException e)
        {
            throw new HypervisorException(HypervisorError.Timeout,
                $"Cannot {plan.What}: {why}, and libvirt goes on with it because it could not be stopped ({e.Message}). Look for the guest on both hosts.", e)
            { Libvirt = e.Libvirt };
        }
    }

    /// <summary>
    /// libvirt's call on a thread and a connection of its own: it lasts as long as there is memory to copy, and holds up
    /// nobody who waits for one of the threads and connections that all share.
    /// </summary>
    private TransferCall StartTransfer(MigrationPlan plan, GuestLocks.Held held)
    {
        var opened = _threads.Run(plan.What, new Deadline(_options.CallTimeout), () =>
        {
            try
            {
                return Open(forEvents: false).Connection;
            }
            catch (LibvirtException e)
            {
                throw LibvirtErrors.Translate(plan.What, e, HypervisorError.Disconnected);
            }
        }, late: connection => connection.Dispose());
        var call = new TransferCall();
        held.Share();
        try
        {
            new Thread(() => Run(opened)) { IsBackground = true, Name = "libvirt migration" }.Start();
        }
        catch
        {
            held.Dispose();
            opened.Dispose();
            throw;
        }
        return call;

        void Run(Connection connection)
        {
            try
            {
                using var domain = Lookup(connection, plan.Guest.Uuid);
                IReadOnlyList<TypedParameter> parameters = plan.DestinationXml(() => ReadMigratable(domain)) is { } xml
                    ? [.. plan.Parameters, TypedParameter.String(MigrationParameterNames.DestinationXml, xml)] : plan.Parameters;
                domain.MigrateToUri(plan.Destination.Peer, plan.Flags, parameters);
            }
            catch (Exception e)
            {
                call.Failure = e;
            }
            finally
            {
                call.Ended.Set();
                held.Dispose();
                connection.Dispose();
            }
        }
    }

    // Without what only this host knows of it: aliases, ports that were chosen.
    private static string ReadMigratable(Domain domain)
    {
        try
        {
            return domain.GetXml(DomainXmlFlags.Secure | DomainXmlFlags.Migratable);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.InvalidArg or ErrorCode.ArgumentUnsupported or ErrorCode.NoSupport)
        {
            return domain.GetXml(DomainXmlFlags.Secure);
        }
    }

    /// <summary>
    /// After an error: whether the guest runs there all the same, because only the answer was lost. Asked of both sides.
    /// </summary>
    private bool HasMoved(MigrationPlan plan)
    {
        try
        {
            return WhenLeftAlone(plan.Guest.Uuid) is not { IsActive: true } && AtDestination(plan, $"look for the guest {plan.Guest.Name}", _options.CallTimeout, there =>
            {
                using var arrived = DestinationCheck.Optional(() => there.LookupDomain(plan.Guest.Uuid));
                return arrived?.IsActive ?? false;
            });
        }
        catch (HypervisorException e)
        {
            _logger.LogWarning("Where the guest {Guest} is cannot be told: {Reason}", plan.Guest.Name, e.Message);
            return false;
        }
    }

    /// <param name="end">How it ended, where that was our doing.</param>
    private HypervisorException Failed(MigrationPlan plan, Exception failure, HypervisorError? end)
    {
        var error = failure switch
        {
            LibvirtException e => LibvirtErrors.Translate(plan.What, e),
            HypervisorException e => e,
            var e => new HypervisorException(HypervisorError.Failed, $"Cannot {plan.What}: {e.Message}", e),
        };
        if (error.Error == HypervisorError.NotSupported && error.Libvirt?.Code == (int)ErrorCode.NoSupport)
            _refused[HypervisorOperation.Migrate] = true;
        var advice = plan is { Kind: MigrationKind.Live, IsParavirtual: true }
            ? " A paravirtualized guest can be moved live only where Xen was built with shadow paging; MigrationType Resume always works." : "";
        return new HypervisorException(end ?? error.Error, $"{error.Message}. {Whereabouts(plan)}{advice}", error) { Libvirt = error.Libvirt };
    }

    /// <summary>What became of a guest that did not move; one that libvirt left standing still goes on.</summary>
    private string Whereabouts(MigrationPlan plan)
    {
        try
        {
            var now = FindGuest(plan.Guest.Uuid);
            if (now is { State: GuestState.Paused } && plan.Guest.State == GuestState.Running)
            {
                Resume(plan.Guest.Uuid);
                now = FindGuest(plan.Guest.Uuid);
            }
            return now is null ? "The guest is not here any more."
                : now.State == plan.Guest.State ? "The guest is here as before."
                : $"The guest is here, but {now.State} instead of {plan.Guest.State}.";
        }
        catch (HypervisorException e)
        {
            return $"What became of the guest cannot be told: {e.Message}.";
        }
    }

    private sealed class TransferCall
    {
        public ManualResetEventSlim Ended { get; } = new();

        public Exception? Failure { get; set; }
    }
}
