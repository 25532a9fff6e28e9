using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualDevices;

/// <summary>What a guest sees of its devices, and what its next start changes.</summary>
public sealed class VirtualDeviceTests : ProviderTest
{
    private static string[] Devices(IEnumerable<CimInstance> all, Guid guest) =>
        [.. all.Where(i => (string?)i["SystemName"] == guest.ToString("D")).Select(i => (string)i["DeviceID"]!)];

    [Fact]
    public void A_guest_has_as_many_processors_as_it_has_now()
    {
        Assert.Equal(["processor-0", "processor-1", "processor-2"], Devices(All("Xen_Processor"), Samples.Web));
        Assert.Equal(["processor-0", "processor-1"], Devices(All("Xen_Processor"), Samples.Mail));
        var processor = Get<Xen_Processor>(DevicePath("Xen_Processor", Samples.Web, "processor-2"));
        Assert.Equal((2400u, CIM_EnabledLogicalElement.EnabledStateValue.Enabled, CIM_Processor.CPUStatusValue.CPU_Enabled),
            (processor.MaxClockSpeed, processor.EnabledState, processor.CPUStatus));
        Refused(CimStatus.NotFound, () => Get(DevicePath("Xen_Processor", Samples.Web, "processor-3")));
    }

    [Fact]
    public void Memory_has_the_size_that_the_balloon_leaves()
    {
        var memory = Get<Xen_Memory>(DevicePath("Xen_Memory", Samples.Web, "memory"));
        Assert.Equal((1024ul, 1048576ul, 393216ul), (memory.BlockSize, memory.NumberOfBlocks, memory.ConsumableBlocks));
    }

