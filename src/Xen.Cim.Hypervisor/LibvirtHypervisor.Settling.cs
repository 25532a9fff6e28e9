using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Migrations;

namespace Xen.Cim.Hypervisor;

// What libvirt does not take along to another host: the definition for the next start, autostart, the scheduler's settings.
public sealed partial class LibvirtHypervisor
{
    /// <summary>What was known of a guest before it left.</summary>
    /// <param name="DefinedXml">What its next start there is to use, secrets included; null when it is transient.</param>
    /// <param name="Autostart">Whether it starts with the host.</param>
    /// <param name="Scheduler">The scheduler's live settings; null when it is off or has none.</param>
    private sealed record Belongings(string? DefinedXml, bool Autostart, SchedulerSettings? Scheduler);

    private Belongings Note(MigrationPlan plan)
    {
        var defined = plan.Guest.IsPersistent
            ? Query($"read the definition of the guest {plan.Guest.Uuid}", connection => ReadForChange(connection, plan.Guest.Uuid, plan.What))
            : null;
        // The next start is of what is there then: what changes on the way changes in it too.
        if (defined is not null && plan.Request.Changes is not null)
            defined = plan.Changed(DomainDefinition.Parse(defined)).ToXml();
        return new(defined, plan.Guest.Autostart, GetScheduler(plan.Guest.Uuid));
    }

    /// <summary>Puts right at the new host what did not come along.</summary>
    /// <returns>What could not be put right; the guest has moved all the same.</returns>
    private List<string> SettleThere(MigrationPlan plan, Belongings before)
    {
        var remarks = new List<string>();
        try
        {
            AtDestination(plan, $"settle the guest {plan.Guest.Name} on {plan.Request.Destination}", _options.LongCallTimeout, there =>
            {
                if (before.DefinedXml is { } xml)
                    Try("its definition for the next start differs", () => RestoreDefinition(there, plan, xml));
                if (before.Autostart)
                    Try("it does not start with the host", () => With(there, plan, domain => domain.Autostart = true));
                if (before.Scheduler is { } scheduler)
                    Try("its processor weight or cap differs", () => With(there, plan, domain => RestoreScheduler(domain, scheduler)));
                return true;
            });
        }
        catch (HypervisorException e)
        {
            remarks.Add($"autostart, definition and scheduler settings could not be looked at: {e.Message}");
        }
        Try("it is still defined here", () => ForgetHere(plan));
        return remarks;

        void Try(string consequence, Action put)
        {
            try
            {
                put();
            }
            catch (Exception e) when (e is LibvirtException or HypervisorException)
            {
                remarks.Add($"{consequence}: {e.Message}");
            }
        }
    }

    /// <summary>libvirt makes the definition there of what runs, and loses what waited for the next start.</summary>
    private static void RestoreDefinition(Connection there, MigrationPlan plan, string xml)
    {
        using var domain = there.LookupDomain(plan.Guest.Uuid);
        var arrived = domain.GetXml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
        if (!DomainDefinition.Parse(arrived).ContentEquals(DomainDefinition.Parse(xml)))
            there.DefineDomain(xml).Dispose();
    }

    private static void RestoreScheduler(Domain domain, SchedulerSettings before)
    {
        var current = domain.GetSchedulerParameters();
        var now = SchedulerParameters.Read(before.Scheduler, current);
        var weight = before.Weight == now.Weight ? null : before.Weight;
        var cap = before.Cap == now.Cap ? null : before.Cap;
        if (weight is not null || cap is not null)
            domain.SetSchedulerParameters(SchedulerParameters.Write(current, weight, cap, domain.Name));
    }

    /// <summary>Takes away what is left of a guest that runs elsewhere now; mostly libvirt has done it.</summary>
    private void ForgetHere(MigrationPlan plan) => ChangeSlowly($"undefine the guest {plan.Guest.Name}", connection =>
    {
        using var left = Optional(() => Lookup(connection, plan.Guest.Uuid));
        if (left is null)
            return false;
        AwaitStart(left, plan.Guest.Uuid, plan.What);
        if (left.IsActive)
            throw new HypervisorException(HypervisorError.Failed, "it runs here as well");
        UndefineMoved(left);
        return true;
    });

    /// <summary>Its firmware's variables stay: on shared storage they are the moved guest's.</summary>
    private static void UndefineMoved(Domain domain)
    {
        try
        {
            domain.Undefine(DomainUndefineFlags.KeepNvram);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.InvalidArg or ErrorCode.ArgumentUnsupported or ErrorCode.NoSupport)
        {
            domain.Undefine(DomainUndefineFlags.None);
        }
    }

    private static void With(Connection connection, MigrationPlan plan, Action<Domain> act)
    {
        using var domain = connection.LookupDomain(plan.Guest.Uuid);
        act(domain);
    }
}
