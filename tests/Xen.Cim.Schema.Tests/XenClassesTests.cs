using Xen.Cim.Model;
using Xunit;

namespace Xen.Cim.Schema.Tests;

/// <summary>What clients of the Xen classes rely on.</summary>
public sealed class XenClassesTests(Schema schema) : IClassFixture<Schema>
{
    [Theory]
    [InlineData("Xen_HostComputerSystem", "CIM_ComputerSystem")]
    [InlineData("Xen_ComputerSystem", "CIM_ComputerSystem")]
    [InlineData("Xen_VirtualSystemSettingData", "CIM_VirtualSystemSettingData")]
    [InlineData("Xen_ProcessorRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_MemoryRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_DiskRASD", "CIM_StorageAllocationSettingData")]
    [InlineData("Xen_NetworkRASD", "CIM_EthernetPortAllocationSettingData")]
    [InlineData("Xen_ProcessorPool", "CIM_ResourcePool")]
    [InlineData("Xen_MemoryPool", "CIM_ResourcePool")]
    [InlineData("Xen_DiskPool", "CIM_ResourcePool")]
    [InlineData("Xen_NetworkPool", "CIM_ResourcePool")]
    [InlineData("Xen_VirtualSystemManagementService", "CIM_VirtualSystemManagementService")]
    [InlineData("Xen_VirtualSystemManagementCapabilities", "CIM_VirtualSystemManagementCapabilities")]
    [InlineData("Xen_EnabledLogicalElementCapabilities", "CIM_EnabledLogicalElementCapabilities")]
    [InlineData("Xen_ConcreteJob", "CIM_ConcreteJob")]
    [InlineData("Xen_VirtualSystemMigrationService", "CIM_VirtualSystemMigrationService")]
    [InlineData("Xen_VirtualSystemMigrationCapabilities", "CIM_VirtualSystemMigrationCapabilities")]
    [InlineData("Xen_VirtualSystemMigrationSettingData", "CIM_VirtualSystemMigrationSettingData")]
    [InlineData("Xen_VirtualSystemSnapshotService", "CIM_VirtualSystemSnapshotService")]
    [InlineData("Xen_VirtualSystemSnapshotServiceCapabilities", "CIM_VirtualSystemSnapshotServiceCapabilities")]
    [InlineData("Xen_VirtualSystemSnapshotCapabilities", "CIM_VirtualSystemSnapshotCapabilities")]
    [InlineData("Xen_SnapshotSettingData", "CIM_VirtualSystemSettingData")]
    [InlineData("Xen_SnapshotOfVirtualSystem", "CIM_SnapshotOfVirtualSystem")]
    [InlineData("Xen_MostCurrentSnapshotInBranch", "CIM_MostCurrentSnapshotInBranch")]
    [InlineData("Xen_BaseMetricDefinition", "CIM_BaseMetricDefinition")]
    [InlineData("Xen_BaseMetricValue", "CIM_BaseMetricValue")]
    [InlineData("Xen_MetricDefForME", "CIM_MetricDefForME")]
    [InlineData("Xen_MetricForME", "CIM_MetricForME")]
    [InlineData("Xen_MetricInstance", "CIM_MetricInstance")]
    [InlineData("Xen_ComputerSystemSummary", "CIM_ManagedElement")]
    [InlineData("Xen_MetricService", "CIM_MetricService")]
    [InlineData("Xen_MetricServiceCapabilities", "CIM_MetricServiceCapabilities")]
    [InlineData("Xen_Processor", "CIM_Processor")]
    [InlineData("Xen_HostProcessor", "CIM_Processor")]
    [InlineData("Xen_HostMemory", "CIM_Memory")]
    [InlineData("Xen_HostDisk", "CIM_LogicalDisk")]
    [InlineData("Xen_HostNetworkPort", "CIM_EthernetPort")]
    [InlineData("Xen_HostPCIDevice", "CIM_PCIDevice")]
    [InlineData("Xen_HostUSBDevice", "CIM_USBDevice")]
    [InlineData("Xen_StorageControllerRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_ControllerRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_OtherDeviceRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_Controller", "CIM_Controller")]
    [InlineData("Xen_AllocationCapabilities", "CIM_AllocationCapabilities")]
    [InlineData("Xen_CapabilityRASD", "CIM_ResourceAllocationSettingData")]
    [InlineData("Xen_Memory", "CIM_Memory")]
    [InlineData("Xen_LogicalDisk", "CIM_LogicalDisk")]
    [InlineData("Xen_NetworkPort", "CIM_EthernetPort")]
    [InlineData("Xen_DisplayController", "CIM_DisplayController")]
    [InlineData("Xen_PointingDevice", "CIM_PointingDevice")]
    [InlineData("Xen_Keyboard", "CIM_Keyboard")]
    [InlineData("Xen_SerialPort", "CIM_SerialPort")]
    [InlineData("Xen_UsbController", "CIM_USBController")]
    public void A_Xen_class_is_a_kind_of_the_class_that_its_profile_names(string className, string superclass) =>
        Assert.Equal(superclass, schema.Classes[className].SuperclassName);

    [Fact]
    public void An_override_keeps_key_default_and_values()
    {
        Assert.Equal(["CreationClassName", "Name"], schema.Keys("Xen_ComputerSystem").Order(StringComparer.Ordinal));
        Assert.Equal((ushort)5, schema.Property("Xen_ComputerSystem", "EnabledState").DefaultValue);
        Assert.Equal((ushort)12, schema.Property("Xen_ComputerSystem", "RequestedState").DefaultValue);
        Assert.Equal("count", schema.Property("Xen_MemoryRASD", "VirtualQuantityUnits").DefaultValue);
        Assert.Equal(["InstanceID"], schema.Keys("Xen_DiskRASD"));
    }

    [Fact]
    public void The_types_of_Xen_guests_are_named_as_DMTF_names_them() =>
        Assert.Equal(
            ["DMTF:XEN:PV", "DMTF:XEN:HVM", "DMTF:XEN:PVH"],
            Schema.Strings(schema.Property("Xen_VirtualSystemSettingData", "VirtualSystemType"), "ValueMap"));

    [Theory]
    [InlineData("Xen_VirtualSystemSettingData", "BootDevices", CimType.String, true)]
    [InlineData("Xen_VirtualSystemSettingData", "Kernel", CimType.String, false)]
    [InlineData("Xen_VirtualSystemSettingData", "ClockOffset", CimType.UInt16, false)]
    [InlineData("Xen_ComputerSystem", "IsControlDomain", CimType.Boolean, false)]
    [InlineData("Xen_DiskRASD", "EmulatedType", CimType.UInt16, false)]
    [InlineData("Xen_NetworkRASD", "NetworkType", CimType.String, false)]
    public void A_property_of_our_own_has_its_type(string className, string property, CimType type, bool isArray)
    {
        var declaration = schema.Property(className, property);

        Assert.Equal((type, isArray), (declaration.Type, declaration.IsArray));
        Assert.Null(declaration.Qualifier("Override"));
    }
}
