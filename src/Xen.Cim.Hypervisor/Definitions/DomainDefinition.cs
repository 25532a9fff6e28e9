using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>How a Xen guest is virtualized; <see cref="Other"/> for other hypervisors' exotic types.</summary>
public enum VirtualizationKind
{
    Paravirtual,
    ParavirtualHardware,
    FullyVirtual,
    Other,
}

/// <summary>
/// A typed view of a domain's XML (libvirt's formatdomain). It edits the XML in place and keeps what it does not
/// know: a setter writes its own element or attribute and nothing else, and nothing at all when it already says so;
/// null takes the element away.
/// </summary>
/// <remarks>
/// Reading never throws: a number that is none, or is absurd, reads as null like an absent one, and
/// <see cref="FindFaults"/> names it, so that a broken guest can be shown with its fault. Setters throw
/// <see cref="HypervisorException"/> (InvalidArgument) for text that XML cannot carry. Several threads may read one
/// definition; one that is changed belongs to one thread.
/// </remarks>
public sealed partial class DomainDefinition : DefinitionPart
{
    private readonly XElement _root;

    // Of one that is kept.
    private IReadOnlyList<string>? _faults;

    private DomainDefinition(XElement root, bool isKept = false)
    {
        _root = root;
        if (isKept)
            Keep();
    }

