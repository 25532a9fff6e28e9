using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// New domains: from nothing, and from another.
public sealed partial class DomainDefinition
{
    /// <summary>The memory of a new domain until somebody says otherwise, in KiB (512 MiB).</summary>
    public const ulong DefaultMemoryKiB = 512 * 1024;

    /// <summary>
    /// A minimal domain: one processor, <see cref="DefaultMemoryKiB"/>, a text console, the clock in UTC, poweroff and
    /// crash destroy it and reboot restarts it. No disk, no interface.
    /// </summary>
    /// <param name="support">The capabilities' entry for this kind, for architecture, machine, emulator and loader.</param>
    /// <exception cref="HypervisorException">NotSupported: the driver has no such guests.</exception>
    public static DomainDefinition Create(VirtualizationKind kind, HypervisorDriver driver, GuestKindSupport? support, string name, Guid uuid)
    {
        var hardware = kind == VirtualizationKind.FullyVirtual;
        if (kind == VirtualizationKind.Other || (driver is HypervisorDriver.Qemu && !hardware))
            throw new HypervisorException(HypervisorError.NotSupported, $"The {driver} driver has no guests of the kind {kind}"
                + (driver is HypervisorDriver.Qemu ? "; it has FullyVirtual ones" : ""));

        var domainType = support?.DomainType ?? driver switch
        {
            HypervisorDriver.Xen => "xen",
            HypervisorDriver.Test => "test",
            _ => "qemu",
        };
        var osType = kind switch
        {
            // Xen's driver writes "linux" and takes both; the others drop the kernel of a "linux" guest.
            VirtualizationKind.Paravirtual => domainType == "xen" ? "linux" : "xen",
            VirtualizationKind.ParavirtualHardware => "xenpvh",
            _ => "hvm",
        };
        var machine = support?.Machines.Count > 0 ? support.Machines[0] : domainType != "xen" ? null : kind switch
        {
            VirtualizationKind.Paravirtual => "xenpv",
            VirtualizationKind.ParavirtualHardware => "xenpvh",
            _ => "xenfv",
        };
        var xml = DefinitionXml.Parse("""
            <domain>
              <memory unit="KiB"/>
              <currentMemory unit="KiB"/>
              <vcpu>1</vcpu>
              <os>
                <type/>
              </os>
              <clock offset="utc"/>
              <on_poweroff>destroy</on_poweroff>
              <on_reboot>restart</on_reboot>
              <on_crash>destroy</on_crash>
              <devices>
              </devices>
            </domain>
            """, "domain");
        var domain = new DomainDefinition(xml)
        {
            DomainType = domainType,
            Name = name,
            Uuid = uuid,
            MemoryKiB = DefaultMemoryKiB,
            CurrentMemoryKiB = DefaultMemoryKiB,
            OsType = osType,
            Architecture = support?.Architecture,
            Machine = machine,
        };
        if (hardware)
        {
            // Those that libvirt names for Xen are where Xen's own build puts them, and not where distributions do (Debian).
            // Without them Xen takes what it was built with.
            if (domainType != "xen")
                (domain.Loader, domain.Emulator) = (support?.Loader, support?.Emulator);
            if (support?.Architecture is null or "x86_64" or "i686")
                (domain.Acpi, domain.Apic, domain.Pae) = (true, true, domainType == "xen");
            domain.Add(DomainDevice.Parse("<serial type='pty'><target port='0'/></serial>"));
            domain.Add(DomainDevice.Parse("<console type='pty'><target type='serial' port='0'/></console>"));
        }
        else
        {
            domain.Add(DomainDevice.Parse("<console type='pty'><target type='xen' port='0'/></console>"));
        }
        return domain;
    }

