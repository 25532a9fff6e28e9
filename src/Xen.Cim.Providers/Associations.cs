using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Every association of ours: a row with two ends and the two functions between them.</summary>
internal static class Associations
{
    public static IReadOnlyList<Association> Table(XenModel x) =>
    [
        // DSP1042: the host and what runs and is hosted on it.
        Row(Xen_HostedDependency.Layout, Xen_HostedDependency.Names.Antecedent, x.Host, Xen_HostedDependency.Names.Dependent, x.Systems,
            host => x.Systems.Enumerate(),
            guest => x.Host.Enumerate()),
        Hosted(x, x.Management),
        Can(x.Host, x.ManagementCapabilities),
        Can(x.Management, x.ManagementCapabilities),
        Affects(x, x.Systems),
        Affects(x, x.ProcessorPool),
        Affects(x, x.MemoryPool),
        Affects(x, x.DiskPool),
        Affects(x, x.NetworkPool),
        Affects(x, x.GenericDevicePool),

        // DSP1057: a guest, its configurations and their components.
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, x.Systems, Xen_ElementCapabilities.Names.Capabilities, x.StateCapabilities,
            guest => [EnabledLogicalElementCapabilities.KindOf(guest)],
            kind => x.Systems.Enumerate().Where(g => EnabledLogicalElementCapabilities.KindOf(g) == kind)),
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, x.Systems, Xen_SettingsDefineState.Names.SettingData, x.Configurations,
            guest => [x.Configurations.StateOf(guest)],
            configuration => configuration.Kind == Hypervisor.ConfigurationKind.State ? [configuration.Guest] : []),
        Component(x, x.Processors),
        Component(x, x.Memory),
        Component(x, x.Disks),
        Component(x, x.Networks),

        Devices(x, x.VirtualProcessors),
        Devices(x, x.VirtualMemory),
        Devices(x, x.LogicalDisks),
        Devices(x, x.NetworkPorts),
        Devices(x, x.DisplayControllers),
        Devices(x, x.PointingDevices),
        Devices(x, x.Keyboards),
        Devices(x, x.SerialPorts),
        Devices(x, x.UsbControllers),
        Devices(x, x.Controllers),
        Settings(x.VirtualProcessors, x.Processors, device => x.Processors.Of(device.Configuration), setting => x.VirtualProcessors.Of(setting.Configuration)),
        Settings(x.VirtualMemory, x.Memory),
        Settings(x.LogicalDisks, x.Disks),
        Settings(x.NetworkPorts, x.Networks),

        // DSP1057: what runs now, and what the next start uses in its place.
        new Association<Configuration, Configuration>(Xen_ElementSettingData.Layout, Xen_ElementSettingData.Names.ManagedElement, x.Configurations,
            Xen_ElementSettingData.Names.SettingData, x.Configurations,
            state => state is { Kind: Hypervisor.ConfigurationKind.State, Counterpart: { } defined } ? [defined] : [],
            defined => defined is { Kind: Hypervisor.ConfigurationKind.Defined, Counterpart: { } state } ? [state] : [],
            NextStart.Describe(x.Configurations)),
        Next(x.Processors),
        Next(x.Memory),
        Next(x.Disks),
        Next(x.Networks),
        ComesOrGoes(x, x.Processors),
        ComesOrGoes(x, x.Memory),
        ComesOrGoes(x, x.Disks),
        ComesOrGoes(x, x.Networks),

        // DSP1041: pools, and what is allocated from them.
        Pool(x, x.ProcessorPool),
        Pool(x, x.MemoryPool),
        Pool(x, x.DiskPool),
        Pool(x, x.NetworkPool),
        Allocation(x.ProcessorPool, x.Processors, pool => x.Processors.Enumerate(), setting => [ProcessorPool.Only]),
        Allocation(x.MemoryPool, x.Memory, pool => x.Memory.Enumerate(), setting => [MemoryPool.Only]),
        Allocation(x.DiskPool, x.Disks, pool => x.Disks.Enumerate().Where(s => DiskPool.PoolOf(s.Device, s.Configuration.Snapshot).Id == pool.Id), setting => [DiskPool.PoolOf(setting.Device, setting.Configuration.Snapshot)]),
        Allocation(x.NetworkPool, x.Networks, pool => x.Networks.Enumerate().Where(s => NetworkPool.PoolOf(s.Device, s.Configuration.Snapshot).Id == pool.Id), setting => [NetworkPool.PoolOf(setting.Device, setting.Configuration.Snapshot)]),
        Allocated(x.ProcessorPool, x.VirtualProcessors, pool => x.VirtualProcessors.Enumerate(), device => [ProcessorPool.Only]),
        Allocated(x.MemoryPool, x.VirtualMemory, pool => x.VirtualMemory.Enumerate(), device => [MemoryPool.Only]),
        Allocated(x.DiskPool, x.LogicalDisks, pool => x.LogicalDisks.Enumerate().Where(d => DiskPool.PoolOf(d.Device, d.Configuration.Snapshot).Id == pool.Id), device => [DiskPool.PoolOf(device.Device, device.Configuration.Snapshot)]),
        Allocated(x.NetworkPool, x.NetworkPorts, pool => x.NetworkPorts.Enumerate().Where(d => NetworkPool.PoolOf(d.Device, d.Configuration.Snapshot).Id == pool.Id), device => [NetworkPool.PoolOf(device.Device, device.Configuration.Snapshot)]),

        // DSP1059: screens, serial ports, input devices, USB controllers, and devices of the host.
        Pool(x, x.GenericDevicePool),
        .. Generic(x, x.Graphics),
        .. Generic(x, x.Consoles),
        .. Generic(x, x.Inputs),
        .. Generic(x, x.HostDevices),
        .. Generic(x, x.UsbControllerSettings),
        .. Generic(x, x.StorageControllerSettings),
        .. Generic(x, x.ControllerSettings),
        .. Generic(x, x.OtherDevices),
        Settings(x.DisplayControllers, x.Graphics, device => x.Graphics.Of(device.Configuration), screen => x.DisplayControllers.Of(screen.Configuration)),
        Settings(x.SerialPorts, x.Consoles, Same<Hypervisor.CharacterDevice>, Current),
        Settings(x.PointingDevices, x.Inputs, Same<Hypervisor.InputDevice>, setting => Current(setting).Where(s => s.Device.Type is "mouse" or "tablet")),
        Settings(x.Keyboards, x.Inputs, Same<Hypervisor.InputDevice>, setting => Current(setting).Where(s => s.Device.Type == "keyboard")),
        Settings(x.UsbControllers, x.UsbControllerSettings),
        Settings(x.Controllers, x.StorageControllerSettings, device => device.Device.IsForDrives ? [device] : [], Current),
        Settings(x.Controllers, x.ControllerSettings, device => device.Device.IsForOthers ? [device] : [], Current),
        Made(x, x.DisplayControllers, GenericDevicePool.Graphics),
        Made(x, x.SerialPorts, GenericDevicePool.Console),
        Made(x, x.PointingDevices, GenericDevicePool.Input),
        Made(x, x.Keyboards, GenericDevicePool.Input),
        Made(x, x.UsbControllers, GenericDevicePool.UsbController),
        Allocated(x.GenericDevicePool, x.Controllers,
            pool => x.Controllers.Enumerate().Where(c => KindOf(x, c.Device) == pool), device => [KindOf(x, device.Device)]),

        // DSP1041: what of the host the pools are made of.
        Owned(x, x.HostProcessors),
        Owned(x, x.HostMemory),
        Owned(x, x.HostDisks),
        Owned(x, x.HostPorts),
        Part(x.ProcessorPool, x.HostProcessors, pool => x.HostProcessors.Enumerate(), processor => [ProcessorPool.Only]),
        Part(x.MemoryPool, x.HostMemory, pool => x.HostMemory.Enumerate(), memory => [MemoryPool.Only]),
        Part(x.DiskPool, x.HostDisks, x.HostDisks.Of, disk => x.DiskPool.Enumerate().Where(p => HostDisk.IsPartOf(disk, p))),
        Part(x.NetworkPool, x.HostPorts, x.HostPorts.Of, port => x.NetworkPool.Enumerate().Where(p => HostNetworkPort.IsPartOf(port, p))),
        Row(Xen_HostedDependency.Layout, Xen_HostedDependency.Names.Antecedent, x.HostDisks, Xen_HostedDependency.Names.Dependent, x.LogicalDisks,
            disk => x.LogicalDisks.Enumerate().Where(d => d.Device.Source is { } source && disk.Holds(source)),
            device => x.HostDisks.Under(device.Device)),

        // DSP1059: devices of the host, the guests that have them, and the settings that gave them.
        Owned(x, x.HostPciDevices),
        Owned(x, x.HostUsbDevices),
        Part(x.GenericDevicePool, x.HostPciDevices, x.HostPciDevices.Of, device => device.IsBridge ? [] : [GenericDevicePool.HostDevice]),
        Part(x.GenericDevicePool, x.HostUsbDevices, x.HostUsbDevices.Of, device => [GenericDevicePool.HostDevice]),
        .. PassedThrough(x, x.HostPciDevices, (device, given) => device.Is(given), x.HostPciDevices.Under),
        .. PassedThrough(x, x.HostUsbDevices, (device, given) => device.Is(given), x.HostUsbDevices.Under),

        // DSP1043: what can be asked of each pool. From the host one comes to the kinds of resource there are.
        Can(x.Host, x.Allocations),
        Capable(x, x.ProcessorPool, ResourceKind.Processor, pool => pool.Id),
        Capable(x, x.MemoryPool, ResourceKind.Memory, pool => pool.Id),
        Capable(x, x.DiskPool, ResourceKind.Disk, pool => pool.Id),
        Capable(x, x.NetworkPool, ResourceKind.Network, pool => pool.Id),
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, x.GenericDevicePool, Xen_ElementCapabilities.Names.Capabilities, x.Allocations,
            kind => [AllocationCapabilities.Of(kind.Kind, kind.PoolId)],
            capabilities => GenericDevicePool.Of(capabilities.Kind) is { } kind ? [kind] : []),
        new Association<PoolCapabilities, CapabilitySetting>(Xen_SettingsDefineCapabilities.Layout, Xen_SettingsDefineCapabilities.Names.GroupComponent, x.Allocations,
            Xen_SettingsDefineCapabilities.Names.PartComponent, x.CapabilitySettings,
            CapabilityRASD.Of, setting => [setting.Capabilities], CapabilityRASD.DescribeLink),

        // DSP1081: the migration service, what it can do, and the guests that it can move.
        Hosted(x, x.Migration),
        Can(x.Migration, x.MigrationCapabilities),
        Row(Xen_SettingsDefineCapabilities.Layout, Xen_SettingsDefineCapabilities.Names.GroupComponent, x.MigrationCapabilities, Xen_SettingsDefineCapabilities.Names.PartComponent, x.MigrationSettings,
            capabilities => x.MigrationSettings.Enumerate(),
            way => x.MigrationCapabilities.Enumerate(),
            VirtualSystemMigrationSettingData.DescribeRole),
        ServesGuests(x, x.Migration),

        // DSP1042: snapshots, the service that takes them, and what can be taken of whom.
        Hosted(x, x.SnapshotService),
        Can(x.SnapshotService, x.SnapshotServiceCapabilities),
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, x.Systems, Xen_ElementCapabilities.Names.Capabilities, x.SnapshotCapabilities,
            guest => [x.SnapshotCapabilities.Of(guest)],
            capabilities => [capabilities.Guest]),
        ServesGuests(x, x.SnapshotService),
        // From the snapshots, so that listing the links asks nothing of guests that have none.
        Row(Xen_SnapshotOfVirtualSystem.Layout, Xen_SnapshotOfVirtualSystem.Names.Dependent, x.Snapshots, Xen_SnapshotOfVirtualSystem.Names.Antecedent, x.Systems,
            snapshot => x.Systems.Of(snapshot.Guest),
            x.Snapshots.Of),
        Row(Xen_MostCurrentSnapshotInBranch.Layout, Xen_MostCurrentSnapshotInBranch.Names.Dependent, x.Snapshots, Xen_MostCurrentSnapshotInBranch.Names.Antecedent, x.Systems,
            snapshot => snapshot.IsCurrent ? x.Systems.Of(snapshot.Guest) : [],
            guest => x.Snapshots.Of(guest).Where(s => s.IsCurrent)),
        Owns(x, x.SnapshotService, JobOwner.Snapshots),
        Row(Xen_AffectedJobElement.Layout, Xen_AffectedJobElement.Names.AffectedElement, x.Snapshots, Xen_AffectedJobElement.Names.AffectingElement, x.Jobs,
            snapshot => x.Jobs.Enumerate().Where(j => j.Plan.Snapshot == x.Snapshots.IdOf(snapshot)),
            job => job.Plan.Snapshot is { } id && x.Snapshots.FindById(id) is { } snapshot ? [snapshot] : [],
            (link, _, job) => Affected(link, job, job.Plan.Creates)),

        // DSP1053: what is measured, and the service that controls it.
        .. x.Metrics.Associations(x.MetricDefinitions, x.MetricValues),
        Hosted(x, x.MetricService),
        Configures(x.MetricService, x.MetricDefinitions),
        Can(x.MetricService, x.MetricCapabilities),

        // DSP1041: the service that makes pools and volumes, pools below pools, and what each is made of.
        Hosted(x, x.PoolConfiguration),
        Can(x.PoolConfiguration, x.PoolConfigurationCapabilities),
        Configures(x.PoolConfiguration, x.DiskPool),
        Configures(x.PoolConfiguration, x.NetworkPool),
        Configures(x.PoolConfiguration, x.Volumes),
        Child(x.DiskPool, DiskPool.Primordial, pool => pool.Pool is not null),
        Child(x.NetworkPool, NetworkPool.Primordial, pool => pool.Network is not null),
        ChildSettings(x.DiskPool, x.DiskPoolSettings, DiskPool.Primordial),
        ChildSettings(x.NetworkPool, x.NetworkPoolSettings, NetworkPool.Primordial),
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, x.DiskPool, Xen_SettingsDefineState.Names.SettingData, x.DiskPoolSettings,
            x.DiskPoolSettings.Of, settings => [settings]),
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, x.NetworkPool, Xen_SettingsDefineState.Names.SettingData, x.NetworkPoolSettings,
            x.NetworkPoolSettings.Of, settings => [settings]),
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, x.Volumes, Xen_SettingsDefineState.Names.SettingData, x.VolumeSettings,
            volume => [volume], settings => [settings]),

        // DSP1047: the volumes of the pools, and the guests' disks that are on them.
        Owned(x, x.Volumes),
        Part(x.DiskPool, x.Volumes, x.Volumes.Of, volume => [volume.Pool]),
        Row(Xen_HostedDependency.Layout, Xen_HostedDependency.Names.Antecedent, x.Volumes, Xen_HostedDependency.Names.Dependent, x.LogicalDisks,
            volume => x.LogicalDisks.Enumerate().Where(d => PoolUsers.IsOn(d.Device, volume.Volume)),
            device => x.Volumes.Under(device.Device, device.Configuration.Snapshot)),
        Row(Xen_OwningJobElement.Layout, Xen_OwningJobElement.Names.OwningElement, x.PoolConfiguration, Xen_OwningJobElement.Names.OwnedElement, x.Jobs,
            service => x.Jobs.Enumerate().Where(j => j.Plan.Pool is not null),
            job => job.Plan.Pool is not null ? x.PoolConfiguration.Enumerate() : []),
        Row(Xen_AffectedJobElement.Layout, Xen_AffectedJobElement.Names.AffectedElement, x.DiskPool, Xen_AffectedJobElement.Names.AffectingElement, x.Jobs,
            pool => x.Jobs.Enumerate().Where(j => j.Plan.Pool == pool.Id),
            job => job.Plan.Pool is { } id && x.DiskPool.FindById(id) is { } pool ? [pool] : [],
            (link, _, job) => Affected(link, job)),

        // DSP1103: jobs, who owns them and what they work on.
        Row(Xen_OwningJobElement.Layout, Xen_OwningJobElement.Names.OwningElement, x.Systems, Xen_OwningJobElement.Names.OwnedElement, x.Jobs,
            guest => x.Jobs.Enumerate().Where(j => j.Plan.Owner == JobOwner.Guest && j.Plan.Guest?.Uuid == guest.Uuid),
            job => job.Plan is { Owner: JobOwner.Guest, Guest: { } guest } ? x.Systems.Of(guest.Uuid) : []),
        Owns(x, x.Management, JobOwner.Management),
        Owns(x, x.Migration, JobOwner.Migration),
        Row(Xen_AffectedJobElement.Layout, Xen_AffectedJobElement.Names.AffectedElement, x.Systems, Xen_AffectedJobElement.Names.AffectingElement, x.Jobs,
            guest => x.Jobs.Enumerate().Where(j => j.Plan.Guest?.Uuid == guest.Uuid),
            job => job.Plan.Guest is { } guest ? x.Systems.Of(guest.Uuid) : [],
            (link, _, job) => Affected(link, job)),

        // DSP1033: the profiles, how they refer to each other, and their central instances in the other namespace.
        Row(Xen_ReferencedProfile.Layout, Xen_ReferencedProfile.Names.Antecedent, x.Profiles, Xen_ReferencedProfile.Names.Dependent, x.Profiles,
            referenced => Profiles.All.Where(p => p.References.Contains(referenced)),
            referring => referring.References),
        Conforms(x, Profiles.SystemVirtualization, x.Host),
        Conforms(x, Profiles.VirtualSystem, x.Systems),
        Conforms(x, Profiles.ResourceAllocation, x.ProcessorPool),
        Conforms(x, Profiles.ResourceAllocation, x.MemoryPool),
        Conforms(x, Profiles.ResourceAllocation, x.DiskPool),
        Conforms(x, Profiles.ResourceAllocation, x.NetworkPool),
        Conforms(x, Profiles.ResourceAllocation, x.GenericDevicePool),
        Conforms(x, Profiles.AllocationCapabilities, x.Allocations),
        Conforms(x, Profiles.Processor, x.ProcessorPool),
        Conforms(x, Profiles.Memory, x.MemoryPool),
        Conforms(x, Profiles.Storage, x.DiskPool),
        Conforms(x, Profiles.EthernetPort, x.NetworkPool),
        Conforms(x, Profiles.GenericDevice, x.GenericDevicePool),
        Conforms(x, Profiles.Migration, x.Migration),
        Conforms(x, Profiles.BaseMetrics, x.MetricService),
        Conforms(x, Profiles.JobControl, x.Jobs),
        Conforms(x, Profiles.Registration, x.Profiles),
    ];

    private static Association Conforms<TElement>(XenModel x, Profile profile, ClassProvider<TElement> central)
        where TElement : class =>
        Row(Xen_ElementConformsToProfile.Layout, Xen_ElementConformsToProfile.Names.ConformantStandard, x.Profiles,
            Xen_ElementConformsToProfile.Names.ManagedElement, central, p => p == profile ? central.Enumerate() : [], element => [profile]);

    private static Association<TLeft, TRight> Row<TLeft, TRight>(Model.CimLayout layout, string leftRole, ClassProvider<TLeft> left, string rightRole,
        ClassProvider<TRight> right, Func<TLeft, IEnumerable<TRight>> toRight, Func<TRight, IEnumerable<TLeft>> toLeft,
        Action<Model.CimInstance, TLeft, TRight>? describe = null)
        where TLeft : class
        where TRight : class =>
        new(layout, leftRole, left, rightRole, right, toRight, toLeft, describe);

    private static void Manages(Model.CimInstance association, object service, object element) =>
        association.Set(Xen_ServiceAffectsElement.Names.ElementEffects, Model.CimType.UInt16, true, new[] { (ushort)Xen_ServiceAffectsElement.ElementEffectsValue.Manages });

    // CIM has a word for what a job makes, and none for a change of state.
    private static void Affected(Model.CimInstance link, Job job, bool isMade = false)
    {
        var effect = isMade ? CIM_AffectedJobElement.ElementEffectsValue.Create : CIM_AffectedJobElement.ElementEffectsValue.Other;
        link.SetAt(link.Layout.OrdinalOf(Xen_AffectedJobElement.Names.ElementEffects), new[] { (ushort)effect });
        if (!isMade)
            link.SetAt(link.Layout.OrdinalOf(Xen_AffectedJobElement.Names.OtherElementEffectsDescriptions), new[] { job.Plan.Name });
    }

    private static Association Component<TDevice, TSettings>(XenModel x, AllocationSetting<TDevice, TSettings> settings)
        where TDevice : Hypervisor.DefinitionPart
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        Row(Xen_VirtualSystemSettingDataComponent.Layout, Xen_VirtualSystemSettingDataComponent.Names.GroupComponent, x.Configurations,
            Xen_VirtualSystemSettingDataComponent.Names.PartComponent, settings, settings.Of, setting => [setting.Configuration]);

    // What every class of settings of generic devices is tied to.
    private static Association[] Generic<TDevice, TSettings>(XenModel x, GenericDeviceSetting<TDevice, TSettings> settings)
        where TDevice : Hypervisor.DomainDevice
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
    [
        Component(x, settings),
        Next(settings),
        ComesOrGoes(x, settings),
        Allocation(x.GenericDevicePool, settings, pool => settings.Kinds.Contains(pool) ? settings.Enumerate().Where(s => settings.PooledAs(s.Device) == pool) : [],
            setting => [settings.PooledAs(setting.Device)]),
    ];

    private static Association Made<TDevice>(XenModel x, VirtualDevice<TDevice> devices, GenericDeviceKind kind)
        where TDevice : class =>
        Allocated(x.GenericDevicePool, devices, pool => pool == kind ? devices.Enumerate() : [], device => [kind]);

    private static GenericDeviceKind KindOf(XenModel x, Hypervisor.ControllerDevice controller) =>
        controller.IsForDrives ? x.StorageControllerSettings.PooledAs(controller) : x.ControllerSettings.PooledAs(controller);

    private static IEnumerable<DeviceSetting<TDevice>> Same<TDevice>(DeviceSetting<TDevice> device) => [device];

    private static IEnumerable<DeviceSetting<TDevice>> Current<TDevice>(DeviceSetting<TDevice> setting) =>
        setting.Configuration.Kind == Hypervisor.ConfigurationKind.State ? [setting] : [];

    private static Association Pool<TPool>(XenModel x, ClassProvider<TPool> pools)
        where TPool : class =>
        Row(Xen_HostedResourcePool.Layout, Xen_HostedResourcePool.Names.GroupComponent, x.Host, Xen_HostedResourcePool.Names.PartComponent, pools,
            host => pools.Enumerate(), pool => x.Host.Enumerate());

    private static Association Allocation<TPool, TDevice, TSettings>(ClassProvider<TPool> pools, AllocationSetting<TDevice, TSettings> settings,
        Func<TPool, IEnumerable<DeviceSetting<TDevice>>> toSettings, Func<DeviceSetting<TDevice>, IEnumerable<TPool>> toPool)
        where TPool : class
        where TDevice : Hypervisor.DefinitionPart
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        Row(Xen_ResourceAllocationFromPool.Layout, Xen_ResourceAllocationFromPool.Names.Antecedent, pools,
            Xen_ResourceAllocationFromPool.Names.Dependent, settings, toSettings, toPool);

    private static Association Devices<TDevice>(XenModel x, VirtualDevice<TDevice> devices)
        where TDevice : class =>
        Row(Xen_SystemDevice.Layout, Xen_SystemDevice.Names.GroupComponent, x.Systems, Xen_SystemDevice.Names.PartComponent, devices,
            devices.Of, device => [device.Configuration.Guest]);

    // A device and the setting in force for it are two views of the same thing.
    private static Association Settings<TDevice, TSettings>(VirtualDevice<TDevice> devices, AllocationSetting<TDevice, TSettings> settings)
        where TDevice : Hypervisor.DefinitionPart
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        Settings(devices, settings, device => [device], setting => setting.Configuration.Kind == Hypervisor.ConfigurationKind.State ? [setting] : []);

    private static Association Settings<TDevice, TSetting>(VirtualDevice<TDevice> devices, ClassProvider<DeviceSetting<TSetting>> settings,
        Func<DeviceSetting<TDevice>, IEnumerable<DeviceSetting<TSetting>>> toSetting, Func<DeviceSetting<TSetting>, IEnumerable<DeviceSetting<TDevice>>> toDevice)
        where TDevice : class
        where TSetting : class =>
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, devices, Xen_SettingsDefineState.Names.SettingData, settings, toSetting, toDevice);

    private static Association Allocated<TPool, TDevice>(ClassProvider<TPool> pools, VirtualDevice<TDevice> devices,
        Func<TPool, IEnumerable<DeviceSetting<TDevice>>> toDevices, Func<DeviceSetting<TDevice>, IEnumerable<TPool>> toPool)
        where TPool : class
        where TDevice : class =>
        Row(Xen_ElementAllocatedFromPool.Layout, Xen_ElementAllocatedFromPool.Names.Antecedent, pools,
            Xen_ElementAllocatedFromPool.Names.Dependent, devices, toDevices, toPool);

    // A resource that the guest has now, and what the next start makes of it.
    private static Association Next<TDevice, TSettings>(AllocationSetting<TDevice, TSettings> settings)
        where TDevice : Hypervisor.DefinitionPart
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        new Association<DeviceSetting<TDevice>, DeviceSetting<TDevice>>(Xen_ElementSettingData.Layout, Xen_ElementSettingData.Names.ManagedElement, settings,
            Xen_ElementSettingData.Names.SettingData, settings,
            setting => setting.Configuration.Kind == Hypervisor.ConfigurationKind.State ? settings.CounterpartOf(setting) : [],
            setting => setting.Configuration.Kind == Hypervisor.ConfigurationKind.Defined ? settings.CounterpartOf(setting) : [],
            NextStart.Describe(settings));

    // A resource that the guest gets or loses with the next start hangs on the guest's configuration.
    private static Association ComesOrGoes<TDevice, TSettings>(XenModel x, AllocationSetting<TDevice, TSettings> settings)
        where TDevice : Hypervisor.DefinitionPart
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        new Association<Configuration, DeviceSetting<TDevice>>(Xen_ElementSettingData.Layout, Xen_ElementSettingData.Names.ManagedElement, x.Configurations,
            Xen_ElementSettingData.Names.SettingData, settings,
            state => state.Kind == Hypervisor.ConfigurationKind.State ? settings.ComingAndGoing(state) : [],
            setting => setting.Configuration.Counterpart is { Definition: not null } other && !settings.CounterpartOf(setting).Any()
                ? [setting.Configuration.Kind == Hypervisor.ConfigurationKind.State ? setting.Configuration : other] : [],
            NextStart.DescribeLone);

    private static Association Affects<TEntity>(XenModel x, ClassProvider<TEntity> managed)
        where TEntity : class =>
        new Association<TEntity, SingletonProvider.Only>(Xen_ServiceAffectsElement.Layout, Xen_ServiceAffectsElement.Names.AffectedElement, managed,
            Xen_ServiceAffectsElement.Names.AffectingElement, x.Management, element => x.Management.Enumerate(), service => managed.Enumerate(),
            (link, element, service) => link.SetAt(link.Layout.OrdinalOf(Xen_ServiceAffectsElement.Names.ElementEffects), new[] { (ushort)CIM_ServiceAffectsElement.ElementEffectsValue.Manages }));

    private static Association Capable<TPool>(XenModel x, ClassProvider<TPool> pools, ResourceKind kind, Func<TPool, string> idOf)
        where TPool : class =>
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, pools, Xen_ElementCapabilities.Names.Capabilities, x.Allocations,
            pool => [AllocationCapabilities.Of(kind, idOf(pool))],
            capabilities => capabilities.Kind == kind ? pools.Enumerate().Where(p => idOf(p) == capabilities.PoolId) : []);

    private static Association Configures<TEntity>(SingletonProvider service, ClassProvider<TEntity> managed)
        where TEntity : class =>
        Row(Xen_ServiceAffectsElement.Layout, Xen_ServiceAffectsElement.Names.AffectingElement, service, Xen_ServiceAffectsElement.Names.AffectedElement, managed,
            _ => managed.Enumerate(), element => service.Enumerate(), Manages);

    // The control domain is not theirs to move, or to take anything of.
    private static Association ServesGuests(XenModel x, SingletonProvider service) =>
        Row(Xen_ServiceAffectsElement.Layout, Xen_ServiceAffectsElement.Names.AffectingElement, service, Xen_ServiceAffectsElement.Names.AffectedElement, x.Systems,
            _ => x.Systems.Enumerate().Where(g => !g.IsControlDomain),
            guest => guest.IsControlDomain ? [] : service.Enumerate(),
            Manages);

    private static Association Hosted(XenModel x, SingletonProvider service) =>
        Row(Xen_HostedService.Layout, Xen_HostedService.Names.Antecedent, x.Host, Xen_HostedService.Names.Dependent, service,
            host => service.Enumerate(), _ => x.Host.Enumerate());

    // All of these can do all of that.
    private static Association Can<TEntity, TCapabilities>(ClassProvider<TEntity> elements, ClassProvider<TCapabilities> capabilities)
        where TEntity : class
        where TCapabilities : class =>
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, elements, Xen_ElementCapabilities.Names.Capabilities, capabilities,
            element => capabilities.Enumerate(), _ => elements.Enumerate());

    private static Association Owns(XenModel x, SingletonProvider service, JobOwner owner) =>
        Row(Xen_OwningJobElement.Layout, Xen_OwningJobElement.Names.OwningElement, service, Xen_OwningJobElement.Names.OwnedElement, x.Jobs,
            _ => x.Jobs.Enumerate().Where(j => j.Plan.Owner == owner),
            job => job.Plan.Owner == owner ? service.Enumerate() : []);

    private static Association Child<TPool>(ClassProvider<TPool> pools, TPool primordial, Func<TPool, bool> isChild)
        where TPool : class =>
        Row(Xen_ElementAllocatedFromPool.Layout, Xen_ElementAllocatedFromPool.Names.Antecedent, pools, Xen_ElementAllocatedFromPool.Names.Dependent, pools,
            pool => isChild(pool) ? [] : pools.Enumerate().Where(isChild), child => isChild(child) ? [primordial] : []);

    private static Association ChildSettings<TPool, TSettings>(ClassProvider<TPool> pools, PoolSettings<TPool, TSettings> settings, TPool primordial)
        where TPool : class
        where TSettings : CIM_ResourceAllocationSettingData, new() =>
        Row(Xen_ResourceAllocationFromPool.Layout, Xen_ResourceAllocationFromPool.Names.Antecedent, pools, Xen_ResourceAllocationFromPool.Names.Dependent, settings,
            pool => settings.Of(pool).Any() ? [] : settings.Enumerate(), setting => [primordial]);

    private static Association Owned<TDevice>(XenModel x, HostDevice<TDevice> devices)
        where TDevice : class =>
        Row(Xen_SystemDevice.Layout, Xen_SystemDevice.Names.GroupComponent, x.Host, Xen_SystemDevice.Names.PartComponent, devices,
            host => devices.Enumerate(), device => x.Host.Enumerate());

    // What is passed through is the guest's device itself, so its settings define its state and the guest depends on it.
    private static Association[] PassedThrough<TDevice>(XenModel x, HostDevice<TDevice> devices, Func<TDevice, Hypervisor.HostDevice, bool> isGiven,
        Func<IEnumerable<Hypervisor.HostDevice>, IEnumerable<TDevice>> under)
        where TDevice : class =>
    [
        Row(Xen_SettingsDefineState.Layout, Xen_SettingsDefineState.Names.ManagedElement, devices, Xen_SettingsDefineState.Names.SettingData, x.HostDevices,
            device => x.HostDevices.Enumerate().Where(s => Current(s).Any() && isGiven(device, s.Device)),
            setting => Current(setting).Any() ? under([setting.Device]) : []),
        Row(Xen_HostedDependency.Layout, Xen_HostedDependency.Names.Antecedent, devices, Xen_HostedDependency.Names.Dependent, x.Systems,
            device => x.Configurations.States().Where(c => c.Definition?.HostDevices.Any(d => isGiven(device, d)) == true).Select(c => c.Guest),
            guest => x.Configurations.StateOf(guest).Definition is { } definition ? under(definition.HostDevices) : []),
    ];

    private static Association Part<TPool, TDevice>(ClassProvider<TPool> pools, HostDevice<TDevice> devices,
        Func<TPool, IEnumerable<TDevice>> toDevices, Func<TDevice, IEnumerable<TPool>> toPools)
        where TPool : class
        where TDevice : class =>
        Row(Xen_ConcreteComponent.Layout, Xen_ConcreteComponent.Names.GroupComponent, pools, Xen_ConcreteComponent.Names.PartComponent, devices, toDevices, toPools);
}
