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
        Row(Xen_HostedService.Layout, Xen_HostedService.Names.Antecedent, x.Host, Xen_HostedService.Names.Dependent, x.Management,
            host => x.Management.Enumerate(),
            service => x.Host.Enumerate()),
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, x.Host, Xen_ElementCapabilities.Names.Capabilities, x.ManagementCapabilities,
            host => x.ManagementCapabilities.Enumerate(),
            capabilities => x.Host.Enumerate()),
        Row(Xen_ElementCapabilities.Layout, Xen_ElementCapabilities.Names.ManagedElement, x.Management, Xen_ElementCapabilities.Names.Capabilities, x.ManagementCapabilities,
            service => x.ManagementCapabilities.Enumerate(),
            capabilities => x.Management.Enumerate()),

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

        // DSP1041: pools, and what is allocated from them.
        Pool(x, x.ProcessorPool),
        Pool(x, x.MemoryPool),
        Pool(x, x.DiskPool),
        Pool(x, x.NetworkPool),
        Allocation(x.ProcessorPool, x.Processors, pool => x.Processors.Enumerate(), setting => [ProcessorPool.Only]),
        Allocation(x.MemoryPool, x.Memory, pool => x.Memory.Enumerate(), setting => [MemoryPool.Only]),
        Allocation(x.DiskPool, x.Disks, pool => x.Disks.Enumerate().Where(s => DiskPool.PoolOf(s.Device, s.Configuration.Snapshot).Id == pool.Id), setting => [DiskPool.PoolOf(setting.Device, setting.Configuration.Snapshot)]),
        Allocation(x.NetworkPool, x.Networks, pool => x.Networks.Enumerate().Where(s => NetworkPool.PoolOf(s.Device, s.Configuration.Snapshot).Id == pool.Id), setting => [NetworkPool.PoolOf(setting.Device, setting.Configuration.Snapshot)]),

        // DSP1103: jobs, who owns them and what they work on.
        Row(Xen_OwningJobElement.Layout, Xen_OwningJobElement.Names.OwningElement, x.Systems, Xen_OwningJobElement.Names.OwnedElement, x.Jobs,
            guest => x.Jobs.Enumerate().Where(j => j.Plan.Guest.Uuid == guest.Uuid),
            job => x.Systems.Of(job.Plan.Guest.Uuid)),
        Row(Xen_AffectedJobElement.Layout, Xen_AffectedJobElement.Names.AffectedElement, x.Systems, Xen_AffectedJobElement.Names.AffectingElement, x.Jobs,
            guest => x.Jobs.Enumerate().Where(j => j.Plan.Guest.Uuid == guest.Uuid),
            job => x.Systems.Of(job.Plan.Guest.Uuid)),
    ];

    private static Association<TLeft, TRight> Row<TLeft, TRight>(Model.CimLayout layout, string leftRole, ClassProvider<TLeft> left, string rightRole,
        ClassProvider<TRight> right, Func<TLeft, IEnumerable<TRight>> toRight, Func<TRight, IEnumerable<TLeft>> toLeft)
        where TLeft : class
        where TRight : class =>
        new(layout, leftRole, left, rightRole, right, toRight, toLeft);

    private static Association Component<TDevice, TSettings>(XenModel x, AllocationSetting<TDevice, TSettings> settings)
        where TDevice : class
        where TSettings : Model.CimInstance, new() =>
        Row(Xen_VirtualSystemSettingDataComponent.Layout, Xen_VirtualSystemSettingDataComponent.Names.GroupComponent, x.Configurations,
            Xen_VirtualSystemSettingDataComponent.Names.PartComponent, settings, settings.Of, setting => [setting.Configuration]);

    private static Association Pool<TPool>(XenModel x, ClassProvider<TPool> pools)
        where TPool : class =>
        Row(Xen_HostedResourcePool.Layout, Xen_HostedResourcePool.Names.GroupComponent, x.Host, Xen_HostedResourcePool.Names.PartComponent, pools,
            host => pools.Enumerate(), pool => x.Host.Enumerate());

    private static Association Allocation<TPool, TDevice, TSettings>(ClassProvider<TPool> pools, AllocationSetting<TDevice, TSettings> settings,
        Func<TPool, IEnumerable<DeviceSetting<TDevice>>> toSettings, Func<DeviceSetting<TDevice>, IEnumerable<TPool>> toPool)
        where TPool : class
        where TDevice : class
        where TSettings : Model.CimInstance, new() =>
        Row(Xen_ResourceAllocationFromPool.Layout, Xen_ResourceAllocationFromPool.Names.Antecedent, pools,
            Xen_ResourceAllocationFromPool.Names.Dependent, settings, toSettings, toPool);
}
