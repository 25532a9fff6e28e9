using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_LogicalDisk: a disk, CD-ROM or floppy drive as the guest sees it (DSP1047).</summary>
public sealed class LogicalDisk(VirtualSystemSettingData configurations)
    : VirtualDevice<DiskDevice>(Xen_LogicalDisk.Layout, configurations)
{
    protected override IEnumerable<(string Id, DiskDevice Device)> Devices(DomainDefinition definition) => definition.Disks.Select(d => (d.DeviceId, d));

    protected override CIM_LogicalDevice DescribeDevice(DeviceSetting<DiskDevice> device, CimRequest request)
    {
        var disk = device.Device;
        var size = request.Wants(Xen_LogicalDisk.Names.NumberOfBlocks) || request.Wants(Xen_LogicalDisk.Names.BlockSize) || request.Wants(Xen_LogicalDisk.Names.ConsumableBlocks)
            ? device.Configuration.Snapshot.CapacityOf(device.Configuration.Guest, disk) : null;
        return new Xen_LogicalDisk
        {
            Name = disk.TargetDevice,
            NameFormat = CIM_LogicalDisk.NameFormatValue.OS_Device_Name,
            NameNamespace = CIM_LogicalDisk.NameNamespaceValue.OS_Device_Namespace,
            Caption = disk.Device switch
            {
                "cdrom" => "CD-ROM drive",
                "floppy" => "Floppy drive",
                _ => "Disk",
            },
            Access = disk.ReadOnly || disk.Device == "cdrom" ? CIM_StorageExtent.AccessValue.Readable : CIM_StorageExtent.AccessValue.Read_Write_Supported,
            DataOrganization = CIM_StorageExtent.DataOrganizationValue.Fixed_Block,
            BlockSize = size is null ? null : disk.LogicalBlockSize,
            NumberOfBlocks = size / disk.LogicalBlockSize,
            ConsumableBlocks = size / disk.LogicalBlockSize,
            Primordial = false,
            OtherIdentifyingInfo = disk.Serial is { } serial ? [serial] : null,
            IdentifyingDescriptions = disk.Serial is null ? null : ["Serial number"],
        };
    }
}
