using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.Migration;

/// <summary>DSP1081: what the methods make of their parameters, what they return, and the job that follows.</summary>
public sealed class MigrationTests : ProviderTest
{
    private const string MigrateToHost = "MigrateVirtualSystemToHost";
    private const string MigrateToSystem = "MigrateVirtualSystemToSystem";
    private const string CheckToHost = "CheckVirtualSystemIsMigratableToHost";
    private const string CheckToSystem = "CheckVirtualSystemIsMigratableToSystem";

    private static CimObjectPath Migration => Path("Xen_VirtualSystemMigrationService",
        ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
        ("CreationClassName", "Xen_VirtualSystemMigrationService"), ("Name", "VirtualSystemMigrationService"));

    private static CimObjectPath OtherHost(string name) => Path("Xen_HostComputerSystem", ("CreationClassName", "Xen_HostComputerSystem"), ("Name", name));

    [Fact]
    public void A_migration_is_a_job_that_ends_with_the_guest_gone()
    {
        using var arrived = new ManualResetEventSlim();
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Returns((MigrationRequest r, Action<MigrationProgress> report, CancellationToken cancellation) =>
            {
                report(new MigrationProgress(TimeSpan.FromSeconds(1), 40));
                report(new MigrationProgress(TimeSpan.FromSeconds(2), 30));
                arrived.Wait(TimeSpan.FromSeconds(20), cancellation);
                Host.Forget(r.Guest);
                return [];
            });

        var (result, output) = ToHost(Samples.Web, "other.example");

        Assert.Equal(4096u, result);
        var job = Assert.IsType<CimObjectPath>(output["Job"]!.Value);
        Eventually(() => (ushort)Get(job)["PercentComplete"]! == 40);
        Assert.Equal((ushort)4, Get(job)["JobState"]);
        Assert.Equal((ushort)10, Get(GuestPath(Samples.Web))["OperatingStatus"]);
        arrived.Set();
        Eventually(() => (ushort)Get(job)["JobState"]! == 7);
        Assert.Equal((ushort)100, Get(job)["PercentComplete"]);
        Refused(CimStatus.NotFound, () => Get(GuestPath(Samples.Web)));
    }

    [Fact]
    public void A_migration_that_fails_says_so_in_its_job_and_leaves_the_guest()
    {
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Throws(new HypervisorException(HypervisorError.Disconnected, "Cannot migrate the guest web: unable to connect to server at 'other:16509': No route to host"));

        var job = Assert.IsType<CimObjectPath>(ToHost(Samples.Web, "other").Output["Job"]!.Value);

        Eventually(() => (ushort)Get(job)["JobState"]! == 10);
        Assert.Contains("No route to host", (string)Get(job)["ErrorDescription"]!, StringComparison.Ordinal);
        Assert.Equal((ushort)2, Get(GuestPath(Samples.Web))["EnabledState"]);
        Assert.Equal((ushort)16, Get(GuestPath(Samples.Web))["OperatingStatus"]);
    }

