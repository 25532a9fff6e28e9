using Xen.Cim.Model;
using Xen.Cim.Server.Indications;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>Filters, destinations and subscriptions as clients make, find, change and delete them (DSP1054).</summary>
public sealed class SubscriptionTests : IndicationTest
{
    private static readonly Uri s_url = new("http://127.0.0.1:1/");

    private protected override IndicationOptions Options => base.Options with { MaxSubscriptions = 2 };

    [Fact]
    public void What_a_client_leaves_out_is_filled_in()
    {
        var filter = Get(Filter());
        Assert.Equal("CIM_IndicationFilter", filter["CreationClassName"]);
        Assert.Equal("CIM_ComputerSystem", filter["SystemCreationClassName"]);
        Assert.Equal(Environment.MachineName, filter["SystemName"]);
        Assert.Equal(true, filter["IndividualSubscriptionSupported"]);

        var subscription = Get(Subscribe(filter.Path!, Destination(s_url)));
        Assert.Equal((ushort)2, subscription["SubscriptionState"]);
        Assert.Equal((ushort)2, subscription["RepeatNotificationPolicy"]);
        Assert.InRange(((CimDateTime)subscription["SubscriptionStartTime"]!).ToDateTimeOffset()!.Value, DateTimeOffset.Now.AddMinutes(-1), DateTimeOffset.Now.AddMinutes(1));
    }

    [Fact]
    public void What_was_made_is_found_by_all_ways()
    {
        var filter = Filter();
        var destination = Destination(s_url);
        var subscription = Subscribe(filter, destination);

        Assert.Equal([filter], Names("CIM_IndicationFilter"));
        Assert.Equal([destination], Names("CIM_ListenerDestination"));
        Assert.Equal([subscription], Names("CIM_IndicationSubscription"));
        Assert.Equal([destination], Associated(filter, new(AssociationClass: "CIM_IndicationSubscription")));
        Assert.Equal([filter], Associated(destination, new("CIM_AbstractIndicationSubscription", "CIM_IndicationFilter", "Handler", "Filter")));
        Assert.Equal([subscription], References(destination, new(AssociationClass: "CIM_IndicationSubscription")));
        Assert.Empty(Associated(filter, new("CIM_IndicationSubscription", Role: "Handler")));
    }

    [Fact]
    public void The_service_knows_its_capabilities_and_what_it_serves()
    {
        var service = Assert.Single(Names("CIM_IndicationService"));
        var capabilities = Assert.Single(Associated(service, new(AssociationClass: "CIM_ElementCapabilities")));
        Assert.Equal(true, Get(capabilities)["SubscriptionsPersisted"]);
        Assert.Equal(2u, Get(capabilities)["MaxActiveSubscriptions"]);
        var filter = Filter();
        Assert.Equal([filter], Associated(service, new("CIM_ServiceAffectsElement", "CIM_IndicationFilter")));
        Assert.Equal([service], Associated(filter, new("CIM_ServiceAffectsElement")));
    }

    [Fact]
    public void The_service_is_on_the_system_that_it_names()
    {
        var service = Get(Assert.Single(Names("CIM_IndicationService")));
        var system = Get(Assert.Single(Associated(service.Path!, new("CIM_HostedService", "CIM_System", "Dependent", "Antecedent"))));
        Assert.Equal((service["SystemCreationClassName"], service["SystemName"]), (system["CreationClassName"], system["Name"]));
        Assert.Equal([service.Path!], Associated(system.Path!, new("CIM_HostedService")));
        Assert.Equal([system.Path!], Names("CIM_ComputerSystem"));
        Refused(CimStatus.NotSupported, () => Delete(system.Path!));
    }

    [Fact]
    public void The_same_twice_already_exists()
    {
        var filter = Filter();
        var destination = Destination(s_url);
        Subscribe(filter, destination);

        Refused(CimStatus.AlreadyExists, () => Filter());
        Refused(CimStatus.AlreadyExists, () => Destination(s_url));
        Refused(CimStatus.AlreadyExists, () => Subscribe(filter, destination));
        Assert.Single(Names("CIM_IndicationSubscription"));
    }

    [Fact]
    public void There_are_limits()
    {
        Filter(name: "1");
        Filter(name: "2");
        Assert.Contains("2 instances", Refused(CimStatus.ServerLimitsExceeded, () => Filter(name: "3")).Message, StringComparison.Ordinal);
        Assert.Equal(2, Names("CIM_IndicationFilter").Count);
    }

