using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>What providers are told of subscriptions (CMPI 2.0, indication interface).</summary>
public sealed class ProviderFilterTests : IndicationTest
{
    private static readonly Uri s_url = new("http://127.0.0.1:1/");

    private List<string> Calls => [.. Source.Invocations.Select(i => i.Method.Name switch
    {
        nameof(ICmpiIndications.ActivateFilter) => $"activate {i.Arguments[3]} {i.Arguments[5]}",
        nameof(ICmpiIndications.DeactivateFilter) => $"deactivate {i.Arguments[3]} {i.Arguments[5]}",
        var other => other,
    })];

    [Fact]
    public void The_first_and_the_last_filter_are_marked_and_the_provider_is_turned_on_and_off()
    {
        var destination = Destination(s_url);
        var one = Subscribe(Filter(name: "one"), destination);
        Assert.Equal(["AuthorizeFilter", "MustPoll", "activate Test_InstModification True", "EnableIndications"], Calls);
        Source.Invocations.Clear();

        var two = Subscribe(Filter(name: "two"), destination);
        Assert.Equal(["AuthorizeFilter", "MustPoll", "activate Test_InstModification False"], Calls);
        Source.Invocations.Clear();

        Delete(one);
        Assert.Equal(["deactivate Test_InstModification False"], Calls);
        Source.Invocations.Clear();

        Delete(two);
        Assert.Equal(["deactivate Test_InstModification True", "DisableIndications"], Calls);
    }

    [Fact]
    public void Every_class_below_the_one_selected_from_is_activated()
    {
        Subscribe(Filter("SELECT * FROM CIM_Indication"), Destination(s_url));
        Assert.Equal(["activate Test_Alert True", "activate Test_InstModification True"], Calls.Where(c => c.StartsWith("activate", StringComparison.Ordinal)));
        Assert.Single(Calls, "EnableIndications");
    }

    [Fact]
    public void The_provider_hears_who_asks_for_what()
    {
        Subscribe(Filter(), Destination(s_url));
        Source.Verify(s => s.AuthorizeFilter(It.Is<CimRequest>(r => r.Principal == "operator" && r.Namespace == Virt), "SELECT * FROM CIM_InstModification", "WQL",
            "Test_InstModification", It.Is<CimObjectPath>(p => p.ClassName == "Test_InstModification" && p.Namespace == Virt), "operator"));
    }

    [Fact]
    public void A_filter_that_the_provider_refuses_makes_no_subscription()
    {
        Source.Setup(s => s.AuthorizeFilter(It.IsAny<CimRequest>(), It.IsAny<string>(), It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CimObjectPath>(), It.IsAny<string>()))
            .Throws(new CimException(CimStatus.AccessDenied, "not you"));
        var (filter, destination) = (Filter(), Destination(s_url));

        Assert.Equal("not you", Refused(CimStatus.AccessDenied, () => Subscribe(filter, destination)).Message);
        Assert.Empty(Names("CIM_IndicationSubscription"));
        Assert.DoesNotContain("EnableIndications", Calls);
    }

    [Fact]
    public void A_class_that_nobody_raises_cannot_be_subscribed_to()
    {
        var (filter, destination) = (Filter("SELECT * FROM CIM_InstDeletion"), Destination(s_url));
        Assert.Contains("CIM_InstDeletion", Refused(CimStatus.NotSupported, () => Subscribe(filter, destination)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kept_subscriptions_are_activated_after_a_restart()
    {
        Subscribe(Filter(), Destination(s_url));
        await using var listener = await TestListener.StartAsync();
        Modify(Names("CIM_ListenerDestination").Single(), ("Destination", listener.Url.ToString()));
        Source.Invocations.Clear();

        Restart();

        await EventuallyAsync(() => Calls.Contains("EnableIndications"), "the filter was not activated");
        // Ended by the old life, begun by the new one.
        Assert.Equal(["deactivate Test_InstModification True", "DisableIndications", "AuthorizeFilter", "MustPoll", "activate Test_InstModification True", "EnableIndications"], Calls);
        Service.Deliver(Virt, Modification("again"));
        Assert.Equal("again", (await listener.NextAsync())[0]["IndicationIdentifier"]);
    }

    [Fact]
    public async Task A_provider_that_is_away_at_start_is_asked_again()
    {
        Subscribe(Filter(), Destination(s_url));
        var refusals = 0;
        Source.Setup(s => s.ActivateFilter(It.IsAny<CimRequest>(), It.IsAny<string>(), It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CimObjectPath>(), It.IsAny<bool>()))
            .Callback(() =>
            {
                if (refusals++ < 2)
                    throw new CimException(CimStatus.Failed, "not yet");
            });
        Source.Invocations.Clear();

        Restart();

        await EventuallyAsync(() => Calls.Contains("EnableIndications"), "the filter was not activated");
        Assert.Equal(3, refusals);
        Assert.Single(Names("CIM_IndicationSubscription"));
    }
}
