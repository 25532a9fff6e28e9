using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostDisk: a disk of the host (DSP1047).</summary>
public sealed class HostDisk(IHypervisor hypervisor) : HostDevice<PhysicalDisk>(Xen_HostDisk.Layout, hypervisor)
{
    private const ulong UsualBlockSize = 512;

    public override IEnumerable<PhysicalDisk> Enumerate() => Hypervisor.ListHostDisks();

    /// <summary>The disks that a storage pool is made of: those that its definition names or its folder lies on; all of them for the primordial pool.</summary>
    public IEnumerable<PhysicalDisk> Of(DiskPoolEntry pool) => Enumerate().Where(d => IsPartOf(d, pool));

    public static bool IsPartOf(PhysicalDisk disk, DiskPoolEntry pool) => pool.Pool is not { } storage || storage.SourceDevices.Any(disk.Holds) || storage.Disks.Contains(disk.Path);

    /// <summary>The disk that a guest's disk is on directly, whole or a partition of it.</summary>
    public IEnumerable<PhysicalDisk> Under(DiskDevice disk) => disk.Source is { } source && source.StartsWith("/dev/", StringComparison.Ordinal)
        ? Enumerate().Where(d => d.Holds(source)) : [];

    protected override string IdOf(PhysicalDisk device) => device.Path[(device.Path.LastIndexOf('/') + 1)..];

    protected override CIM_LogicalDevice DescribeDevice(PhysicalDisk device)
    {
        var blockSize = device.BlockSize ?? UsualBlockSize;
        return new Xen_HostDisk
        {
            Name = device.Path,
            NameFormat = CIM_LogicalDisk.NameFormatValue.OS_Device_Name,
            NameNamespace = CIM_LogicalDisk.NameNamespaceValue.OS_Device_Namespace,
            Model = string.Join(' ', new[] { device.Vendor, device.Model }.OfType<string>()) is { Length: > 0 } model ? model : null,
            OtherIdentifyingInfo = device.Serial is { } serial ? [serial] : null,
            IdentifyingDescriptions = device.Serial is null ? null : ["Serial number"],
            Access = CIM_StorageExtent.AccessValue.Read_Write_Supported,
            DataOrganization = CIM_StorageExtent.DataOrganizationValue.Fixed_Block,
            BlockSize = device.Size is null ? null : blockSize,
            NumberOfBlocks = device.Size / blockSize,
            Primordial = true,
        };
    }
}
