using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Real networks: bridges, addresses and rules of a libvirtd that has a network namespace of its own.</summary>
public sealed class NetworkPoolTests
{
    [Fact]
    public void Isolated_translated_and_bridged_networks_are_made_changed_and_deleted()
    {
        foreach (var program in (string[])["dnsmasq", "iptables", "ip", "nsenter"])
            Assert.SkipUnless(Command.Exists(program), $"{program} is not installed");
        using var libvirtd = Libvirtd.StartOrSkip(ownNetwork: true);
        using var server = CimServerProcess.Start(libvirtd.Uri);
        var wbemcli = new Wbemcli(server.Address);

        // Without addresses it is a switch for guests and nothing else.
        var switched = wbemcli.MakePool("switched", """instance of Xen_NetworkPoolRASD { BridgeName = "xcbr1"; };""");
        Assert.Equal(("isolated", "xcbr1"), wbemcli.Get(switched) is var s ? (s["ForwardMode"], s["Bridge"]) : default);
        Assert.Contains("xcbr1", libvirtd.InItsNetwork("ip", "-br", "link"), StringComparison.Ordinal);

        var isolated = wbemcli.MakePool("isolated", """instance of Xen_NetworkPoolRASD { BridgeName = "xcbr2"; Address = "192.168.202.1"; PrefixLength = 24; IPRangeStart = "192.168.202.10"; IPRangeEnd = "192.168.202.20"; };""");
        Assert.Contains("192.168.202.1/24", libvirtd.InItsNetwork("ip", "-br", "addr", "show", "xcbr2"), StringComparison.Ordinal);

        var nat = wbemcli.MakePool("translated", """instance of Xen_NetworkPoolRASD { ForwardMode = "nat"; BridgeName = "xcbr3"; Address = "192.168.203.1"; Netmask = "255.255.255.0"; };""");
        Assert.Contains("192.168.203.0/24", libvirtd.InItsNetwork("iptables", "-w", "-t", "nat", "-S"), StringComparison.Ordinal);

        libvirtd.InItsNetwork("ip", "link", "add", "hostbr", "type", "bridge");
        var bridged = wbemcli.MakePool("bridged", """instance of Xen_NetworkPoolRASD { ForwardMode = "bridge"; BridgeName = "hostbr"; };""");
        Assert.Equal(("bridge", "2"), wbemcli.Get(bridged) is var b ? (b["ForwardMode"], b["OperationalStatus"]) : default);

        // The same addresses twice: libvirt's own words, and no network is left.
        var clash = wbemcli.RefusePool("clash", """instance of Xen_NetworkPoolRASD { BridgeName = "xcbr4"; Address = "192.168.203.1"; PrefixLength = 24; };""");
        Assert.Equal(1, clash.Status);
        Assert.Contains("already in use", clash.Message, StringComparison.Ordinal);
        Assert.Equal(11, wbemcli.RefusePool("isolated", "instance of Xen_NetworkPoolRASD { };").Status);
        Assert.Equal(["bridged", "isolated", "switched", "translated"], libvirtd.Virsh("net-list", "--all", "--name").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

        // Another address, and all else as it was.
        var settings = wbemcli.Url(wbemcli.SettingsOf(isolated));
        Assert.Contains("Active = FALSE", Wbemcli.Refused("mi", settings, "PrefixLength=25").Message, StringComparison.Ordinal);
        Assert.Equal(0, Wbemcli.Run("mi", settings, "PrefixLength=25,Active=FALSE").ExitCode);
        Assert.Equal(0, Wbemcli.Run("mi", settings, "Active=TRUE").ExitCode);
        Assert.Contains("192.168.202.1/25", libvirtd.InItsNetwork("ip", "-br", "addr", "show", "xcbr2"), StringComparison.Ordinal);
        Assert.Contains("192.168.202.20", libvirtd.Virsh("net-dumpxml", "isolated"), StringComparison.Ordinal);

        Assert.All([switched, isolated, nat, bridged], wbemcli.DeletePool);
        Assert.DoesNotContain("xcbr", libvirtd.InItsNetwork("ip", "-br", "link"), StringComparison.Ordinal);
        Assert.Contains("hostbr", libvirtd.InItsNetwork("ip", "-br", "link"), StringComparison.Ordinal);
        Assert.Empty(libvirtd.Virsh("net-list", "--all", "--name").Trim());
    }
}
