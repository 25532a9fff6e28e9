using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Packages;

/// <summary>A clean Debian system in a folder of its own; its commands run in it, and it goes with the test.</summary>
public sealed class PackageRoot : IDisposable
{
    private const int CannotBeHad = 3;

    // Where the archive has to be made first.
    private static readonly TimeSpan s_make = TimeSpan.FromMinutes(8);

    /// <summary>Where packages, and the package manager itself, put files.</summary>
    private static readonly string[] s_places = ["etc", "usr", "opt", "srv", "var/lib", "var/cache"];

    /// <summary>What dpkg and systemd write for themselves, whichever package comes and goes.</summary>
    private static readonly string[] s_bookkeeping =
        ["var/lib/dpkg/", "var/cache/", "var/lib/systemd/", "etc/ld.so.cache", "etc/passwd", "etc/shadow", "etc/group", "etc/gshadow", "etc/subuid", "etc/subgid", "etc/.pwd.lock", "etc/machine-id"];

    private Process? _system;

    private PackageRoot(string folder) => Folder = folder;

    public string Folder { get; }

    private static string Scripts => Path.Combine(Stage.SourceTree!, "tests", "package-root");

    /// <summary>Unpacks a system; skips the test where there can be none.</summary>
    public static PackageRoot OrSkip()
    {
        Assert.SkipWhen(Stage.SourceTree is null, "there is no source tree with the script that makes a clean root");
        var made = Command.Run(s_make, Path.Combine(Scripts, "make"));
        Assert.SkipWhen(made.ExitCode == CannotBeHad, made.Errors.TrimEnd('\n').Split('\n')[^1]);
        Assert.True(made.ExitCode == 0, $"no clean root: {made}");
        // Not on a tmpfs: it takes 250 MB.
        var root = new PackageRoot(Directory.CreateDirectory($"/var/tmp/xen-cim-root-{Guid.NewGuid():N}").FullName);
        try
        {
            var unpacked = Command.Run("tar", "-C", root.Folder, "--exclude=./dev/*", "--numeric-owner", "-xf", made.Lines[^1]);
            Assert.True(unpacked.ExitCode == 0, $"the root could not be unpacked: {unpacked}");
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>A file's place as it is from outside.</summary>
    public string At(string path) => Folder + path;

    /// <summary>Runs a command in the root, which has to succeed: in the booted system, or else with nothing running around it.</summary>
    public CommandResult Run(string command, params IEnumerable<string> arguments)
    {
        var result = _system is null ? Command.Run("unshare", [.. Enter(), command, .. arguments])
            : Command.Run("nsenter", [.. Join(), "--root", "--wd", command, .. arguments]);
        Assert.True(result.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: {result}");
        return result;
    }

    /// <summary>Starts a command in the root and leaves it running.</summary>
    public Process Start(IEnumerable<string> command) =>
        Process.Start(new ProcessStartInfo("unshare", [.. Enter(), .. command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Boots the system; skips the test where that cannot be.</summary>
    public void BootOrSkip()
    {
        _system = Process.Start(new ProcessStartInfo(Path.Combine(Scripts, "boot"), [Folder]) { RedirectStandardError = true })!;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (_system.HasExited)
                Assert.Skip($"systemd cannot be started in namespaces here: {_system.StandardError.ReadToEnd().Trim()}");
            if (Init() is not null && Command.Run("nsenter", [.. Join(), "--root", "systemctl", "is-active", "multi-user.target"]).Output.Trim() == "active")
                return;
            Thread.Sleep(200);
        }
        Assert.Skip("systemd was started in namespaces of its own, and did not come up in 60 s");
    }

    /// <summary>Runs a command of this machine that sees the network of the booted system, and otherwise this machine.</summary>
    public CommandResult RunBeside(string command, params IEnumerable<string> arguments) => Command.Run("nsenter", [$"--target={Init()}", "--net", command, .. arguments]);

    /// <summary>All files and folders that packages bring.</summary>
    public HashSet<string> Files() => [.. s_places.Select(p => Path.Combine(Folder, p)).Where(Directory.Exists)
        .SelectMany(p => Directory.EnumerateFileSystemEntries(p, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        .Select(f => f[(Folder.Length + 1)..]).Where(f => !s_bookkeeping.Any(b => f.StartsWith(b, StringComparison.Ordinal)))];

    public void Dispose()
    {
        if (_system is { HasExited: false })
        {
            _system.Send(Signals.Terminate);
            if (!_system.WaitForExit(TimeSpan.FromSeconds(20)))
                _system.Kill(entireProcessTree: true);
        }
        _system?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // Mounts are gone with the last process.
    private string[] Enter() => ["--mount", "--propagation=private", "bash", "-euc",
        """root=$1; shift; mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; exec chroot "$root" "$@" """, "enter", Folder];

    private string[] Join() => [$"--target={Init()}", "--mount", "--pid", "--uts", "--ipc", "--net"];

    /// <summary>The system's process 1 as it is numbered here: the child of unshare, which is the script's.</summary>
    private string? Init()
    {
        var unshare = Child(_system!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return unshare is null ? null : Child(unshare);
    }

    private static string? Child(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
