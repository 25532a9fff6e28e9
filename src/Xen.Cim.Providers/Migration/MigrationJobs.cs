using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Migrations as jobs: what they show while they run, and what is forgotten of a guest that has gone.</summary>
internal sealed class MigrationJobs(IHypervisor hypervisor, JobStore jobs, RequestedStates requested)
{
    public bool IsUnderWay(Guid guest) => jobs.IsAtWork(JobOwner.Migration, guest);

    /// <returns>The job's path.</returns>
    public CimObjectPath Start(Guest guest, MigrationRequest wish)
    {
        var percent = 0;
        string? remarks = null;
        var cancellation = new CancellationTokenSource();
        return jobs.PathOf(jobs.Start(new JobPlan($"Migrate {guest.Name} to {wish.Destination}", guest)
        {
            Owner = JobOwner.Migration,
            Cancel = hypervisor.Supports(HypervisorOperation.AbortJob) ? cancellation.Cancel : null,
            Percent = () => Volatile.Read(ref percent),
            Remarks = () => Volatile.Read(ref remarks),
            First = () =>
            {
                // Memory that is written to while it is copied is copied again: a number that sinks helps nobody.
                var left = hypervisor.Migrate(wish, progress => Volatile.Write(ref percent, Math.Max(percent, progress.Percent ?? 0)), cancellation.Token);
                if (left.Count > 0)
                    Volatile.Write(ref remarks, $"{guest.Name} is on {wish.Destination} now, but {string.Join("; ", left)}");
                requested.Forget(guest.Uuid);
            },
        }));
    }
}
