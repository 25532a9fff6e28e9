using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.Indications;

/// <summary>What subscribers are told of guests, their resources, pools and jobs, and what not.</summary>
public sealed class IndicationTests : ProviderTest
{
    private static readonly Guid s_new = new("22222222-0000-4000-8000-000000000001");

    private Subscriber Subscribe(params string[] classes) => new Subscriber(Provider, Host).To(classes);

    [Fact]
    public void A_guest_that_starts_is_told_as_it_was_and_as_it_is()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        Host.SetState(Samples.Mail, GuestState.Running);
        subscriber.Raise(Samples.Mail, GuestEventKind.Started, name: "mail");

        var told = subscriber.Next()[0];
        Assert.Equal("Xen_ComputerSystemInstModification", told.ClassName);
        var (before, after) = (Assert.IsType<CimInstance>(told["PreviousInstance"], exactMatch: false), Assert.IsType<CimInstance>(told["SourceInstance"], exactMatch: false));
        Assert.Equal(((ushort)3, (ushort)2), (before["EnabledState"], after["EnabledState"]));
        Assert.Equal(GuestPath(Samples.Mail).ToString(), told["SourceInstanceModelPath"]);
        Assert.Equal(Get(GuestPath(Samples.Mail)).Properties.Select(p => (p.Name, p.Value)), after.Properties.Select(p => (p.Name, p.Value)));
    }

    [Fact]
    public void A_guest_that_is_defined_and_undefined_is_told()
    {
        using var subscriber = Subscribe("CIM_InstIndication");
        Host.Add(new Guest { Uuid = s_new, Name = "new", State = GuestState.Off }, Samples.SmallXml("new", s_new), null);
        subscriber.Raise(s_new, GuestEventKind.Defined, name: "new");
        Host.Mock.Verify(h => h.Watch(), Times.Once);
        var created = Until(subscriber, "Xen_ComputerSystemInstCreation");
        Assert.Equal("new", ((CimInstance)created["SourceInstance"]!)["ElementName"]);
        // Its memory and processors are there, too.
        Assert.Contains(s_new.ToString(), Until(subscriber, "Xen_ResourceAllocationSettingDataInstCreation")["SourceInstanceModelPath"]!.ToString(), StringComparison.Ordinal);

        Host.Forget(s_new);
        subscriber.Raise(s_new, GuestEventKind.Undefined, name: "new");
        Assert.Equal("new", ((CimInstance)Until(subscriber, "Xen_ComputerSystemInstDeletion")["SourceInstance"]!)["ElementName"]);
    }

    [Fact]
    public void A_guest_that_came_and_went_is_not_passed_over()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstCreation");
        // Gone before anybody could look.
        subscriber.Raise(s_new, GuestEventKind.Defined, name: "brief");
        subscriber.Raise(s_new, GuestEventKind.Undefined, name: "brief");

        var told = subscriber.Next(2);
        Assert.Equal(["Xen_ComputerSystemInstCreation", "Xen_ComputerSystemInstDeletion"], told.Select(i => i.ClassName));
        Assert.All(told, i => Assert.Equal("brief", ((CimInstance)i["SourceInstance"]!)["ElementName"]));
    }

    [Fact]
    public void An_event_after_which_nothing_differs_is_no_news()
    {
        using var subscriber = Subscribe("CIM_Indication");
        subscriber.Raise(Samples.Web, GuestEventKind.Resumed, name: "web");
        subscriber.Raise(new GuestDevicesEvent(Samples.Web, "web"));
        subscriber.Raise(new PoolsEvent("images"));
        subscriber.NothingBeforeAnAlert();
    }

    [Fact]
    public void A_reboot_is_told_although_nothing_differs_after_it()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        subscriber.Raise(Samples.Web, GuestEventKind.Rebooted, name: "web");
        Assert.Equal(GuestPath(Samples.Web).ToString(), subscriber.Next()[0]["SourceInstanceModelPath"]);
    }

    [Fact]
    public void A_guest_that_has_moved_on_when_it_is_read_was_in_the_state_of_its_event()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        // It goes on again before the first event is looked at.
        subscriber.Raise(Samples.Web, GuestEventKind.Suspended, name: "web");
        Assert.Equal([(ushort)9, (ushort)2], subscriber.Next(2).Select(i => ((CimInstance)i["SourceInstance"]!)["EnabledState"]));
        // The second one then tells nothing new.
        subscriber.Raise(Samples.Web, GuestEventKind.Resumed, name: "web");
        // Xen tells of the end of a guest's earlier run after it runs anew.
        subscriber.Raise(Samples.Web, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Shutdown, "web");
        subscriber.Raise(Samples.Db, GuestEventKind.Rebooted, name: "db");
        Assert.Equal(GuestPath(Samples.Db).ToString(), subscriber.Next()[0]["SourceInstanceModelPath"]);
    }

    [Fact]
    public void A_storm_loses_no_change_and_asks_the_host_little()
    {
        const int Storm = 10_000;
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        using var hold = new ManualResetEventSlim();
        // The host takes its time over the first, so that the others wait.
        Host.Mock.Setup(h => h.FindGuest(Samples.Db)).Returns(() =>
        {
            hold.Wait();
            return Host.Guest(Samples.Db);
        });
        subscriber.Raise(Samples.Db, GuestEventKind.Suspended, name: "db");
        Host.SetState(Samples.Mail, GuestState.Off);
        for (var i = 0; i < Storm; i++)
            subscriber.Raise(Samples.Mail, i % 2 == 0 ? GuestEventKind.Started : GuestEventKind.Stopped, name: "mail");
        Host.Mock.Invocations.Clear();
        hold.Set();

        var states = subscriber.Next(Storm).Select(i => (ushort)((CimInstance)i["SourceInstance"]!)["EnabledState"]!).ToList();
        Assert.Equal(Enumerable.Range(0, Storm).Select(i => (ushort)(i % 2 == 0 ? 2 : 3)), states);
        Host.Mock.Verify(h => h.FindGuest(Samples.Mail), Times.AtMost(3));
    }

    [Fact]
    public void More_than_can_wait_is_compared_and_said_to_be_lost()
    {
        const int Waiting = 65536;
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification", "Xen_AlertIndication");
        using var hold = new ManualResetEventSlim();
        Host.Mock.Setup(h => h.FindGuest(Samples.Db)).Returns(() =>
        {
            hold.Wait();
            return Host.Guest(Samples.Db);
        });
        subscriber.Raise(Samples.Db, GuestEventKind.Suspended, name: "db");
        Eventually(() => Host.Mock.Invocations.Any(i => i.Method.Name == nameof(IHypervisor.FindGuest)));
        Host.SetState(Samples.Mail, GuestState.Running);
        for (var i = 0; i <= Waiting; i++)
            subscriber.Raise(new PoolsEvent("images"));
        hold.Set();

        var told = subscriber.Next(2);
        Assert.Contains(told, i => Equals(i["MessageID"], "EventsLost"));
        Assert.Contains(told, i => Equals(i["SourceInstanceModelPath"], GuestPath(Samples.Mail).ToString()));
    }

    [Fact]
    public void What_changed_while_the_connection_was_away_is_told_when_it_is_back()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        subscriber.Raise(new ConnectionEvent(false, "gone"));
        Host.SetState(Samples.Mail, GuestState.Running);
        Host.Forget(Samples.Passing);
        subscriber.Raise(new ConnectionEvent(true, "there"));

        var told = subscriber.Next(2).ToDictionary(i => i.ClassName);
        Assert.Equal(GuestPath(Samples.Mail).ToString(), told["Xen_ComputerSystemInstModification"]["SourceInstanceModelPath"]);
        Assert.Equal(GuestPath(Samples.Passing).ToString(), told["Xen_ComputerSystemInstDeletion"]["SourceInstanceModelPath"]);
    }

    [Fact]
    public void A_host_that_cannot_be_read_is_read_again()
    {
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        var fails = 2;
        Host.Mock.Setup(h => h.FindGuest(Samples.Mail)).Returns(() => fails-- > 0
            ? throw new HypervisorException(HypervisorError.Timeout, "busy") : Host.Guest(Samples.Mail));
        Host.SetState(Samples.Mail, GuestState.Running);
        subscriber.Raise(Samples.Mail, GuestEventKind.Started, name: "mail");
        Assert.Equal(GuestPath(Samples.Mail).ToString(), subscriber.Next()[0]["SourceInstanceModelPath"]);
    }

    [Fact]
    public void A_subscription_without_a_host_begins_when_the_host_is_there()
    {
        Host.Mock.Setup(h => h.ListGuests()).Throws(new HypervisorException(HypervisorError.Disconnected, "no libvirtd"));
        using var subscriber = Subscribe("Xen_ComputerSystemInstModification");
        Host.Mock.Setup(h => h.ListGuests()).Returns(() => Host.Guests);
        subscriber.Raise(new ConnectionEvent(true, "there"));
        Host.SetState(Samples.Mail, GuestState.Running);
        subscriber.Raise(Samples.Mail, GuestEventKind.Started, name: "mail");
        // What was there before is not new.
        Assert.Equal(0, subscriber.Received.Count(i => i.ClassName == "Xen_ComputerSystemInstCreation"));
    }

    [Fact]
    public void Alerts_say_what_happened_to_whom()
    {
        using var subscriber = Subscribe("Xen_AlertIndication");
        subscriber.Raise(Samples.Web, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Crashed, "web");
        subscriber.Raise(Samples.Web, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Shutdown, "web");
        subscriber.Raise(new DiskErrorEvent(Samples.Web, "web", "xvda", "/dev/vg0/web", ""));
        subscriber.Raise(new ConnectionEvent(true, "still there"));

        var crash = subscriber.Next()[0].As<Xen_AlertIndication>();
        Assert.Equal(("GuestCrashed", Xen_AlertIndication.PerceivedSeverityValue.Critical), (crash.MessageID, crash.PerceivedSeverity));
        Assert.Equal((GuestPath(Samples.Web).ToString(), Xen_AlertIndication.AlertingElementFormatValue.CIMObjectPath), (crash.AlertingManagedElement, crash.AlertingElementFormat));
        Assert.Contains("web", crash.Message, StringComparison.Ordinal);
        Assert.Contains("/dev/vg0/web", (string)subscriber.Next()[0]["Message"]!, StringComparison.Ordinal);
        // Neither a guest that was shut down nor a connection that was never lost is an alert.
        subscriber.NothingBeforeAnAlert();
    }

    [Fact]
    public void A_storage_pool_that_fills_up_is_told_once_and_again_when_there_is_room()
    {
        using var subscriber = Subscribe("Xen_AlertIndication");
        void Use(ulong available)
        {
            Host.Mock.Setup(h => h.ListStoragePools()).Returns([.. Samples.Pools.Select(p => p.Uuid == Samples.ImagesPool ? p with { Available = available } : p)]);
            subscriber.Raise(new PoolsEvent("images"));
        }

        Use(101);
        subscriber.NothingBeforeAnAlert();
        Use(100);
        var full = subscriber.Next()[0].As<Xen_AlertIndication>();
        Assert.Equal(("PoolAboveThreshold", Xen_AlertIndication.PerceivedSeverityValue.Degraded_Warning, Xen_AlertIndication.TrendingValue.Trending_Up), (full.MessageID, full.PerceivedSeverity, full.Trending));
        Assert.Equal(Path("Xen_DiskPool", ("InstanceID", $"Xen:DiskPool/{Samples.ImagesPool}")).ToString(), full.AlertingManagedElement);
        Assert.Equal(["images", "90"], full.MessageArguments!);
        Assert.Equal("xenhost.example", full.SystemName);
        // A little less is no relief.
        Use(110);
        Use(50);
        subscriber.NothingBeforeAnAlert();
        Use(121);
        var room = subscriber.Next()[0].As<Xen_AlertIndication>();
        Assert.Equal(("PoolBelowThreshold", Xen_AlertIndication.ProbableCauseValue.Previous_Alert_Cleared), (room.MessageID, room.ProbableCause));
    }

    [Fact]
    public void A_pool_in_which_nobody_can_make_room_is_not_full()
    {
        Host.Mock.Setup(h => h.ListStoragePools()).Returns([Samples.Pools[0] with { Type = "iscsi", Available = 0 }, Samples.Pools[2]]);
        using var subscriber = Subscribe("Xen_AlertIndication");
        subscriber.NothingBeforeAnAlert();
    }

    [Fact]
    public void Who_begins_to_listen_hears_of_a_pool_that_is_full_by_then()
    {
        Host.Mock.Setup(h => h.ListStoragePools()).Returns([Samples.Pools[0] with { Available = 0 }]);
        using var subscriber = Subscribe("Xen_AlertIndication");
        Assert.Equal("PoolAboveThreshold", subscriber.Next()[0]["MessageID"]);
        subscriber.NothingBeforeAnAlert();
    }

    [Fact]
    public void A_guest_that_the_host_could_not_go_on_running_is_an_alert()
    {
        using var subscriber = Subscribe("Xen_AlertIndication");
        subscriber.Raise(Samples.Web, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Failed, "web");
        var failed = subscriber.Next()[0].As<Xen_AlertIndication>();
        Assert.Equal(("GuestFailed", Xen_AlertIndication.PerceivedSeverityValue.Critical, GuestPath(Samples.Web).ToString()), (failed.MessageID, failed.PerceivedSeverity, failed.AlertingManagedElement));
    }

    [Fact]
    public void A_job_that_begins_and_ends_is_told()
    {
        using var subscriber = Subscribe("Xen_ConcreteJobInstCreation");
        var (result, _) = Ask(GuestPath(Samples.Passing), 4, CimDateTime.Parse("00000000000000.050000:000"));
        Assert.Equal(4096u, result);

        Assert.Equal("Xen_ConcreteJobInstCreation", subscriber.Next()[0].ClassName);
        var ended = subscriber.Next()[0];
        Assert.Equal("Xen_ConcreteJobInstModification", ended.ClassName);
        Assert.Equal((ushort)Xen_ConcreteJob.JobStateValue.Exception, ((CimInstance)ended["SourceInstance"]!)["JobState"]);
        Assert.Equal((ushort)Xen_ConcreteJob.JobStateValue.Running, ((CimInstance)ended["PreviousInstance"]!)["JobState"]);
        Provider.DeleteInstance(Request, ((CimInstance)ended["SourceInstance"]!).Path!);
        Assert.Equal("Xen_ConcreteJobInstDeletion", subscriber.Next()[0].ClassName);
    }

    [Fact]
    public void A_job_that_has_ended_before_anybody_looked_is_told_as_it_began()
    {
        using var subscriber = Subscribe("Xen_ConcreteJobInstCreation", "Xen_ComputerSystemInstModification");
        using var hold = new ManualResetEventSlim();
        Host.Mock.Setup(h => h.FindGuest(Samples.Db)).Returns(() =>
        {
            hold.Wait();
            return Host.Guest(Samples.Db);
        });
        subscriber.Raise(Samples.Db, GuestEventKind.Suspended, name: "db");
        var (_, output) = Ask(GuestPath(Samples.Passing), 4, CimDateTime.Parse("00000000000000.050000:000"));
        var job = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Eventually(() => Get<Xen_ConcreteJob>(job).JobState == Xen_ConcreteJob.JobStateValue.Exception);
        Provider.DeleteInstance(Request, job);
        hold.Set();

        var told = subscriber.Next(3);
        Assert.Equal(["Xen_ConcreteJobInstCreation", "Xen_ConcreteJobInstModification", "Xen_ConcreteJobInstDeletion"], told.Select(i => i.ClassName));
        Assert.Equal([Xen_ConcreteJob.JobStateValue.Running, Xen_ConcreteJob.JobStateValue.Exception, Xen_ConcreteJob.JobStateValue.Exception],
            told.Select(i => ((CimInstance)i["SourceInstance"]!).As<Xen_ConcreteJob>().JobState));
    }

    [Fact]
    public void A_pool_that_changes_is_told_once_after_a_burst()
    {
        using var subscriber = Subscribe("Xen_ResourcePoolInstModification");
        var volumes = Host.Mock.Object.ListStoragePools().Select(p => p with { IsActive = false }).ToArray();
        Host.Mock.Setup(h => h.ListStoragePools()).Returns(volumes);
        for (var i = 0; i < 5; i++)
            subscriber.Raise(new PoolsEvent("images"));

        var told = subscriber.Next();
        Assert.Contains("Pool", ((CimInstance)told[0]["SourceInstance"]!).ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_watches_when_nobody_subscribes()
    {
        var watch = new Mock<IDisposable>();
        Host.Mock.Setup(h => h.Watch()).Returns(watch.Object);
        var subscriber = Subscribe("CIM_Indication");
        Provider.DeactivateFilter(Request, "", "CIM_Indication", null, true);
        watch.Verify(w => w.Dispose(), Times.Once);
        subscriber.Raise(Samples.Web, GuestEventKind.Rebooted);
        Provider.ActivateFilter(Request, "", "CIM_Indication", null, true);
        subscriber.NothingBeforeAnAlert();
        subscriber.Dispose();
        watch.Verify(w => w.Dispose(), Times.Exactly(2));
    }

    [Fact]
    public void A_class_that_there_is_not_is_refused() =>
        Assert.Equal(CimStatus.NotSupported, Assert.Throws<CimException>(() => Provider.ActivateFilter(Request, "", "CIM_ThresholdIndication", null, true)).Status);

    [Fact]
    public void In_another_namespace_everything_is_of_that_namespace()
    {
        using var anywhere = new AnyNamespace(Provider);
        var got = new System.Collections.Concurrent.ConcurrentQueue<CimInstance>();
        anywhere.ActivateFilter(Request with { Namespace = "root/xen" }, "", "Xen_ComputerSystemInstModification", null, true);
        anywhere.EnableIndications(got.Enqueue);
        using var subscriber = new Subscriber(Provider, Host);
        subscriber.Raise(Samples.Web, GuestEventKind.Rebooted, name: "web");
        Eventually(() => !got.IsEmpty);
        Assert.True(got.TryDequeue(out var told));
        Assert.Equal("root/xen", told.Path!.Namespace);
        Assert.Equal("root/xen", ((CimInstance)told["SourceInstance"]!).Path!.Namespace);
        // What the provider compares with stays as it was.
        subscriber.Raise(Samples.Web, GuestEventKind.Rebooted, name: "web");
        Eventually(() => !got.IsEmpty);
    }

    private static CimInstance Until(Subscriber subscriber, string className)
    {
        while (true)
        {
            if (subscriber.Next()[0] is var next && next.ClassName == className)
                return next;
        }
    }
}
