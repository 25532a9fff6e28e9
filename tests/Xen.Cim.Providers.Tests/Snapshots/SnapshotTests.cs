using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.Snapshots;

/// <summary>Taking, applying and destroying snapshots, and what is said of them.</summary>
public sealed class SnapshotTests : ProviderTest
{
    private const uint Done = 0, NotSupported = 1, JobStarted = 4096;

    private static readonly CimObjectPath s_service = Path("Xen_VirtualSystemSnapshotService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", "Xen_VirtualSystemSnapshotService"), ("Name", "VirtualSystemSnapshotService"));

    [Fact]
    public void A_snapshot_is_taken_applied_and_destroyed()
    {
        var (result, output) = Create(Samples.Web, """instance of Xen_SnapshotSettingData { ElementName = "evening"; Notes = { "Before the update.", "Ask Ann." }; };""", 2);
        Assert.Equal(Done, result);
        var path = Assert.IsType<CimObjectPath>(output["ResultingSnapshot"]?.Value);
        Assert.Equal(Snapshot(Samples.Web, "evening"), path);

        var snapshot = Get<Xen_SnapshotSettingData>(path);
        Assert.Equal(("evening", Samples.Web.ToString(), "DMTF:XEN:PV"), (snapshot.ElementName, snapshot.VirtualSystemIdentifier, snapshot.VirtualSystemType));
        Assert.Equal(["Before the update.", "Ask Ann."], snapshot.Notes!);
        Assert.Equal(Xen_SnapshotSettingData.VirtualSystemStateValue.Enabled, snapshot.VirtualSystemState);
        Assert.NotNull(snapshot.CreationTime);
        Assert.Null(snapshot.ParentID);

        Host.SetState(Samples.Web, GuestState.Off);
        Assert.Equal(Done, Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, path)).Return);
        Assert.Equal(GuestState.Running, Host.Guest(Samples.Web).State);

        Assert.Equal(Done, Call(s_service, "DestroySnapshot", ("AffectedSnapshot", CimType.Reference, path)).Return);
        Refused(CimStatus.NotFound, () => Get(path));
    }

    [Fact]
    public void Snapshots_form_a_branch_whose_last_one_is_the_most_current()
    {
        Assert.Equal(Snapshot(Samples.Mail, "installed").GetString("InstanceID"), Get<Xen_SnapshotSettingData>(Snapshot(Samples.Mail, "before-upgrade")).ParentID);
        Assert.Equal([Snapshot(Samples.Mail, "installed"), Snapshot(Samples.Mail, "before-upgrade")],
            Provider.AssociatorNames(Request, GuestPath(Samples.Mail), new AssociationFilter("CIM_SnapshotOfVirtualSystem")));
        Assert.Equal([Snapshot(Samples.Mail, "before-upgrade")], Current());

        Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, Snapshot(Samples.Mail, "installed")));
        Assert.Equal([Snapshot(Samples.Mail, "installed")], Current());
        Assert.Empty(Provider.AssociatorNames(Request, Snapshot(Samples.Mail, "before-upgrade"), new AssociationFilter("CIM_MostCurrentSnapshotInBranch")));

        IEnumerable<CimObjectPath> Current() => Provider.AssociatorNames(Request, GuestPath(Samples.Mail), new AssociationFilter("CIM_MostCurrentSnapshotInBranch"));
    }

    [Fact]
    public void Without_settings_it_is_called_by_the_time()
    {
        var (result, output) = Create(Samples.Web, null, null);
        Assert.Equal(Done, result);
        Assert.Matches(@"/snapshot/\d{8}-\d{6}-\d{3}$", Assert.IsType<CimObjectPath>(output["ResultingSnapshot"]?.Value).GetString("InstanceID"));
    }

    [Fact]
    public void Settings_of_the_standards_own_class_do()
    {
        Assert.Equal(Done, Create(Samples.Web, """instance of CIM_SettingData { ElementName = "evening"; Description = "Before the update."; };""", 2).Return);
        Mock.Verify(h => h.CreateSnapshot(Samples.Web, "evening", "Before the update."), Times.Once);
    }

    [Fact]
    public void One_that_takes_its_time_is_a_job_that_nobody_can_stop()
    {
        using var done = new ManualResetEventSlim();
        Mock.Setup(h => h.CreateSnapshot(Samples.Web, "slow", null)).Callback(() =>
        {
            done.Wait(TimeSpan.FromSeconds(60));
            Host.Snapshots.Add(new(Samples.Web, "slow") { IsCurrent = true });
        });
        using var provider = new XenCimProvider(Mock.Object, new ProviderOptions { InCallWait = TimeSpan.FromMilliseconds(50) }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var (input, output) = (new CimArguments(), new CimArguments());
        input.Set("AffectedSystem", CimType.Reference, false, GuestPath(Samples.Web));
        input.Set("SnapshotSettings", CimType.String, false, """instance of CIM_SettingData { ElementName = "slow"; };""");

        Assert.Equal(JobStarted, provider.InvokeMethod(Request, s_service, "CreateSnapshot", input, output));

        var job = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Assert.Null(output["ResultingSnapshot"]?.Value);
        Assert.Equal(Xen_ConcreteJob.JobStateValue.Running, State());
        Assert.Equal(Xen_ComputerSystem.OperatingStatusValue.Snapshotting, provider.GetInstance(Request, GuestPath(Samples.Web)).As<Xen_ComputerSystem>().OperatingStatus);
        var stop = new CimArguments();
        stop.Set("RequestedState", CimType.UInt16, false, (ushort)4);
        Assert.Equal(NotSupported, provider.InvokeMethod(Request, job, "RequestStateChange", stop, new CimArguments()));
        Assert.Equal([s_service], provider.AssociatorNames(Request, job, new AssociationFilter("CIM_OwningJobElement")));
        Assert.Equal([GuestPath(Samples.Web)], provider.AssociatorNames(Request, job, new AssociationFilter("CIM_AffectedJobElement")));
        done.Set();

        Eventually(() => State() == Xen_ConcreteJob.JobStateValue.Completed);
        Assert.Equal([Snapshot(Samples.Web, "slow")], provider.AssociatorNames(Request, job, new AssociationFilter("CIM_AffectedJobElement", "CIM_VirtualSystemSettingData")));
        Assert.Equal([job], provider.AssociatorNames(Request, Snapshot(Samples.Web, "slow"), new AssociationFilter("CIM_AffectedJobElement")));
        // That is how a client finds what was made (DSP1042): 5 is Create; the guest only went through it.
        Assert.Equal([5], (ushort[])provider.References(Request, Snapshot(Samples.Web, "slow"), new AssociationFilter("CIM_AffectedJobElement")).Single()["ElementEffects"]!);
        var guest = provider.References(Request, GuestPath(Samples.Web), new AssociationFilter("CIM_AffectedJobElement")).Single();
        Assert.Equal(("1", "Take the snapshot slow of web"), (string.Join(",", (ushort[])guest["ElementEffects"]!), string.Join(",", (string[])guest["OtherElementEffectsDescriptions"]!)));

        Xen_ConcreteJob.JobStateValue? State() => provider.GetInstance(Request, job).As<Xen_ConcreteJob>().JobState;
    }

    [Fact]
    public void Where_the_hypervisor_has_none_nothing_is_claimed()
    {
        Host.Missing.Add(HypervisorOperation.Snapshot);
        Host.Snapshots.Clear();

        Assert.Equal(NotSupported, Create(Samples.Web, null, 2).Return);
        Assert.Equal(NotSupported, Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, Snapshot(Samples.Mail, "installed"))).Return);
        Assert.Equal(NotSupported, Call(s_service, "DestroySnapshot", ("AffectedSnapshot", CimType.Reference, Snapshot(Samples.Mail, "installed"))).Return);
        var service = Get<Xen_VirtualSystemSnapshotService>(s_service);
        Assert.Equal((false, Xen_VirtualSystemSnapshotService.EnabledStateValue.Not_Applicable), (service.Started, service.EnabledState));
        var capabilities = Assert.Single(All("Xen_VirtualSystemSnapshotServiceCapabilities")).As<Xen_VirtualSystemSnapshotServiceCapabilities>();
        Assert.Empty(capabilities.SynchronousMethodsSupported!);
        Assert.Empty(capabilities.AynchronousMethodsSupported!);
        Assert.Empty(capabilities.SnapshotTypesSupported!);
        Assert.All(All("Xen_VirtualSystemSnapshotCapabilities"), c => Assert.Empty((ushort[])c["SnapshotTypesEnabled"]!));
    }

    [Fact]
    public void With_qemu_only_disks_that_can_keep_a_snapshot_have_one()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Assert.Empty(Enabled(Samples.Web));
        Assert.Contains("xvdb", Refused(CimStatus.NotSupported, () => Create(Samples.Web, null, 2).Return).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.CreateSnapshot(It.IsAny<Guid>(), It.IsAny<string>(), It.IsAny<string?>()), Times.Never);

        // One without a disk has nothing to keep it in.
        Assert.Empty(Enabled(Samples.Db));
        Host.Rewrite(Samples.Db, x => x.Replace("</devices>", "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/db.img'/><target dev='vda'/></disk></devices>", StringComparison.Ordinal));
        Assert.Equal([(ushort)2], Enabled(Samples.Db));
        Assert.Equal(Done, Create(Samples.Db, null, 2).Return);

        ushort[] Enabled(Guid guest) => (ushort[])Get(Path("Xen_VirtualSystemSnapshotCapabilities", ("InstanceID", $"Xen:{guest}/snapshots")))["SnapshotTypesEnabled"]!;
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name()
    {
        Assert.EndsWith("(Invalid Type, 6)", Refused(CimStatus.InvalidParameter, () => Create(Samples.Web, null, 3).Return).Message, StringComparison.Ordinal);
        Mock.Setup(h => h.CreateSnapshot(Samples.Old, It.IsAny<string>(), It.IsAny<string?>())).Throws(new HypervisorException(HypervisorError.InvalidState, "it is saved"));
        Assert.Equal("it is saved. (Invalid State, 5)", Refused(CimStatus.Failed, () => Create(Samples.Old, null, 2).Return).Message);
        Mock.Setup(h => h.CreateSnapshot(Samples.Old, It.IsAny<string>(), It.IsAny<string?>())).Throws(new HypervisorException(HypervisorError.Failed, "no space left"));
        Assert.Contains("no space", Refused(CimStatus.Failed, () => Create(Samples.Old, null, 2).Return).Message, StringComparison.Ordinal);
        Refused(CimStatus.AccessDenied, () => Create(Samples.Dom0, null, 2).Return);
        Refused(CimStatus.InvalidParameter, () => Call(s_service, "CreateSnapshot").Return);
        Refused(CimStatus.NotFound, () => Create(Guid.NewGuid(), null, 2).Return);
        Refused(CimStatus.AlreadyExists, () => Create(Samples.Mail, """instance of CIM_SettingData { ElementName = "installed"; };""", 2).Return);
        foreach (var name in new[] { "a/b", ".hidden", " a", "", new string('x', 201), new string('漢', 67), "a\\nb" })
            Refused(CimStatus.InvalidParameter, () => Create(Samples.Web, $$"""instance of CIM_SettingData { ElementName = "{{name}}"; };""", 2).Return);
        Assert.Contains("VirtualSystemType", Refused(CimStatus.InvalidParameter,
            () => Create(Samples.Web, """instance of Xen_SnapshotSettingData { VirtualSystemType = "DMTF:XEN:PV"; };""", 2).Return).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotFound, () => Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, Snapshot(Samples.Mail, "other"))).Return);
        Refused(CimStatus.InvalidParameter, () => Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, ConfigurationPath(Samples.Mail, "state"))).Return);
        Refused(CimStatus.InvalidParameter, () => Call(s_service, "DestroySnapshot").Return);
        Assert.Equal(2, All("Xen_SnapshotSettingData").Count);
    }

    [Fact]
    public void With_qemu_a_number_is_no_name()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Rewrite(Samples.Db, x => x.Replace("</devices>", "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/srv/db.img'/><target dev='vda'/></disk></devices>", StringComparison.Ordinal));
        Assert.Contains("\"2\"", Refused(CimStatus.InvalidParameter, () => Create(Samples.Db, """instance of CIM_SettingData { ElementName = "2"; };""", 2).Return).Message, StringComparison.Ordinal);
        Assert.Equal(Done, Create(Samples.Db, """instance of CIM_SettingData { ElementName = "v2"; };""", 2).Return);

        // Somebody else's can be seen and destroyed, but it is not known which one would be applied.
        Host.Snapshots.Add(new(Samples.Db, "1"));
        Assert.Contains("number", Refused(CimStatus.Failed, () => Call(s_service, "ApplySnapshot", ("Snapshot", CimType.Reference, Snapshot(Samples.Db, "1"))).Return).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.ApplySnapshot(It.IsAny<Guid>(), It.IsAny<string>()), Times.Never);
        Assert.Equal(Done, Call(s_service, "DestroySnapshot", ("AffectedSnapshot", CimType.Reference, Snapshot(Samples.Db, "1"))).Return);

        Host.Host = Host.Host with { Driver = HypervisorDriver.Test };
        Assert.Equal(Done, Create(Samples.Db, """instance of CIM_SettingData { ElementName = "2"; };""", 2).Return);
    }

    [Theory]
    [InlineData("Xen:7a1c3d52-0000-4000-8000-000000000002/snapshot/")]
    [InlineData("Xen:7a1c3d52-0000-4000-8000-000000000002/snapshot")]
    [InlineData("Xen:/snapshot/installed")]
    [InlineData("")]
    public void What_is_no_snapshot_is_not_found(string id) => Refused(CimStatus.NotFound, () => Get(Path("Xen_SnapshotSettingData", ("InstanceID", id))));

    [Fact]
    public void DeleteInstance_destroys_it()
    {
        Provider.DeleteInstance(Request, Snapshot(Samples.Mail, "installed"));

        Mock.Verify(h => h.DestroySnapshot(Samples.Mail, "installed"), Times.Once);
        Assert.Single(All("Xen_SnapshotSettingData"));
    }

    private static CimObjectPath Snapshot(Guid guest, string name) => Path("Xen_SnapshotSettingData", ("InstanceID", $"Xen:{guest}/snapshot/{name}"));

    private (uint Return, CimArguments Output) Create(Guid guest, string? settings, ushort? type) => Call(s_service, "CreateSnapshot",
        ("AffectedSystem", CimType.Reference, GuestPath(guest)), ("SnapshotSettings", CimType.String, settings), ("SnapshotType", CimType.UInt16, type));
}
