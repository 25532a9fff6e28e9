using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>A real, software-emulated guest that wbemcli takes through its life, each step confirmed by virsh.</summary>
public sealed class GuestLifeTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_guest_is_defined_run_changed_and_destroyed()
    {
        _ = Libvirtd;
        Assert.Equal("\"DMTF:XEN:HVM\"", Assert.Single(Wbemcli.Instances("Xen_VirtualSystemManagementCapabilities")).Properties["VirtualSystemTypesSupported"]);
        var root = Libvirtd.MakeImage("root.img");
        var uuid = Wbemcli.Define(
            """instance of Xen_VirtualSystemSettingData { ElementName = "demo"; VirtualSystemType = "DMTF:XEN:HVM"; Notes = {"made by a test"}; };""",
            $$"""
            instance of Xen_MemoryRASD { VirtualQuantity = 49152; Limit = 65536; };
            instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{root}}"; };
            """);
        Assert.Equal("shut off", State());
        var xml = Inactive();
        Assert.Equal((uuid, "demo"), ((string?)xml.Element("uuid"), (string?)xml.Element("name")));
        Assert.Equal(("65536", "49152", "1"), ((string?)xml.Element("memory"), (string?)xml.Element("currentMemory"), (string?)xml.Element("vcpu")));
        var capabilities = XElement.Parse(Libvirtd.Virsh("capabilities"));
        var architecture = (string?)capabilities.Element("host")!.Element("cpu")!.Element("arch");
        Assert.Equal(architecture, (string?)xml.Element("os")!.Element("type")!.Attribute("arch"));
        var kinds = capabilities.Elements("guest").Elements("arch").Where(a => (string?)a.Attribute("name") == architecture).Elements("domain").Select(d => (string?)d.Attribute("type"));
        Assert.Equal(kinds.Contains("kvm") ? "kvm" : "qemu", (string?)xml.Attribute("type"));
        Assert.Equal("made by a test", (string?)xml.Element("description"));
        Assert.Equal([("vda", root)], Disks("--inactive"));

        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.Equal("running", State());
        Wbemcli.Change(uuid, requested: 9, enabled: 9, "Paused");
        Assert.Equal("paused", State());
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.Equal("running", State());
        Wbemcli.Change(uuid, requested: 6, enabled: 6, "Suspended to disk");
        Assert.Equal(("shut off", "yes"), (State(), Info("Managed save")));
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Assert.Equal(("running", "no"), (State(), Info("Managed save")));
        Assert.Equal(Guests.Completed, Wbemcli.Request(uuid, 11).Return);
        Assert.Equal("running", State());
        Assert.Equal(Guests.InvalidTransition, Wbemcli.Request(uuid, 2).Return);

        // The next start's memory and processors; what runs keeps its own.
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""
            instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/defined/memory"; VirtualQuantity = 98304; };
            instance of Xen_ProcessorRASD { InstanceID = "Xen:{{uuid}}/defined/processor"; VirtualQuantity = 2; };
            """).Return);
        Assert.Equal(("98304", "98304", "2"), ((string?)Inactive().Element("memory"), (string?)Inactive().Element("currentMemory"), (string?)Inactive().Element("vcpu")));
        Assert.Equal(("65536", "1"), ((string?)Live().Element("memory"), (string?)Live().Element("vcpu")));

        // The balloon's target. Firmware has no balloon driver to follow it, but QEMU was told.
        Assert.Equal(Guests.Completed, Wbemcli.Modify($$"""instance of Xen_MemoryRASD { InstanceID = "Xen:{{uuid}}/state/memory"; VirtualQuantity = 40960; };""").Return);
        Assert.Contains($$"""{"execute":"balloon","arguments":{"value":{{40960 * 1024}}}""", Libvirtd.Log, StringComparison.Ordinal);
        Assert.Equal("98304", (string?)Inactive().Element("currentMemory"));

        var data = Libvirtd.MakeImage("data.img");
        var added = Wbemcli.Add($"Xen:{uuid}/state", $$"""instance of Xen_DiskRASD { VirtualDevice = "vdb"; Address = "{{data}}"; };""");
        Assert.Equal((Guests.Completed, Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/vdb")), (added.Return, added.Output["ResultingResourceSettings"]));
        Assert.Equal([("vda", root), ("vdb", data)], Disks());
        Assert.Equal("virtio", (string?)Live().Descendants("disk").Single(d => (string?)d.Element("target")!.Attribute("dev") == "vdb").Element("target")!.Attribute("bus"));
        Assert.Equal([("vda", root)], Disks("--inactive"));
        Assert.Equal(data, Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/vdb"))["Address"]);

        // A disk on USB goes without the guest's help.
        var stick = Libvirtd.MakeImage("stick.img");
        Assert.Equal(Guests.Completed, Wbemcli.Add($"Xen:{uuid}/state", $$"""instance of Xen_DiskRASD { VirtualDevice = "sda"; BusType = "usb"; Address = "{{stick}}"; };""").Return);
        Assert.Contains(("sda", stick), Disks());
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", $"Xen:{uuid}/state/sda").Return);
        Assert.DoesNotContain(("sda", stick), Disks());

        Assert.Equal(Guests.Completed, Wbemcli.Add($"Xen:{uuid}/defined", $$"""instance of Xen_DiskRASD { VirtualDevice = "vdc"; Address = "{{data}}"; };""").Return);
        Assert.Equal([("vda", root), ("vdc", data)], Disks("--inactive"));
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", $"Xen:{uuid}/defined/vdc").Return);
        Assert.Equal([("vda", root)], Disks("--inactive"));

        Wbemcli.Change(uuid, requested: 3, enabled: 3, "Shut off");
        Assert.Equal("shut off", State());
        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
        Assert.NotEqual(0, Libvirtd.TryVirsh("dominfo", uuid).ExitCode);
        Assert.True(File.Exists(root));

        string State() => Libvirtd.Virsh("domstate", uuid);
        XElement Inactive() => XElement.Parse(Libvirtd.Virsh("dumpxml", "--inactive", uuid));
        XElement Live() => XElement.Parse(Libvirtd.Virsh("dumpxml", uuid));
        string Info(string what) => Libvirtd.Virsh("dominfo", uuid).Split('\n').Single(l => l.StartsWith(what + ":", StringComparison.Ordinal)).Split(':')[1].Trim();
        List<(string, string)> Disks(params string[] options) =>
            [.. Libvirtd.Virsh(["domblklist", uuid, .. options]).Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(l => (l[0], l[1]))];
    }

    [Fact]
    public void What_the_guest_has_to_do_itself_is_a_job_with_an_end()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "deaf"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");

        // Firmware does not hear of a shutdown; the timeout ends the job and not the guest.
        var answer = Wbemcli.Request(uuid, 4, ",TimeoutPeriod=00000000000001.000000:000");
        Assert.Equal(Guests.JobStarted, answer.Return);
        Eventually.True(() => Wbemcli.Get(answer.Output["Job"])["JobState"] == "10", "the job gives up");
        var failed = Wbemcli.Get(answer.Output["Job"]);
        Assert.NotEqual("0", failed["ErrorCode"]);
        Assert.Contains("deaf", failed["ErrorDescription"], StringComparison.Ordinal);
        Assert.Equal("running", Libvirtd.Virsh("domstate", uuid));

        // A guest that reboots never goes off.
        answer = Wbemcli.Request(uuid, 10);
        Assert.Equal(Guests.JobStarted, answer.Return);
        Assert.Equal("4", Wbemcli.Get(answer.Output["Job"])["JobState"]);
        Assert.Equal("10", Wbemcli.Guest(uuid)["TransitioningToState"]);
        Libvirtd.Virsh("reset", uuid);
        Eventually.True(() => Wbemcli.Get(answer.Output["Job"])["JobState"] == "7", "the job is completed");
        Assert.Equal("5", Wbemcli.Guest(uuid)["TransitioningToState"]);

        Assert.Equal(Guests.Completed, Wbemcli.Destroy(uuid).Return);
        Assert.NotEqual(0, Libvirtd.TryVirsh("domstate", uuid).ExitCode);
    }

    [Fact]
    public void Who_else_changes_guests_is_seen_at_once()
    {
        _ = Libvirtd;
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "shared"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 32768; };");
        Libvirtd.Virsh("start", "shared");
        Assert.Equal("2", Wbemcli.Guest(uuid)["EnabledState"]);
        Libvirtd.Virsh("suspend", "shared");
        Assert.Equal("9", Wbemcli.Guest(uuid)["EnabledState"]);
        Libvirtd.Virsh("setmaxmem", "shared", "65536", "--config");
        Assert.Equal("65536", Wbemcli.Get(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{uuid}/defined/memory"))["Limit"]);
        Libvirtd.Virsh("destroy", "shared");
        Assert.Equal("3", Wbemcli.Guest(uuid)["EnabledState"]);
        Libvirtd.Virsh("undefine", "shared");
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path(uuid))).Status);
    }
}
