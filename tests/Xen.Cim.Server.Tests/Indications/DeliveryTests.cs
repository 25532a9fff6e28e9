using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xen.Cim.Server.Indications;

namespace Xen.Cim.Server.Tests.Indications;

/// <summary>Indications on their way to listeners (DSP0200 5.4, DSP1054).</summary>
public sealed class DeliveryTests : IndicationTest
{
    private const int Queue = 2000;

    private protected override IndicationOptions Options => base.Options with { MaxWaiting = Queue, MaxWaitingForAll = _together, Timeout = _timeout, ListenerTrust = _trust };

    private int _together = 131072;
    private TimeSpan _timeout = Patience.Longest;
    private string? _trust;

    [Fact]
    public async Task An_indication_comes_as_an_export_message()
    {
        await using var listener = await TestListener.StartAsync();
        Subscribe(Filter(name: "mine"), Destination(listener.Url));

        Service.Deliver(Virt, Modification("web"));
        var got = (await listener.NextAsync())[0];

        Assert.Equal("MethodRequest", got.Headers["CIMExport"]);
        Assert.Equal("ExportIndication", got.Headers["CIMExportMethod"]);
        Assert.Equal("ExportIndication", (string?)got.Message.Descendants("EXPMETHODCALL").Single().Attribute("NAME"));
        Assert.Equal("NewIndication", (string?)got.Message.Descendants("EXPPARAMVALUE").Single().Attribute("NAME"));
        Assert.Equal("Test_InstModification", got.ClassName);
        Assert.Contains("web", got["SourceInstance"], StringComparison.Ordinal);
        Assert.Equal("mine", got["IndicationFilterName"]);
        Assert.Equal(0, got.Number);
        Assert.NotEmpty(got["SequenceContext"]!);
    }

    [Fact]
    public async Task Numbers_count_for_each_listener_and_the_context_stays()
    {
        await using var one = await TestListener.StartAsync();
        await using var other = await TestListener.StartAsync();
        var all = Filter();
        Subscribe(all, Destination(one.Url, "one"));
        Subscribe(Filter("SELECT * FROM CIM_AlertIndication", "alerts"), Destination(other.Url, "other"));

        for (var i = 0; i < 3; i++)
            Service.Deliver(Virt, Modification());
        Service.Deliver(Virt, New("Test_Alert"));

        var first = await one.NextAsync(3);
        Assert.Equal([0L, 1L, 2L], first.Select(r => r.Number));
        Assert.Single(first.Select(r => r["SequenceContext"]).Distinct());
        var second = (await other.NextAsync())[0];
        Assert.Equal((0L, "Test_Alert"), (second.Number, second.ClassName));
        Assert.NotEqual(first[0]["SequenceContext"], second["SequenceContext"]);
    }

    [Fact]
    public async Task A_filter_lets_through_what_its_query_and_namespace_say()
    {
        await using var listener = await TestListener.StartAsync();
        Subscribe(Filter("SELECT * FROM Test_InstModification WHERE SourceInstance ISA Test_SpecialGuest"), Destination(listener.Url));

        Service.Deliver("root/cimv2", Modification("elsewhere", "Test_SpecialGuest"));
        Service.Deliver(Virt, Modification("plain"));
        Service.Deliver(Virt, New("Test_Alert"));
        Service.Deliver(Virt, Modification("special", "Test_SpecialGuest"));

        Assert.Equal("special", (await listener.NextAsync())[0]["IndicationIdentifier"]);
    }

    [Fact]
    public async Task A_disabled_subscription_gets_nothing()
    {
        await using var listener = await TestListener.StartAsync();
        var subscription = Subscribe(Filter(), Destination(listener.Url));
        Modify(subscription, ("SubscriptionState", "4"));
        Service.Deliver(Virt, Modification("while disabled"));
        Modify(subscription, ("SubscriptionState", "2"));
        Service.Deliver(Virt, Modification("again"));

        Assert.Equal("again", (await listener.NextAsync())[0]["IndicationIdentifier"]);
    }

    [Fact]
    public async Task A_storm_arrives_whole_and_in_order()
    {
        await using var listener = await TestListener.StartAsync();
        Subscribe(Filter(), Destination(listener.Url));
        for (var i = 0; i < Queue; i++)
            Service.Deliver(Virt, Modification());

        Assert.Equal(Enumerable.Range(0, Queue).Select(i => (long)i), (await listener.NextAsync(Queue)).Select(r => r.Number));
    }

    [Fact]
    public async Task What_a_full_queue_loses_shows_in_the_numbers()
    {
        await using var listener = await TestListener.StartAsync();
        using var hold = new SemaphoreSlim(0);
        var asked = new TaskCompletionSource();
        listener.Answering = async () =>
        {
            asked.TrySetResult();
            await hold.WaitAsync();
            return 200;
        };
        Subscribe(Filter(), Destination(listener.Url));
        Service.Deliver(Virt, Modification());
        // The first is on its way and leaves its place to another one.
        await asked.Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
        for (var i = 0; i < Queue + 10; i++)
            Service.Deliver(Virt, Modification());
        hold.Release(Queue + 1);
        var numbers = (await listener.NextAsync(Queue + 1)).Select(r => r.Number).ToList();
        Assert.Equal(Enumerable.Range(0, Queue + 1).Select(i => (long)i), numbers);

        hold.Release();
        Service.Deliver(Virt, Modification());
        // Ten are missing.
        Assert.Equal(Queue + 11, (await listener.NextAsync())[0].Number);
    }

