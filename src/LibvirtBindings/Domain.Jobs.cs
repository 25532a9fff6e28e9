using Libvirt.Native;

namespace Libvirt;

/// <summary>How far a job is (<c>virDomainJobInfo</c>). Times in milliseconds, sizes in bytes; 0 for what is not known.</summary>
public sealed record DomainJobInfo(
    DomainJobType Type,
    ulong TimeElapsed, ulong TimeRemaining,
    ulong DataTotal, ulong DataProcessed, ulong DataRemaining,
    ulong MemoryTotal, ulong MemoryProcessed, ulong MemoryRemaining,
    ulong FileTotal, ulong FileProcessed, ulong FileRemaining);

/// <summary>A job with everything that the driver tells about it (<c>virDomainGetJobStats</c>; names VIR_DOMAIN_JOB_*).</summary>
public sealed record DomainJobStats(DomainJobType Type, TypedParameters Parameters);

/// <summary>How far a block job is (<c>virDomainGetBlockJobInfo</c>).</summary>
/// <param name="Type">What it does.</param>
/// <param name="Bandwidth">MiB/s; 0 for no limit.</param>
/// <param name="Current">Where it is, in units of its own.</param>
/// <param name="End">Where it ends, in the same units.</param>
public sealed record DomainBlockJobInfo(DomainBlockJobType Type, ulong Bandwidth, ulong Current, ulong End);

public sealed partial class Domain
{
    /// <summary>The job under way; <see cref="DomainJobType.None"/> when there is none (<c>virDomainGetJobInfo</c>).</summary>
    public unsafe DomainJobInfo GetJobInfo()
    {
        VirDomainJobInfo i;
        Answers.Checked(NativeMethods.virDomainGetJobInfo(Handle, &i));
        return new DomainJobInfo((DomainJobType)i.Type, i.TimeElapsed, i.TimeRemaining, i.DataTotal, i.DataProcessed, i.DataRemaining,
            i.MemoryTotal, i.MemoryProcessed, i.MemoryRemaining, i.FileTotal, i.FileProcessed, i.FileRemaining);
    }

    /// <summary>The job under way, or with <see cref="DomainGetJobStatsFlags.Completed"/> the last one (<c>virDomainGetJobStats</c>).</summary>
    public unsafe DomainJobStats GetJobStats(DomainGetJobStatsFlags flags = DomainGetJobStatsFlags.None)
    {
        int type, count = 0;
        VirTypedParameter* parameters = null;
        Answers.Checked(NativeMethods.virDomainGetJobStats(Handle, &type, &parameters, &count, (uint)flags));
        return new DomainJobStats((DomainJobType)type, Parameters.Owned(parameters, count));
    }

    /// <summary>Cancels the job under way (<c>virDomainAbortJob</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.OperationInvalid"/>: there is none, or it cannot be cancelled.</exception>
    public void AbortJob() => Answers.Checked(NativeMethods.virDomainAbortJob(Handle));

    /// <summary>The block job of a disk; null when there is none (<c>virDomainGetBlockJobInfo</c>).</summary>
    public unsafe DomainBlockJobInfo? GetBlockJobInfo(string disk)
    {
        VirDomainBlockJobInfo info;
        return Answers.Truth(NativeMethods.virDomainGetBlockJobInfo(Handle, disk, &info, 0))
            ? new DomainBlockJobInfo((DomainBlockJobType)info.Type, info.Bandwidth, info.Current, info.End)
            : null;
    }

    /// <summary>Ends the block job of a disk (<c>virDomainBlockJobAbort</c>).</summary>
    public void AbortBlockJob(string disk, DomainBlockJobAbortFlags flags = DomainBlockJobAbortFlags.None) =>
        Answers.Checked(NativeMethods.virDomainBlockJobAbort(Handle, disk, (uint)flags));
}
