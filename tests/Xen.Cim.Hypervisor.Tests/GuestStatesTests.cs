using Libvirt;
using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class GuestStatesTests
{
    private static readonly Guid Guest = Guid.Parse("66666666-0000-4000-8000-000000000001");

    private readonly Clock _clock = new();
    private readonly GuestStates _states;

    public GuestStatesTests() => _states = new GuestStates(TimeSpan.FromSeconds(30), _clock);

    private GuestState Read(DomainState state, int? id, int reason = 0, bool saved = false) =>
        _states.Observe(Guest, new DomainStatus(state, reason), id, saved).State;

    private GuestState Off(DomainShutoffReason reason = DomainShutoffReason.Shutdown) => Read(DomainState.Shutoff, null, (int)reason);

    [Theory]
    [InlineData(DomainState.Running, 3, false, GuestState.Running)]
    [InlineData(DomainState.Blocked, 3, false, GuestState.Running)]
    [InlineData(DomainState.Nostate, 3, false, GuestState.Running)]
    [InlineData(DomainState.Nostate, null, false, GuestState.Unknown)]
    [InlineData(DomainState.Paused, 3, false, GuestState.Paused)]
    [InlineData(DomainState.Shutdown, 3, false, GuestState.ShuttingDown)]
    [InlineData(DomainState.Shutoff, null, false, GuestState.Off)]
    [InlineData(DomainState.Shutoff, null, true, GuestState.Saved)]
    [InlineData(DomainState.Crashed, null, false, GuestState.Crashed)]
    [InlineData(DomainState.PMSuspended, 3, false, GuestState.Asleep)]
    [InlineData((DomainState)99, 3, false, GuestState.Unknown)]
    public void Each_state_of_libvirt_has_a_meaning(DomainState state, int? id, bool saved, GuestState expected) =>
        Assert.Equal(expected, Read(state, id, saved: saved));

    [Fact]
    public void A_guest_that_reboots_is_not_off()
    {
        Assert.Equal(GuestState.Running, Read(DomainState.Running, 5));
        _states.BeginReboot(Guest, 5);
        Assert.Equal(GuestState.Running, Read(DomainState.Running, 5));
        _clock.Pass(2);
        Assert.Equal(GuestState.Rebooting, Off());
        _clock.Pass(5);
        Assert.Equal(GuestState.Rebooting, Off());
        Assert.Equal(GuestEventKind.Rebooted, _states.Heard(Guest, 6, DomainEventType.Started, 0));
        Assert.Null(_states.Heard(Guest, 5, DomainEventType.Stopped, (int)DomainEventStoppedDetail.Shutdown));
        Assert.Equal(GuestState.Running, Read(DomainState.Running, 6));
        // A stop after that is a stop.
        Assert.Equal(GuestEventKind.Stopped, _states.Heard(Guest, 6, DomainEventType.Stopped, (int)DomainEventStoppedDetail.Shutdown));
        Assert.Equal(GuestState.Off, Off());
    }

    [Fact]
    public void Without_events_a_new_id_ends_the_reboot()
    {
        Read(DomainState.Running, 5);
        _states.BeginReboot(Guest, 5);
        Assert.Equal(GuestState.Rebooting, Off());
        Assert.Equal(GuestState.Running, Read(DomainState.Running, 6));
        Assert.Equal(GuestState.Off, Off());
    }

    [Theory]
    [InlineData(DomainShutoffReason.Destroyed)]
    [InlineData(DomainShutoffReason.Crashed)]
    [InlineData(DomainShutoffReason.Failed)]
    [InlineData(DomainShutoffReason.Saved)]
    [InlineData(DomainShutoffReason.Migrated)]
    public void Another_end_is_no_reboot(DomainShutoffReason reason)
    {
        Read(DomainState.Running, 5);
        _states.BeginReboot(Guest, 5);
        Assert.Equal(GuestState.Off, Off(reason));
        Assert.Equal(GuestState.Off, Off());
    }

    [Fact]
    public void A_guest_that_does_not_come_back_is_off_after_a_while()
    {
        Read(DomainState.Running, 5);
        _states.BeginReboot(Guest, 5);
        Assert.Equal(GuestState.Rebooting, Off());
        _clock.Pass(31);
        Assert.Equal(GuestState.Off, Off());
    }

    [Fact]
    public void A_refused_reboot_is_forgotten()
    {
        Read(DomainState.Running, 5);
        _states.BeginReboot(Guest, 5);
        _states.EndReboot(Guest);
        Assert.Equal(GuestState.Off, Off());
    }

    [Fact]
    public void A_reboot_from_within_is_known_by_its_events()
    {
        Read(DomainState.Running, 5);
        _states.Heard(Guest, 5, DomainEventType.Started, 0);
        Assert.Equal(GuestEventKind.Rebooted, _states.Heard(Guest, 6, DomainEventType.Started, 0));
        Assert.Null(_states.Heard(Guest, 5, DomainEventType.Stopped, 0));
    }

    [Fact]
    public void Changes_have_a_time_and_others_have_none()
    {
        Assert.Null(_states.Observe(Guest, new DomainStatus(DomainState.Running, 1), 5, false).ChangedAt);
        _clock.Pass(10);
        Assert.Null(_states.Observe(Guest, new DomainStatus(DomainState.Running, 1), 5, false).ChangedAt);
        _clock.Pass(10);
        Assert.Equal(_clock.GetUtcNow(), _states.Observe(Guest, new DomainStatus(DomainState.Paused, 1), 5, false).ChangedAt);
        _clock.Pass(10);
        _states.Heard(Guest, 5, DomainEventType.Resumed, 0);
        var resumed = _clock.GetUtcNow();
        _clock.Pass(10);
        Assert.Equal(resumed, _states.Observe(Guest, new DomainStatus(DomainState.Running, 1), 5, false).ChangedAt);
    }

    [Fact]
    public void What_was_removed_is_forgotten()
    {
        Read(DomainState.Running, 5);
        _states.Heard(Guest, 5, DomainEventType.Stopped, (int)DomainEventStoppedDetail.Destroyed);
        Assert.Equal(GuestEventKind.Undefined, _states.Heard(Guest, null, DomainEventType.Undefined, 0));
        Assert.Equal(0, _states.Count);
        Read(DomainState.Running, 5);
        _states.Retain([]);
        Assert.Equal(0, _states.Count);
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.Ticks;

        public void Pass(int seconds) => _now = _now.AddSeconds(seconds);
    }
}
