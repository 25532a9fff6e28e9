using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

[assembly: AssemblyFixture(typeof(Libvirt.Tests.Loop))]

namespace Libvirt.Tests;

/// <summary>The event loop of the whole test process.</summary>
public sealed class Loop : IDisposable
{
    /// <summary>Set for a test process that wants to start with no event loop at all.</summary>
    public const string Without = "LIBVIRT_TESTS_WITHOUT_LOOP";

    private readonly EventLoop? loop;

    public Loop()
    {
        LibvirtLibrary.SuppressErrorOutput();
        if (Environment.GetEnvironmentVariable(Without) is null)
            loop = EventLoop.Start();
    }

    public void Dispose() => loop?.Dispose();
}

/// <summary>A simulated host of the test's own, described in a file; each connection to it is a host of its own.</summary>
public sealed class Host : IDisposable
{
    public const string GuestUuid = "11111111-2222-3333-4444-555555555555";
    public const string StoppedUuid = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    private readonly string folder = Directory.CreateTempSubdirectory("libvirt-tests-").FullName;

    public Host()
    {
        var file = Path.Combine(folder, "host.xml");
        File.WriteAllText(file, $"""
            <node>
              <cpu><mhz>2400</mhz><model>i986</model><active>8</active><nodes>2</nodes><sockets>1</sockets><cores>2</cores><threads>2</threads></cpu>
              <memory>8388608</memory>
              <domain type='test'>
                <name>guest</name><uuid>{GuestUuid}</uuid>
                <memory>1048576</memory><currentMemory>524288</currentMemory><vcpu current='2'>4</vcpu>
                <os><type>hvm</type></os>
                <devices>
                  <disk type='file' device='disk'><source file='/guest.img'/><target dev='xvda' bus='xen'/></disk>
                  <interface type='bridge'><mac address='00:16:3e:00:00:01'/><source bridge='xenbr0'/><target dev='vif1.0'/></interface>
                  <memballoon model="virtio"/>
                </devices>
              </domain>
              <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
                <test:runstate>5</test:runstate>
                <name>stopped</name><uuid>{StoppedUuid}</uuid><memory>262144</memory><vcpu>1</vcpu>
                <os><type>hvm</type></os>
              </domain>
              <network><name>lan</name><uuid>00000000-0000-0000-0000-00000000000a</uuid><bridge name='virbr7'/><forward mode='nat'/>
                <ip address='10.1.2.1' netmask='255.255.255.0'><dhcp><range start='10.1.2.2' end='10.1.2.9'/></dhcp></ip></network>
              <pool type='dir'><name>images</name><uuid>00000000-0000-0000-0000-00000000000b</uuid><target><path>/images</path></target>
                <volume><name>disk1</name><capacity unit='MiB'>100</capacity><allocation unit='MiB'>40</allocation><target><path>/images/disk1</path></target></volume></pool>
              <interface type='ethernet' name='eth9'><mac address='52:54:00:00:00:09'/></interface>
              <device><name>computer</name><capability type='system'><hardware><vendor>Test</vendor><uuid>00000000-0000-0000-0000-00000000000c</uuid></hardware><firmware><vendor>Test</vendor></firmware></capability></device>
            </node>
            """);
        Connection = Connection.Open($"test://{file}");
    }

    public Connection Connection { get; }

    public string Temporary(string name) => Path.Combine(folder, name);

    /// <summary>Every test doubles as a leak test: nothing may hold the connection when its objects are disposed.</summary>
    public void Dispose()
    {
        Assert.Equal(0, Connection.Close());
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A libvirtd of the test's own: unprivileged, with its own folder and socket.</summary>
public sealed partial class Daemon : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lvd").FullName;
    private readonly Process process;

    public Daemon()
    {
        var configuration = Path.Combine(folder, "libvirtd.conf");
        File.WriteAllText(configuration, "auth_unix_rw = \"none\"\nmdns_adv = 0\nkeepalive_interval = -1\nlog_outputs = \"4:file:" + folder + "/log\"\n");
        Directory.CreateDirectory(Path.Combine(folder, "run"));
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Environment.IsPrivilegedProcess)
        {
            // As root libvirtd would be the system's own; as nobody it keeps to its folder.
            const int Nobody = 65534;
            foreach (var path in Directory.EnumerateFileSystemEntries(folder).Append(folder))
            {
                Assert.Equal(0, Chown(path, Nobody, Nobody));
            }
            start.FileName = "setpriv";
            foreach (var argument in new[] { "--reuid=65534", "--regid=65534", "--clear-groups", "libvirtd" })
            {
                start.ArgumentList.Add(argument);
            }
        }
        else
        {
            start.FileName = "libvirtd";
        }
        foreach (var argument in new[] { "-f", configuration, "-p", Path.Combine(folder, "pid") })
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = folder;
        start.Environment["XDG_RUNTIME_DIR"] = Path.Combine(folder, "run");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(folder, "config");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // The socket is there before anybody listens at it.
        Eventually.True(() => IsListening() || process.HasExited, "libvirtd listens at its socket");
        Assert.False(process.HasExited, "libvirtd ended at once");
    }

    public static bool IsInstalled => new[] { "/usr/sbin/libvirtd", "/usr/bin/libvirtd" }.Any(File.Exists);

    public string Folder => folder;

    public string Socket => Path.Combine(folder, "run", "libvirt", "libvirt-sock");

    public string Uri => $"test+unix:///default?socket={Socket}";

    public string QemuUri => $"qemu+unix:///session?socket={Socket}";

    private bool IsListening()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(Socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static Daemon StartOrSkip()
    {
        Assert.SkipUnless(IsInstalled, "libvirtd is not installed");
        return new Daemon();
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Freeze() => Assert.Equal(0, Signal(process.Id, 19));

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, int user, int group);
}

public static class Eventually
{
    /// <summary>Waits for something that happens soon; fails with its name after ten seconds.</summary>
    public static void True(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"did not happen in 10 s: {what}");
            Thread.Sleep(10);
        }
    }
}
