using Libvirt;
using Xen.Cim.Hypervisor.Migrations;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Migrations;

/// <summary>What can be said about a migration without asking anybody.</summary>
public sealed class MigrationPlanTests
{
    private static readonly Guid s_uuid = new("5a1d0c4e-7d0b-4b5a-9a55-0123456789ab");

    [Theory]
    [InlineData("linux", GuestState.Running, MigrationKind.Resume)]
    [InlineData("xenpvh", GuestState.Running, MigrationKind.Live)]
    [InlineData("hvm", GuestState.Running, MigrationKind.Live)]
    [InlineData("linux", GuestState.Off, MigrationKind.Restart)]
    [InlineData("hvm", GuestState.Off, MigrationKind.Restart)]
    public void Who_does_not_say_how_gets_what_is_sure_to_work(string osType, GuestState state, MigrationKind expected)
    {
        var plan = Plan(osType, state);
        Assert.Equal(expected, plan.Kind);
        Assert.Empty(plan.Obstacles());
    }

    [Theory]
    [InlineData(GuestState.Running, MigrationKind.Live, null)]
    [InlineData(GuestState.Off, MigrationKind.Live, "off")]
    [InlineData(GuestState.Off, MigrationKind.Resume, "off")]
    [InlineData(GuestState.Paused, MigrationKind.Live, "take part")]
    [InlineData(GuestState.Paused, MigrationKind.Restart, "paused")]
    [InlineData(GuestState.Saved, MigrationKind.Restart, "suspended to disk")]
    [InlineData(GuestState.ShuttingDown, MigrationKind.Live, "shutting down")]
    [InlineData(GuestState.Crashed, MigrationKind.Restart, "crashed")]
    [InlineData(GuestState.Rebooting, MigrationKind.Live, "rebooting")]
    public void A_state_that_does_not_allow_it_is_named(GuestState state, MigrationKind kind, string? hint)
    {
        var obstacles = Plan("xenpvh", state, kind).Obstacles().ToList();
        if (hint is null)
        {
            Assert.Empty(obstacles);
            return;
        }
        var only = Assert.Single(obstacles);
        Assert.Equal(MigrationObstacleKind.State, only.Kind);
        Assert.Contains(hint, only.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paused_guest_of_another_driver_moves_paused() =>
        Assert.Empty(Plan("hvm", GuestState.Paused, MigrationKind.Live, driver: HypervisorDriver.Qemu).Obstacles());

    [Fact]
    public void The_control_domain_stays()
    {
        var plan = Plan("linux", GuestState.Running);
        var control = plan with { Guest = plan.Guest with { IsControlDomain = true } };
        Assert.Equal(MigrationObstacleKind.State, Assert.Single(control.Obstacles()).Kind);
    }

    [Fact]
    public void What_the_driver_cannot_do_is_a_matter_of_settings()
    {
        var limited = Plan("hvm", GuestState.Running);
        limited = limited with { Request = limited.Request with { BandwidthMiBps = 10 } };
        Assert.Equal(MigrationObstacleKind.Settings, Assert.Single(limited.Obstacles()).Kind);
        Assert.Empty((limited with { Driver = HypervisorDriver.Qemu }).Obstacles());
        var passing = Plan("hvm", GuestState.Running, MigrationKind.Restart);
        passing = passing with { Guest = passing.Guest with { IsPersistent = false } };
        Assert.Equal(MigrationObstacleKind.Settings, Assert.Single(passing.Obstacles()).Kind);
    }

    [Fact]
    public void Flags_say_what_was_asked()
    {
        const DomainMigrateFlags Kept = DomainMigrateFlags.PeerToPeer | DomainMigrateFlags.PersistDest | DomainMigrateFlags.UndefineSource;
        Assert.Equal(Kept | DomainMigrateFlags.Live, Plan("hvm", GuestState.Running).Flags);
        Assert.Equal(Kept, Plan("linux", GuestState.Running).Flags);
        var passing = Plan("hvm", GuestState.Running);
        passing = passing with { Guest = passing.Guest with { IsPersistent = false } };
        Assert.Equal(DomainMigrateFlags.PeerToPeer | DomainMigrateFlags.Live, passing.Flags);
    }

    [Fact]
    public void Memory_goes_through_the_transport_that_was_asked_for()
    {
        var direct = Plan("hvm", GuestState.Running);
        var parameter = Assert.Single(direct.Parameters);
        Assert.Equal((MigrationParameterNames.Uri, "tcp://other"), (parameter.Name, parameter.AsString()));
        var tunnelled = direct with { Destination = new("xen+ssh://other/system", "") };
        Assert.True(tunnelled.Flags.HasFlag(DomainMigrateFlags.Tunnelled));
        Assert.Empty(tunnelled.Parameters);
    }

    private static MigrationPlan Plan(string osType, GuestState state, MigrationKind? kind = null, HypervisorDriver driver = HypervisorDriver.Xen) => new(
        new MigrationRequest(s_uuid, "other") { Kind = kind },
        new Guest { Uuid = s_uuid, Name = "web", State = state },
        DomainDefinition.Parse($"<domain type='xen'><name>web</name><uuid>{s_uuid}</uuid><memory>65536</memory><vcpu>1</vcpu><os><type>{osType}</type></os></domain>"),
        new DestinationUri("xen+tcp://other:16510/system", "xen+tcp://other:16510/system"), driver);
}
