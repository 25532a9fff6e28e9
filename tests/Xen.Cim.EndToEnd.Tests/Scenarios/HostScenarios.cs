using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Scenarios;

/// <summary>
/// What the DMTF's virtualization profiles let a console find out about a host: it knows the standard's classes, begins at
/// the Interop namespace, and names nothing of ours.
/// </summary>
public sealed class HostScenarios(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private const string ImagesPool = "Xen:DiskPool/0b6d4f1e-7c1a-4b5e-8a53-6f0d1c2b3a01";

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void The_implementation_is_discovered_with_its_component_profiles()
    {
        var autonomous = Assert.Single(Wbemcli.Instances($"{Walks.Interop}:CIM_RegisteredProfile"), p => p["RegisteredName"] == "System Virtualization");
        Assert.Equal("1.0.0", autonomous["RegisteredVersion"]);

        var components = Wbemcli.Read(autonomous.Path, "CIM_ReferencedProfile", "CIM_RegisteredProfile", "Dependent", "Antecedent").Select(p => p["RegisteredName"]).ToList();
        Assert.Superset(new HashSet<string> { "Virtual System", "Processor Resource Virtualization", "Memory Resource Virtualization", "Storage Resource Virtualization", "Ethernet Port Resource Virtualization" }, components.ToHashSet());
        foreach (var component in components)
        {
            var profile = Assert.Single(Wbemcli.Instances($"{Walks.Interop}:CIM_RegisteredProfile"), p => p["RegisteredName"] == component);
            Assert.Contains(autonomous.Path, Wbemcli.Follow(profile.Path, "CIM_ReferencedProfile", role: "Antecedent", resultRole: "Dependent"));
        }
    }

    [Fact]
    public void The_host_is_a_system_that_works()
    {
        var found = Wbemcli.Get(Wbemcli.Host());
        Assert.Equal(("2", "2", "5"), (found["EnabledState"], found["OperationalStatus"], found["HealthState"]));
        Assert.NotEmpty(found["Name"]);
        Assert.Contains(Wbemcli.Names("CIM_System"), s => s == found.Path);
    }

    [Fact]
    public void The_capabilities_say_which_methods_there_are_and_they_are_there()
    {
        var capabilities = Assert.Single(Wbemcli.Read(Wbemcli.Host(), "CIM_ElementCapabilities", "CIM_VirtualSystemManagementCapabilities"));
        Assert.Contains("\"DMTF:XEN:PV\"", capabilities.Properties["VirtualSystemTypesSupported"], StringComparison.Ordinal);
        var service = Assert.Single(Wbemcli.Follow(Wbemcli.Host(), "CIM_HostedService", "CIM_VirtualSystemManagementService"));
        Assert.Equal([capabilities.Path], Wbemcli.Follow(service, "CIM_ElementCapabilities", "CIM_VirtualSystemManagementCapabilities"));
        var methods = new Dictionary<string, string>
        {
            ["2"] = "DefineSystem",
            ["3"] = "DestroySystem",
            ["5"] = "ModifyResourceSettings",
            ["6"] = "ModifySystemSettings",
            ["7"] = "RemoveResourceSettings",
            ["10"] = "AddResourceSettings",
        };
        Assert.Equal(methods.Keys.Order(StringComparer.Ordinal), capabilities["SynchronousMethodsSupported"].Split(',').Order(StringComparer.Ordinal));
        // What a method is not given it asks for (INVALID_PARAMETER); DefineSystem needs nothing.
        Assert.All(methods.Values.Where(m => m != "DefineSystem"), m => Assert.Equal(4, Wbemcli.Refused("cm", Wbemcli.Url(service), m).Status));
    }

    [Fact]
    public void The_kinds_of_resource_that_can_be_allocated_are_listed()
    {
        var capabilities = Wbemcli.Read(Wbemcli.Host(), "CIM_ElementCapabilities", "CIM_AllocationCapabilities");
        Assert.Superset(new HashSet<string> { "3", "4", "10", "17" }, capabilities.Select(c => c["ResourceType"]).ToHashSet());
    }

    [Theory]
    [InlineData("3", "CIM_Processor", 16)]
    [InlineData("4", "CIM_Memory", 1)]
    [InlineData("17", "CIM_StorageExtent", 2)]
    [InlineData("10", "CIM_NetworkPort", 2)]
    public void A_primordial_pool_is_made_of_the_hosts_own_devices(string resourceType, string device, int count)
    {
        var pool = Assert.Single(Pools(), p => p["ResourceType"] == resourceType && p["Primordial"] == "TRUE");
        var devices = Wbemcli.Follow(pool.Path, "CIM_Component", device, "GroupComponent", "PartComponent");
        Assert.Equal(count, devices.Count);
        Assert.All(devices, d => Assert.Equal([Wbemcli.Host()], Wbemcli.Follow(d, "CIM_SystemDevice", "CIM_System", "PartComponent")));
        Assert.All(devices, d => Assert.Contains(pool.Path, Wbemcli.Follow(d, "CIM_Component", "CIM_ResourcePool", "PartComponent", "GroupComponent")));
    }

    [Fact]
    public void A_pool_tells_its_capacity_and_what_is_taken_of_it()
    {
        // 32 GiB, and Domain-0, web and db, which run, have 2, 2 and 8 of them.
        var memory = Assert.Single(Pools(), p => p["ResourceType"] == "4");
        Assert.Equal(("33554432", "12582912", "byte * 2^10"), (memory["Capacity"], memory["Reserved"], memory["AllocationUnits"]));
        var images = Assert.Single(Pools(), p => p["InstanceID"] == ImagesPool);
        Assert.Equal(("107374182400", "byte"), (images["Capacity"], images["AllocationUnits"]));
        Assert.All(Pools().Where(p => p.Optional("Capacity").Length > 0 && p.Optional("Reserved").Length > 0),
            p => Assert.InRange(ulong.Parse(p["Reserved"], System.Globalization.CultureInfo.InvariantCulture), 0UL, ulong.Parse(p["Capacity"], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void What_was_allocated_from_a_pool_leads_to_whom_it_was_allocated_to()
    {
        var images = Assert.Single(Pools(), p => p["InstanceID"] == ImagesPool);
        var disks = Wbemcli.Follow(images.Path, "CIM_ElementAllocatedFromPool", "CIM_LogicalDisk", "Antecedent", "Dependent");
        var owners = disks.SelectMany(d => Wbemcli.Follow(d, "CIM_SystemDevice", "CIM_ComputerSystem", "PartComponent")).Distinct().ToList();
        Assert.Equal(new[] { SimulatedGuests.Web, SimulatedGuests.Database, SimulatedGuests.Windows, SimulatedGuests.Build }.Order(), owners.Select(Guests.UuidOf).Order());
        // The settings say the same, by another way.
        var settings = Wbemcli.Follow(images.Path, "CIM_ResourceAllocationFromPool", "CIM_ResourceAllocationSettingData", "Antecedent", "Dependent");
        var holders = settings.SelectMany(s => Wbemcli.Follow(s, "CIM_VirtualSystemSettingDataComponent", "CIM_VirtualSystemSettingData", "PartComponent"))
            .SelectMany(c => Wbemcli.Follow(c, "CIM_SettingsDefineState", "CIM_ComputerSystem", "SettingData")).Distinct();
        Assert.Equal(owners.Order(), holders.Order());
    }

    [Fact]
    public void The_settings_that_an_allocation_may_have_are_given_as_default_least_most_and_step()
    {
        var pool = Assert.Single(Pools(), p => p["ResourceType"] == "4");
        var capabilities = Assert.Single(Wbemcli.Follow(pool.Path, "CIM_ElementCapabilities", "CIM_AllocationCapabilities"));
        var settings = Wbemcli.Objects("ri", Wbemcli.Url(capabilities), "-arc", "CIM_SettingsDefineCapabilities")
            .ToDictionary(link => (link["ValueRole"], link["ValueRange"]), link => Wbemcli.Get(PrintedPath.Reference(link.Properties["PartComponent"])));
        // ValueRole 0 Default, 3 Supported; ValueRange 0 Point, 1 Minimums, 2 Maximums, 3 Increments.
        Assert.Equal(new[] { ("0", "0"), ("3", "1"), ("3", "2"), ("3", "3") }, settings.Keys.Order());
        ulong Quantity(string role, string range) => ulong.Parse(settings[(role, range)]["VirtualQuantity"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(Quantity("0", "0"), Quantity("3", "1"), Quantity("3", "2"));
        Assert.Equal(0UL, (Quantity("0", "0") - Quantity("3", "1")) % Quantity("3", "3"));
    }

    [Fact]
    public void A_failing_disk_leads_to_the_guests_that_it_affects()
    {
        // sdb carries the pool with the images.
        var disk = Assert.Single(Wbemcli.Follow(Wbemcli.Host(), "CIM_SystemDevice", "CIM_StorageExtent", "GroupComponent"), d => Wbemcli.Get(d).Optional("Name") == "/dev/sdb");
        Assert.Equal(new[] { SimulatedGuests.Web, SimulatedGuests.Database, SimulatedGuests.Windows, SimulatedGuests.Build }.Order(), Affected(disk).Order());
        var other = Assert.Single(Wbemcli.Follow(Wbemcli.Host(), "CIM_SystemDevice", "CIM_StorageExtent", "GroupComponent"), d => Wbemcli.Get(d).Optional("Name") == "/dev/sda");
        Assert.DoesNotContain(SimulatedGuests.Web, Affected(other, primordial: false));
    }

    private IEnumerable<string> Affected(string disk, bool primordial = false) => Wbemcli.Read(disk, "CIM_Component", "CIM_ResourcePool", "PartComponent", "GroupComponent")
        .Where(pool => primordial || pool["Primordial"] == "FALSE")
        .SelectMany(pool => Wbemcli.Follow(pool.Path, "CIM_ElementAllocatedFromPool", "CIM_LogicalDisk", "Antecedent", "Dependent"))
        .SelectMany(device => Wbemcli.Follow(device, "CIM_SystemDevice", "CIM_ComputerSystem", "PartComponent", "GroupComponent"))
        .Select(Guests.UuidOf).Distinct();

    private IReadOnlyList<PrintedInstance> Pools() => Wbemcli.Read(Wbemcli.Host(), "CIM_HostedResourcePool", "CIM_ResourcePool", "GroupComponent", "PartComponent");
}
