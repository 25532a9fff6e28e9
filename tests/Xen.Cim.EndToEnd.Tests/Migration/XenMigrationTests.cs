using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Migration;

/// <summary>Guests of a real Xen that move to another one and back, confirmed by virsh on both and by the guests' consoles.</summary>
[Collection(SecondXenLabTests.Name)]
public sealed class XenMigrationTests(XenPairFixture pair) : IClassFixture<XenPairFixture>
{
    [GuestFact]
    public void A_paravirtual_guest_moves_there_and_back_and_never_stops_counting() => MovesThereAndBack("DMTF:XEN:PV", "", "3");

    [GuestFact]
    public void A_guest_in_a_hardware_container_moves_live_there_and_back_and_never_stops_counting() => MovesThereAndBack("DMTF:XEN:PVH", "MigrationType = 2;", "2");

    private void MovesThereAndBack(string type, string settings, string settingsBack)
    {
        var (here, there) = (pair.Here, pair.There);
        var uuid = Define(here, "wanderer", type, autostart: true);
        try
        {
            Start(here, uuid);
            // What waits for the next start is no part of what runs, and the scheduler's cap no part of either.
            Assert.Equal(Guests.Completed, here.Wbemcli.Modify($"instance of Xen_ProcessorRASD {{ InstanceID = \"Xen:{uuid}/defined/processor\"; VirtualQuantity = 2; Limit = 150; }};").Return);
            Assert.Equal(Guests.Completed, here.Wbemcli.Modify($"instance of Xen_ProcessorRASD {{ InstanceID = \"Xen:{uuid}/state/processor\"; Weight = 300; Limit = 90; }};").Return);
            var defined = here.Lab.Virsh("dumpxml", "--inactive", uuid);
            var before = here.WaitFor("wanderer", _ => true, "anything");
            Assert.True(here.Wbemcli.IsMigratable(uuid, there.Name, settings));
            Assert.True(here.Has(uuid) && !there.Has(uuid));

            var job = here.Wbemcli.MigrateToEnd(uuid, there.Name, settings);

            Assert.Equal((Migrations.Completed, "100"), (job["JobState"], job["PercentComplete"]));
            Assert.Equal("Completed", job["JobStatus"]);
            Assert.False(here.Has(uuid));
            Assert.Equal(6, Wbemcli.Refused("gi", here.Wbemcli.Url(Guests.Path(uuid))).Status);
            Assert.Equal("running (migrated)", there.Lab.Virsh("domstate", uuid, "--reason"));
            Assert.Equal(defined, there.Lab.Virsh("dumpxml", "--inactive", uuid));
            var scheduler = there.Lab.Virsh("schedinfo", uuid).Replace(" ", "", StringComparison.Ordinal);
            Assert.Contains("weight:300", scheduler, StringComparison.Ordinal);
            Assert.Contains("cap:90", scheduler, StringComparison.Ordinal);
            var arrived = there.Wbemcli.Guest(uuid);
            Assert.Equal(("wanderer", "2", "2"), (arrived["ElementName"], arrived["EnabledState"], arrived["EnabledDefault"]));
            // The same kernel goes on: a guest that had booted again would begin its count anew.
            var between = there.WaitFor("wanderer", report => report.Number > before.Number, "that it goes on");
            Assert.True(between.Uptime > before.Uptime);
            Assert.DoesNotContain("GUEST 1 ", there.Lab.Console("wanderer"), StringComparison.Ordinal);

            Assert.Equal(Migrations.Completed, there.Wbemcli.MigrateToEnd(uuid, here.Name, $"MigrationType = {settingsBack};")["JobState"]);
            Assert.False(there.Has(uuid));
            here.WaitFor("wanderer", report => report.Number > between.Number && report.Uptime > between.Uptime, "that it goes on");
            Assert.Single(here.Lab.Console("wanderer").Split('\n'), line => line.Contains("GUEST 1 ", StringComparison.Ordinal));
            Assert.Equal(defined, here.Lab.Virsh("dumpxml", "--inactive", uuid));
        }
        finally
        {
            Forget(uuid, here, there);
        }
    }

