using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Indications;

/// <summary>From virsh on the host to a listener: a client subscribes with wbemcli, somebody else changes a guest.</summary>
public sealed class IndicationTests
{
    // virsh's own time included, on a machine that has other things to do.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    private const string Guest = """
        <domain type='test'><name>brief</name><uuid>11111111-2222-4333-8444-555555555555</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
        <os><type arch='x86_64'>hvm</type></os></domain>
        """;

    [Fact]
    public void A_guest_started_with_virsh_is_told_to_the_listener_at_once()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.SimulatedUri);
        using var listener = new IndicationListener();
        Subscriptions.Make(server.Address, "CIM_InstIndication", listener.Url);

        var file = Path.Combine(libvirtd.Images, "brief.xml");
        Directory.CreateDirectory(libvirtd.Images);
        File.WriteAllText(file, Guest);
        Virsh(libvirtd, "define", file);
        Assert.Equal("brief", listener.Next("Xen_ComputerSystemInstCreation").Of("SourceInstance", "ElementName"));
        var before = DateTime.UtcNow;
        Virsh(libvirtd, "start", "brief");
        var started = listener.Next("Xen_ComputerSystemInstModification");
        Assert.True(started.At - before < s_soon, $"{started.At - before}");
        Assert.Equal(("3", "2"), (started.Of("PreviousInstance", "EnabledState"), started.Of("SourceInstance", "EnabledState")));
        Virsh(libvirtd, "destroy", "brief");
        var stopped = listener.Next("Xen_ComputerSystemInstModification");
        Assert.Equal("3", stopped.Of("SourceInstance", "EnabledState"));
        Assert.True(stopped.Number > started.Number);
        Assert.Equal(started["SequenceContext"], stopped["SequenceContext"]);
        Virsh(libvirtd, "undefine", "brief");
        Assert.Equal("brief", listener.Next("Xen_ComputerSystemInstDeletion").Of("SourceInstance", "ElementName"));
    }

    [Fact]
    public void The_end_and_the_return_of_libvirtd_are_told()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.SimulatedUri);
        using var listener = new IndicationListener();
        Subscriptions.Make(server.Address, "CIM_Indication", listener.Url);

        libvirtd.Kill();
        Assert.Equal("ConnectionLost", listener.Next("Xen_AlertIndication")["MessageID"]);
        libvirtd.Restart();
        Assert.Equal("ConnectionBack", listener.Next("Xen_AlertIndication")["MessageID"]);
        // Subscriptions go on.
        Virsh(libvirtd, "suspend", "test");
        Assert.Equal("9", listener.Next("Xen_ComputerSystemInstModification").Of("SourceInstance", "EnabledState"));
    }

    [Fact]
    public void What_wbemcli_made_it_lists_and_deletes()
    {
        using var server = CimServerProcess.Start();
        var (filter, destination, subscription) = Subscriptions.Make(server.Address, "CIM_AlertIndication", "http://127.0.0.1:1/");
        Assert.Contains("CIM_IndicationFilter", Assert.Single(Wbemcli.Paths("ain", "-ac", "CIM_IndicationSubscription", destination)), StringComparison.Ordinal);
        Assert.Equal(1, Wbemcli.Refused("di", filter).Status);
        Subscriptions.Run("di", subscription);
        Subscriptions.Run("di", filter);
        Subscriptions.Run("di", destination);
        Assert.Empty(Wbemcli.Paths("ein", Subscriptions.Interop(server.Address, "CIM_IndicationFilter")));
    }

    private static void Virsh(Libvirtd libvirtd, params string[] arguments)
    {
        var result = Command.Run("virsh", ["-q", "-c", libvirtd.SimulatedUri, .. arguments]);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
    }
}
