using System.Net;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>Networks, storage, capabilities and sysinfo.</summary>
public sealed class HostDefinitionTests
{
    [Fact]
    public void A_network_is_read()
    {
        var network = NetworkDefinition.Parse("""
            <network connections='2'>
              <name>lan</name>
              <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>
              <forward mode='route' dev='eth0'/>
              <bridge name='virbr1' stp='on' delay='0'/>
              <mac address='52:54:00:AA:00:01'/>
              <ip address='192.168.5.1' netmask='255.255.255.0'/>
              <ip family='ipv6' address='fd00::1' prefix='64'/>
              <ip address='bad'/>
            </network>
            """);

        var read = network.ToVirtualNetwork(true, false);
        Assert.Equal((new Guid("dd8fe884-6c02-601e-7551-cca97df1c5df"), "lan", true, false), (read.Uuid, read.Name, read.IsActive, read.Autostart));
        Assert.Equal(("route", "virbr1"), (read.ForwardMode, read.Bridge));
        Assert.Equal(["eth0"], read.ForwardDevices);
        Assert.Equal((IPAddress.Parse("192.168.5.1"), 24), (read.Address, read.Prefix));
        Assert.Null(read.Range);
        Assert.Equal("52:54:00:aa:00:01", network.Mac);
        Assert.Equal([IPAddress.Parse("192.168.5.1"), IPAddress.Parse("fd00::1")], network.Addresses);
    }

    [Theory]
    [InlineData("<network/>", null)]
    [InlineData("<network><forward/></network>", "nat")]
    [InlineData("<network><forward mode='bridge'/></network>", "bridge")]
    public void Forwarding_is_none_nat_or_said(string xml, string? mode) => Assert.Equal(mode, NetworkDefinition.Parse(xml).ForwardMode);

    [Fact]
    public void A_storage_pool_is_read()
    {
        var pool = StoragePoolDefinition.Parse("""
            <pool type='logical'>
              <name>vg0</name>
              <uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>
              <capacity unit='bytes'>107374182400</capacity>
              <allocation unit='bytes'>7</allocation>
              <available unit='GiB'>90</available>
              <source>
                <device path='/dev/sda3'/>
                <device path='/dev/sdb'/>
                <name>vg0</name>
              </source>
              <target>
                <path>/dev/vg0</path>
              </target>
            </pool>
            """);

        Assert.Equal(new StoragePool(new("dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566"), "vg0", true, true, "logical", "/dev/vg0", 107374182400, 7, 90UL << 30) { SourceName = "vg0" },
            pool.ToStoragePool(true, true) with { SourceDevices = [] });
        Assert.Equal("vg0", pool.SourceName);
        Assert.Equal(["/dev/sda3", "/dev/sdb"], pool.SourceDevices);
        Assert.Equal(new StoragePool(Guid.Empty, "", false, false, "", null, 0, 0, 0),
            StoragePoolDefinition.Parse("<pool><capacity>1e9</capacity></pool>").ToStoragePool(false, false) with { SourceDevices = [] });
    }

    [Fact]
    public void A_volume_is_read()
    {
        var volume = StorageVolumeDefinition.Parse("""
            <volume type='file'>
              <name>a.qcow2</name>
              <key>/images/a.qcow2</key>
              <source/>
              <capacity unit='bytes'>10737418240</capacity>
              <allocation unit='bytes'>200704</allocation>
              <target>
                <path>/images/a.qcow2</path>
                <format type='qcow2'/>
              </target>
              <backingStore>
                <path>/images/base.qcow2</path>
                <format type='qcow2'/>
              </backingStore>
            </volume>
            """);

        Assert.Equal(new StorageVolume("images", "a.qcow2", "/images/a.qcow2", "/images/a.qcow2", "qcow2", 10737418240, 200704) { BackingPath = "/images/base.qcow2", BackingFormat = "qcow2" }, volume.ToStorageVolume("images"));
        Assert.Equal("/images/base.qcow2", volume.BackingPath);

        var bare = StorageVolumeDefinition.Parse("<volume><name>lv</name><target><path>/dev/vg0/lv</path></target></volume>");
        Assert.Equal(new StorageVolume("vg0", "lv", "/dev/vg0/lv", "/dev/vg0/lv", null, 0, 0), bare.ToStorageVolume("vg0"));
    }

