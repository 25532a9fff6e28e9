using Xunit;

namespace Xen.Cim.Server.Tests.Running;

/// <summary>The server leaves the folders that it happens to run in alone.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watch");

    [Fact]
    public async Task No_folder_is_watched()
    {
        // A process of its own: other tests of this one may watch what they like.
        using var server = await ServerProcess.StartAsync(_folder.FullName);
        var files = Directory.EnumerateFiles($"/proc/{server.Id}/fdinfo").ToList();
        Assert.NotEmpty(files);
        // One line for each watch (proc(5)).
        Assert.DoesNotContain(files.SelectMany(Lines), l => l.StartsWith("inotify ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

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