    [Fact]
    public void What_did_not_come_along_is_told_by_the_job()
    {
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Returns(["it does not start with the host: access denied"]);

        var job = Assert.IsType<CimObjectPath>(ToHost(Samples.Web, "other").Output["Job"]!.Value);

        Eventually(() => (ushort)Get(job)["JobState"]! == 7);
        Assert.Contains("access denied", (string)Get(job)["JobStatus"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_job_belongs_to_the_service_and_affects_the_guest()
    {
        using var end = new ManualResetEventSlim();
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Callback(() => end.Wait(TimeSpan.FromSeconds(20))).Returns([]);
        var job = Assert.IsType<CimObjectPath>(ToHost(Samples.Web, "other").Output["Job"]!.Value);

        Assert.Equal([Migration], Names(job, "Xen_OwningJobElement"));
        Assert.Equal([GuestPath(Samples.Web)], Names(job, "Xen_AffectedJobElement"));
        Assert.Equal([job], Names(Migration, "Xen_OwningJobElement"));
        Assert.Empty(Names(GuestPath(Samples.Web), "Xen_OwningJobElement"));
        end.Set();
    }

    [Theory]
    [InlineData(null, null, MigrationTransport.Default, null)]
    [InlineData("", null, MigrationTransport.Default, null)]
    [InlineData("MigrationType = 0; TransportType = 0;", null, MigrationTransport.Default, null)]
    [InlineData("MigrationType = 2; TransportType = 2;", MigrationKind.Live, MigrationTransport.Ssh, null)]
    [InlineData("MigrationType = 3; TransportType = 3;", MigrationKind.Resume, MigrationTransport.TlsUnverified, null)]
    [InlineData("MigrationType = 4; TransportType = 4;", MigrationKind.Restart, MigrationTransport.Tls, null)]
    [InlineData("TransportType = 5; Bandwidth = 10;", null, MigrationTransport.Tcp, 10ul)]
    [InlineData("TransportType = 6; Bandwidth = 100; BandwidthUnit = \"bit / second * 10^6\";", null, MigrationTransport.Ipc, 12ul)]
    [InlineData("TransportType = 1; OtherTransportType = \"libssh2\"; Bandwidth = 1; BandwidthUnit = \"byte / second\";", null, MigrationTransport.LibSsh2, 1ul)]
    [InlineData("Bandwidth = 0; BandwidthUnit = \"byte / second * 2^30\"; Priority = 7;", null, MigrationTransport.Default, null)]
    public void Settings_say_how(string? mof, MigrationKind? kind, MigrationTransport transport, ulong? bandwidth)
    {
        ToHost(Samples.Web, "other", mof is null ? null : $"instance of Xen_VirtualSystemMigrationSettingData {{ {mof} }};");

        Mock.Verify(h => h.FindMigrationObstacles(new MigrationRequest(Samples.Web, "other") { Kind = kind, Transport = transport, BandwidthMiBps = bandwidth }, false));
    }

    [Fact]
    public void Settings_may_be_CIM_XML_or_of_the_class_of_the_standard()
    {
        ToHost(Samples.Web, "other", """<INSTANCE CLASSNAME="CIM_VirtualSystemMigrationSettingData"><PROPERTY NAME="MigrationType" TYPE="uint16"><VALUE>3</VALUE></PROPERTY></INSTANCE>""");

        Mock.Verify(h => h.FindMigrationObstacles(new MigrationRequest(Samples.Web, "other") { Kind = MigrationKind.Resume }, false));
    }

    [Theory]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { MigrationType = 1; };", "MigrationType 1")]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { TransportType = 99; };", "TransportType 99")]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { TransportType = 1; OtherTransportType = \"ext\"; };", "ext")]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { Bandwidth = 1; BandwidthUnit = \"byte\"; };", "byte / second")]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { Bandwidth = 1; BandwidthUnit = \"byte / second * 10^64 * 10^64\"; };", "network")]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = 1; };", "Xen_MemoryRASD")]
    [InlineData("instance of Xen_VirtualSystemMigrationSettingData { };instance of Xen_VirtualSystemMigrationSettingData { };", "one instance")]
    public void Settings_that_make_no_sense_are_refused(string mof, string hint)
    {
        var error = Refused(CimStatus.InvalidParameter, () => ToHost(Samples.Web, "other", mof));
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
        NothingWasMoved();
    }

    [Theory]
    [InlineData(MigrationObstacleKind.State, CimStatus.Failed, "(Invalid State, 5)")]
    [InlineData(MigrationObstacleKind.Settings, CimStatus.InvalidParameter, "(Incompatible Parameters, 6)")]
    public void What_can_be_told_at_once_is_told_at_once_with_the_reason(MigrationObstacleKind kind, CimStatus status, string code)
    {
        Mock.Setup(h => h.FindMigrationObstacles(It.IsAny<MigrationRequest>(), false)).Returns([new(kind, "it is so")]);

        Assert.Equal($"web cannot be migrated to other: it is so. {code}", Refused(status, () => ToHost(Samples.Web, "other")).Message);

        Assert.Empty(All("Xen_ConcreteJob"));
        NothingWasMoved();
    }

    [Fact]
    public void A_guest_is_migrated_once_at_a_time()
    {
        using var end = new ManualResetEventSlim();
        Mock.Setup(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()))
            .Callback(() => end.Wait(TimeSpan.FromSeconds(20))).Returns([]);
        Assert.Equal(4096u, ToHost(Samples.Web, "other").Return);

        Assert.Contains("being migrated already", Refused(CimStatus.Failed, () => ToHost(Samples.Web, "third")).Message, StringComparison.Ordinal);
        Assert.Equal(4096u, ToHost(Samples.Db, "third").Return);
        end.Set();
    }

    [Theory]
    [InlineData(MigrateToHost)]
    [InlineData(MigrateToSystem)]
    [InlineData(CheckToHost)]
    [InlineData(CheckToSystem)]
    public void A_driver_that_cannot_migrate_supports_no_method(string method)
    {
        Host.Missing.Add(HypervisorOperation.Migrate);

        var (result, output) = Call(Migration, method, Arguments(method, GuestPath(Samples.Web), "other"));

        Assert.Equal(1u, result);
        Assert.Null(output["Job"]?.Value ?? output["IsMigratable"]?.Value);
        NothingWasMoved();
    }

    [Fact]
    public void A_driver_that_cannot_migrate_has_empty_capabilities()
    {
        Host.Missing.Add(HypervisorOperation.Migrate);

        var capabilities = Assert.Single(All("Xen_VirtualSystemMigrationCapabilities")).As<Xen_VirtualSystemMigrationCapabilities>();
        Assert.Empty(capabilities.SynchronousMethodsSupported!);
        Assert.Empty(capabilities.AsynchronousMethodsSupported!);
        Assert.Empty(capabilities.DestinationHostFormatsSupported!);
        Assert.Empty(All("Xen_VirtualSystemMigrationSettingData"));
        Assert.Empty(Names(capabilities.Path!, "Xen_SettingsDefineCapabilities"));
        Assert.Equal(false, Assert.Single(All("Xen_VirtualSystemMigrationService"))["Started"]);
    }

    [Fact]
    public void Capabilities_name_the_methods_and_lead_to_the_ways()
    {
        var capabilities = Assert.Single(All("Xen_VirtualSystemMigrationCapabilities")).As<Xen_VirtualSystemMigrationCapabilities>();
        Assert.Equal([4, 5], capabilities.SynchronousMethodsSupported!.Select(m => (int)m));
        Assert.Equal([2, 3], capabilities.AsynchronousMethodsSupported!.Select(m => (int)m));
        Assert.Equal([2, 3, 4], capabilities.DestinationHostFormatsSupported!.Select(m => (int)m));
        Assert.Equal(Xen_VirtualSystemMigrationService.EnabledStateValue.Enabled, Get<Xen_VirtualSystemMigrationService>(Migration).EnabledState);
        Assert.Equal([HostPath], Names(Migration, "Xen_HostedService"));
        Assert.Equal([capabilities.Path!], Names(Migration, "Xen_ElementCapabilities"));
        Assert.Equal(All("Xen_VirtualSystemMigrationSettingData").Select(s => s.Path!), Names(capabilities.Path!, "Xen_SettingsDefineCapabilities"));
        // One default; all else is supported.
        var roles = Provider.References(Request, capabilities.Path!, new AssociationFilter { AssociationClass = "Xen_SettingsDefineCapabilities" }).ToLookup(a => (ushort)a["ValueRole"]!, a => ((CimObjectPath)a["PartComponent"]!).GetString("InstanceID")!);
        Assert.EndsWith("/default", Assert.Single(roles[0]), StringComparison.Ordinal);
        Assert.Equal(7, roles[3].Count());
    }

    [Fact]
    public void The_service_affects_every_guest_but_the_control_domain()
    {
        Assert.Equal(Host.Guests.Where(g => !g.IsControlDomain).Select(g => GuestPath(g.Uuid)), Names(Migration, "Xen_ServiceAffectsElement"));
        Assert.Contains(Migration, Names(GuestPath(Samples.Web), "Xen_ServiceAffectsElement"));
        Assert.DoesNotContain(Migration, Names(GuestPath(Samples.Dom0), "Xen_ServiceAffectsElement"));
        Assert.All(All("Xen_ServiceAffectsElement"), a => Assert.Equal(new ushort[] { 5 }, a["ElementEffects"]));
    }

    [Theory]
    [InlineData(CheckToHost)]
    [InlineData(CheckToSystem)]
    public void A_check_asks_the_destination_and_moves_nothing(string method)
    {
        var (result, output) = Call(Migration, method, Arguments(method, GuestPath(Samples.Web), "other.example"));

        Assert.Equal(0u, result);
        Assert.Equal(true, output["IsMigratable"]!.Value);
        Mock.Verify(h => h.FindMigrationObstacles(new MigrationRequest(Samples.Web, "other.example"), true), Times.Once);
        NothingWasMoved();
    }

    [Fact]
    public void A_check_that_finds_an_obstacle_says_no()
    {
        Mock.Setup(h => h.FindMigrationObstacles(It.IsAny<MigrationRequest>(), true)).Returns([new(MigrationObstacleKind.Destination, "no room")]);

        var (result, output) = Call(Migration, CheckToHost, Arguments(CheckToHost, GuestPath(Samples.Web), "other"));

        Assert.Equal(0u, result);
        Assert.Equal(false, output["IsMigratable"]!.Value);
    }

    [Fact]
    public void A_destination_system_is_named_by_its_key()
    {
        Assert.Equal(4096u, Call(Migration, MigrateToSystem, Arguments(MigrateToSystem, GuestPath(Samples.Web), "other.example")).Return);

        Eventually(() => Mock.Invocations.Any(i => i.Method.Name == "Migrate"));
        Mock.Verify(h => h.Migrate(new MigrationRequest(Samples.Web, "other.example"), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()));
    }

    [Fact]
    public void What_is_missing_or_unknown_is_an_error()
    {
        Refused(CimStatus.InvalidParameter, () => Call(Migration, MigrateToHost, ("DestinationHost", CimType.String, "other")));
        Refused(CimStatus.InvalidParameter, () => Call(Migration, MigrateToHost, ("ComputerSystem", CimType.Reference, GuestPath(Samples.Web))));
        Refused(CimStatus.InvalidParameter, () => Call(Migration, CheckToSystem, ("ComputerSystem", CimType.Reference, GuestPath(Samples.Web))));
        Refused(CimStatus.NotFound, () => ToHost(Guid.NewGuid(), "other"));
        Mock.Setup(h => h.FindMigrationObstacles(It.IsAny<MigrationRequest>(), It.IsAny<bool>())).Throws(new HypervisorException(HypervisorError.InvalidArgument, "The destination \"-x\" is not a host"));
        Refused(CimStatus.InvalidParameter, () => ToHost(Samples.Web, "-x"));
        NothingWasMoved();
    }

    [Fact]
    public void A_guest_that_left_is_forgotten()
    {
        Ask(GuestPath(Samples.Web), 9);
        Assert.Equal((ushort)9, Get(GuestPath(Samples.Web))["RequestedState"]);
        Host.SetState(Samples.Web, GuestState.Running);
        var guest = Host.Guest(Samples.Web);
        var job = Assert.IsType<CimObjectPath>(ToHost(Samples.Web, "other").Output["Job"]!.Value);
        Eventually(() => (ushort)Get(job)["JobState"]! == 7);

        // Back again, it is asked for nothing.
        Host.Add(guest, Samples.WebXml, Samples.WebRunningXml);
        Assert.Equal((ushort)5, Get(GuestPath(Samples.Web))["RequestedState"]);
    }

    private (uint Return, CimArguments Output) ToHost(Guid guest, string host, object? settings = null) =>
        Call(Migration, MigrateToHost, [.. Arguments(MigrateToHost, GuestPath(guest), host), ("MigrationSettingData", CimType.String, settings)]);

    private static (string, CimType, object?)[] Arguments(string method, CimObjectPath guest, string host) =>
    [
        ("ComputerSystem", CimType.Reference, guest),
        method.EndsWith("System", StringComparison.Ordinal) ? ("DestinationSystem", CimType.Reference, OtherHost(host)) : ("DestinationHost", CimType.String, host),
    ];

    private List<CimObjectPath> Names(CimObjectPath source, string association) =>
        [.. Provider.AssociatorNames(Request, source, new AssociationFilter { AssociationClass = association })];

    private void NothingWasMoved() =>
        Mock.Verify(h => h.Migrate(It.IsAny<MigrationRequest>(), It.IsAny<Action<MigrationProgress>>(), It.IsAny<CancellationToken>()), Times.Never);
}
