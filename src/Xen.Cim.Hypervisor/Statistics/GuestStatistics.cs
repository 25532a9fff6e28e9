namespace Xen.Cim.Hypervisor;

/// <summary>Counters, up to one moment.</summary>
public interface IMeasurement
{
    /// <summary>When it was read, for people.</summary>
    DateTimeOffset TakenAt { get; }

    /// <summary>When it was read, by a clock that nobody sets; good for differences only.</summary>
    TimeSpan Clock { get; }
}

/// <summary>
/// What the hypervisor counted for one running guest, up to one moment. Null is what its driver does not count. Counters
/// begin at 0 with the domain: a guest that was started anew, or rebooted on Xen, has another <see cref="Id"/>.
/// </summary>
public sealed record GuestStatistics : IMeasurement
{
    public required Guid Uuid { get; init; }

    /// <summary>The running domain's number.</summary>
    public required int Id { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    public required TimeSpan Clock { get; init; }

    /// <summary>Since when the domain is there; null when nobody saw it start.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Processor time of the whole domain, in nanoseconds.</summary>
    public ulong? ProcessorTime { get; init; }

    /// <summary>How many virtual processors it has now.</summary>
    public uint? Processors { get; init; }

    public IReadOnlyList<ProcessorStatistics> VirtualProcessors { get; init; } = [];

    /// <summary>Memory that the guest has now, in KiB.</summary>
    public ulong? MemoryKiB { get; init; }

    /// <summary>Memory that the guest's kernel says it uses, in KiB.</summary>
    public ulong? MemoryUsedKiB { get; init; }

    /// <summary>Memory of the host that stands behind the guest, in KiB.</summary>
    public ulong? MemoryResidentKiB { get; init; }

    public IReadOnlyList<DiskStatistics> Disks { get; init; } = [];

    public IReadOnlyList<InterfaceStatistics> Interfaces { get; init; } = [];
}

/// <summary>Counters of a virtual processor; times in nanoseconds.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Time">For how long it ran.</param>
/// <param name="Delay">For how long it was ready to run and had to wait for a processor of the host.</param>
public sealed record ProcessorStatistics(uint Number, ulong? Time, ulong? Delay = null);

/// <summary>Counters of a disk; times in nanoseconds.</summary>
/// <param name="Target">Its name in the definition (xvda).</param>
public sealed record DiskStatistics(string Target)
{
    public ulong? ReadBytes { get; init; }

    public ulong? WrittenBytes { get; init; }

    public ulong? ReadRequests { get; init; }

    public ulong? WriteRequests { get; init; }

    public ulong? ReadTime { get; init; }

    public ulong? WriteTime { get; init; }

    public ulong? Errors { get; init; }
}

/// <summary>Counters of a network interface, as the guest sees it.</summary>
/// <param name="Name">The interface's name on the host (vif3.0), or its address with colons.</param>
public sealed record InterfaceStatistics(string Name)
{
    public ulong? ReceivedBytes { get; init; }

    public ulong? ReceivedPackets { get; init; }

    public ulong? ReceiveErrors { get; init; }

    public ulong? ReceiveDrops { get; init; }

    public ulong? SentBytes { get; init; }

    public ulong? SentPackets { get; init; }

    public ulong? SendErrors { get; init; }

    public ulong? SendDrops { get; init; }

    /// <summary>Whether these are the counters of an interface of the definition.</summary>
    public bool IsOf(NetworkInterface card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Name == card.TargetDevice || Name.Equals(card.Mac, StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>What the host counted, up to one moment. Null is what the driver does not count.</summary>
public sealed record HostStatistics : IMeasurement
{
    public required DateTimeOffset TakenAt { get; init; }

    public required TimeSpan Clock { get; init; }

    /// <summary>Time that the processors were at work, all together, in nanoseconds.</summary>
    public ulong? BusyTime { get; init; }

    /// <summary>That and the time that they idled or waited for devices.</summary>
    public ulong? WholeTime { get; init; }

    /// <summary>Memory that is neither given to a guest nor used by the host, in KiB; what caches could give back included.</summary>
    public ulong? FreeMemoryKiB { get; init; }

    public ulong? MemoryKiB { get; init; }
}
