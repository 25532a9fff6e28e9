using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.Framework;

/// <summary>Each association from both ends, as instances of its own, and with every filter.</summary>
public sealed class AssociationTests : ProviderTest
{
    private static CimObjectPath Pool(string kind, string id) => Path($"Xen_{kind}Pool", ("InstanceID", $"Xen:{kind}Pool/{id}"));

    private static CimObjectPath Capabilities(string kind) => Path("Xen_EnabledLogicalElementCapabilities", ("InstanceID", $"Xen:EnabledLogicalElementCapabilities/{kind}"));

    private static readonly CimObjectPath s_managementCapabilities = Path("Xen_VirtualSystemManagementCapabilities", ("InstanceID", "Xen:VirtualSystemManagementCapabilities"));

    /// <summary>A link of each kind: association, role and path of one end, role and path of the other.</summary>
    private IEnumerable<(string Class, string LeftRole, CimObjectPath Left, string RightRole, CimObjectPath Right)> Expected()
    {
        CimObjectPath Nic(Guid guest, string kind, int index) => Provider.EnumerateInstanceNames(Request, Class("Xen_NetworkRASD"))
            .Where(p => p.GetString("InstanceID")!.StartsWith($"Xen:{guest}/{kind}/", StringComparison.Ordinal)).ElementAt(index);

        yield return ("Xen_HostedDependency", "Antecedent", HostPath, "Dependent", GuestPath(Samples.Web));
        yield return ("Xen_HostedDependency", "Antecedent", HostPath, "Dependent", GuestPath(Samples.Dom0));
        yield return ("Xen_HostedService", "Antecedent", HostPath, "Dependent", Service);
        yield return ("Xen_ElementCapabilities", "ManagedElement", HostPath, "Capabilities", s_managementCapabilities);
        yield return ("Xen_ElementCapabilities", "ManagedElement", Service, "Capabilities", s_managementCapabilities);
        yield return ("Xen_ElementCapabilities", "ManagedElement", GuestPath(Samples.Old), "Capabilities", Capabilities("guest"));
        yield return ("Xen_ElementCapabilities", "ManagedElement", GuestPath(Samples.Dom0), "Capabilities", Capabilities("control-domain"));
        yield return ("Xen_SettingsDefineState", "ManagedElement", GuestPath(Samples.Mail), "SettingData", ConfigurationPath(Samples.Mail, "state"));
        foreach (var kind in new[] { "state", "defined" })
        {
            foreach (var (@class, device) in new[] { ("Xen_ProcessorRASD", "processor"), ("Xen_MemoryRASD", "memory"), ("Xen_DiskRASD", "xvdb") })
            {
                yield return ("Xen_VirtualSystemSettingDataComponent", "GroupComponent", ConfigurationPath(Samples.Web, kind),
                    "PartComponent", SettingPath(@class, Samples.Web, kind, device));
            }
            yield return ("Xen_VirtualSystemSettingDataComponent", "GroupComponent", ConfigurationPath(Samples.Web, kind), "PartComponent", Nic(Samples.Web, kind, 0));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Processor", "primordial"), "Dependent", SettingPath("Xen_ProcessorRASD", Samples.Web, kind, "processor"));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Memory", "primordial"), "Dependent", SettingPath("Xen_MemoryRASD", Samples.Web, kind, "memory"));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Disk", Samples.ImagesPool.ToString()), "Dependent", SettingPath("Xen_DiskRASD", Samples.Web, kind, "xvda"));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Disk", "primordial"), "Dependent", SettingPath("Xen_DiskRASD", Samples.Web, kind, "xvdb"));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Network", "primordial"), "Dependent", Nic(Samples.Web, kind, 0));
            yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Network", Samples.LanNetwork.ToString()), "Dependent", Nic(Samples.Web, kind, 1));
        }
        yield return ("Xen_ResourceAllocationFromPool", "Antecedent", Pool("Disk", Samples.IsosPool.ToString()), "Dependent", SettingPath("Xen_DiskRASD", Samples.Mail, "defined", "hdc"));
        foreach (var pool in new[] { Pool("Processor", "primordial"), Pool("Memory", "primordial"), Pool("Disk", "primordial"), Pool("Network", "primordial"), Pool("Disk", Samples.ColdPool.ToString()), Pool("Network", Samples.LabNetwork.ToString()) })
            yield return ("Xen_HostedResourcePool", "GroupComponent", HostPath, "PartComponent", pool);
        foreach (var (@class, device) in new[] { ("Xen_Processor", "processor-2"), ("Xen_Memory", "memory"), ("Xen_LogicalDisk", "xvdb"), ("Xen_NetworkPort", "00-16-3e-00-00-12"), ("Xen_SerialPort", "console-xen-0") })
            yield return ("Xen_SystemDevice", "GroupComponent", GuestPath(Samples.Web), "PartComponent", DevicePath(@class, Samples.Web, device));
        foreach (var (@class, device) in new[] { ("Xen_DisplayController", "video"), ("Xen_PointingDevice", "input-tablet-usb"), ("Xen_Keyboard", "input-keyboard-ps2"), ("Xen_SerialPort", "serial-0"), ("Xen_UsbController", "controller-usb-piix3-uhci-0") })
            yield return ("Xen_SystemDevice", "GroupComponent", GuestPath(Samples.Mail), "PartComponent", DevicePath(@class, Samples.Mail, device));
        foreach (var (pool, @class, device, setting, name) in new[]
        {
            (Pool("Processor", "primordial"), "Xen_Processor", "processor-0", "Xen_ProcessorRASD", "processor"),
            (Pool("Memory", "primordial"), "Xen_Memory", "memory", "Xen_MemoryRASD", "memory"),
            (Pool("Disk", Samples.ImagesPool.ToString()), "Xen_LogicalDisk", "xvda", "Xen_DiskRASD", "xvda"),
            (Pool("Network", Samples.LanNetwork.ToString()), "Xen_NetworkPort", "00-16-3e-00-00-12", "Xen_NetworkRASD", "00-16-3e-00-00-12"),
        })
        {
            yield return ("Xen_ElementAllocatedFromPool", "Antecedent", pool, "Dependent", DevicePath(@class, Samples.Web, device));
            yield return ("Xen_SettingsDefineState", "ManagedElement", DevicePath(@class, Samples.Web, device), "SettingData", SettingPath(setting, Samples.Web, "state", name));
            yield return ("Xen_ElementSettingData", "ManagedElement", SettingPath(setting, Samples.Web, "state", name), "SettingData", SettingPath(setting, Samples.Web, "defined", name));
        }
        foreach (var kind in new[] { "Processor", "Memory", "Disk", "Network" })
        {
            var allocation = Path("Xen_AllocationCapabilities", ("InstanceID", $"Xen:AllocationCapabilities/{kind}Pool/primordial"));
            yield return ("Xen_ElementCapabilities", "ManagedElement", Pool(kind, "primordial"), "Capabilities", allocation);
            yield return ("Xen_ElementCapabilities", "ManagedElement", HostPath, "Capabilities", allocation);
            yield return ("Xen_SettingsDefineCapabilities", "GroupComponent", allocation, "PartComponent", Path("Xen_CapabilityRASD", ("InstanceID", $"Xen:Capability/{kind}Pool/primordial/maximum")));
            yield return ("Xen_ServiceAffectsElement", "AffectedElement", Pool(kind, "primordial"), "AffectingElement", Service);
        }
        foreach (var (pool, @class, device) in new[]
        {
            (Pool("Processor", "primordial"), "Xen_HostProcessor", "7"), (Pool("Memory", "primordial"), "Xen_HostMemory", "memory"), (Pool("Disk", "primordial"), "Xen_HostDisk", "sda"),
            (Pool("Disk", Samples.ColdPool.ToString()), "Xen_HostDisk", "sdb"), (Pool("Network", "primordial"), "Xen_HostNetworkPort", "eth2"), (Pool("Network", Samples.LanNetwork.ToString()), "Xen_HostNetworkPort", "eth0"),
        })
        {
            yield return ("Xen_ConcreteComponent", "GroupComponent", pool, "PartComponent", HostDevicePath(@class, device));
            yield return ("Xen_SystemDevice", "GroupComponent", HostPath, "PartComponent", HostDevicePath(@class, device));
        }
        foreach (var (@class, device, setting) in new[] { ("Xen_HostPCIDevice", "0000-03-00.1", "hostdev-0000-03-00.1"), ("Xen_HostUSBDevice", "1.4", "hostdev-usb-046d-c31c") })
        {
            var passedThrough = HostDevicePath(@class, device);
            yield return ("Xen_SystemDevice", "GroupComponent", HostPath, "PartComponent", passedThrough);
            yield return ("Xen_ConcreteComponent", "GroupComponent", Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/hostdevice")), "PartComponent", passedThrough);
            yield return ("Xen_HostedDependency", "Antecedent", passedThrough, "Dependent", GuestPath(Samples.Mail));
            yield return ("Xen_SettingsDefineState", "ManagedElement", passedThrough, "SettingData", SettingPath("Xen_HostDeviceRASD", Samples.Mail, "state", setting));
        }
        yield return ("Xen_ServiceAffectsElement", "AffectedElement", GuestPath(Samples.Web), "AffectingElement", Service);
        yield return ("Xen_ElementSettingData", "ManagedElement", ConfigurationPath(Samples.Web, "state"), "SettingData", ConfigurationPath(Samples.Web, "defined"));
        var migration = Path("Xen_VirtualSystemMigrationService", ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
            ("CreationClassName", "Xen_VirtualSystemMigrationService"), ("Name", "VirtualSystemMigrationService"));
        var migrationCapabilities = Path("Xen_VirtualSystemMigrationCapabilities", ("InstanceID", "Xen:VirtualSystemMigrationCapabilities"));
        yield return ("Xen_HostedService", "Antecedent", HostPath, "Dependent", migration);
        yield return ("Xen_ElementCapabilities", "ManagedElement", migration, "Capabilities", migrationCapabilities);
        yield return ("Xen_SettingsDefineCapabilities", "GroupComponent", migrationCapabilities, "PartComponent", Path("Xen_VirtualSystemMigrationSettingData", ("InstanceID", "Xen:VirtualSystemMigrationSettingData/live")));
        yield return ("Xen_ServiceAffectsElement", "AffectingElement", migration, "AffectedElement", GuestPath(Samples.Web));
        var snapshots = Path("Xen_VirtualSystemSnapshotService", ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
            ("CreationClassName", "Xen_VirtualSystemSnapshotService"), ("Name", "VirtualSystemSnapshotService"));
        var snapshot = Path("Xen_SnapshotSettingData", ("InstanceID", $"Xen:{Samples.Mail}/snapshot/before-upgrade"));
        yield return ("Xen_HostedService", "Antecedent", HostPath, "Dependent", snapshots);
        yield return ("Xen_ElementCapabilities", "ManagedElement", snapshots, "Capabilities", Path("Xen_VirtualSystemSnapshotServiceCapabilities", ("InstanceID", "Xen:VirtualSystemSnapshotServiceCapabilities")));
        yield return ("Xen_ElementCapabilities", "ManagedElement", GuestPath(Samples.Web), "Capabilities", Path("Xen_VirtualSystemSnapshotCapabilities", ("InstanceID", $"Xen:{Samples.Web}/snapshots")));
        yield return ("Xen_ServiceAffectsElement", "AffectingElement", snapshots, "AffectedElement", GuestPath(Samples.Web));
        yield return ("Xen_SnapshotOfVirtualSystem", "Antecedent", GuestPath(Samples.Mail), "Dependent", snapshot);
        yield return ("Xen_MostCurrentSnapshotInBranch", "Antecedent", GuestPath(Samples.Mail), "Dependent", snapshot);
        var metrics = Path("Xen_MetricService", ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
            ("CreationClassName", "Xen_MetricService"), ("Name", "MetricService"));
        var metric = Path("Xen_BaseMetricDefinition", ("Id", "Xen:DiskBytesRead"));
        var number = Path("Xen_BaseMetricValue", ("InstanceID", $"Xen:DiskBytesRead/{Samples.Web}/xvda"));
        yield return ("Xen_HostedService", "Antecedent", HostPath, "Dependent", metrics);
        yield return ("Xen_ElementCapabilities", "ManagedElement", metrics, "Capabilities", Path("Xen_MetricServiceCapabilities", ("InstanceID", "Xen:MetricServiceCapabilities")));
        yield return ("Xen_MetricDefForME", "Antecedent", DevicePath("Xen_LogicalDisk", Samples.Web, "xvda"), "Dependent", metric);
        yield return ("Xen_MetricForME", "Antecedent", DevicePath("Xen_LogicalDisk", Samples.Web, "xvda"), "Dependent", number);
        yield return ("Xen_MetricInstance", "Antecedent", metric, "Dependent", number);
        Ask(GuestPath(Samples.Web), 4);
        var job = Provider.EnumerateInstanceNames(Request, Class("Xen_ConcreteJob")).Single();
        yield return ("Xen_OwningJobElement", "OwningElement", GuestPath(Samples.Web), "OwnedElement", job);
        yield return ("Xen_AffectedJobElement", "AffectedElement", GuestPath(Samples.Web), "AffectingElement", job);
    }

    [Fact]
    public void Every_link_is_found_from_both_ends_and_by_itself()
    {
        var classes = new HashSet<string>();
        foreach (var (@class, leftRole, left, rightRole, right) in Expected())
        {
            classes.Add(@class);
            var filter = new AssociationFilter(@class);
            var link = Path(@class, (leftRole, left), (rightRole, right));
            Assert.Contains(right, Provider.AssociatorNames(Request, left, filter));
            Assert.Contains(left, Provider.AssociatorNames(Request, right, filter));
            Assert.Contains(right, Provider.Associators(Request, left, filter).Select(i => i.Path!));
            Assert.Contains(link, Provider.ReferenceNames(Request, left, filter));
            Assert.Contains(link, Provider.ReferenceNames(Request, right, filter));
            Assert.Contains(link, Provider.References(Request, right, filter).Select(i => i.Path!));
            Assert.Contains(link, Provider.EnumerateInstanceNames(Request, Class(@class)));
            var instance = Get(link);
            Assert.Equal((left, right), ((CimObjectPath)instance[leftRole]!, (CimObjectPath)instance[rightRole]!));
        }
        // Those of profile registration lead into another namespace.
        Assert.Equal(Provider.Classes.Where(c => c.Kinds.HasFlag(ProviderKinds.Association) && c.Namespaces is ["root/virt"]).Select(c => c.ClassName).Order(StringComparer.Ordinal),
            classes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Filters_leave_out_what_does_not_match()
    {
        foreach (var (@class, leftRole, left, rightRole, right) in Expected())
        {
            var layout = CimLayouts.Find(@class)!;
            for (var l = layout; l is not null; l = l.Super)
                Assert.Contains(right, Provider.AssociatorNames(Request, left, new AssociationFilter(l.ClassName)));
            for (var l = CimLayouts.Find(right.ClassName); l is not null; l = l.Super)
                Assert.Contains(right, Provider.AssociatorNames(Request, left, new AssociationFilter(@class, l.ClassName, leftRole, rightRole)));
            Assert.Contains(right, Provider.AssociatorNames(Request, left, new AssociationFilter(@class, null, leftRole.ToUpperInvariant(), rightRole.ToLowerInvariant())));
            // A pool is at both ends: of what is allocated from it, and of its own allocation from the primordial one.
            Assert.DoesNotContain(right, Provider.AssociatorNames(Request, left, new AssociationFilter(@class, null, rightRole)));
            Assert.DoesNotContain(right, Provider.AssociatorNames(Request, left, new AssociationFilter(@class, null, null, leftRole)));
            Assert.Empty(Provider.AssociatorNames(Request, left, new AssociationFilter(@class, "CIM_RegisteredProfile")));
            Assert.Empty(Provider.AssociatorNames(Request, left, new AssociationFilter("CIM_ReferencedProfile")));
            Assert.Empty(Provider.ReferenceNames(Request, right, new AssociationFilter(@class, null, leftRole)));
            Assert.Contains(Path(@class, (leftRole, left), (rightRole, right)), Provider.ReferenceNames(Request, left, new AssociationFilter(@class, "CIM_LogicalDisk", leftRole, "Nobody")));
        }
    }

    [Fact]
    public void Enumerating_an_association_finds_each_link_once()
    {
        // Six guests, two disks that are on volumes, and two devices of the host that one guest has.
        Assert.Equal(6 + 2 + 2, All("Xen_HostedDependency").Count);
        // Each guest, and each of its processors, memories, disks and interfaces; each child pool and each volume.
        var (pools, volumes) = (3 + 2, 2);
        var devices = new[] { "Xen_Processor", "Xen_Memory", "Xen_LogicalDisk", "Xen_NetworkPort" }.Sum(c => All(c).Count);
        var others = new[] { "Xen_SerialPort", "Xen_UsbController", "Xen_Controller", "Xen_Keyboard", "Xen_PointingDevice" }.Sum(c => All(c).Count);
        // One guest has an adapter, and three screens that show its picture.
        Assert.Equal(6 + devices + others + 3 + pools + volumes + 2, All("Xen_SettingsDefineState").Count);
        Assert.Equal(devices + others + All("Xen_DisplayController").Count + pools, All("Xen_ElementAllocatedFromPool").Count);
        Assert.Equal(devices + All("Xen_SerialPort").Count + All("Xen_UsbController").Count + All("Xen_Controller").Count + All("Xen_DisplayController").Count + All("Xen_Keyboard").Count + All("Xen_PointingDevice").Count,
            All("Xen_SystemDevice").Count(l => ((CimObjectPath)l["GroupComponent"]!).ClassName == "Xen_ComputerSystem"));
        // The host, its five services, each of six guests to what can be asked of it and to its snapshots, and each of nineteen pools, from the pool and from the host.
        Assert.Equal(6 + 6 + 6 + 19 + 19, All("Xen_ElementCapabilities").Count);
        // Four for each pool, and the ways to migrate.
        Assert.Equal((4 * 19) + 8, All("Xen_SettingsDefineCapabilities").Count);
        // Guests and pools are managed, guests but for the control domain can be migrated and have snapshots; pools and volumes come and go; metrics are measured.
        Assert.Equal(6 + 19 + 5 + 5 + (pools + 2 + volumes) + All("Xen_BaseMetricDefinition").Count, All("Xen_ServiceAffectsElement").Count);
        // Fourteen primordial pools, three storage pools, two networks.
        Assert.Equal(19, All("Xen_HostedResourcePool").Count);
        var settings = new[] { "Xen_ProcessorRASD", "Xen_MemoryRASD", "Xen_DiskRASD", "Xen_NetworkRASD", "Xen_GraphicsRASD", "Xen_ConsoleRASD", "Xen_InputRASD", "Xen_HostDeviceRASD", "Xen_UsbControllerRASD", "Xen_StorageControllerRASD", "Xen_ControllerRASD", "Xen_OtherDeviceRASD" }.Sum(c => All(c).Count);
        Assert.Equal(settings, All("Xen_VirtualSystemSettingDataComponent").Count);
        Assert.Equal(settings + pools, All("Xen_ResourceAllocationFromPool").Count);
        foreach (var @class in Provider.Classes.Where(c => c.Kinds.HasFlag(ProviderKinds.Association)))
        {
            var names = Provider.EnumerateInstanceNames(Request, Class(@class.ClassName)).ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.All(names, n => Assert.Equal(n, Get(n).Path));
        }
    }

    [Fact]
    public void A_superclass_stands_for_all_classes_below_it()
    {
        // CIM_HostedService is a CIM_HostedDependency.
        Assert.Equal(All("Xen_HostedDependency").Count + All("Xen_HostedService").Count, All("CIM_HostedDependency").Count);
        Assert.Equal(7, All("CIM_ComputerSystem").Count);
        Assert.Contains("Xen_HostedResourcePool", All("CIM_Component").Select(i => i.ClassName));
    }

    [Fact]
    public void A_source_that_is_not_there_is_not_found()
    {
        foreach (var filter in new[] { AssociationFilter.None, new AssociationFilter("Xen_HostedDependency"), new AssociationFilter("CIM_ReferencedProfile") })
        {
            Refused(CimStatus.NotFound, () => Provider.AssociatorNames(Request, GuestPath(Guid.NewGuid()), filter).ToList());
            Refused(CimStatus.NotFound, () => Provider.Associators(Request, GuestPath("web"), filter).ToList());
            Refused(CimStatus.NotFound, () => Provider.References(Request, SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvdz"), filter).ToList());
            Refused(CimStatus.NotFound, () => Provider.ReferenceNames(Request, GuestPath(Samples.Web).WithNamespace("root/other"), filter).ToList());
        }
    }

    [Fact]
    public void Only_links_that_exist_can_be_got()
    {
        Refused(CimStatus.NotFound, () => Get(Path("Xen_HostedDependency", ("Antecedent", HostPath), ("Dependent", GuestPath(Guid.NewGuid())))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_HostedDependency", ("Antecedent", GuestPath(Samples.Web)), ("Dependent", HostPath))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_HostedDependency", ("Antecedent", HostPath))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_HostedDependency", ("Antecedent", HostPath), ("Dependent", GuestPath(Samples.Web)), ("Extra", "x"))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_SettingsDefineState", ("ManagedElement", GuestPath(Samples.Web)), ("SettingData", ConfigurationPath(Samples.Web, "defined")))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_SettingsDefineState", ("ManagedElement", GuestPath(Samples.Web)), ("SettingData", ConfigurationPath(Samples.Db, "state")))));
    }

    [Fact]
    public void Associations_are_not_written()
    {
        var link = Path("Xen_HostedDependency", ("Antecedent", HostPath), ("Dependent", GuestPath(Samples.Web)));
        Refused(CimStatus.NotSupported, () =>
        {
            Provider.DeleteInstance(Request, link);
            return null;
        });
        Refused(CimStatus.NotSupported, () => Provider.CreateInstance(Request, Class("Xen_HostedDependency"), new Xen_HostedDependency()));
    }
}
