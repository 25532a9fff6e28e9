using Libvirt;

namespace Xen.Cim.Hypervisor;

// What libvirt is doing to a guest for a while.
public sealed partial class LibvirtHypervisor
{
    public int? ReadJobPercent(Guid uuid)
    {
        try
        {
            return Query($"ask how far the guest {uuid} is", connection =>
            {
                using var domain = Lookup(connection, uuid);
                return Percent(domain);
            });
        }
        catch (HypervisorException e) when (e.Error is HypervisorError.NotSupported or HypervisorError.NotFound or HypervisorError.InvalidState or HypervisorError.Failed)
        {
            // It will tell next time, or it has ended.
            return null;
        }
    }

    public void AbortJob(Guid uuid) =>
        Act(uuid, HypervisorOperation.AbortJob, "stop what is being done to", slow: false, (_, domain) => domain.AbortJob());

    private static int? Percent(Domain domain)
    {
        ulong total, remaining;
        try
        {
            var job = domain.GetJobStats();
            if (job.Type is not (DomainJobType.Bounded or DomainJobType.Unbounded))
                return null;
            (total, remaining) = (job.Parameters.GetUInt64("data_total") ?? 0, job.Parameters.GetUInt64("data_remaining") ?? 0);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.OperationUnsupported)
        {
            var job = domain.GetJobInfo();
            (total, remaining) = (job.DataTotal, job.DataRemaining);
        }
        return total == 0 ? null : (int)Math.Min(99, 100 * (1 - ((double)Math.Min(remaining, total) / total)));
    }
}
