using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>DSP1057's states and transitions, with the return codes of CIM_EnabledLogicalElement.RequestStateChange.</summary>
public sealed class RequestStateChangeTests : ProviderTest
{
    private const uint Done = 0, NotSupported = 1, InvalidParameter = 5, Started = 4096, IllegalTransition = 4097;

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromSeconds(10), GracefulTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>From each state what 2, 3, 4, 6, 9, 10 and 11 answer.</summary>
    public static TheoryData<GuestState, ushort, uint> Table()
    {
        ushort[] states = [2, 3, 4, 6, 9, 10, 11];
        (GuestState From, uint[] Answers)[] rows =
        [
            (GuestState.Off, [Done, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition]),
            (GuestState.Running, [IllegalTransition, Done, Started, Done, Done, Started, Done]),
            (GuestState.Paused, [Done, Done, IllegalTransition, Done, IllegalTransition, IllegalTransition, Done]),
            (GuestState.Saved, [Done, Done, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition]),
            (GuestState.ShuttingDown, [IllegalTransition, Done, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition, Done]),
            (GuestState.Rebooting, [IllegalTransition, Done, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition, IllegalTransition]),
        ];
        var data = new TheoryData<GuestState, ushort, uint>();
        foreach (var (from, answers) in rows)
        {
            for (var i = 0; i < states.Length; i++)
                data.Add(from, states[i], answers[i]);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_state_answers_every_request_by_the_table(GuestState from, ushort to, uint expected)
    {
        Host.SetState(Samples.Web, from);
        Assert.Equal(expected, Ask(GuestPath(Samples.Web), to).Return);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void What_is_available_is_what_is_accepted(GuestState from, ushort to, uint expected)
    {
        Host.SetState(Samples.Web, from);
        var available = Get<Xen_ComputerSystem>(GuestPath(Samples.Web)).AvailableRequestedStates!.Select(s => (ushort)s);
        Assert.Equal(expected is Done or Started, available.Contains(to));
    }

    [Theory]
    [InlineData(GuestState.Off, 2, 2)]
    [InlineData(GuestState.Running, 3, 3)]
    [InlineData(GuestState.Running, 6, 6)]
    [InlineData(GuestState.Running, 9, 9)]
    [InlineData(GuestState.Paused, 2, 2)]
    [InlineData(GuestState.Saved, 2, 2)]
    [InlineData(GuestState.Saved, 3, 3)]
    public void What_was_asked_for_is_what_is_then_read(GuestState from, ushort asked, ushort enabledState)
    {
        Host.SetState(Samples.Web, from);
        Assert.Equal(Done, Ask(GuestPath(Samples.Web), asked).Return);
        var guest = Get<Xen_ComputerSystem>(GuestPath(Samples.Web));
        Assert.Equal(enabledState, (ushort)guest.EnabledState!);
        Assert.Equal(asked, (ushort)guest.RequestedState!);
        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Fact]
    public void The_hypervisor_is_asked_once_and_only_for_what_was_wanted()
    {
        Ask(GuestPath(Samples.Web), 9);
        Mock.Verify(h => h.Pause(Samples.Web), Times.Once);
        Ask(GuestPath(Samples.Old), 3);
        Mock.Verify(h => h.DiscardSave(Samples.Old), Times.Once);
        Mock.Verify(h => h.Destroy(It.IsAny<Guid>()), Times.Never);
    }

    [Theory]
    [InlineData(HypervisorOperation.Start, GuestState.Off, 2)]
    [InlineData(HypervisorOperation.Resume, GuestState.Paused, 2)]
    [InlineData(HypervisorOperation.Destroy, GuestState.Running, 3)]
    [InlineData(HypervisorOperation.Shutdown, GuestState.Running, 4)]
    [InlineData(HypervisorOperation.Save, GuestState.Running, 6)]
    [InlineData(HypervisorOperation.Pause, GuestState.Running, 9)]
    [InlineData(HypervisorOperation.Reboot, GuestState.Running, 10)]
    [InlineData(HypervisorOperation.Reset, GuestState.Running, 11)]
    public void What_the_driver_cannot_do_is_not_supported_and_not_tried(HypervisorOperation operation, GuestState from, ushort to)
    {
        Host.Missing.Add(operation);
        Host.SetState(Samples.Web, from);
        Assert.Equal(NotSupported, Ask(GuestPath(Samples.Web), to).Return);
        Assert.Equal(from, Host.Guest(Samples.Web).State);
        var guest = Get<Xen_ComputerSystem>(GuestPath(Samples.Web));
        Assert.DoesNotContain(to, guest.AvailableRequestedStates!.Select(s => (ushort)s));
        Assert.Equal(Xen_ComputerSystem.RequestedStateValue.No_Change, guest.RequestedState);
    }

    [Fact]
    public void States_that_the_driver_has_no_call_for_are_not_among_the_capabilities()
    {
        Host.Missing.Add(HypervisorOperation.Reset);
        var states = All("Xen_EnabledLogicalElementCapabilities").Single(c => ((string)c["InstanceID"]!).EndsWith("/guest", StringComparison.Ordinal))
            .As<Xen_EnabledLogicalElementCapabilities>().RequestedStatesSupported!;
        Assert.Equal([2, 3, 4, 6, 9, 10], states.Select(s => (ushort)s));
    }

    [Fact]
    public void A_driver_that_refuses_only_when_asked_says_why_and_leaves_no_job()
    {
        Mock.Setup(h => h.Reset(Samples.Web)).Throws(new HypervisorException(HypervisorError.NotSupported, "this function is not supported"));
        Assert.Contains("this function is not supported", Refused(CimStatus.NotSupported, () => Ask(GuestPath(Samples.Web), 11)).Message, StringComparison.Ordinal);
        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Fact]
    public void A_guest_that_changed_its_state_meanwhile_is_an_illegal_transition()
    {
        Mock.Setup(h => h.Pause(Samples.Web)).Callback(() => Host.SetState(Samples.Web, GuestState.Off)).Throws(new HypervisorException(HypervisorError.InvalidState, "domain is not running"));
        Assert.Equal(IllegalTransition, Ask(GuestPath(Samples.Web), 9).Return);
        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Theory]
    [InlineData(HypervisorError.InvalidState, "domain has assigned non-USB host devices", "(Invalid State Transition, 4097)")]
    [InlineData(HypervisorError.Busy, "cannot acquire state change lock", "(Busy, 4099)")]
    public void What_libvirt_says_of_a_guest_in_the_right_state_is_not_lost(HypervisorError error, string words, string code)
    {
        Mock.Setup(h => h.Save(Samples.Web)).Throws(new HypervisorException(error, words));
        Assert.Equal($"{words}. {code}", Refused(CimStatus.Failed, () => Ask(GuestPath(Samples.Web), 6)).Message);
        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Fact]
    public void A_failure_carries_libvirts_words_and_leaves_no_job()
    {
        Mock.Setup(h => h.Start(Samples.Mail)).Throws(new HypervisorException(HypervisorError.Failed, "no bootable device"));
        var error = Refused(CimStatus.Failed, () => Ask(GuestPath(Samples.Mail), 2));
        Assert.Contains("no bootable device", error.Message, StringComparison.Ordinal);
        Assert.Empty(All("Xen_ConcreteJob"));
        Assert.Equal(Xen_ComputerSystem.RequestedStateValue.No_Change, Get<Xen_ComputerSystem>(GuestPath(Samples.Mail)).RequestedState);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void States_that_no_virtual_system_has_are_not_supported(ushort state) =>
        Assert.Equal(NotSupported, Ask(GuestPath(Samples.Web), state).Return);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(40000)]
    public void Values_that_no_request_has_are_an_invalid_parameter(ushort state) =>
        Assert.Equal(InvalidParameter, Ask(GuestPath(Samples.Web), state).Return);

    [Fact]
    public void A_request_without_a_state_is_an_invalid_parameter() =>
        Refused(CimStatus.InvalidParameter, () => Call(GuestPath(Samples.Web), "RequestStateChange"));

    [Fact]
    public void A_graceful_shutdown_is_a_job_until_the_guest_is_off()
    {
        var (result, output) = Ask(GuestPath(Samples.Web), 4);
        Assert.Equal(Started, result);
        var path = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        var job = Get<Xen_ConcreteJob>(path);
        Assert.Equal(Xen_ConcreteJob.JobStateValue.Running, job.JobState);
        Assert.Equal(4, (ushort)Get<Xen_ComputerSystem>(GuestPath(Samples.Web)).TransitioningToState!);
        Assert.Equal([GuestPath(Samples.Web)], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_AffectedJobElement")));
        Assert.Equal([GuestPath(Samples.Web)], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_OwningJobElement")));
        Refused(CimStatus.Failed, () =>
        {
            Provider.DeleteInstance(Request, path);
            return null;
        });

        Host.SetState(Samples.Web, GuestState.Off);
        Eventually(() => Get<Xen_ConcreteJob>(path).JobState == Xen_ConcreteJob.JobStateValue.Completed);
        job = Get<Xen_ConcreteJob>(path);
        Assert.Equal((ushort)100, job.PercentComplete);
        Assert.Equal((ushort)0, job.ErrorCode);
        Assert.Equal(Xen_ComputerSystem.TransitioningToStateValue.No_Change, Get<Xen_ComputerSystem>(GuestPath(Samples.Web)).TransitioningToState);
        Provider.DeleteInstance(Request, path);
        Refused(CimStatus.NotFound, () => Get(path));
    }

    [Fact]
    public void A_reboot_is_a_job_until_the_guest_runs_anew()
    {
        var (result, output) = Ask(GuestPath(Samples.Web), 10);
        Assert.Equal(Started, result);
        var path = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Host.SetState(Samples.Web, GuestState.Rebooting);
        var guest = Get<Xen_ComputerSystem>(GuestPath(Samples.Web));
        Assert.NotEqual(Xen_ComputerSystem.EnabledStateValue.Disabled, guest.EnabledState);
        Assert.Equal(Xen_ConcreteJob.JobStateValue.Running, Get<Xen_ConcreteJob>(path).JobState);
        Host.Update(Samples.Web, g => g with { State = GuestState.Running, Id = 30 });
        Eventually(() => Get<Xen_ConcreteJob>(path).JobState == Xen_ConcreteJob.JobStateValue.Completed);
    }

    [Fact]
    public void A_reboot_that_ends_in_a_stop_fails_its_job()
    {
        var path = Assert.IsType<CimObjectPath>(Ask(GuestPath(Samples.Web), 10).Output["Job"]?.Value);
        Host.SetState(Samples.Web, GuestState.Off);
        Eventually(() => Get<Xen_ConcreteJob>(path).JobState == Xen_ConcreteJob.JobStateValue.Exception);
        Assert.Contains("web", Get<Xen_ConcreteJob>(path).ErrorDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_fails_when_the_timeout_has_passed()
    {
        var (result, output) = Ask(GuestPath(Samples.Web), 4, CimDateTime.Parse("00000000000000.200000:000"));
        Assert.Equal(Started, result);
        var path = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Eventually(() => Get<Xen_ConcreteJob>(path).JobState == Xen_ConcreteJob.JobStateValue.Exception);
        var job = Get<Xen_ConcreteJob>(path);
        Assert.NotEqual((ushort)0, job.ErrorCode);
        Assert.NotEmpty(job.ErrorDescription!);
        Assert.Equal([Xen_ConcreteJob.OperationalStatusValue.Error], job.OperationalStatus!);
    }

    [Theory]
    [InlineData("00000000000000.000000:000")]
    [InlineData(null)]
    public void No_timeout_and_a_timeout_of_zero_mean_none(string? period)
    {
        var path = Assert.IsType<CimObjectPath>(Ask(GuestPath(Samples.Web), 4, period is null ? null : CimDateTime.Parse(period)).Output["Job"]?.Value);
        Thread.Sleep(300);
        Assert.Equal(Xen_ConcreteJob.JobStateValue.Running, Get<Xen_ConcreteJob>(path).JobState);
    }

    [Fact]
    public void A_timeout_longer_than_the_operation_does_not_matter() =>
        Assert.Equal(Done, Ask(GuestPath(Samples.Web), 9, CimDateTime.Parse("00000000000130.000000:000")).Return);

    [Fact]
    public void A_point_in_time_is_no_timeout()
    {
        Refused(CimStatus.InvalidParameter, () => Ask(GuestPath(Samples.Web), 9, CimDateTime.Parse("20260101000000.000000+000")));
        Assert.Equal(GuestState.Running, Host.Guest(Samples.Web).State);
    }

    [Fact]
    public void An_operation_that_takes_longer_than_the_timeout_goes_on_as_a_job()
    {
        using var go = new ManualResetEventSlim();
        Mock.Setup(h => h.Save(Samples.Web)).Callback(() => go.Wait(TimeSpan.FromSeconds(20)));
        var (result, output) = Ask(GuestPath(Samples.Web), 6, CimDateTime.Parse("00000000000000.100000:000"));
        Assert.Equal(Started, result);
        Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        go.Set();
        Eventually(() => All("Xen_ConcreteJob").Single().As<Xen_ConcreteJob>().JobState != Xen_ConcreteJob.JobStateValue.Running);
    }

    [Fact]
    public void A_guest_that_is_being_saved_can_only_be_stopped()
    {
        using var written = new ManualResetEventSlim();
        Mock.Setup(h => h.Save(Samples.Web)).Callback(() =>
        {
            written.Wait(TimeSpan.FromSeconds(30));
            Host.SetState(Samples.Web, GuestState.Saved);
        });
        Assert.Equal(Started, Ask(GuestPath(Samples.Web), 6, CimDateTime.Parse("00000000000000.100000:000")).Return);
        Assert.Equal([3], (ushort[])Get(GuestPath(Samples.Web))["AvailableRequestedStates"]!);
        foreach (ushort state in (ushort[])[4, 6, 9, 10, 11])
        {
            var error = Refused(CimStatus.Failed, () => Ask(GuestPath(Samples.Web), state));
            Assert.Contains("web is being saved", error.Message, StringComparison.Ordinal);
            Assert.Contains("(Busy, ", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(Done, Ask(GuestPath(Samples.Web), 3).Return);
        Mock.Verify(h => h.Destroy(Samples.Web), Times.Once);
        Mock.Verify(h => h.Save(Samples.Web), Times.Once);
        // Another guest has nothing to do with it.
        Assert.Equal(Done, Ask(GuestPath(Samples.Db), 2).Return);
        written.Set();
        Eventually(() => ((ushort)Get(GuestPath(Samples.Web))["TransitioningToState"]!) == 5);
        Assert.Equal(Done, Ask(GuestPath(Samples.Web), 2).Return);
    }

    [Fact]
    public void A_method_may_name_the_guest_as_people_do()
    {
        Assert.Equal(Done, Ask(GuestPath("web"), 9).Return);
        Assert.Equal(Done, Ask(Path("Xen_ComputerSystem", ("Name", "web")), 2).Return);
        Assert.Equal(GuestState.Running, Host.Guest(Samples.Web).State);
    }

    [Fact]
    public void The_guest_has_to_be_there_and_to_be_one()
    {
        Refused(CimStatus.NotFound, () => Ask(GuestPath("nobody"), 2));
        Refused(CimStatus.NotFound, () => Ask(GuestPath(Guid.NewGuid()), 2));
        Refused(CimStatus.InvalidParameter, () => Ask(Path("Xen_ComputerSystem", ("CreationClassName", "Xen_ComputerSystem")), 2));
        Refused(CimStatus.InvalidParameter, () => Ask(GuestPath("web").WithNamespace("root/other"), 9));
        Refused(CimStatus.InvalidParameter, () => Ask(Path("Xen_ComputerSystem", ("CreationClassName", "Xen_HostComputerSystem"), ("Name", "web")), 9));
        Assert.Equal(GuestState.Running, Host.Guest(Samples.Web).State);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void The_control_domain_is_left_alone(ushort state)
    {
        Refused(CimStatus.AccessDenied, () => Ask(GuestPath(Samples.Dom0), state));
        Refused(CimStatus.AccessDenied, () => Ask(GuestPath("Domain-0"), state));
        Assert.Equal(GuestState.Running, Host.Guest(Samples.Dom0).State);
        var guest = Get<Xen_ComputerSystem>(GuestPath(Samples.Dom0));
        Assert.True(guest.IsControlDomain);
        Assert.Empty(guest.AvailableRequestedStates!);
    }

    [Fact]
    public void The_requested_state_outlives_the_process()
    {
        var folder = Directory.CreateTempSubdirectory("xen-cim-test").FullName;
        try
        {
            var options = new ProviderOptions { StateDirectory = folder };
            using (var first = new XenCimProvider(Mock.Object, options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
            {
                var input = new CimArguments();
                input.Set("RequestedState", CimType.UInt16, false, (ushort)9);
                Assert.Equal(0u, first.InvokeMethod(Request, GuestPath(Samples.Web), "RequestStateChange", input, new CimArguments()));
            }
            using (var second = new XenCimProvider(Mock.Object, options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance))
            {
                Assert.Equal(9, (ushort)second.GetInstance(Request, GuestPath(Samples.Web)).As<Xen_ComputerSystem>().RequestedState!);
                second.DeleteInstance(Request, GuestPath(Samples.Web));
            }
            Host.Add(new Guest { Uuid = Samples.Web, Name = "web", State = GuestState.Off }, Samples.WebXml, null);
            using var third = new XenCimProvider(Mock.Object, options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
            Assert.Equal(Xen_ComputerSystem.RequestedStateValue.No_Change, third.GetInstance(Request, GuestPath(Samples.Web)).As<Xen_ComputerSystem>().RequestedState);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
