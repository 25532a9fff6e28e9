using System.Diagnostics;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Benchmarks;

/// <summary>
/// An unprivileged libvirtd that holds the simulated host, as a real host's daemon holds its guests: what is in its process
/// is not in the one that is measured.
/// </summary>
internal sealed class Daemon : IDisposable
{
    private readonly string _folder;
    private readonly Process _process;

    private Daemon(string folder, Process process) => (_folder, _process) = (folder, process);

    private string Socket => Path.Combine(_folder, "run", "libvirt", "libvirt-sock");

    /// <summary>A simulated host that all clients share.</summary>
    public string SharedUri => $"test+unix:///default?socket={Socket}";

    public string QemuUri => $"qemu+unix:///session?socket={Socket}";

    /// <summary>Where it keeps QEMU's guests.</summary>
    public DaemonFolders QemuFolders => new(Path.Combine(_folder, "config/libvirt/qemu"), Path.Combine(_folder, "run/libvirt/qemu/run"), Path.Combine(_folder, "config/libvirt/qemu/save"));

    /// <summary>A file that guests may read.</summary>
    public string Disk
    {
        get
        {
            var file = Path.Combine(_folder, "disk.img");
            if (!File.Exists(file))
                File.WriteAllBytes(file, new byte[1024 * 1024]);
            return file;
        }
    }

    /// <param name="file">The host file; the daemon gets a copy that it may read.</param>
    public string Uri(string file)
    {
        var copy = Path.Combine(_folder, Path.GetFileName(file));
        File.Copy(file, copy, overwrite: true);
        return $"test+unix://{copy}?socket={Socket}";
    }

    /// <returns>Null where libvirtd is not installed.</returns>
    public static Daemon? Start()
    {
        if (!File.Exists("/usr/sbin/libvirtd"))
            return null;
        var folder = Directory.CreateTempSubdirectory("lvd").FullName;
        var run = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        var configuration = Path.Combine(folder, "libvirtd.conf");
        // Its log goes to a file: to read it would be work in the process that is measured.
        File.WriteAllText(configuration, $"auth_unix_rw = \"none\"\nlog_outputs = \"3:file:{Path.Combine(folder, "log")}\"\n");
        ProcessStartInfo start;
        if (Environment.IsPrivilegedProcess)
        {
            // As root it would be the system's own; as nobody it keeps to its folder.
            Process.Start("chown", ["-R", "65534:65534", folder]).WaitForExit();
            start = new("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "libvirtd", "-f", configuration, "-p", Path.Combine(folder, "pid")]);
        }
        else
        {
            start = new("libvirtd", ["-f", configuration, "-p", Path.Combine(folder, "pid")]);
        }
        start.Environment["HOME"] = folder;
        start.Environment["XDG_RUNTIME_DIR"] = run;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(folder, "config");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        var process = Process.Start(start)!;
        var daemon = new Daemon(folder, process);
        for (var i = 0; i < 100 && !File.Exists(daemon.Socket) && !process.HasExited; i++)
            Thread.Sleep(100);
        return daemon;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
