using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Migrations;

namespace Xen.Cim.Hypervisor;

// Migration by restart: the guest is shut down here, defined there and started there. No memory is copied.
public sealed partial class LibvirtHypervisor
{
    private List<string> Relocate(MigrationPlan plan, CancellationToken cancellation)
    {
        var before = Note(plan);
        RefuseSnapshots(plan);
        var runs = plan.Guest.State != GuestState.Off;
        if (runs)
            ShutDownFor(plan, cancellation);
        var arrived = false;
        try
        {
            var remarks = AtDestination(plan, $"define and start the guest {plan.Guest.Name} on {plan.Request.Destination}", _options.LongCallTimeout,
                there => Arrive(plan, there, before, runs));
            arrived = true;
            // From here on it exists twice: the one there goes when the one here cannot.
            ForgetHere(plan);
            return remarks;
        }
        catch (HypervisorException e)
        {
            var stuck = new List<string>();
            if (arrived)
                Undo(() => AtDestination(plan, $"take the guest {plan.Guest.Name} away from {plan.Request.Destination}", _options.LongCallTimeout, there => Depart(plan, there)));
            if (runs && stuck.Count == 0)
                Undo(() => Start(plan.Guest.Uuid));
            throw new HypervisorException(e.Error, $"Cannot {plan.What}: {e.Message}. "
                + (stuck.Count == 0 ? "The guest is here as before." : $"It could not all be taken back: {string.Join("; ", stuck)}"), e)
            { Libvirt = e.Libvirt };

            void Undo(Action take)
            {
                try
                {
                    take();
                }
                catch (HypervisorException undo)
                {
                    stuck.Add(undo.Message);
                }
            }
        }
    }

    private void RefuseSnapshots(MigrationPlan plan) => Query($"look for snapshots of the guest {plan.Guest.Name}", connection =>
    {
        using var domain = Lookup(connection, plan.Guest.Uuid);
        DomainSnapshot[] snapshots;
        try
        {
            snapshots = domain.ListAllSnapshots();
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
        {
            return true;
        }
        foreach (var snapshot in snapshots)
            snapshot.Dispose();
        return snapshots.Length == 0 ? true
            : throw new HypervisorException(HypervisorError.InvalidState, $"Cannot {plan.What}: its {snapshots.Length} snapshots would be lost; destroy them first");
    });

    private void ShutDownFor(MigrationPlan plan, CancellationToken cancellation)
    {
        Shutdown(plan.Guest.Uuid);
        var deadline = new Deadline(plan.Request.ShutdownTimeout);
        while (FindGuest(plan.Guest.Uuid) is not { State: GuestState.Off })
        {
            if (deadline.HasPassed || cancellation.WaitHandle.WaitOne(MigrationPoll))
            {
                throw new HypervisorException(deadline.HasPassed ? HypervisorError.Timeout : HypervisorError.Cancelled,
                    $"Cannot {plan.What}: it did not shut down {(deadline.HasPassed ? $"within {deadline.Length}" : "before this was cancelled")} and stays here");
            }
        }
    }

    private static List<string> Arrive(MigrationPlan plan, Connection there, Belongings before, bool runs)
    {
        RefuseTaken(there, DomainDefinition.Parse(before.DefinedXml!), plan.What);
        using var domain = there.DefineDomain(before.DefinedXml!);
        try
        {
            if (runs)
                domain.Create();
            domain.Autostart = before.Autostart;
        }
        catch (LibvirtException)
        {
            Depart(plan, there);
            throw;
        }
        var remarks = new List<string>();
        if (runs && before.Scheduler is { } scheduler)
        {
            try
            {
                RestoreScheduler(domain, scheduler);
            }
            catch (Exception e) when (e is LibvirtException or HypervisorException)
            {
                remarks.Add($"its processor weight or cap differs: {e.Message}");
            }
        }
        return remarks;
    }

    private static bool Depart(MigrationPlan plan, Connection there)
    {
        using var domain = DestinationCheck.Optional(() => there.LookupDomain(plan.Guest.Uuid));
        if (domain is null)
            return false;
        Stop(domain);
        UndefineMoved(domain);
        return true;
    }
}
