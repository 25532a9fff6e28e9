using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>The pool configuration service as tests ask it.</summary>
internal static class PoolCalls
{
    /// <summary>Makes a pool and answers its path.</summary>
    public static string MakePool(this Wbemcli wbemcli, string name, string settings) =>
        wbemcli.Make("CreateChildResourcePool", $"ElementName={name}", settings).Output["Pool"];

    public static PrintedError RefusePool(this Wbemcli wbemcli, string name, string settings) =>
        Wbemcli.Refused("cm", wbemcli.Url(wbemcli.PoolService()), $"CreateChildResourcePool.ElementName={name},Settings={Wbemcli.Mof(settings)}");

    public static void DeletePool(this Wbemcli wbemcli, string pool) => Assert.Equal(0u, wbemcli.Call(wbemcli.PoolService(), "DeleteResourcePool", $"Pool={pool}").Return);

    /// <summary>Makes a volume and answers its path.</summary>
    public static string MakeVolume(this Wbemcli wbemcli, string pool, string settings) =>
        wbemcli.Make("CreateResourceInPool", $"Pool={pool}", settings).Output["Resource"];

    public static PrintedError RefuseVolume(this Wbemcli wbemcli, string pool, string settings) =>
        Wbemcli.Refused("cm", wbemcli.Url(wbemcli.PoolService()), $"CreateResourceInPool.Pool={pool},Settings={Wbemcli.Mof(settings)}");

    public static void DeleteVolume(this Wbemcli wbemcli, string volume) => Assert.Equal(0u, wbemcli.Call(wbemcli.PoolService(), "DeleteResourceInPool", $"Resource={volume}").Return);

    /// <summary>The settings of a pool.</summary>
    public static string SettingsOf(this Wbemcli wbemcli, string pool) => Assert.Single(Wbemcli.Paths("ain", wbemcli.Url(pool), "-ac", "CIM_SettingsDefineState"));

    public static string PoolService(this Wbemcli wbemcli) => Assert.Single(wbemcli.Names("Xen_ResourcePoolConfigurationService"));

    private static PrintedAnswer Make(this Wbemcli wbemcli, string method, string where, string settings)
    {
        var answer = wbemcli.Call(wbemcli.PoolService(), method, $"{where},Settings={Wbemcli.Mof(settings)}");
        Assert.Equal(0u, answer.Return);
        return answer;
    }
}
