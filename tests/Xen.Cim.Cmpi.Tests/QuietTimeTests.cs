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

        new UnusedMemory().GiveBack();

        Assert.True(Resident() < before, $"{before} KiB of the compiler before, {Resident()} KiB after");
        Assert.Equal("<a><b>c</b></a>", new System.Xml.Linq.XElement("a", new System.Xml.Linq.XElement("b", "c")).ToString(System.Xml.Linq.SaveOptions.DisableFormatting));
    }

    [Fact]
    public void Nothing_of_the_servers_is_touched()
    {
        var files = Clean(new UnusedMemory());

        Assert.NotEmpty(files);
        Assert.All(files, l => Assert.DoesNotContain("libc.so", l, StringComparison.Ordinal));
        Assert.All(files, l => Assert.Contains(l.Split(' ')[1], new[] { "r--p", "r-xp" }));
    }

    /// <summary>As libvirt brings glib, gnutls and others.</summary>
    [Fact]
    public void What_comes_with_a_library_is_given_back_with_it()
    {
        var folder = Directory.CreateTempSubdirectory("brought").FullName;
        Compile($"{folder}/libcomes.so", "int comes(void) { return 1; }");
        Compile($"{folder}/libbrings.so", "int comes(void); int brings(void) { return comes(); }", $"-L{folder}", "-lcomes", $"-Wl,-rpath,{folder}");
        var memory = new UnusedMemory();

        memory.Bring($"{folder}/libbrings.so");
        memory.Bring($"{folder}/libnone.so");

        Assert.All(["libcomes.so", "libbrings.so"], library => Assert.Contains(Clean(memory), l => l.EndsWith($"{folder}/{library}", StringComparison.Ordinal)));
        Assert.DoesNotContain(Clean(memory), l => l.Contains("libc.so", StringComparison.Ordinal));
        Assert.DoesNotContain(Clean(new UnusedMemory()), l => l.Contains(folder, StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    private static void Compile(string library, string source, params string[] options)
    {
        File.WriteAllText($"{library}.c", source);
        using var compiler = System.Diagnostics.Process.Start("cc", ["-shared", "-fPIC", "-o", library, $"{library}.c", .. options]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }

    private static List<string> Clean(UnusedMemory memory)
    {
        var clean = memory.CleanPages().Select(p => p.Start).ToHashSet();
        return [.. File.ReadLines("/proc/self/maps").Where(l => clean.Contains(nuint.Parse(l.AsSpan(0, l.IndexOf('-', StringComparison.Ordinal)), System.Globalization.NumberStyles.HexNumber, null)))];
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
