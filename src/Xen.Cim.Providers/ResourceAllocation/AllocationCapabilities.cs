using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A kind of resource that pools hold.</summary>
public enum ResourceKind
{
    Processor,
    Memory,
    Disk,
    Network,
    Graphics,
    Console,
    Input,
    HostDevice,
    UsbController,
    IdeController,
    ScsiController,
    OtherStorageController,
    Controller,
    OtherDevice,
}

/// <summary>What can be asked of one pool.</summary>
public sealed record PoolCapabilities(ResourceKind Kind, string PoolId)
{
    /// <summary>The pool's kind and name: ProcessorPool/primordial.</summary>
    public string Pool => PoolId["Xen:".Length..];
}

/// <summary>Xen_AllocationCapabilities: what can be allocated from each pool (DSP1043).</summary>
public sealed class AllocationCapabilities(IHypervisor hypervisor, DiskPool disks, NetworkPool networks)
    : InstanceIdProvider<PoolCapabilities>(Xen_AllocationCapabilities.Layout)
{
    private const string Prefix = "Xen:AllocationCapabilities/";

    public override IEnumerable<PoolCapabilities> Enumerate() =>
    [
        Of(ResourceKind.Processor, ProcessorPool.Id),
        Of(ResourceKind.Memory, MemoryPool.Id),
        .. disks.Enumerate().Select(p => Of(ResourceKind.Disk, p.Id)),
        .. networks.Enumerate().Select(p => Of(ResourceKind.Network, p.Id)),
        .. GenericDevicePool.Kinds.Select(k => Of(k.Kind, k.PoolId)),
    ];

    public static PoolCapabilities Of(ResourceKind kind, string poolId) => new(kind, poolId);

    public override string IdOf(PoolCapabilities capabilities) => Prefix + capabilities.Pool;

    public override PoolCapabilities? FindById(string instanceId) => Enumerate().FirstOrDefault(c => IdOf(c) == instanceId);

    protected override CimInstance Describe(PoolCapabilities capabilities, CimRequest request)
    {
        var pluggable = capabilities.Kind is not (ResourceKind.Processor or ResourceKind.Memory);
        return new Xen_AllocationCapabilities
        {
            InstanceID = IdOf(capabilities),
            ElementName = $"What can be allocated from {capabilities.Pool}",
            ResourceType = capabilities.Kind switch
            {
                ResourceKind.Processor => CIM_AllocationCapabilities.ResourceTypeValue.Processor,
                ResourceKind.Memory => CIM_AllocationCapabilities.ResourceTypeValue.Memory,
                ResourceKind.Disk => CIM_AllocationCapabilities.ResourceTypeValue.Disk_Drive,
                ResourceKind.Network => CIM_AllocationCapabilities.ResourceTypeValue.Ethernet_Adapter,
                _ => (CIM_AllocationCapabilities.ResourceTypeValue)GenericDevicePool.Of(capabilities.Kind)!.ResourceType,
            },
            OtherResourceType = GenericDevicePool.Of(capabilities.Kind)?.OtherType,
            RequestTypesSupported = capabilities.Kind switch
            {
                // In a storage pool a volume is made for who names none.
                ResourceKind.Disk when capabilities.PoolId != DiskPool.PrimordialId && hypervisor.Supports(HypervisorOperation.Volumes) => Xen_AllocationCapabilities.RequestTypesSupportedValue.Both,
                ResourceKind.Disk or ResourceKind.HostDevice => Xen_AllocationCapabilities.RequestTypesSupportedValue.Specific,
                ResourceKind.Network => Xen_AllocationCapabilities.RequestTypesSupportedValue.Both,
                _ => Xen_AllocationCapabilities.RequestTypesSupportedValue.General,
            },
            SharingMode = capabilities.Kind is ResourceKind.Memory or ResourceKind.Disk or ResourceKind.HostDevice
                ? CIM_AllocationCapabilities.SharingModeValue.Dedicated : CIM_AllocationCapabilities.SharingModeValue.Shared,
            SupportedAddStates = !pluggable ? [] : hypervisor.Supports(HypervisorOperation.AttachDevice)
                ? [Xen_AllocationCapabilities.SupportedAddStatesValue.Disabled, Xen_AllocationCapabilities.SupportedAddStatesValue.Enabled, Xen_AllocationCapabilities.SupportedAddStatesValue.Paused]
                : [Xen_AllocationCapabilities.SupportedAddStatesValue.Disabled],
            SupportedRemoveStates = !pluggable ? [] : hypervisor.Supports(HypervisorOperation.DetachDevice)
                ? [Xen_AllocationCapabilities.SupportedRemoveStatesValue.Disabled, Xen_AllocationCapabilities.SupportedRemoveStatesValue.Enabled]
                : [Xen_AllocationCapabilities.SupportedRemoveStatesValue.Disabled],
        };
    }
}
