using System.Runtime.CompilerServices;

namespace Xen.Cim.Hypervisor;

// The devices, as views over their elements: setting a property of one edits this definition.
public sealed partial class DomainDefinition
{
    // Of one that is kept.
    private List<DomainDevice>? _devices;

    /// <summary>All devices in the order of the XML, the emulator not among them.</summary>
    public IEnumerable<DomainDevice> Devices => AllDevices();

    public IEnumerable<DiskDevice> Disks => Of<DiskDevice>();

    public IEnumerable<NetworkInterface> Interfaces => Of<NetworkInterface>();

    public IEnumerable<GraphicsDevice> Graphics => Of<GraphicsDevice>();

    public IEnumerable<ConsoleDevice> Consoles => Of<ConsoleDevice>();

    public IEnumerable<SerialDevice> Serials => Of<SerialDevice>();

    public IEnumerable<InputDevice> Inputs => Of<InputDevice>();

    public IEnumerable<VideoDevice> Videos => Of<VideoDevice>();

    public IEnumerable<HostDevice> HostDevices => Of<HostDevice>();

    public IEnumerable<ControllerDevice> UsbControllers => Of<ControllerDevice>().Where(c => c is { Type: "usb", Model: not "none" });

    /// <summary>The controllers that drives hang on: IDE, SCSI, SATA, floppy.</summary>
    public IEnumerable<ControllerDevice> DriveControllers => Of<ControllerDevice>().Where(c => c.IsForDrives);

    /// <summary>The controllers that neither drives nor USB devices hang on: PCI, virtio-serial, ccid, xenbus.</summary>
    public IEnumerable<ControllerDevice> OtherControllers => Of<ControllerDevice>().Where(c => c.IsForOthers);

    /// <summary>What has no view of its own: watchdogs, TPMs, sound cards, ...</summary>
    public IEnumerable<OtherDevice> OtherDevices => Of<OtherDevice>();

    /// <summary>The controller that a device hangs on; null where the definition does not tell.</summary>
    public ControllerDevice? ControllerOf(DomainDevice device)
    {
        var (type, index) = device switch
        {
            DiskDevice { ControllerIndex: { } number } disk => (disk.Bus, number),
            { HangsOn: var (bus, number) } => (bus, number),
            _ => ((string?)null, 0u),
        };
        return type is null ? null : Of<ControllerDevice>().FirstOrDefault(c => c.Type == type && c.Index == index && c.Model != "none" && c.Element != device.Element);
    }

    /// <summary>
    /// Consoles that show a serial port again, as libvirt writes them for the first one: it makes them, and makes the
    /// serial port anew from one that is left over.
    /// </summary>
    public void RemoveMirrorsOf(SerialDevice serial)
    {
        foreach (var console in Consoles.Where(c => c.TargetType is null or "serial" && c.Port is null or 0 && serial.Port is null or 0).ToList())
            Remove(console);
    }

    private List<DomainDevice> AllDevices() => IsKept ? _devices ??= ViewDevices() : ViewDevices();

    // Most definitions have none of most kinds, and are asked for all of them.
    private IReadOnlyList<TDevice> Of<TDevice>()
        where TDevice : DomainDevice
    {
        List<TDevice>? found = null;
        foreach (var device in AllDevices())
        {
            // The views are sealed.
            if (device.GetType() == typeof(TDevice))
                (found ??= []).Add(Unsafe.As<TDevice>(device));
        }
        return found is null ? [] : found;
    }

    private List<DomainDevice> ViewDevices()
    {
        // Two devices may have the same natural identity; the later ones get ".2", ".3".
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var devices = new List<DomainDevice>();
        foreach (var element in _root.Child("devices")?.Elements() ?? [])
        {
            if (element.Name.LocalName == "emulator")
                continue;
            var device = DomainDevice.View(element);
            var id = device.NaturalId;
            device.Ordinal = seen[id] = seen.GetValueOrDefault(id) + 1;
            if (IsKept)
                device.KeepId();
            devices.Add(device);
        }
        return devices;
    }

    /// <summary>The device with this <see cref="DomainDevice.DeviceId"/>, or null.</summary>
    public DomainDevice? FindDevice(string deviceId) => Devices.FirstOrDefault(d => d.DeviceId == deviceId);

