using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>
/// A hypervisor's host, the CIM server that manages it, and virsh, which confirms what the server says. What the driver
/// can and cannot do is in docs/drivers.md; what only this host lacks it says with the reason.
/// </summary>
public abstract class HostUnderTest : IDisposable, IEmulatedHost
{
    private readonly Lazy<ServerUnderTest> _server;

    protected HostUnderTest() => _server = new(() =>
    {
        Prepare();
        return ServerUnderTest.Start(Uri, Configuration);
    });

    /// <summary>The driver's column in docs/drivers.md.</summary>
    public abstract string Driver { get; }

    /// <summary>What the provider is connected to.</summary>
    public abstract string Uri { get; }

    /// <summary>Lines of the configuration of a server of the suite's own.</summary>
    protected virtual string Configuration => "";

    public virtual Wbemcli Wbemcli => _server.Value.Wbemcli;

    public virtual int LostGuests => 0;

    /// <summary>
    /// Whether virsh sees the host that the provider sees. It does not where a simulated host lives inside the provider's
    /// process: there the server's own word is all there is.
    /// </summary>
    public virtual bool VirshSeesIt => true;

    /// <summary>Why its guests say nothing; null when they do.</summary>
    public virtual string? GuestsAreMute => null;

    /// <summary>
    /// Whether it suspends a guest to disk whatever that does. Where not, the guest takes part, which it cannot before its
    /// kernel runs.
    /// </summary>
    public virtual bool SuspendsWhateverRuns => false;

    /// <summary>Kernel and initrd for guests, as paths on the host: Linux that says on its console what it sees.</summary>
    public abstract (string Kernel, string Initrd) Boot { get; }

    /// <summary>The kernel that a guest of a kind boots.</summary>
    public virtual string KernelOf(GuestKind kind) => Boot.Kernel;

    /// <summary>The kernel's console that virsh leads to.</summary>
    public abstract string ConsoleOf(GuestKind kind);

    /// <summary>The prefix of disks that the guest's kernel knows best: xvd, vd.</summary>
    public abstract string DiskPrefix { get; }

    /// <summary>libvirt's network that adapters are plugged into; null where the host has none.</summary>
    public abstract string? Network { get; }

    /// <summary>The property of Xen_NetworkRASD that says so.</summary>
    public virtual string Plug => $$"""Connection = {"{{Network}}"};""";

    /// <summary>Makes a raw disk that virtual machines can use, and names its path on the host.</summary>
    public abstract string MakeDisk(string name);

    /// <summary>A disk that keeps snapshots, as a setting in MOF; empty where a guest needs none for that.</summary>
    public virtual string SnapshotDisk(string name) => "";

    /// <summary>Two media of different sizes for CD-ROM drives.</summary>
    public abstract ((string Path, long Bytes) First, (string Path, long Bytes) Second) Media { get; }

    public bool Has(string operation) => DriverFacts.Has(Driver, operation);

    /// <summary>Skips a test whose operation the driver lacks; what it answers then is the matter of the tests of capabilities.</summary>
    public void Require(string operation) => Assert.SkipUnless(Has(operation), $"libvirt's {Driver} driver has no {operation} (docs/drivers.md)");

    /// <summary>Skips a test that needs the guest's own word.</summary>
    public void RequireTalkingGuests()
    {
        Assert.SkipUnless(GuestsAreMute is null, GuestsAreMute ?? "");
        GuestConsole.RequireOrSkip();
    }

    /// <summary>Skips a test that gives a guest more than one processor to run with, where this host cannot.</summary>
    public virtual void RequireSeveralProcessors(GuestKind kind)
    {
    }

    /// <summary>Skips a test that pins processors, where there is but one to pin to.</summary>
    public void RequireSeveralHostProcessors()
    {
        if (VirshSeesIt)
            Assert.SkipUnless(SuiteGuest.Table(Virsh("nodeinfo"), ':')["CPU(s)"] != "1", "the host has only one processor");
    }

    /// <summary>Skips a test that pins processors of a running guest, where the driver's guests here have none to pin.</summary>
    public virtual void RequireLivePinning()
    {
    }

    /// <summary>Skips a test of the scheduler, where the driver has none that does what it is told.</summary>
    public abstract void RequireScheduler(SuiteGuest guest);

    /// <summary>The scheduler of a running guest does what was asked.</summary>
    /// <param name="weight">The credit scheduler's.</param>
    /// <param name="cap">In percent of one processor; 0 is none.</param>
    public virtual void ConfirmScheduler(SuiteGuest guest, uint weight, uint cap)
    {
    }

    public CommandResult TryVirsh(params IEnumerable<string> arguments) => Command.Run("virsh", ["-q", "-c", Uri, .. arguments]);

    /// <summary>Runs virsh, which has to succeed.</summary>
    public string Virsh(params IEnumerable<string> arguments)
    {
        var result = TryVirsh(arguments);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
        return result.Output.TrimEnd('\n');
    }

    public void Dispose()
    {
        try
        {
            if (_server.IsValueCreated)
                _server.Value.Dispose();
        }
        finally
        {
            End();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts what has to run before the server; skips with a reason when it cannot.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Ends what <see cref="Prepare"/> started.</summary>
    protected virtual void End()
    {
    }
}
