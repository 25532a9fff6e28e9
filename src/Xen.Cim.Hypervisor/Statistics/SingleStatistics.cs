using System.Collections.Concurrent;
using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Statistics;

/// <summary>
/// Reads a guest's statistics with a call for each kind and device: for drivers without bulk statistics, as Xen's. What
/// one call does not give leaves the rest as it is, and a call that the driver does not have is not made again.
/// </summary>
internal sealed class SingleStatistics
{
    private readonly ConcurrentDictionary<string, bool> _missing = [];

    /// <param name="connection">Where the guest is.</param>
    /// <param name="domain">The guest, running.</param>
    /// <param name="definition">Its state configuration; null leaves out its devices.</param>
    /// <param name="frame">What is known of it already.</param>
    public GuestStatistics Read(Connection connection, Domain domain, DomainDefinition? definition, GuestStatistics frame)
    {
        var info = domain.GetInfo();
        var memory = Try(connection, "memory", () => domain.GetMemoryStatistics());
        return frame with
        {
            ProcessorTime = info.CpuTime,
            Processors = (uint)info.VirtualCpus,
            VirtualProcessors = [.. (Try(connection, "vcpus", domain.GetVcpus) ?? []).Select(v => new ProcessorStatistics((uint)v.Number, v.CpuTime))],
            MemoryKiB = info.Memory,
            MemoryUsedKiB = Told(memory, DomainMemoryStatTag.Available) is { } available && Told(memory, DomainMemoryStatTag.Unused) is { } unused && unused <= available
                ? available - unused : null,
            MemoryResidentKiB = Told(memory, DomainMemoryStatTag.Rss),
            Disks = definition is null ? [] : [.. definition.Disks.Select(d => Disk(connection, domain, d)).OfType<DiskStatistics>()],
            Interfaces = definition is null ? [] : [.. definition.Interfaces.Select(i => Interface(connection, domain, i)).OfType<InterfaceStatistics>()],
        };
    }

    private DiskStatistics? Disk(Connection connection, Domain domain, DiskDevice disk)
    {
        if (disk.TargetDevice is not { } target || Try(connection, "disks", () => (DomainBlockStats?)domain.GetBlockStats(target)) is not { } counted)
            return null;
        return new(target)
        {
            ReadBytes = Known(counted.ReadBytes),
            WrittenBytes = Known(counted.WriteBytes),
            ReadRequests = Known(counted.ReadRequests),
            WriteRequests = Known(counted.WriteRequests),
            Errors = Known(counted.Errors),
        };
    }

    private InterfaceStatistics? Interface(Connection connection, Domain domain, NetworkInterface card)
    {
        if ((card.TargetDevice ?? card.Mac) is not { } name || Try(connection, "interfaces", () => (DomainInterfaceStats?)domain.GetInterfaceStats(name)) is not { } counted)
            return null;
        return new(name)
        {
            ReceivedBytes = Known(counted.RxBytes),
            ReceivedPackets = Known(counted.RxPackets),
            ReceiveErrors = Known(counted.RxErrors),
            ReceiveDrops = Known(counted.RxDropped),
            SentBytes = Known(counted.TxBytes),
            SentPackets = Known(counted.TxPackets),
            SendErrors = Known(counted.TxErrors),
            SendDrops = Known(counted.TxDropped),
        };
    }

    private T? Try<T>(Connection connection, string call, Func<T?> read)
    {
        if (_missing.ContainsKey(call))
            return default;
        try
        {
            return read();
        }
        catch (LibvirtException e) when (e.Code != ErrorCode.NoDomain && !LibvirtErrors.MeansBroken(connection, e))
        {
            if (e.Code == ErrorCode.NoSupport)
                _missing[call] = true;
            return default;
        }
    }

    private static ulong? Told(IReadOnlyDictionary<DomainMemoryStatTag, ulong>? memory, DomainMemoryStatTag tag) =>
        memory is not null && memory.TryGetValue(tag, out var value) ? value : null;

    // libvirt writes -1 for what is not counted.
    private static ulong? Known(long count) => count < 0 ? null : (ulong)count;
}
