using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>The pool configuration service as tests ask it.</summary>
internal static class PoolCalls
{
    /// <summary>Makes a pool and answers its path.</summary>
    public static string MakePool(this Wbemcli wbemcli, string name, string settings) =>
        wbemcli.Make("CreateChildResourcePool", $"ElementName={name}", settings, "Pool", () => wbemcli.Names("CIM_ResourcePool"));

    public static PrintedError RefusePool(this Wbemcli wbemcli, string name, string settings) =>
        wbemcli.RefusedCall(wbemcli.PoolService(), "CreateChildResourcePool", $"ElementName={name},Settings={Wbemcli.Mof(settings)}");

    public static void DeletePool(this Wbemcli wbemcli, string pool) => wbemcli.Done(wbemcli.Call(wbemcli.PoolService(), "DeleteResourcePool", $"Pool={pool}"));

    /// <summary>Makes a volume and answers its path.</summary>
    public static string MakeVolume(this Wbemcli wbemcli, string pool, string settings) =>
        wbemcli.Make("CreateResourceInPool", $"Pool={pool}", settings, "Resource", () => Wbemcli.Paths("ain", wbemcli.Url(pool), "-ac", "CIM_ConcreteComponent", "-arc", "CIM_StorageVolume"));

    public static PrintedError RefuseVolume(this Wbemcli wbemcli, string pool, string settings) =>
        wbemcli.RefusedCall(wbemcli.PoolService(), "CreateResourceInPool", $"Pool={pool},Settings={Wbemcli.Mof(settings)}");

    public static void DeleteVolume(this Wbemcli wbemcli, string volume) => wbemcli.Done(wbemcli.Call(wbemcli.PoolService(), "DeleteResourceInPool", $"Resource={volume}"));

    /// <summary>The settings of a pool.</summary>
    public static string SettingsOf(this Wbemcli wbemcli, string pool) => Assert.Single(Wbemcli.Paths("ain", wbemcli.Url(pool), "-ac", "CIM_SettingsDefineState"));

    public static string PoolService(this Wbemcli wbemcli) => Assert.Single(wbemcli.Names("Xen_ResourcePoolConfigurationService"));

    // What took longer than a call may is done as a job, and is then among what there is.
    private static string Make(this Wbemcli wbemcli, string method, string where, string settings, string result, Func<IEnumerable<string>> all)
    {
        var before = all().ToList();
        var answer = wbemcli.Call(wbemcli.PoolService(), method, $"{where},Settings={Wbemcli.Mof(settings)}");
        if (answer.Return == Guests.Completed)
            return answer.Output[result];
        wbemcli.Await(answer);
        return Assert.Single(all().Except(before));
    }
}
