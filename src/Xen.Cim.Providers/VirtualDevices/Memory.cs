using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_Memory: the memory that a guest has now, by the balloon perhaps less than it could have (DSP1045).</summary>
public sealed class Memory(VirtualSystemSettingData configurations) : VirtualDevice<DomainDefinition>(Xen_Memory.Layout, configurations)
{
    private const ulong BlockSize = 1024;

    protected override IEnumerable<(string Id, DomainDefinition Device)> Devices(DomainDefinition definition) => [(MemoryRASD.DeviceId, definition)];

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<DomainDefinition> device, CimRequest request) => new Xen_Memory
    {
        ElementName = $"{device.Configuration.Guest.Name} memory",
        Volatile = true,
        Access = CIM_StorageExtent.AccessValue.Read_Write_Supported,
        BlockSize = BlockSize,
        NumberOfBlocks = device.Device.MemoryKiB,
        ConsumableBlocks = device.Device.CurrentMemoryKiB ?? device.Device.MemoryKiB,
        Primordial = false,
    };
}
