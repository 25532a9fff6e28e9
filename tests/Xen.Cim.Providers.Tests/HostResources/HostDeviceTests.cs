using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.HostResources;

/// <summary>What the host is made of, and which pools and guests depend on it.</summary>
public sealed class HostDeviceTests : ProviderTest
{
    private const string OnDisk = """
        <domain type='xen'>
          <name>ondisk</name>
          <uuid>7a1c3d52-0000-4000-8000-000000000009</uuid>
          <memory unit='KiB'>262144</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='xenpvh'>xenpvh</type><kernel>/boot/k</kernel></os>
          <devices>
            <disk type='block' device='disk'><source dev='/dev/nvme0n1p2'/><target dev='xvda' bus='xen'/></disk>
            <disk type='block' device='disk'><source dev='/dev/sda'/><target dev='xvdb' bus='xen'/></disk>
          </devices>
        </domain>
        """;

    private static readonly Guid s_onDisk = new("7a1c3d52-0000-4000-8000-000000000009");

    private string[] Names(CimObjectPath source, string association, string property) =>
        [.. Provider.AssociatorNames(Request, source, new AssociationFilter(association)).Select(p => p.GetString(property)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void Processors_and_memory_are_the_hosts()
    {
        Assert.Equal(8, All("Xen_HostProcessor").Count);
        Assert.Equal(2400u, Get<Xen_HostProcessor>(HostDevicePath("Xen_HostProcessor", "0")).CurrentClockSpeed);
        Host.FreeMemoryKiB = 1000;
        var memory = Get<Xen_HostMemory>(HostDevicePath("Xen_HostMemory", "memory"));
        Assert.Equal((1024ul, 16ul * 1024 * 1024, 1000ul), (memory.BlockSize, memory.NumberOfBlocks, memory.ConsumableBlocks));
        Refused(CimStatus.NotFound, () => Get(HostDevicePath("Xen_HostProcessor", "8")));
    }

    [Fact]
    public void A_disk_tells_what_it_is()
    {
        var disk = Get<Xen_HostDisk>(HostDevicePath("Xen_HostDisk", "sda"));
        Assert.Equal(("/dev/sda", "ACME Disk", 4096ul, 256ul), (disk.Name, disk.Model, disk.BlockSize, disk.NumberOfBlocks));
        Assert.Equal(["S1"], disk.OtherIdentifyingInfo!);
        Assert.Null(Get<Xen_HostDisk>(HostDevicePath("Xen_HostDisk", "sdb")).NumberOfBlocks);
    }

    [Fact]
    public void A_port_tells_its_address_speed_and_whether_it_is_up()
    {
        var port = Get<Xen_HostNetworkPort>(HostDevicePath("Xen_HostNetworkPort", "eth0"));
        Assert.Equal(("5254000000F0", 1_000_000_000ul, CIM_EnabledLogicalElement.EnabledStateValue.Enabled), (port.PermanentAddress, port.Speed, port.EnabledState));
        Assert.Equal(CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline, Get<Xen_HostNetworkPort>(HostDevicePath("Xen_HostNetworkPort", "eth1")).EnabledState);
        Assert.Equal(CIM_EnabledLogicalElement.EnabledStateValue.Unknown, Get<Xen_HostNetworkPort>(HostDevicePath("Xen_HostNetworkPort", "eth2")).EnabledState);
    }

    [Fact]
    public void A_pool_is_made_of_what_its_definition_names()
    {
        var cold = Path("Xen_DiskPool", ("InstanceID", $"Xen:DiskPool/{Samples.ColdPool}"));
        Assert.Equal(["nvme0n1", "sdb"], Names(cold, "Xen_ConcreteComponent", "DeviceID"));
        // No disks; the volume that is in it.
        Assert.Equal([$"{Samples.ImagesPool}/web.qcow2"], Names(Path("Xen_DiskPool", ("InstanceID", $"Xen:DiskPool/{Samples.ImagesPool}")), "Xen_ConcreteComponent", "DeviceID"));
        Assert.Equal(["Xen:DiskPool/" + Samples.ColdPool, "Xen:DiskPool/primordial"], Names(HostDevicePath("Xen_HostDisk", "sdb"), "Xen_ConcreteComponent", "InstanceID"));
        // The lab network's bridge has eth1 in it; lan forwards to eth0.
        Assert.Equal(["eth1"], Names(Path("Xen_NetworkPool", ("InstanceID", $"Xen:NetworkPool/{Samples.LabNetwork}")), "Xen_ConcreteComponent", "DeviceID"));
        Assert.Equal(["eth0"], Names(Path("Xen_NetworkPool", ("InstanceID", $"Xen:NetworkPool/{Samples.LanNetwork}")), "Xen_ConcreteComponent", "DeviceID"));
    }

    [Fact]
    public void A_disk_of_the_host_leads_to_the_guests_that_are_on_it()
    {
        Host.Add(new Guest { Uuid = s_onDisk, Name = "ondisk", State = GuestState.Off }, OnDisk, null);
        Assert.Equal(["xvda"], Names(HostDevicePath("Xen_HostDisk", "nvme0n1"), "Xen_HostedDependency", "DeviceID"));
        Assert.Equal(["sda"], Names(DevicePath("Xen_LogicalDisk", s_onDisk, "xvdb"), "Xen_HostedDependency", "DeviceID"));
        Assert.Empty(Names(HostDevicePath("Xen_HostDisk", "sdb"), "Xen_HostedDependency", "DeviceID"));
    }

    [Fact]
    public void A_PCI_device_tells_what_and_where_it_is()
    {
        var card = Get<Xen_HostPCIDevice>(HostDevicePath("Xen_HostPCIDevice", "0000-03-00.0"));
        Assert.Equal(("0000:03:00.0", "Intel Corporation 82576 Gigabit Network Connection", "igb", 19u), (card.Name, card.ElementName, card.Driver, card.IOMMUGroup));
        Assert.Equal(((byte)3, (byte)0, (byte)0, (ushort)0x8086, (ushort)0x10c9), (card.BusNumber, card.DeviceNumber, card.FunctionNumber, card.VendorID, card.PCIDeviceID));
        Assert.Equal((CIM_PCIController.ClassCodeValue.Network, (ushort)0x0200), (card.ClassCode, card.Subclass));
        var unknown = Get<Xen_HostPCIDevice>(HostDevicePath("Xen_HostPCIDevice", "0000-05-00.0"));
        Assert.Equal(("0000:05:00.0", null, null, null), (unknown.ElementName, unknown.ClassCode, unknown.Driver, unknown.Manufacturer));
        Refused(CimStatus.NotFound, () => Get(HostDevicePath("Xen_HostPCIDevice", "0000-07-00.0")));
    }

    [Fact]
    public void A_USB_device_tells_what_and_where_it_is()
    {
        var keyboard = Get<Xen_HostUSBDevice>(HostDevicePath("Xen_HostUSBDevice", "1.4"));
        Assert.Equal(("046d:c31c", "Logitech, Inc.", "Keyboard K120", (ushort)0x046d, (ushort)0xc31c), (keyboard.Name, keyboard.Manufacturer, keyboard.Product, keyboard.VendorID, keyboard.ProductID));
        Assert.Equal("0781:5581", Get<Xen_HostUSBDevice>(HostDevicePath("Xen_HostUSBDevice", "2.3")).ElementName);
    }

    [Fact]
    public void Which_guest_has_a_card_is_one_walk()
    {
        Assert.Equal([Samples.Mail.ToString("D")], Names(HostDevicePath("Xen_HostPCIDevice", "0000-03-00.1"), "Xen_HostedDependency", "Name"));
        Assert.Empty(Names(HostDevicePath("Xen_HostPCIDevice", "0000-03-00.0"), "Xen_HostedDependency", "Name"));
        Assert.Equal([Samples.Mail.ToString("D")], Names(HostDevicePath("Xen_HostUSBDevice", "1.4"), "Xen_HostedDependency", "Name"));
        // And back: what a guest has of the host, among all that it depends on.
        Assert.Equal(["0000-03-00.1", "1.4"], Provider.AssociatorNames(Request, GuestPath(Samples.Mail), new AssociationFilter("Xen_HostedDependency")).Select(p => p.GetString("DeviceID")).OfType<string>());
        // Through its pool: all but the bridge can be given away.
        var pool = Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/hostdevice"));
        Assert.Equal(["0000-03-00.0", "0000-03-00.1", "0000-05-00.0", "1.4", "2.3"], Names(pool, "Xen_ConcreteComponent", "DeviceID"));
        Assert.Empty(Names(HostDevicePath("Xen_HostPCIDevice", "0000-00-1c.0"), "Xen_ConcreteComponent", "InstanceID"));
        Assert.Empty(Names(Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/graphics")), "Xen_ConcreteComponent", "DeviceID"));
    }

    [Fact]
    public void A_disk_that_reports_errors_leads_to_the_guests_with_files_on_it()
    {
        // A folder on a file system of the disk: its definition does not name the disk.
        var pools = Mock.Object.ListStoragePools();
        Mock.Setup(h => h.ListStoragePools()).Returns([.. pools.Select(p => p.Uuid == Samples.ImagesPool ? p with { Disks = ["/dev/sda"] } : p)]);
        var images = $"Xen:DiskPool/{Samples.ImagesPool}";
        Assert.Contains(images, Names(HostDevicePath("Xen_HostDisk", "sda"), "Xen_ConcreteComponent", "InstanceID"));
        Assert.DoesNotContain(images, Names(HostDevicePath("Xen_HostDisk", "sdb"), "Xen_ConcreteComponent", "InstanceID"));
        Assert.Contains("sda", Names(Path("Xen_DiskPool", ("InstanceID", images)), "Xen_ConcreteComponent", "DeviceID"));

        var affected = Provider.AssociatorNames(Request, Path("Xen_DiskPool", ("InstanceID", images)), new AssociationFilter("Xen_ElementAllocatedFromPool", "CIM_LogicalDisk"))
            .SelectMany(d => Provider.AssociatorNames(Request, d, new AssociationFilter("Xen_SystemDevice")));
        Assert.Contains(GuestPath(Samples.Web), affected);
    }

    [Fact]
    public void The_pool_of_devices_counts_what_guests_can_have_and_what_running_ones_have()
    {
        var path = Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/hostdevice"));
        var pool = Get<Xen_GenericDevicePool>(path);
        // Three PCI devices besides the bridge and two USB devices; the guest that has two of them is off.
        Assert.Equal((5ul, 0ul, 0ul), (pool.Capacity, pool.Reserved, pool.CurrentlyConsumedResource));

        Host.SetState(Samples.Mail, GuestState.Running);
        pool = Get<Xen_GenericDevicePool>(path);
        Assert.Equal((5ul, 2ul, 2ul), (pool.Capacity, pool.Reserved, pool.CurrentlyConsumedResource));

        // What is made when it is asked for has no end.
        var screens = Get<Xen_GenericDevicePool>(Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/graphics")));
        Assert.Equal((null, 0ul), (screens.Capacity, screens.Reserved));
        Mock.Setup(h => h.ListHostPciDevices()).Returns([]);
        Mock.Setup(h => h.ListHostUsbDevices()).Returns([]);
        Assert.Null(Get<Xen_GenericDevicePool>(path).Capacity);
    }

    [Fact]
    public void A_guest_without_devices_of_the_host_costs_no_look_at_them()
    {
        Mock.Invocations.Clear();
        Names(GuestPath(Samples.Web), "Xen_HostedDependency", "Name");
        Mock.Verify(h => h.ListHostPciDevices(), Times.Never);
        Mock.Verify(h => h.ListHostUsbDevices(), Times.Never);
    }

    [Theory]
    [InlineData("/dev/sda", "/dev/sda", true)]
    [InlineData("/dev/sda", "/dev/sda1", true)]
    [InlineData("/dev/sda", "/dev/sda12", true)]
    [InlineData("/dev/sda", "/dev/sdaa", false)]
    [InlineData("/dev/sda", "/dev/sd", false)]
    [InlineData("/dev/nvme0n1", "/dev/nvme0n1p2", true)]
    [InlineData("/dev/nvme0n1", "/dev/nvme0n12", false)]
    [InlineData("/dev/nvme0n1", "/dev/nvme0n1p", false)]
    public void A_partition_is_known_by_its_name(string disk, string path, bool holds) =>
        Assert.Equal(holds, new PhysicalDisk("", disk, "disk", false).Holds(path));
}
