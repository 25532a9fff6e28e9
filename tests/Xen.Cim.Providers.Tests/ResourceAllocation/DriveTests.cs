using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Access = Xen.Cim.Schema.Xen_DiskRASD.AccessValue;
using Emulated = Xen.Cim.Schema.Xen_DiskRASD.EmulatedTypeValue;
using ResourceType = Xen.Cim.Schema.Xen_DiskRASD.ResourceTypeValue;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Drives and their media, in the definition and while the guest runs; and what disks are made of on Xen.</summary>
public sealed class DriveTests : ProviderTest
{
    private static readonly string s_state = $"Xen:{Samples.Mail}/state/hdc";
    private static readonly string s_defined = $"Xen:{Samples.Mail}/defined/hdc";

    public DriveTests()
    {
        Host.Files.Add("/srv/other.iso");
        Host.Add(new Guest { Uuid = Samples.Mail, Name = "mail", Id = 7, State = GuestState.Running }, Samples.MailXml, Samples.MailXml);
    }

    [Fact]
    public void The_medium_of_a_running_guest_is_changed_and_its_definition_is_not()
    {
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = s_state, Address = "/srv/other.iso" }).Return);
        Mock.Verify(h => h.UpdateDevice(Samples.Mail, It.Is<DiskDevice>(d => d.Device == "cdrom" && d.TargetDevice == "hdc" && d.SourceType == "file" && d.Source == "/srv/other.iso" && d.ReadOnly)), Times.Once);
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = s_state, Address = "" }).Return);
        Mock.Verify(h => h.UpdateDevice(Samples.Mail, It.Is<DiskDevice>(d => d.TargetDevice == "hdc" && d.Source == null)), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void The_medium_for_the_next_start_is_changed_and_the_running_guest_is_not()
    {
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = s_defined, HostResource = ["file:///srv/other.iso"] }).Return);
        Assert.Equal("/srv/other.iso", Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc").Address);
        Assert.Equal("isos/debian.iso", Setting<Xen_DiskRASD>(Samples.Mail, "state", "hdc").Address);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void A_medium_that_cannot_be_changed_leaves_the_other_changes_undone()
    {
        Mock.Setup(h => h.UpdateDevice(Samples.Mail, It.IsAny<DomainDevice>())).Throws(new HypervisorException(HypervisorError.InvalidArgument, "failed to change media"));
        Assert.Contains("change media", Refused(CimStatus.InvalidParameter, () => ModifyResources(
            new Xen_ProcessorRASD { InstanceID = $"Xen:{Samples.Mail}/state/processor", VirtualQuantity = 1 },
            new Xen_DiskRASD { InstanceID = s_state, Address = "" })).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetProcessors(Samples.Mail, 2), Times.Once);
    }

    // By ResourceType or EmulatedType; the bus and name that a drive gets which names none, for an HVM guest of Xen.
    [Theory]
    [InlineData(ResourceType.CD_Drive, null, "cdrom", "hdb")]
    [InlineData(ResourceType.DVD_drive, null, "cdrom", "hdb")]
    [InlineData(ResourceType.DVD_drive, Emulated.CD_ROM, "cdrom", "hdb")]
    [InlineData(null, Emulated.CD_ROM, "cdrom", "hdb")]
    [InlineData(ResourceType.Floppy_Drive, null, "floppy", "fdb")]
    public void An_empty_drive_is_added(ResourceType? type, Emulated? emulated, string kind, string target)
    {
        Host.SetState(Samples.Mail, GuestState.Off);
        // Xen has no floppy drives.
        if (kind == "floppy")
            Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        var settings = new Xen_DiskRASD { Address = "" };
        if (type is not null)
            settings.ResourceType = type;
        if (emulated is not null)
            settings.EmulatedType = emulated;
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"), settings).Return);
        var drive = Host.Definition(Samples.Mail).Disks.Last(d => d.Device == kind);
        Assert.Equal((target, null, kind == "cdrom"), (drive.TargetDevice, drive.Source, drive.ReadOnly));
        Assert.Equal(kind == "cdrom" ? ResourceType.CD_Drive : ResourceType.Floppy_Drive, Setting<Xen_DiskRASD>(Samples.Mail, "defined", target).ResourceType);
    }

    [Theory]
    [InlineData("vdb", null)]
    [InlineData("fdb", ResourceType.Floppy_Drive)]
    public void Drives_that_a_guest_of_Xen_could_not_be_started_with_are_refused_by_name(string target, ResourceType? type)
    {
        Host.SetState(Samples.Mail, GuestState.Off);
        var settings = new Xen_DiskRASD { VirtualDevice = target, Address = "isos/debian.iso", Shareable = true };
        if (type is not null)
            settings.ResourceType = type;
        var error = Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), settings));
        Assert.Contains($"VirtualDevice {target}", error.Message, StringComparison.Ordinal);
        Assert.Contains("xvda, hda, sda", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_paravirtual_guest_sees_a_drive_on_its_own_bus()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { ResourceType = ResourceType.CD_Drive, Address = "isos/debian.iso" }).Return);
        var drive = Host.Definition(Samples.Web).Disks.Single(d => d.Device == "cdrom");
        Assert.Equal(("xvdc", "xen"), (drive.TargetDevice, drive.Bus));
    }

    [Fact]
    public void A_drive_that_says_two_things_is_refused()
    {
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_DiskRASD { ResourceType = ResourceType.CD_Drive, EmulatedType = Emulated.Floppy }));
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_DiskRASD { ResourceType = ResourceType.CD_Drive, Access = Access.Read_Write_Supported }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = s_defined, Access = Access.Read_Write_Supported }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = s_defined, Access = Access.Writeable }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Theory]
    [InlineData(HypervisorDriver.Xen, "file", "/srv/isos/debian.iso")]
    [InlineData(HypervisorDriver.Qemu, "volume", "isos/debian.iso")]
    public void A_volume_goes_by_its_path_where_the_driver_knows_no_volumes(HypervisorDriver driver, string type, string source)
    {
        Host.Host = Host.Host with { Driver = driver };
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { Address = "isos/debian.iso" }).Return);
        var disk = Host.Definition(Samples.Web).Disks.Last();
        Assert.Equal((type, source), (disk.SourceType, disk.Source));
        // Only what is a path is the name of a device of the host's operating system.
        var setting = All("Xen_DiskRASD").ConvertAll(d => d.As<Xen_DiskRASD>()).Last(d => d.Address == source);
        Assert.Equal(type == "volume" ? (null, null, null) : ((string?)source, (ushort?)12, (ushort?)8),
            (setting.HostExtentName, (ushort?)setting.HostExtentNameFormat, (ushort?)setting.HostExtentNameNamespace));
    }

    [Fact]
    public void Block_devices_are_blocks_and_raw_files_have_no_driver_that_takes_a_device_model()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { Address = "/dev/vg0/more" }).Return);
        Mock.Verify(h => h.AttachDevice(Samples.Web, It.Is<DiskDevice>(d => d.SourceType == "block" && !d.TakesDeviceModel)), Times.Once);
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { Address = "/srv/mail.img" }).Return);
        Mock.Verify(h => h.AttachDevice(Samples.Web, It.Is<DiskDevice>(d => d.SourceType == "file" && !d.TakesDeviceModel)), Times.Once);
    }

    // libvirt's Xen driver takes an image for a raw one, whatever its format, when no driver is named.
    [Fact]
    public void A_format_names_the_driver_that_reads_it()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { Address = "/var/lib/xen/images/new.qcow2", DriverType = "qcow2" }).Return);
        var disk = Host.Definition(Samples.Web).Disks.Last();
        Assert.Equal(("qemu", "qcow2", true), (disk.DriverName, disk.DriverType, disk.TakesDeviceModel));
    }

    [Theory]
    [InlineData("00:16:3e:00:00:21", "mail")]
    [InlineData("00:16:3E:00:00:21", "mail")]
    public void An_address_of_another_guest_is_refused_with_its_name(string mac, string owner)
    {
        var nic = new Xen_NetworkRASD { Address = mac, Bridge = "xenbr0" };
        foreach (var kind in (string[])["defined", "state"])
            Assert.Contains(owner, Refused(CimStatus.AlreadyExists, () => AddResources(ConfigurationPath(Samples.Web, kind), nic)).Message, StringComparison.Ordinal);
        Assert.Contains(owner, Refused(CimStatus.AlreadyExists, () => Define(new Xen_VirtualSystemSettingData { ElementName = "twin" }, new object[] { nic })).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.AttachDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void An_address_that_is_plugged_may_be_defined_too()
    {
        Host.Add(Host.Guest(Samples.Web), Samples.WebXml, Samples.WebRunningXml.Replace("00:16:3e:00:00:12", "00:16:3e:00:00:13", StringComparison.Ordinal));
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_NetworkRASD { Address = "00:16:3e:00:00:13", Bridge = "xenbr0" }).Return);
    }
}
