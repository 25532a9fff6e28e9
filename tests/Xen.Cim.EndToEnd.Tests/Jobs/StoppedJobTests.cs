using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Qemu;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Jobs;

/// <summary>Jobs that a client gives up, and libvirt with them.</summary>
public sealed class StoppedJobTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private const string Running = "4", Terminated = "8";

    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_save_that_is_stopped_leaves_the_guest_running()
    {
        // Of memory that was never used a few bytes are saved for each page: more than the buffers on the way hold.
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "slow"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 2097152; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        // Its memory goes into a pipe that nobody reads.
        var pipe = Path.Combine(Libvirtd.Saved, "slow.save");
        Assert.Equal(0, Command.Run("mkfifo", pipe).ExitCode);
        using var held = File.OpenHandle(pipe, FileMode.Open, FileAccess.ReadWrite);

        var answer = Wbemcli.Request(uuid, 6);

        Assert.Equal(Guests.JobStarted, answer.Return);
        var job = answer.Output["Job"];
        Eventually.True(() => Libvirtd.Virsh("domjobinfo", uuid).Contains("Unbounded", StringComparison.Ordinal), "libvirt saves");
        Assert.Equal(Running, Wbemcli.Get(job)["JobState"]);
        Assert.Equal("6", Wbemcli.Guest(uuid)["TransitioningToState"]);
        Assert.Contains(Wbemcli.Call(job, "RequestStateChange", "RequestedState=4").Return, (uint[])[Guests.Completed, Guests.JobStarted]);
        // What is in the pipe has to go before libvirt gives it up.
        using (var drain = Process.Start("sh", ["-c", $"exec cat '{pipe}' > /dev/null"]))
        {
            Eventually.True(() => Wbemcli.Get(job)["JobState"] == Terminated, $"the job {job} ends", 60);
            drain.Kill();
            drain.WaitForExit();
        }

        Assert.Equal("running", Libvirtd.Virsh("domstate", uuid));
        Assert.Equal(("2", "5"), (Wbemcli.Guest(uuid)["EnabledState"], Wbemcli.Guest(uuid)["TransitioningToState"]));
        Assert.Contains("LIBVIRT-", Wbemcli.Call(job, "GetErrors").Output["Errors"], StringComparison.Ordinal);
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Call(job, "RequestStateChange", "RequestedState=4").Return);
        File.Delete(pipe);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void What_libvirt_cannot_give_up_is_not_supported()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "deaf"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        // Firmware does not hear of a shutdown.
        var job = Wbemcli.Request(uuid, 4).Output["Job"];

        Assert.Equal(Guests.NotSupported, Wbemcli.Call(job, "RequestStateChange", "RequestedState=4").Return);
        Assert.Equal(Running, Wbemcli.Get(job)["JobState"]);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }
}
