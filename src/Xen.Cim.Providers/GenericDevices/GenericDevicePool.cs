using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A kind of generic device, as a pool.</summary>
public sealed record GenericDeviceKind(ResourceKind Kind, string Name, ushort ResourceType, Func<DomainDefinition, int> Count)
{
    /// <summary>What a <see cref="ResourceType"/> of Other is; null for all others.</summary>
    public string? OtherType { get; init; }

    public string PoolId => GenericDevicePool.Prefix + Name;
}

/// <summary>Xen_GenericDevicePool: what guests have of each kind of generic device, one pool a kind (DSP1059).</summary>
public sealed class GenericDevicePool(VirtualSystemSettingData configurations, HostPciDevice pciDevices, HostUsbDevice usbDevices) : InstanceIdProvider<GenericDeviceKind>(Xen_GenericDevicePool.Layout)
{
    internal const string Prefix = "Xen:GenericDevicePool/";

    internal static readonly GenericDeviceKind Graphics = new(ResourceKind.Graphics, "graphics",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Graphics_controller, d => d.Graphics.Count());

    internal static readonly GenericDeviceKind Console = new(ResourceKind.Console, "console",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Serial_port, d => ConsoleRASD.In(d).Count());

    internal static readonly GenericDeviceKind Input = new(ResourceKind.Input, "input",
        (ushort)CIM_ResourcePool.ResourceTypeValue.I_O_Device, d => d.Inputs.Count());

    internal static readonly GenericDeviceKind HostDevice = new(ResourceKind.HostDevice, "hostdevice",
        (ushort)CIM_ResourcePool.ResourceTypeValue.I_O_Device, d => d.HostDevices.Count());

    internal static readonly GenericDeviceKind UsbController = new(ResourceKind.UsbController, "usbcontroller",
        (ushort)CIM_ResourcePool.ResourceTypeValue.USB_Controller, d => d.UsbControllers.Count());

    internal static readonly GenericDeviceKind IdeController = new(ResourceKind.IdeController, "idecontroller",
        (ushort)CIM_ResourcePool.ResourceTypeValue.IDE_Controller, d => d.DriveControllers.Count(c => c.Type == "ide"));

    internal static readonly GenericDeviceKind ScsiController = new(ResourceKind.ScsiController, "scsicontroller",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Parallel_SCSI_HBA, d => d.DriveControllers.Count(c => c.Type == "scsi"));

    // CIM has no type for them; where OVF (DSP0243) has to say SATA it says so.
    internal static readonly GenericDeviceKind OtherStorageController = new(ResourceKind.OtherStorageController, "storagecontroller",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Other_storage_device, d => d.DriveControllers.Count(c => c.Type is not ("ide" or "scsi")));

    internal static readonly GenericDeviceKind Controller = new(ResourceKind.Controller, "controller",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Other, d => d.OtherControllers.Count())
    {
        OtherType = "controller",
    };

    internal static readonly GenericDeviceKind Other = new(ResourceKind.OtherDevice, "otherdevice",
        (ushort)CIM_ResourcePool.ResourceTypeValue.Other, d => d.OtherDevices.Count())
    {
        OtherType = "device",
    };

    internal static IReadOnlyList<GenericDeviceKind> Kinds { get; } =
        [Graphics, Console, Input, HostDevice, UsbController, IdeController, ScsiController, OtherStorageController, Controller, Other];

    public override IEnumerable<GenericDeviceKind> Enumerate() => Kinds;

    public override string IdOf(GenericDeviceKind kind) => kind.PoolId;

    public override GenericDeviceKind? FindById(string instanceId) => Kinds.FirstOrDefault(k => k.PoolId == instanceId);

    /// <summary>The kind of generic device, or null for the kinds that have pools of their own.</summary>
    internal static GenericDeviceKind? Of(ResourceKind kind) => Kinds.FirstOrDefault(k => k.Kind == kind);

    protected override CimInstance Describe(GenericDeviceKind kind, CimRequest request)
    {
        // A device of the host is one guest's alone; everything else is made when it is asked for, and nothing set aside for it.
        var dedicated = kind == HostDevice;
        var consumed = request.Wants(Xen_GenericDevicePool.Names.CurrentlyConsumedResource) || (dedicated && request.Wants(Xen_GenericDevicePool.Names.Reserved))
            ? (ulong)configurations.Running().Sum(kind.Count) : 0;
        var pool = DescribeKind(kind);
        pool.Capacity = dedicated && request.Wants(Xen_GenericDevicePool.Names.Capacity) ? Capacity(kind) : null;
        pool.Reserved = dedicated ? consumed : 0;
        pool.CurrentlyConsumedResource = consumed;
        return pool;
    }

    /// <summary>The devices that guests can have; null where libvirt does not tell of the host's devices.</summary>
    private ulong? Capacity(GenericDeviceKind kind) =>
        pciDevices.Enumerate().Any() || usbDevices.Enumerate().Any() ? (ulong)(pciDevices.Of(kind).Count() + usbDevices.Of(kind).Count()) : null;

    private static Xen_GenericDevicePool DescribeKind(GenericDeviceKind kind) => new()
    {
        InstanceID = kind.PoolId,
        PoolID = kind.PoolId,
        ElementName = kind.Kind switch
        {
            ResourceKind.Graphics => "Screens",
            ResourceKind.Console => "Serial ports and consoles",
            ResourceKind.Input => "Input devices",
            ResourceKind.HostDevice => "Devices of the host",
            ResourceKind.UsbController => "USB controllers",
            ResourceKind.IdeController => "IDE controllers",
            ResourceKind.ScsiController => "SCSI controllers",
            ResourceKind.OtherStorageController => "SATA and floppy controllers",
            ResourceKind.Controller => "Buses and other controllers",
            _ => "Other devices",
        },
        Primordial = true,
        ResourceType = (CIM_ResourcePool.ResourceTypeValue)kind.ResourceType,
        OtherResourceType = kind.OtherType,
        AllocationUnits = "count",
        ConsumedResourceUnits = "count",
        OperationalStatus = [Xen_GenericDevicePool.OperationalStatusValue.OK],
        HealthState = Xen_GenericDevicePool.HealthStateValue.OK,
    };
}
