namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What every client does with guests, said through wbemcli.</summary>
internal static partial class Guests
{
    public const uint Completed = 0;
    public const uint NotSupported = 1;
    public const uint JobStarted = 4096;
    public const uint InvalidTransition = 4097;

    public static string Path(string uuid) => $"{Wbemcli.Namespace}:Xen_ComputerSystem.CreationClassName=\"Xen_ComputerSystem\",Name=\"{uuid}\"";

    public static string SettingPath(string @class, string id) => $"{Wbemcli.Namespace}:{@class}.InstanceID=\"{id}\"";

    /// <summary>A guest's UUID, or the InstanceID of what has one.</summary>
    public static string UuidOf(string path) => path.Split('"') is var parts && Array.FindIndex(parts, p => p is [.., ',' or '.', 'N', 'a', 'm', 'e', '=']) is >= 0 and var at
        ? parts[at + 1] : parts[^2];

    public static string Service(this Wbemcli wbemcli) => Assert.Single(wbemcli.Names("Xen_VirtualSystemManagementService"));

    public static PrintedAnswer Request(this Wbemcli wbemcli, string uuid, int state, string more = "") =>
        wbemcli.Call(Path(uuid), "RequestStateChange", $"RequestedState={state}{more}");

    /// <summary>What was asked is done: within the call, or as the job that the call answered with.</summary>
    public static void Done(this Wbemcli wbemcli, PrintedAnswer answer)
    {
        if (answer.Return != Completed)
            wbemcli.Await(answer);
    }

    public static PrintedInstance Guest(this Wbemcli wbemcli, string uuid) => wbemcli.Get(Path(uuid));

    /// <summary>Asks for a state, and waits until it is reached: on a busy machine the call ends before, with a job.</summary>
    public static void Reach(this Wbemcli wbemcli, string uuid, int state)
    {
        var answer = wbemcli.Request(uuid, state);
        if (answer.Return != Completed)
            wbemcli.Await(answer);
    }

    /// <summary>Waits for the end of a job, which has to be a good one.</summary>
    public static void Await(this Wbemcli wbemcli, PrintedAnswer answer, double seconds = 120)
    {
        var ended = wbemcli.Ended(answer, seconds);
        Assert.True(ended["JobState"] == "7", $"the job ended with {string.Join(", ", ended.Properties.Select(p => $"{p.Key} {p.Value}"))}");
    }

    /// <summary>A job at its end, whatever it is.</summary>
    public static PrintedInstance Ended(this Wbemcli wbemcli, PrintedAnswer answer, double seconds = 120)
    {
        Assert.Equal(JobStarted, answer.Return);
        var job = answer.Output["Job"];
        Eventually.True(() => wbemcli.Get(job)["JobState"] is not ("2" or "3" or "4" or "5" or "6"), $"the job {job} ends", seconds);
        return wbemcli.Get(job);
    }

    /// <summary>Asks for a state that a guest reaches by itself, and reads it back.</summary>
    public static void Change(this Wbemcli wbemcli, string uuid, int requested, int enabled, string words)
    {
        wbemcli.Reach(uuid, requested);
        var guest = wbemcli.Guest(uuid);
        Assert.Equal((enabled.ToString(System.Globalization.CultureInfo.InvariantCulture), words), (guest["EnabledState"], guest["StatusDescriptions"]));
        Assert.Equal(requested.ToString(System.Globalization.CultureInfo.InvariantCulture), guest["RequestedState"]);
    }

    /// <summary>Defines a guest and returns its UUID.</summary>
    public static string Define(this Wbemcli wbemcli, string system, string resources)
    {
        var answer = wbemcli.Call(wbemcli.Service(), "DefineSystem", $"SystemSettings={Wbemcli.Mof(system)},ResourceSettings={Wbemcli.Mof(resources)}");
        Assert.Equal(Completed, answer.Return);
        return UuidOf(answer.Output["ResultingSystem"]);
    }

    public static PrintedAnswer Modify(this Wbemcli wbemcli, string settings) =>
        wbemcli.Call(wbemcli.Service(), "ModifyResourceSettings", $"ResourceSettings={Wbemcli.Mof(settings)}");

    public static PrintedAnswer Add(this Wbemcli wbemcli, string configuration, string settings) => wbemcli.Call(wbemcli.Service(), "AddResourceSettings",
        $"AffectedConfiguration={Argument(SettingPath("Xen_VirtualSystemSettingData", configuration))},ResourceSettings={Wbemcli.Mof(settings)}");

    public static PrintedAnswer Remove(this Wbemcli wbemcli, string @class, string id) =>
        wbemcli.Call(wbemcli.Service(), "RemoveResourceSettings", $"ResourceSettings={Argument(SettingPath(@class, id))}");

    public static PrintedAnswer Destroy(this Wbemcli wbemcli, string guest) =>
        wbemcli.Call(wbemcli.Service(), "DestroySystem", $"AffectedSystem={Argument(Path(guest))}");

    /// <summary>
    /// A path as a reference argument: class and keys. In an array argument wbemcli 1.6 takes a path with an address apart
    /// at its colons and sends XML that is none.
    /// </summary>
    public static string Argument(string path) => path[(path.IndexOf(':', StringComparison.Ordinal) + 1)..];

    [System.Text.RegularExpressions.GeneratedRegex("^[\\w/]+:Xen_ConcreteJob\\.InstanceID=\"Xen:job/[0-9a-f-]{36}\"$")]
    public static partial System.Text.RegularExpressions.Regex JobPath();
}
