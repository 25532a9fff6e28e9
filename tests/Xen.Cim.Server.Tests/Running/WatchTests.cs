using Xen.Cim.Server.Tests.Http;
using Xunit;

namespace Xen.Cim.Server.Tests.Running;

/// <summary>The server leaves the folders that it happens to run in alone.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task No_folder_is_watched()
    {
        await using var server = await CimServer.StartAsync(ServerFixture.Options, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, server.EndPoint.Port);
        // One line for each watch (proc(5)).
        Assert.DoesNotContain(Directory.EnumerateFiles("/proc/self/fdinfo").SelectMany(Lines), l => l.StartsWith("inotify ", StringComparison.Ordinal));
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            // It was closed meanwhile.
            return [];
        }
    }
}
