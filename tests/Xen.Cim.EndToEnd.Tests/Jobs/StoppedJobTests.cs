using System.Diagnostics;
using System.Runtime.InteropServices;
using Xen.Cim.EndToEnd.Tests.Qemu;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Jobs;

/// <summary>Jobs that a client gives up, and libvirt with them.</summary>
public sealed class StoppedJobTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private const string Running = "4", Terminated = "8";

    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    private uint Stop(string job) => Wbemcli.Call(job, "RequestStateChange", "RequestedState=4").Return;

    [Fact]
    public void A_save_that_is_stopped_leaves_the_guest_running()
    {
        using var save = new EndlessSave(host, "slow");

        Assert.Equal(Running, Wbemcli.Get(save.Job)["JobState"]);
        Assert.Equal("6", Wbemcli.Guest(save.Guest)["TransitioningToState"]);
        Assert.Contains(Stop(save.Job), (uint[])[Guests.Completed, Guests.JobStarted]);
        save.LetGo();
        Eventually.True(() => Wbemcli.Get(save.Job)["JobState"] == Terminated, $"the job {save.Job} ends", 60);

        Assert.Equal("running", Libvirtd.Virsh("domstate", save.Guest));
        Assert.Equal(("2", "5"), (Wbemcli.Guest(save.Guest)["EnabledState"], Wbemcli.Guest(save.Guest)["TransitioningToState"]));
        Assert.Contains("LIBVIRT-", Wbemcli.Call(save.Job, "GetErrors").Output["Errors"], StringComparison.Ordinal);
        Assert.Equal(Guests.InvalidTransition, Stop(save.Job));
    }

    [Fact]
    public void A_guest_that_is_being_saved_takes_no_other_change_and_says_so_at_once()
    {
        using var save = new EndlessSave(host, "busy");
        var id = Wbemcli.Guest(save.Guest)["Name"];

        Assert.Equal("3", Wbemcli.Guest(save.Guest)["AvailableRequestedStates"]);
        var pause = Wbemcli.Refused("cm", Wbemcli.Url(Guests.Path(id)), "RequestStateChange.RequestedState=9");
        Assert.Contains("is being saved", pause.Message, StringComparison.Ordinal);
        Assert.Contains("(Busy, ", pause.Message, StringComparison.Ordinal);
        var memory = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings="
            + Wbemcli.Mof($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{id}}/state/memory"; VirtualQuantity = 16384; };"""));
        Assert.Contains("is being saved", memory.Message, StringComparison.Ordinal);
        Assert.Equal(Running, Wbemcli.Get(save.Job)["JobState"]);

        Assert.Contains(Stop(save.Job), (uint[])[Guests.Completed, Guests.JobStarted]);
        save.LetGo();
        Eventually.True(() => Wbemcli.Get(save.Job)["JobState"] == Terminated, $"the job {save.Job} ends", 60);
        Wbemcli.Change(id, requested: 9, enabled: 9, "Paused");
    }

    [Fact]
    public void Saves_that_last_long_keep_nobody_from_anything_else()
    {
        var saves = Enumerable.Range(1, 5).Select(n => new EndlessSave(host, $"slow{n}")).ToList();
        try
        {
            var other = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "other"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
            Wbemcli.Change(other, requested: 2, enabled: 2, "Running");
            Wbemcli.Change(other, requested: 9, enabled: 9, "Paused");
            Wbemcli.Done(Wbemcli.Destroy(other));
            Assert.All(saves, s => Assert.Contains(Stop(s.Job), (uint[])[Guests.Completed, Guests.JobStarted]));
            saves.ForEach(s => s.LetGo());
            Assert.All(saves, s => Eventually.True(() => Wbemcli.Get(s.Job)["JobState"] == Terminated, $"the job {s.Job} ends", 60));
        }
        finally
        {
            saves.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public void A_save_whose_daemon_is_killed_is_no_longer_under_way_and_the_guest_goes_on()
    {
        using var save = new EndlessSave(host, "lost");

        Libvirtd.Kill();
        save.LetGo();
        Libvirtd.Restart();

        Eventually.True(() => Wbemcli.Get(save.Job)["JobState"] != Running, "the job ends");
        Assert.Equal(("10", "1"), (Wbemcli.Get(save.Job)["JobState"], Wbemcli.Get(save.Job)["ErrorCode"]));
        Eventually.True(() => Wbemcli.Guest(save.Guest)["EnabledState"] == "2", "the guest runs");
        Assert.Equal("running", Libvirtd.Virsh("domstate", save.Guest));
        Assert.Equal("5", Wbemcli.Guest(save.Guest)["TransitioningToState"]);
    }

    [Fact]
    public void What_libvirt_cannot_give_up_is_not_supported()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "deaf"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        // Firmware does not hear of a shutdown.
        var job = Wbemcli.Request(uuid, 4).Output["Job"];

        Assert.Equal(Guests.NotSupported, Stop(job));
        Assert.Equal(Running, Wbemcli.Get(job)["JobState"]);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    /// <summary>A guest that is being saved, and is so until somebody reads what libvirt writes.</summary>
    private sealed class EndlessSave : IDisposable
    {
        private readonly QemuHostFixture _host;
        private readonly string _pipe;
        private readonly SafeHandle _held;
        private Process? _drain;

        public EndlessSave(QemuHostFixture host, string name)
        {
            _host = host;
            // Of memory that was never used a few bytes are saved for each page: more than the buffers on the way hold.
            Guest = host.Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 2097152; };");
            host.Wbemcli.Change(Guest, requested: 2, enabled: 2, "Running");
            // Its memory goes into a pipe that nobody reads.
            _pipe = Path.Combine(host.Libvirtd.Saved, $"{name}.save");
            Assert.Equal(0, Command.Run("mkfifo", _pipe).ExitCode);
            _held = File.OpenHandle(_pipe, FileMode.Open, FileAccess.ReadWrite);
            var answer = host.Wbemcli.Request(Guest, 6);
            Assert.Equal(Guests.JobStarted, answer.Return);
            Job = answer.Output["Job"];
            Eventually.True(() => host.Libvirtd.Virsh("domjobinfo", Guest).Contains("Unbounded", StringComparison.Ordinal), "libvirt saves");
        }

        public string Guest { get; }

        public string Job { get; }

        /// <summary>What is in the pipe has to go before libvirt gives it up.</summary>
        public void LetGo() => _drain ??= Process.Start("sh", ["-c", $"exec cat '{_pipe}' > /dev/null"]);

        public void Dispose()
        {
            LetGo();
            Eventually.True(() => _host.Wbemcli.Get(Job)["JobState"] != Running, $"the job {Job} ends", 60);
            _drain!.Kill();
            _drain.WaitForExit();
            _drain.Dispose();
            _held.Dispose();
            File.Delete(_pipe);
            _host.Wbemcli.Done(_host.Wbemcli.Destroy(Guest));
        }
    }
}
