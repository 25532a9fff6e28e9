using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// How the guest boots: the os element, the bootloader and the emulator.
public sealed partial class DomainDefinition
{
    /// <summary>Element os/type: hvm; linux or xen for paravirtualized guests; xenpvh.</summary>
    public string? OsType
    {
        get => _root.Child("os")?.Text("type")?.Trim();
        set => SetOs("type", value);
    }

    /// <summary>Attribute os/type/@arch, such as x86_64.</summary>
    public string? Architecture
    {
        get => _root.Child("os")?.AttributeOf("type", "arch");
        set => _root.Child("os")?.Child("type")?.SetAttribute("arch", value);
    }

    /// <summary>Attribute os/type/@machine: xenpv, xenpvh, xenfv, or a QEMU machine.</summary>
    public string? Machine
    {
        get => _root.Child("os")?.AttributeOf("type", "machine");
        set => _root.Child("os")?.Child("type")?.SetAttribute("machine", value);
    }

    /// <summary>Attribute os/@firmware: efi or bios; libvirt then finds a loader of that kind by itself.</summary>
    public string? Firmware
    {
        get => _root.Child("os")?.Read("firmware");
        set => _root.Child("os")?.SetAttribute("firmware", value);
    }

    /// <summary>Element os/kernel: the path, in the host, of the kernel to boot directly.</summary>
    public string? Kernel
    {
        get => _root.Child("os")?.Text("kernel");
        set => SetOs("kernel", value);
    }

    /// <summary>Element os/initrd: the path, in the host, of the initial ramdisk.</summary>
    public string? Ramdisk
    {
        get => _root.Child("os")?.Text("initrd");
        set => SetOs("initrd", value);
    }

    /// <summary>Element os/cmdline: the kernel's command line.</summary>
    public string? CommandLine
    {
        get => _root.Child("os")?.Text("cmdline");
        set => SetOs("cmdline", value);
    }

    /// <summary>Element bootloader: the program in the host, such as pygrub, that finds a paravirtualized guest's kernel.</summary>
    public string? Bootloader
    {
        get => _root.Text("bootloader");
        set => SetText("bootloader", value);
    }

    /// <summary>Element bootloader_args.</summary>
    public string? BootloaderArguments
    {
        get => _root.Text("bootloader_args");
        set => SetText("bootloader_args", value);
    }

    /// <summary>Element os/loader: the path of the firmware, such as Xen's hvmloader.</summary>
    public string? Loader
    {
        get => _root.Child("os")?.Text("loader") is { Length: > 0 } path ? path : null;
        set
        {
            if (value != Loader)
                SetOs("loader", value);
        }
    }

    /// <summary>Attribute os/loader/@type: rom, or pflash for flash memory, as UEFI has it.</summary>
    public string? LoaderType
    {
        get => _root.Child("os")?.AttributeOf("loader", "type");
        set => SetOsAttributeOf("loader", "type", value);
    }

    /// <summary>Attribute os/loader/@readonly; null where it does not say.</summary>
    public bool? LoaderReadOnly
    {
        get => LibvirtNumber.YesNo(_root.Child("os")?.AttributeOf("loader", "readonly"));
        set => SetOsAttributeOf("loader", "readonly", value is { } on ? on ? "yes" : "no" : null);
    }

    /// <summary>Attribute os/loader/@secure: whether the firmware checks signatures; null where it does not say.</summary>
    public bool? LoaderSecure
    {
        get => LibvirtNumber.YesNo(_root.Child("os")?.AttributeOf("loader", "secure"));
        set => SetOsAttributeOf("loader", "secure", value is { } on ? on ? "yes" : "no" : null);
    }

