using System.Diagnostics;
using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>What a provider in an agent can do to the server: nothing.</summary>
public sealed class AgentTests(NativeLibraries libraries) : IDisposable
{
    // Only a test that fails waits so long.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly BrokerFixture _broker = new(libraries, o => o with { Grace = TimeSpan.FromSeconds(0.5), Idle = TimeSpan.FromMinutes(1) });

    private IProvider Misbehave => _broker.Loader.Load("Misbehave", "Misbehave");

    private CimRequest Request => _broker.Request;

    [Fact]
    public void A_library_has_a_process_of_its_own_and_keeps_it()
    {
        var process = Invoke("Pid");

        Assert.NotEqual((uint)Environment.ProcessId, process);
        Assert.Equal(process, Invoke("Pid"));
        Assert.Equal((uint)_broker.Agents!.ProcessOf("Misbehave")!, process);
        Assert.Equal("", _broker.Invoke("Strings"));
        Assert.NotEqual(_broker.Agents.ProcessOf("Exercise"), _broker.Agents.ProcessOf("Misbehave"));
    }

    [Theory]
    [InlineData("Crash", "signal 11 (SIGSEGV)")]
    [InlineData("Abort", "signal 6 (SIGABRT)")]
    [InlineData("Exit", "exit code 7")]
    [InlineData("CloseEverything", "")]
    [InlineData("WriteEverywhere", "")]
    public void A_provider_that_ends_its_process_fails_the_call_and_the_next_one_starts_it_again(string method, string reason)
    {
        var before = Invoke("Pid");

        var failed = Assert.Throws<CimException>(() => Invoke(method));

        Assert.Equal(CimStatus.Failed, failed.Status);
        Assert.Contains("Misbehave", failed.Message);
        Assert.Contains(reason, failed.Message);
        var after = Invoke("Pid");
        Assert.NotEqual(before, after);
        Assert.False(Directory.Exists($"/proc/{before}"), "the old process is still there");
    }

    [Fact]
    public async Task A_crash_fails_the_calls_of_its_library_only()
    {
        Assert.Equal("", _broker.Invoke("Strings"));
        var other = Task.Run(() => Enumerable.Range(0, 50).Select(_ => _broker.Invoke("Strings")).ToList());

        Assert.Contains("SIGSEGV", Assert.Throws<CimException>(() => Misbehave.GetInstance(Request, TestClasses.Path(1))).Message);

        Assert.All(await other, answer => Assert.Equal("", answer));
    }

    [Theory]
    [InlineData("Hang")]
    [InlineData("Spin")]
    public void A_call_that_does_not_return_is_answered_at_its_deadline_and_its_process_replaced(string method)
    {
        var before = Invoke("Pid");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var since = Stopwatch.GetTimestamp();

        Assert.Throws<OperationCanceledException>(() => Invoke(method, Request with { Cancellation = deadline.Token }));

        Assert.True(Stopwatch.GetElapsedTime(since) < s_patience);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{before}"), s_patience), "the process that hangs is still there");
        Assert.NotEqual(before, Invoke("Pid"));
    }

