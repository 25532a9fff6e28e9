using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>A shared simulated host behind a libvirtd: other clients, lost connections, a daemon that hangs.</summary>
public sealed class DaemonTests
{
    private const string Guest = "test";

    internal static HypervisorOptions Quick(string uri) => new()
    {
        Uri = uri,
        CallTimeout = TimeSpan.FromSeconds(2),
        LongCallTimeout = TimeSpan.FromSeconds(4),
        KeepAliveInterval = 1,
        KeepAliveCount = 2,
    };

    [Fact]
    public void Nothing_is_connected_before_the_first_call()
    {
        using var daemon = Daemon.StartOrSkip();
        daemon.Kill();
        var log = new LogLines();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), log);
        Assert.Equal(HypervisorDriver.Test, hypervisor.Driver);

        var error = Assert.Throws<HypervisorException>(hypervisor.ListGuests);

        Assert.Equal(HypervisorError.Disconnected, error.Error);
        Assert.Contains(daemon.Uri, error.Message, StringComparison.Ordinal);
        Assert.Contains("Failed to connect socket", error.Message, StringComparison.Ordinal);
        daemon.Restart();
        Eventually.True(() => Succeeds(hypervisor), "the connection after the daemon's start");
        Assert.Equal(Guest, Assert.Single(hypervisor.ListGuests()).Name);
    }

    [Fact]
    public void A_query_does_not_notice_that_the_daemon_was_restarted()
    {
        using var daemon = Daemon.StartOrSkip();
        var log = new LogLines();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), log);
        hypervisor.ListGuests();

        daemon.Kill();
        daemon.Restart();

        Assert.Single(hypervisor.ListGuests());
        Assert.Single(log.Lines, line => line.Contains("Lost the inventory connection", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("is there again", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_is_not_done_twice_but_the_next_one_works()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        hypervisor.Pause(uuid);

        daemon.Kill();
        daemon.Restart();

        // A connection that is known to be closed is replaced before the change; else the change fails.
        try
        {
            hypervisor.Pause(uuid);
        }
        catch (HypervisorException e)
        {
            Assert.Equal(HypervisorError.Disconnected, e.Error);
            hypervisor.Pause(uuid);
        }
        Assert.Equal(GuestState.Paused, hypervisor.FindGuest(uuid)!.State);
    }

    [Fact]
    public void A_daemon_that_is_gone_is_named_once_in_the_log()
    {
        using var daemon = Daemon.StartOrSkip();
        var log = new LogLines();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), log);
        hypervisor.ListGuests();
        daemon.Kill();

        for (var i = 0; i < 20; i++)
            Assert.Equal(HypervisorError.Disconnected, Assert.Throws<HypervisorException>(hypervisor.ListGuests).Error);

        Assert.Equal(2, log.Lines.Count);
    }

    [Fact]
    public void Who_does_not_answer_how_far_a_guest_is_is_asked_once()
    {
        using var daemon = Daemon.StartOrSkip();
        // Sooner than keepalive takes the connection away.
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri) with { CallTimeout = TimeSpan.FromSeconds(1), KeepAliveInterval = 5 }, new LogLines());
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        daemon.Freeze();
        Assert.Equal(HypervisorError.Timeout, Assert.Throws<HypervisorException>(() => hypervisor.ReadJobPercent(uuid)).Error);
        // libvirt still has the call, and a second one would take another connection.
        for (var i = 0; i < 20; i++)
            Assert.Null(hypervisor.ReadJobPercent(uuid));
        Assert.Equal(1, hypervisor.Threads.Abandoned);
        daemon.Thaw();
        Eventually.True(() => hypervisor.Threads.Abandoned == 0 && Succeeds(hypervisor), "the end of the call that was left");
        Assert.Null(hypervisor.ReadJobPercent(uuid));
    }

    [Fact]
    public void A_daemon_that_hangs_costs_no_more_than_the_deadline()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        hypervisor.SetAutostart(uuid, false);
        daemon.Freeze();

        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            var error = Assert.Throws<HypervisorException>(hypervisor.ListGuests);
            Assert.Contains(error.Error, (HypervisorError[])[HypervisorError.Timeout, HypervisorError.Disconnected]);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3);
        }
        // A change of a guest that hangs keeps the guest's lock: nobody else may write between its two calls.
        var first = Assert.Throws<HypervisorException>(() => hypervisor.ChangeDefinition(uuid, d => d.Title = "x"));
        Assert.Contains(first.Error, (HypervisorError[])[HypervisorError.Timeout, HypervisorError.Disconnected]);

        daemon.Thaw();
        Eventually.True(() => Succeeds(hypervisor), "the answer of the daemon that was let go");
        Eventually.True(() => hypervisor.Threads.Abandoned == 0, "the end of the calls that were left");
        Assert.True(hypervisor.ChangeDefinition(uuid, d => d.Title = "y"));
        Assert.Equal(0, hypervisor.Locks.Count);
        Assert.InRange(hypervisor.Threads.Count, 0, 8);
    }

    [Fact]
    public void Many_callers_of_a_hanging_daemon_do_not_make_threads_without_bound()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri) with { MaxThreads = 4, CallTimeout = TimeSpan.FromSeconds(1), KeepAliveInterval = 0 }, new LogLines());
        hypervisor.ListGuests();
        daemon.Freeze();

        var errors = new ConcurrentBag<HypervisorError>();
        var callers = Enumerable.Range(0, 24).Select(_ => new Thread(() =>
        {
            try
            {
                hypervisor.ListGuests();
            }
            catch (HypervisorException e)
            {
                errors.Add(e.Error);
            }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        Assert.All(callers, caller => Assert.True(caller.Join(TimeSpan.FromSeconds(10))));

        Assert.Equal(24, errors.Count);
        Assert.All(errors, error => Assert.Contains(error, (HypervisorError[])[HypervisorError.Timeout, HypervisorError.Busy, HypervisorError.Disconnected]));
        Assert.InRange(hypervisor.Threads.Count, 1, 4);
        daemon.Thaw();
        Eventually.True(() => Succeeds(hypervisor), "the answer of the daemon that was let go");
    }

    [Fact]
    public void What_others_do_is_told_within_a_tenth_of_a_second()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
        using var other = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
        var events = new ConcurrentQueue<(GuestEvent Event, long At)>();
        hypervisor.GuestChanged += news => events.Enqueue((news, Stopwatch.GetTimestamp()));
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        // The connection for changes is made by the first one; that is not the event's time.
        other.SetAutostart(uuid, false);

        var began = Stopwatch.GetTimestamp();
        other.Pause(uuid);
        Eventually.True(() => !events.IsEmpty, "the event");

        Assert.True(events.TryDequeue(out var first));
        Assert.Equal((uuid, Guest, GuestEventKind.Suspended), (first.Event.Uuid, first.Event.Name, first.Event.Kind));
        Assert.InRange(Stopwatch.GetElapsedTime(began, first.At).TotalMilliseconds, 0, 500);
        Assert.Equal(GuestState.Paused, hypervisor.FindGuest(uuid)!.State);
        other.Resume(uuid);
        other.Destroy(uuid);
        other.Start(uuid);
        Eventually.True(() => events.Count == 3, "the other events");
        Assert.Equal([GuestEventKind.Resumed, GuestEventKind.Stopped, GuestEventKind.Started], events.Select(e => e.Event.Kind));
    }

    [Fact]
    public void Events_go_on_after_the_daemon_came_back()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
        var events = new ConcurrentQueue<GuestEvent>();
        hypervisor.GuestChanged += events.Enqueue;
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        daemon.Kill();
        daemon.Restart();
        hypervisor.ListGuests();

        hypervisor.Pause(uuid);

        Eventually.True(() => events.Any(e => e.Kind == GuestEventKind.Suspended), "the event");
    }

    [Fact]
    public void A_listener_that_sleeps_holds_up_nobody()
    {
        using var daemon = Daemon.StartOrSkip();
        var log = new LogLines();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), log);
        using var wake = new ManualResetEventSlim();
        var heard = 0;
        hypervisor.GuestChanged += _ =>
        {
            wake.Wait();
            Interlocked.Increment(ref heard);
        };
        var uuid = hypervisor.FindGuest(Guest)!.Uuid;
        for (var i = 0; i < 300; i++)
        {
            hypervisor.Pause(uuid);
            hypervisor.Resume(uuid);
        }
        Assert.Equal(GuestState.Running, hypervisor.FindGuest(uuid)!.State);
        wake.Set();
        Eventually.True(() => heard == 600, "all events");
    }

    [Fact]
    public void Nothing_is_left_open()
    {
        using var daemon = Daemon.StartOrSkip();
        using (var first = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines()))
            first.ListGuests();
        var before = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        for (var i = 0; i < 30; i++)
        {
            using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri), new LogLines());
            var uuid = hypervisor.ListGuests()[0].Uuid;
            hypervisor.GetDefinition(uuid, ConfigurationKind.Defined);
            hypervisor.ChangeDefinition(uuid, d => d.Title = $"round {i}");
            hypervisor.GetHost();
            hypervisor.ListStoragePools();
        }
        Eventually.True(() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() <= before + 3, "the descriptors are closed");
    }

    [Fact]
    public void A_slow_daemon_is_waited_for()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(Quick(daemon.Uri) with { CallTimeout = TimeSpan.FromSeconds(20), KeepAliveInterval = 5 }, new LogLines());
        Assert.Single(hypervisor.ListGuests());
        using var end = new ManualResetEventSlim();
        var brake = new Thread(() =>
        {
            // A fifth of its speed, in pieces.
            while (!end.Wait(20))
            {
                daemon.Freeze();
                Thread.Sleep(80);
                daemon.Thaw();
            }
        });
        brake.Start();
        try
        {
            for (var i = 0; i < 10; i++)
            {
                var guest = Assert.Single(hypervisor.ListGuests());
                Assert.Equal(Guest, hypervisor.GetDefinition(guest.Uuid, ConfigurationKind.State)!.Name);
            }
        }
        finally
        {
            end.Set();
            brake.Join();
        }
    }

    internal static bool Succeeds(LibvirtHypervisor hypervisor)
    {
        try
        {
            hypervisor.ListGuests();
            return true;
        }
        catch (HypervisorException)
        {
            return false;
        }
    }
}

/// <summary>Keeps what is logged at the level of information and above.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            Lines.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
