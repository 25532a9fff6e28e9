using System.Net;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers.Tests;

/// <summary>The guests of the pretended host, with much in their definitions that no CIM property stands for.</summary>
internal static class Samples
{
    public static readonly Guid Dom0 = new("7a1c3d52-0000-4000-8000-0000000000d0");
    public static readonly Guid Web = new("7a1c3d52-0000-4000-8000-000000000001");
    public static readonly Guid Mail = new("7a1c3d52-0000-4000-8000-000000000002");
    public static readonly Guid Db = new("7a1c3d52-0000-4000-8000-000000000003");
    public static readonly Guid Old = new("7a1c3d52-0000-4000-8000-000000000004");
    public static readonly Guid Passing = new("7a1c3d52-0000-4000-8000-000000000005");

    public static readonly Guid ImagesPool = new("5b000000-0000-4000-8000-000000000001");
    public static readonly Guid IsosPool = new("5b000000-0000-4000-8000-000000000002");
    public static readonly Guid ColdPool = new("5b000000-0000-4000-8000-000000000003");
    public static readonly Guid LanNetwork = new("6c000000-0000-4000-8000-000000000001");
    public static readonly Guid LabNetwork = new("6c000000-0000-4000-8000-000000000002");

    public const string Dom0Xml = """
        <domain type='xen' id='0'>
          <name>Domain-0</name>
          <uuid>00000000-0000-0000-0000-000000000000</uuid>
          <memory unit='KiB'>1048576</memory>
          <currentMemory unit='KiB'>1048576</currentMemory>
          <vcpu placement='static'>4</vcpu>
          <os><type>linux</type></os>
          <devices/>
        </domain>
        """;

    /// <summary>Paravirtual, off in this form: what its next start uses.</summary>
    public const string WebXml = """
        <domain type='xen' xmlns:vendor='urn:example:vendor'>
          <name>web</name>
          <uuid>7a1c3d52-0000-4000-8000-000000000001</uuid>
          <title>Web server</title>
          <description>Serves pages.
        Ask Ann.</description>
          <metadata>
            <app:owner xmlns:app='urn:example:app' level='3'>accounts</app:owner>
            <xencim:guest xmlns:xencim='urn:xen-cim:1.0'><xencim:cap>150</xencim:cap><xencim:shutdown>save</xencim:shutdown></xencim:guest>
          </metadata>
          <memory unit='KiB'>1048576</memory>
          <currentMemory unit='KiB'>524288</currentMemory>
          <vcpu placement='static' current='2'>4</vcpu>
          <cputune><shares>512</shares></cputune>
          <bootloader>/usr/bin/pygrub</bootloader>
          <bootloader_args>--quiet</bootloader_args>
          <os>
            <type arch='x86_64' machine='xenpv'>linux</type>
            <kernel>/boot/guest/vmlinuz</kernel>
            <initrd>/boot/guest/initrd.img</initrd>
            <cmdline>console=hvc0 root=/dev/xvda1</cmdline>
          </os>
          <cpu mode='host-passthrough'><topology sockets='1' dies='1' cores='4' threads='1'/></cpu>
          <clock offset='variable' adjustment='-30' basis='utc'><timer name='tsc' mode='emulate'/></clock>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>preserve</on_crash>
          <devices>
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' cache='none' io='native'/>
              <source file='/var/lib/xen/images/web.qcow2'/>
              <target dev='xvda' bus='xen'/>
              <iotune><total_iops_sec>500</total_iops_sec></iotune>
              <serial>WD-1</serial>
            </disk>
            <disk type='block' device='disk'>
              <driver name='phy' type='raw'/>
              <source dev='/dev/vg0/data'/>
              <backenddomain name='storage'/>
              <target dev='xvdb' bus='xen'/>
            </disk>
            <interface type='bridge'>
              <mac address='00:16:3e:00:00:11'/>
              <source bridge='xenbr0'/>
              <script path='vif-bridge'/>
              <model type='netfront'/>
              <bandwidth><outbound average='500'/></bandwidth>
            </interface>
            <interface type='network'>
              <mac address='00:16:3e:00:00:12'/>
              <source network='lan'/>
              <bandwidth><inbound average='100'/></bandwidth>
              <backenddomain name='firewall'/>
            </interface>
            <console type='pty'><target type='xen' port='0'/></console>
            <graphics type='vnc' port='5903' autoport='no' listen='127.0.0.1' passwd='s3cret'/>
          </devices>
          <vendor:extra>keep me</vendor:extra>
        </domain>
        """;