    /// <param name="xml">At most 16 Mi characters, without a DTD.</param>
    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a domain's XML.</exception>
    public static DomainDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "domain"));

    /// <summary>Without indentation, and sharing strings with others that are kept.</summary>
    internal static DomainDefinition Parse(string xml, SharedStrings strings) => new(DefinitionXml.Parse(xml, "domain", strings), isKept: true);

    /// <summary>The XML as it was read, plus the edits; fit for virDomainDefineXML.</summary>
    public string ToXml() => DefinitionXml.Write(_root);

    /// <summary>A copy that can be changed by itself.</summary>
    public DomainDefinition Clone() => new(new XElement(_root));

    /// <summary>Becomes what another definition is.</summary>
    public void CopyFrom(DomainDefinition other) => _root.ReplaceAll(other._root.Attributes(), new XElement(other._root).Nodes());

    /// <summary>
    /// Whether both say the same to libvirt: indentation, comments, namespace prefixes and the order of attributes do
    /// not count, the order of elements does.
    /// </summary>
    public bool ContentEquals(DomainDefinition other) => DefinitionXml.ContentEquals(_root, other._root);

    /// <summary>Element name; "" when there is none.</summary>
    public string Name
    {
        get => _root.Text("name") ?? "";
        set => SetText("name", value);
    }

    /// <summary>Element uuid; all zeros is Domain-0 of a Xen host. Null when absent or malformed.</summary>
    public Guid? Uuid
    {
        get => LibvirtNumber.Uuid(_root.Text("uuid"));
        set
        {
            if (value != Uuid)
                SetText("uuid", value?.ToString("D"));
        }
    }

    /// <summary>Element title: one short line.</summary>
    public string? Title
    {
        get => _root.Text("title");
        set => SetText("title", value);
    }

    /// <summary>Element description: free text.</summary>
    public string? Description
    {
        get => _root.Text("description");
        set => SetText("description", value);
    }

    /// <summary>Attribute domain/@type: "xen", "kvm", "qemu", "test", ...</summary>
    public string? DomainType
    {
        get => _root.Read("type");
        set => _root.SetAttribute("type", value);
    }

    /// <summary>Attribute domain/@id: the number of the running domain; null when it does not run.</summary>
    public int? Id => LibvirtNumber.Int32(_root.Read("id"));

    /// <summary>The paravirtualized, PVH or fully virtualized nature, from os/type.</summary>
    public VirtualizationKind Kind =>
        OsType is { } type ? KindOf(type) : Bootloader is not null ? VirtualizationKind.Paravirtual : VirtualizationKind.Other;

    /// <summary>Whether a guest of this kind sees hardware that a device model emulates.</summary>
    public bool HasDeviceModel => Kind is not (VirtualizationKind.Paravirtual or VirtualizationKind.ParavirtualHardware);

    /// <summary>The kind that an os/type or the os_type of the capabilities stands for: linux and xen, xenpvh, hvm.</summary>
    public static VirtualizationKind KindOf(string osType) => osType switch
    {
        "linux" or "xen" => VirtualizationKind.Paravirtual,
        "xenpvh" => VirtualizationKind.ParavirtualHardware,
        "hvm" => VirtualizationKind.FullyVirtual,
        _ => VirtualizationKind.Other,
    };

    /// <summary>Element memory, in KiB (read in whatever unit it is written): the most memory the guest can have.</summary>
    public ulong? MemoryKiB
    {
        get => Memory("memory");
        set => SetMemory("memory", value);
    }

    /// <summary>
    /// Element currentMemory, in KiB: what the guest gets at its start and the balloon's target. Absent it equals
    /// <see cref="MemoryKiB"/>; libvirt cuts a larger one down to that. Who sets both sets the maximum first.
    /// </summary>
    public ulong? CurrentMemoryKiB
    {
        get => _root.Child("currentMemory") is null ? MemoryKiB : Memory("currentMemory");
        set
        {
            if (value != CurrentMemoryKiB || value is null)
                SetMemory("currentMemory", value);
        }
    }

    /// <summary>Element memtune/hard_limit, in KiB: the most of the host's memory that the guest and its device model use; null: no limit.</summary>
    public ulong? HardLimitKiB
    {
        get => MemoryLimit("hard_limit");
        set => SetMemoryLimit("hard_limit", value);
    }

    /// <summary>Element memtune/soft_limit, in KiB: what the guest is cut down to when the host's memory runs short; null: no limit.</summary>
    public ulong? SoftLimitKiB
    {
        get => MemoryLimit("soft_limit");
        set => SetMemoryLimit("soft_limit", value);
    }

    /// <summary>Element memtune/swap_hard_limit, in KiB: the most memory and swap together; null: no limit. libvirt wants no less than <see cref="HardLimitKiB"/>.</summary>
    public ulong? SwapHardLimitKiB
    {
        get => MemoryLimit("swap_hard_limit");
        set => SetMemoryLimit("swap_hard_limit", value);
    }

    /// <summary>Elements memoryBacking/locked and memoryBacking/hugepages: the host neither swaps the guest's memory nor gives it to others.</summary>
    public bool KeepsMemory => _root.Child("memoryBacking") is { } backing && (backing.Child("locked") ?? backing.Child("hugepages")) is not null;

    /// <summary>Element vcpu: the most virtual processors; libvirt's default is 1. Null when malformed.</summary>
    public uint? Processors
    {
        get => _root.Text("vcpu") is { } text ? LibvirtNumber.UInt32(text) : 1;
        set
        {
            if (value == Processors)
                return;
            SetText("vcpu", value is { } count ? XmlEdit.ToInvariant(count) : null);
            // "current" that equals the maximum is what libvirt does not write.
            if (value is not null && LibvirtNumber.UInt32(_root.AttributeOf("vcpu", "current")) == value)
                _root.Child("vcpu")!.SetAttribute("current", null);
        }
    }

    /// <summary>
    /// Attribute vcpu/@current: virtual processors at start; absent it equals <see cref="Processors"/>. libvirt refuses
    /// one above the maximum. Who sets both sets the maximum first.
    /// </summary>
    public uint? CurrentProcessors
    {
        get => _root.AttributeOf("vcpu", "current") is { } text ? LibvirtNumber.UInt32(text) : Processors;
        set
        {
            if (value == CurrentProcessors)
                return;
            if (value is { } count && count != Processors)
            {
                if (_root.Child("vcpu") is null)
                    SetText("vcpu", "1");
                _root.Child("vcpu")!.SetAttribute("current", XmlEdit.ToInvariant(count));
            }
            else
            {
                _root.Child("vcpu")?.SetAttribute("current", null);
            }
        }
    }

    /// <summary>Attribute vcpu/@cpuset: the host processors that the guest may run on, such as "0-3,^2".</summary>
    public string? CpuSet
    {
        get => _root.AttributeOf("vcpu", "cpuset");
        set
        {
            if (_root.Child("vcpu") is null && value is not null)
                SetText("vcpu", "1");
            _root.Child("vcpu")?.SetAttribute("cpuset", value);
        }
    }

    /// <summary>
    /// Element cputune/shares: the share of processor time against other guests. Xen's credit scheduler: weight,
    /// 1 to 65535, default 256; QEMU: 2 to 262144.
    /// </summary>
    public uint? Weight
    {
        get => LibvirtNumber.UInt32(_root.Child("cputune")?.Text("shares"));
        set
        {
            if (value == Weight && value is not null)
                return;
            if (value is { } weight)
                XmlEdit.Ensure(_root, "cputune", DomainOrder.Root).SetText("shares", XmlEdit.ToInvariant(weight), DomainOrder.CpuTune);
            else if (_root.Child("cputune")?.Child("shares") is { } shares)
                XmlEdit.Remove(shares, "cputune");
        }
    }

    /// <summary>Elements cputune/vcpupin: virtual processor to the host processors it is pinned to, such as "0-3,^2".</summary>
    public IReadOnlyDictionary<uint, string> CpuPins
    {
        get
        {
            var pins = new SortedDictionary<uint, string>();
            foreach (var pin in _root.Child("cputune")?.Elements("vcpupin") ?? [])
                if (LibvirtNumber.UInt32(pin.Read("vcpu")) is { } number && pin.Read("cpuset") is { } set)
                    pins[number] = set;
            return pins;
        }
    }

    /// <summary>Element on_poweroff: destroy, restart, preserve or rename-restart.</summary>
    public string? OnPoweroff
    {
        get => _root.Text("on_poweroff");
        set => SetText("on_poweroff", value);
    }

    /// <summary>Element on_reboot: the same values as <see cref="OnPoweroff"/>.</summary>
    public string? OnReboot
    {
        get => _root.Text("on_reboot");
        set => SetText("on_reboot", value);
    }

    /// <summary>Element on_crash: the same values, and coredump-destroy and coredump-restart.</summary>
    public string? OnCrash
    {
        get => _root.Text("on_crash");
        set => SetText("on_crash", value);
    }

    /// <summary>Attribute clock/@offset: utc, localtime, timezone, variable or absolute. What belongs to the old offset only goes with it.</summary>
    public string? ClockOffset
    {
        get => _root.AttributeOf("clock", "offset");
        set
        {
            if (value == ClockOffset)
                return;
            var clock = _root.Child("clock");
            if (value is null)
            {
                // The attribute is mandatory; timers and the like do not make sense alone.
                if (clock is not null)
                    XmlEdit.Remove(clock);
                return;
            }
            clock ??= XmlEdit.Ensure(_root, "clock", DomainOrder.Root);
            foreach (var stale in (ReadOnlySpan<string>)["timezone", "adjustment", "basis", "start"])
                clock.SetAttribute(stale, null);
            clock.SetAttribute("offset", value);
        }
    }

    /// <summary>Element features/acpi.</summary>
    public bool Acpi
    {
        get => Feature("acpi");
        set => SetFeature("acpi", value);
    }

    /// <summary>Element features/apic.</summary>
    public bool Apic
    {
        get => Feature("apic");
        set => SetFeature("apic", value);
    }

    /// <summary>Element features/pae.</summary>
    public bool Pae
    {
        get => Feature("pae");
        set => SetFeature("pae", value);
    }

    /// <summary>What cannot be understood, each with its element and value; empty for a definition in order.</summary>
    public IReadOnlyList<string> FindFaults() => IsKept ? _faults ??= LookForFaults() : LookForFaults();

    private List<string> LookForFaults()
    {
        var faults = new List<string>();
        if (Name.Length == 0)
            faults.Add("<name> is missing");
        Check("uuid", _root.Text("uuid"), Uuid is not null);
        Check("memory", _root.Text("memory"), MemoryKiB is not null, _root.AttributeOf("memory", "unit"));
        if (_root.Child("memory") is null && _root.Child("cpu")?.Child("numa") is null)
            faults.Add("<memory> is missing");
        Check("currentMemory", _root.Text("currentMemory"), Memory("currentMemory") is not null, _root.AttributeOf("currentMemory", "unit"));
        Check("vcpu", _root.Text("vcpu"), Processors is not null);
        Check("vcpu current", _root.AttributeOf("vcpu", "current"), CurrentProcessors is not null);
        Check("shares", _root.Child("cputune")?.Text("shares"), Weight is not null);
        Check(MetadataPrefix + ":" + CapName, GetMetadata(CapName), Cap is not null);
        foreach (var disk in Disks)
            if (disk.TargetDevice is null)
                faults.Add($"<disk> with the source '{disk.Source}' has no <target dev='...'/>");
        return faults;

        void Check(string what, string? text, bool understood, string? unit = null)
        {
            if (text is not null && !understood)
                faults.Add($"<{what}> holds '{(text.Length > 64 ? text[..64] + "..." : text)}'{(unit is null ? "" : $" in '{unit}'")}, which is not a value for it");
        }
    }

    public override string ToString() => $"{Name} ({Uuid})";

    private void SetText(string child, string? value) => _root.SetText(child, value, DomainOrder.Root);

    private ulong? Memory(string child) =>
        _root.Child(child) is { } element ? LibvirtNumber.Kibibytes(element.Value, element.Read("unit")) : null;

    private void SetMemory(string child, ulong? kib)
    {
        if (kib == Memory(child) && kib is not null)
            return;
        SetText(child, kib is { } value ? XmlEdit.ToInvariant(value) : null);
        if (kib is not null)
            _root.Child(child)!.SetAttribute("unit", "KiB");
    }

    // What libvirt writes for "no limit" is the greatest number that it knows.
    private ulong? MemoryLimit(string child) =>
        _root.Child("memtune")?.Child(child) is { } element && LibvirtNumber.Kibibytes(element.Value, element.Read("unit")) is < long.MaxValue / 1024 and var kib ? kib : null;

    private void SetMemoryLimit(string child, ulong? kib)
    {
        if (kib == MemoryLimit(child))
            return;
        if (kib is { } value)
        {
            var memtune = XmlEdit.Ensure(_root, "memtune", DomainOrder.Root);
            memtune.SetText(child, XmlEdit.ToInvariant(value), DomainOrder.MemTune);
            memtune.Child(child)!.SetAttribute("unit", "KiB");
        }
        else if (_root.Child("memtune")?.Child(child) is { } element)
        {
            XmlEdit.Remove(element, "memtune");
        }
    }

    private bool Feature(string name) => _root.Child("features")?.Element(name) is not null;

    private void SetFeature(string name, bool value)
    {
        if (value == Feature(name))
            return;
        if (value)
            XmlEdit.Ensure(_root, "features", DomainOrder.Root).SetFlag(name, true, DomainOrder.Features);
        else
            XmlEdit.Remove(_root.Child("features")!.Element(name)!, "features");
    }
}
