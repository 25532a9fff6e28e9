using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>The whole host at a glance, and which metrics are collected.</summary>
public sealed class SummaryTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void One_call_shows_all_guests()
    {
        var guests = Wbemcli.Instances("Xen_ComputerSystem");

        var summaries = Wbemcli.Instances("Xen_ComputerSystemSummary");
        var answer = Wbemcli.Call(Wbemcli.Service(), "GetSummaryInformation");

        Assert.Equal(guests.Select(g => (g["Name"], g["ElementName"], g["EnabledState"])), summaries.Select(s => (s["Name"], s["ElementName"], s["EnabledState"])));
        Assert.Equal(Guests.Completed, answer.Return);
        var table = answer.Output["SummaryInformation"];
        Assert.All(guests, g => Assert.Contains(g["Name"], table, StringComparison.Ordinal));
        Assert.All(summaries, s => Assert.Contains(s["InstanceID"], table, StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_of_the_table_says_what_the_guest_itself_says()
    {
        var web = Wbemcli.Get(Guests.Path(SimulatedGuests.Web));
        var row = Assert.Single(Wbemcli.Instances("Xen_ComputerSystemSummary"), s => s["Name"] == SimulatedGuests.Web);
        var memory = Wbemcli.Get(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{SimulatedGuests.Web}/state/memory"));

        Assert.Equal((web["ElementName"], web["EnabledState"], web["HealthState"], web["OperationalStatus"]), (row["ElementName"], row["EnabledState"], row["HealthState"], row["OperationalStatus"]));
        Assert.Equal("2", row["NumberOfProcessors"]);
        Assert.Equal((ulong.Parse(memory["VirtualQuantity"], System.Globalization.CultureInfo.InvariantCulture) * 1024).ToString(System.Globalization.CultureInfo.InvariantCulture), row["MemoryUsage"]);
        // Without anything that runs there is nothing to measure.
        var off = Wbemcli.Get($"{Wbemcli.Namespace}:Xen_ComputerSystemSummary.InstanceID=\"Xen:{SimulatedGuests.Windows}/summary\"");
        Assert.Equal(("3", "", ""), (off["EnabledState"], off.Optional("ProcessorTime"), off.Optional("UpTime")));
    }

    [Fact]
    public void A_metric_can_be_turned_off_and_on()
    {
        var service = Assert.Single(Wbemcli.Names("Xen_MetricService"));
        var value = $"{Wbemcli.Namespace}:Xen_BaseMetricValue.InstanceID=\"Xen:GuestMemoryActual/{SimulatedGuests.Web}\"";
        const string Definition = "Definition=Xen_BaseMetricDefinition.Id=\"Xen:GuestMemoryActual\"";
        Assert.NotEqual("", Wbemcli.Get(value)["MetricValue"]);

        Assert.Equal(Guests.Completed, Wbemcli.Call(service, "ControlMetrics", $"{Definition},MetricCollectionEnabled=3").Return);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(value)).Status);

        Assert.Equal(Guests.Completed, Wbemcli.Call(service, "ControlMetrics", $"{Definition},MetricCollectionEnabled=2").Return);
        Assert.NotEqual("", Wbemcli.Get(value)["MetricValue"]);
    }
}
