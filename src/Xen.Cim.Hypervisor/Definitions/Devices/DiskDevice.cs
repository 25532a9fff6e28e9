using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A disk of a domain (element disk). Its id is its target, such as xvda.</summary>
public sealed class DiskDevice : DomainDevice
{
    /// <summary>A disk with nothing but type file and device disk.</summary>
    public DiskDevice()
        : this(new XElement("disk", new XAttribute("type", "file"), new XAttribute("device", "disk")))
    {
    }

    internal DiskDevice(XElement element)
        : base(element)
    {
    }

    private protected override string IdParts() => TargetDevice is { Length: > 0 } target ? target : "disk";

    /// <summary>Attribute device: disk (also when absent), cdrom, floppy or lun.</summary>
    public string Device
    {
        get => this["device"] ?? "disk";
        set
        {
            if (value != Device)
                this["device"] = value;
        }
    }

    /// <summary>
    /// Attribute type: file (also when absent), block, volume, network or dir. A path goes along from one of file,
    /// block and dir to another; any other change leaves the disk without a source, to be set next.
    /// </summary>
    public string SourceType
    {
        get => this["type"] ?? "file";
        set
        {
            if (value == SourceType)
                return;
            var path = HasPath(SourceType) && HasPath(value) ? Source : null;
            if (path is not null)
                Element.SetAttributeOf("source", SourceAttribute, null, DomainOrder.Disk);
            else if (Element.Child("source") is { } source)
                XmlEdit.Remove(source);
            this["type"] = value;
            if (path is not null)
                Source = path;
        }
    }

    /// <summary>
    /// Element source, by type: the path of the file, device or directory, "pool/volume", or the name at the network
    /// protocol. Null: no medium.
    /// </summary>
    /// <exception cref="HypervisorException">InvalidArgument: a volume not given as "pool/volume".</exception>
    public string? Source
    {
        get
        {
            if (Element.Child("source") is not { } source)
                return null;
            return SourceType == "volume"
                ? source.Read("pool") is { } pool && source.Read("volume") is { } volume ? pool + "/" + volume : null
                : source.Attribute(SourceAttribute)?.Value;
        }
        set
        {
            if (value == Source)
                return;
            if (value is null)
            {
                if (Element.Child("source") is { } medium)
                    XmlEdit.Remove(medium);
                return;
            }
            if (SourceType != "volume")
            {
                Element.SetAttributeOf("source", SourceAttribute, value, DomainOrder.Disk);
                return;
            }
            var slash = value.IndexOf('/');
            if (slash <= 0 || slash == value.Length - 1)
                throw new HypervisorException(HypervisorError.InvalidArgument, $"A disk of type volume needs 'pool/volume' as its source, not '{value}'");
            Element.SetAttributeOf("source", "pool", value[..slash], DomainOrder.Disk);
            Element.SetAttributeOf("source", "volume", value[(slash + 1)..], DomainOrder.Disk);
        }
    }

    /// <summary>Attribute source/@protocol of a network disk: rbd, iscsi, nbd, ...</summary>
    public string? SourceProtocol => Element.AttributeOf("source", "protocol");

    /// <summary>Attribute target/@dev: the name in the guest, xvda.</summary>
    public string? TargetDevice
    {
        get => Element.AttributeOf("target", "dev");
        set => Element.SetAttributeOf("target", "dev", value, DomainOrder.Disk);
    }

    /// <summary>Attribute target/@bus: xen, ide, scsi, sata, usb, virtio or fdc. The address on one bus means nothing on another and goes; libvirt gives a new one.</summary>
    public string? Bus
    {
        get => Element.AttributeOf("target", "bus");
        set
        {
            if (value == Bus)
                return;
            Element.SetAttributeOf("target", "bus", value, DomainOrder.Disk);
            ForgetPlace();
        }
    }

    /// <summary>Gives the disk another name in the guest, on its bus or another. Where drives share a controller the name says the place, so that the old one goes.</summary>
    public void Rename(string target, string bus)
    {
        Bus = bus;
        TargetDevice = target;
        if (ControllerIndex is not null)
            ForgetPlace();
    }

    /// <summary>Attribute driver/@name: the backend, with Xen phy, qemu or tap2.</summary>
    public string? DriverName
    {
        get => Element.AttributeOf("driver", "name");
        set => Element.SetAttributeOf("driver", "name", value, DomainOrder.Disk);
    }

