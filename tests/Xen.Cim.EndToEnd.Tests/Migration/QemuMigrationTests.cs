using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Migration;

/// <summary>
/// Guests in software emulation that move between two libvirtds of this machine, each with a CIM server: what is Xen's and
/// what is libvirt's shows in the difference.
/// </summary>
public sealed class QemuMigrationTests(QemuPairFixture pair) : IClassFixture<QemuPairFixture>
{
    [Fact]
    public void A_running_guest_moves_live_there_and_back_with_all_that_belongs_to_it()
    {
        var (here, there) = pair.OrSkip();
        var uuid = here.Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "wanderer"; AutomaticStartupAction = 4; Notes = {"goes places"}; };""",
            "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        here.Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        // What waits for the next start is no part of what runs.
        Assert.Equal(Guests.Completed, here.Wbemcli.Modify($"instance of Xen_ProcessorRASD {{ InstanceID = \"Xen:{uuid}/defined/processor\"; VirtualQuantity = 2; }};").Return);
        Assert.True(here.Wbemcli.IsMigratable(uuid, there.Name));

        var job = here.Wbemcli.MigrateToEnd(uuid, there.Name);

        Assert.Equal((Migrations.Completed, "100"), (job["JobState"], job["PercentComplete"]));
        Assert.NotEqual(0, here.Libvirtd.TryVirsh("dominfo", uuid).ExitCode);
        Assert.Equal(6, Wbemcli.Refused("gi", here.Wbemcli.Url(Guests.Path(uuid))).Status);
        Assert.Equal("running (migrated)", there.Libvirtd.Virsh("domstate", uuid, "--reason"));
        var arrived = there.Wbemcli.Guest(uuid);
        Assert.Equal(("wanderer", "2", "2"), (arrived["ElementName"], arrived["EnabledState"], arrived["EnabledDefault"]));
        Assert.Equal("2", there.Wbemcli.Get(Guests.SettingPath("Xen_ProcessorRASD", $"Xen:{uuid}/defined/processor"))["VirtualQuantity"]);
        Assert.Equal("1", there.Wbemcli.Get(Guests.SettingPath("Xen_ProcessorRASD", $"Xen:{uuid}/state/processor"))["VirtualQuantity"]);
        Assert.Contains("goes places", there.Libvirtd.Virsh("dumpxml", "--inactive", uuid), StringComparison.Ordinal);

        // Standing still this time, and slowly.
        Assert.Equal(Migrations.Completed, there.Wbemcli.MigrateToEnd(uuid, here.Name, "MigrationType = 3; Bandwidth = 200;")["JobState"]);
        Assert.Equal("running (migrated)", here.Libvirtd.Virsh("domstate", uuid, "--reason"));
        Assert.NotEqual(0, there.Libvirtd.TryVirsh("dominfo", uuid).ExitCode);
        here.Wbemcli.Done(here.Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_guest_that_is_off_changes_its_host()
    {
        var (here, there) = pair.OrSkip();
        var uuid = here.Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "sleeper"; AutomaticStartupAction = 4; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        var definition = here.Libvirtd.Virsh("dumpxml", "--inactive", uuid);
        Assert.Contains("is off", here.Wbemcli.RefusedToMigrate(uuid, there.Name, "MigrationType = 2;").Message, StringComparison.Ordinal);

        Assert.Equal(Migrations.Completed, here.Wbemcli.MigrateToEnd(uuid, there.Name)["JobState"]);

        Assert.NotEqual(0, here.Libvirtd.TryVirsh("dominfo", uuid).ExitCode);
        Assert.Equal(definition, there.Libvirtd.Virsh("dumpxml", "--inactive", uuid));
        Assert.Equal(("3", "2"), (there.Wbemcli.Guest(uuid)["EnabledState"], there.Wbemcli.Guest(uuid)["EnabledDefault"]));
        there.Wbemcli.Done(there.Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_guest_is_called_otherwise_and_has_another_medium_on_its_new_host()
    {
        var (here, there) = pair.OrSkip();
        var folder = Directory.CreateTempSubdirectory("media");
        try
        {
            var (old, other) = (Path.Combine(folder.FullName, "old.iso"), Path.Combine(folder.FullName, "other.iso"));
            foreach (var file in new[] { old, other })
                File.WriteAllBytes(file, new byte[1 << 20]);
            var uuid = here.Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "maiden"; Caption = "before"; };""",
                $"instance of Xen_MemoryRASD {{ VirtualQuantity = 32768; }}; instance of Xen_DiskRASD {{ ResourceType = 15; Address = \"{old}\"; }};");
            var drive = here.Libvirtd.Virsh("domblklist", "--inactive", uuid).Split('\n').Single(l => l.Contains(old, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
            here.Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

            string Changes(string resources) => $",NewSystemSettingData={Wbemcli.Mof("""instance of Xen_VirtualSystemSettingData { ElementName = "married"; Caption = "after"; };""")},NewResourceSettingData={Wbemcli.Mof(resources)}";
            string Disk(string kind, string property) => $"instance of Xen_DiskRASD {{ InstanceID = \"Xen:{uuid}/{kind}/{drive}\"; {property} }};";
            // What a guest sees cannot change under it.
            Assert.Contains("BusType", here.Wbemcli.RefusedToMigrate(uuid, there.Name, changes: Changes(Disk("state", "BusType = \"scsi\";"))).Message, StringComparison.Ordinal);
            Assert.True(here.Wbemcli.IsMigratable(uuid, there.Name, changes: Changes(Disk("state", $"Address = \"{other}\";"))));

            var job = here.Wbemcli.MigrateToEnd(uuid, there.Name, changes: Changes(Disk("state", $"Address = \"{other}\";")));

            Assert.True(job["JobState"] == Migrations.Completed, job["ErrorDescription"]);
            Assert.Equal(("running (migrated)", "married"), (there.Libvirtd.Virsh("domstate", uuid, "--reason"), there.Libvirtd.Virsh("domname", uuid)));
            foreach (var inactive in new[] { "", "--inactive" })
            {
                var xml = there.Libvirtd.Virsh([.. new[] { "dumpxml", inactive, uuid }.Where(a => a.Length > 0)]);
                Assert.Contains("<title>after</title>", xml, StringComparison.Ordinal);
                Assert.Contains(other, xml, StringComparison.Ordinal);
                Assert.DoesNotContain(old, xml, StringComparison.Ordinal);
            }
            Assert.NotEqual(0, here.Libvirtd.TryVirsh("dominfo", uuid).ExitCode);

            // One that is off takes its new name along as well.
            there.Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
            job = there.Wbemcli.MigrateToEnd(uuid, here.Name, changes: $",NewSystemSettingData={Wbemcli.Mof("""instance of Xen_VirtualSystemSettingData { ElementName = "widowed"; };""")}");
            Assert.True(job["JobState"] == Migrations.Completed, job["ErrorDescription"]);
            Assert.Equal(("shut off", "widowed"), (here.Libvirtd.Virsh("domstate", uuid), here.Libvirtd.Virsh("domname", uuid)));
            here.Wbemcli.Done(here.Wbemcli.Destroy(uuid));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("stopped", "4")]
    [InlineData("killed", "5")]
    public void A_migration_that_is_given_up_on_its_way_leaves_the_guest_running_where_it_was(string name, string stop)
    {
        var (here, there) = pair.OrSkip();
        var uuid = here.Wbemcli.StartRestless(name, RestlessGuest.MakeDisc(Path.Combine(here.Libvirtd.Images, $"{name}.iso")));
        // What a page takes more than a second to get to its new host has changed by then.
        var answer = here.Wbemcli.Migrate(uuid, there.Name, "Bandwidth = 1;");
        Assert.Equal(Guests.JobStarted, answer.Return);
        var job = answer.Output["Job"];
        int Percent() => int.Parse(here.Wbemcli.Get(job)["PercentComplete"], CultureInfo.InvariantCulture);
        Eventually.True(() => Percent() > 0, "the migration is on its way");
        var first = Percent();
        Eventually.True(() => Percent() > first, "the migration goes on");
        Assert.Equal("paused", there.Libvirtd.Virsh("domstate", uuid));

        Assert.Contains(here.Wbemcli.Call(job, "RequestStateChange", $"RequestedState={stop}").Return, (uint[])[Guests.Completed, Guests.JobStarted]);
        Eventually.True(() => here.Wbemcli.Get(job)["JobState"] == Migrations.Terminated, "the job ends");

        var ended = here.Wbemcli.Get(job);
        Assert.Equal(("0", "10", "Stopped on request"), (ended["ErrorCode"], ended["OperationalStatus"], ended["StatusDescriptions"]));
        Assert.Contains("The guest is here as before", ended["JobStatus"], StringComparison.Ordinal);
        Assert.Contains("LIBVIRT-", here.Wbemcli.Call(job, "GetErrors").Output["Errors"], StringComparison.Ordinal);
        Assert.Equal(Guests.InvalidTransition, here.Wbemcli.Call(job, "RequestStateChange", $"RequestedState={stop}").Return);
        Assert.Equal("running", here.Libvirtd.Virsh("domstate", uuid));
        Assert.Equal(("2", "2", "5"), (here.Wbemcli.Guest(uuid)["EnabledState"], here.Wbemcli.Guest(uuid)["OperationalStatus"], here.Wbemcli.Guest(uuid)["TransitioningToState"]));
        Eventually.True(() => there.Libvirtd.TryVirsh("dominfo", uuid).ExitCode != 0, "nothing is left of it there");
        Assert.DoesNotContain(uuid, there.Wbemcli.Names("Xen_ComputerSystem").Select(Guests.UuidOf));

        // Nothing is in the way of the next one.
        Assert.Equal(Migrations.Completed, here.Wbemcli.MigrateToEnd(uuid, there.Name, "MigrationType = 3;")["JobState"]);
        Assert.Equal("running (migrated)", there.Libvirtd.Virsh("domstate", uuid, "--reason"));
        there.Wbemcli.Done(there.Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_migration_that_cannot_be_leaves_everything_as_it_was()
    {
        var (here, there) = pair.OrSkip();
        var uuid = here.Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "stayer"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        var namesake = there.Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "stayer"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        here.Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        var before = here.Libvirtd.Virsh("dumpxml", uuid);

        // Somebody there has its name; nobody is there; this is here.
        foreach (var (host, hint) in new[] { (there.Name, namesake), ("nobody", "nobody"), (here.Name, "is this host") })
        {
            Assert.False(here.Wbemcli.IsMigratable(uuid, host));
            var job = here.Wbemcli.MigrateToEnd(uuid, host);
            Assert.Equal(Migrations.Failed, job["JobState"]);
            Assert.Contains(hint, job["ErrorDescription"], StringComparison.Ordinal);
            Assert.Equal(before, here.Libvirtd.Virsh("dumpxml", uuid));
            Assert.Equal("running (booted)", here.Libvirtd.Virsh("domstate", uuid, "--reason"));
        }
        Assert.Equal("shut off", there.Libvirtd.Virsh("domstate", namesake));
        Assert.Equal(4, Wbemcli.Refused("cm", here.Wbemcli.Url(here.Wbemcli.MigrationService()),
            $"MigrateVirtualSystemToHost.DestinationHost=\"qemu+ext:///system\",ComputerSystem={Guests.Argument(Guests.Path(uuid))}").Status);
        here.Wbemcli.Done(here.Wbemcli.Destroy(uuid));
        there.Wbemcli.Done(there.Wbemcli.Destroy(namesake));
    }
}

/// <summary>Two hosts, peer-1 and peer-2, each with a CIM server.</summary>
public sealed class QemuPairFixture : IDisposable
{
    private readonly List<IDisposable> _started = [];
    private readonly Lazy<(QemuPeer Here, QemuPeer There)> _pair;

    public QemuPairFixture() => _pair = new(Start);

    public (QemuPeer Here, QemuPeer There) OrSkip() => _pair.Value;

    public void Dispose()
    {
        for (var i = _started.Count; i-- > 0;)
            _started[i].Dispose();
    }

    private (QemuPeer, QemuPeer) Start()
    {
        var daemons = new List<Libvirtd>();
        for (var i = 1; i <= 2; i++)
        {
            daemons.Add(Libvirtd.StartOrSkip($"host_uuid = \"6f0d8b5e-2f43-4c39-9a4a-00000000000{i.ToString(CultureInfo.InvariantCulture)}\"", $"peer-{i}"));
            _started.Add(daemons[^1]);
        }
        // A name becomes a socket by a link: the folder is theirs.
        var names = Directory.CreateTempSubdirectory("peers");
        _started.Add(new Folder(names.FullName));
        for (var i = 0; i < 2; i++)
            File.CreateSymbolicLink(Path.Combine(names.FullName, $"peer-{i + 1}"), daemons[i].Socket);
        return (Serve(0), Serve(1));

        QemuPeer Serve(int i)
        {
            var server = CimServerProcess.Start(daemons[i].Uri, configuration: $"migration_uri = qemu+unix:///system?socket={names.FullName}/{{host}}\n");
            _started.Add(server);
            return new($"peer-{i + 1}", daemons[i], new Wbemcli(server.Address));
        }
    }

    private sealed class Folder(string path) : IDisposable
    {
        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}

/// <summary>One of two hosts.</summary>
/// <param name="Name">What the other calls it.</param>
public sealed record QemuPeer(string Name, Libvirtd Libvirtd, Wbemcli Wbemcli);
