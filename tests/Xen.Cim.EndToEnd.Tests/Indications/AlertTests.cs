using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Indications;

/// <summary>What a person has to act on, from the host to a listener.</summary>
public sealed class AlertTests
{
    [Fact]
    public void A_guest_whose_emulator_dies_is_an_alert()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.Uri);
        using var listener = new IndicationListener();
        var wbemcli = new Wbemcli(server.Address);
        var uuid = wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "doomed"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Subscriptions.Make(server.Address, "CIM_AlertIndication", listener.Url);

        var pid = int.Parse(File.ReadAllText(Assert.Single(Directory.GetFiles(libvirtd.Run, "doomed.pid", SearchOption.AllDirectories))), System.Globalization.CultureInfo.InvariantCulture);
        using (var emulator = System.Diagnostics.Process.GetProcessById(pid))
            emulator.Send(Signals.Kill);

        var alert = listener.Next("Xen_AlertIndication");
        Assert.Contains(alert["MessageID"], (string[])["GuestFailed", "GuestCrashed"]);
        Assert.Contains(uuid, alert["AlertingManagedElement"], StringComparison.Ordinal);
        Assert.Contains("doomed", alert["Message"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_storage_pool_that_fills_up_is_an_alert_and_room_in_it_ends_it()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.SimulatedUri, configuration: "pool_threshold = 50\n");
        using var listener = new IndicationListener();
        Subscriptions.Make(server.Address, "CIM_AlertIndication", listener.Url);
        void Virsh(params string[] arguments)
        {
            var result = Command.Run("virsh", ["-q", "-c", libvirtd.SimulatedUri, .. arguments]);
            Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
        }

        Virsh("vol-create-as", "default-pool", "large", "60G", "--allocation", "60G");
        Virsh("pool-refresh", "default-pool");
        var full = listener.Next("Xen_AlertIndication");
        Assert.Equal("PoolAboveThreshold", full["MessageID"]);
        Assert.Contains("default-pool", full["Message"], StringComparison.Ordinal);
        Virsh("vol-delete", "large", "default-pool");
        Virsh("pool-refresh", "default-pool");
        Assert.Equal("PoolBelowThreshold", listener.Next("Xen_AlertIndication")["MessageID"]);
    }
}
