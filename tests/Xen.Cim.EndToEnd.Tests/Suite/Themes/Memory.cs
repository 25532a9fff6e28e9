using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Memory of a running guest goes down and up (ballooning).</summary>
public abstract class Memory(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    private const uint LessKiB = 128 * 1024;

    // What a guest's kernel may take or give back by the way.
    private const uint ToleranceKiB = 6 * 1024;

    [GuestFact]
    public void Balloons_down_and_up_in_libvirts_eyes()
    {
        Host.Require("SetMemoryLive");
        using var guest = Run("balloon");
        foreach (var kib in (uint[])[LessKiB, MemoryKiB])
        {
            guest.Modify("Xen_MemoryRASD", "state/memory", $"VirtualQuantity = {kib};");
            // The guest follows in its own time.
            Eventually.True(() => guest.Setting("Xen_MemoryRASD", "state/memory")["VirtualQuantity"] == Text(kib), $"the setting shows {kib} KiB", 60);
            if (Host.VirshSeesIt)
                Eventually.True(() => Math.Abs(Used(guest) - kib) < ToleranceKiB, $"virsh shows about {kib} KiB", 60);
        }
        Assert.Equal(Text(MemoryKiB), guest.Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"]);
    }

    [GuestFact]
    public void Balloons_down_and_up_in_the_guests_own_eyes()
    {
        Host.Require("SetMemoryLive");
        using var guest = Boot("balloon");
        var before = Settled(guest);
        Assert.InRange(before, MemoryKiB / 3, MaximumKiB);
        guest.Modify("Xen_MemoryRASD", "state/memory", $"VirtualQuantity = {LessKiB};");
        Sees(before - (MemoryKiB - LessKiB));
        guest.Modify("Xen_MemoryRASD", "state/memory", $"VirtualQuantity = {MemoryKiB};");
        Sees(before);
        guest.Modify("Xen_MemoryRASD", "state/memory", $"VirtualQuantity = {MaximumKiB};");
        Sees(before + (MaximumKiB - MemoryKiB));

        void Sees(long kib) => guest.Console.WaitFor(r => Math.Abs(r.MemoryKiB - kib) < ToleranceKiB, $"about {kib} KiB of memory", 60);
    }

    [GuestFact]
    public void More_than_the_limit_takes_a_restart()
    {
        using var guest = Start("limit");
        var more = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_MemoryRASD { InstanceID = "{{guest.Id("state/memory")}}"; VirtualQuantity = {{2 * MaximumKiB}}; };"""));
        Assert.Equal(4, more.Status);
        Assert.Equal(Text(MemoryKiB), guest.Setting("Xen_MemoryRASD", "defined/memory")["VirtualQuantity"]);
    }

    // A balloon may still be filling when the first report comes; at rest the guest says the same for some seconds.
    private static long Settled(SuiteGuest guest)
    {
        const double Seconds = 5;
        var since = guest.Console.Next();
        return guest.Console.WaitFor(r =>
        {
            if (r.MemoryKiB != since.MemoryKiB)
                since = r;
            return r.Uptime - since.Uptime >= Seconds;
        }, "its memory at rest").MemoryKiB;
    }

    // What the hypervisor counts, which of a PVH guest is some pages more than it was given.
    private long Used(SuiteGuest guest) =>
        long.Parse(SuiteGuest.Table(Host.Virsh("dominfo", guest.Uuid), ':')["Used memory"].Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
