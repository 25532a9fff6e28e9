namespace Xen.Cim.Hypervisor;

/// <summary>The order in which libvirt writes the children of an element; new ones are put in accordingly.</summary>
internal static class DomainOrder
{
    internal static readonly string[] Root =
    [
        "name", "uuid", "genid", "title", "description", "metadata", "maxMemory", "memory", "currentMemory", "blkiotune", "memtune",
        "memoryBacking", "vcpu", "vcpus", "iothreads", "iothreadids", "defaultiothread", "cputune", "numatune", "resource", "sysinfo",
        "bootloader", "bootloader_args", "os", "idmap", "features", "cpu", "clock", "on_poweroff", "on_reboot", "on_crash",
        "on_lockfailure", "pm", "perf", "devices", "seclabel", "keywrap", "launchSecurity",
    ];

    internal static readonly string[] MemTune = ["hard_limit", "soft_limit", "min_guarantee", "swap_hard_limit"];

    internal static readonly string[] CpuTune =
    [
        "shares", "period", "quota", "global_period", "global_quota", "emulator_period", "emulator_quota", "iothread_period",
        "iothread_quota", "vcpupin", "emulatorpin", "iothreadpin", "vcpusched", "iothreadsched", "emulatorsched", "cachetune", "memorytune",
    ];

    internal static readonly string[] Os =
    [
        "type", "init", "initarg", "initenv", "initdir", "inituser", "initgroup", "firmware", "loader", "nvram", "kernel", "initrd",
        "cmdline", "dtb", "root", "acpi", "boot", "bootmenu", "bios", "smbios",
    ];

    internal static readonly string[] Cpu = ["arch", "model", "vendor", "microcode", "counter", "topology", "cache", "maxphysaddr", "feature", "numa"];

    internal static readonly string[] Numa = ["cell", "interconnects"];

    internal static readonly string[] NumaCell = ["distances", "cache"];

    internal static readonly string[] MemoryBacking = ["hugepages", "nosharepages", "locked", "source", "access", "allocation", "discard"];

    internal static readonly string[] NumaTune = ["memory", "memnode"];

    internal static readonly string[] Features = ["acpi", "apic", "pae"];

    internal static readonly string[] Devices =
    [
        "emulator", "disk", "controller", "lease", "filesystem", "interface", "smartcard", "serial", "parallel", "console", "channel",
        "input", "tpm", "graphics", "audio", "sound", "video", "hostdev", "redirdev", "redirfilter", "hub", "watchdog", "memballoon",
        "rng", "nvram", "panic", "shmem", "memory", "iommu", "vsock", "crypto",
    ];

    internal static readonly string[] Disk =
    [
        "driver", "auth", "source", "backingStore", "backenddomain", "geometry", "blockio", "mirror", "target", "iotune", "readonly",
        "shareable", "transient", "serial", "wwn", "vendor", "product", "encryption", "boot", "alias", "address",
    ];

    internal static readonly string[] IoTune = ["total_bytes_sec", "read_bytes_sec", "write_bytes_sec", "total_iops_sec", "read_iops_sec", "write_iops_sec"];

    internal static readonly string[] Interface =
    [
        "mac", "source", "teaming", "vlan", "virtualport", "bandwidth", "ip", "route", "script", "backenddomain", "target", "guest",
        "model", "driver", "backend", "filterref", "tune", "link", "mtu", "coalesce", "boot", "rom", "acpi", "alias", "address",
    ];

    internal static readonly string[] Bandwidth = ["inbound", "outbound"];

    internal static readonly string[] Graphics = ["listen", "channel"];

    internal static readonly string[] Character = ["source", "protocol", "target", "log", "alias", "address"];

    internal static readonly string[] Video = ["driver", "model", "alias", "address"];
}
