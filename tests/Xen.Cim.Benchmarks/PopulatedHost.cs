using System.Globalization;
using Libvirt;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Benchmarks;

/// <summary>
/// So many guests in a libvirtd of the benchmark's own, the same for all its clients: on the test driver most of them run,
/// on QEMU three of them, without an operating system.
/// </summary>
internal sealed class PopulatedHost : IDisposable
{
    private const int RunningOnQemu = 3;

    private readonly Daemon _daemon;
    private readonly bool _qemu;
    // The simulated host lives as long as somebody is connected to it.
    private readonly Connection _holder;

    private PopulatedHost(Daemon daemon, bool qemu, int guests)
    {
        (_daemon, _qemu, Guests) = (daemon, qemu, guests);
        _holder = Connection.Open(Uri);
        for (var i = 1; i <= guests; i++)
        {
            using var domain = _holder.DefineDomain(Xml($"guest-{i:00000}", SimulatedHost.Uuid(i), i));
            if (qemu ? i <= RunningOnQemu : i % 5 != 0)
                domain.Create();
        }
    }

    public int Guests { get; }

    public string Name => _qemu ? "QEMU" : "test";

    public string Uri => _qemu ? _daemon.QemuUri : _daemon.SharedUri;

    public HypervisorOptions Options => new() { Uri = Uri, DaemonFolders = Folders };

    /// <summary>The lines of the configuration that say the same.</summary>
    public string Configuration => Folders is { } f ? $"daemon_folders = {f.Definitions}:{f.Running}:{f.Saved}\n" : "";

    /// <summary>Three that run.</summary>
    public IReadOnlyList<Guid> Running { get; } = [SimulatedHost.Uuid(1), SimulatedHost.Uuid(2), SimulatedHost.Uuid(3)];

    private DaemonFolders? Folders => _qemu ? _daemon.QemuFolders : null;

    /// <returns>Null where it cannot be had, and why.</returns>
    public static PopulatedHost? Start(bool qemu, int guests, out string? lacking)
    {
        lacking = qemu && !File.Exists("/usr/bin/qemu-system-x86_64") ? "qemu-system-x86_64 is not installed" : null;
        var daemon = lacking is null ? Daemon.Start() : null;
        if (daemon is null)
        {
            lacking ??= "libvirtd is not installed";
            return null;
        }
        try
        {
            return new(daemon, qemu, guests);
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    /// <summary>Another guest, that is not there yet.</summary>
    public string NewXml() => Xml("new", Guid.NewGuid(), Guests + 1);

    public void Dispose()
    {
        if (_qemu)
        {
            // The holder's connection may be closed by now: nobody here answers the daemon's keepalive messages.
            using var connection = Connection.Open(Uri);
            for (var i = 1; i <= Math.Min(RunningOnQemu, Guests); i++)
            {
                using var domain = connection.LookupDomain(SimulatedHost.Uuid(i));
                domain.Destroy();
            }
        }
        _holder.Dispose();
        _daemon.Dispose();
    }

    private string Xml(string name, Guid uuid, int number) => string.Create(CultureInfo.InvariantCulture, $"""
        <domain type="{(_qemu ? "qemu" : "test")}">
          <name>{name}</name>
          <uuid>{uuid:D}</uuid>
          <title>Guest {number}</title>
          <memory unit="KiB">32768</memory>
          <vcpu>2</vcpu>
          <os><type arch="x86_64">hvm</type></os>
          <on_crash>restart</on_crash>
          <devices>
            <disk type="file" device="disk">
              <driver name="qemu" type="raw"/>
              <source file="{_daemon.Disk}"/>
              <target dev="{(_qemu ? "vda" : "xvda")}" bus="{(_qemu ? "virtio" : "xen")}"/>
              <readonly/>
            </disk>
            <interface type="user">
              <mac address="52:54:00:{number >> 16 & 255:x2}:{number >> 8 & 255:x2}:{number & 255:x2}"/>
            </interface>
            <console type="pty"/>
            <graphics type="vnc" port="-1" autoport="yes" listen="127.0.0.1"/>
          </devices>
        </domain>
        """);
}
