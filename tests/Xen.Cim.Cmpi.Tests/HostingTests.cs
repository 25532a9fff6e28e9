using Xen.Cim.Hypervisor.Tests;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>What a CIM server that loads libXenCim.so keeps: its signals, children, limits, files, locale, and its end.</summary>
public sealed class HostingTests(NativeHost host) : IClassFixture<NativeHost>
{
    // BUS, FPE, SEGV and the first real-time signal are what the runtime cannot work without.
    private static readonly string[] s_runtimesSignals = ["7", "8", "11", "34"];

    [Fact]
    public void Everything_is_as_before_after_the_first_request_and_the_thousandth()
    {
        var run = host.Run("host", ["-n", "1000", "-t", "4", NativeHost.Library], ("LC_ALL", "C.UTF-8"));

        Assert.Equal(("0", "1000", "0", "0"), (run["answerrc"], run["served"], run["failed"], run["attached"]));
        Assert.Equal([.. s_runtimesSignals, .. s_runtimesSignals], run.All("signal"));
        Assert.Empty(run.All("changed"));
        Assert.Empty(run.All("closed"));
        Assert.Empty(run.All("leaks"));
        Assert.Equal("1", run["terminated"]);
        // The server's own children are the server's to wait for.
        Assert.Equal(("50 of 50", "1"), (run["children"], run["SIGCHLD"]));
    }

    [Fact]
    public void Ten_thousand_requests_are_served_on_sixteen_threads_with_small_stacks()
    {
        var run = host.Run("host", ["-s", "128", "-n", "10000", "-t", "16", NativeHost.Library]);

        Assert.Equal((0, "10000", "0", "0"), (run.ExitCode, run["served"], run["failed"], run["attached"]));
        Assert.Equal([.. s_runtimesSignals, .. s_runtimesSignals], run.All("signal"));
        Assert.Empty(run.All("changed"));
    }

    [Fact]
    public void Limits_are_not_raised_and_nothing_is_left_in_the_folder_for_temporary_files()
    {
        var temporary = Directory.CreateDirectory(Path.Combine(host.Folder, "tmp")).FullName;

        var run = host.Run("limited", [NativeHost.Library], ("TMPDIR", temporary));

        Assert.Equal(("0", "256"), (run["answerrc"], run["files"]));
        Assert.Equal("0", run["inTmp"]);
        Assert.Equal("137", run["killed"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
    }

    [Fact]
    public void The_connection_to_a_daemon_is_closed_on_exec_too()
    {
        using var daemon = Daemon.StartOrSkip();

        var run = host.Run("host", ["-n", "100", "-t", "4", NativeHost.Library], ("XEN_CIM_CONNECT", daemon.Uri));

        Assert.Equal(("0", "0"), (run["answerrc"], run["failed"]));
        Assert.Empty(run.All("leaks"));
        Assert.Empty(run.All("changed"));
        Assert.Equal([.. s_runtimesSignals, .. s_runtimesSignals], run.All("signal"));
    }

    [Theory]
    [InlineData("tr_TR.UTF-8")]
    [InlineData("de_DE.UTF-8")]
    public void Answers_are_the_same_in_every_locale(string locale)
    {
        string[] arguments = ["-l", "-d", NativeHost.Library];
        string[] known = [.. Values(host.Run("host", arguments, ("LC_ALL", "C")))];

        // LANGUAGE and the runtime's own idea of a culture follow the name, whether or not the C library has the locale.
        var run = host.Run("host", arguments, ("LC_ALL", locale), ("LANGUAGE", locale), ("LANG", locale));

        Assert.NotEmpty(known);
        Assert.Equal(known, Values(run));
        Assert.Empty(run.All("changed"));

        static IEnumerable<string> Values(HostRun run) => run.All("property").Concat(run.All("key"));
    }

    [Fact]
    public void A_hypervisor_that_hangs_up_does_not_end_the_server_by_SIGPIPE()
    {
        var socket = Path.Combine(host.Folder, "hangs-up");

        var run = host.Run("pipe", [NativeHost.Library, socket], ("XEN_CIM_CONNECT", $"test+unix:///default?socket={socket}"));

        Assert.Equal((0, "10", "1"), (run.ExitCode, run["failed"], run["default"]));
    }

    [Fact]
    public void A_forked_child_goes_its_own_way_and_is_told_that_the_provider_is_not_there()
    {
        var run = host.Run("fork", [NativeHost.Library]);

        Assert.Equal((0, "0", "0"), (run.ExitCode, run["first"], run["last"]));
        foreach (var (child, code) in new[] { ("_exit", "3"), ("exec", "4"), ("own", "5"), ("provider", "6"), ("factory", "7"), ("again", "8") })
            Assert.Equal((child, string.Join(' ', Enumerable.Repeat(code, 5))), (child, string.Join(' ', run.All(child))));
        // What the server registered with atexit ran in each child that ended by exit.
        Assert.Equal("20", run["exits"]);
    }

    [Theory]
    [InlineData("exit", 7)]
    [InlineData("_exit", 7)]
    [InlineData("quick_exit", 7)]
    [InlineData("return", 7)]
    [InlineData("handler", 7)]
    [InlineData("killed", 128 + 15)]
    [InlineData("detached", 7)]
    [InlineData("abandoned", 7)]
    [InlineData("cleaned", 7)]
    [InlineData("closed", 7)]
    public void The_server_ends_in_its_own_way_at_once(string how, int code)
    {
        for (var i = 0; i < 3; i++)
        {
            var begin = System.Diagnostics.Stopwatch.StartNew();

            Assert.Equal(code, host.Run("exit", [NativeHost.Library, how]).ExitCode);

            // Loading and the first answer included.
            Assert.InRange(begin.Elapsed.TotalSeconds, 0, 15);
        }
    }

    [Fact]
    public void An_idle_provider_gives_everything_back_and_starts_again()
    {
        using var daemon = Daemon.StartOrSkip();

        var run = host.Run("unload", [NativeHost.Library, "100"], ("XEN_CIM_CONNECT", daemon.Uri));

        Assert.Equal((0, "0"), (run.ExitCode, run["failed"]));
        Assert.True(run.Number("names") >= 1000, run.Output);
        Assert.True(run.Number("busy-sockets") > run.Number("fresh-sockets"), run.Output);
        // syslog's socket stays.
        Assert.InRange(run.Number("idle-sockets"), 0, run.Number("fresh-sockets") + 1);
        // An assembly that is needed late stays open; eighty rounds that each leave something behind would be more.
        AssertFlat(run, "idle-files", 8);
        AssertFlat(run, "idle-threads", 2);
        AssertFlat(run, "idle-rss", 4096);
    }

    /// <summary>Nothing grew between the twentieth round and the hundredth.</summary>
    private static void AssertFlat(HostRun run, string name, long allowed)
    {
        var values = run.All(name).Select(v => long.Parse(v, null)).ToList();
        Assert.True(values[^1] - values[0] <= allowed, $"{name} went from {values[0]} to {values[^1]}");
    }
}
