using System.Net;
using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.PoolConfiguration;

/// <summary>Networks that come and go (DSP1041, DSP1050).</summary>
public sealed class NetworkTests : PoolConfigurationTest
{
    private static readonly Guid s_new = new("99999999-0000-4000-8000-000000000002");
    private NewNetwork? _wish;

    public NetworkTests() => Mock.Setup(h => h.CreateNetwork(It.IsAny<NewNetwork>())).Returns((NewNetwork w) =>
    {
        _wish = w;
        return new VirtualNetwork(s_new, w.Name, w.Start, w.Autostart, w.ForwardMode, w.Bridge);
    });

    [Fact]
    public void An_isolated_network_needs_nothing_but_a_name()
    {
        var (result, output) = CreatePool("alone", "instance of Xen_NetworkPoolRASD { };", Networks);

        Assert.Equal(0u, result);
        Assert.Equal(NetworkPoolPath(s_new), output["Pool"]?.Value);
        Assert.Equal(("alone", null, null, true, false), (_wish!.Name, _wish.ForwardMode, _wish.Address, _wish.Start, _wish.Autostart));
    }

    [Fact]
    public void A_translated_network_with_everything()
    {
        CreatePool("nat", """
            instance of Xen_NetworkPoolRASD { ForwardMode = "nat"; ForwardDevices = {"eth0"}; BridgeName = "virbr5"; Address = "192.168.5.1"; Netmask = "255.255.254.0";
              IPRangeStart = "192.168.4.2"; IPRangeEnd = "192.168.5.254"; DomainName = "x.example"; Autostart = true; Active = false; };
            """);

        Assert.Equal(("nat", "virbr5", IPAddress.Parse("192.168.5.1"), 23, "x.example", true, false),
            (_wish!.ForwardMode, _wish.Bridge, _wish.Address, _wish.Prefix, _wish.Domain, _wish.Autostart, _wish.Start));
        Assert.Equal(["eth0"], _wish.ForwardDevices);
        Assert.Equal(new AddressRange(IPAddress.Parse("192.168.4.2"), IPAddress.Parse("192.168.5.254")), _wish.Range);
    }

    [Fact]
    public void A_bridge_of_the_host_and_interfaces_of_the_host()
    {
        CreatePool("lan", """instance of Xen_NetworkPoolRASD { ForwardMode = "bridge"; BridgeName = "xenbr0"; };""");
        Assert.Equal(("bridge", "xenbr0"), (_wish!.ForwardMode, _wish.Bridge));
        CreatePool("direct", """instance of Xen_NetworkPoolRASD { ForwardMode = "passthrough"; ForwardDevices = {"eth0", "eth1"}; };""");
        Assert.Equal(["eth0", "eth1"], _wish.ForwardDevices);
        CreatePool("six", """instance of Xen_NetworkPoolRASD { ForwardMode = "route"; Address = "fd00::1"; PrefixLength = 64; };""");
        Assert.Equal((IPAddress.Parse("fd00::1"), 64), (_wish.Address, _wish.Prefix));
    }

