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
        Subscribe(server.Address, "CIM_InstIndication", listener.Url);

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
        Subscribe(server.Address, "CIM_Indication", listener.Url);

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
        var (filter, destination, subscription) = Subscribe(server.Address, "CIM_AlertIndication", "http://127.0.0.1:1/");
        Assert.Contains("CIM_IndicationFilter", Assert.Single(Wbemcli.Paths("ain", "-ac", "CIM_IndicationSubscription", destination)), StringComparison.Ordinal);
        Assert.Equal(1, Wbemcli.Refused("di", filter).Status);
        Run("di", subscription);
        Run("di", filter);
        Run("di", destination);
        Assert.Empty(Wbemcli.Paths("ein", Interop(server.Address, "CIM_IndicationFilter")));
    }

    /// <summary>Makes a filter, a destination and a subscription as a client does.</summary>
    private static (string Filter, string Destination, string Subscription) Subscribe(string address, string indicationClass, string url)
    {
        var keys = $"SystemCreationClassName=CIM_ComputerSystem,SystemName={Environment.MachineName}";
        var filter = Create(address, "CIM_IndicationFilter", "filter", $"Query=SELECT * FROM {indicationClass},QueryLanguage=WQL,SourceNamespace={Wbemcli.Namespace}");
        var destination = Create(address, "CIM_ListenerDestinationCIMXML", "listener", $"Destination={url}");
        var reference = (string className, string name) => $"root/interop:{className}.CreationClassName=\"{className}\",Name=\"{name}\",SystemCreationClassName=\"CIM_ComputerSystem\",SystemName=\"{Environment.MachineName}\"";
        var (f, d) = (reference("CIM_IndicationFilter", "filter"), reference("CIM_ListenerDestinationCIMXML", "listener"));
        var path = Interop(address, $"CIM_IndicationSubscription.Filter={f},Handler={d}");
        Run("ci", path, $"Filter={f},Handler={d}");
        return (filter, destination, path);
    }

    private static string Create(string address, string className, string name, string properties)
    {
        var path = Interop(address, $"{className}.CreationClassName=\"{className}\",Name=\"{name}\",SystemCreationClassName=\"CIM_ComputerSystem\",SystemName=\"{Environment.MachineName}\"");
        Run("ci", path, $"CreationClassName={className},Name={name},SystemCreationClassName=CIM_ComputerSystem,SystemName={Environment.MachineName},{properties}");
        return path;
    }

    private static string Interop(string address, string path) => $"http://{address}/root/interop:{path}";

    private static void Run(params string[] arguments)
    {
        var result = Wbemcli.Run(arguments);
        Assert.True(result.ExitCode == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
    }

    private static void Virsh(Libvirtd libvirtd, params string[] arguments)
    {
        var result = Command.Run("virsh", ["-q", "-c", libvirtd.SimulatedUri, .. arguments]);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
    }
}
