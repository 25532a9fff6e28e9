using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>A guest's states (DSP1057), each confirmed by virsh, and by the guest where it can tell.</summary>
public abstract class Lifecycle(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void Starts_pauses_and_resumes()
    {
        using var guest = Define("pause");
        guest.Confirm("shut off", "domstate");
        guest.Start();
        guest.Change(9, 9, "Paused", "paused");
        guest.Change(2, 2, "Running", "running");
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Request(guest.Uuid, 2).Return);
    }

    [GuestFact]
    public void The_guest_boots_its_kernel_and_stands_still_while_paused()
    {
        using var guest = Boot("still");
        guest.Change(9, 9, "Paused", "paused");
        // What was on its way is let through; then a guest that ran would report within about two seconds.
        Thread.Sleep(1000);
        Assert.False(guest.Console.Hears(seconds: 6));
        guest.Change(2, 2, "Running", "running");
        guest.Console.Next();
    }

    [GuestFact]
    public void Suspends_to_disk_and_resumes()
    {
        using var guest = RunToSuspend("save");
        guest.Change(6, 6, "Suspended to disk", "shut off");
        guest.ConfirmInfo("yes", "Managed save");
        guest.Change(2, 2, "Running", "running");
        guest.ConfirmInfo("no", "Managed save");
    }

    [GuestFact]
    public void The_guest_goes_on_after_a_suspend_to_disk()
    {
        using var guest = Boot("goeson");
        var before = guest.Console.Next();
        guest.Change(6, 6, "Suspended to disk", "shut off");
        guest.Change(2, 2, "Running", "running");
        // One that had started anew would count from one again.
        var after = guest.Console.Next();
        Assert.True(after.Number > before.Number && after.Uptime > before.Uptime, $"before: {before}; after: {after}");
    }

    [GuestFact]
    public void What_was_suspended_can_be_thrown_away()
    {
        using var guest = RunToSuspend("discard");
        guest.Change(6, 6, "Suspended to disk", "shut off");
        guest.Change(3, 3, "Shut off", "shut off");
        guest.ConfirmInfo("no", "Managed save");
    }

    [GuestFact]
    public void Reboots_as_a_job()
    {
        using var guest = Run("reboot");
        var asked = Stopwatch.StartNew();
        guest.Await(Wbemcli.Request(guest.Uuid, 10));
        Assert.Equal(("2", "Running"), (guest.Read()["EnabledState"], guest.Read()["StatusDescriptions"]));
        guest.Confirm("running", "domstate");
        RunsOnlySince(guest, asked);
    }

    [GuestFact]
    public void Shuts_down_as_a_job()
    {
        using var guest = Run("shutdown");
        guest.Await(Wbemcli.Request(guest.Uuid, 4));
        Assert.Equal(("3", "Shut off", "4"), (guest.Read()["EnabledState"], guest.Read()["StatusDescriptions"], guest.Read()["RequestedState"]));
        guest.Confirm("shut off", "domstate");
        if (Host.GuestsAreMute is null)
            Assert.Contains("GUEST does poweroff", guest.Console.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public void A_job_is_found_from_its_guest_and_tells_how_it_ended(int requested)
    {
        using var guest = Run("job");
        var answer = Wbemcli.Request(guest.Uuid, requested);
        var job = answer.Output["Job"];
        Assert.Matches(Guests.JobPath(), job);
        guest.Await(answer);
        var ended = Wbemcli.Get(job);
        Assert.Equal(("100", "0", "Completed"), (ended["PercentComplete"], ended["ErrorCode"], ended["StatusDescriptions"]));
        Assert.Contains(job, Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(guest.Uuid)), "-ac", "Xen_OwningJobElement"));
        Assert.Contains(job, Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(guest.Uuid)), "-ac", "Xen_AffectedJobElement"));
    }

    [GuestFact]
    public void Stops_at_once_from_running_and_from_paused()
    {
        using var guest = Define("stop");
        guest.Start();
        guest.Stop();
        guest.Start();
        guest.Change(9, 9, "Paused", "paused");
        guest.Stop();
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Request(guest.Uuid, 3).Return);
    }

    [GuestFact]
    public void Resets_without_asking_the_guest()
    {
        Host.Require("Reset");
        using var guest = Run("reset");
        var asked = Stopwatch.StartNew();
        Wbemcli.Reach(guest.Uuid, 11);
        guest.Confirm("running", "domstate");
        RunsOnlySince(guest, asked);
    }

    [GuestFact]
    public void A_method_takes_the_guests_name_too()
    {
        using var guest = Define("by name");
        Wbemcli.Reach(guest.Name, 2);
        Assert.Equal("2", guest.Read()["EnabledState"]);
        Wbemcli.Reach(guest.Name, 3);
        Wbemcli.Done(Wbemcli.Destroy(guest.Name));
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(guest.Uuid))).Status);
    }

    [GuestFact]
    public void What_others_do_is_seen_at_once()
    {
        Assert.SkipUnless(Host.VirshSeesIt, "this simulated host is the provider's alone: nobody else can change its guests");
        using var guest = Define("shared");
        Host.Virsh("start", guest.Name);
        Assert.Equal("2", guest.Read()["EnabledState"]);
        Host.Virsh("suspend", guest.Name);
        Assert.Equal("9", guest.Read()["EnabledState"]);
        Host.Virsh("setmaxmem", guest.Name, "229376", "--config");
        Assert.Equal("229376", guest.Setting("Xen_MemoryRASD", "defined/memory")["Limit"]);
        Host.Virsh("destroy", guest.Name);
        Assert.Equal("3", guest.Read()["EnabledState"]);
        Host.Virsh("undefine", guest.Name);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(guest.Uuid))).Status);
    }

    // Its kernel has run for no longer than that.
    private void RunsOnlySince(SuiteGuest guest, Stopwatch asked)
    {
        if (Host.GuestsAreMute is null)
            guest.Console.WaitFor(r => r.Uptime < asked.Elapsed.TotalSeconds, "that it started anew");
    }
}
