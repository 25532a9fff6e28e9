using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Pools and volumes through the server with wbemcli, on the simulated host.</summary>
public sealed class SimulatedPoolTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private const string Primordial = "root/virt:Xen_DiskPool.InstanceID=\"Xen:DiskPool/primordial\"";

    private Wbemcli Wbemcli => host.Wbemcli;

    private string Service => field ??= Assert.Single(Wbemcli.Names("Xen_ResourcePoolConfigurationService"));

    [Fact]
    public void A_storage_pool_is_made_filled_and_deleted()
    {
        var made = Wbemcli.Call(Service, "CreateChildResourcePool", "ElementName=data,Settings="
            + Wbemcli.Mof("""instance of Xen_DiskPoolRASD { PoolType = "dir"; Path = "/srv/data"; Autostart = true; };"""));
        Assert.Equal(0u, made.Return);
        var pool = made.Output["Pool"];
        var shown = Wbemcli.Get(pool);
        Assert.Equal(("data", "/srv/data", "dir", "TRUE"), (shown["ElementName"], shown["Path"], shown["PoolType"], shown["Autostart"]));
        Assert.Contains(pool, Wbemcli.Paths("ain", Wbemcli.Url(Primordial), "-ac", "Xen_ElementAllocatedFromPool"));

        const string Volume = """instance of Xen_StorageVolumeRASD { ElementName = "my disk.qcow2"; VirtualQuantity = 6; VirtualQuantityUnits = "byte * 2^30"; Format = "qcow2"; };""";
        var volume = Wbemcli.Call(Service, "CreateResourceInPool", $"Pool={pool},Settings={Wbemcli.Mof(Volume)}");
        Assert.Equal(0u, volume.Return);
        var path = volume.Output["Resource"];
        Assert.Equal(("my disk.qcow2", "/srv/data/my disk.qcow2", "6442450944", "qcow2"),
            Wbemcli.Get(path) is var v ? (v["ElementName"], v["Name"], v["Capacity"], v["Format"]) : default);
        Assert.Equal([path], Wbemcli.Paths("ain", Wbemcli.Url(pool), "-ac", "Xen_ConcreteComponent"));
        var again = Wbemcli.Refused("cm", Wbemcli.Url(Service), $"CreateResourceInPool.Pool={pool},Settings={Wbemcli.Mof(Volume)}");
        Assert.Equal(11, again.Status);

        Assert.Equal(0u, Wbemcli.Call(Service, "DeleteResourceInPool", $"Resource={path}").Return);
        Assert.Empty(Wbemcli.Paths("ain", Wbemcli.Url(pool), "-ac", "Xen_ConcreteComponent"));
        Assert.Equal(0u, Wbemcli.Call(Service, "DeleteResourcePool", $"Pool={pool}").Return);
        Assert.DoesNotContain(pool, Wbemcli.Names("Xen_DiskPool"));
    }

    [Fact]
    public void A_network_is_made_and_deleted()
    {
        var made = Wbemcli.Call(Service, "CreateChildResourcePool", "ElementName=lab,Settings=" + Wbemcli.Mof("""
            instance of Xen_NetworkPoolRASD { ForwardMode = "nat"; Address = "192.168.99.1"; Netmask = "255.255.255.0"; IPRangeStart = "192.168.99.10"; IPRangeEnd = "192.168.99.20"; };
            """.Trim()));
        Assert.Equal(0u, made.Return);
        var settings = Assert.Single(Wbemcli.Paths("ain", Wbemcli.Url(made.Output["Pool"]), "-ac", "Xen_SettingsDefineState"));
        var shown = Wbemcli.Get(settings);
        Assert.Equal(("nat", "192.168.99.1", "24", "192.168.99.10", "TRUE"),
            (shown["ForwardMode"], shown["Address"], shown["PrefixLength"], shown["IPRangeStart"], shown["Active"]));

        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(settings)).ExitCode);
        Assert.DoesNotContain(made.Output["Pool"], Wbemcli.Names("Xen_NetworkPool"));
    }

    [Fact]
    public void A_pool_is_stopped_and_started_by_its_settings()
    {
        var pool = Wbemcli.Call(Service, "CreateChildResourcePool", "ElementName=switched,Settings=" + Wbemcli.Mof("""instance of Xen_DiskPoolRASD { Path = "/srv/switched"; };""")).Output["Pool"];
        var settings = Assert.Single(Wbemcli.Paths("ain", Wbemcli.Url(pool), "-ac", "Xen_SettingsDefineState"));

        Assert.Equal(0, Wbemcli.Run("mi", Wbemcli.Url(settings), "Active=FALSE").ExitCode);
        var stopped = Wbemcli.Get(pool);
        Assert.Equal(("10", ""), (stopped["OperationalStatus"], stopped.Optional("Capacity")));
        Assert.Equal(0, Wbemcli.Run("mi", Wbemcli.Url(settings), "Active=TRUE").ExitCode);
        Assert.Equal("2", Wbemcli.Get(pool)["OperationalStatus"]);
        Wbemcli.Call(Service, "DeleteResourcePool", $"Pool={pool}");
    }

    [Fact]
    public void What_cannot_be_made_is_refused_in_words()
    {
        var error = Wbemcli.Refused("cm", Wbemcli.Url(Service), "CreateChildResourcePool.ElementName=x,Settings=" + Wbemcli.Mof("""instance of Xen_DiskPoolRASD { PoolType = "netfs"; Path = "/x"; };"""));
        Assert.Equal(4, error.Status);
        Assert.Contains("Host is missing", error.Message, StringComparison.Ordinal);
        Assert.Equal(1u, Wbemcli.Call(Service, "ChangeParentResourcePool").Return);
    }
}
