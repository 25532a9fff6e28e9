using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>libvirtd dies, comes back, or hangs; the CIM server lives and says so.</summary>
public sealed class LostDaemonTests
{
    // The deadline of a call, and what a busy machine may add to it.
    private const string Configuration = "call_timeout = 5\n";
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(12);

    [Fact]
    public void A_daemon_that_was_killed_is_found_again()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.Uri, configuration: Configuration);
        var wbemcli = new Wbemcli(server.Address);
        var uuid = wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "survivor"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        libvirtd.Kill();
        foreach (var arguments in (string[][])[["ein", wbemcli.Url("Xen_ComputerSystem")], ["gi", wbemcli.Url(Guests.Path(uuid))],
            ["cm", wbemcli.Url(Guests.Path(uuid)), "RequestStateChange.RequestedState=9"]])
        {
            Assert.Contains(libvirtd.Uri.Split('=')[^1], RefusedInTime(arguments).Message, StringComparison.Ordinal);
        }
        Assert.True(server.IsAlive);
        Assert.Equal(("FALSE", "13"), Service(wbemcli));

        libvirtd.Restart();
        Eventually.True(() => Wbemcli.Run("gi", wbemcli.Url(Guests.Path(uuid))).ExitCode == 0, "the server has found libvirtd again", 10);
        Assert.Equal("2", wbemcli.Guest(uuid)["EnabledState"]);
        Assert.Equal(("TRUE", "2"), Service(wbemcli));
        wbemcli.Change(uuid, requested: 9, enabled: 9, "Paused");
        Assert.Equal("paused", libvirtd.Virsh("domstate", uuid));
        wbemcli.Done(wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_daemon_that_was_started_again_in_between_costs_no_request()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.Uri, configuration: Configuration);
        var wbemcli = new Wbemcli(server.Address);
        Assert.Empty(wbemcli.Names("Xen_ComputerSystem"));
        libvirtd.Kill();
        libvirtd.Restart();
        Assert.Empty(wbemcli.Names("Xen_ComputerSystem"));
        var uuid = wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "later"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Assert.Equal("later", libvirtd.Virsh("domname", uuid));
    }

    [Fact]
    public void A_daemon_that_hangs_holds_nobody_up()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.Uri, configuration: Configuration);
        var wbemcli = new Wbemcli(server.Address);
        Assert.Empty(wbemcli.Names("Xen_ComputerSystem"));
        libvirtd.Freeze();
        try
        {
            for (var i = 0; i < 3; i++)
                Assert.NotEqual("", RefusedInTime("ei", wbemcli.Url("Xen_ComputerSystem")).Message);
            Assert.Equal(("FALSE", "13"), Service(wbemcli));
            // What needs no hypervisor goes on.
            Assert.Equal(0, Wbemcli.Run("gc", wbemcli.Url("Xen_ComputerSystem")).ExitCode);
        }
        finally
        {
            libvirtd.Thaw();
        }
        Eventually.True(() => Wbemcli.Run("ein", wbemcli.Url("Xen_ComputerSystem")).ExitCode == 0, "the server has found libvirtd again", 15);
        Assert.True(server.IsAlive);
    }

    [Fact]
    public void A_daemon_that_hangs_does_not_keep_the_server_from_ending()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        using var server = CimServerProcess.Start(libvirtd.Uri, configuration: Configuration);
        Assert.Empty(new Wbemcli(server.Address).Names("Xen_ComputerSystem"));
        libvirtd.Freeze();
        try
        {
            Assert.Equal(0, server.End());
            Assert.Contains("Stopped", server.Log, StringComparison.Ordinal);
        }
        finally
        {
            libvirtd.Thaw();
        }
    }

    /// <summary>Whether the service that manages guests is started, and how it is.</summary>
    private static (string Started, string OperationalStatus) Service(Wbemcli wbemcli)
    {
        var clock = Stopwatch.StartNew();
        var service = Assert.Single(wbemcli.Instances("Xen_VirtualSystemManagementService"));
        Assert.True(clock.Elapsed < s_deadline, $"the answer came after {clock.Elapsed}");
        return (service["Started"], service["OperationalStatus"]);
    }

    private static PrintedError RefusedInTime(params string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        var error = Wbemcli.Refused(arguments);
        Assert.True(clock.Elapsed < s_deadline, $"the error came after {clock.Elapsed}");
        Assert.Equal(1, error.Status);
        return error;
    }
}
