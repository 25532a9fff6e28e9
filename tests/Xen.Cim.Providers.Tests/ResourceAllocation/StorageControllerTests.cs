using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>The controllers that drives hang on (DSP1059), and the drives on them.</summary>
public sealed class StorageControllerTests : ProviderTest
{
    private static readonly Guid s_tower = new("7a1c3d52-0000-4000-8000-0000000000ab");

    private const string TowerXml = """
        <domain type='kvm'>
          <name>tower</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid>
          <memory unit='KiB'>262144</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>
          <devices>
            <disk type='file' device='disk'><source file='/srv/mail.img'/><target dev='sda' bus='scsi'/><address type='drive' controller='1' bus='0' target='3' unit='7'/></disk>
            <disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/><address type='drive' controller='0' bus='1' target='0' unit='0'/></disk>
            <disk type='file' device='disk'><source file='/srv/mail.img'/><target dev='vda' bus='virtio'/><address type='pci' domain='0x0000' bus='0x00' slot='0x07' function='0x0'/></disk>
            <controller type='scsi' index='0' model='lsilogic'/>
            <controller type='scsi' index='1' model='virtio-scsi'><address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/></controller>
            <controller type='ide' index='0'><address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x1'/></controller>
            <controller type='fdc' index='0'/>
            <controller type='pci' index='0' model='pci-root'/>
            <controller type='virtio-serial' index='0'/>
          </devices>
        </domain>
        """;

