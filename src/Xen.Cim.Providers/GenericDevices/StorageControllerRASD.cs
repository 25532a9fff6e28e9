using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_StorageControllerRASD: a controller that a guest's drives hang on (DSP1059): IDE, SCSI, SATA, floppy.</summary>
public sealed class StorageControllerRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<ControllerDevice, Xen_StorageControllerRASD>(Xen_StorageControllerRASD.Layout, hypervisor, configurations,
        GenericDevicePool.IdeController, GenericDevicePool.ScsiController, GenericDevicePool.OtherStorageController)
{
    /// <summary>ResourceSubType of a SCSI controller that names none.</summary>
    internal const string UsualScsi = "virtio-scsi";

    // All others come with the guest's board, as many as it has.
    private static readonly string[] s_addable = ["scsi", "sata"];

    protected override IEnumerable<ControllerDevice> Of(DomainDefinition definition) => definition.DriveControllers;

    internal override GenericDeviceKind PooledAs(ControllerDevice device) => device.Type switch
    {
        "ide" => GenericDevicePool.IdeController,
        "scsi" => GenericDevicePool.ScsiController,
        _ => GenericDevicePool.OtherStorageController,
    };

    protected override Xen_StorageControllerRASD DescribeDevice(DomainDefinition definition, ControllerDevice device) => new()
    {
        ControllerType = device.Type,
        ResourceSubType = device.Model,
        Address = device.Index is { } index ? index.ToString(CultureInfo.InvariantCulture) : null,
        Parent = ParentOf(definition, device),
        AddressOnParent = device.GuestAddress,
    };

    private protected override IReadOnlySet<string> Writable { get; } = Set(Xen_StorageControllerRASD.Names.ResourceSubType, Xen_StorageControllerRASD.Names.ControllerType);

    private protected override string Add(DomainDefinition definition, Xen_StorageControllerRASD settings)
    {
        var type = settings.ControllerType is { Length: > 0 } wanted ? wanted : settings.ResourceType switch
        {
            CIM_ResourceAllocationSettingData.ResourceTypeValue.IDE_Controller => "ide",
            CIM_ResourceAllocationSettingData.ResourceTypeValue.Other_storage_device => "sata",
            _ => "scsi",
        };
        if (!s_addable.Contains(type))
            throw CimException.NotSupported($"A controller of type {type} cannot be added: it comes with the guest's board where a drive needs one; what can be added is {string.Join(" and ", s_addable)}.");
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            throw CimException.NotSupported($"A controller of type {type} cannot be added: Xen gives a guest the controllers of its device model, and no others.");
        var index = definition.DriveControllers.Where(c => c.Type == type).Select(c => (c.Index ?? 0) + 1).DefaultIfEmpty(0u).Max();
        var model = settings.ResourceSubType is { Length: > 0 } given ? given : type == "scsi" ? UsualScsi : null;
        return definition.Add(new ControllerDevice(type, model, index)).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_StorageControllerRASD settings)
    {
        var controller = Require(definition, deviceId);
        RefuseChange(Xen_StorageControllerRASD.Names.ControllerType, settings.ControllerType, controller.Type);
        RefuseChange(Xen_StorageControllerRASD.Names.ResourceSubType, settings.ResourceSubType, controller.Model);
    }

    private protected override void Remove(DomainDefinition definition, string deviceId)
    {
        var controller = Require(definition, deviceId);
        if (!s_addable.Contains(controller.Type))
            throw CimException.NotSupported($"The controller {deviceId} comes with the guest's board and cannot be removed.");
        var drives = definition.Disks.Where(d => d.Bus == controller.Type && d.ControllerIndex == controller.Index).Select(d => d.TargetDevice).ToList();
        if (drives.Count > 0)
            throw new CimException(CimStatus.Failed, $"The controller {deviceId} of {definition.Name} is in use by {string.Join(", ", drives)}; remove those first.");
        base.Remove(definition, deviceId);
    }
}
