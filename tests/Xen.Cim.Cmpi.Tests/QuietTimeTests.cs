namespace Xen.Cim.Cmpi.Tests;

public sealed class QuietTimeTests : IDisposable
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(15);

    private readonly HandTurnedTime _time = new();
    private int _times;

    public void Dispose() => _time.Dispose();

    [Fact]
    public void Memory_goes_back_when_no_request_was_under_way_for_a_while()
    {
        using var quiet = Quiet();
        quiet.Begin();
        quiet.Begin();
        quiet.End();
        _time.Advance(s_quiet * 10);
        Assert.Equal(0, _times);

        quiet.End();
        _time.Advance(s_quiet / 2);
        quiet.Begin();
        quiet.End();
        _time.Advance(s_quiet * 0.9);
        Assert.Equal(0, _times);
        _time.Advance(s_quiet * 0.2);

        Assert.Equal(1, _times);
        _time.Advance(s_between * 10);
        Assert.Equal(1, _times);
    }

    [Fact]
    public void It_does_so_only_now_and_then()
    {
        using var quiet = Quiet();
        for (var second = 0; second < 60; second += 2)
        {
            quiet.Begin();
            quiet.End();
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.InRange(_times, 3, 5);
    }

    [Fact]
    public void What_goes_wrong_meanwhile_is_nobodys_error()
    {
        using var quiet = new QuietTime(s_quiet, s_between, () => throw new InvalidOperationException("not today"), _time);
        quiet.Begin();
        quiet.End();

        _time.Advance(s_quiet * 2);
    }

    [Fact]
    public void Pages_that_only_starting_needed_are_given_back_and_come_again()
    {
        // The compiler's library is in this process, and every page of it that was used is the same as on disk.
        static long Resident() => File.ReadLines("/proc/self/smaps").SkipWhile(l => !l.Contains("libclrjit.so", StringComparison.Ordinal) || !l.Contains("r-xp", StringComparison.Ordinal))
            .First(l => l.StartsWith("Rss:", StringComparison.Ordinal)) is var line ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        var before = Resident();

        UnusedMemory.GiveBack();

        Assert.True(Resident() < before, $"{before} KiB of the compiler before, {Resident()} KiB after");
        Assert.Equal("<a><b>c</b></a>", new System.Xml.Linq.XElement("a", new System.Xml.Linq.XElement("b", "c")).ToString(System.Xml.Linq.SaveOptions.DisableFormatting));
    }

    [Fact]
    public void Nothing_of_the_servers_is_touched()
    {
        var ours = UnusedMemory.CleanPages().Select(p => p.Start).ToHashSet();

        Assert.NotEmpty(ours);
        var files = File.ReadLines("/proc/self/maps").Where(l => ours.Contains(nuint.Parse(l.AsSpan(0, l.IndexOf('-', StringComparison.Ordinal)), System.Globalization.NumberStyles.HexNumber, null))).ToList();
        Assert.All(files, l => Assert.DoesNotContain("libc.so", l, StringComparison.Ordinal));
        Assert.All(files, l => Assert.Contains(l.Split(' ')[1], new[] { "r--p", "r-xp" }));
    }

    private QuietTime Quiet() => new(s_quiet, s_between, () => _times++, _time);

    /// <summary>Time that goes on when it is told to, and the one timer in it.</summary>
    private sealed class HandTurnedTime : TimeProvider, ITimer
    {
        private TimeSpan _now = TimeSpan.FromHours(1);
        private TimeSpan? _due;
        private TimerCallback? _callback;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : _now + dueTime;
            return true;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            if (_due <= _now)
            {
                _due = null;
                _callback!(null);
            }
        }

        public void Dispose() => _due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
