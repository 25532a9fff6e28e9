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