    /// <summary>The same guest as it runs: less memory, three processors, a host interface with a name.</summary>
    public static string WebRunningXml => WebXml
        .Replace("<domain type='xen'", "<domain type='xen' id='3'", StringComparison.Ordinal)
        .Replace(">524288<", ">393216<", StringComparison.Ordinal)
        .Replace("current='2'", "current='3'", StringComparison.Ordinal)
        .Replace("<console type='pty'>", "<console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/>", StringComparison.Ordinal)
        .Replace("<script path='vif-bridge'/>", "<script path='vif-bridge'/><target dev='vif3.0'/>", StringComparison.Ordinal);

    /// <summary>Fully virtual, off.</summary>
    public const string MailXml = """
        <domain type='xen'>
          <name>mail</name>
          <uuid>7a1c3d52-0000-4000-8000-000000000002</uuid>
          <memory unit='KiB'>2097152</memory>
          <vcpu placement='static' cpuset='2-3'>2</vcpu>
          <os firmware='bios'>
            <type arch='x86_64' machine='xenfv'>hvm</type>
            <loader type='rom'>/usr/lib/xen/boot/hvmloader</loader>
            <boot dev='cdrom'/>
            <boot dev='hd'/>
          </os>
          <features><acpi/><apic/><pae/><hap state='on'/></features>
          <clock offset='localtime'/>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>restart</on_crash>
          <devices>
            <emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw'/>
              <source file='/srv/mail.img'/>
              <target dev='hda' bus='ide'/>
              <shareable/>
            </disk>
            <disk type='volume' device='cdrom'>
              <driver name='qemu' type='raw'/>
              <source pool='isos' volume='debian.iso'/>
              <target dev='hdc' bus='ide'/>
              <readonly/>
            </disk>
            <disk type='file' device='floppy'>
              <source file='/srv/boot.fd'/>
              <target dev='fda' bus='fdc'/>
            </disk>
            <interface type='network'>
              <mac address='00:16:3e:00:00:21'/>
              <source network='lan'/>
              <model type='e1000'/>
            </interface>
            <controller type='usb' index='0' model='piix3-uhci' ports='2'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x2'/>
            </controller>
            <serial type='pty'><target port='0'/></serial>
            <console type='pty'><target type='serial' port='0'/></console>
            <input type='tablet' bus='usb'>
              <address type='usb' bus='0' port='1'/>
            </input>
            <input type='mouse' bus='ps2'/>
            <input type='keyboard' bus='ps2'/>
            <graphics type='vnc' port='-1' autoport='yes' keymap='de'/>
            <graphics type='spice' port='5910' tlsPort='5911' autoport='no' listen='127.0.0.1'/>
            <graphics type='sdl' display=':0.0'/>
            <video><model type='cirrus' vram='8192' heads='1'/></video>
            <hostdev mode='subsystem' type='pci' managed='yes'>
              <source><address domain='0x0000' bus='0x03' slot='0x00' function='0x1'/></source>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x06' function='0x0'/>
            </hostdev>
            <hostdev mode='subsystem' type='usb'>
              <source><vendor id='0x046d'/><product id='0xc31c'/></source>
              <address type='usb' bus='0' port='2'/>
            </hostdev>
          </devices>
        </domain>
        """;

