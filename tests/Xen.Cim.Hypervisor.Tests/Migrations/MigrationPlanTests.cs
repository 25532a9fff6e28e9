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

    [Fact]
    public void A_new_name_is_a_parameter_and_all_else_is_in_the_XML_of_what_runs()
    {
        const string Running = """
            <domain type='xen' id='3'><name>web</name><uuid>5a1d0c4e-7d0b-4b5a-9a55-0123456789ab</uuid><title>old</title><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os>
              <devices>
                <disk type='file' device='disk'><source file='/here.img'/><backingStore type='file'><source file='/base.img'/></backingStore><target dev='xvda' bus='xen'/></disk>
                <disk type='file' device='disk'><source file='/stays.img'/><target dev='xvdb' bus='xen'/></disk>
                <interface type='network'><mac address='00:16:3e:00:00:01'/><source network='lan' portid='1'/></interface>
                <graphics type='vnc' port='5900' autoport='yes' listen='127.0.0.1'/>
              </devices>
            </domain>
            """;
        var plan = Plan("hvm", GuestState.Running);
        plan = plan with
        {
            Request = plan.Request with
            {
                Changes = new()
                {
                    Name = "www",
                    Title = "new",
                    Disks = new Dictionary<string, MigratedSource> { ["xvda"] = new("block", "/dev/vg/there"), ["xvdz"] = new("file", "/is/in/the/other/configuration") },
                    Interfaces = new Dictionary<string, MigratedSource> { ["00-16-3e-00-00-01"] = new("bridge", "br7") },
                    Screens = new Dictionary<string, MigratedScreen> { ["graphics-vnc"] = new("0.0.0.0", 5999) },
                },
            },
        };

        Assert.Equal("www", plan.Parameters.Single(p => p.Name == MigrationParameterNames.DestinationName).AsString());
        var there = DomainDefinition.Parse(plan.DestinationXml(() => Running)!);
        // libvirt refuses XML with another name than that of what runs.
        Assert.Equal(("web", "new"), (there.Name, there.Title));
        Assert.Equal([("block", "/dev/vg/there"), ("file", "/stays.img")], there.Disks.Select(d => (d.SourceType, d.Source!)));
        Assert.Equal(("bridge", "br7"), (there.Interfaces.Single().Type, there.Interfaces.Single().Source));
        Assert.Equal(("0.0.0.0", 5999, false), (there.Graphics.Single().Listen, there.Graphics.Single().Port, there.Graphics.Single().AutoPort));
        Assert.DoesNotContain("base.img", there.ToXml(), StringComparison.Ordinal);
        Assert.DoesNotContain("portid", there.ToXml(), StringComparison.Ordinal);
        Assert.Equal("www", plan.Changed(DomainDefinition.Parse(Running)).Name);
    }

    [Fact]
    public void Disks_that_it_writes_to_alone_are_those_that_nobody_there_may_use()
    {
        var plan = Plan("linux", GuestState.Running);
        plan = plan with
        {
            Definition = DomainDefinition.Parse("""
                <domain type='xen'><name>web</name><os><type>linux</type></os><devices>
                  <disk type='file' device='disk'><source file='/here.img'/><target dev='xvda' bus='xen'/></disk>
                  <disk type='block' device='disk'><source dev='/dev/vg/b'/><target dev='xvdb' bus='xen'/></disk>
                  <disk type='file' device='disk'><source file='/shared.img'/><target dev='xvdc' bus='xen'/><shareable/></disk>
                  <disk type='file' device='disk'><source file='/read.img'/><target dev='xvdd' bus='xen'/><readonly/></disk>
                  <disk type='file' device='cdrom'><source file='/cd.iso'/><target dev='xvde' bus='xen'/></disk>
                  <disk type='file' device='cdrom'><target dev='xvdf' bus='xen'/></disk>
                </devices></domain>
                """),
            Request = plan.Request with { Changes = new() { Disks = new Dictionary<string, MigratedSource> { ["xvda"] = new("file", "/there.img") } } },
        };
        Assert.Equal(["/there.img", "/dev/vg/b"], plan.WritesAlone.Select(d => d.Source!));
    }

    [Fact]
    public void What_only_gets_another_name_needs_no_XML()
    {
        var plan = Plan("hvm", GuestState.Running);
        Assert.Null(plan.DestinationXml(() => throw new InvalidOperationException("Nobody needs it.")));
        plan = plan with { Request = plan.Request with { Changes = new() { Name = "www" } } };
        Assert.Null(plan.DestinationXml(() => throw new InvalidOperationException("Nobody needs it.")));
        Assert.Equal("www", plan.NewName);
    }

    private static MigrationPlan Plan(string osType, GuestState state, MigrationKind? kind = null, HypervisorDriver driver = HypervisorDriver.Xen) => new(
        new MigrationRequest(s_uuid, "other") { Kind = kind },
        new Guest { Uuid = s_uuid, Name = "web", State = state },
        DomainDefinition.Parse($"<domain type='xen'><name>web</name><uuid>{s_uuid}</uuid><memory>65536</memory><vcpu>1</vcpu><os><type>{osType}</type></os></domain>"),
        new DestinationUri("xen+tcp://other:16510/system", "xen+tcp://other:16510/system"), driver);
}
