using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>What a guest uses (DSP1053): there while it runs, and what libvirt says.</summary>
public abstract class Metrics(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    private const string ProcessorTime = "GuestProcessorTime";

    [GuestFact]
    public void Tell_the_processor_time_that_libvirt_counts_while_the_guest_runs()
    {
        using var guest = Define("metrics");
        Assert.Equal(6, Refused(guest));
        guest.Start();
        var before = ByVirsh(guest);
        var told = Nanoseconds(guest);
        var after = ByVirsh(guest);
        // virsh rounds to tenths.
        Assert.InRange(told / 1e9m, (before ?? 0) - 0.1m, (after ?? decimal.MaxValue) + 0.1m);
        Assert.True(Nanoseconds(guest) >= told);
        var utilization = double.Parse(Metric(guest, "GuestProcessorUtilization")["MetricValue"], CultureInfo.InvariantCulture);
        Assert.InRange(utilization, 0, 100);
        guest.Stop();
        Assert.Equal(6, Refused(guest));
    }

    [GuestFact]
    public void Are_found_from_the_guest_with_what_they_mean()
    {
        using var guest = Define("metrics");
        guest.Start();
        var path = Path(guest, ProcessorTime);
        Assert.Contains(path, Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(guest.Uuid)), "-ac", "Xen_MetricForME"));
        var definition = Wbemcli.Get(Assert.Single(Wbemcli.Paths("ain", Wbemcli.Url(path), "-ac", "Xen_MetricInstance")));
        Assert.Equal((Metric(guest, ProcessorTime)["MetricDefinitionId"], ProcessorTime), (definition["Id"], definition["Name"]));
    }

    [GuestFact]
    public void Are_in_the_summary_of_the_guest()
    {
        using var guest = Define("summary");
        guest.Start();
        var summary = Wbemcli.Get(Guests.SettingPath("Xen_ComputerSystemSummary", $"Xen:{guest.Uuid}/summary"));
        Assert.Equal((guest.Name, "2", "1"), (summary["ElementName"], summary["EnabledState"], summary["NumberOfProcessors"]));
        guest.Stop();
        Assert.Equal("3", Wbemcli.Get(Guests.SettingPath("Xen_ComputerSystemSummary", $"Xen:{guest.Uuid}/summary"))["EnabledState"]);
    }

    private static string Path(SuiteGuest guest, string metric) => Guests.SettingPath("Xen_BaseMetricValue", $"Xen:{metric}/{guest.Uuid}");

    private PrintedInstance Metric(SuiteGuest guest, string metric) => Wbemcli.Get(Path(guest, metric));

    private ulong Nanoseconds(SuiteGuest guest) => ulong.Parse(Metric(guest, ProcessorTime)["MetricValue"], CultureInfo.InvariantCulture);

    private int Refused(SuiteGuest guest) => Wbemcli.Refused("gi", Wbemcli.Url(Path(guest, ProcessorTime))).Status;

    // In seconds; null where virsh does not see the host, or counts nothing yet.
    private decimal? ByVirsh(SuiteGuest guest) => Host.VirshSeesIt && SuiteGuest.Table(Host.Virsh("dominfo", guest.Uuid), ':').TryGetValue("CPU time", out var time)
        ? decimal.Parse(time.TrimEnd('s'), CultureInfo.InvariantCulture) : null;
}
