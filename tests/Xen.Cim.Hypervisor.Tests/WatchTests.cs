using System.Collections.Concurrent;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>Events while somebody watches: of what others do, and across the end of the daemon.</summary>
public sealed class WatchTests
{
    [Fact]
    public void What_others_do_is_heard_without_asking_and_again_after_the_daemons_restart()
    {
        using var daemon = Daemon.StartOrSkip();
        var options = new HypervisorOptions { Uri = daemon.Uri, CallTimeout = TimeSpan.FromSeconds(5), KeepAliveInterval = 1, KeepAliveCount = 2 };
        using var hypervisor = LibvirtHypervisor.Create(options, new LogLines());
        using var other = LibvirtHypervisor.Create(options, new LogLines());
        var heard = new ConcurrentQueue<HostEvent>();
        hypervisor.HostChanged += heard.Enqueue;
        using var watch = hypervisor.Watch();
        Eventually.True(() => heard.OfType<ConnectionEvent>().Any(e => e.IsThere), "the connection");

        var guest = other.ListGuests()[0].Uuid;
        other.Pause(guest);
        Eventually.True(() => heard.OfType<GuestEvent>().Any(e => e.Uuid == guest && e.Kind == GuestEventKind.Suspended), "the first event");

        heard.Clear();
        daemon.Kill();
        Eventually.True(() => heard.OfType<ConnectionEvent>().Any(e => !e.IsThere), "word of the loss");
        daemon.Restart();
        Eventually.True(() => heard.OfType<ConnectionEvent>().Any(e => e.IsThere), "word of the return");
        Eventually.True(() => Paused(other, other.ListGuests()[0].Uuid), "the other's connection");
        Eventually.True(() => heard.OfType<GuestEvent>().Any(e => e.Kind == GuestEventKind.Suspended), "an event after the restart");
    }

    private static bool Paused(LibvirtHypervisor hypervisor, Guid guest)
    {
        try
        {
            hypervisor.Pause(guest);
            return true;
        }
        catch (HypervisorException)
        {
            return false;
        }
    }
}
