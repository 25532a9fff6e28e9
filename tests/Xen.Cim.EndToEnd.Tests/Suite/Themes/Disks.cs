using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Disks come and go, for the next start and while the guest runs.</summary>
public abstract class Disks(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void Come_and_go_for_the_next_start()
    {
        var (first, second) = (Host.MakeDisk("disk-1.img"), Host.MakeDisk("disk-2.img"));
        using var guest = Define("disks", moreResources: $$"""instance of Xen_DiskRASD { VirtualDevice = "{{Disk('a')}}"; Address = "{{first}}"; };""");
        Confirm(guest, "--inactive", (Disk('a'), first));
        Assert.Equal(guest.Id($"defined/{Disk('b')}"), guest.Add("Xen_DiskRASD", "defined", $$"""VirtualDevice = "{{Disk('b')}}"; Address = "{{second}}";"""));
        Assert.Equal(second, guest.Setting("Xen_DiskRASD", $"defined/{Disk('b')}")["Address"]);
        Confirm(guest, "--inactive", (Disk('a'), first), (Disk('b'), second));
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", guest.Id($"defined/{Disk('b')}")).Return);
        Assert.Equal(guest.Id($"defined/{Disk('a')}"), Assert.Single(guest.Settings("Xen_DiskRASD", "defined"))["InstanceID"]);
        Confirm(guest, "--inactive", (Disk('a'), first));
    }

    [GuestFact]
    public void Are_plugged_and_unplugged_while_the_guest_runs()
    {
        Host.Require("AttachDevice");
        Host.Require("DetachDevice");
        var image = Host.MakeDisk("plugged.img");
        using var guest = Boot("plug");
        Assert.Empty(guest.Console.Next().Disks);
        Assert.Equal(guest.Id($"state/{Disk('b')}"), guest.Add("Xen_DiskRASD", "state", $$"""VirtualDevice = "{{Disk('b')}}"; Address = "{{image}}";"""));
        Confirm(guest, "", (Disk('b'), image));
        if (Host.VirshSeesIt)
            Assert.Equal(Host.DiskPrefix == "xvd" ? "xen" : "virtio", (string?)Assert.Single(guest.Live.Descendants("disk")).Element("target")!.Attribute("bus"));
        Confirm(guest, "--inactive");
        Assert.Equal(image, guest.Setting("Xen_DiskRASD", $"state/{Disk('b')}")["Address"]);
        guest.Console.WaitFor(r => r.Disks.Count == 1, "the disk");
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", guest.Id($"state/{Disk('b')}")).Return);
        Confirm(guest, "");
        guest.Console.WaitFor(r => r.Disks.Count == 0, "that the disk is gone");
    }

    private void Confirm(SuiteGuest guest, string option, params (string, string)[] disks)
    {
        if (!Host.VirshSeesIt)
            return;
        var printed = Host.Virsh(option.Length > 0 ? ["domblklist", guest.Uuid, option] : ["domblklist", guest.Uuid]);
        Assert.Equal(disks, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(l => (l[0], l[1])));
    }
}
