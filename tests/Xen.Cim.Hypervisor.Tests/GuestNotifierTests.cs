using System.Collections.Concurrent;
using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class GuestNotifierTests
{
    private static GuestEvent Event(int number) => new(Guid.Empty, "guest", GuestEventKind.Started, number);

    [Fact]
    public void Events_come_in_order_and_one_that_hurts_a_listener_is_not_the_last()
    {
        var heard = new ConcurrentQueue<int>();
        var log = new LogLines();
        using var notifier = new GuestNotifier(news =>
        {
            var number = Assert.IsType<GuestEvent>(news).Detail;
            if (number == 3)
                throw new InvalidOperationException();
            heard.Enqueue(number);
        }, log);

        for (var i = 0; i < 100; i++)
            notifier.Post(Event(i));

        Eventually.True(() => heard.Count == 99, "the events");
        Assert.Equal(Enumerable.Range(0, 100).Where(i => i != 3), heard);
        Assert.Contains("listener", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_storm_that_nobody_can_follow_costs_the_oldest_and_says_how_many()
    {
        const int Storm = 50_000;
        var heard = new ConcurrentQueue<int>();
        var log = new LogLines();
        using var wake = new ManualResetEventSlim();
        EventsLost? told = null;
        using var notifier = new GuestNotifier(news =>
        {
            wake.Wait();
            if (news is GuestEvent e)
                heard.Enqueue(e.Detail);
            else
                told = Assert.IsType<EventsLost>(news);
        }, log);

        for (var i = 0; i < Storm; i++)
            notifier.Post(Event(i));
        wake.Set();

        Eventually.True(() => heard.LastOrDefault() == Storm - 1 && !log.Lines.IsEmpty, "the last event");
        Assert.InRange(heard.Count, GuestNotifier.Capacity, GuestNotifier.Capacity + 1);
        Assert.Equal(heard.Order(), heard);
        Eventually.True(() => told is not null, "word of what was lost");
        Assert.Equal(Storm - heard.Count, told!.Count);
        Assert.Contains($"{Storm - heard.Count} guest events", Assert.Single(log.Lines), StringComparison.Ordinal);
    }
}
