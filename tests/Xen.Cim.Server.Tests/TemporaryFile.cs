namespace Xen.Cim.Server.Tests;

/// <summary>A file in a folder of its own.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim");

    public TemporaryFile(string? content = null)
    {
        if (content is not null)
            File.WriteAllText(Path, content);
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "file");

    public void Dispose() => _folder.Delete(recursive: true);
}