    [Theory]
    [InlineData("ForwardMode = \"teleport\";", "teleport")]
    [InlineData("ForwardMode = \"nat\";", "Address")]
    [InlineData("ForwardMode = \"nat\"; Address = \"192.168.5.1\";", "Netmask")]
    [InlineData("Address = \"192.168.5\"; PrefixLength = 24;", "192.168.5")]
    [InlineData("Address = \"192.168.5.1\"; Netmask = \"255.0.255.0\";", "255.0.255.0")]
    [InlineData("Address = \"192.168.5.1\"; Netmask = \"255.255.255.0\"; PrefixLength = 16;", "PrefixLength")]
    [InlineData("Address = \"192.168.5.1\"; PrefixLength = 33;", "33")]
    [InlineData("Address = \"192.168.5.1\"; PrefixLength = 24; IPRangeStart = \"192.168.5.9\";", "belong together")]
    [InlineData("Address = \"192.168.5.1\"; PrefixLength = 24; IPRangeStart = \"192.168.5.9\"; IPRangeEnd = \"192.168.5.2\";", "behind its end")]
    [InlineData("IPRangeStart = \"192.168.5.2\"; IPRangeEnd = \"192.168.5.9\";", "needs an Address")]
    [InlineData("Netmask = \"255.255.255.0\";", "no Address")]
    [InlineData("ForwardMode = \"bridge\";", "BridgeName")]
    [InlineData("ForwardMode = \"bridge\"; BridgeName = \"br0\"; ForwardDevices = {\"eth0\"};", "one of them")]
    [InlineData("ForwardMode = \"bridge\"; BridgeName = \"br0\"; Address = \"192.168.5.1\"; PrefixLength = 24;", "Address")]
    [InlineData("ForwardMode = \"vepa\";", "ForwardDevices")]
    [InlineData("ForwardMode = \"vepa\"; ForwardDevices = {\"eth0\"}; BridgeName = \"br0\";", "BridgeName")]
    [InlineData("ForwardDevices = {\"eth0\"};", "ForwardDevices")]
    public void What_makes_no_network_is_refused_with_the_reason(string properties, string reason)
    {
        var error = Refused(CimStatus.InvalidParameter, () => CreatePool("n", $"instance of Xen_NetworkPoolRASD {{ {properties} }};"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Null(_wish);
    }

    [Fact]
    public void A_network_that_a_guest_is_plugged_into_stays()
    {
        Assert.Contains("web", Refused(CimStatus.Failed, () => DeletePool(NetworkPoolPath(Samples.LanNetwork))).Message, StringComparison.Ordinal);
        Assert.Equal(0u, DeletePool(NetworkPoolPath(Samples.LabNetwork)).Return);

        Mock.Verify(h => h.RemoveNetwork(Samples.LabNetwork), Times.Once);
        Mock.Verify(h => h.RemoveNetwork(Samples.LanNetwork), Times.Never);
    }

    [Fact]
    public void Settings_say_what_the_network_is_made_of()
    {
        Mock.Setup(h => h.ListNetworks()).Returns(
        [
            new VirtualNetwork(Samples.LanNetwork, "lan", true, true, "nat", "virbr1")
            {
                ForwardDevices = ["eth0"],
                Address = IPAddress.Parse("10.1.2.3"),
                Prefix = 20,
                Range = new(IPAddress.Parse("10.1.2.4"), IPAddress.Parse("10.1.2.5")),
                Domain = "d.example",
            },
        ]);

        var lan = Get<Xen_NetworkPoolRASD>(SettingsPath(Samples.LanNetwork));

        Assert.Equal(("lan", "nat", "virbr1", "10.1.2.3", "255.255.240.0"), (lan.ElementName, lan.ForwardMode, lan.BridgeName, lan.Address, lan.Netmask));
        Assert.Equal((20, "10.1.2.4", "10.1.2.5", "d.example", true), ((int)lan.PrefixLength!, lan.IPRangeStart, lan.IPRangeEnd, lan.DomainName, lan.Active));
    }

    [Fact]
    public void A_network_gets_another_prefix_and_keeps_the_rest()
    {
        NewNetwork? wish = null;
        Mock.Setup(h => h.ListNetworks()).Returns([new VirtualNetwork(Samples.LabNetwork, "lab", true, true, "nat", "virbr7") { Address = IPAddress.Parse("10.1.2.3"), Prefix = 24, Domain = "d.example" }]);
        Mock.Setup(h => h.ChangeNetwork(Samples.LabNetwork, It.IsAny<NewNetwork>(), false, null)).Callback((Guid _, NewNetwork w, bool? _, bool? _) => wish = w);

        Provider.ModifyInstance(Request with { PropertyList = new HashSet<string> { "PrefixLength", "Active" } }, SettingsPath(Samples.LabNetwork),
            new Xen_NetworkPoolRASD { PrefixLength = 16, Active = false, ForwardMode = "route" });

        Assert.Equal(("lab", "nat", "virbr7", 16, "d.example"), (wish!.Name, wish.ForwardMode, wish.Bridge, wish.Prefix, wish.Domain));
        Assert.Equal(IPAddress.Parse("10.1.2.3"), wish.Address);
    }

    [Fact]
    public void A_network_that_a_running_guest_is_plugged_into_is_not_stopped()
    {
        Assert.Contains("web", Refused(CimStatus.Failed, () =>
        {
            Provider.ModifyInstance(Request, SettingsPath(Samples.LanNetwork), new Xen_NetworkPoolRASD { Active = false });
            return null;
        }).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SwitchNetwork(It.IsAny<Guid>(), It.IsAny<bool?>(), It.IsAny<bool?>()), Times.Never);
    }

    [Fact]
    public void Interfaces_are_given_to_a_network_and_taken_again()
    {
        Mock.Setup(h => h.ListNetworks()).Returns([new VirtualNetwork(Samples.LabNetwork, "direct", true, true, "passthrough", null) { ForwardDevices = ["eth0"] }]);

        Assert.Equal(0u, Change("AddResourcesToResourcePool", NetworkPoolPath(Samples.LabNetwork), "eth1").Return);
        Mock.Verify(h => h.ChangeForwardDevices(Samples.LabNetwork, new[] { "eth1" }, true));
        Assert.Equal(0u, Change("RemoveResourcesFromResourcePool", NetworkPoolPath(Samples.LabNetwork), "eth0").Return);
        Mock.Verify(h => h.ChangeForwardDevices(Samples.LabNetwork, new[] { "eth0" }, false));

        Refused(CimStatus.AlreadyExists, () => Change("AddResourcesToResourcePool", NetworkPoolPath(Samples.LabNetwork), "eth0"));
        Refused(CimStatus.NotFound, () => Change("RemoveResourcesFromResourcePool", NetworkPoolPath(Samples.LabNetwork), "eth1"));
        Refused(CimStatus.NotFound, () => Change("AddResourcesToResourcePool", NetworkPoolPath(Samples.LabNetwork), "eth9"));
        // An error has words, and names the return value that the method has for it.
        var other = Refused(CimStatus.InvalidParameter, () => Call(PoolService, "AddResourcesToResourcePool", ("Pool", CimType.Reference, NetworkPoolPath(Samples.LabNetwork)),
            ("HostResources", CimType.Reference, new[] { HostDevicePath("Xen_HostDisk", "sda") })));
        Assert.Contains("Xen_HostNetworkPort", other.Message, StringComparison.Ordinal);
        Assert.EndsWith("(Incorrect ResourceType for the Pool, 7)", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_hands_out_no_interfaces_takes_none() =>
        Assert.Contains("nat", Refused(CimStatus.InvalidParameter, () => Change("AddResourcesToResourcePool", NetworkPoolPath(Samples.LanNetwork), "eth1")).Message, StringComparison.Ordinal);

    private (uint Return, CimArguments Output) Change(string method, CimObjectPath pool, string port) =>
        Call(PoolService, method, ("Pool", CimType.Reference, pool), ("HostResources", CimType.Reference, new[] { HostDevicePath("Xen_HostNetworkPort", port) }));

    private static CimObjectPath SettingsPath(Guid pool) => Path("Xen_NetworkPoolRASD", ("InstanceID", $"Xen:NetworkPool/{pool}/settings"));
}
