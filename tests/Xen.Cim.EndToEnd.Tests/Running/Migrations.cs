namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What a client does to move guests, said through wbemcli.</summary>
internal static class Migrations
{
    public const string Running = "4";
    public const string Completed = "7";
    public const string Terminated = "8";
    public const string Failed = "10";

    /// <param name="changes">What the guest is to be otherwise there: NewSystemSettingData and NewResourceSettingData, as wbemcli takes them.</param>
    public static PrintedAnswer Migrate(this Wbemcli wbemcli, string uuid, string host, string settings = "", string changes = "") =>
        wbemcli.Call(wbemcli.MigrationService(), "MigrateVirtualSystemToHost", Arguments(uuid, $"DestinationHost=\"{host}\"{changes}", settings));

    /// <summary>What a migration is refused with at once.</summary>
    public static PrintedError RefusedToMigrate(this Wbemcli wbemcli, string uuid, string host, string settings = "", string changes = "") =>
        Wbemcli.Refused("cm", wbemcli.Url(wbemcli.MigrationService()), $"MigrateVirtualSystemToHost.{Arguments(uuid, $"DestinationHost=\"{host}\"{changes}", settings)}");

    public static bool IsMigratable(this Wbemcli wbemcli, string uuid, string host, string settings = "", string changes = "")
    {
        var answer = wbemcli.Call(wbemcli.MigrationService(), "CheckVirtualSystemIsMigratableToHost", Arguments(uuid, $"DestinationHost=\"{host}\"{changes}", settings));
        Assert.Equal(Guests.Completed, answer.Return);
        return answer.Output["IsMigratable"] == "TRUE";
    }

    /// <summary>Moves a guest and returns its job when that has ended, completed or failed.</summary>
    public static PrintedInstance MigrateToEnd(this Wbemcli wbemcli, string uuid, string host, string settings = "", string changes = "")
    {
        var answer = wbemcli.Migrate(uuid, host, settings, changes);
        Assert.Equal(Guests.JobStarted, answer.Return);
        Eventually.True(() => wbemcli.Get(answer.Output["Job"])["JobState"] != Running, $"the migration of {uuid} to {host} ends", seconds: 90);
        return wbemcli.Get(answer.Output["Job"]);
    }

    public static string MigrationService(this Wbemcli wbemcli) => Assert.Single(wbemcli.Names("Xen_VirtualSystemMigrationService"));

    // The reference comes last: wbemcli takes whatever follows one with two keys for a third.
    private static string Arguments(string uuid, string destination, string settings) =>
        destination + (settings.Length == 0 ? "" : $",MigrationSettingData={Wbemcli.Mof($"instance of Xen_VirtualSystemMigrationSettingData {{ {settings} }};")}")
        + $",ComputerSystem={Guests.Argument(Guests.Path(uuid))}";
}
