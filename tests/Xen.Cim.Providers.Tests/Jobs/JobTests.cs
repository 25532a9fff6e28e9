using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using State = Xen.Cim.Schema.Xen_ConcreteJob.JobStateValue;

namespace Xen.Cim.Providers.Tests.Jobs;

/// <summary>What takes long is a job: how far it is, how it is stopped, why it failed, how long it is kept.</summary>
public sealed class JobTests : ProviderTest
{
    private readonly ManualResetEventSlim _go = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-jobs-").FullName;
    private HypervisorException? _failure;

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromMilliseconds(50), StateDirectory = _folder };

    [Theory]
    [InlineData(6)]
    [InlineData(3)]
    public void What_takes_longer_than_a_call_waits_is_a_job(ushort state)
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.Destroy(Samples.Web)).Callback(Wait);

        var path = Started(Ask(GuestPath(Samples.Web), state));

        Assert.Equal(State.Running, Job(path).JobState);
        Assert.Equal([GuestPath(Samples.Web)], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_OwningJobElement")));
        Assert.Equal([GuestPath(Samples.Web)], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_AffectedJobElement")));
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
        Assert.Equal((ushort)100, Job(path).PercentComplete);
    }

    [Fact]
    public void A_start_that_takes_long_is_a_job_too()
    {
        Mock.Setup(h => h.Start(Samples.Mail)).Callback(Wait);

        var path = Started(Ask(GuestPath(Samples.Mail), 2));
        _go.Set();

        Eventually(() => Job(path).JobState == State.Completed);
    }

    [Fact]
    public void Destroying_a_guest_can_be_a_job_of_the_service()
    {
        Mock.Setup(h => h.Remove(Samples.Web)).Callback((Guid g) =>
        {
            Wait();
            Host.Forget(g);
        });

        var path = Started(Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath(Samples.Web))));

        Assert.Equal([Service], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_OwningJobElement")));
        Assert.Equal([path], Provider.AssociatorNames(Request, Service, new AssociationFilter("CIM_OwningJobElement")));
        Assert.Equal([GuestPath(Samples.Web)], Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_AffectedJobElement")));
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
        Assert.Empty(Provider.AssociatorNames(Request, path, new AssociationFilter("CIM_AffectedJobElement")));
    }

    [Fact]
    public void Destroying_quickly_is_no_job()
    {
        Assert.Equal(0u, Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath(Samples.Mail))).Return);

        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Fact]
    public void A_job_shows_how_far_libvirt_is()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.ReadJobPercent(Samples.Web)).Returns(42);

        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Assert.Equal((ushort)42, Job(path).PercentComplete);
        Mock.Setup(h => h.ReadJobPercent(Samples.Web)).Throws(new HypervisorException(HypervisorError.Disconnected, "gone"));
        Mock.Invocations.Clear();
        // What is known; and who does not answer is not asked each time.
        for (var i = 0; i < 5; i++)
            Assert.Equal((ushort)42, Job(path).PercentComplete);
        Mock.Verify(h => h.ReadJobPercent(Samples.Web), Times.Once);
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
    }

    [Fact]
    public void A_guest_that_does_not_answer_holds_up_nobody_who_looks_at_the_jobs()
    {
        Host.SetState(Samples.Db, GuestState.Running);
        Mock.Setup(h => h.Save(It.IsAny<Guid>())).Callback(Wait);
        Mock.Setup(h => h.ReadJobPercent(Samples.Web)).Returns(42);
        using var hanging = new ManualResetEventSlim();
        var asked = 0;
        Mock.Setup(h => h.ReadJobPercent(Samples.Db)).Returns(() =>
        {
            Interlocked.Increment(ref asked);
            hanging.Wait(TimeSpan.FromSeconds(20));
            return 77;
        });
        var (hung, other) = (Started(Ask(GuestPath(Samples.Db), 6)), Started(Ask(GuestPath(Samples.Web), 6)));

        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 5; i++)
            Assert.Equal([(hung.GetString("InstanceID"), (ushort)0), (other.GetString("InstanceID"), (ushort)42)], All("Xen_ConcreteJob").Select(j => ((string?)j["InstanceID"], (ushort)j["PercentComplete"]!)).OrderBy(j => j.Item2));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(1, asked);
        // It is told as soon as it is known.
        hanging.Set();
        Eventually(() => Job(hung).PercentComplete == 77);
        _go.Set();
        Eventually(() => Job(hung).JobState == State.Completed && Job(other).JobState == State.Completed);
    }

    [Fact]
    public void Terminating_makes_libvirt_give_up_and_the_job_says_so()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.AbortJob(Samples.Web)).Callback(() =>
        {
            _failure = new HypervisorException(HypervisorError.Failed, "operation aborted: job 'save' canceled by client") { Libvirt = (10, 78) };
            _go.Set();
        });
        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Assert.Equal(0u, Change(path, 4));

        var job = Job(path);
        Assert.Equal(State.Terminated, job.JobState);
        Assert.Equal((ushort)0, job.ErrorCode);
        Assert.Contains("canceled by client", job.JobStatus, StringComparison.Ordinal);
        Assert.Equal(4097u, Change(path, 4));
        // Another process knows it as well.
        using var other = new XenCimProvider(Mock.Object, Options, NullLoggerFactory.Instance);
        Eventually(() => other.GetInstance(Request, path).As<Xen_ConcreteJob>().JobState == State.Terminated);
    }

    [Theory]
    [InlineData(HypervisorError.Disconnected)]
    [InlineData(HypervisorError.Timeout)]
    public void What_nobody_answered_for_while_it_was_being_stopped_is_not_called_stopped(HypervisorError error)
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.AbortJob(Samples.Web)).Callback(() =>
        {
            _failure = new HypervisorException(error, "the daemon went away");
            _go.Set();
        });
        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Assert.Equal(0u, Change(path, 4));

        Assert.Equal((State.Exception, (ushort)1), (Job(path).JobState, Job(path).ErrorCode));
        Assert.Contains("went away", Job(path).ErrorDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_on_after_it_was_told_to_stop_is_being_shut_down()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Assert.Equal(4096u, Change(path, 5));
        Assert.Equal(State.Shutting_Down, Job(path).JobState);
        _go.Set();

        // It was faster.
        Eventually(() => Job(path).JobState == State.Completed);
    }

    [Fact]
    public void What_libvirt_cannot_stop_goes_on()
    {
        Mock.Setup(h => h.Destroy(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.Save(Samples.Db)).Callback(Wait);
        var path = Started(Ask(GuestPath(Samples.Web), 3));
        Assert.Equal(1u, Change(path, 4));
        Host.Missing.Add(HypervisorOperation.AbortJob);
        var save = Started(Ask(GuestPath(Samples.Db), 6));
        Assert.Equal(1u, Change(save, 4));

        Assert.Equal(1u, Change(path, 3));
        Assert.Equal(5u, Change(path, 99));
        Refused(CimStatus.InvalidParameter, () => Change(path, null));
        Assert.Equal(State.Running, Job(path).JobState);
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed && Job(save).JobState == State.Completed);
    }

    [Fact]
    public void A_stop_that_libvirt_refuses_is_an_error_and_the_job_goes_on()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        Mock.Setup(h => h.AbortJob(Samples.Web)).Throws(new HypervisorException(HypervisorError.InvalidState, "no job is active on the domain"));
        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Assert.Contains("no job is active", Refused(CimStatus.Failed, () => Change(path, 4)).Message, StringComparison.Ordinal);

        Assert.Equal(State.Running, Job(path).JobState);
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
    }

    [Fact]
    public void A_migration_can_be_stopped()
    {
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Returns((MigrationRequest _, Action<MigrationProgress> report, CancellationToken stop) =>
            {
                report(new MigrationProgress(TimeSpan.Zero, 33));
                Assert.True(stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
                throw new HypervisorException(HypervisorError.Cancelled, "it was cancelled");
            });
        var service = Path("Xen_VirtualSystemMigrationService", ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
            ("CreationClassName", "Xen_VirtualSystemMigrationService"), ("Name", "VirtualSystemMigrationService"));
        var path = Started(Call(service, "MigrateVirtualSystemToHost", ("ComputerSystem", CimType.Reference, GuestPath(Samples.Web)), ("DestinationHost", CimType.String, "other")));
        Eventually(() => Job(path).PercentComplete == 33);

        Assert.Equal(0u, Change(path, 4));

        Assert.Equal(State.Terminated, Job(path).JobState);
    }

    [Fact]
    public void A_job_that_failed_hands_out_libvirts_error()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        var path = Started(Ask(GuestPath(Samples.Web), 6));
        Assert.Null(Call(path, "GetError").Output["Error"]?.Value);
        Assert.Empty((Array)Call(path, "GetErrors").Output["Errors"]!.Value!);
        _failure = new HypervisorException(HypervisorError.Failed, "Cannot save: no space left on device") { Libvirt = (10, 38) };
        _go.Set();
        Eventually(() => Job(path).JobState == State.Exception);

        var (result, output) = Call(path, "GetErrors");

        Assert.Equal(0u, result);
        var error = Assert.Single(Assert.IsType<CimInstance[]>(output["Errors"]?.Value)).As<CIM_Error>();
        Assert.Equal(("libvirt", "LIBVIRT-10-38", "Cannot save: no space left on device"), (error.OwningEntity, error.MessageID, error.Message));
        Assert.Equal(["10", "38"], error.MessageArguments!);
        Assert.Equal(CIM_Error.CIMStatusCodeValue.CIM_ERR_FAILED, error.CIMStatusCode);
        Assert.Equal(path.ToString(), error.ErrorSource);
        Assert.Equal(error.Message, Assert.IsType<CIM_Error>(Call(path, "GetError").Output["Error"]?.Value, exactMatch: false).Message);
        Assert.Equal((ushort)1, Job(path).ErrorCode);
        // libvirt's numbers outlive the process.
        using var later = new XenCimProvider(Mock.Object, Options, NullLoggerFactory.Instance);
        Eventually(() => later.GetInstance(Request, path).As<Xen_ConcreteJob>().JobState == State.Exception);
        var kept = new CimArguments();
        later.InvokeMethod(Request, path, "GetErrors", new CimArguments(), kept);
        Assert.Equal("LIBVIRT-10-38", Assert.Single(Assert.IsType<CimInstance[]>(kept["Errors"]?.Value)).As<CIM_Error>().MessageID);
    }

    [Fact]
    public void How_long_a_job_is_kept_can_be_changed()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        var path = Started(Ask(GuestPath(Samples.Web), 6));
        Assert.Equal("00000000000500.000000:000", Job(path).TimeBeforeRemoval!.ToString());

        Modify(path, new Xen_ConcreteJob { DeleteOnCompletion = false, TimeBeforeRemoval = CimDateTime.Parse("00000000000000.010000:000") });
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
        Thread.Sleep(100);
        Assert.False(Job(path).DeleteOnCompletion);
        using (var other = new XenCimProvider(Mock.Object, Options, NullLoggerFactory.Instance))
            Assert.False(other.GetInstance(Request, path).As<Xen_ConcreteJob>().DeleteOnCompletion);

        Modify(path, new Xen_ConcreteJob { DeleteOnCompletion = true });
        Refused(CimStatus.NotFound, () => Job(path));
    }

    [Fact]
    public void Nothing_else_of_a_job_can_be_changed()
    {
        Mock.Setup(h => h.Save(Samples.Web)).Callback(Wait);
        var path = Started(Ask(GuestPath(Samples.Web), 6));

        Refused(CimStatus.InvalidParameter, () => Modify(path, new Xen_ConcreteJob { TimeBeforeRemoval = CimDateTime.Parse("00000099000000.000000:000") }));
        Assert.Contains("Name", Refused(CimStatus.NotSupported, () =>
        {
            Provider.ModifyInstance(new CimRequest { Namespace = "root/virt", PropertyList = new HashSet<string> { "Name" } }, path, new Xen_ConcreteJob { Name = "other" });
            return null;
        }).Message, StringComparison.Ordinal);

        Assert.Equal("Offline web", Job(path).Name);
        _go.Set();
        Eventually(() => Job(path).JobState == State.Completed);
    }

    protected override void Clean()
    {
        // A job that is told so only now may still write its file.
        _go.Set();
        Eventually(() =>
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return !Directory.Exists(_folder);
            }
        });
    }

    private void Wait()
    {
        Assert.True(_go.Wait(TimeSpan.FromSeconds(60)));
        if (_failure is { } failure)
            throw failure;
    }

    private static CimObjectPath Started((uint Return, CimArguments Output) answer)
    {
        Assert.Equal(4096u, answer.Return);
        return Assert.IsType<CimObjectPath>(answer.Output["Job"]?.Value);
    }

    private Xen_ConcreteJob Job(CimObjectPath path) => Get<Xen_ConcreteJob>(path);

    private uint Change(CimObjectPath job, ushort? state) => Call(job, "RequestStateChange", ("RequestedState", CimType.UInt16, state)).Return;

    private object? Modify(CimObjectPath job, Xen_ConcreteJob wish)
    {
        Provider.ModifyInstance(Request, job, wish);
        return null;
    }
}