    public StorageControllerTests()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", State = GuestState.Off }, TowerXml, null);
    }

    private static string Id(string device) => $"Xen:{s_tower}/defined/{device}";

    private Xen_StorageControllerRASD Read(string device) => Setting<Xen_StorageControllerRASD>(s_tower, "defined", device);

    [Fact]
    public void Controllers_read_with_type_model_and_place()
    {
        Assert.Equal([Id("controller-fdc-0"), Id("controller-ide-0"), Id("controller-scsi-lsilogic-0"), Id("controller-scsi-virtio-scsi-1")],
            All("Xen_StorageControllerRASD").Select(i => (string)i["InstanceID"]!).Where(i => i.StartsWith(Id(""), StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var scsi = Read("controller-scsi-virtio-scsi-1");
        Assert.Equal((6, "scsi", "virtio-scsi", "1", "0000:00:05.0", "Xen:GenericDevicePool/scsicontroller"),
            ((int)scsi.ResourceType!, scsi.ControllerType, scsi.ResourceSubType, scsi.Address, scsi.AddressOnParent, scsi.PoolID));
        Assert.Equal((5, "Xen:GenericDevicePool/idecontroller"), ((int)Read("controller-ide-0").ResourceType!, Read("controller-ide-0").PoolID));
        Assert.Equal((20, "Xen:GenericDevicePool/storagecontroller"), ((int)Read("controller-fdc-0").ResourceType!, Read("controller-fdc-0").PoolID));
    }

    [Fact]
    public void Drives_name_the_controller_that_they_hang_on()
    {
        var disk = Setting<Xen_DiskRASD>(s_tower, "defined", "sda");
        Assert.Equal((Id("controller-scsi-virtio-scsi-1"), "0.3.7", "sda"), (disk.Parent, disk.AddressOnParent, disk.VirtualDevice));
        var drive = Setting<Xen_DiskRASD>(s_tower, "defined", "hdc");
        Assert.Equal((Id("controller-ide-0"), "1.0.0"), (drive.Parent, drive.AddressOnParent));
        // virtio's own: each such disk is a PCI device by itself.
        Assert.Equal((null, "vda"), (Setting<Xen_DiskRASD>(s_tower, "defined", "vda").Parent, Setting<Xen_DiskRASD>(s_tower, "defined", "vda").AddressOnParent));
        // Sent back as it was read, with and without the name in the guest.
        Provider.ModifyInstance(Request, disk.Path!, disk);
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = disk.InstanceID, AddressOnParent = "0.3.7" }).Return);
        Assert.Equal(0, Host.Redefinitions);
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = disk.InstanceID, AddressOnParent = "0.3.8" }));
    }

    [Fact]
    public void A_disk_that_was_read_elsewhere_gets_a_name_of_its_own()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(s_tower, "defined"), new Xen_DiskRASD { Address = "/dev/vg0/more", AddressOnParent = "0.3.7", BusType = "scsi" }).Return);
        Assert.Equal("/dev/vg0/more", Host.Definition(s_tower).Disks.Single(d => d.TargetDevice == "sdb").Source);
    }

    [Fact]
    public void A_drive_that_moves_to_another_bus_leaves_its_place_on_the_old_one()
    {
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id("hdc"), BusType = "sata" }).Return);
        var drive = Host.Definition(s_tower).Disks.Single(d => d.TargetDevice == "hdc");
        Assert.Equal(("sata", null, null), (drive.Bus, drive.ControllerIndex, drive.GuestAddress));
        Assert.Equal((null, "hdc"), (Setting<Xen_DiskRASD>(s_tower, "defined", "hdc").Parent, Setting<Xen_DiskRASD>(s_tower, "defined", "hdc").AddressOnParent));
    }

    [Fact]
    public void A_SCSI_controller_is_added_and_removed()
    {
        var (result, output) = AddResources(ConfigurationPath(s_tower, "defined"), new Xen_StorageControllerRASD(),
            "instance of CIM_ResourceAllocationSettingData { ResourceType = 20; };");
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_StorageControllerRASD", s_tower, "defined", "controller-scsi-virtio-scsi-2"), SettingPath("Xen_StorageControllerRASD", s_tower, "defined", "controller-sata-0")],
            (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.Contains("<controller type=\"scsi\" index=\"2\" model=\"virtio-scsi\"", Host.Defined(s_tower), StringComparison.Ordinal);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_StorageControllerRASD", s_tower, "defined", "controller-scsi-virtio-scsi-2")).Return);
        var error = Refused(CimStatus.Failed, () => RemoveResources(SettingPath("Xen_StorageControllerRASD", s_tower, "defined", "controller-scsi-virtio-scsi-1")));
        Assert.Contains("sda", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_with_the_board_is_neither_added_nor_removed()
    {
        Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(s_tower, "defined"), new Xen_StorageControllerRASD { ControllerType = "ide" }));
        Refused(CimStatus.NotSupported, () => RemoveResources(SettingPath("Xen_StorageControllerRASD", s_tower, "defined", "controller-ide-0")));
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_StorageControllerRASD { InstanceID = Id("controller-scsi-lsilogic-0"), ResourceSubType = "virtio-scsi" }));
        Host.Host = Host.Host with { Driver = HypervisorDriver.Xen };
        Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_StorageControllerRASD()));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Each_is_allocated_from_the_pool_of_its_kind()
    {
        foreach (var (device, pool) in ((string, string)[])[("controller-ide-0", "idecontroller"), ("controller-scsi-lsilogic-0", "scsicontroller"), ("controller-fdc-0", "storagecontroller")])
        {
            var setting = SettingPath("Xen_StorageControllerRASD", s_tower, "defined", device);
            var path = Path("Xen_GenericDevicePool", ("InstanceID", $"Xen:GenericDevicePool/{pool}"));
            Assert.Equal([path], Provider.AssociatorNames(Request, setting, new AssociationFilter("Xen_ResourceAllocationFromPool")));
            Assert.Contains(setting, Provider.AssociatorNames(Request, path, new AssociationFilter("Xen_ResourceAllocationFromPool")));
            Assert.All(Provider.Associators(Request, path, new AssociationFilter("Xen_ResourceAllocationFromPool")), s => Assert.Equal(Get(path)["ResourceType"], s["ResourceType"]));
        }
        Host.SetState(s_tower, GuestState.Running);
        Assert.Equal(2ul, Get(Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/scsicontroller")))["CurrentlyConsumedResource"]);
    }

    [Fact]
    public void A_running_guest_is_plugged_into()
    {
        Host.SetState(s_tower, GuestState.Running);
        Assert.Equal(0u, AddResources(ConfigurationPath(s_tower, "state"), new Xen_StorageControllerRASD()).Return);
        Mock.Verify(h => h.AttachDevice(s_tower, It.Is<ControllerDevice>(c => c.Type == "scsi" && c.Model == "virtio-scsi" && c.Index == 2)), Times.Once);
    }
}
