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

    // Of what these kinds hold, something at least can be plugged into a guest that runs and out of it again; all else comes and
    // goes while it is off (libvirt's qemuDomainAttachDeviceLive and libxlDomainAttachDeviceLive).
    private static readonly Dictionary<HypervisorDriver, ResourceKind[]> s_pluggable = new()
    {
        [HypervisorDriver.Xen] = [ResourceKind.Disk, ResourceKind.Network, ResourceKind.HostDevice, ResourceKind.UsbController],
        [HypervisorDriver.Qemu] =
        [
            ResourceKind.Disk, ResourceKind.Network, ResourceKind.Console, ResourceKind.Input, ResourceKind.HostDevice, ResourceKind.ScsiController, ResourceKind.OtherDevice,
        ],
    };

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

    // Of processors and memory there is one setting each. IDE controllers come with the guest's board, and on Xen those of its device model.
    internal bool IsAddable(ResourceKind kind) => kind switch
    {
        ResourceKind.Processor or ResourceKind.Memory or ResourceKind.IdeController => false,
        ResourceKind.ScsiController or ResourceKind.OtherStorageController or ResourceKind.Controller => hypervisor.Driver != HypervisorDriver.Xen,
        _ => true,
    };

    protected override CimInstance Describe(PoolCapabilities capabilities, CimRequest request)
    {
        var addable = IsAddable(capabilities.Kind);
        var pluggable = !s_pluggable.TryGetValue(hypervisor.Driver, out var kinds) || kinds.Contains(capabilities.Kind);
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
                // Outside of libvirt's networks an adapter needs a bridge or port of the host.
                ResourceKind.Network when capabilities.PoolId == NetworkPool.PrimordialId => Xen_AllocationCapabilities.RequestTypesSupportedValue.Specific,
                ResourceKind.Disk or ResourceKind.HostDevice => Xen_AllocationCapabilities.RequestTypesSupportedValue.Specific,
                ResourceKind.Network => Xen_AllocationCapabilities.RequestTypesSupportedValue.Both,
                _ => Xen_AllocationCapabilities.RequestTypesSupportedValue.General,
            },
            SharingMode = capabilities.Kind is ResourceKind.Memory or ResourceKind.Disk or ResourceKind.HostDevice
                ? CIM_AllocationCapabilities.SharingModeValue.Dedicated : CIM_AllocationCapabilities.SharingModeValue.Shared,
            SupportedAddStates = !addable ? [] : pluggable && hypervisor.Supports(HypervisorOperation.AttachDevice)
                ? [Xen_AllocationCapabilities.SupportedAddStatesValue.Disabled, Xen_AllocationCapabilities.SupportedAddStatesValue.Enabled, Xen_AllocationCapabilities.SupportedAddStatesValue.Paused]
                : [Xen_AllocationCapabilities.SupportedAddStatesValue.Disabled],
            SupportedRemoveStates = !addable ? [] : pluggable && hypervisor.Supports(HypervisorOperation.DetachDevice)
                ? [Xen_AllocationCapabilities.SupportedRemoveStatesValue.Disabled, Xen_AllocationCapabilities.SupportedRemoveStatesValue.Enabled]
                : [Xen_AllocationCapabilities.SupportedRemoveStatesValue.Disabled],
        };
    }
}
