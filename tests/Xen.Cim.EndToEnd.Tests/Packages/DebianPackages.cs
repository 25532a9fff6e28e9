using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Packages;

/// <summary>The Debian packages, built once for all tests of them from what the other tests run too.</summary>
public sealed class DebianPackages : IDisposable
{
    private static readonly TimeSpan s_build = TimeSpan.FromMinutes(5);

    private readonly Lazy<string> _folder = new(Build);

    /// <summary>The packages in the order of their dependencies; skips the test where they cannot be built.</summary>
    public IReadOnlyList<string> OrSkip()
    {
        Assert.SkipWhen(Stage.SourceTree is null, "there is no source tree with packaging in it");
        foreach (var command in (string[])["dpkg-buildpackage", "dh", "dpkg"])
            Assert.SkipUnless(Command.Exists(command), $"{command} is not installed");
        return [.. ((string[])["xen-cim-runtime", "xen-cim", "xen-cim-server"]).Select(p => Assert.Single(Directory.GetFiles(_folder.Value, $"{p}_*.deb")))];
    }

    /// <summary>What lintian reads.</summary>
    public string Changes => Assert.Single(Directory.GetFiles(_folder.Value, "*.changes"));

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            Directory.Delete(_folder.Value, recursive: true);
    }

    private static string Build()
    {
        var folder = Directory.CreateTempSubdirectory("xen-cim-packages").FullName;
        // Quick rather than small.
        var result = Command.Run(s_build, "env", $"XEN_CIM_STAGE={Stage.Folder}", "XEN_CIM_COMPRESSION=-Zgzip -z1",
            Path.Combine(Stage.SourceTree!, "packaging", "build-deb"), "--no-build", "--output", folder);
        Assert.True(result.ExitCode == 0, $"the packages could not be built: {result}");
        return folder;
    }
}
