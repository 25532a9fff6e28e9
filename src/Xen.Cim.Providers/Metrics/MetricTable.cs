using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>All metrics there are, by what is measured.</summary>
internal static class MetricTable
{
    public static IReadOnlyList<Metric<GuestStatistics>> Guest { get; } =
    [
        Metric<GuestStatistics>.Counter("GuestProcessorTime", "Processor time that the guest used, all its processors together.", MetricUnit.Nanoseconds, g => g.ProcessorTime),
        Metric<GuestStatistics>.Utilization("GuestProcessorUtilization", "Part of its processors' time that the guest used; 100 when all of them were busy all the time.", GuestUtilization),
        Metric<GuestStatistics>.Gauge("GuestMemoryActual", "Memory that the guest has now.", MetricUnit.Bytes, g => Bytes(g.MemoryKiB)),
        Metric<GuestStatistics>.Gauge("GuestMemoryUsed", "Memory that the guest's kernel says it uses.", MetricUnit.Bytes, g => Bytes(g.MemoryUsedKiB)),
        Metric<GuestStatistics>.Gauge("GuestMemoryResident", "The host's memory that stands behind the guest.", MetricUnit.Bytes, g => Bytes(g.MemoryResidentKiB)),
        Metric<GuestStatistics>.Counter("GuestDiskBytesRead", "Bytes read from all disks.", MetricUnit.Bytes, g => Sum(g.Disks, d => d.ReadBytes)),
        Metric<GuestStatistics>.Counter("GuestDiskBytesWritten", "Bytes written to all disks.", MetricUnit.Bytes, g => Sum(g.Disks, d => d.WrittenBytes)),
        Metric<GuestStatistics>.Counter("GuestDiskReadRequests", "Reads from all disks.", MetricUnit.Count, g => Sum(g.Disks, d => d.ReadRequests)),
        Metric<GuestStatistics>.Counter("GuestDiskWriteRequests", "Writes to all disks.", MetricUnit.Count, g => Sum(g.Disks, d => d.WriteRequests)),
        Metric<GuestStatistics>.Counter("GuestDiskErrors", "Failed requests of all disks.", MetricUnit.Count, g => Sum(g.Disks, d => d.Errors)),
        Metric<GuestStatistics>.Counter("GuestNetworkBytesReceived", "Bytes received on all interfaces.", MetricUnit.Bytes, g => Sum(g.Interfaces, i => i.ReceivedBytes)),
        Metric<GuestStatistics>.Counter("GuestNetworkBytesSent", "Bytes sent on all interfaces.", MetricUnit.Bytes, g => Sum(g.Interfaces, i => i.SentBytes)),
        Metric<GuestStatistics>.Counter("GuestUptime", "Time since the guest was started.", MetricUnit.Seconds, g => (ulong?)g.Uptime?.TotalSeconds),
    ];

    public static IReadOnlyList<Metric<ProcessorStatistics>> Processor { get; } =
    [
        Metric<ProcessorStatistics>.Counter("ProcessorTime", "Time for which the virtual processor ran.", MetricUnit.Nanoseconds, p => p.Time),
        Metric<ProcessorStatistics>.Counter("ProcessorDelay", "Time for which the virtual processor was ready to run and waited for a processor of the host.", MetricUnit.Nanoseconds, p => p.Delay),
        Metric<ProcessorStatistics>.Utilization("ProcessorUtilization", "Part of the time for which the virtual processor ran.", r => r.PerSecond(p => p.Time) / Second),
    ];

    public static IReadOnlyList<Metric<GuestStatistics>> Memory { get; } =
    [
        Metric<GuestStatistics>.Gauge("MemoryActual", "Memory that the guest has now.", MetricUnit.Bytes, g => Bytes(g.MemoryKiB)),
        Metric<GuestStatistics>.Gauge("MemoryUsed", "Memory that the guest's kernel says it uses.", MetricUnit.Bytes, g => Bytes(g.MemoryUsedKiB)),
    ];

    public static IReadOnlyList<Metric<DiskStatistics>> Disk { get; } =
    [
        Metric<DiskStatistics>.Counter("DiskBytesRead", "Bytes read from the disk.", MetricUnit.Bytes, d => d.ReadBytes),
        Metric<DiskStatistics>.Counter("DiskBytesWritten", "Bytes written to the disk.", MetricUnit.Bytes, d => d.WrittenBytes),
        Metric<DiskStatistics>.Counter("DiskReadRequests", "Reads from the disk.", MetricUnit.Count, d => d.ReadRequests),
        Metric<DiskStatistics>.Counter("DiskWriteRequests", "Writes to the disk.", MetricUnit.Count, d => d.WriteRequests),
        Metric<DiskStatistics>.Counter("DiskReadTime", "Time that the reads took.", MetricUnit.Nanoseconds, d => d.ReadTime),
        Metric<DiskStatistics>.Counter("DiskWriteTime", "Time that the writes took.", MetricUnit.Nanoseconds, d => d.WriteTime),
        Metric<DiskStatistics>.Counter("DiskErrors", "Failed requests.", MetricUnit.Count, d => d.Errors),
        Metric<DiskStatistics>.Rate("DiskReadThroughput", "Bytes read from the disk each second.", MetricUnit.BytesPerSecond, d => d.ReadBytes),
        Metric<DiskStatistics>.Rate("DiskWriteThroughput", "Bytes written to the disk each second.", MetricUnit.BytesPerSecond, d => d.WrittenBytes),
    ];

