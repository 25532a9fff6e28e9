using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Qemu;

/// <summary>Snapshots of a real guest, beside virsh's word of them.</summary>
public sealed class SnapshotTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_guest_on_qcow2_is_taken_back_to_what_it_was()
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img is not installed");
        var image = Path.Combine(Libvirtd.Images, "kept.qcow2");
        Assert.Equal(0, Command.Run("qemu-img", "create", "-q", "-f", "qcow2", image, "16M").ExitCode);
        var uuid = Define("kept", image, "qcow2");
        Assert.Equal(["2"], Enabled(uuid));
        Wbemcli.Done(Wbemcli.TakeSnapshot(uuid, "installed"));
        Wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        Wbemcli.Done(Wbemcli.TakeSnapshot(uuid, "running"));

        Assert.Equal(["installed", "running"], Libvirtd.Virsh("snapshot-list", "--name", uuid).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
        Assert.Equal("running", Libvirtd.Virsh("domstate", uuid));
        var running = Wbemcli.Get(Snapshots.SnapshotPath(uuid, "running"));
        Assert.Equal(("2", $"Xen:{uuid}/snapshot/installed"), (running["VirtualSystemState"], running["ParentID"]));

        Wbemcli.Done(Wbemcli.ApplySnapshot(uuid, "installed"));
        Assert.Equal(("3", "shut off"), (Wbemcli.Guest(uuid)["EnabledState"], Libvirtd.Virsh("domstate", uuid)));
        Wbemcli.Done(Wbemcli.ApplySnapshot(uuid, "running"));
        Assert.Equal(("2", "running"), (Wbemcli.Guest(uuid)["EnabledState"], Libvirtd.Virsh("domstate", uuid)));
        Assert.Equal([Snapshots.SnapshotPath(uuid, "running")], Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(uuid)), "-ac", "Xen_MostCurrentSnapshotInBranch"));

        // What somebody else takes is there, too.
        Libvirtd.Virsh("snapshot-create-as", uuid, "others");
        Assert.Contains(Snapshots.SnapshotPath(uuid, "others"), Wbemcli.Names("Xen_SnapshotSettingData"));
        foreach (var name in (string[])["installed", "running", "others"])
            Wbemcli.Done(Wbemcli.DestroySnapshot(uuid, name));
        Assert.Equal("", Libvirtd.Virsh("snapshot-list", "--name", uuid).Trim());
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    [Fact]
    public void A_raw_disk_cannot_keep_one_which_is_said_before()
    {
        var uuid = Define("raw", Libvirtd.MakeImage("raw.img"), "raw");

        Assert.Equal([""], Enabled(uuid));
        var refusal = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.SnapshotService()), $"CreateSnapshot.SnapshotType=2,AffectedSystem={Guests.Argument(Guests.Path(uuid))}");
        Assert.Equal(7, refusal.Status);
        Assert.Contains("qcow2", refusal.Message, StringComparison.Ordinal);
        Wbemcli.Done(Wbemcli.Destroy(uuid));
    }

    private string Define(string name, string image, string type) => Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; };""", $$"""
        instance of Xen_MemoryRASD { VirtualQuantity = 32768; };
        instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{image}}"; DriverType = "{{type}}"; };
        """);

    private string[] Enabled(string uuid) =>
        Wbemcli.Get($"{Wbemcli.Namespace}:Xen_VirtualSystemSnapshotCapabilities.InstanceID=\"Xen:{uuid}/snapshots\"").Optional("SnapshotTypesEnabled").Split(',');
}