    /// <summary>
    /// Adds the device after the last of its kind. An interface without an address gets a new one. When the device is
    /// part of a definition already, a copy is added; else the object becomes the view of the new element.
    /// </summary>
    /// <returns>The view of the new element.</returns>
    /// <exception cref="HypervisorException">AlreadyExists: a disk with this target or an interface with this address is there.</exception>
    public DomainDevice Add(DomainDevice device)
    {
        if (device.Element.Parent is not null)
            device = device.Clone();
        if (device is NetworkInterface { Mac: null } nic)
            nic.Mac = MacAddress.Random();
        var id = device.NaturalId;
        var same = (_root.Child("devices")?.Elements() ?? []).Count(e => e.Name.LocalName != "emulator" && DomainDevice.View(e).NaturalId == id);
        if (device is DiskDevice && same > 0)
            throw new HypervisorException(HypervisorError.AlreadyExists, $"The guest '{Name}' already has a disk with the target '{id}'");
        if (device is NetworkInterface taken && same > 0)
            throw new HypervisorException(HypervisorError.AlreadyExists, $"The guest '{Name}' already has an interface with the address '{taken.Mac}'");
        device.Ordinal = same + 1;
        XmlEdit.Insert(XmlEdit.Ensure(_root, "devices", DomainOrder.Root), device.Element, DomainOrder.Devices);
        return device;
    }

    /// <summary>Removes the device; one that belongs to another definition of the guest stands for the device with the same id.</summary>
    /// <returns>False when there is no such device.</returns>
    public bool Remove(DomainDevice device)
    {
        var devices = _root.Child("devices");
        if (device.Element.Parent is null || device.Element.Parent != devices)
        {
            var id = device.DeviceId;
            var own = Devices.FirstOrDefault(d => d.DeviceId == id && d.Element.Name == device.Element.Name);
            if (own is null)
                return false;
            device = own;
        }
        XmlEdit.Remove(device.Element);
        return true;
    }

    /// <summary>The first target that no disk uses, such as xvdb for the bus xen; by null, the bus usual for this kind of guest.</summary>
    public string NextDiskTarget(string? bus)
    {
        var prefix = DiskDevice.TargetPrefix(bus ?? DefaultDiskBus);
        var disks = _root.Child("devices")?.Elements("disk").ToList() ?? [];
        // Of so many disks, at least one of the first as many numbers and one more is free.
        var used = new bool[disks.Count + 1];
        foreach (var disk in disks)
            if (DiskNumber(disk.AttributeOf("target", "dev"), prefix) is var number && number >= 0 && number < used.Length)
                used[number] = true;
        return prefix + DiskLetters(Array.IndexOf(used, false));
    }

    /// <summary>The bus of a new disk that names none: xen for guests of Xen and paravirtualized ones, virtio otherwise.</summary>
    public string DefaultDiskBus => DomainType == "xen" || Kind is VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware ? "xen" : "virtio";

    /// <summary>The bus of a new drive (DiskDevice.Device) that names none.</summary>
    public string DefaultBusOf(string drive) => drive switch
    {
        "floppy" => "fdc",
        "cdrom" when Kind == VirtualizationKind.FullyVirtual => HasIde ? "ide" : "sata",
        _ => DefaultDiskBus,
    };

    /// <summary>QEMU's q35 machines have no IDE controller; libvirt's name for their like ends so.</summary>
    private bool HasIde => Machine?.Contains("q35", StringComparison.Ordinal) != true;

    /// <summary>0 for a, 25 for z, 26 for aa; -1 for what is not the prefix and lower case letters.</summary>
    private static int DiskNumber(string? target, string prefix)
    {
        if (target is null || !target.StartsWith(prefix, StringComparison.Ordinal) || target.Length - prefix.Length is < 1 or > 5)
            return -1;
        var number = 0;
        foreach (var letter in target.AsSpan(prefix.Length))
        {
            if (!char.IsAsciiLetterLower(letter))
                return -1;
            number = number * 26 + (letter - 'a' + 1);
        }
        return number - 1;
    }

    private static string DiskLetters(int number)
    {
        var letters = "";
        for (var rest = number + 1; rest > 0; rest = (rest - 1) / 26)
            letters = (char)('a' + (rest - 1) % 26) + letters;
        return letters;
    }
}