    public static IReadOnlyList<Metric<InterfaceStatistics>> NetworkPort { get; } =
    [
        Metric<InterfaceStatistics>.Counter("NetworkPortBytesReceived", "Bytes that the guest received.", MetricUnit.Bytes, i => i.ReceivedBytes),
        Metric<InterfaceStatistics>.Counter("NetworkPortBytesSent", "Bytes that the guest sent.", MetricUnit.Bytes, i => i.SentBytes),
        Metric<InterfaceStatistics>.Counter("NetworkPortPacketsReceived", "Packets that the guest received.", MetricUnit.Count, i => i.ReceivedPackets),
        Metric<InterfaceStatistics>.Counter("NetworkPortPacketsSent", "Packets that the guest sent.", MetricUnit.Count, i => i.SentPackets),
        Metric<InterfaceStatistics>.Counter("NetworkPortReceiveErrors", "Packets for the guest with errors.", MetricUnit.Count, i => i.ReceiveErrors),
        Metric<InterfaceStatistics>.Counter("NetworkPortSendErrors", "Packets from the guest with errors.", MetricUnit.Count, i => i.SendErrors),
        Metric<InterfaceStatistics>.Counter("NetworkPortReceiveDrops", "Packets for the guest that were dropped.", MetricUnit.Count, i => i.ReceiveDrops),
        Metric<InterfaceStatistics>.Counter("NetworkPortSendDrops", "Packets from the guest that were dropped.", MetricUnit.Count, i => i.SendDrops),
        Metric<InterfaceStatistics>.Rate("NetworkPortReceiveThroughput", "Bytes that the guest received each second.", MetricUnit.BytesPerSecond, i => i.ReceivedBytes),
        Metric<InterfaceStatistics>.Rate("NetworkPortSendThroughput", "Bytes that the guest sent each second.", MetricUnit.BytesPerSecond, i => i.SentBytes),
    ];

    public static IReadOnlyList<Metric<HostNumbers>> Host { get; } =
    [
        Metric<HostNumbers>.Utilization("HostProcessorUtilization", "Part of the time of the host's processors that was used.", r => r.Now.Utilization),
        Metric<HostNumbers>.Gauge("HostMemoryUsed", "The host's memory that is used, by guests or by the host itself.", MetricUnit.Bytes, h => Bytes(h.UsedKiB)),
        Metric<HostNumbers>.Gauge("HostMemoryFree", "The host's memory that is free, or a cache that can give it back.", MetricUnit.Bytes, h => Bytes(h.FreeKiB)),
    ];

    public static IReadOnlyList<Metric<HostNumbers>> ProcessorPool { get; } =
        [Metric<HostNumbers>.Utilization("ProcessorPoolUtilization", "Part of the time of the pool's processors that was used.", r => r.Now.Utilization)];

    public static IReadOnlyList<Metric<HostNumbers>> MemoryPool { get; } =
    [
        Metric<HostNumbers>.Gauge("MemoryPoolUsed", "Memory of the pool that is used.", MetricUnit.Bytes, h => Bytes(h.UsedKiB)),
        Metric<HostNumbers>.Gauge("MemoryPoolFree", "Memory of the pool that is free.", MetricUnit.Bytes, h => Bytes(h.FreeKiB)),
    ];

    public static IReadOnlyList<Metric<StoragePool>> DiskPool { get; } =
    [
        Metric<StoragePool>.Gauge("DiskPoolUsed", "Storage of the pool that is taken.", MetricUnit.Bytes, p => p.IsActive ? p.Allocation : null),
        Metric<StoragePool>.Gauge("DiskPoolFree", "Storage of the pool that is free.", MetricUnit.Bytes, p => p.IsActive ? p.Available : null),
    ];

    /// <summary>Nanoseconds in a second.</summary>
    private const double Second = 1e9;

    /// <summary>0 to 1. Processors that came or went meanwhile are counted where there were more of them.</summary>
    public static double? GuestUtilization(Reading<GuestStatistics> guest) =>
        guest.Now.Processors is > 0 and var processors ? guest.PerSecond(g => g.ProcessorTime) / Second / Math.Max(processors, guest.Before?.Processors ?? 0) : null;

    /// <summary>How many of the host's processors the guest kept busy.</summary>
    public static double? Processors(Reading<GuestStatistics> guest) => guest.PerSecond(g => g.ProcessorTime) / Second;

    public static ulong? Bytes(ulong? kib) => kib * 1024;

    /// <summary>Null when nothing is counted, or one of them does not tell.</summary>
    public static ulong? Sum<T>(IReadOnlyList<T> parts, Func<T, ulong?> count) =>
        parts.Count == 0 ? null : parts.Aggregate((ulong?)0, (sum, p) => sum + count(p));
}

/// <summary>The host's numbers.</summary>
/// <param name="Utilization">0 to 1, since the reading before; null when there was none.</param>
internal sealed record HostNumbers(double? Utilization, ulong? UsedKiB, ulong? FreeKiB);
