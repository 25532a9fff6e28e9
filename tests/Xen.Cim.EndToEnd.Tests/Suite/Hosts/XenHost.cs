using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>A real Xen: the lab's, or the one that a named server manages, which then has to have what the lab's Domain-0 has.</summary>
public sealed class XenHost(XenLabFixture lab) : HostUnderTest
{
    private static readonly string[] s_disks = ["/dev/loop0", "/dev/loop1"];

    private int _disk;

    public override string Driver => "Xen";

    public override string Uri => ServerUnderTest.Given is null ? lab.Host.Uri : ServerUnderTest.GivenConnection;

    public override Wbemcli Wbemcli => ServerUnderTest.Given is null ? lab.Wbemcli : base.Wbemcli;

    public override int LostGuests => lab.LostGuests;

    public override (string Kernel, string Initrd) Boot => GuestBoot.Named(() => (XenLabHost.Kernel, XenLabHost.Initrd));

    public override string KernelOf(GuestKind kind) =>
        kind == GuestKind.HVM && Boot.Kernel == XenLabHost.Kernel ? XenLabHost.PackedKernel : Boot.Kernel;

    public override string DiskPrefix => "xvd";

    public override string Network => "lab";

    public override string ConsoleOf(GuestKind kind) => kind == GuestKind.HVM ? "ttyS0" : "hvc0";

    /// <summary>Xen plugs only block devices into a running guest; there are two, and one after the other is taken.</summary>
    public override string MakeDisk(string name) => s_disks[_disk++ % s_disks.Length];

    public override ((string Path, long Bytes) First, (string Path, long Bytes) Second) Media => (("/srv/lab/cd-a.iso", 368640), ("/srv/lab/cd-b.iso", 737280));

    public override void RequireSeveralProcessors(GuestKind kind) =>
        Assert.SkipUnless(kind == GuestKind.PV, $"a {kind} guest with two processors hangs early on a Xen in software emulation");

    public override void RequireScheduler(SuiteGuest guest)
    {
    }

    public override void ConfirmScheduler(SuiteGuest guest, uint weight, uint cap)
    {
        var now = SuiteGuest.Table(Virsh("schedinfo", guest.Uuid), ':');
        Assert.Equal((weight, cap), (uint.Parse(now["weight"], CultureInfo.InvariantCulture), uint.Parse(now["cap"], CultureInfo.InvariantCulture)));
    }

    /// <summary>Runs a command in Domain-0; skips where that is not the lab's.</summary>
    public string RunInDomain0(string command)
    {
        Assert.SkipUnless(ServerUnderTest.Given is null, "this takes a command in Domain-0, which is the lab's own to run");
        return lab.Host.RunInDomain0(command);
    }
}
