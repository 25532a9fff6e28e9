using System.Net;

namespace Xen.Cim.Server.Tests;

public class CommandLineTests
{
    [Fact]
    public async Task DefaultsAreTheLoopbackAddressAndThisXenHost()
    {
        var options = await ParseAsync();

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 5988), options!.Listen);
        Assert.Equal(TimeSpan.FromSeconds(60), options.Deadline);
        Assert.Equal(64L * 1024 * 1024, options.MaxRequestSize);
        Assert.Equal("xen:///system", options.Connect);
        Assert.True(options.NeedsPassword);
        Assert.True(File.Exists(ServerOptions.SimulatedHost["test://".Length..]), ServerOptions.SimulatedHost);
    }

    [Theory]
    [InlineData("xen:///system", true)]
    [InlineData("qemu:///system", true)]
    [InlineData("test+unix:///default?socket=/tmp/s", true)]
    [InlineData("test://elsewhere/default", true)]
    [InlineData("test:///default", false)]
    public async Task APasswordIsNeededForEveryConnectionThatIsNotSimulated(string uri, bool needed)
    {
        Assert.Equal(needed, (await ParseAsync("--connect", uri))!.NeedsPassword);
        Assert.False((await ParseAsync("--connect", uri, "--no-auth"))!.NeedsPassword);
    }

    [Theory]
    [InlineData("--listen", "5988")]
    [InlineData("--listen", "somewhere")]
    [InlineData("--listen", "0.0.0.0:5988", "--no-auth")]
    [InlineData("--listen", "192.0.2.1:5988", "--no-auth")]
    [InlineData("--listen-tls", "5989")]
    [InlineData("--listen-tls", "0.0.0.0:5989", "--no-auth")]
    [InlineData("--schema", "/no/such/folder")]
    [InlineData("--registration", "/no/such/file")]
    [InlineData("--user", "a:b")]
    [InlineData("--deadline", "0")]
    [InlineData("--max-request-mib", "100000")]
    [InlineData("--nonsense")]
    public async Task AWrongOptionIsRefused(params string[] arguments) => Assert.Null(await ParseAsync(arguments));

    [Theory]
    [InlineData("--listen", "0.0.0.0:15988")]
    [InlineData("--listen-tls", "[::]:15989")]
    public async Task ASimulatedHostNeedsAPasswordWhereOthersReachIt(params string[] listen) =>
        Assert.True((await ParseAsync(["--connect", "test:///default", .. listen]))!.NeedsPassword);

    [Fact]
    public async Task AnInstalledServerAtTheUsualPortServesTlsToo()
    {
        static string? Service(string name) => name == "STATE_DIRECTORY" ? "/var/lib/here" : null;
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 5989), (await ParseAsync(Service))!.ListenTls);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 5989), (await ParseAsync(Service, "--listen", "[::]:5988"))!.ListenTls);
        Assert.Null((await ParseAsync(Service, "--listen", "127.0.0.1:15988"))!.ListenTls);
        Assert.Null((await ParseAsync())!.ListenTls);
        using var file = new TemporaryFile("listen_tls = none\n");
        Assert.Null((await ParseAsync("--config", file.Path))!.ListenTls);
        Assert.Equal(15989, (await ParseAsync("--config", file.Path, "--listen-tls", "127.0.0.1:15989"))!.ListenTls!.Port);
    }

    [Theory]
    [InlineData("[::1]:15988")]
    [InlineData("localhost:15988")]
    public async Task LoopbackHasSeveralNames(string listen) => Assert.True(IPAddress.IsLoopback((await ParseAsync("--listen", listen, "--no-auth"))!.Listen.Address));

    [Fact]
    public async Task TheCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile()
    {
        using var file = new TemporaryFile("connection = xen+tcp://file/system\nlisten = 127.0.0.1:15988\nuser = filed\nrequest_deadline = 5\n");
        var inFile = await ParseAsync("--config", file.Path);
        Assert.Equal(("xen+tcp://file/system", 15988, "filed", TimeSpan.FromSeconds(5)), (inFile!.Connect, inFile.Listen.Port, inFile.User, inFile.Deadline));
        Assert.Equal(file.Path, inFile.ConfigurationFile);

        string? Environment(string name) => name switch { "XEN_CIM_CONF" => file.Path, "XEN_CIM_CONNECT" => "xen+tcp://environment/system", _ => null };
        var inEnvironment = await ParseAsync(Environment);
        Assert.Equal(("xen+tcp://environment/system", 15988), (inEnvironment!.Connect, inEnvironment.Listen.Port));

        var onCommandLine = await ParseAsync(Environment, "--connect", "qemu:///system", "--listen", "127.0.0.1:25988", "--user", "typed", "--deadline", "7");
        Assert.Equal(("qemu:///system", 25988, "typed", TimeSpan.FromSeconds(7)),
            (onCommandLine!.Connect, onCommandLine.Listen.Port, onCommandLine.User, onCommandLine.Deadline));
    }

    [Fact]
    public async Task TheInstalledFileIsReadWhenNoneIsNamed()
    {
        using var file = new TemporaryFile("user = installed\n");
        Assert.Equal(("installed", file.Path), (ServerConfiguration.Load(null, _ => null, file.Path).User, ServerConfiguration.Load(null, _ => null, file.Path).ConfigurationFile));
        Assert.Equal((ServerOptions.DefaultUser, null), ((await ParseAsync())!.User, (await ParseAsync())!.ConfigurationFile));
    }

    [Fact]
    public async Task AnAddressFromTheFileIsNoWayAroundThePassword()
    {
        using var file = new TemporaryFile("listen = 0.0.0.0:5988\n");
        Assert.Null(await ParseAsync("--config", file.Path, "--no-auth"));
    }

    private static Task<ServerOptions?> ParseAsync(params string[] arguments) => ParseAsync(_ => null, arguments);

    private static async Task<ServerOptions?> ParseAsync(Func<string, string?> environment, params string[] arguments)
    {
        ServerOptions? parsed = null;
        var command = CommandLine.Create((options, _) =>
        {
            parsed = options;
            return Task.FromResult(0);
        }, environment, installed: "/no/such.conf");
        using var discarded = new StringWriter();
        var code = await command.Parse(arguments).InvokeAsync(new() { Output = discarded, Error = discarded }, TestContext.Current.CancellationToken);
        Assert.Equal(parsed is null, code != 0);
        return parsed;
    }
}
