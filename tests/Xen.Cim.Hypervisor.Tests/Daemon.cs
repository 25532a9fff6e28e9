using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>A libvirtd of the test's own, unprivileged, with its own folder and socket; it can be killed, started again and frozen.</summary>
public sealed partial class Daemon : IDisposable
{
    private const int Nobody = 65534;
    private const int KillAtOnce = 9;
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly string _folder = Directory.CreateTempSubdirectory("lvd").FullName;
    private Process _process;

    private Daemon()
    {
        File.WriteAllText(Configuration, $"auth_unix_rw = \"none\"\nkeepalive_interval = -1\nlog_outputs = \"4:file:{_folder}/log\"\n");
        Directory.CreateDirectory(Path.Combine(_folder, "run"));
        if (Environment.IsPrivilegedProcess)
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(_folder).Append(_folder))
                Assert.Equal(0, Chown(path, Nobody, Nobody));
        }
        _process = Launch();
    }

    /// <summary>One simulated host for all its clients.</summary>
    public string Uri => $"test+unix:///default?socket={SocketPath}";

    public string QemuUri => $"qemu+unix:///session?socket={SocketPath}";

    /// <summary>The system's folder for what belongs to QEMU's driver.</summary>
    public string Folder => _folder;

    private string SocketPath => Path.Combine(_folder, "run", "libvirt", "libvirt-sock");

    private string Configuration => Path.Combine(_folder, "libvirtd.conf");

    public static Daemon StartOrSkip()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/libvirtd"), "libvirtd is not installed");
        return new Daemon();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void Restart()
    {
        File.Delete(SocketPath);
        _process = Launch();
    }

    public void Freeze() => Assert.Equal(0, Signal(_process.Id, Stop));

    public void Thaw() => Assert.Equal(0, Signal(_process.Id, Continue));

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
                Kill();
        }
        catch (InvalidOperationException)
        {
            // Killed before.
        }
        EndEmulators();
        Directory.Delete(_folder, recursive: true);
    }

    // Guests outlive the daemon that started them. It writes their processes down as qemu/run/NAME.pid.
    private void EndEmulators()
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "*.pid", SearchOption.AllDirectories))
        {
            if (!int.TryParse(File.ReadAllText(file), out var id) || !File.Exists($"/proc/{id}/cmdline"))
                continue;
            if (File.ReadAllText($"/proc/{id}/cmdline").Contains(_folder, StringComparison.Ordinal))
                _ = Signal(id, KillAtOnce);
        }
    }

    private Process Launch()
    {
        // As root libvirtd would be the system's own; as nobody it keeps to its folder.
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "libvirtd"])
            : new ProcessStartInfo("libvirtd");
        foreach (var argument in (string[])["-f", Configuration, "-p", Path.Combine(_folder, "pid")])
            start.ArgumentList.Add(argument);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = _folder;
        start.Environment["XDG_RUNTIME_DIR"] = Path.Combine(_folder, "run");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_folder, "config");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder, "cache");
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // The socket is there before anybody listens at it, and who is refused does not try again at once.
        Eventually.True(() => IsListening() || process.HasExited, "libvirtd listens at its socket");
        Assert.False(process.HasExited, "libvirtd ended at once");
        return process;
    }

    private bool IsListening()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, int user, int group);
}

internal static class Eventually
{
    public static void True(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"did not happen in 15 s: {what}");
            Thread.Sleep(10);
        }
    }
}
