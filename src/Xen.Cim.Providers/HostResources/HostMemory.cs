using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostMemory: the host's memory (DSP1045).</summary>
public sealed class HostMemory(IHypervisor hypervisor) : HostDevice<Host>(Xen_HostMemory.Layout, hypervisor)
{
    private const ulong BlockSize = 1024;

    public override IEnumerable<Host> Enumerate() => [Hypervisor.GetHost()];

    protected override string IdOf(Host device) => MemoryRASD.DeviceId;

    protected override CIM_LogicalDevice DescribeDevice(Host device) => new Xen_HostMemory
    {
        ElementName = "Memory",
        Volatile = true,
        Access = CIM_StorageExtent.AccessValue.Read_Write_Supported,
        BlockSize = BlockSize,
        NumberOfBlocks = device.MemoryKiB,
        ConsumableBlocks = Hypervisor.GetFreeMemoryKiB(),
        Primordial = true,
        OperationalStatus = [CIM_ManagedSystemElement.OperationalStatusValue.OK],
    };
}
