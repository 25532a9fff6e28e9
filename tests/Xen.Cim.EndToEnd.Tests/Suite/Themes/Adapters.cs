using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Network adapters come and go, for the next start and while the guest runs.</summary>
public abstract class Adapters(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    private const string Mac = "00:16:3e:5a:5a:17";

    [GuestFact]
    public void Come_and_go_for_the_next_start()
    {
        using var guest = Define("nics");
        var id = guest.Add("Xen_NetworkRASD", "defined", Host.Plug);
        var adapter = Assert.Single(guest.Settings("Xen_NetworkRASD", "defined"));
        Assert.Equal(id, adapter["InstanceID"]);
        if (Host.Network is { } network)
            Assert.Equal((network, "network"), (adapter["NetworkName"], adapter["NetworkType"]));
        Assert.StartsWith("00:16:3e:", adapter["Address"], StringComparison.Ordinal);
        Confirm(guest, "--inactive", adapter["Address"]);
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_NetworkRASD", id).Return);
        Assert.Empty(guest.Settings("Xen_NetworkRASD", "defined"));
        Confirm(guest, "--inactive");
    }

    [GuestFact]
    public void Are_plugged_and_unplugged_while_the_guest_runs()
    {
        Host.Require("AttachDevice");
        Host.Require("DetachDevice");
        using var guest = Boot("nic");
        Assert.Empty(guest.Console.Next().Adapters);
        var id = guest.Add("Xen_NetworkRASD", "state", $"Address = \"{Mac}\"; {Host.Plug}");
        Confirm(guest, "", Mac);
        Confirm(guest, "--inactive");
        guest.Console.WaitFor(r => r.Adapters.SequenceEqual([Mac]), "the adapter");
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_NetworkRASD", id).Return);
        Confirm(guest, "");
        guest.Console.WaitFor(r => r.Adapters.Count == 0, "that the adapter is gone");
    }

    private void Confirm(SuiteGuest guest, string option, params string[] macs)
    {
        if (!Host.VirshSeesIt)
            return;
        var printed = Host.Virsh(option.Length > 0 ? ["domiflist", guest.Uuid, option] : ["domiflist", guest.Uuid]);
        Assert.Equal(macs, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]));
    }
}
