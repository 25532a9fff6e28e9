using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers.Tests;

/// <summary>
/// What the guests of a pretended host have used up: each second by its clock a guest uses half of each of its two
/// processors, its disk xvda reads 1000 bytes in one request, and its first interface receives 100 bytes.
/// </summary>
internal sealed class PretendedStatistics
{
    private const ulong Nanoseconds = 1_000_000_000;

    /// <summary>Seconds by the clock. Each reading turns it on by as much.</summary>
    public double Step { get; set; } = 2;

    public double Seconds { get; set; } = 100;

    /// <summary>Guests that cannot be read.</summary>
    public HashSet<Guid> Unreadable { get; } = [];

    /// <summary>What a test changes about a guest's numbers.</summary>
    public Func<GuestStatistics, GuestStatistics> Change { get; set; } = g => g;

    /// <summary>Whether the host tells how busy it is; Xen's does not.</summary>
    public bool HostTells { get; set; }

    public GuestStatistics? Of(Guest guest)
    {
        if (guest.Id is not { } id || Unreadable.Contains(guest.Uuid))
            return null;
        Seconds += Step;
        return Change(new GuestStatistics
        {
            Uuid = guest.Uuid,
            Id = id,
            TakenAt = DateTimeOffset.UnixEpoch.AddSeconds(Seconds),
            Clock = TimeSpan.FromSeconds(Seconds),
            Uptime = TimeSpan.FromSeconds(Seconds),
            Processors = 2,
            ProcessorTime = (ulong)(Seconds * Nanoseconds),
            VirtualProcessors = [new(0, (ulong)(Seconds * Nanoseconds / 2), 7), new(1, (ulong)(Seconds * Nanoseconds / 2))],
            MemoryKiB = 393216,
            MemoryUsedKiB = 1024,
            MemoryResidentKiB = 2048,
            Disks = [new("xvda") { ReadBytes = (ulong)Seconds * 1000, ReadRequests = (ulong)Seconds, WrittenBytes = 0, WriteRequests = 0, ReadTime = 5, WriteTime = 6, Errors = 1 }],
            Interfaces = [new("vif3.0") { ReceivedBytes = (ulong)Seconds * 100, SentBytes = 50, ReceivedPackets = 3, SentPackets = 2, ReceiveErrors = 1, SendErrors = 0, ReceiveDrops = 4, SendDrops = 5 }],
        });
    }

    public HostStatistics OfHost()
    {
        Seconds += Step;
        return new()
        {
            TakenAt = DateTimeOffset.UnixEpoch.AddSeconds(Seconds),
            Clock = TimeSpan.FromSeconds(Seconds),
            MemoryKiB = 1000,
            FreeMemoryKiB = 400,
            BusyTime = HostTells ? (ulong)Seconds * 3 * Nanoseconds : null,
            WholeTime = HostTells ? (ulong)Seconds * 4 * Nanoseconds : null,
        };
    }
}
