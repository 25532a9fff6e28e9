using System.Collections.Concurrent;
using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor;

// What libvirt is doing to a guest for a while.
public sealed partial class LibvirtHypervisor
{
    private static readonly TimeSpan StartPoll = TimeSpan.FromMilliseconds(100);

    // Those that are asked how far they are and have not answered, whoever still waits for it.
    private readonly ConcurrentDictionary<Guid, bool> _askedHowFar = new();

    public int? ReadJobPercent(Guid uuid)
    {
        // A guest that hangs keeps the connection that asks it: one each, and never so many that nothing else could be asked.
        if (_askedHowFar.Count >= Math.Max(1, _options.MaxConnections / 2) || !_askedHowFar.TryAdd(uuid, true))
            return null;
        var begun = false;
        try
        {
            return Query($"ask how far the guest {uuid} is", connection =>
            {
                Volatile.Write(ref begun, true);
                try
                {
                    using var domain = Lookup(connection, uuid);
                    return Percent(domain);
                }
                finally
                {
                    _askedHowFar.TryRemove(uuid, out _);
                }
            });
        }
        catch (HypervisorException e) when (e.Error is HypervisorError.NotSupported or HypervisorError.NotFound or HypervisorError.InvalidState or HypervisorError.Failed)
        {
            // It will tell next time, or it has ended.
            return null;
        }
        finally
        {
            if (!Volatile.Read(ref begun))
                _askedHowFar.TryRemove(uuid, out _);
        }
    }

    public void AbortJob(Guid uuid) =>
        Act(uuid, HypervisorOperation.AbortJob, "stop what is being done to", slow: false, (_, domain) => domain.AbortJob());

    /// <summary>
    /// A guest when nothing is done to it any more: for whoever lost the connection in the middle of a long call, which
    /// libvirt may go on with. A daemon that is away is waited for as long as for a slow change.
    /// </summary>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="HypervisorException">It cannot be told.</exception>
    private Guest? WhenLeftAlone(Guid uuid)
    {
        while (Patiently(() => IsWorkedOn(uuid)))
            Thread.Sleep(MigrationPoll);
        return Patiently(() => FindGuest(uuid));
    }

    /// <summary>Reads, and reads again as long as the daemon is away: it may come back.</summary>
    private T Patiently<T>(Func<T> read)
    {
        for (var patience = new Deadline(_options.LongCallTimeout); ; Thread.Sleep(MigrationPoll))
        {
            try
            {
                return read();
            }
            catch (HypervisorException e) when (IsAway(e) && !patience.HasPassed && Volatile.Read(ref _disposed) == 0)
            {
                _logger.LogDebug("Asked again: {Reason}", e.Message);
            }
        }
    }

    private static bool IsAway(HypervisorException e) => e.Error is HypervisorError.Disconnected or HypervisorError.Timeout;

    private bool IsWorkedOn(Guid uuid) => Query($"ask what is done to the guest {uuid}", connection =>
    {
        using var domain = Optional(() => Lookup(connection, uuid));
        try
        {
            return domain is not null && IsWorkedOn(domain);
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            // It is off, or its driver has nothing that lasts.
            return false;
        }
    });

    private static bool IsWorkedOn(Domain domain) => domain.GetJobInfo().Type is DomainJobType.Bounded or DomainJobType.Unbounded;

    /// <summary>
    /// Waits until a guest that reads as off is not being started. Xen's driver undefines it all the same, and then Xen runs a
    /// guest that libvirt does not know.
    /// </summary>
    /// <exception cref="HypervisorException">Busy: it does not end.</exception>
    private void AwaitStart(Domain domain, Guid uuid, string what)
    {
        if (Driver != HypervisorDriver.Xen)
            return;
        for (var deadline = new Deadline(_options.LongCallTimeout); _starting.ContainsKey(uuid) || (!domain.IsActive && IsWorkedOn(domain)); Thread.Sleep(StartPoll))
        {
            if (deadline.HasPassed)
                throw new HypervisorException(HypervisorError.Busy, $"Cannot {what}: it has been in the middle of its start for {deadline.Length.TotalSeconds:0} s");
        }
    }

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