    [Fact]
    public async Task Another_call_in_a_process_that_is_replaced_still_gets_its_answer()
    {
        Invoke("Pid");
        var slow = Task.Run(() => Invoke("Slow"));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));

        Assert.Throws<OperationCanceledException>(() => Invoke("Hang", Request with { Cancellation = deadline.Token }));

        Assert.Equal("done", await slow);
    }

    [Fact]
    public void Results_without_end_wait_for_whoever_takes_them_and_end_when_he_gives_up()
    {
        var before = Invoke("Pid");
        var count = 0;
        Assert.Throws<InvalidOperationException>(() => Misbehave.EnumerateInstances(Request, TestClasses.Class("Test_Plain"), instance =>
        {
            if (++count == 1)
                Thread.Sleep(300);
            if (count == 5000)
                throw new InvalidOperationException("enough");
        }));

        Assert.Equal(5000, count);
        Assert.Equal(before, Invoke("Pid"));
    }

    [Theory]
    [InlineData("NullResults", null)]
    [InlineData("WrongTypes", "refused")]
    [InlineData("DoneTwice", "first")]
    [InlineData("ManyResults", "again")]
    [InlineData("Print", "printed")]
    public void What_makes_no_sense_is_refused_or_ignored(string method, string? answer) => Assert.Equal(answer, Invoke(method));

    [Fact]
    public void A_status_with_a_strange_pointer_is_a_status_without_a_message() =>
        Assert.Equal(CimStatus.Failed, Assert.Throws<CimException>(() => Invoke("StrangePointers")).Status);

    [Fact]
    public void A_factory_that_crashes_or_makes_nothing_fails_the_call()
    {
        var stillborn = _broker.Loader.Load("Misbehave", "Stillborn");
        Assert.Contains("SIGSEGV", Assert.Throws<CimException>(() => stillborn.InvokeMethod(Request, TestClasses.Path(1), "Pid", new(), new())).Message);
        var nothing = _broker.Loader.Load("Misbehave", "Nothing");
        Assert.Contains("returned nothing", Assert.Throws<CimException>(() => nothing.InvokeMethod(Request, TestClasses.Path(1), "Pid", new(), new())).Message);
        var hollow = _broker.Loader.Load("Misbehave", "Hollow");
        Assert.Contains("returned nothing", Assert.Throws<CimException>(() => hollow.InvokeMethod(Request, TestClasses.Path(1), "Pid", new(), new())).Message);
        Assert.IsType<uint>(Invoke("Pid"));
    }

    [Fact]
    public void A_function_that_is_missing_in_a_table_is_not_supported() =>
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() => Misbehave.EnumerateInstanceNames(Request, TestClasses.Class("Test_Plain"), _ => { })).Status);

    [Fact]
    public void Subscriptions_go_to_the_process_that_follows_a_crash_as_they_came_to_the_first()
    {
        Subscribe("Test_Base", first: true);
        Subscribe("Test_Base", first: false);
        Subscribe("Test_Everything", first: true);
        ((ICmpiIndications)Misbehave).EnableIndications();
        List<string> Told() => [.. _broker.Log.Lines.Where(l => l.Contains("activated", StringComparison.Ordinal) || l.Contains("enabled", StringComparison.Ordinal))];
        var before = Told();
        Assert.Equal(4, before.Count);

        Assert.Throws<CimException>(() => Invoke("Crash"));

        Assert.True(SpinWait.SpinUntil(() => Told().Count == 8, s_patience), string.Join('\n', Told()));
        Assert.Equal(before, Told().Skip(4));
    }

    [Fact]
    public void A_provider_that_dies_of_its_subscriptions_is_given_them_less_and_less_often()
    {
        var deadly = Path.Combine(libraries.Directory, "deadly");
        Environment.SetEnvironmentVariable("MISBEHAVE_DIE", deadly);
        try
        {
            using var broker = new BrokerFixture(libraries, o => o with { CrashPause = TimeSpan.FromSeconds(0.5) });
            Subscribe("Test_Base", first: true, broker);
            File.WriteAllText(deadly, "");
            Assert.Throws<CimException>(() => Invoke("Crash", broker: broker));
            var since = Stopwatch.StartNew();
            int Starts() => broker.Log.Lines.Count(l => l.Contains("activated", StringComparison.Ordinal)) - 1;
            Assert.True(SpinWait.SpinUntil(() => Starts() > 0, s_patience), "the subscription did not come back");
            Thread.Sleep(3000);
            // At once, then after 0.5 s, 1 s, 2 s …: n times take at least 0.5 s × (2^(n-1) - 1).
            var starts = Starts();
            Assert.True(0.5 * (Math.Pow(2, starts - 1) - 1) <= since.Elapsed.TotalSeconds, $"{starts} times in {since.Elapsed}");

            File.Delete(deadly);
            Assert.IsType<uint>(Invoke("Pid", broker: broker));
            var until = Starts() + 1;
            Assert.True(SpinWait.SpinUntil(() => Starts() >= until, s_patience), "the subscription did not come back");
        }
        finally
        {
            Environment.SetEnvironmentVariable("MISBEHAVE_DIE", null);
            File.Delete(deadly);
        }
    }

    [Fact]
    public void Up_calls_that_come_back_to_the_agent_end_somewhere()
    {
        var depth = 0;
        _broker.Server.Setup(s => s.InvokeMethod(It.IsAny<CimRequest>(), It.IsAny<CimObjectPath>(), "Recurse", It.IsAny<CimArguments>(), It.IsAny<CimArguments>()))
            .Returns((CimRequest request, CimObjectPath path, string method, CimArguments input, CimArguments output) =>
                Interlocked.Increment(ref depth) < 10 ? Misbehave.InvokeMethod(request, path, method, input, output) : "deep");

        Assert.Equal("deep", Invoke("Recurse"));
    }

    [Fact]
    public void The_servers_secrets_are_not_in_an_agents_environment()
    {
        Environment.SetEnvironmentVariable(ServerOptions.PasswordVariable, "secret");
        Environment.SetEnvironmentVariable("XEN_CIM_TEST_SEEN", "seen");
        try
        {
            Assert.Equal("(none)", Variable(ServerOptions.PasswordVariable));
            Assert.Equal("seen", Variable("XEN_CIM_TEST_SEEN"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(ServerOptions.PasswordVariable, null);
            Environment.SetEnvironmentVariable("XEN_CIM_TEST_SEEN", null);
        }
    }

    [Fact]
    public void An_agent_without_work_ends_and_comes_back()
    {
        using var broker = new BrokerFixture(libraries, o => o with { Idle = TimeSpan.FromSeconds(0.3) });
        Assert.Equal("", broker.Invoke("Strings"));
        var process = broker.Agents!.ProcessOf("Exercise");

        Assert.True(SpinWait.SpinUntil(() => broker.Agents.ProcessOf("Exercise") is null, s_patience));
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{process}"), s_patience));

        Assert.Equal("", broker.Invoke("Strings"));
    }

    [Fact]
    public void An_agent_whose_provider_objects_to_its_end_stays()
    {
        Environment.SetEnvironmentVariable("MISBEHAVE_STAY", "1");
        try
        {
            using var broker = new BrokerFixture(libraries, o => o with { Idle = TimeSpan.FromSeconds(0.2) });
            var process = Invoke("Pid", broker: broker);
            Thread.Sleep(1500);

            Assert.Equal(process, Invoke("Pid", broker: broker));
        }
        finally
        {
            Environment.SetEnvironmentVariable("MISBEHAVE_STAY", null);
        }
    }

    [Fact]
    public void A_program_that_cannot_be_started_is_named()
    {
        using var broker = new BrokerFixture(libraries, o => o with { Executable = "/nowhere/agent" });

        Assert.Contains("/nowhere/agent", Assert.Throws<CimException>(() => broker.Invoke("Strings")).Message);
    }

    [Fact]
    public void The_end_of_the_server_ends_its_agents()
    {
        Invoke("Pid");
        var process = _broker.Agents!.ProcessOf("Misbehave");

        _broker.Dispose();

        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    public void Dispose() => _broker.Dispose();

    private void Subscribe(string source, bool first, BrokerFixture? broker = null) =>
        ((ICmpiIndications)(broker ?? _broker).Loader.Load("Misbehave", "Misbehave"))
            .ActivateFilter(Request, "SELECT * FROM CIM_Indication", "WQL", "CIM_Indication", TestClasses.Class(source), first);

    private object? Variable(string name)
    {
        var input = new CimArguments();
        input.Set("Name", CimType.String, false, name);
        return Misbehave.InvokeMethod(Request, TestClasses.Path(1), "Environment", input, new());
    }

    private object? Invoke(string method, CimRequest? request = null, BrokerFixture? broker = null) =>
        (broker ?? _broker).Loader.Load("Misbehave", "Misbehave").InvokeMethod(request ?? Request, TestClasses.Path(1), method, new(), new());
}