    /// <summary>
    /// A copy for another guest: what must be unique is new (name, UUID, MAC addresses) or left for libvirt to choose
    /// (ports and sockets of consoles, names of host interfaces, NVRAM file, generation id), and what only a running
    /// guest has is gone. Disks stay as they are: whether a writable one may be shared is the caller's decision.
    /// </summary>
    public DomainDefinition CloneAs(string name, Guid uuid)
    {
        var copy = Clone();
        copy.Name = name;
        copy.Uuid = uuid;
        copy._root.SetAttribute("id", null);
        copy.SetMetadata("requestedState", null);
        // Nor does libvirt's autostart go along.
        (copy.StartsInTurn, copy.StartsIfActive, copy.WasActive, copy.StartDelay, copy.StartSequence) = (false, false, false, null, null);
        DropIdentity(copy._root, uuid);
        foreach (var label in copy._root.Elements("seclabel").ToList())
            DropGeneratedLabel(label);
        foreach (var device in copy._root.Child("devices")?.Elements().ToList() ?? [])
            DropRuntime(device);
        foreach (var nic in copy.Interfaces)
            nic.Mac = MacAddress.Random();
        return copy;
    }

    private static void DropIdentity(XElement root, Guid uuid)
    {
        if (root.Child("genid") is { } generation)
            generation.RemoveNodes();
        // The firmware's variables are written to; without a path libvirt makes a file of the guest's own.
        if (root.Child("os")?.Child("nvram") is { } nvram)
        {
            nvram.RemoveNodes();
            nvram.SetAttribute("type", null);
            if (!nvram.HasAttributes)
                XmlEdit.Remove(nvram);
        }
        // libvirt refuses a system UUID that differs from the domain's.
        foreach (var entry in root.Child("sysinfo")?.Child("system")?.Elements("entry") ?? [])
            if (entry.Read("name") == "uuid")
                entry.Value = uuid.ToString("D");
    }

    private static void DropGeneratedLabel(XElement label)
    {
        if (label.Read("type") != "dynamic" || (label.Child("label") ?? label.Child("imagelabel")) is null)
            return;
        if (label.Child("baselabel") is null)
        {
            XmlEdit.Remove(label);
            return;
        }
        foreach (var generated in label.Elements().Where(e => e.Name != "baselabel").ToList())
            XmlEdit.Remove(generated);
    }

    private static void DropRuntime(XElement device)
    {
        // An alias that the user chose ("ua-...") is part of the definition.
        if (device.Child("alias") is { } alias && alias.Read("name")?.StartsWith("ua-", StringComparison.Ordinal) != true)
            XmlEdit.Remove(alias);
        switch (device.Name.LocalName)
        {
            case "disk":
                if (device.Child("mirror") is { } mirror)
                    XmlEdit.Remove(mirror);
                // A running guest's chain is numbered, or ends at once; one that the user gave is not.
                if (device.Child("backingStore") is { } chain && (chain.Attribute("index") is not null || !chain.HasElements))
                    XmlEdit.Remove(chain);
                device.Child("source")?.SetAttribute("index", null);
                break;
            case "interface":
                device.SetAttributeOf("target", "dev", null, DomainOrder.Interface);
                device.Child("source")?.SetAttribute("portid", null);
                if (device.Read("type") == "network")
                    device.Child("source")?.SetAttribute("bridge", null);
                device.Child("virtualport")?.Child("parameters")?.SetAttribute("interfaceid", null);
                break;
            case "graphics":
                DropPorts(device);
                break;
            case "console" or "serial" or "parallel" or "channel" when device.Read("type") == "pty":
                device.SetAttribute("tty", null);
                device.SetAttributeOf("source", "path", null, DomainOrder.Character);
                break;
        }
    }

    private static void DropPorts(XElement graphics)
    {
        var hadPort = false;
        foreach (var port in (ReadOnlySpan<string>)["port", "tlsPort", "websocket"])
        {
            hadPort |= graphics.Attribute(port) is not null;
            if (port != "port" && graphics.Attribute(port) is { Value: not "-1" })
                graphics.SetAttribute(port, null);
        }
        if (hadPort)
        {
            graphics.SetAttribute("port", "-1");
            graphics.SetAttribute("autoport", "yes");
        }
        graphics.SetAttribute("socket", null);
        foreach (var listen in graphics.Elements("listen"))
            listen.SetAttribute("socket", null);
    }
}
