using System.Net;

namespace Xen.Cim.Server.Tests;

public class CommandLineTests
{
    [Fact]
    public async Task DefaultsAreTheLoopbackAddressAndTheSimulatedHost()
    {
        var options = await ParseAsync();

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 5988), options!.Listen);
        Assert.Equal(TimeSpan.FromSeconds(60), options.Deadline);
        Assert.Equal(64L * 1024 * 1024, options.MaxRequestSize);
        Assert.False(options.NeedsPassword);
        Assert.True(File.Exists(options.Connect["test://".Length..]), options.Connect);
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
    [InlineData("--schema", "/no/such/folder")]
    [InlineData("--registration", "/no/such/file")]
    [InlineData("--user", "a:b")]
    [InlineData("--deadline", "0")]
    [InlineData("--max-request-mib", "100000")]
    [InlineData("--nonsense")]
    public async Task AWrongOptionIsRefused(params string[] arguments) => Assert.Null(await ParseAsync(arguments));

    [Theory]
    [InlineData("[::1]:15988")]
    [InlineData("localhost:15988")]
    public async Task LoopbackHasSeveralNames(string listen) => Assert.True(IPAddress.IsLoopback((await ParseAsync("--listen", listen, "--no-auth"))!.Listen.Address));

    private static async Task<ServerOptions?> ParseAsync(params string[] arguments)
    {
        ServerOptions? parsed = null;
        var command = CommandLine.Create((options, _) =>
        {
            parsed = options;
            return Task.FromResult(0);
        }, connection: null);
        using var discarded = new StringWriter();
        var code = await command.Parse(arguments).InvokeAsync(new() { Output = discarded, Error = discarded }, TestContext.Current.CancellationToken);
        Assert.Equal(parsed is null, code != 0);
        return parsed;
    }
}