    [GuestFact]
    public void A_migration_that_fails_leaves_the_guest_running()
    {
        var (here, there) = (pair.Here, pair.There);
        var uuid = Define(here, "stayer", "DMTF:XEN:PV");
        try
        {
            Start(here, uuid);
            var before = here.WaitFor("stayer", _ => true, "anything");
            var id = here.Lab.Virsh("domid", uuid);
            // The server still reaches the other host; this one finds nobody at that port.
            var job = here.Wbemcli.MigrateToEnd(uuid, there.Name + ":1");
            Assert.Equal(Migrations.Failed, job["JobState"]);
            Assert.Contains("unable to connect", job["ErrorDescription"], StringComparison.Ordinal);
            Assert.Contains("here as before", job["ErrorDescription"], StringComparison.Ordinal);
            Assert.Equal(("running", id), (here.Lab.Virsh("domstate", uuid), here.Lab.Virsh("domid", uuid)));
            Assert.Equal("2", here.Wbemcli.Guest(uuid)["EnabledState"]);
            Assert.False(there.Has(uuid));
            here.WaitFor("stayer", report => report.Number > before.Number, "that it goes on");

            // A Xen guest has to take part in its move.
            here.Wbemcli.Change(uuid, requested: 9, enabled: 9, "Paused");
            Assert.False(here.Wbemcli.IsMigratable(uuid, there.Name));
            Assert.Contains("(Invalid State, 5)", here.Wbemcli.RefusedToMigrate(uuid, there.Name).Message, StringComparison.Ordinal);
            here.Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
            Assert.Contains("(Incompatible Parameters, 6)", here.Wbemcli.RefusedToMigrate(uuid, there.Name, "Bandwidth = 1;").Message, StringComparison.Ordinal);
        }
        finally
        {
            Forget(uuid, here, there);
        }
    }

