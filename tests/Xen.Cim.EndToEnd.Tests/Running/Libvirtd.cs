using System.Diagnostics;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>
/// A system-wide libvirtd of the tests' own: in a mount namespace where its folders are folders of ours, so that the
/// machine's stay untouched. It serves QEMU's driver and the simulated one. The /dev/kvm of that namespace is of no use: QEMU's
/// guests run in software emulation on every machine.
/// </summary>
public sealed class Libvirtd : IDisposable
{
    // What libvirtd has below /, and what it is here.
    private static readonly (string System, string Ours)[] s_folders =
    [
        ("/etc/libvirt", "etc"), ("/var/lib/libvirt", "lib"), ("/run/libvirt", "run"), ("/var/cache/libvirt", "cache"), ("/var/log/libvirt", "log"),
        ("/var/log/swtpm", "swtpm-log"), ("/var/lib/swtpm-localca", "swtpm-ca"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("lvd").FullName;
    private readonly string _socketFolder;
    private readonly bool _ownNetwork;
    private Process _process;

    private Libvirtd(string configuration, string? hostname, string? socketFolder, bool ownNetwork)
    {
        _ownNetwork = ownNetwork;
        _socketFolder = socketFolder ?? InFolder("socket");
        foreach (var (_, ours) in s_folders)
            Directory.CreateDirectory(InFolder(ours));
        Directory.CreateDirectory(_socketFolder);
        Directory.CreateDirectory(Images);
        // The monitor's messages show what QEMU was told.
        File.WriteAllText(InFolder("libvirtd.conf"), $"""
            auth_unix_rw = "none"
            auth_unix_ro = "none"
            unix_sock_group = "root"
            unix_sock_dir = "{_socketFolder}"
            log_filters = "1:qemu.qemu_monitor 4:*"
            log_outputs = "1:file:{LogFile}"
            {configuration}

            """);
        File.WriteAllText(InFolder("etc/qemu.conf"), """
            user = "root"
            group = "root"
            swtpm_user = "root"
            swtpm_group = "root"
            security_driver = "none"
            stdio_handler = "file"
            namespaces = []
            remember_owner = 0

            """);
        // QEMU's driver asks for its usual user before it reads that it is to take another.
        File.WriteAllText(InFolder("kvm"), "");
        File.WriteAllText(InFolder("passwd"), WithLine("/etc/passwd", "libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin"));
        File.WriteAllText(InFolder("group"), WithLine("/etc/group", "libvirt-qemu:x:64055:", "kvm:x:64056:"));
        var mounts = s_folders.Select(f => (f.System, InFolder(f.Ours))).Append(("/etc/passwd", InFolder("passwd"))).Append(("/etc/group", InFolder("group")));
        File.WriteAllText(InFolder("start.sh"), $"""
            set -e
            mount --make-rprivate /
            mkdir -p {string.Join(' ', s_folders.Select(f => f.System))}
            {string.Join('\n', mounts.Select(m => $"mount --bind {m.Item2} {m.Item1}"))}
            {(hostname is null ? "" : $"hostname {hostname}")}
            {(ownNetwork ? "mount -t sysfs sysfs /sys; ip link set lo up" : "")}
            # libvirt looks whether it may write to it, which on a read-only mount nobody may.
            if [ -e /dev/kvm ]; then mount --bind {InFolder("kvm")} /dev/kvm; mount -o remount,bind,ro /dev/kvm; fi
            exec libvirtd -f {InFolder("libvirtd.conf")} -p {InFolder("pid")}

            """);
        _process = Launch();
    }

    public string Uri => $"qemu+unix:///system?socket={Socket}";

    /// <summary>The simulated host that all clients of this libvirtd see.</summary>
    public string SimulatedUri => $"test+unix:///default?socket={Socket}";

    /// <summary>A folder for disks.</summary>
    public string Images => InFolder("images");

    /// <summary>libvirtd's /etc/libvirt.</summary>
    public string Configuration => InFolder("etc");

    /// <summary>libvirtd's /run/libvirt.</summary>
    public string Run => InFolder("run");

    /// <summary>Where it keeps QEMU's guests, as the provider's configuration has it.</summary>
    public string QemuFolders => $"{InFolder("etc/qemu")}:{InFolder("run/qemu")}:{InFolder("lib/qemu/save")}";

    /// <summary>Where libvirtd's QEMU driver keeps the memory of saved guests.</summary>
    public string Saved => InFolder("lib/qemu/save");

    /// <summary>Where it keeps the variables of guests' firmware.</summary>
    public string Variables => InFolder("lib/qemu/nvram");

    /// <summary>Where it keeps what emulated TPMs know, in a folder for each guest.</summary>
    public string Tpms => InFolder("lib/swtpm");

    /// <summary>What QEMU was told.</summary>
    public string Log
    {
        get
        {
            using var stream = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return new StreamReader(stream).ReadToEnd();
        }
    }

    public string Socket => Path.Combine(_socketFolder, "libvirt-sock");

    private string LogFile => InFolder("libvirtd.log");

    /// <param name="configuration">More lines of libvirtd.conf.</param>
    /// <param name="hostname">What it is to think that this machine is called.</param>
    /// <param name="socketFolder">Where to listen, as libvirt-sock; a folder of its own if none is given.</param>
    /// <param name="ownNetwork">Whether it has interfaces, addresses and a firewall of its own; see <see cref="InItsNetwork"/>.</param>
    public static Libvirtd StartOrSkip(string configuration = "", string? hostname = null, string? socketFolder = null, bool ownNetwork = false)
    {
        Assert.SkipUnless(Lacks() is null, Lacks() ?? "");
        return new Libvirtd(configuration, hostname, socketFolder, ownNetwork);
    }

    /// <summary>What this machine lacks for it; null when nothing.</summary>
    public static string? Lacks() => ((string[])["libvirtd", "qemu-system-x86_64", "virsh"]).FirstOrDefault(c => !Command.Exists(c)) is { } missing ? $"{missing} is not installed"
        : !Environment.IsPrivilegedProcess || Command.Run("unshare", "-m", "true").ExitCode != 0 ? "a libvirtd of the tests' own needs root and mount namespaces"
        : null;

    /// <summary>Runs virsh, which has to succeed.</summary>
    public string Virsh(params IEnumerable<string> arguments)
    {
        var result = TryVirsh(arguments);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
        return result.Output.TrimEnd('\n');
    }

    public CommandResult TryVirsh(params IEnumerable<string> arguments) => Command.Run("virsh", ["-q", "-c", Uri, .. arguments]);

    /// <summary>Runs a command that sees the interfaces that libvirtd sees.</summary>
    public string InItsNetwork(params string[] command)
    {
        var result = Command.Run("nsenter", ["-t", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "-n", .. command]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result}");
        return result.Output;
    }

    /// <summary>Makes a raw disk image.</summary>
    public string MakeImage(string name, int size = 1024 * 1024)
    {
        var path = Path.Combine(Images, name);
        using var file = File.Create(path);
        file.SetLength(size);
        return path;
    }

    public void Kill()
    {
        _process.Send(Signals.Kill);
        _process.WaitForExit();
        _process.Dispose();
    }

    public void Restart() => _process = Launch();

    public void Freeze() => _process.Send(Signals.Stop);

    public void Thaw() => _process.Send(Signals.Continue);

    public void Dispose()
    {
        try
        {
            foreach (var guest in TryVirsh("list", "--name").Lines)
                TryVirsh("destroy", guest);
            foreach (var network in TryVirsh("net-list", "--name").Lines)
                TryVirsh("net-destroy", network.Trim());
            _process.Send(Signals.Terminate);
            Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(20)), "libvirtd did not end");
        }
        finally
        {
            if (!_process.HasExited)
                Kill();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private Process Launch()
    {
        File.Delete(Socket);
        var start = new ProcessStartInfo("unshare", ["-m", "-u", .. _ownNetwork ? ["-n"] : Array.Empty<string>(), "sh", InFolder("start.sh")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Eventually.True(() => process.HasExited || (File.Exists(Socket) && TryVirsh("capabilities").ExitCode == 0), "libvirtd answers and has looked at its emulators");
        Assert.False(process.HasExited, "libvirtd ended at once");
        return process;
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static string WithLine(string file, params string[] lines)
    {
        var there = File.ReadAllLines(file);
        return string.Join('\n', there.Concat(lines.Where(line => !there.Any(t => t.StartsWith(line.Split(':')[0] + ":", StringComparison.Ordinal))))) + "\n";
    }
}

/// <summary>One libvirtd and one CIM server that manages it, for the tests of one class.</summary>
public sealed class QemuHostFixture : IDisposable
{
    private readonly Lazy<Libvirtd> _libvirtd = new(() => Libvirtd.StartOrSkip());
    private readonly Lazy<CimServerProcess> _server;

    private readonly Lazy<CimXml> _xml;

    public QemuHostFixture()
    {
        _server = new(() => CimServerProcess.Start(Libvirtd.Uri));
        _xml = new(() => new CimXml(_server.Value.Address));
    }

    public Libvirtd Libvirtd => _libvirtd.Value;

    public Wbemcli Wbemcli => new(_server.Value.Address);

    public CimXml Xml => _xml.Value;

    public void Dispose()
    {
        try
        {
            if (_xml.IsValueCreated)
                _xml.Value.Dispose();
            if (_server.IsValueCreated)
                _server.Value.Dispose();
        }
        finally
        {
            if (_libvirtd.IsValueCreated)
                _libvirtd.Value.Dispose();
        }
    }
}