    [Fact]
    public void Capabilities_of_a_xen_host_are_read()
    {
        var capabilities = CapabilitiesDefinition.Parse("""
            <capabilities>
              <host>
                <cpu><arch>x86_64</arch><features><pae/></features></cpu>
                <topology>
                  <cells num='2'>
                    <cell id='0'><memory unit='KiB'>1048576</memory><cpus num='2'><cpu id='0'/><cpu id='1'/></cpus></cell>
                    <cell id='1'><memory unit='MiB'>2048</memory><cpus><cpu id='2'/></cpus></cell>
                  </cells>
                </topology>
              </host>
              <guest>
                <os_type>xen</os_type>
                <arch name='x86_64'>
                  <wordsize>64</wordsize>
                  <emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>
                  <machine>xenpv</machine>
                  <domain type='xen'/>
                </arch>
              </guest>
              <guest>
                <os_type>hvm</os_type>
                <arch name='x86_64'>
                  <emulator>/usr/lib/xen/bin/qemu-system-i386</emulator>
                  <loader>/usr/lib/xen/boot/hvmloader</loader>
                  <machine>xenfv</machine>
                  <domain type='xen'/>
                </arch>
              </guest>
            </capabilities>
            """);

        Assert.Null(capabilities.HostUuid);
        Assert.Equal("x86_64", capabilities.Architecture);
        Assert.Equal([new NumaCell(0, 1048576, 2), new NumaCell(1, 2097152, 1)], capabilities.Cells);
        Assert.Equal(["xen", "hvm"], capabilities.GuestKinds.Select(k => k.OsType));
        var hvm = capabilities.GuestKinds[1];
        Assert.Equal(("x86_64", "xen", "/usr/lib/xen/bin/qemu-system-i386", "/usr/lib/xen/boot/hvmloader"), (hvm.Architecture, hvm.DomainType, hvm.Emulator, hvm.Loader));
        Assert.Equal(["xenfv"], hvm.Machines);
        Assert.Null(capabilities.GuestKinds[0].Loader);
    }

    [Fact]
    public void Pages_have_their_sizes_in_the_unit_that_is_said()
    {
        var capabilities = CapabilitiesDefinition.Parse("<capabilities><host><cpu><arch>x86_64</arch><pages unit='KiB' size='4'/><pages unit='MiB' size='2'/><pages size='none'/></cpu></host></capabilities>");
        Assert.Equal([4ul, 2048ul], capabilities.PageSizesKiB);
        Assert.Empty(CapabilitiesDefinition.Parse("<capabilities><host/></capabilities>").PageSizesKiB);
    }

    [Fact]
    public void A_domain_type_may_have_its_own_machines()
    {
        var capabilities = CapabilitiesDefinition.Parse("""
            <capabilities><host><uuid>40d8b4cf-1df3-4a32-9e8d-a6d4a7c7a0b1</uuid></host>
            <guest><os_type>hvm</os_type><arch name='x86_64'><emulator>/q</emulator><machine maxCpus='255'>pc</machine>
            <domain type='qemu'/><domain type='kvm'><emulator>/k</emulator><machine>q35</machine><machine>pc</machine></domain></arch></guest></capabilities>
            """);

        Assert.Equal(new Guid("40d8b4cf-1df3-4a32-9e8d-a6d4a7c7a0b1"), capabilities.HostUuid);
        Assert.Equal([("qemu", "/q", "pc"), ("kvm", "/k", "q35 pc")],
            capabilities.GuestKinds.Select(k => (k.DomainType, k.Emulator, string.Join(' ', k.Machines))));
        Assert.Empty(CapabilitiesDefinition.Parse("<capabilities/>").Cells);
    }

    [Theory]
    [InlineData("<entry name='uuid'>4c4c4544-0042-4d10-8054-b7c04f4e5032</entry>", "4c4c4544-0042-4d10-8054-b7c04f4e5032")]
    [InlineData("<entry name='uuid'>00000000-0000-0000-0000-000000000000</entry>", null)]
    [InlineData("<entry name='uuid'>ffffffff-ffff-ffff-ffff-ffffffffffff</entry>", null)]
    [InlineData("<entry name='uuid'>Not Settable</entry>", null)]
    [InlineData("", null)]
    public void The_host_s_uuid_is_read_from_sysinfo(string entry, string? uuid) =>
        Assert.Equal(uuid, SysinfoDefinition.Parse($"<sysinfo type='smbios'><system>{entry}</system></sysinfo>").Uuid?.ToString());

    [Fact]
    public void Sysinfo_entries_are_read()
    {
        var sysinfo = SysinfoDefinition.Parse("""
            <sysinfo type='smbios'><bios><entry name='vendor'>SeaBIOS</entry></bios>
            <system><entry name='manufacturer'>Example Inc.</entry><entry name='product'> Server </entry><entry name='serial'> </entry></system></sysinfo>
            """);

        Assert.Equal(("Example Inc.", "Server", null), (sysinfo.Manufacturer, sysinfo.Product, sysinfo.SerialNumber));
        Assert.Equal("SeaBIOS", sysinfo.Entry("bios", "vendor"));
        Assert.Null(sysinfo.Entry("chassis", "serial"));
    }

    [Fact]
    public void The_wrong_document_is_refused()
    {
        foreach (var parse in (Action[])[() => NetworkDefinition.Parse("<domain/>"), () => StoragePoolDefinition.Parse("<volume/>"),
            () => StorageVolumeDefinition.Parse("<pool/>"), () => CapabilitiesDefinition.Parse("<host/>"), () => SysinfoDefinition.Parse("x")])
            Assert.Equal(HypervisorError.InvalidArgument, Assert.Throws<HypervisorException>(parse).Error);
    }

