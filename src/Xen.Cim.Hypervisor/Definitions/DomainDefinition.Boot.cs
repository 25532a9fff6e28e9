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
        get => _root.Child("os")?.Text("loader");
        set => SetOs("loader", value);
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

    private void SetOs(string child, string? value)
    {
        if (value is not null)
            XmlEdit.Ensure(_root, "os", DomainOrder.Root);
        _root.Child("os")?.SetText(child, value, DomainOrder.Os);
    }
}
