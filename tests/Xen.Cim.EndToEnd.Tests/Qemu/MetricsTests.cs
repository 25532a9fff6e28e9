using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>Real counters of a software-emulated guest, beside those of virsh domstats; and a job that fails.</summary>
public sealed class MetricsTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void Counters_are_those_of_libvirt_and_begin_anew_with_the_guest()
    {
        var uuid = Define("counted");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        Between("cpu.time", () => Value($"GuestProcessorTime/{uuid}"));
        Between("vcpu.0.time", () => Value($"ProcessorTime/{uuid}/processor-0"));
        Between("block.0.rd.bytes", () => Value($"DiskBytesRead/{uuid}/vda"));
        Between("block.0.rd.reqs", () => Value($"DiskReadRequests/{uuid}/vda"));
        Assert.Equal(DomStats("balloon.current") * 1024, Value($"GuestMemoryActual/{uuid}"));
        Assert.InRange(double.Parse(Wbemcli.Get(Path($"GuestProcessorUtilization/{uuid}"))["MetricValue"], CultureInfo.InvariantCulture), 0, 100);
        Assert.InRange(Value($"GuestUptime/{uuid}"), 0ul, 600ul);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Path($"DiskErrors/{uuid}/vda"))).Status);

        var summary = Wbemcli.Get($"{Wbemcli.Namespace}:Xen_ComputerSystemSummary.InstanceID=\"Xen:{uuid}/summary\"");
        Assert.Equal(("counted", "2", "1"), (summary["ElementName"], summary["EnabledState"], summary["NumberOfProcessors"]));
        Assert.Equal((DomStats("balloon.current") * 1024).ToString(CultureInfo.InvariantCulture), summary["MemoryUsage"]);

        var before = Value($"GuestProcessorTime/{uuid}");
        Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Path($"GuestProcessorTime/{uuid}"))).Status);
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.True(Value($"GuestProcessorTime/{uuid}") < before);
        Assert.InRange(double.Parse(Wbemcli.Get(Path($"GuestProcessorUtilization/{uuid}"))["MetricValue"], CultureInfo.InvariantCulture), 0, 100);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_job_that_failed_hands_out_its_error()
    {
        var uuid = Define("mute");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        // Firmware does not listen to the power button.
        var job = Wbemcli.Request(uuid, 4, ",TimeoutPeriod=00000000000001.000000:000").Output["Job"];
        Eventually.True(() => Wbemcli.Get(job)["JobState"] == "10", $"the job {job} gives up", 60);

        Assert.Equal("1", Wbemcli.Get(job)["ErrorCode"]);
        var answer = Wbemcli.Call(job, "GetErrors");
        Assert.Equal(Guests.Completed, answer.Return);
        Assert.Contains("did not do it within", answer.Output["Errors"], StringComparison.Ordinal);
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Call(job, "RequestStateChange", "RequestedState=4").Return);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    private string Define(string name) => Wbemcli.Define(
        $$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; VirtualSystemType = "DMTF:XEN:HVM"; };""",
        $$"""
        instance of Xen_MemoryRASD { VirtualQuantity = 65536; };
        instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{Libvirtd.MakeImage(name + ".img")}}"; };
        """);

    private static string Path(string id) => $"{Wbemcli.Namespace}:Xen_BaseMetricValue.InstanceID=\"Xen:{id}\"";

    private ulong Value(string id) => ulong.Parse(Wbemcli.Get(Path(id))["MetricValue"], CultureInfo.InvariantCulture);

    private ulong DomStats(string name)
    {
        var line = Libvirtd.Virsh("domstats", "counted").Split('\n').Select(l => l.Trim().Split('=', 2)).Single(l => l[0] == name);
        return ulong.Parse(line[1], CultureInfo.InvariantCulture);
    }

    // A number read between two of virsh lies between them; it may be a second old.
    private void Between(string statistic, Func<ulong> read)
    {
        var before = DomStats(statistic);
        Thread.Sleep(1100);
        var value = read();
        Assert.InRange(value, before, DomStats(statistic));
    }
}
