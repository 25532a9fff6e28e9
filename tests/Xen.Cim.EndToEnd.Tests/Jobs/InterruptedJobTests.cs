using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Jobs;

/// <summary>A job whose server is killed: whoever was told of it can still ask what became of it.</summary>
public sealed class InterruptedJobTests
{
    [Fact]
    public void The_next_server_tells_of_a_job_that_was_running_when_the_last_one_was_killed()
    {
        using var libvirtd = Libvirtd.StartOrSkip();
        var state = Path.Combine(libvirtd.Images, "state");
        string job, uuid;
        using (var server = CimServerProcess.Start(libvirtd.Uri, state: state))
        {
            var wbemcli = new Wbemcli(server.Address);
            uuid = wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "mute"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
            wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
            // Firmware does not listen to the power button.
            job = wbemcli.Request(uuid, 4).Output["Job"];
            Assert.Equal("4", wbemcli.Get(job)["JobState"]);
            server.Kill();
        }

        using var next = CimServerProcess.Start(libvirtd.Uri, state: state);
        var again = new Wbemcli(next.Address);
        var ended = again.Get(job);
        Assert.Equal(("10", "1"), (ended["JobState"], ended["ErrorCode"]));
        Assert.Contains("process ended", ended["ErrorDescription"], StringComparison.Ordinal);
        Assert.Contains("process ended", again.Call(job, "GetErrors").Output["Errors"], StringComparison.Ordinal);
        Assert.Equal([Guests.Path(uuid)], Wbemcli.Paths("ain", again.Url(job), "-ac", "Xen_AffectedJobElement"));
        // It is no reason to refuse what comes next.
        again.Change(uuid, requested: 3, enabled: 3, "Shut off");
    }
}
