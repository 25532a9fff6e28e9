using Xen.Cim.Model;
using Xunit;

namespace Xen.Cim.Schema.Tests;

/// <summary>Facts of CIM Schema 2.41 that clients and profiles rely on, written down by hand.</summary>
public sealed class StandardFactsTests(Schema schema) : IClassFixture<Schema>
{
    [Theory]
    [InlineData("CIM_ComputerSystem", "CreationClassName Name")]
    [InlineData("CIM_VirtualSystemManagementService", "CreationClassName Name SystemCreationClassName SystemName")]
    [InlineData("CIM_LogicalDisk", "CreationClassName DeviceID SystemCreationClassName SystemName")]
    [InlineData("CIM_KVMRedirectionSAP", "CreationClassName Name SystemCreationClassName SystemName")]
    [InlineData("CIM_ListenerDestinationCIMXML", "CreationClassName Name SystemCreationClassName SystemName")]
    [InlineData("CIM_VirtualSystemSettingData", "InstanceID")]
    [InlineData("CIM_EthernetPortAllocationSettingData", "InstanceID")]
    [InlineData("CIM_VirtualSystemManagementCapabilities", "InstanceID")]
    [InlineData("CIM_ResourcePool", "InstanceID")]
    [InlineData("CIM_ConcreteJob", "InstanceID")]
    [InlineData("CIM_RegisteredProfile", "InstanceID")]
    [InlineData("CIM_BaseMetricDefinition", "Id")]
    [InlineData("CIM_BaseMetricValue", "InstanceID")]
    [InlineData("CIM_SettingsDefineState", "ManagedElement SettingData")]
    [InlineData("CIM_HostedDependency", "Antecedent Dependent")]
    [InlineData("CIM_VirtualSystemSettingDataComponent", "GroupComponent PartComponent")]
    [InlineData("CIM_ElementCapabilities", "Capabilities ManagedElement")]
    [InlineData("CIM_AffectedJobElement", "AffectedElement AffectingElement")]
    [InlineData("CIM_OwningJobElement", "OwnedElement OwningElement")]
    [InlineData("CIM_IndicationSubscription", "Filter Handler")]
    [InlineData("CIM_ElementConformsToProfile", "ConformantStandard ManagedElement")]
    [InlineData("CIM_Namespace", "CreationClassName Name ObjectManagerCreationClassName ObjectManagerName SystemCreationClassName SystemName")]
    [InlineData("CIM_Error", "")]
    [InlineData("CIM_InstModification", "")]
    public void Keys_are_those_of_the_standard(string className, string keys) =>
        Assert.Equal(keys, string.Join(' ', schema.Keys(className).Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("CIM_ComputerSystem", "CIM_System CIM_EnabledLogicalElement CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement")]
    [InlineData("CIM_VirtualSystemManagementService", "CIM_Service CIM_EnabledLogicalElement CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement")]
    [InlineData("CIM_VirtualSystemManagementCapabilities", "CIM_EnabledLogicalElementCapabilities CIM_Capabilities CIM_ManagedElement")]
    [InlineData("CIM_StorageAllocationSettingData", "CIM_ResourceAllocationSettingData CIM_SettingData CIM_ManagedElement")]
    [InlineData("CIM_ResourcePool", "CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement")]
    [InlineData("CIM_ConcreteJob", "CIM_Job CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement")]
    [InlineData("CIM_HostedService", "CIM_HostedDependency CIM_Dependency")]
    [InlineData("CIM_HostedResourcePool", "CIM_SystemComponent CIM_Component")]
    [InlineData("CIM_EthernetPort", "CIM_NetworkPort CIM_LogicalPort CIM_LogicalDevice CIM_EnabledLogicalElement CIM_LogicalElement CIM_ManagedSystemElement CIM_ManagedElement")]
    [InlineData("CIM_InstCreation", "CIM_InstIndication CIM_Indication")]
    [InlineData("CIM_SettingsDefineState", "")]
    public void Ancestors_are_those_of_the_standard(string className, string ancestors) =>
        Assert.Equal(ancestors, string.Join(' ', schema.Chain(className).Skip(1).Select(c => c.Name)));

    [Theory]
    [InlineData("CIM_ComputerSystem", "EnabledState", "0=Unknown|1=Other|2=Enabled|3=Disabled|4=Shutting Down|5=Not Applicable|6=Enabled but Offline|7=In Test|8=Deferred|9=Quiesce|10=Starting|11..32767=DMTF Reserved|32768..65535=Vendor Reserved")]
    [InlineData("CIM_ComputerSystem", "RequestedState", "0=Unknown|2=Enabled|3=Disabled|4=Shut Down|5=No Change|6=Offline|7=Test|8=Deferred|9=Quiesce|10=Reboot|11=Reset|12=Not Applicable|..=DMTF Reserved|32768..65535=Vendor Reserved")]
    [InlineData("CIM_ComputerSystem", "HealthState", "0=Unknown|5=OK|10=Degraded/Warning|15=Minor failure|20=Major failure|25=Critical failure|30=Non-recoverable error|..=DMTF Reserved|32768..65535=Vendor Specific")]
    [InlineData("CIM_VirtualSystemSettingData", "AutomaticStartupAction", "2=None|3=Restart if previously active|4=Always startup|..=DMTF Reserved")]
    [InlineData("CIM_ConcreteJob", "JobState", "2=New|3=Starting|4=Running|5=Suspended|6=Shutting Down|7=Completed|8=Terminated|9=Killed|10=Exception|11=Service|12=Query Pending|13..32767=DMTF Reserved|32768..65535=Vendor Reserved")]
    [InlineData("CIM_ElementSettingData", "IsNext", "0=Unknown|1=Is Next|2=Is Not Next|3=Is Next For Single Use")]
    [InlineData("CIM_StorageAllocationSettingData", "Access", "0=Unknown|1=Readable|2=Writeable|3=Read/Write Supported|..=DMTF Reserved")]
    [InlineData("CIM_VirtualSystemManagementCapabilities", "SynchronousMethodsSupported", "2=DefineSystemSupported|3=DestroySystemSupported|4=DestroySystemConfigurationSupported|5=ModifyResourceSettingsSupported|6=ModifySystemSettingsSupported|7=RemoveResourcesSupported|8=SelectSystemConfigurationSupported|9=SnapshotSystemSupported|10=AddResourcesSupported|..=DMTF Reserved|32767..65535=Vendor Reserved")]
    public void Value_maps_are_those_of_the_standard(string className, string property, string expected) =>
        Assert.Equal(expected, Schema.ValueMap(schema.Property(className, property)));

    [Theory]
    [InlineData("CIM_ResourceAllocationSettingData")]
    [InlineData("CIM_ResourcePool")]
    [InlineData("CIM_AllocationCapabilities")]
    public void Resource_types_are_those_of_the_standard(string className)
    {
        var map = Schema.ValueMap(schema.Property(className, "ResourceType")).Split('|');

        Assert.Equal(35, map.Length);
        string[] used =
        [
            "3=Processor", "4=Memory", "10=Ethernet Adapter", "14=Floppy Drive", "15=CD Drive", "17=Disk Drive",
            "19=Storage Extent", "24=Graphics controller", "31=Logical Disk", "33=Ethernet Connection",
            "0x8000..0xFFFF=Vendor Reserved",
        ];
        Assert.All(used, type => Assert.Contains(type, map));
    }

    [Theory]
    [InlineData("CIM_VirtualSystemManagementService", "DefineSystem", "uint32 (string SystemSettings, string[] ResourceSettings, CIM_VirtualSystemSettingData REF ReferenceConfiguration, out CIM_ComputerSystem REF ResultingSystem, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_VirtualSystemManagementService", "DestroySystem", "uint32 (CIM_ComputerSystem REF AffectedSystem, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_VirtualSystemManagementService", "AddResourceSettings", "uint32 (CIM_VirtualSystemSettingData REF AffectedConfiguration, string[] ResourceSettings, out CIM_ResourceAllocationSettingData REF[] ResultingResourceSettings, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_VirtualSystemManagementService", "ModifyResourceSettings", "uint32 (string[] ResourceSettings, out CIM_ResourceAllocationSettingData REF[] ResultingResourceSettings, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_VirtualSystemManagementService", "ModifySystemSettings", "uint32 (string SystemSettings, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_VirtualSystemManagementService", "RemoveResourceSettings", "uint32 (CIM_ResourceAllocationSettingData REF[] ResourceSettings, out CIM_ConcreteJob REF Job)")]
    [InlineData("CIM_EnabledLogicalElement", "RequestStateChange", "uint32 (uint16 RequestedState, out CIM_ConcreteJob REF Job, datetime TimeoutPeriod)")]
    [InlineData("CIM_ConcreteJob", "RequestStateChange", "uint32 (uint16 RequestedState, datetime TimeoutPeriod)")]
    [InlineData("CIM_VirtualSystemSnapshotService", "ApplySnapshot", "uint32 (CIM_VirtualSystemSettingData REF Snapshot, out CIM_ConcreteJob REF Job)")]
    public void Method_signatures_are_those_of_the_standard(string className, string method, string expected) =>
        Assert.Equal(expected, Schema.Signature(schema.Method(className, method)));

    [Theory]
    [InlineData("DefineSystem", "SystemSettings", "CIM_VirtualSystemSettingData")]
    [InlineData("DefineSystem", "ResourceSettings", "CIM_ResourceAllocationSettingData")]
    [InlineData("AddResourceSettings", "ResourceSettings", "CIM_ResourceAllocationSettingData")]
    [InlineData("ModifyResourceSettings", "ResourceSettings", "CIM_ResourceAllocationSettingData")]
    [InlineData("ModifySystemSettings", "SystemSettings", "CIM_VirtualSystemSettingData")]
    public void Settings_are_handed_over_as_embedded_instances(string method, string parameter, string expected) =>
        Assert.Equal(
            expected,
            schema.Method("CIM_VirtualSystemManagementService", method).Parameter(parameter)?.Qualifier("EmbeddedInstance")?.Value);

    [Theory]
    [InlineData("CIM_EnabledLogicalElement", "RequestStateChange", "0 1 2 3 4 5 6 .. 4096 4097 4098 4099 4100..32767 32768..65535")]
    [InlineData("CIM_VirtualSystemManagementService", "DefineSystem", "0 1 2 3 4 .. 4096 4097..32767 32768..65535")]
    [InlineData("CIM_VirtualSystemManagementService", "DestroySystem", "0 1 2 3 4 5 .. 4096 4097..32767 32768..65535")]
    [InlineData("CIM_VirtualSystemManagementService", "ModifySystemSettings", "0 1 2 3 4 5 6 .. 4096 4097..32767 32768..65535")]
    public void Return_codes_are_those_of_the_standard(string className, string method, string expected) =>
        Assert.Equal(expected, string.Join(' ', Schema.Strings(schema.Method(className, method), "ValueMap")));

    [Fact]
    public void Defaults_are_those_of_the_standard()
    {
        Assert.Equal((ushort)5, schema.Property("CIM_ComputerSystem", "EnabledState").DefaultValue);
        Assert.Equal((ushort)12, schema.Property("CIM_ComputerSystem", "RequestedState").DefaultValue);
        Assert.Equal("count", schema.Property("CIM_ResourceAllocationSettingData", "VirtualQuantityUnits").DefaultValue);
        Assert.Equal("count(fixed size block)", schema.Property("CIM_StorageAllocationSettingData", "VirtualQuantityUnits").DefaultValue);
        Assert.Equal(false, schema.Property("CIM_ResourcePool", "Primordial").DefaultValue);
        Assert.Equal("00000000000500.000000:000", CimValue.Format(schema.Property("CIM_ConcreteJob", "TimeBeforeRemoval").DefaultValue!));
        Assert.Null(schema.Property("CIM_ResourcePool", "Capacity").DefaultValue);
    }

    [Theory]
    [InlineData("CIM_VirtualSystemMigrationService")]
    [InlineData("CIM_VirtualSystemMigrationCapabilities")]
    [InlineData("CIM_MostCurrentSnapshotInBranch")]
    [InlineData("CIM_SerialPort")]
    public void Classes_of_the_experimental_schema_say_so(string className) =>
        Assert.True(schema.Classes[className].Is("Experimental"));

    [Fact]
    public void The_misspelled_name_in_the_snapshot_capabilities_is_kept() =>
        Assert.Equal(
            "AynchronousMethodsSupported",
            Assert.Single(schema.Classes["CIM_VirtualSystemSnapshotServiceCapabilities"].Properties, p => p.Name.StartsWith("Ay", StringComparison.Ordinal)).Name);
}