    [Fact]
    public void A_disk_has_its_size_only_where_somebody_knows_it()
    {
        var disk = Get<Xen_LogicalDisk>(DevicePath("Xen_LogicalDisk", Samples.Web, "xvda"));
        // Ten GiB in blocks of 512 bytes.
        Assert.Equal((512ul, 20971520ul, "xvda", CIM_StorageExtent.AccessValue.Read_Write_Supported), (disk.BlockSize, disk.NumberOfBlocks, disk.Name, disk.Access));
        Assert.Equal(["WD-1"], disk.OtherIdentifyingInfo!);
        Mock.Setup(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>())).Returns((ulong?)null);
        var unknown = Get<Xen_LogicalDisk>(DevicePath("Xen_LogicalDisk", Samples.Mail, "hdc"));
        Assert.Null(unknown.NumberOfBlocks);
        Assert.Equal(("CD-ROM drive", CIM_StorageExtent.AccessValue.Readable), (unknown.Caption, unknown.Access));
    }

    [Fact]
    public void A_size_that_nobody_asked_for_is_not_read()
    {
        Provider.GetInstance(new CimRequest { Namespace = "root/virt", PropertyList = new HashSet<string> { "Name" } }, DevicePath("Xen_LogicalDisk", Samples.Web, "xvda"));
        Mock.Verify(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>()), Times.Never);
    }

    [Fact]
    public void A_network_port_has_its_address_as_DMTF_writes_it()
    {
        var port = Get<Xen_NetworkPort>(DevicePath("Xen_NetworkPort", Samples.Web, "00-16-3e-00-00-11"));
        Assert.Equal(("00163E000011", "vif3.0", CIM_NetworkPort.LinkTechnologyValue.Ethernet), (port.PermanentAddress, port.HostInterface, port.LinkTechnology));
        Assert.Equal(["00163E000011"], port.NetworkAddresses!);
        Assert.Equal("e1000", Get<Xen_NetworkPort>(DevicePath("Xen_NetworkPort", Samples.Mail, "00-16-3e-00-00-21")).OtherPortType);
    }

    [Fact]
    public void Consoles_screens_and_input_are_devices_too()
    {
        Assert.Equal("/dev/pts/4", Get<Xen_SerialPort>(DevicePath("Xen_SerialPort", Samples.Web, "console-xen-0")).HostEnd);
        Assert.Null(Get<Xen_SerialPort>(DevicePath("Xen_SerialPort", Samples.Mail, "serial-0")).HostEnd);
        Assert.Equal(("cirrus", 8192u * 1024), (Get<Xen_DisplayController>(DevicePath("Xen_DisplayController", Samples.Mail, "video")).VideoProcessor,
            Get<Xen_DisplayController>(DevicePath("Xen_DisplayController", Samples.Mail, "video")).MaxMemorySupported));
        Assert.Equal(["input-tablet-usb", "input-mouse-ps2"], Devices(All("Xen_PointingDevice"), Samples.Mail));
        Assert.Equal("de", Get<Xen_Keyboard>(DevicePath("Xen_Keyboard", Samples.Mail, "input-keyboard-ps2")).LayoutProperty);
        Assert.Equal(CIM_USBController.InterfaceTypeValue.UHCI, Get<Xen_UsbController>(DevicePath("Xen_UsbController", Samples.Mail, "controller-usb-piix3-uhci-0")).InterfaceType);
    }

    [Theory]
    [InlineData("running", 2, 2)]
    [InlineData("off", 3, 10)]
    [InlineData("saved", 6, 10)]
    public void A_device_is_as_its_guest_is(string state, int enabled, int operational)
    {
        var guest = state switch { "running" => Samples.Web, "off" => Samples.Mail, _ => Samples.Old };
        var memory = Get(DevicePath("Xen_Memory", guest, "memory"));
        Assert.Equal(((ushort)enabled, (ushort)operational), (Assert.IsType<ushort>(memory["EnabledState"]), Assert.IsType<ushort[]>(memory["OperationalStatus"])[0]));
    }

    [Fact]
    public void Keys_are_compared_exactly_and_none_may_be_missing()
    {
        Refused(CimStatus.NotFound, () => Get(DevicePath("Xen_Memory", Guid.NewGuid(), "memory")));
        Refused(CimStatus.NotFound, () => Get(DevicePath("Xen_LogicalDisk", Samples.Web, "XVDA")));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_Memory", ("DeviceID", "memory"))));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_Memory", ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", Samples.Web.ToString("D")), ("CreationClassName", "Xen_Memory"), ("DeviceID", "memory"))));
    }

    [Fact]
    public void A_guest_that_cannot_be_read_has_no_devices_and_spoils_no_others()
    {
        Host.Break(Samples.Db, new HypervisorException(HypervisorError.Failed, "its XML is none"));
        Assert.Empty(Devices(All("Xen_Memory"), Samples.Db));
        Assert.Equal(["memory"], Devices(All("Xen_Memory"), Samples.Web));
    }

    [Fact]
    public void The_next_start_changes_what_is_not_current()
    {
        // Memory was ballooned down and a processor plugged since the start; the disks are as defined.
        Assert.Equal(2, Current(SettingPath("Xen_MemoryRASD", Samples.Web, "defined", "memory")));
        Assert.Equal(2, Current(SettingPath("Xen_ProcessorRASD", Samples.Web, "defined", "processor")));
        Assert.Equal(1, Current(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvda")));
        Assert.Equal(1, Current(ConfigurationPath(Samples.Web, "defined")));
        // A guest that is off has nothing pending.
        Assert.Equal(1, Current(SettingPath("Xen_MemoryRASD", Samples.Mail, "defined", "memory")));
        ModifyResources(MofOf("Xen_DiskRASD", $"InstanceID = \"Xen:{Samples.Web}/defined/xvda\"; Address = \"/var/lib/xen/images/new.qcow2\";"));
        Assert.Equal(2, Current(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvda")));
        var next = Provider.References(Request, SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvda"), new AssociationFilter("Xen_ElementSettingData")).Single();
        Assert.Equal(((ushort)1, (ushort)1), (Assert.IsType<ushort>(next["IsNext"]), Assert.IsType<ushort>(next["IsDefault"])));
    }

    [Fact]
    public void A_resource_of_the_next_start_alone_hangs_on_the_configuration()
    {
        AddResources(ConfigurationPath(Samples.Web, "defined"), MofOf("Xen_DiskRASD", "VirtualDevice = \"xvdc\"; Address = \"/dev/vg0/more\";"));
        var link = Provider.References(Request, SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdc"), new AssociationFilter("Xen_ElementSettingData")).Single();
        Assert.Equal((ConfigurationPath(Samples.Web, "state"), (ushort)2), ((CimObjectPath)link["ManagedElement"]!, Assert.IsType<ushort>(link["IsCurrent"])));
    }

    [Fact]
    public void A_resource_that_goes_with_the_next_start_hangs_on_the_configuration_too()
    {
        RemoveResources(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdb"));
        var link = Provider.References(Request, SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvdb"), new AssociationFilter("Xen_ElementSettingData")).Single();
        Assert.Equal((ConfigurationPath(Samples.Web, "state"), SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvdb")), ((CimObjectPath)link["ManagedElement"]!, (CimObjectPath)link["SettingData"]!));
        Assert.Equal(((ushort)1, (ushort)2, (ushort)2), (Assert.IsType<ushort>(link["IsCurrent"]), Assert.IsType<ushort>(link["IsNext"]), Assert.IsType<ushort>(link["IsDefault"])));
    }

    private static string MofOf(string @class, string properties) => $"instance of {@class} {{ {properties} }};";

    private int Current(CimObjectPath defined) =>
        Assert.IsType<ushort>(Provider.References(Request, defined, new AssociationFilter("Xen_ElementSettingData", null, "SettingData")).Single()["IsCurrent"]);
}