    /// <summary>Element os/nvram: the guest's own file of the firmware's variables.</summary>
    public string? Nvram
    {
        get => _root.Child("os")?.Child("nvram") is not { } nvram ? null : nvram.AttributeOf("source", "file") ?? (nvram.HasElements || nvram.Value.Length == 0 ? null : nvram.Value.Trim());
        set
        {
            if (value == Nvram)
                return;
            if (_root.Child("os")?.Child("nvram") is not { } nvram)
            {
                SetOs("nvram", value);
                return;
            }
            // What it was before is named in one of two ways, and its format goes with it.
            nvram.RemoveNodes();
            nvram.SetAttribute("type", null);
            nvram.SetAttribute("format", null);
            if (value is not null)
                nvram.Value = DefinitionXml.Checked(value, "<nvram>");
            else
                XmlEdit.Prune(nvram);
        }
    }

    /// <summary>Attribute os/nvram/@template: the file that <see cref="Nvram"/> is made from at the first start.</summary>
    public string? NvramTemplate
    {
        get => _root.Child("os")?.AttributeOf("nvram", "template");
        set => SetOsAttributeOf("nvram", "template", value);
    }

    /// <summary>Element os/firmware/feature secure-boot: whether a firmware with it is chosen; null where it does not say.</summary>
    public bool? SecureBoot
    {
        get => LibvirtNumber.YesNo(SecureBootFeature?.Read("enabled"));
        set
        {
            if (value == SecureBoot)
                return;
            var os = XmlEdit.Ensure(_root, "os", DomainOrder.Root);
            if (SecureBootFeature is { } old)
                XmlEdit.Remove(old, "firmware");
            if (value is { } on)
                XmlEdit.Insert(XmlEdit.Ensure(os, "firmware", DomainOrder.Os), new XElement("feature", new XAttribute("enabled", on ? "yes" : "no"), new XAttribute("name", "secure-boot")), []);
        }
    }

    private XElement? SecureBootFeature => _root.Child("os")?.Child("firmware")?.Elements("feature").FirstOrDefault(f => f.Read("name") == "secure-boot");

    /// <summary>Takes away the firmware's file, variables and features, as libvirt has to choose others.</summary>
    public void DropFirmwareFiles()
    {
        foreach (var stale in (ReadOnlySpan<string>)["firmware", "loader", "nvram"])
            if (_root.Child("os")?.Child(stale) is { } element)
                XmlEdit.Remove(element);
    }

    /// <summary>Element devices/emulator: the path of the device model.</summary>
    public string? Emulator
    {
        get => _root.Child("devices")?.Text("emulator");
        set
        {
            if (value is not null)
                XmlEdit.Ensure(_root, "devices", DomainOrder.Root);
            _root.Child("devices")?.SetText("emulator", value, DomainOrder.Devices);
        }
    }

    /// <summary>Elements os/boot/@dev in their order: hd, cdrom, network, fd. libvirt keeps them for fully virtualized guests only.</summary>
    public IReadOnlyList<string> BootDevices
    {
        get => _root.Child("os")?.Elements("boot").Select(b => b.Read("dev") ?? "").ToList() ?? [];
        set
        {
            if (value.SequenceEqual(BootDevices))
                return;
            var old = _root.Child("os")?.Elements("boot").ToList() ?? [];
            for (var i = 0; i < Math.Max(old.Count, value.Count); i++)
            {
                if (i >= value.Count)
                    XmlEdit.Remove(old[i]);
                else if (i < old.Count)
                    old[i].SetAttribute("dev", value[i]);
                else
                    XmlEdit.Insert(XmlEdit.Ensure(_root, "os", DomainOrder.Root),
                        new XElement("boot", new XAttribute("dev", DefinitionXml.Checked(value[i], "A boot device"))), DomainOrder.Os);
            }
        }
    }

    private void SetOsAttributeOf(string child, string attribute, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, "os", DomainOrder.Root);
        if (_root.Child("os") is { } os && value != os.AttributeOf(child, attribute))
            os.SetAttributeOf(child, attribute, value, DomainOrder.Os);
    }

    private void SetOs(string child, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, "os", DomainOrder.Root);
        _root.Child("os")?.SetText(child, value, DomainOrder.Os);
    }
}