    [Fact]
    public async Task A_slow_listener_delays_no_other()
    {
        await using var slow = await TestListener.StartAsync();
        await using var quick = await TestListener.StartAsync();
        using var hold = new SemaphoreSlim(0);
        slow.Answering = async () =>
        {
            await hold.WaitAsync();
            return 200;
        };
        var filter = Filter();
        Subscribe(filter, Destination(slow.Url, "slow"));
        Subscribe(filter, Destination(quick.Url, "quick"));
        for (var i = 0; i < 50; i++)
            Service.Deliver(Virt, Modification());

        Assert.Equal(50, (await quick.NextAsync(50)).Count);
        Assert.Empty(slow.All);
        hold.Release(100);
        Assert.Equal(50, (await slow.NextAsync(50)).Count);
    }

    [Fact]
    public async Task Listeners_that_take_nothing_leave_room_for_those_that_do()
    {
        _together = 100;
        Restart();
        await using var dead = await TestListener.StartAsync();
        await using var quick = await TestListener.StartAsync();
        using var hold = new SemaphoreSlim(0);
        dead.Answering = async () =>
        {
            await hold.WaitAsync();
            return 200;
        };
        var all = Filter();
        Subscribe(all, Destination(dead.Url, "dead"));
        for (var i = 0; i < 500; i++)
            Service.Deliver(Virt, Modification());
        Subscribe(all, Destination(quick.Url, "quick"));

        for (var i = 0; i < 20; i++)
            Service.Deliver(Virt, Modification());

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), (await quick.NextAsync(20)).Select(r => r.Number));
        hold.Release(1000);
    }

    [Fact]
    public async Task Delivery_is_tried_again()
    {
        await using var listener = await TestListener.StartAsync();
        var tries = 0;
        listener.Answering = () => Task.FromResult(Interlocked.Increment(ref tries) < 4 ? 503 : 200);
        Subscribe(Filter(), Destination(listener.Url));
        Service.Deliver(Virt, Modification("first"));
        Service.Deliver(Virt, Modification("second"));

        Assert.Equal(["first", "second"], (await listener.NextAsync(2)).Select(r => r["IndicationIdentifier"]));
        Assert.Equal(5, tries);
    }

    [Fact]
    public async Task A_listener_that_comes_back_gets_what_waited()
    {
        var gone = await TestListener.StartAsync();
        var port = gone.Url.Port;
        Subscribe(Filter(), Destination(gone.Url));
        Service.Deliver(Virt, Modification("before"));
        await gone.NextAsync();
        Modify(Names("CIM_IndicationService").Single(), ("DeliveryRetryAttempts", "1000"));
        await gone.DisposeAsync();
        Service.Deliver(Virt, Modification("meanwhile"));

        await using var back = await TestListener.StartAsync(port);
        Assert.Equal("meanwhile", (await back.NextAsync())[0]["IndicationIdentifier"]);
    }

    [Theory]
    [InlineData("4", 0)]
    [InlineData("3", 1)]
    [InlineData("2", 1)]
    public async Task A_listener_that_stays_away_loses_its_subscription_by_its_policy(string policy, int left)
    {
        var filter = Filter();
        var subscription = Subscribe(filter, Destination(new Uri("http://127.0.0.1:1/")), ("OnFatalErrorPolicy", policy));
        Service.Deliver(Virt, Modification());

        if (left == 0)
            await EventuallyAsync(() => Names("CIM_IndicationSubscription").Count == 0, "the subscription is still there");
        else if (policy == "3")
            await EventuallyAsync(() => Get(subscription)["SubscriptionState"] is (ushort)4, "the subscription is still enabled");
        else
            await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(left, Names("CIM_IndicationSubscription").Count);
        Assert.Equal([filter], Names("CIM_IndicationFilter"));
    }

    [Fact]
    public async Task The_service_removes_what_says_nothing_itself_after_its_time()
    {
        Subscribe(Filter(), Destination(new Uri("http://127.0.0.1:1/")));
        Service.Deliver(Virt, Modification());
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Single(Names("CIM_IndicationSubscription"));

        Modify(Names("CIM_IndicationService").Single(), ("SubscriptionRemovalTimeInterval", "0"));
        Service.Deliver(Virt, Modification());
        await EventuallyAsync(() => Names("CIM_IndicationSubscription").Count == 0, "the subscription is still there");
    }

    [Fact]
    public async Task A_listener_that_never_answers_is_given_up_in_time()
    {
        _timeout = TimeSpan.FromSeconds(0.3);
        Restart();
        await using var listener = await TestListener.StartAsync();
        listener.Answering = async () =>
        {
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return 200;
        };
        Subscribe(Filter(), Destination(listener.Url), ("OnFatalErrorPolicy", "4"));
        Service.Deliver(Virt, Modification());
        await EventuallyAsync(() => Names("CIM_IndicationSubscription").Count == 0, "the subscription is still there");
    }

    [Fact]
    public async Task A_listener_behind_HTTPS_has_to_be_trusted()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=listener", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var listener = await TestListener.StartAsync(certificate: certificate);
        Assert.Equal("https", listener.Url.Scheme);

        Subscribe(Filter(), Destination(listener.Url), ("OnFatalErrorPolicy", "4"));
        Service.Deliver(Virt, Modification("unknown"));
        await EventuallyAsync(() => Names("CIM_IndicationSubscription").Count == 0, "it was delivered to a stranger");
        Assert.Empty(listener.All);

        _trust = Path.Combine(Folder, "listeners.pem");
        await File.WriteAllTextAsync(_trust, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        Restart();
        Subscribe(Names("CIM_IndicationFilter")[0], Names("CIM_ListenerDestination")[0]);
        Service.Deliver(Virt, Modification("known"));
        Assert.Equal("known", (await listener.NextAsync())[0]["IndicationIdentifier"]);
    }
}