    [Fact]
    public void A_disk_of_the_host_is_read()
    {
        var disk = NodeDeviceDefinition.Parse("""
            <device>
              <name>block_sda</name>
              <capability type='storage'>
                <block>/dev/sda</block>
                <drive_type>disk</drive_type>
                <model>SSD </model>
                <serial>1</serial>
                <size>512000</size>
                <logical_block_size>512</logical_block_size>
              </capability>
            </device>
            """).ToDisk()!;

        Assert.Equal(new PhysicalDisk("block_sda", "/dev/sda", "disk", IsRemovable: false) { Model = "SSD", Serial = "1", Size = 512000, BlockSize = 512 }, disk);
    }

    [Fact]
    public void A_drive_with_media_tells_the_size_of_what_is_in_it()
    {
        var drive = NodeDeviceDefinition.Parse("<device><name>b</name><capability type='storage'><block>/dev/sr0</block><drive_type>cdrom</drive_type>"
            + "<capability type='removable'><media_available>1</media_available><media_size>777</media_size></capability></capability></device>").ToDisk()!;

        Assert.Equal((true, 777ul, "cdrom"), (drive.IsRemovable, drive.Size, drive.DriveType));
    }

    [Fact]
    public void A_port_of_the_host_is_read()
    {
        static PhysicalPort? Port(string inside) => NodeDeviceDefinition.Parse($"<device><name>n</name><capability type='net'>{inside}</capability></device>").ToPort();

        Assert.Equal(new PhysicalPort("eth0", "52:54:00:aa:00:01") { SpeedMbps = 1000, IsUp = true },
            Port("<interface>eth0</interface><address>52:54:00:AA:00:01</address><link speed='1000' state='up'/>"));
        Assert.Equal(new PhysicalPort("eth1", null) { IsUp = false }, Port("<interface>eth1</interface><link state='down'/>"));
        Assert.False(Port("<interface>wlan0</interface><capability type='80211'/>")!.IsEthernet);
        Assert.Null(Port("<address>52:54:00:aa:00:01</address>"));
        Assert.Null(NodeDeviceDefinition.Parse("<device><capability type='pci'/></device>").ToPort());
    }

    [Fact]
    public void A_PCI_device_of_the_host_is_read()
    {
        var card = NodeDeviceDefinition.Parse("""
            <device>
              <name>pci_0000_03_00_0</name>
              <driver><name>igb</name></driver>
              <capability type='pci'>
                <class>0x020000</class>
                <domain>0</domain>
                <bus>3</bus>
                <slot>31</slot>
                <function>7</function>
                <product id='0x10c9'>82576 Gigabit Network Connection</product>
                <vendor id='0x8086'>Intel Corporation</vendor>
                <iommuGroup number='19'><address domain='0x0000' bus='0x03' slot='0x1f' function='0x7'/></iommuGroup>
              </capability>
            </device>
            """).ToPciDevice()!;

        Assert.Equal(new PhysicalPciDevice(0, 3, 31, 7)
        {
            VendorId = 0x8086,
            ProductId = 0x10c9,
            Vendor = "Intel Corporation",
            Product = "82576 Gigabit Network Connection",
            Class = 0x020000,
            Driver = "igb",
            IommuGroup = 19,
        }, card);
        Assert.Equal(("0000:03:1f.7", false), (card.Address, card.IsBridge));
        Assert.True((card with { Class = 0x060400 }).IsBridge);
        Assert.True(card.Is(HostDevice.Pci("03:1f.7")!));
        Assert.False(card.Is(HostDevice.Usb("3.31")!));
        // Without numbers or names.
        var bare = NodeDeviceDefinition.Parse("<device><capability type='pci'><domain>1</domain><bus>0</bus><slot>0</slot><function>0</function><product id='x'/></capability></device>").ToPciDevice()!;
        Assert.Equal(new PhysicalPciDevice(1, 0, 0, 0), bare);
        foreach (var other in (string[])["<capability type='pci'/>", "<capability type='pci'><domain>0</domain><bus>256</bus><slot>0</slot><function>0</function></capability>", "<capability type='usb_device'/>"])
            Assert.Null(NodeDeviceDefinition.Parse($"<device>{other}</device>").ToPciDevice());
    }

    [Fact]
    public void A_USB_device_of_the_host_is_read()
    {
        var stick = NodeDeviceDefinition.Parse("<device><name>usb_2_1</name><capability type='usb_device'><bus>2</bus><device>20</device>"
            + "<product id='0x1004'> </product><vendor id='0x1d6b'>Linux Foundation</vendor></capability></device>").ToUsbDevice()!;

        Assert.Equal(new PhysicalUsbDevice(2, 20) { VendorId = 0x1d6b, ProductId = 0x1004, Vendor = "Linux Foundation" }, stick);
        Assert.Equal(("2.20", "1d6b:1004"), (stick.Address, stick.Kind));
        Assert.True(stick.Is(HostDevice.Usb("1d6b:1004")!) && stick.Is(HostDevice.Usb("2.20")!));
        Assert.False(stick.Is(HostDevice.Usb("2.21")!) || stick.Is(HostDevice.Usb("1d6b:1005")!) || stick.Is(HostDevice.Pci("02:14.0")!));
        Assert.Null(NodeDeviceDefinition.Parse("<device><capability type='usb_device'><bus>2</bus></capability></device>").ToUsbDevice());
    }
}
