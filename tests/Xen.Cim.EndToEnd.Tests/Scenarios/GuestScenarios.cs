using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>What the DMTF's virtualization profiles let a console do with guests, found and read by the standard's associations.</summary>
public sealed class GuestScenarios(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void Guests_are_located_from_the_host_and_from_their_profile()
    {
        var hosted = Wbemcli.Follow(Wbemcli.Host(), "CIM_HostedDependency", "CIM_ComputerSystem", "Antecedent", "Dependent");
        Assert.Contains(hosted, g => Guests.UuidOf(g) == SimulatedGuests.Web);
        Assert.Equal(hosted.Order(), Wbemcli.Conforming("Virtual System").Order());
        Assert.All(hosted, g => Assert.Equal([Wbemcli.Host()], Wbemcli.Follow(g, "CIM_HostedDependency", "CIM_System", "Dependent")));
    }

    [Fact]
    public void A_guest_created_in_full_is_as_it_was_asked_for()
    {
        var guest = Define("""instance of CIM_VirtualSystemSettingData { ElementName = "full"; VirtualSystemType = "DMTF:XEN:PV"; };""", """
            instance of CIM_ResourceAllocationSettingData { ResourceType = 4; AllocationUnits = "byte * 2^10"; VirtualQuantity = 393216; };
            instance of CIM_ResourceAllocationSettingData { ResourceType = 3; VirtualQuantity = 3; };
            """);
        var defined = Defined(guest);
        Assert.Equal("full", defined["ElementName"]);
        Assert.Equal("393216", Resource(defined.Path, "4")["VirtualQuantity"]);
        Assert.Equal("3", Resource(defined.Path, "3")["VirtualQuantity"]);
        Destroy(guest);
    }

    [Fact]
    public void A_guest_created_from_nothing_gets_the_defaults_of_the_pools()
    {
        var guest = Assert.Single(Wbemcli.Call(Wbemcli.Service(), "DefineSystem").Output, o => o.Key == "ResultingSystem").Value;
        var wanted = Wbemcli.Read(Wbemcli.Host(), "CIM_HostedResourcePool", "CIM_ResourcePool").Single(p => p["ResourceType"] == "4");
        var capabilities = Assert.Single(Wbemcli.Follow(wanted.Path, "CIM_ElementCapabilities", "CIM_AllocationCapabilities"));
        var standard = Wbemcli.Read(capabilities, "CIM_SettingsDefineCapabilities").Single(s => s["InstanceID"].EndsWith("/default", StringComparison.Ordinal));
        Assert.Equal(standard["VirtualQuantity"], Resource(Defined(guest).Path, "4")["VirtualQuantity"]);
        Destroy(guest);
    }

    [Fact]
    public void A_guest_created_by_reference_is_a_copy()
    {
        var original = Define("""instance of Xen_VirtualSystemSettingData { ElementName = "original"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 655360; };");
        var answer = Wbemcli.Call(Wbemcli.Service(), "DefineSystem",
            $"SystemSettings={Wbemcli.Mof("instance of Xen_VirtualSystemSettingData { ElementName = \"copy\"; };")},ReferenceConfiguration={Guests.Argument(Defined(original).Path)}");
        Assert.Equal(Guests.Completed, answer.Return);
        var copy = answer.Output["ResultingSystem"];
        Assert.NotEqual(Guests.UuidOf(original), Guests.UuidOf(copy));
        Assert.Equal(("copy", "655360"), (Defined(copy)["ElementName"], Resource(Defined(copy).Path, "4")["VirtualQuantity"]));
        Destroy(copy);
        Destroy(original);
    }

    [Fact]
    public void Its_state_and_properties_follow_what_runs()
    {
        var guest = Wbemcli.Get(Guests.Path(SimulatedGuests.Windows));
        Assert.Equal(("windows", "3", "5"), (guest["ElementName"], guest["EnabledState"], guest["HealthState"]));
        var capabilities = Assert.Single(Wbemcli.Read(guest.Path, "CIM_ElementCapabilities", "CIM_EnabledLogicalElementCapabilities"));
        Assert.Contains("2", capabilities["RequestedStatesSupported"].Split(','));
    }

    [Fact]
    public void Its_structure_is_the_same_by_devices_and_by_settings()
    {
        var guest = Guests.Path(SimulatedGuests.Web);
        var state = Assert.Single(Wbemcli.Follow(guest, "CIM_SettingsDefineState", "CIM_VirtualSystemSettingData"));
        var settings = Wbemcli.Follow(state, "CIM_VirtualSystemSettingDataComponent", "CIM_ResourceAllocationSettingData", "GroupComponent");
        var allocated = settings.Where(s => Wbemcli.Follow(s, "CIM_SettingsDefineState", "CIM_LogicalDevice", "SettingData").Count > 0).Order();
        var devices = Wbemcli.Follow(guest, "CIM_SystemDevice", "CIM_LogicalDevice", "GroupComponent");
        Assert.Equal(allocated, devices.SelectMany(d => Wbemcli.Follow(d, "CIM_SettingsDefineState", "CIM_ResourceAllocationSettingData", "ManagedElement")).Distinct().Order());
        // Two processors, memory, two disks, two interfaces, screen and console of it are allocated from pools.
        Assert.Equal(9, devices.Count(d => Wbemcli.Follow(d, "CIM_ElementAllocatedFromPool", "CIM_ResourcePool", "Dependent").Count == 1));
    }

    [Fact]
    public void Changing_its_state_and_modifying_it_live_and_for_the_next_start()
    {
        var guest = Define("""instance of Xen_VirtualSystemSettingData { ElementName = "changing"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 262144; };");
        Assert.Equal(Guests.Completed, Wbemcli.Call(guest, "RequestStateChange", "RequestedState=2").Return);
        Assert.Equal("2", Wbemcli.Get(guest)["EnabledState"]);
        var state = Wbemcli.Read(guest, "CIM_SettingsDefineState", "CIM_VirtualSystemSettingData").Single();

        Assert.Equal(Guests.Completed, Modify(Resource(Defined(guest).Path, "4"), 524288));
        Assert.Equal(("262144", "524288"), (Resource(state.Path, "4")["VirtualQuantity"], Resource(Defined(guest).Path, "4")["VirtualQuantity"]));
        // What waits for the next start is a query: the state's setting is not current any more.
        var pending = Wbemcli.Objects("ri", Wbemcli.Url(Resource(state.Path, "4").Path), "-arc", "CIM_ElementSettingData").Single();
        Assert.Equal(("2", "1"), (pending["IsCurrent"], pending["IsNext"]));
        Assert.Equal(Guests.Completed, Modify(Resource(state.Path, "4"), 131072));
        Assert.Equal(("131072", "524288"), (Resource(state.Path, "4")["VirtualQuantity"], Resource(Defined(guest).Path, "4")["VirtualQuantity"]));

        Assert.Equal(Guests.Completed, Wbemcli.Call(guest, "RequestStateChange", "RequestedState=3").Return);
        Assert.Equal(Guests.Completed, Wbemcli.Call(guest, "RequestStateChange", "RequestedState=2").Return);
        Assert.Equal("524288", Resource(state.Path, "4")["VirtualQuantity"]);
        Assert.Equal(Guests.Completed, Wbemcli.Call(guest, "RequestStateChange", "RequestedState=3").Return);
        Destroy(guest);
    }

    [Fact]
    public void Destroying_it_leaves_nothing_that_names_it()
    {
        var guest = Define("""instance of Xen_VirtualSystemSettingData { ElementName = "short-lived"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 131072; };");
        var defined = Defined(guest).Path;
        Destroy(guest);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(guest)).Status);
        Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(defined)).Status);
        Assert.DoesNotContain(Guests.UuidOf(guest), Wbemcli.Conforming("Virtual System").Select(Guests.UuidOf));
    }

    private string Define(string system, string resources) => Guests.Path(Wbemcli.Define(system, resources));

    private void Destroy(string guest) => Assert.Equal(Guests.Completed, Wbemcli.Destroy(Guests.UuidOf(guest)).Return);

    /// <summary>The configuration of the next start, by way of the one that runs.</summary>
    private PrintedInstance Defined(string guest)
    {
        var state = Assert.Single(Wbemcli.Follow(guest, "CIM_SettingsDefineState", "CIM_VirtualSystemSettingData"));
        return Assert.Single(Wbemcli.Read(state, "CIM_ElementSettingData", "CIM_VirtualSystemSettingData", "ManagedElement", "SettingData"));
    }

    private PrintedInstance Resource(string configuration, string type) =>
        Assert.Single(Wbemcli.Read(configuration, "CIM_VirtualSystemSettingDataComponent", "CIM_ResourceAllocationSettingData"), r => r["ResourceType"] == type);

    private uint Modify(PrintedInstance setting, int quantity) =>
        Wbemcli.Modify($$"""instance of {{setting.ClassName}} { InstanceID = "{{setting["InstanceID"]}}"; VirtualQuantity = {{quantity}}; };""").Return;
}
