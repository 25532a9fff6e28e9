using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_ControllerRASD: a controller that neither drives nor USB devices hang on (DSP1059): PCI, virtio-serial, ccid, xenbus.</summary>
public sealed class ControllerRASD(IHypervisor hypervisor, VirtualSystemSettingData configurations)
    : GenericDeviceSetting<ControllerDevice, Xen_ControllerRASD>(Xen_ControllerRASD.Layout, hypervisor, configurations, GenericDevicePool.Controller)
{
    // These have properties of their own.
    private static readonly string[] s_own = ["@type", "@model", "@index"];

    private static readonly string[] s_addable = ["pci", "virtio-serial", "ccid"];

    protected override IEnumerable<ControllerDevice> Of(DomainDefinition definition) => definition.OtherControllers;

    // Other devices have the same ResourceType.
    private protected override bool IsMeantBy(CimInstance settings) => settings["OtherResourceType"] is "controller" || settings["PoolID"] is string pool && pool == GenericDevicePool.Controller.PoolId;

    protected override Xen_ControllerRASD DescribeDevice(DomainDefinition definition, ControllerDevice device) => new()
    {
        ControllerType = device.Type,
        ResourceSubType = device.Model,
        Address = device.Index is { } index ? index.ToString(CultureInfo.InvariantCulture) : null,
        Parent = ParentOf(definition, device),
        AddressOnParent = device.GuestAddress,
        Parameters = NamedValues.Write(device.Parameters.Where(p => !s_own.Contains(p.Key))),
    };

    private protected override IReadOnlySet<string> Writable { get; } = Set(
        Xen_ControllerRASD.Names.ResourceSubType, Xen_ControllerRASD.Names.ControllerType, Xen_ControllerRASD.Names.Parameters);

    private protected override string Add(DomainDefinition definition, Xen_ControllerRASD settings)
    {
        var type = settings.ControllerType is { Length: > 0 } wanted ? wanted : "pci";
        if (!s_addable.Contains(type))
            throw CimException.NotSupported($"A controller of type {type} cannot be added here: what can is {string.Join(", ", s_addable)}; Xen's bus comes with every guest of Xen, those of drives are Xen_StorageControllerRASD and those of USB Xen_UsbControllerRASD.");
        if (Hypervisor.Driver == HypervisorDriver.Xen)
            throw CimException.NotSupported($"A controller of type {type} cannot be added: Xen gives a guest the controllers of its device model, and no others.");
        var model = settings.ResourceSubType is { Length: > 0 } given ? given : type == "pci" ? UsualOn(definition) : null;
        if (type == "pci" && (model is null || IsOfBoard(type, model)))
            throw CimException.InvalidParameter($"ResourceSubType is {model ?? "NULL"}; it is the model of the new PCI controller, such as pcie-root-port or pci-bridge: the first bus comes with the guest's board.");
        var index = definition.OtherControllers.Where(c => c.Type == type).Select(c => (c.Index ?? 0) + 1).DefaultIfEmpty(type == "pci" ? 1u : 0u).Max();
        var controller = new ControllerDevice(type, model, index);
        DeviceParameterSettings.Write(controller, Xen_ControllerRASD.Names.Parameters, settings.Parameters, s_own);
        return definition.Add(controller).DeviceId;
    }

    private protected override void Modify(DomainDefinition definition, string deviceId, Xen_ControllerRASD settings)
    {
        var controller = Require(definition, deviceId);
        RefuseChange(Xen_ControllerRASD.Names.ControllerType, settings.ControllerType, controller.Type);
        RefuseChange(Xen_ControllerRASD.Names.ResourceSubType, settings.ResourceSubType, controller.Model);
        DeviceParameterSettings.Write(controller, Xen_ControllerRASD.Names.Parameters, settings.Parameters, s_own);
    }

    private protected override void Remove(DomainDefinition definition, string deviceId)
    {
        var controller = Require(definition, deviceId);
        if (IsOfBoard(controller.Type, controller.Model))
            throw CimException.NotSupported($"The controller {deviceId} comes with the guest's board and cannot be removed.");
        var users = definition.Devices.Where(d => definition.ControllerOf(d)?.DeviceId == deviceId).Select(d => d.DeviceId).ToList();
        if (users.Count > 0)
            throw new CimException(CimStatus.Failed, $"The controller {deviceId} of {definition.Name} is in use by {string.Join(", ", users)}; remove those first.");
        base.Remove(definition, deviceId);
    }

    // What the guest's first bus takes; libvirt tells of that once the guest is defined.
    private static string? UsualOn(DomainDefinition definition) => definition.OtherControllers.FirstOrDefault(c => c is { Type: "pci", Index: 0 })?.Model switch
    {
        "pcie-root" => "pcie-root-port",
        "pci-root" => "pci-bridge",
        _ => null,
    };

    private static bool IsOfBoard(string? type, string? model) => type is not ("virtio-serial" or "ccid" or "pci") || model is "pci-root" or "pcie-root";
}
