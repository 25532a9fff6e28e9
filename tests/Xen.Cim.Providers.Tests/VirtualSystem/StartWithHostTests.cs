using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Providers.Tests.HouseRules;
using Xen.Cim.Schema;
using Startup = Xen.Cim.Schema.Xen_VirtualSystemSettingData.AutomaticStartupActionValue;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>Order, delay and shutdown action of a guest, on a host where the boot unit is enabled.</summary>
public sealed class StartWithHostTests : ProviderTest
{
    private static readonly string s_mail = $"Xen:{Samples.Mail}/defined";

    internal override ProviderOptions Options => base.Options with { BootUnit = Tree.PathOf("packaging/systemd/xen-cim-guests.service") };

    [Fact]
    public void The_capabilities_say_that_there_is_an_order() => Assert.Equal(true, All("Xen_VirtualSystemManagementCapabilities").Single()["StartupOrderSupported"]);

    [Fact]
    public void A_guest_with_a_place_or_a_delay_is_started_by_the_unit_and_not_by_libvirt()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupAction = Startup.Always_startup }).Return);
        Mock.Verify(h => h.SetAutostart(Samples.Mail, true), Times.Once);
        Assert.False(Host.Definition(Samples.Mail).StartsInTurn);

        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData
        {
            InstanceID = s_mail,
            AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.FromSeconds(90)),
            AutomaticStartupActionSequenceNumber = 3,
        }).Return);
        Mock.Verify(h => h.SetAutostart(Samples.Mail, false), Times.Once);
        var kept = Host.Definition(Samples.Mail);
        Assert.Equal((true, 90u, (ushort)3), (kept.StartsInTurn, kept.StartDelay, kept.StartSequence));
        foreach (var kind in new[] { "state", "defined" })
        {
            var settings = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, kind));
            Assert.Equal((Startup.Always_startup, "00000000000130.000000:000", (ushort)3),
                (settings.AutomaticStartupAction, settings.AutomaticStartupActionDelay?.Text, settings.AutomaticStartupActionSequenceNumber));
        }
        Assert.Equal(Xen_ComputerSystem.EnabledDefaultValue.Enabled, Get<Xen_ComputerSystem>(GuestPath(Samples.Mail)).EnabledDefault);
        Assert.True(Get<Xen_ComputerSystemSummary>(Path("Xen_ComputerSystemSummary", ("InstanceID", $"Xen:{Samples.Mail:D}/summary"))).Autostart);

        // Without both it is libvirt's again.
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData
        {
            InstanceID = s_mail,
            AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.Zero),
            AutomaticStartupActionSequenceNumber = 0,
        }).Return);
        Mock.Verify(h => h.SetAutostart(Samples.Mail, true), Times.Exactly(2));
        Assert.DoesNotContain("xencim", Host.Definition(Samples.Mail).ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_is_kept_while_the_guest_does_not_start_with_the_host()
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupActionSequenceNumber = 7 }).Return);
        Assert.Equal((false, (ushort)7), (Host.Definition(Samples.Mail).StartsInTurn, Host.Definition(Samples.Mail).StartSequence));
        Assert.Equal(Startup.None, Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, "defined")).AutomaticStartupAction);
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupAction = Startup.Always_startup }).Return);
        Assert.True(Host.Definition(Samples.Mail).StartsInTurn);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public void A_guest_that_is_to_run_again_if_it_ran_is_started_by_the_unit_if_it_ran()
    {
        foreach (var uuid in new[] { Samples.Mail, Samples.Web })
            Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{uuid}/defined", AutomaticStartupAction = Startup.Restart_if_previously_active }).Return);
        Mock.Verify(h => h.SetAutostart(Samples.Web, false), Times.Once);
        Assert.Equal((true, true, false), (Host.Definition(Samples.Web).StartsIfActive, Host.Definition(Samples.Web).WasActive, Host.Definition(Samples.Web).StartsInTurn));
        Assert.Equal((true, false), (Host.Definition(Samples.Mail).StartsIfActive, Host.Definition(Samples.Mail).WasActive));
        Assert.Equal(Startup.Restart_if_previously_active, Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, "state")).AutomaticStartupAction);
        Assert.Equal(Xen_ComputerSystem.EnabledDefaultValue.Enabled, Get<Xen_ComputerSystem>(GuestPath(Samples.Mail)).EnabledDefault);

        // The host stops with mail running and web off.
        Host.SetState(Samples.Mail, GuestState.Running);
        Host.SetState(Samples.Web, GuestState.Off);
        var startup = new GuestStartup(Mock.Object, _ => { }, _ => { });
        Assert.Equal(0, startup.Stop(TimeSpan.Zero));
        Host.SetState(Samples.Mail, GuestState.Off);
        Assert.Equal(0, startup.Start());
        Assert.Equal((true, false), (Host.Guest(Samples.Mail).IsActive, Host.Guest(Samples.Web).IsActive));

        // A delay goes with it; another action takes its place, and what was noted goes.
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupActionSequenceNumber = 4 }).Return);
        Assert.Equal((true, true, (ushort)4, false), (Host.Definition(Samples.Mail).StartsIfActive, Host.Definition(Samples.Mail).WasActive, Host.Definition(Samples.Mail).StartSequence, Host.Definition(Samples.Mail).StartsInTurn));
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupAction = Startup.Always_startup }).Return);
        Assert.Equal((false, false, true), (Host.Definition(Samples.Mail).StartsIfActive, Host.Definition(Samples.Mail).WasActive, Host.Definition(Samples.Mail).StartsInTurn));
    }

    [Theory]
    [InlineData(2, "off")]
    [InlineData(3, "save")]
    [InlineData(4, "shutdown")]
    public void A_shutdown_action_is_kept(ushort action, string word)
    {
        Assert.Equal(0u, ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticShutdownAction = (Xen_VirtualSystemSettingData.AutomaticShutdownActionValue)action }).Return);
        Assert.Equal(word, Host.Definition(Samples.Mail).ShutdownAction);
        Assert.Equal(action, (ushort)Get<Xen_VirtualSystemSettingData>(ConfigurationPath(Samples.Mail, "state")).AutomaticShutdownAction!);
    }

    [Fact]
    public void A_new_guest_can_have_a_place_at_once_and_a_copy_has_none()
    {
        var guest = Define("instance of Xen_VirtualSystemSettingData { AutomaticStartupAction = 4; AutomaticStartupActionSequenceNumber = 2; AutomaticShutdownAction = 4; };");
        Assert.Equal((true, (ushort)2, "shutdown"), (Host.Definition(guest).StartsInTurn, Host.Definition(guest).StartSequence, Host.Definition(guest).ShutdownAction));
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
        var copy = Define(null, null, ConfigurationPath(guest, "defined"));
        Assert.Equal((false, null), (Host.Definition(copy).StartsInTurn, Host.Definition(copy).StartSequence));
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticShutdownAction = (Xen_VirtualSystemSettingData.AutomaticShutdownActionValue)9 }));
        Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupActionDelay = CimDateTime.FromDateTimeOffset(DateTimeOffset.UnixEpoch) }));
        Refused(CimStatus.InvalidParameter, () => ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = s_mail, AutomaticStartupActionDelay = CimDateTime.FromTimeSpan(TimeSpan.FromDays(2)) }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Everything_written_back_as_it_was_read_changes_nothing()
    {
        foreach (var settings in All("Xen_VirtualSystemSettingData").Where(i => ((string)i["InstanceID"]!).EndsWith("/defined", StringComparison.Ordinal)))
            Provider.ModifyInstance(Request, settings.Path!, settings);
        Assert.Equal(0, Host.Redefinitions);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public void Guests_start_in_their_order_after_their_delays_and_stop_the_other_way_round()
    {
        var (first, last, late) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        foreach (var (uuid, name, place, delay, action) in ((Guid, string, int, int, string)[])[(late, "a", 0, 1, "off"), (last, "b", 9, 0, "save"), (first, "c", 1, 60, "shutdown")])
        {
            var definition = DomainDefinition.Parse(Samples.SmallXml(name, uuid));
            (definition.StartsInTurn, definition.ShutdownAction) = (true, action);
            (definition.StartSequence, definition.StartDelay) = (place == 0 ? null : (ushort)place, delay == 0 ? null : (uint)delay);
            Host.Add(new Guest { Uuid = uuid, Name = name, State = GuestState.Off }, definition.ToXml(), null);
        }
        var log = new List<string>();
        Mock.Setup(h => h.Start(It.IsAny<Guid>())).Callback((Guid u) => Act("start", u, GuestState.Running));
        Mock.Setup(h => h.Destroy(It.IsAny<Guid>())).Callback((Guid u) => Act("off", u, GuestState.Off));
        Mock.Setup(h => h.Save(It.IsAny<Guid>())).Callback((Guid u) => Act("save", u, GuestState.Saved));
        Mock.Setup(h => h.Shutdown(It.IsAny<Guid>())).Callback((Guid u) => log.Add($"shutdown {NameOf(u)}"));
        var startup = new GuestStartup(Mock.Object, _ => { }, time =>
        {
            log.Add($"wait {time.TotalSeconds}");
            if (log.Count(l => l == "wait 1") == 3)
                Host.SetState(first, GuestState.Off);
        });
        Assert.Equal(0, startup.Start());
        Assert.Equal(["wait 60", "start c", "start b", "wait 1", "start a"], log);
        log.Clear();
        // Web's sample says "save".
        Assert.Equal(0, startup.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(["off a", "save web", "save b", "shutdown c", "wait 1", "wait 1", "wait 1"], log);

        void Act(string what, Guid uuid, GuestState state)
        {
            log.Add($"{what} {NameOf(uuid)}");
            Host.SetState(uuid, state);
        }

        string NameOf(Guid uuid) => Mock.Object.FindGuest(uuid)!.Name;
    }

    [Fact]
    public void Guests_of_one_place_do_not_wait_for_each_other()
    {
        foreach (var (name, place, delay) in new (string, ushort?, uint?)[] { ("a", null, 86400), ("b", null, 10), ("c", null, 10), ("d", 5, 30), ("e", 5, null) })
        {
            var uuid = Guid.NewGuid();
            var definition = DomainDefinition.Parse(Samples.SmallXml(name, uuid));
            (definition.StartsInTurn, definition.StartSequence, definition.StartDelay) = (true, place, delay);
            Host.Add(new Guest { Uuid = uuid, Name = name, State = GuestState.Off }, definition.ToXml(), null);
        }
        var log = new List<string>();
        Mock.Setup(h => h.Start(It.IsAny<Guid>())).Callback((Guid u) => log.Add(Mock.Object.FindGuest(u)!.Name));

        Assert.Equal(0, new GuestStartup(Mock.Object, _ => { }, time => log.Add($"{time.TotalSeconds}")).Start());

        Assert.Equal(["e", "30", "d", "10", "b", "c", "86390", "a"], log);
    }

    [Fact]
    public void One_that_fails_holds_up_no_other()
    {
        foreach (var name in new[] { "a", "b" })
        {
            var uuid = Guid.NewGuid();
            var definition = DomainDefinition.Parse(Samples.SmallXml(name, uuid));
            (definition.StartsInTurn, definition.StartSequence, definition.ShutdownAction) = (true, name == "a" ? (ushort)1 : (ushort)2, "shutdown");
            Host.Add(new Guest { Uuid = uuid, Name = name, State = GuestState.Off }, definition.ToXml(), null);
        }
        var a = Mock.Object.FindGuest("a")!.Uuid;
        Mock.Setup(h => h.Start(a)).Throws(new HypervisorException(HypervisorError.Failed, "no kernel"));
        var said = new List<string>();
        Assert.Equal(1, new GuestStartup(Mock.Object, said.Add, _ => { }).Start());
        Assert.Contains(said, s => s.Contains("start a", StringComparison.Ordinal) && s.Contains("no kernel", StringComparison.Ordinal));
        Assert.True(Mock.Object.FindGuest("b")!.IsActive);
        // It never stops.
        Assert.Equal(1, new GuestStartup(Mock.Object, said.Add, _ => { }).Stop(TimeSpan.FromSeconds(3)));
        Assert.Contains(said, s => s.StartsWith("b was asked", StringComparison.Ordinal));
    }
}