    [Theory]
    [InlineData("SELECT * FROM CIM_Nonsense", "WQL", "CIM_Nonsense")]
    [InlineData("SELECT * FROM CIM_ManagedElement", "WQL", "not an indication")]
    [InlineData("SELECT FROM", "WQL", "SELECT FROM")]
    [InlineData("SELECT * FROM CIM_InstModification", "Latin", "Latin")]
    public void A_filter_that_can_let_nothing_through_is_refused(string query, string language, string reason) =>
        Assert.Contains(reason, Refused(CimStatus.InvalidParameter, () => Filter(query, language: language)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_filter_of_another_namespace_needs_one_that_exists() =>
        Assert.Contains("root/none", Refused(CimStatus.InvalidParameter, () => Filter(ns: "root/none")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("")]
    [InlineData("file:///etc/passwd")]
    public void A_destination_is_a_listeners_URL(string url) =>
        Refused(CimStatus.InvalidParameter, () => Create(New("CIM_ListenerDestinationCIMXML", ("Name", "x"), ("Destination", url))));

    [Fact]
    public void A_subscription_needs_both_its_ends()
    {
        var filter = Filter();
        var destination = Destination(s_url);
        Delete(destination);
        Refused(CimStatus.InvalidParameter, () => Subscribe(filter, destination));
        Assert.Empty(Names("CIM_IndicationSubscription"));
    }

    [Fact]
    public void What_has_a_subscription_stays()
    {
        var filter = Filter();
        var destination = Destination(s_url);
        var subscription = Subscribe(filter, destination);

        Refused(CimStatus.Failed, () => Delete(filter));
        Refused(CimStatus.Failed, () => Delete(destination));
        Refused(CimStatus.NotSupported, () => Modify(filter, ("Query", "SELECT * FROM CIM_AlertIndication")));
        Delete(subscription);
        Delete(filter);
        Delete(destination);

        Assert.Empty(Names("CIM_IndicationFilter"));
        Assert.Empty(Names("CIM_ListenerDestination"));
        Refused(CimStatus.NotFound, () => Delete(subscription));
    }

    [Fact]
    public void Everything_is_there_again_after_a_restart()
    {
        var filter = Filter();
        var destination = Destination(s_url);
        var subscription = Subscribe(filter, destination, ("OnFatalErrorPolicy", "4"), ("SubscriptionInfo", "mine & <yours>"));
        var service = Names("CIM_IndicationService").Single();
        Modify(service, ("DeliveryRetryAttempts", "7"));
        var before = Get(subscription).Properties.Select(p => (p.Name, CimValue.Format(p.Value ?? ""))).ToList();

        Restart();

        Assert.Equal(before, Get(subscription).Properties.Select(p => (p.Name, CimValue.Format(p.Value ?? ""))));
        Assert.Equal([filter], Names("CIM_IndicationFilter"));
        Assert.Equal([destination], Names("CIM_ListenerDestination"));
        Assert.Equal((ushort)7, Get(service)["DeliveryRetryAttempts"]);
        Delete(subscription);
        Restart();
        Assert.Empty(Names("CIM_IndicationSubscription"));
        Assert.Equal([filter], Names("CIM_IndicationFilter"));
    }

    [Fact]
    public void A_file_that_was_torn_spoils_nothing_else()
    {
        var filter = Filter();
        var folder = Path.Combine(Folder, "indications");
        File.WriteAllText(Path.Combine(folder, "torn.xml"), "<INSTANCE CLASSNAME=\"CIM_Indica");
        File.WriteAllText(Path.Combine(folder, "draft.xml.new"), "<INST");

        Restart();

        Assert.Equal([filter], Names("CIM_IndicationFilter"));
        Assert.False(File.Exists(Path.Combine(folder, "draft.xml.new")));
    }

    [Fact]
    public async Task A_subscription_ends_when_its_time_is_over()
    {
        var (filter, other) = (Filter(), Destination(s_url, "other"));
        var longer = Subscribe(filter, Destination(s_url), ("SubscriptionDuration", "1000"));
        Subscribe(filter, other, ("SubscriptionDuration", "1"));
        await EventuallyAsync(() => Names("CIM_IndicationSubscription").Count == 1, "it is still there");
        Assert.Equal([longer], Names("CIM_IndicationSubscription"));
        Assert.InRange((ulong)Get(longer)["SubscriptionTimeRemaining"]!, 1ul, 1000ul);
        Refused(CimStatus.InvalidParameter, () => Subscribe(filter, other, ("SubscriptionDuration", "0")));
    }

    [Fact]
    public void What_cannot_be_written_is_not_there()
    {
        var folder = Path.Combine(Folder, "indications");
        Filter(name: "1");
        Directory.Delete(folder, recursive: true);
        File.WriteAllText(folder, "in the way");
        try
        {
            Refused(CimStatus.Failed, () => Filter(name: "2"));
            Assert.Single(Names("CIM_IndicationFilter"));
        }
        finally
        {
            File.Delete(folder);
        }
    }
}
