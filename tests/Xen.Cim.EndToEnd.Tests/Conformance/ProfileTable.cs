namespace Xen.Cim.EndToEnd.Tests.Conformance;

/// <summary>The registered profiles and what each makes mandatory: the conformance test and docs/conformance.md follow it.</summary>
internal static class ProfileTable
{
    private const string Host = "Xen_HostComputerSystem";
    private const string Guest = "Xen_ComputerSystem";
    private const string Settings = "Xen_VirtualSystemSettingData";
    private const string Management = "Xen_VirtualSystemManagementService";
    private const string PoolConfiguration = "Xen_ResourcePoolConfigurationService";
    private const string Migration = "Xen_VirtualSystemMigrationService";
    private const string Snapshots = "Xen_VirtualSystemSnapshotService";
    private const string WhereMigrating = "the hypervisor can migrate";
    private const string Metrics = "Xen_MetricService";
    private const string Jobs = "Xen_ConcreteJob";
    private const string WhereJobs = "a change takes longer than a call may";
    private const string GenericPool = "Xen_GenericDevicePool";
    private const string WhereSnapshots = "a guest has a snapshot";
    private const string WherePassedThrough = "a guest has a device of the host";
    private const string Indications = "CIM_IndicationService";
    private const string WhereSubscribed = "somebody subscribes";
    private const string Interop = "root/interop";

    private static readonly string[] s_service = ["SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName", "EnabledState", "RequestedState"];
    private static readonly string[] s_device = ["SystemCreationClassName", "SystemName", "CreationClassName", "DeviceID", "EnabledState", "RequestedState", "OperationalStatus", "HealthState"];