    /// <summary>PVH, as small as can be; {0} is the name, {1} the UUID.</summary>
    public static string SmallXml(string name, Guid uuid) => $"""
        <domain type='xen'>
          <name>{name}</name>
          <uuid>{uuid}</uuid>
          <memory unit='KiB'>262144</memory>
          <currentMemory unit='KiB'>262144</currentMemory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='xenpvh'>xenpvh</type><kernel>/boot/guest/vmlinuz</kernel></os>
          <clock offset='utc'/>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices><console type='pty'><target type='xen' port='0'/></console></devices>
        </domain>
        """;

    public static readonly IReadOnlyList<StoragePool> Pools =
    [
        new(ImagesPool, "images", IsActive: true, Autostart: true, "dir", "/var/lib/xen/images", Capacity: 1000, Allocation: 400, Available: 600),
        new(IsosPool, "isos", IsActive: true, Autostart: false, "netfs", "/srv/isos", Capacity: 500, Allocation: 100, Available: 400) { SourceHost = "nas.example", SourceDirectory = "/export/isos", Login = new("reader", "nas-1") },
        new(ColdPool, "cold", IsActive: false, Autostart: false, "logical", "/dev/cold", Capacity: 0, Allocation: 0, Available: 0) { SourceName = "cold", Format = "lvm2", SourceDevices = ["/dev/sdb1", "/dev/nvme0n1p3"] },
    ];

    public static readonly IReadOnlyList<PhysicalDisk> HostDisks =
    [
        new("block_sda", "/dev/sda", "disk", IsRemovable: false) { Vendor = "ACME", Model = "Disk", Serial = "S1", Size = 1048576, BlockSize = 4096 },
        new("block_sdb", "/dev/sdb", "disk", IsRemovable: false),
        new("block_nvme0n1", "/dev/nvme0n1", "disk", IsRemovable: false),
    ];

    public static readonly IReadOnlyList<PhysicalPort> HostPorts =
    [
        new("eth0", "52:54:00:00:00:f0") { SpeedMbps = 1000, IsUp = true },
        new("eth1", null) { IsUp = false, Bridge = "virbr2" },
        new("eth2", null),
    ];

    public static readonly IReadOnlyList<PhysicalPciDevice> HostPciDevices =
    [
        new(0, 0, 0x1c, 0) { VendorId = 0x8086, ProductId = 0x9d10, Class = 0x060400, Driver = "pcieport" },
        new(0, 3, 0, 0) { VendorId = 0x8086, ProductId = 0x10c9, Vendor = "Intel Corporation", Product = "82576 Gigabit Network Connection", Class = 0x020000, Driver = "igb", IommuGroup = 19 },
        new(0, 3, 0, 1) { VendorId = 0x8086, ProductId = 0x10c9, Class = 0x020000, Driver = "pciback" },
        new(0, 5, 0, 0) { VendorId = 0x1234, ProductId = 0x5678 },
    ];

    public static readonly IReadOnlyList<PhysicalUsbDevice> HostUsbDevices =
    [
        new(1, 4) { VendorId = 0x046d, ProductId = 0xc31c, Vendor = "Logitech, Inc.", Product = "Keyboard K120" },
        new(2, 3) { VendorId = 0x0781, ProductId = 0x5581 },
    ];

    public static readonly IReadOnlyList<VirtualNetwork> Networks =
    [
        new(LanNetwork, "lan", IsActive: true, Autostart: true, "nat", "virbr1")
        {
            ForwardDevices = ["eth0"],
            Address = IPAddress.Parse("192.168.122.1"),
            Prefix = 24,
            Range = new(IPAddress.Parse("192.168.122.2"), IPAddress.Parse("192.168.122.254")),
            Domain = "lan.example",
        },
        new(LabNetwork, "lab", IsActive: false, Autostart: false, null, "virbr2"),
    ];
}
