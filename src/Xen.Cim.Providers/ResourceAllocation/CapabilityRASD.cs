using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>How a setting describes capabilities: as the default, the least, the most, or the steps between.</summary>
public enum CapabilityRole
{
    Default,
    Minimum,
    Maximum,
    Increment,
}

/// <summary>One setting of a pool's capabilities.</summary>
public sealed record CapabilitySetting(PoolCapabilities Capabilities, CapabilityRole Role);

/// <summary>
/// Xen_CapabilityRASD: default, minimum, maximum and increment of what can be asked of a pool (DSP1043 8.x), computed from
/// the host.
/// </summary>
public sealed class CapabilityRASD(IHypervisor hypervisor, AllocationCapabilities capabilities)
    : InstanceIdProvider<CapabilitySetting>(Xen_CapabilityRASD.Layout)
{
    private const string Prefix = "Xen:Capability/";

    public override IEnumerable<CapabilitySetting> Enumerate() => capabilities.Enumerate().SelectMany(Of);

    public static IEnumerable<CapabilitySetting> Of(PoolCapabilities pool) => Enum.GetValues<CapabilityRole>().Select(r => new CapabilitySetting(pool, r));

    public override string IdOf(CapabilitySetting setting) => $"{Prefix}{setting.Capabilities.Pool}/{Word(setting.Role)}";

    public override CapabilitySetting? FindById(string instanceId) =>
        instanceId.StartsWith(Prefix, StringComparison.Ordinal) ? Enumerate().FirstOrDefault(s => IdOf(s) == instanceId) : null;

    /// <summary>Whether a client's setting is one of these, sent back for a resource of this type.</summary>
    public static bool IsTemplateOf(CimInstance settings, IReadOnlyCollection<ushort> resourceTypes) =>
        settings.ClassName.Equals(Xen_CapabilityRASD.CimName, StringComparison.OrdinalIgnoreCase)
        && settings["ResourceType"] is { } type && CimValue.TryConvert(CimType.UInt16, type) is ushort number && resourceTypes.Contains(number);

    /// <summary>The properties of the association that leads to a setting.</summary>
    public static void DescribeLink(CimInstance link, PoolCapabilities pool, CapabilitySetting setting)
    {
        Set(Xen_SettingsDefineCapabilities.Names.PropertyPolicy, (ushort)CIM_SettingsDefineCapabilities.PropertyPolicyValue.Independent);
        Set(Xen_SettingsDefineCapabilities.Names.ValueRole, (ushort)(setting.Role == CapabilityRole.Default
            ? CIM_SettingsDefineCapabilities.ValueRoleValue.Default : CIM_SettingsDefineCapabilities.ValueRoleValue.Supported));
        Set(Xen_SettingsDefineCapabilities.Names.ValueRange, (ushort)(setting.Role switch
        {
            CapabilityRole.Minimum => CIM_SettingsDefineCapabilities.ValueRangeValue.Minimums,
            CapabilityRole.Maximum => CIM_SettingsDefineCapabilities.ValueRangeValue.Maximums,
            CapabilityRole.Increment => CIM_SettingsDefineCapabilities.ValueRangeValue.Increments,
            _ => CIM_SettingsDefineCapabilities.ValueRangeValue.Point,
        }));

        void Set(string name, ushort value) => link.SetAt(link.Layout.OrdinalOf(name), value);
    }

    protected override CimInstance Describe(CapabilitySetting setting, CimRequest request)
    {
        var instance = new Xen_CapabilityRASD
        {
            InstanceID = IdOf(setting),
            ElementName = $"{setting.Role} for {setting.Capabilities.Pool}",
            PoolID = setting.Capabilities.PoolId,
            ConsumerVisibility = CIM_ResourceAllocationSettingData.ConsumerVisibilityValue.Virtualized,
            AutomaticAllocation = true,
            AutomaticDeallocation = true,
        };
        switch (setting.Capabilities.Kind)
        {
            case ResourceKind.Processor:
                Processors(instance, setting.Role, hypervisor.GetHost());
                break;
            case ResourceKind.Memory:
                Memory(instance, setting.Role, hypervisor.GetHost());
                break;
            case ResourceKind.Disk:
                instance.ResourceType = CIM_ResourceAllocationSettingData.ResourceTypeValue.Disk_Drive;
                if (hypervisor.Supports(HypervisorOperation.Volumes) && hypervisor.ListStoragePools().FirstOrDefault(p => DiskPool.Entry(p).Id == setting.Capabilities.PoolId) is { IsActive: true } pool)
                    Volume(instance, setting.Role, pool);
                else
                    Whole(instance);
                break;
            case ResourceKind.Network:
                instance.ResourceType = CIM_ResourceAllocationSettingData.ResourceTypeValue.Ethernet_Adapter;
                Whole(instance);
                break;
            default:
                instance.ResourceType = (CIM_ResourceAllocationSettingData.ResourceTypeValue)GenericDevicePool.Of(setting.Capabilities.Kind)!.ResourceType;
                instance.OtherResourceType = GenericDevicePool.Of(setting.Capabilities.Kind)!.OtherType;
                if (setting.Role == CapabilityRole.Default)
                    Name(instance, setting.Capabilities.Kind);
                Whole(instance);
                break;
        }
        if (setting.Role == CapabilityRole.Default && Missing(instance, setting.Capabilities) is { } missing)
            instance.ElementName += ": " + missing;
        return instance;
    }

    // The kind of device that the default is; a console or port, and a PCI controller, is that of the guest it is added to.
    private void Name(Xen_CapabilityRASD instance, ResourceKind kind)
    {
        if (kind == ResourceKind.OtherDevice)
            (instance.OtherResourceType, instance.ResourceSubType) = OtherDeviceRASD.Usual(hypervisor.Driver);
        else if (capabilities.IsAddable(kind))
        {
            instance.ResourceSubType = kind switch
            {
                ResourceKind.Graphics => GraphicsRASD.UsualType,
                ResourceKind.Input => InputRASD.UsualType,
                ResourceKind.UsbController => UsbControllerRASD.UsualModel(hypervisor.Driver),
                ResourceKind.ScsiController => StorageControllerRASD.UsualScsi,
                _ => null,
            };
        }
    }

    /// <summary>What has to be filled in before a default can be added to a guest; null where nothing has.</summary>
    private string? Missing(Xen_CapabilityRASD instance, PoolCapabilities pool) => pool.Kind switch
    {
        ResourceKind.Disk when instance.VirtualQuantityUnits == "count" => $"fill in {CIM_ResourceAllocationSettingData.Names.Address}, the path of the medium",
        ResourceKind.Network when pool.PoolId == NetworkPool.PrimordialId => $"fill in {CIM_ResourceAllocationSettingData.Names.Connection}, a network or bridge of the host",
        ResourceKind.HostDevice => $"fill in {CIM_ResourceAllocationSettingData.Names.HostResource}, the device of the host",
        ResourceKind.Processor or ResourceKind.Memory => null,
        _ when !capabilities.IsAddable(pool.Kind) => "comes with the guest, and none can be added",
        _ => null,
    };

    // Cap and weight are the credit scheduler's (xl sched-credit); 0 is no cap.
    private static void Processors(Xen_CapabilityRASD instance, CapabilityRole role, Host host)
    {
        instance.ResourceType = CIM_ResourceAllocationSettingData.ResourceTypeValue.Processor;
        instance.AllocationUnits = "percent";
        instance.VirtualQuantityUnits = "count";
        (instance.VirtualQuantity, instance.Limit, instance.Weight) = role switch
        {
            CapabilityRole.Maximum => (host.MaxGuestProcessors ?? host.Processors, 100UL * host.Processors, ProcessorRASD.MaxWeight),
            CapabilityRole.Minimum => (1UL, 0UL, 1u),
            CapabilityRole.Increment => (1UL, 1UL, 1u),
            _ => (1UL, 0UL, ProcessorRASD.DefaultWeight),
        };
    }

    private static void Memory(Xen_CapabilityRASD instance, CapabilityRole role, Host host)
    {
        instance.ResourceType = CIM_ResourceAllocationSettingData.ResourceTypeValue.Memory;
        instance.AllocationUnits = MemoryUnits.KiB;
        instance.VirtualQuantityUnits = MemoryUnits.KiB;
        instance.VirtualQuantity = instance.Limit = role switch
        {
            CapabilityRole.Maximum => host.MemoryKiB,
            CapabilityRole.Minimum => MemoryRASD.MinimumKiB,
            CapabilityRole.Increment => MemoryRASD.StepKiB,
            _ => DomainDefinition.DefaultMemoryKiB,
        };
    }

    // A new disk gets a volume of its own; one that is written to needs the space that the pool has.
    private static void Volume(Xen_CapabilityRASD instance, CapabilityRole role, StoragePool pool)
    {
        instance.AllocationUnits = instance.VirtualQuantityUnits = "byte";
        instance.VirtualQuantity = role switch
        {
            CapabilityRole.Maximum => pool.Available,
            CapabilityRole.Default => Math.Clamp(pool.Available, NewDiskVolume.Smallest, NewDiskVolume.Usual),
            _ => NewDiskVolume.Smallest,
        };
    }

    // A setting stands for one whole disk or interface.
    private static void Whole(Xen_CapabilityRASD instance)
    {
        instance.AllocationUnits = "count";
        instance.VirtualQuantityUnits = "count";
        instance.VirtualQuantity = 1;
    }

    private static string Word(CapabilityRole role) => role switch
    {
        CapabilityRole.Minimum => "minimum",
        CapabilityRole.Maximum => "maximum",
        CapabilityRole.Increment => "increment",
        _ => "default",
    };
}
