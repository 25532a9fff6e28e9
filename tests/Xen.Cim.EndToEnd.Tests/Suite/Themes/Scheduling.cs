using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>A guest's share of the processors: weight and cap.</summary>
public abstract class Scheduling(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void The_weight_is_defined()
    {
        using var guest = Define("weight");
        guest.Modify("Xen_ProcessorRASD", "defined/processor", "Weight = 512;");
        Assert.Equal("512", guest.Setting("Xen_ProcessorRASD", "defined/processor")["Weight"]);
        if (Host.VirshSeesIt)
            Assert.Equal("512", (string?)guest.Inactive.Element("cputune")!.Element("shares"));
    }

    [GuestFact]
    public void Weight_and_cap_change_while_the_guest_runs()
    {
        using var guest = Define("share");
        guest.Start();
        Host.RequireScheduler(guest);
        guest.Modify("Xen_ProcessorRASD", "state/processor", "Weight = 300; Limit = 60;");
        var setting = guest.Setting("Xen_ProcessorRASD", "state/processor");
        Assert.Equal(("300", "60"), (setting["Weight"], setting["Limit"]));
        Host.ConfirmScheduler(guest, weight: 300, cap: 60);
        guest.Modify("Xen_ProcessorRASD", "state/processor", "Limit = 0;");
        Assert.Equal("0", guest.Setting("Xen_ProcessorRASD", "state/processor")["Limit"]);
        Host.ConfirmScheduler(guest, weight: 300, cap: 0);
    }

    [GuestFact]
    public void Weight_and_cap_hold_at_every_start()
    {
        using var guest = Define("shares");
        guest.Modify("Xen_ProcessorRASD", "defined/processor", "Weight = 400; Limit = 70;");
        for (var start = 0; start < 2; start++)
        {
            guest.Start();
            Host.RequireScheduler(guest);
            var setting = guest.Setting("Xen_ProcessorRASD", "state/processor");
            Assert.Equal(("400", "70"), (setting["Weight"], setting["Limit"]));
            Host.ConfirmScheduler(guest, weight: 400, cap: 70);
            guest.Stop();
        }
        Assert.Equal("70", guest.Setting("Xen_ProcessorRASD", "defined/processor")["Limit"]);
    }
}
