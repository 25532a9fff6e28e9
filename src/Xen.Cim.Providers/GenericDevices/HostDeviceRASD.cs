using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostDeviceRASD: a PCI or USB device of the host that a guest has for itself (DSP1059).</summary>
public sealed class HostDeviceRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<HostDevice, Xen_HostDeviceRASD>(Xen_HostDeviceRASD.Layout, hypervisor, configurations, GenericDevicePool.HostDevice)
{
    protected override IEnumerable<HostDevice> Of(DomainDefinition definition) => definition.HostDevices;

    // Input devices have the same ResourceType.
    private protected override bool IsMeantBy(CimInstance settings) => settings["PoolID"] is string pool && pool.Length > 0
        ? pool == GenericDevicePool.HostDevice.PoolId
        : settings["ResourceSubType"] is string type && type.Length > 0 ? type is "pci" or "usb" : settings["HostResource"] is not null || settings["Address"] is not null;

    protected override Xen_HostDeviceRASD DescribeDevice(DomainDefinition definition, HostDevice device) => new()
    {
        ResourceSubType = device.Type,
        ConsumerVisibility = CIM_ResourceAllocationSettingData.ConsumerVisibilityValue.Passed_Through,
        MappingBehavior = CIM_ResourceAllocationSettingData.MappingBehaviorValue.Dedicated,
        Address = device.HostAddress,
        Parent = ParentOf(definition, device),
        AddressOnParent = device.GuestAddress,
        Managed = device.Managed,
    };

    private protected override Xen_HostDeviceRASD Complete(ref Xen_HostDeviceRASD known, Configuration configuration, HostDevice device, CimRequest request)
    {
        var instance = (Xen_HostDeviceRASD)known.Copy();
        instance.HostResource = ResourceOf(device) is { } resource ? [resource] : null;
        return instance;
    }

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_HostDeviceRASD.Names.ResourceSubType, Xen_HostDeviceRASD.Names.Address, Xen_HostDeviceRASD.Names.HostResource, Xen_HostDeviceRASD.Names.MappingBehavior, Xen_HostDeviceRASD.Names.Managed);

    private protected override string Add(DomainDefinition definition, Xen_HostDeviceRASD settings)
    {
        if (settings.HostResource is { Length: > 1 } several)
            throw CimException.InvalidParameter($"HostResource has {several.Length} entries; a setting stands for one device of the host.");
        var wanted = settings.HostResource is [{ Length: > 0 } resource] ? resource : settings.Address;
        if (wanted is not { Length: > 0 })
            throw CimException.InvalidParameter("HostResource is missing; it is the device of the host, such as pci:0000:03:00.0 or usb:046d:c31c.");
        var (scheme, address) = Named(wanted, settings.ResourceSubType);
        if (settings.ResourceSubType is { Length: > 0 } type && type != scheme)
            throw CimException.InvalidParameter($"ResourceSubType \"{type}\" and HostResource \"{wanted}\" are two different kinds of device.");
        var device = scheme switch
        {
            "pci" => HostDevice.Pci(address),
            "usb" => HostDevice.Usb(address),
            _ => HostDevice.Usb(address) ?? HostDevice.Pci(address),
        } ?? throw CimException.InvalidParameter($"HostResource \"{(wanted.Length > 60 ? wanted[..60] + "..." : wanted)}\" names no device: expected pci:0000:03:00.0 (as in lspci -D), usb:046d:c31c (vendor and product) or usb:1.4 (bus and device).");
        if (definition.HostDevices.Any(d => d.HostAddress == device.HostAddress))
            throw new CimException(CimStatus.AlreadyExists, $"{definition.Name} has the device {device.Type}:{device.HostAddress} already.");
        Write(device, settings);
        return definition.Add(device).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_HostDeviceRASD settings)
    {
        var device = Require(definition, deviceId);
        RefuseChange(Xen_HostDeviceRASD.Names.ResourceSubType, settings.ResourceSubType, device.Type);
        RefuseChange(Xen_HostDeviceRASD.Names.Address, settings.Address, device.HostAddress);
        if (settings.HostResource is [])
            RefuseChange(Xen_HostDeviceRASD.Names.HostResource, "", ResourceOf(device));
        foreach (var resource in settings.HostResource ?? [])
        {
            if (resource is null || Named(resource, device.Type) != (device.Type, device.HostAddress))
                RefuseChange(Xen_HostDeviceRASD.Names.HostResource, resource, ResourceOf(device));
        }
        Write(device, settings);
    }

    /// <summary>The kind and the address of a device that a client names.</summary>
    private static (string? Scheme, string Address) Named(string resource, string? type) =>
        HostDevicePath.DeviceIdIn(resource, Xen_HostPCIDevice.CimName) is { } pci ? ("pci", HostPciDevice.AddressOf(pci))
        : HostDevicePath.DeviceIdIn(resource, Xen_HostUSBDevice.CimName) is { } usb ? ("usb", usb)
        : resource.StartsWith("pci:", StringComparison.Ordinal) || resource.StartsWith("usb:", StringComparison.Ordinal) ? (resource[..3], resource[4..])
        : (type, resource);

    // Which device a vendor and a product mean is known only to who looks at the host, so that stays what it is.
    private string? ResourceOf(HostDevice device) => device switch
    {
        { PciAddress: { } address } => HostDevicePath.Of(Xen_HostPCIDevice.CimName, Hypervisor.GetHost().Name, HostPciDevice.DeviceIdOf(address)),
        { UsbProduct: null, UsbAddress: { } address } => HostDevicePath.Of(Xen_HostUSBDevice.CimName, Hypervisor.GetHost().Name, address),
        { HostAddress: { } other } => $"{device.Type}:{other}",
        _ => null,
    };

    private static void Write(HostDevice device, Xen_HostDeviceRASD settings)
    {
        if (settings.MappingBehavior is { } mapping and not (CIM_ResourceAllocationSettingData.MappingBehaviorValue.Dedicated or CIM_ResourceAllocationSettingData.MappingBehaviorValue.Unknown))
            throw CimException.InvalidParameter($"MappingBehavior {(ushort)mapping}: a device that is passed through is the guest's alone (3, Dedicated).");
        if (settings.Managed is { } managed && managed != device.Managed)
            device.Managed = managed;
    }
}