    [GuestFact]
    public void A_guest_gets_another_name_and_another_disk_there_unless_somebody_uses_that()
    {
        const string HereDisk = "/dev/loop0";
        const string ThereDisk = "/dev/loop1";
        var (here, there) = (pair.Here, pair.There);
        var uuid = Define(here, "bride", "DMTF:XEN:PV", disk: HereDisk);
        var occupant = Define(there, "occupant", "DMTF:XEN:PV", disk: ThereDisk);
        try
        {
            Start(there, occupant);
            Start(here, uuid);
            var before = here.WaitFor("bride", report => report.Disks.ContainsKey("xvda"), "its disk");
            var changes = $",NewSystemSettingData={Wbemcli.Mof("instance of Xen_VirtualSystemSettingData { ElementName = \"married\"; };")}"
                + $",NewResourceSettingData={Wbemcli.Mof($"instance of Xen_DiskRASD {{ InstanceID = \"Xen:{uuid}/state/xvda\"; Address = \"{ThereDisk}\"; }};")}";

            var job = here.Wbemcli.MigrateToEnd(uuid, there.Name, "", changes);
            Assert.Equal(Migrations.Failed, job["JobState"]);
            Assert.Contains($"occupant on {there.Name} uses {ThereDisk}", job["ErrorDescription"], StringComparison.Ordinal);
            Assert.False(there.Has(uuid));

            there.Lab.Virsh("destroy", occupant);
            job = here.Wbemcli.MigrateToEnd(uuid, there.Name, "", changes);
            Assert.Equal((Migrations.Completed, "Completed"), (job["JobState"], job["JobStatus"]));
            Assert.False(here.Has(uuid));
            Assert.DoesNotContain("bride", here.Lab.RunInDomain0("xl list"), StringComparison.Ordinal);
            Assert.Equal("married", there.Wbemcli.Guest(uuid)["ElementName"]);
            Assert.Contains("married", there.Lab.RunInDomain0("xl list"), StringComparison.Ordinal);
            Assert.Contains(ThereDisk, there.Lab.Virsh("domblklist", uuid), StringComparison.Ordinal);
            Assert.Contains(ThereDisk, there.Lab.Virsh("domblklist", uuid, "--inactive"), StringComparison.Ordinal);
            // The same kernel goes on, and sees the other disk's size no sooner than it starts anew.
            there.WaitFor("married", report => report.Number > before.Number && report.Uptime > before.Uptime, "that it goes on");
        }
        finally
        {
            Forget(uuid, here, there);
            Forget(occupant, there);
        }
    }

    [GuestFact]
    public void The_control_domain_stays_where_it_is()
    {
        var (here, there) = (pair.Here, pair.There);
        var control = here.Wbemcli.Instances("Xen_ComputerSystem").Single(g => g["IsControlDomain"] == "TRUE")["Name"];
        Assert.False(here.Wbemcli.IsMigratable(control, there.Name));
        Assert.Contains("(Invalid State, 5)", here.Wbemcli.RefusedToMigrate(control, there.Name).Message, StringComparison.Ordinal);
    }

    [GuestFact]
    public void A_guest_that_is_off_changes_its_host()
    {
        var (here, there) = (pair.Here, pair.There);
        var uuid = Define(here, "sleeper", "DMTF:XEN:PVH", autostart: true);
        try
        {
            var defined = here.Lab.Virsh("dumpxml", "--inactive", uuid);
            Assert.Equal(Migrations.Completed, here.Wbemcli.MigrateToEnd(uuid, there.Name)["JobState"]);
            Assert.False(here.Has(uuid));
            Assert.Equal(defined, there.Lab.Virsh("dumpxml", "--inactive", uuid));
            Assert.Equal(("3", "2"), (there.Wbemcli.Guest(uuid)["EnabledState"], there.Wbemcli.Guest(uuid)["EnabledDefault"]));
        }
        finally
        {
            Forget(uuid, here, there);
        }
    }

    private static string Define(XenPeer host, string name, string type, bool autostart = false, string? disk = null) => host.Wbemcli.Define($$"""
        instance of Xen_VirtualSystemSettingData {
            ElementName = "{{name}}"; VirtualSystemType = "{{type}}"; AutomaticStartupAction = {{(autostart ? 4 : 2)}};
            Kernel = "{{XenLabHost.Kernel}}"; Ramdisk = "{{XenLabHost.Initrd}}"; CommandLine = "{{XenLabHost.CommandLine}}";
        };
        """.ReplaceLineEndings(" "), "instance of Xen_MemoryRASD { VirtualQuantity = 131072; };" + (disk is null ? "" : $"instance of Xen_DiskRASD {{ VirtualDevice = \"xvda\"; Address = \"{disk}\"; }};"));

    /// <summary>Also on a machine that has no time: then the start becomes a job.</summary>
    private static void Start(XenPeer host, string uuid)
    {
        Assert.Contains(host.Wbemcli.Request(uuid, 2).Return, new[] { Guests.Completed, Guests.JobStarted });
        Eventually.True(() => host.Wbemcli.Guest(uuid)["StatusDescriptions"] == "Running", $"{uuid} runs", seconds: 90);
    }

    private static void Forget(string uuid, params XenPeer[] hosts)
    {
        foreach (var host in hosts.Where(h => h.Has(uuid)))
        {
            host.Lab.TryVirsh("destroy", uuid);
            host.Lab.TryVirsh("undefine", uuid);
        }
        // The next guest of the name is another one.
        foreach (var host in hosts)
            host.Lab.TryInDomain0("cd /var/log/xen/console && rm -f guest-wanderer.log guest-stayer.log guest-bride.log guest-married.log");
    }
}
