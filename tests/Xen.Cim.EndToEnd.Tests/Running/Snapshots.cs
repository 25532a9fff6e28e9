namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What a client does with snapshots, said through wbemcli.</summary>
internal static class Snapshots
{
    public static string SnapshotService(this Wbemcli wbemcli) => Assert.Single(wbemcli.Names("Xen_VirtualSystemSnapshotService"));

    // The reference comes last: wbemcli takes whatever follows one with two keys for a third.
    public static PrintedAnswer TakeSnapshot(this Wbemcli wbemcli, string guest, string name) => wbemcli.Call(wbemcli.SnapshotService(), "CreateSnapshot", OfSnapshot(guest, name, 2));

    /// <summary>What a snapshot is refused with.</summary>
    public static PrintedError RefusedSnapshot(this Wbemcli wbemcli, string guest, string name, int type) =>
        Wbemcli.Refused("cm", wbemcli.Url(wbemcli.SnapshotService()), $"CreateSnapshot.{OfSnapshot(guest, name, type)}");

    private static string OfSnapshot(string guest, string name, int type) =>
        $"SnapshotType={type},SnapshotSettings={Wbemcli.Mof($$"""instance of Xen_SnapshotSettingData { ElementName = "{{name}}"; Notes = { "Taken by a test." }; };""")},AffectedSystem={Guests.Argument(Guests.Path(guest))}";

    public static PrintedAnswer ApplySnapshot(this Wbemcli wbemcli, string guest, string name) =>
        wbemcli.Call(wbemcli.SnapshotService(), "ApplySnapshot", $"Snapshot={Guests.Argument(SnapshotPath(guest, name))}");

    public static PrintedAnswer DestroySnapshot(this Wbemcli wbemcli, string guest, string name) =>
        wbemcli.Call(wbemcli.SnapshotService(), "DestroySnapshot", $"AffectedSnapshot={Guests.Argument(SnapshotPath(guest, name))}");

    public static string SnapshotPath(string guest, string name) => Guests.SettingPath("Xen_SnapshotSettingData", $"Xen:{guest}/snapshot/{name}");
}
