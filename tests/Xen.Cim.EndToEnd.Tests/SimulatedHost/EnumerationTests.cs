using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>Every class of ours read in every way there is, on the simulated host.</summary>
public sealed class EnumerationTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    // What there is only while something is going on, the ways to migrate, of which this host has none, and devices of the host's own
    // that are handed to guests, which libvirt's test driver does not take.
    private static readonly string[] s_mayBeEmpty = ["Xen_ConcreteJob", "Xen_OwningJobElement", "Xen_AffectedJobElement", "Xen_VirtualSystemMigrationSettingData", "Xen_HostDeviceRASD",
        "Xen_SnapshotSettingData", "Xen_SnapshotOfVirtualSystem", "Xen_MostCurrentSnapshotInBranch"];

    private static readonly string[] s_growing =
        ["UpTime", "ProcessorTime", "ProcessorLoad", "MemoryInUse", "DiskBytesRead", "DiskBytesWritten", "NetworkBytesReceived", "NetworkBytesSent"];

    public static TheoryData<string> Classes => new(Stage.Classes);

    private Wbemcli Wbemcli => host.Wbemcli;

    [Theory]
    [MemberData(nameof(Classes))]
    public void Names_instances_and_single_reads_agree(string @class)
    {
        MeasureTwice(@class);
        var names = Wbemcli.Names(@class);
        var instances = Wbemcli.Instances(@class);
        if (!s_mayBeEmpty.Contains(@class))
            Assert.NotEmpty(names);
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.StartsWith($"root/virt:{@class}.", name, StringComparison.Ordinal));
        Assert.Equal(names.Order(StringComparer.Ordinal), instances.Select(i => i.Path).Order(StringComparer.Ordinal));
        Assert.All(instances, instance => Agree(instance, Wbemcli.Get(instance.Path)));
    }

    private void MeasureTwice(string @class)
    {
        if (@class is "Xen_BaseMetricValue" or "Xen_MetricForME" or "Xen_MetricInstance" or "CIM_Dependency")
            host.MeasureTwice();
    }

    /// <summary>
    /// What was listed and then read is the same in every property, but for what goes on meanwhile: the same Volatile metric
    /// value (DSP1053) may be of a later sample, and what a guest has used up grows in its summary.
    /// </summary>
    private static void Agree(PrintedInstance listed, PrintedInstance read)
    {
        string[] moving = listed.ClassName switch
        {
            "Xen_BaseMetricValue" when read["TimeStamp"] != listed["TimeStamp"] => ["TimeStamp", "MetricValue", "Duration"],
            "Xen_ComputerSystemSummary" => s_growing,
            _ => [],
        };
        Assert.Equal(listed.Properties.Keys.Order(StringComparer.Ordinal), read.Properties.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Without(moving, listed), Without(moving, read));
        if (moving.Contains("TimeStamp"))
        {
            Assert.Equal("TRUE", listed["Volatile"]);
            Assert.True(string.CompareOrdinal(listed["TimeStamp"], read["TimeStamp"]) < 0, $"{read.Path} went back from {listed["TimeStamp"]} to {read["TimeStamp"]}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Without(string[] names, PrintedInstance instance) =>
        instance.Properties.Where(p => !names.Contains(p.Key)).OrderBy(p => p.Key, StringComparer.Ordinal);

    [Theory]
    [InlineData("CIM_ComputerSystem", "Xen_ComputerSystem", "Xen_HostComputerSystem")]
    [InlineData("CIM_ResourcePool", "Xen_ProcessorPool", "Xen_MemoryPool", "Xen_DiskPool", "Xen_NetworkPool", "Xen_GenericDevicePool")]
    [InlineData("CIM_ResourceAllocationSettingData", "Xen_ProcessorRASD", "Xen_MemoryRASD", "Xen_DiskRASD", "Xen_StorageVolumeRASD", "Xen_NetworkRASD",
        "Xen_DiskPoolRASD", "Xen_NetworkPoolRASD", "Xen_GraphicsRASD", "Xen_ConsoleRASD", "Xen_InputRASD", "Xen_UsbControllerRASD", "Xen_StorageControllerRASD", "Xen_ControllerRASD", "Xen_OtherDeviceRASD", "Xen_HostDeviceRASD", "Xen_CapabilityRASD")]
    [InlineData("CIM_VirtualSystemSettingData", "Xen_VirtualSystemSettingData", "Xen_SnapshotSettingData")]
    [InlineData("CIM_StorageAllocationSettingData", "Xen_DiskRASD", "Xen_StorageVolumeRASD")]
    [InlineData("CIM_EthernetPortAllocationSettingData", "Xen_NetworkRASD")]
    [InlineData("CIM_Processor", "Xen_Processor", "Xen_HostProcessor")]
    [InlineData("CIM_StorageExtent", "Xen_Memory", "Xen_LogicalDisk", "Xen_HostMemory", "Xen_HostDisk", "Xen_StorageVolume")]
    [InlineData("CIM_Dependency", "Xen_HostedDependency", "Xen_HostedService", "Xen_ResourceAllocationFromPool", "Xen_ElementAllocatedFromPool",
        "Xen_SnapshotOfVirtualSystem", "Xen_MostCurrentSnapshotInBranch", "Xen_MetricDefForME", "Xen_MetricForME", "Xen_MetricInstance")]
    public void A_superclass_holds_what_its_subclasses_hold(string @class, params string[] subclasses)
    {
        MeasureTwice(@class);
        Assert.Equal(subclasses.SelectMany(Wbemcli.Names).Order(StringComparer.Ordinal), Wbemcli.Names(@class).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_class_without_providers_is_empty()
    {
        Assert.Empty(Wbemcli.Names("CIM_KVMRedirectionSAP"));
        Assert.Empty(Wbemcli.Instances("CIM_KVMRedirectionSAP"));
    }

    [Fact]
    public void The_property_list_decides_what_is_sent()
    {
        var path = Guests.Path(SimulatedGuests.Web);
        Assert.Equal(["ElementName", "EnabledState"], Wbemcli.Get(path, "EnabledState", "ElementName").Properties.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["elementname"], Wbemcli.Get(path, "elementname").Properties.Keys.Select(k => k.ToLowerInvariant()));
        Assert.Empty(Wbemcli.Get(path, "NoSuchProperty").Properties);
        Assert.All(Wbemcli.Objects("ei", Wbemcli.Url("Xen_ComputerSystem"), "Name"), guest => Assert.Equal(["Name"], guest.Properties.Keys));
    }

    [Fact]
    public void The_guests_are_those_of_the_host_file()
    {
        var guests = Wbemcli.Instances("Xen_ComputerSystem");
        var told = guests.Select(g => (g["ElementName"], g["EnabledState"], g["StatusDescriptions"], g["HealthState"])).OrderBy(g => g.Item1, StringComparer.Ordinal);
        Assert.Equal(
        [
            ("Domain-0", "2", "Running", "5"),
            ("build", "6", "Suspended to disk", "5"),
            ("db", "9", "Paused", "5"),
            ("web", "2", "Running", "5"),
            ("windows", "3", "Shut off", "5"),
        ], told);
        var domain0 = Assert.Single(guests, g => g["IsControlDomain"] == "TRUE");
        Assert.Equal("Domain-0", domain0["ElementName"]);
        Assert.NotEqual(Guid.Empty.ToString(), domain0["Name"]);
        Assert.All(guests, g => Assert.True(Guid.TryParseExact(g["Name"], "D", out _)));
    }

    [Fact]
    public void Keys_stay_keys()
    {
        var error = Wbemcli.Refused("gi", Wbemcli.Url(Guests.Path("web")));
        Assert.Equal(6, error.Status);
        Assert.Contains("\"web\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_has_its_two_configurations_with_their_components()
    {
        var memory = Wbemcli.Get(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{SimulatedGuests.Web}/defined/memory"));
        Assert.Equal(("2097152", "4194304"), (memory["VirtualQuantity"], memory["Limit"]));
        var processor = Wbemcli.Get(Guests.SettingPath("Xen_ProcessorRASD", $"Xen:{SimulatedGuests.Web}/defined/processor"));
        Assert.Equal(("2", "512"), (processor["VirtualQuantity"], processor["Weight"]));
        var configuration = Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{SimulatedGuests.Web}/defined");
        var components = Wbemcli.Paths("ain", Wbemcli.Url(configuration), "-ac", "Xen_VirtualSystemSettingDataComponent");
        string[] devices = ["00-16-3e-00-00-11", "00-16-3e-00-00-12", "console-xen-0", "graphics-vnc", "memory", "processor", "xvda", "xvdb"];
        Assert.Equal(devices.Select(d => $"Xen:{SimulatedGuests.Web}/defined/{d}"), components.Select(Guests.UuidOf).Order(StringComparer.Ordinal));
    }
}
