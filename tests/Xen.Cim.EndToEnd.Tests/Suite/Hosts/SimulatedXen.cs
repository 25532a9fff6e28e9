using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>
/// libvirt's test driver: in a libvirtd of the suite's own, where virsh sees what the provider sees; where that cannot be,
/// and in a server that was named, also inside the provider's process.
/// </summary>
public sealed class SimulatedXen : HostUnderTest
{
    private const string ControlDomain = """
        <domain type='test'>
          <name>Domain-0</name>
          <uuid>00000000-0000-0000-0000-000000000000</uuid>
          <memory unit='KiB'>2097152</memory>
          <currentMemory unit='KiB'>1048576</currentMemory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64'>linux</type><kernel>/boot/vmlinuz</kernel></os>
        </domain>
        """;

    private readonly OwnLibvirtd _libvirtd = new("test");
    private Process? _virsh;

    public override string Driver => "Test";

    public override string Uri => ServerUnderTest.Given is not null ? ServerUnderTest.GivenConnection
        : Libvirtd.Lacks() is null ? _libvirtd.Started.SimulatedUri : Stage.SimulatedHost;

    public override bool VirshSeesIt => Uri.Contains("socket=", StringComparison.Ordinal);

    public override string GuestsAreMute => "simulated guests run nothing that could say something";

    public override (string Kernel, string Initrd) Boot => ("/simulated/vmlinuz", "/simulated/initrd.img");

    public override string ConsoleOf(GuestKind kind) => "hvc0";

    public override string DiskPrefix => "xvd";

    public override string Network => "default";

    /// <summary>Nobody looks for the files of a simulated host.</summary>
    public override string MakeDisk(string name) => $"/simulated/{name}";

    public override ((string Path, long Bytes) First, (string Path, long Bytes) Second) Media => ((MakeDisk("first.iso"), 0), (MakeDisk("second.iso"), 0));

    public override void RequireScheduler(SuiteGuest guest) => Assert.Skip(DriverFacts.Remark(Driver, "SetSchedulerLive"));

    protected override void Prepare()
    {
        if (!VirshSeesIt)
            return;
        _libvirtd.Prepare();
        // The simulated host is gone with its last connection; this one stays.
        _virsh = Process.Start(new ProcessStartInfo("virsh", ["-q", "-c", Uri]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _virsh.OutputDataReceived += (_, _) => { };
        _virsh.BeginOutputReadLine();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, ControlDomain);
        _virsh.StandardInput.WriteLine($"create {file}");
        _virsh.StandardInput.Flush();
        Eventually.True(() => TryVirsh("dominfo", "Domain-0").ExitCode == 0, "the simulated host has a Domain-0");
        File.Delete(file);
    }

    protected override void End()
    {
        if (_virsh is not null)
        {
            _virsh.StandardInput.Close();
            _virsh.WaitForExit();
            _virsh.Dispose();
        }
        _libvirtd.Dispose();
    }
}