    public static IReadOnlyList<ProfileRequirements> All { get; } =
    [
        new("DSP1033", "Profile Registration", "1.0.0", ["Xen_RegisteredProfile"],
            [new("CIM_RegisteredProfile", "Xen_RegisteredProfile", "InstanceID", "RegisteredOrganization=2", "RegisteredName", "RegisteredVersion", "AdvertiseTypes")],
            [
                new("CIM_ElementConformsToProfile", "Xen_ElementConformsToProfile", "Xen_RegisteredProfile", "ConformantStandard", Host, "ManagedElement"),
                new("CIM_ReferencedProfile", "Xen_ReferencedProfile", "Xen_RegisteredProfile", "Dependent", "Xen_RegisteredProfile", "Antecedent"),
            ],
            new RequiredMethod("Xen_RegisteredProfile", "GetCentralInstances")) { Namespace = Interop },
        new("DSP1042", "System Virtualization", "1.0.0", [Host],
            [
                new("CIM_System", Host, "CreationClassName", "Name", "NameFormat", "ElementName", "EnabledState", "RequestedState", "OperationalStatus", "HealthState"),
                new("CIM_VirtualSystemManagementService", Management, s_service),
                new("CIM_VirtualSystemManagementCapabilities", "Xen_VirtualSystemManagementCapabilities",
                    "InstanceID", "ElementName", "VirtualSystemTypesSupported", "SynchronousMethodsSupported", "ElementNameEditSupported"),
                new("CIM_VirtualSystemSnapshotService", Snapshots, s_service),
                new("CIM_VirtualSystemSnapshotServiceCapabilities", "Xen_VirtualSystemSnapshotServiceCapabilities", "InstanceID", "ElementName"),
                new("CIM_VirtualSystemSettingData", "Xen_SnapshotSettingData", "InstanceID", "ElementName", "VirtualSystemIdentifier") { When = WhereSnapshots },
                new("CIM_VirtualSystemSnapshotCapabilities", "Xen_VirtualSystemSnapshotCapabilities", "InstanceID", "ElementName", "GuestOSNotificationEnabled"),
            ],
            [
                new("CIM_HostedDependency", "Xen_HostedDependency", Host, "Antecedent", Guest, "Dependent"),
                new("CIM_HostedService", "Xen_HostedService", Host, "Antecedent", Management, "Dependent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Host, "ManagedElement", "Xen_VirtualSystemManagementCapabilities", "Capabilities"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Management, "ManagedElement", "Xen_VirtualSystemManagementCapabilities", "Capabilities"),
                new("CIM_ServiceAffectsElement", "Xen_ServiceAffectsElement", Management, "AffectingElement", Guest, "AffectedElement"),
                new("CIM_HostedService", "Xen_HostedService", Host, "Antecedent", Snapshots, "Dependent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Snapshots, "ManagedElement", "Xen_VirtualSystemSnapshotServiceCapabilities", "Capabilities"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Guest, "ManagedElement", "Xen_VirtualSystemSnapshotCapabilities", "Capabilities"),
                new("CIM_ServiceAffectsElement", "Xen_ServiceAffectsElement", Snapshots, "AffectingElement", Guest, "AffectedElement"),
                new("CIM_SnapshotOfVirtualSystem", "Xen_SnapshotOfVirtualSystem", Guest, "Antecedent", "Xen_SnapshotSettingData", "Dependent") { When = WhereSnapshots },
                new("CIM_MostCurrentSnapshotInBranch", "Xen_MostCurrentSnapshotInBranch", Guest, "Antecedent", "Xen_SnapshotSettingData", "Dependent") { When = WhereSnapshots },
                new("CIM_AffectedJobElement", "Xen_AffectedJobElement", Guest, "AffectedElement", Jobs, "AffectingElement") { When = WhereJobs },
            ],
            new(Management, "DefineSystem"), new(Management, "DestroySystem"), new(Management, "AddResourceSettings"),
            new(Management, "ModifyResourceSettings"), new(Management, "ModifySystemSettings"), new(Management, "RemoveResourceSettings"),
            new(Snapshots, "CreateSnapshot"), new(Snapshots, "ApplySnapshot"), new(Snapshots, "DestroySnapshot")),
        new("DSP1057", "Virtual System", "1.0.0", [Guest],
            [
                new("CIM_ComputerSystem", Guest, "CreationClassName", "Name", "NameFormat", "ElementName", "EnabledState", "RequestedState", "OperationalStatus", "HealthState"),
                new("CIM_VirtualSystemSettingData", Settings, "InstanceID", "ElementName", "VirtualSystemIdentifier", "VirtualSystemType"),
                new("CIM_EnabledLogicalElementCapabilities", "Xen_EnabledLogicalElementCapabilities", "InstanceID", "ElementName", "RequestedStatesSupported[]", "ElementNameEditSupported"),
                new("CIM_ConcreteJob", Jobs, "InstanceID", "JobState", "TimeBeforeRemoval", "PercentComplete") { When = WhereJobs },
            ],
            [
                new("CIM_SettingsDefineState", "Xen_SettingsDefineState", Guest, "ManagedElement", Settings, "SettingData"),
                new("CIM_ElementSettingData", "Xen_ElementSettingData", Settings, "ManagedElement", Settings, "SettingData"),
                new("CIM_VirtualSystemSettingDataComponent", "Xen_VirtualSystemSettingDataComponent", Settings, "GroupComponent", "Xen_MemoryRASD", "PartComponent"),
                new("CIM_SystemDevice", "Xen_SystemDevice", Guest, "GroupComponent", "Xen_Memory", "PartComponent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Guest, "ManagedElement", "Xen_EnabledLogicalElementCapabilities", "Capabilities"),
            ],
            new RequiredMethod(Guest, "RequestStateChange")),
        new("DSP1041", "Resource Allocation", "1.1.0", ["Xen_DiskPool", "Xen_GenericDevicePool", "Xen_MemoryPool", "Xen_NetworkPool", "Xen_ProcessorPool"],
            [
                new("CIM_ResourcePool", "Xen_DiskPool", "InstanceID", "PoolID", "Primordial", "ResourceType", "AllocationUnits", "ElementName"),
                new("CIM_ResourceAllocationSettingData", "Xen_DiskRASD", "InstanceID", "ElementName", "ResourceType", "PoolID", "AllocationUnits", "VirtualQuantity"),
                new("CIM_ResourcePoolConfigurationService", PoolConfiguration, s_service),
                new("CIM_ResourcePoolConfigurationCapabilities", "Xen_ResourcePoolConfigurationCapabilities", "InstanceID", "ElementName", "SynchronousMethodsSupported[]", "AsynchronousMethodsSupported[]"),
            ],
            [
                new("CIM_HostedResourcePool", "Xen_HostedResourcePool", Host, "GroupComponent", "Xen_DiskPool", "PartComponent"),
                new("CIM_ResourceAllocationFromPool", "Xen_ResourceAllocationFromPool", "Xen_DiskPool", "Antecedent", "Xen_DiskRASD", "Dependent"),
                new("CIM_ElementAllocatedFromPool", "Xen_ElementAllocatedFromPool", "Xen_DiskPool", "Antecedent", "Xen_LogicalDisk", "Dependent"),
                new("CIM_SettingsDefineState", "Xen_SettingsDefineState", "Xen_LogicalDisk", "ManagedElement", "Xen_DiskRASD", "SettingData"),
                new("CIM_ElementSettingData", "Xen_ElementSettingData", "Xen_DiskRASD", "ManagedElement", "Xen_DiskRASD", "SettingData"),
                new("CIM_VirtualSystemSettingDataComponent", "Xen_VirtualSystemSettingDataComponent", Settings, "GroupComponent", "Xen_DiskRASD", "PartComponent"),
                new("CIM_Component", "Xen_ConcreteComponent", "Xen_DiskPool", "GroupComponent", "Xen_HostDisk", "PartComponent"),
                new("CIM_ElementAllocatedFromPool", "Xen_ElementAllocatedFromPool", "Xen_DiskPool", "Antecedent", "Xen_DiskPool", "Dependent"),
                new("CIM_HostedService", "Xen_HostedService", Host, "Antecedent", PoolConfiguration, "Dependent"),
                new("CIM_ServiceAffectsElement", "Xen_ServiceAffectsElement", PoolConfiguration, "AffectingElement", "Xen_DiskPool", "AffectedElement"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", PoolConfiguration, "ManagedElement", "Xen_ResourcePoolConfigurationCapabilities", "Capabilities"),
            ],
            new(PoolConfiguration, "CreateChildResourcePool"), new(PoolConfiguration, "DeleteResourcePool"),
            new(PoolConfiguration, "AddResourcesToResourcePool"), new(PoolConfiguration, "RemoveResourcesFromResourcePool")),
        new("DSP1043", "Allocation Capabilities", "1.0.0", ["Xen_AllocationCapabilities"],
            [new("CIM_AllocationCapabilities", "Xen_AllocationCapabilities", "InstanceID", "ElementName", "ResourceType", "RequestTypesSupported", "SharingMode")],
            [
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", "Xen_MemoryPool", "ManagedElement", "Xen_AllocationCapabilities", "Capabilities"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Host, "ManagedElement", "Xen_AllocationCapabilities", "Capabilities"),
                new("CIM_SettingsDefineCapabilities", "Xen_SettingsDefineCapabilities", "Xen_AllocationCapabilities", "GroupComponent", "Xen_CapabilityRASD", "PartComponent"),
            ]),
        OfResource("DSP1044", "Processor", "Xen_ProcessorPool", "Xen_ProcessorRASD", "CIM_ResourceAllocationSettingData", "3", "CIM_Processor", "Xen_Processor", "Xen_HostProcessor"),
        OfResource("DSP1045", "Memory", "Xen_MemoryPool", "Xen_MemoryRASD", "CIM_ResourceAllocationSettingData", "4", "CIM_Memory", "Xen_Memory", "Xen_HostMemory"),
        OfResource("DSP1047", "Storage", "Xen_DiskPool", "Xen_DiskRASD", "CIM_StorageAllocationSettingData", null, "CIM_LogicalDisk", "Xen_LogicalDisk", "Xen_HostDisk"),
        OfResource("DSP1050", "Ethernet Port", "Xen_NetworkPool", "Xen_NetworkRASD", "CIM_EthernetPortAllocationSettingData", "10", "CIM_EthernetPort", "Xen_NetworkPort", "Xen_HostNetworkPort"),
        new("DSP1059", "Generic Device Resource Virtualization", "1.0.0", [GenericPool],
            [
                new("CIM_ResourcePool", GenericPool, "InstanceID", "PoolID", "Primordial", "ResourceType", "AllocationUnits"),
                OfGeneric("Xen_GraphicsRASD", "24"),
                OfGeneric("Xen_ConsoleRASD", "21"),
                OfGeneric("Xen_InputRASD", "13"),
                OfGeneric("Xen_UsbControllerRASD", "23"),
                OfGeneric("Xen_HostDeviceRASD", "13") with { When = WherePassedThrough },
                new("CIM_DisplayController", "Xen_DisplayController", s_device),
                new("CIM_PointingDevice", "Xen_PointingDevice", s_device),
                new("CIM_Keyboard", "Xen_Keyboard", s_device),
                new("CIM_SerialPort", "Xen_SerialPort", s_device),
                new("CIM_USBController", "Xen_UsbController", s_device),
            ],
            [
                new("CIM_SystemDevice", "Xen_SystemDevice", Guest, "GroupComponent", "Xen_SerialPort", "PartComponent"),
                new("CIM_HostedResourcePool", "Xen_HostedResourcePool", Host, "GroupComponent", GenericPool, "PartComponent"),
                new("CIM_ResourceAllocationFromPool", "Xen_ResourceAllocationFromPool", GenericPool, "Antecedent", "Xen_ConsoleRASD", "Dependent"),
                new("CIM_ElementAllocatedFromPool", "Xen_ElementAllocatedFromPool", GenericPool, "Antecedent", "Xen_SerialPort", "Dependent"),
                new("CIM_SettingsDefineState", "Xen_SettingsDefineState", "Xen_SerialPort", "ManagedElement", "Xen_ConsoleRASD", "SettingData"),
                new("CIM_VirtualSystemSettingDataComponent", "Xen_VirtualSystemSettingDataComponent", Settings, "GroupComponent", "Xen_ConsoleRASD", "PartComponent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", GenericPool, "ManagedElement", "Xen_AllocationCapabilities", "Capabilities"),
                new("CIM_Component", "Xen_ConcreteComponent", GenericPool, "GroupComponent", "Xen_HostPCIDevice", "PartComponent"),
                new("CIM_Component", "Xen_ConcreteComponent", GenericPool, "GroupComponent", "Xen_HostUSBDevice", "PartComponent"),
                new("CIM_HostedDependency", "Xen_HostedDependency", "Xen_HostPCIDevice", "Antecedent", Guest, "Dependent") { When = WherePassedThrough },
            ]),
        new("DSP1081", "Virtual System Migration", "1.0.0", [Migration],
            [
                new("CIM_VirtualSystemMigrationService", Migration, s_service),
                new("CIM_VirtualSystemMigrationCapabilities", "Xen_VirtualSystemMigrationCapabilities", "InstanceID", "ElementName"),
                new("CIM_VirtualSystemMigrationSettingData", "Xen_VirtualSystemMigrationSettingData", "InstanceID", "ElementName") { When = WhereMigrating },
            ],
            [
                new("CIM_HostedService", "Xen_HostedService", Host, "Antecedent", Migration, "Dependent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Migration, "ManagedElement", "Xen_VirtualSystemMigrationCapabilities", "Capabilities"),
                new("CIM_ServiceAffectsElement", "Xen_ServiceAffectsElement", Migration, "AffectingElement", Guest, "AffectedElement"),
                new("CIM_SettingsDefineCapabilities", "Xen_SettingsDefineCapabilities", "Xen_VirtualSystemMigrationCapabilities", "GroupComponent", "Xen_VirtualSystemMigrationSettingData", "PartComponent") { When = WhereMigrating },
            ],
            new(Migration, "MigrateVirtualSystemToHost"), new(Migration, "MigrateVirtualSystemToSystem"),
            new(Migration, "CheckVirtualSystemIsMigratableToHost"), new(Migration, "CheckVirtualSystemIsMigratableToSystem")),
        new("DSP1053", "Base Metrics", "1.0.1", [Metrics],
            [
                new("CIM_BaseMetricDefinition", "Xen_BaseMetricDefinition", "Id", "Name", "DataType", "ProgrammaticUnits", "IsContinuous", "ChangeType", "TimeScope", "GatheringType"),
                new("CIM_BaseMetricValue", "Xen_BaseMetricValue", "InstanceID", "MetricDefinitionId", "MetricValue", "TimeStamp", "Volatile"),
                new("CIM_MetricService", Metrics, s_service),
                new("CIM_MetricServiceCapabilities", "Xen_MetricServiceCapabilities", "InstanceID", "ElementName"),
            ],
            [
                new("CIM_MetricInstance", "Xen_MetricInstance", "Xen_BaseMetricDefinition", "Antecedent", "Xen_BaseMetricValue", "Dependent"),
                new("CIM_MetricDefForME", "Xen_MetricDefForME", Guest, "Antecedent", "Xen_BaseMetricDefinition", "Dependent"),
                new("CIM_MetricForME", "Xen_MetricForME", Guest, "Antecedent", "Xen_BaseMetricValue", "Dependent"),
                new("CIM_HostedService", "Xen_HostedService", Host, "Antecedent", Metrics, "Dependent"),
                new("CIM_ServiceAffectsElement", "Xen_ServiceAffectsElement", Metrics, "AffectingElement", "Xen_BaseMetricDefinition", "AffectedElement"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", Metrics, "ManagedElement", "Xen_MetricServiceCapabilities", "Capabilities"),
            ],
            new(Metrics, "ShowMetrics"), new(Metrics, "ShowMetricsByClass"), new(Metrics, "ControlMetrics"), new(Metrics, "ControlMetricsByClass")),
        new("DSP1103", "Job Control", "1.0.0", [Jobs],
            [new("CIM_ConcreteJob", Jobs, "InstanceID", "ElementName", "JobState", "TimeBeforeRemoval", "DeleteOnCompletion", "PercentComplete", "OperationalStatus") { When = WhereJobs }],
            [
                new("CIM_OwningJobElement", "Xen_OwningJobElement", Guest, "OwningElement", Jobs, "OwnedElement") { When = WhereJobs },
                new("CIM_AffectedJobElement", "Xen_AffectedJobElement", Guest, "AffectedElement", Jobs, "AffectingElement") { When = WhereJobs },
            ]) { When = WhereJobs },
        // The server's own: under another CIM server it is that one's.
        new("DSP1054", "Indications", "1.2.0", [Indications],
            [
                new("CIM_IndicationService", Indications, [.. s_service, "FilterCreationEnabled", "DeliveryRetryAttempts", "DeliveryRetryInterval", "SubscriptionRemovalAction", "SubscriptionRemovalTimeInterval"]),
                new("CIM_IndicationServiceCapabilities", "CIM_IndicationServiceCapabilities", "InstanceID", "ElementName", "FilterCreationEnabledIsSettable",
                    "DeliveryRetryAttemptsIsSettable", "DeliveryRetryIntervalIsSettable", "SubscriptionRemovalActionIsSettable", "SubscriptionRemovalTimeIntervalIsSettable"),
                new("CIM_IndicationFilter", "CIM_IndicationFilter", "SystemName", "CreationClassName", "Name", "Query", "QueryLanguage") { When = WhereSubscribed },
                new("CIM_ListenerDestinationCIMXML", "CIM_ListenerDestinationCIMXML", "SystemName", "CreationClassName", "Name", "Destination") { When = WhereSubscribed },
            ],
            [
                new("CIM_ElementConformsToProfile", "CIM_ElementConformsToProfile", "CIM_RegisteredProfile", "ConformantStandard", Indications, "ManagedElement"),
                new("CIM_ReferencedProfile", "CIM_ReferencedProfile", "CIM_RegisteredProfile", "Dependent", "Xen_RegisteredProfile", "Antecedent"),
                new("CIM_HostedService", "CIM_HostedService", "CIM_ComputerSystem", "Antecedent", Indications, "Dependent"),
                new("CIM_ElementCapabilities", "CIM_ElementCapabilities", Indications, "ManagedElement", "CIM_IndicationServiceCapabilities", "Capabilities"),
                new("CIM_ServiceAffectsElement", "CIM_ServiceAffectsElement", Indications, "AffectingElement", "CIM_IndicationFilter", "AffectedElement") { When = WhereSubscribed },
            ]) { Namespace = Interop },
    ];

    private static RequiredClass OfGeneric(string setting, string type) =>
        new("CIM_ResourceAllocationSettingData", setting, "InstanceID", "ElementName", $"ResourceType={type}", "PoolID", "AllocationUnits", "VirtualQuantity", "ConsumerVisibility");

    // The profiles of one kind of resource ask for the same elements with other types.
    private static ProfileRequirements OfResource(string document, string name, string pool, string setting, string settingOfCim, string? type, string deviceOfCim, string device, string hostDevice)
    {
        var resourceType = type is null ? "ResourceType" : $"ResourceType={type}";
        return new(document, $"{name} Resource Virtualization", "1.0.0", [pool],
            [
                new("CIM_ResourcePool", pool, "InstanceID", "PoolID", "Primordial", resourceType, "AllocationUnits"),
                new(settingOfCim, setting, "InstanceID", "ElementName", resourceType, "PoolID", "AllocationUnits", "VirtualQuantity", "ConsumerVisibility"),
                new(deviceOfCim, device, s_device),
            ],
            [
                new("CIM_HostedResourcePool", "Xen_HostedResourcePool", Host, "GroupComponent", pool, "PartComponent"),
                new("CIM_ResourceAllocationFromPool", "Xen_ResourceAllocationFromPool", pool, "Antecedent", setting, "Dependent"),
                new("CIM_ElementAllocatedFromPool", "Xen_ElementAllocatedFromPool", pool, "Antecedent", device, "Dependent"),
                new("CIM_SettingsDefineState", "Xen_SettingsDefineState", device, "ManagedElement", setting, "SettingData"),
                new("CIM_VirtualSystemSettingDataComponent", "Xen_VirtualSystemSettingDataComponent", Settings, "GroupComponent", setting, "PartComponent"),
                new("CIM_SystemDevice", "Xen_SystemDevice", Guest, "GroupComponent", device, "PartComponent"),
                new("CIM_ElementCapabilities", "Xen_ElementCapabilities", pool, "ManagedElement", "Xen_AllocationCapabilities", "Capabilities"),
                new("CIM_Component", "Xen_ConcreteComponent", pool, "GroupComponent", hostDevice, "PartComponent"),
            ]);
    }
}