    /// <summary>Attribute driver/@type: the format, raw, qcow2, vhd, ...</summary>
    public string? DriverType
    {
        get => Element.AttributeOf("driver", "type");
        set => Element.SetAttributeOf("driver", "type", value, DomainOrder.Disk);
    }

    /// <summary>Attribute driver/@cache: default, none, writethrough, writeback, directsync or unsafe.</summary>
    public string? DriverCache
    {
        get => Element.AttributeOf("driver", "cache");
        set => Element.SetAttributeOf("driver", "cache", value, DomainOrder.Disk);
    }

    /// <summary>Attribute blockio/@logical_block_size: the blocks that the guest sees, in bytes; 512 unless the definition says otherwise.</summary>
    public ulong LogicalBlockSize => LibvirtNumber.UInt64(Element.AttributeOf("blockio", "logical_block_size")) is > 0 and var size ? size : 512;

    /// <summary>The limits that <see cref="GetLimit"/> knows, in libvirt's words (iotune, virDomainSetBlockIoTune): bytes and operations a second.</summary>
    public static IReadOnlyList<string> Limits => DomainOrder.IoTune;

    /// <summary>A limit of the disk's throughput (element iotune); null: none.</summary>
    /// <param name="name">One of <see cref="Limits"/>.</param>
    public ulong? GetLimit(string name) => LibvirtNumber.UInt64(Element.Child("iotune")?.Text(name)) is > 0 and var limit ? limit : null;

    public void SetLimit(string name, ulong? limit)
    {
        if (limit == GetLimit(name))
            return;
        var tuning = XmlEdit.Ensure(Element, "iotune", DomainOrder.Disk);
        tuning.SetText(name, limit is { } value ? XmlEdit.ToInvariant(value) : null, DomainOrder.IoTune);
        XmlEdit.Prune(tuning);
    }

    /// <summary>The controller that the disk hangs on, by number among those of its <see cref="Bus"/> (address/@controller); null where it is on none.</summary>
    public uint? ControllerIndex => Element.Child("address") is { } address && address.Read("type") == "drive" ? LibvirtNumber.UInt32(address.Read("controller")) : null;

    /// <summary>Element readonly.</summary>
    public bool ReadOnly
    {
        get => Element.Child("readonly") is not null;
        set => Element.SetFlag("readonly", value, DomainOrder.Disk);
    }

    /// <summary>Element shareable: several guests may write to it.</summary>
    public bool Shareable
    {
        get => Element.Child("shareable") is not null;
        set => Element.SetFlag("shareable", value, DomainOrder.Disk);
    }

    /// <summary>Element serial.</summary>
    public string? Serial
    {
        get => Element.Text("serial");
        set => Element.SetText("serial", value, DomainOrder.Disk);
    }

    /// <summary>Attribute backenddomain/@name: the guest that serves the disk in place of the control domain (a driver domain).</summary>
    public string? BackendDomain
    {
        get => Element.AttributeOf("backenddomain", "name");
        set => Element.SetAttributeOf("backenddomain", "name", value, DomainOrder.Disk);
    }

    /// <summary>
    /// Whether Xen serves the disk with a device model (QEMU) in place of its block back-end: any image that is not raw,
    /// one behind a network, and an empty drive.
    /// </summary>
    public bool TakesDeviceModel => DriverName is not (null or "phy") || DriverType is not (null or "raw") || SourceType is not ("file" or "block") || Source is null;

    /// <summary>The letters that targets on this bus begin with: xvd for xen, hd for ide, ...; null for what is no bus.</summary>
    public static string? PrefixOf(string? bus) => bus switch
    {
        "xen" => "xvd",
        "ide" => "hd",
        "scsi" or "sata" or "usb" => "sd",
        "fdc" => "fd",
        "virtio" => "vd",
        _ => null,
    };

    internal static string TargetPrefix(string bus) => PrefixOf(bus)
        ?? throw new HypervisorException(HypervisorError.InvalidArgument, $"'{bus}' is not a disk bus; known are xen, ide, scsi, sata, usb, virtio and fdc");

    private static bool HasPath(string type) => type is "file" or "block" or "dir";

    private string SourceAttribute => SourceType switch
    {
        "block" => "dev",
        "dir" => "dir",
        "network" => "name",
        _ => "file",
    };
}
