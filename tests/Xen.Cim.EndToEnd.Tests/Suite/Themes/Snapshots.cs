using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;
using Taken = Xen.Cim.EndToEnd.Tests.Running.Snapshots;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>Snapshots of a guest (DSP1042), where the driver has them; where not, nothing claims them.</summary>
public abstract class Snapshots(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    [GuestFact]
    public void Take_a_guest_back_to_what_it_was()
    {
        Host.Require("Snapshot");
        using var guest = Define("snapshots", moreResources: Host.SnapshotDisk("snapshots"));
        Wbemcli.Done(Wbemcli.TakeSnapshot(guest.Uuid, "off"));
        guest.Start();
        Wbemcli.Done(Wbemcli.TakeSnapshot(guest.Uuid, "running"));
        ConfirmThat(guest, "off", "running");
        var running = Wbemcli.Get(Taken.SnapshotPath(guest.Uuid, "running"));
        Assert.Equal(("running", guest.Uuid, "2", $"Xen:{guest.Uuid}/snapshot/off"), (running["ElementName"], running["VirtualSystemIdentifier"], running["VirtualSystemState"], running["ParentID"]));
        Assert.Contains("Taken by a test.", running["Notes"], StringComparison.Ordinal);
        Assert.Equal([Taken.SnapshotPath(guest.Uuid, "off"), Taken.SnapshotPath(guest.Uuid, "running")],
            Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(guest.Uuid)), "-ac", "Xen_SnapshotOfVirtualSystem").Order(StringComparer.Ordinal));

        Wbemcli.Done(Wbemcli.ApplySnapshot(guest.Uuid, "off"));
        Assert.Equal("3", guest.Read()["EnabledState"]);
        guest.Confirm("shut off", "domstate");
        Wbemcli.Done(Wbemcli.ApplySnapshot(guest.Uuid, "running"));
        Assert.Equal("2", guest.Read()["EnabledState"]);
        guest.Confirm("running", "domstate");
        Assert.Equal([Taken.SnapshotPath(guest.Uuid, "running")], Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(guest.Uuid)), "-ac", "Xen_MostCurrentSnapshotInBranch"));

        Wbemcli.Done(Wbemcli.DestroySnapshot(guest.Uuid, "off"));
        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(Taken.SnapshotPath(guest.Uuid, "running"))).ExitCode);
        ConfirmThat(guest);
        Assert.DoesNotContain(Wbemcli.Names("Xen_SnapshotSettingData"), s => s.Contains(guest.Uuid, StringComparison.Ordinal));
    }

    [GuestFact]
    public void Are_claimed_where_the_driver_has_them_and_only_there()
    {
        var methods = Assert.Single(Wbemcli.Instances("Xen_VirtualSystemSnapshotServiceCapabilities")).Optional("SnapshotTypesSupported");
        using var guest = Define("claims", moreResources: Host.Has("Snapshot") ? Host.SnapshotDisk("claims") : "");
        var enabled = Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSnapshotCapabilities", $"Xen:{guest.Uuid}/snapshots")).Optional("SnapshotTypesEnabled");
        Assert.Equal(Host.Has("Snapshot") ? ("2", "2") : ("", ""), (methods, enabled));
        if (!Host.Has("Snapshot"))
            Assert.Equal(Guests.NotSupported, Wbemcli.TakeSnapshot(guest.Uuid, "none").Return);
    }

    private void ConfirmThat(SuiteGuest guest, params string[] names)
    {
        if (Host.VirshSeesIt)
            Assert.Equal(names, Host.Virsh("snapshot-list", "--name", guest.Uuid).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));
    }
}
