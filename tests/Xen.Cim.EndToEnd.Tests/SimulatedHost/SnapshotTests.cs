using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>Snapshots on the simulated host.</summary>
public sealed class SnapshotTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_guest_is_taken_back_to_what_it_was()
    {
        const string Guest = SimulatedGuests.Web;
        Assert.Equal("2", Wbemcli.Guest(Guest)["EnabledState"]);
        Wbemcli.Done(Wbemcli.TakeSnapshot(Guest, "first"));
        Wbemcli.Done(Wbemcli.TakeSnapshot(Guest, "second"));

        var second = Wbemcli.Get(Snapshots.SnapshotPath(Guest, "second"));
        Assert.Equal(("second", Guest, "2", $"Xen:{Guest}/snapshot/first"), (second["ElementName"], second["VirtualSystemIdentifier"], second["VirtualSystemState"], second["ParentID"]));
        Assert.Contains("Taken by a test.", second["Notes"], StringComparison.Ordinal);
        Assert.Equal([Snapshots.SnapshotPath(Guest, "first"), Snapshots.SnapshotPath(Guest, "second")],
            Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(Guest)), "-ac", "Xen_SnapshotOfVirtualSystem").Order(StringComparer.Ordinal));

        Wbemcli.Change(Guest, requested: 9, enabled: 9, "Paused");
        Wbemcli.Done(Wbemcli.ApplySnapshot(Guest, "first"));
        Assert.Equal("2", Wbemcli.Guest(Guest)["EnabledState"]);
        Assert.Equal([Snapshots.SnapshotPath(Guest, "first")], Wbemcli.Paths("ain", Wbemcli.Url(Guests.Path(Guest)), "-ac", "Xen_MostCurrentSnapshotInBranch"));

        Wbemcli.Done(Wbemcli.DestroySnapshot(Guest, "first"));
        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(Snapshots.SnapshotPath(Guest, "second"))).ExitCode);
        Assert.Empty(Wbemcli.Names("Xen_SnapshotSettingData"));
        Assert.Contains("(Invalid Type, 6)", Wbemcli.RefusedSnapshot(Guest, "disks", type: 3).Message, StringComparison.Ordinal);
    }
}
