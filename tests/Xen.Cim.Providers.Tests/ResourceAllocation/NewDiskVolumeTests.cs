using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>A new disk that names a pool and a size gets a volume of its own, or nothing of both.</summary>
public sealed class NewDiskVolumeTests : ProviderTest
{
    private static readonly string s_images = $"Xen:DiskPool/{Samples.ImagesPool}";

    private readonly List<StorageVolume> _made = [];

    public NewDiskVolumeTests()
    {
        Mock.Setup(h => h.ListVolumes("images")).Returns(() => [new("images", "web.img", "k", "/var/lib/xen/images/web.img", "raw", 100, 100), .. _made]);
        Mock.Setup(h => h.CreateVolume("images", It.IsAny<NewVolume>())).Returns((string pool, NewVolume v) =>
        {
            var volume = new StorageVolume(pool, v.Name, v.Name, $"/var/lib/xen/images/{v.Name}", v.Format ?? "raw", v.Capacity, v.Allocation ?? v.Capacity);
            _made.Add(volume);
            return volume;
        });
        Mock.Setup(h => h.DeleteVolume("images", It.IsAny<string>())).Callback((string _, string name) => _made.RemoveAll(v => v.Name == name));
    }

    [Fact]
    public void A_disk_of_an_existing_guest_gets_a_volume()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 5ul << 30, VirtualDevice = "xvdc" }).Return);
        var volume = Assert.Single(_made);
        Assert.Equal(("web-xvdc.img", 5ul << 30, 0ul), (volume.Name, volume.Capacity, volume.Allocation));
        // On Xen a disk is on the volume's path.
        var disk = Host.Definition(Samples.Web).Disks.Single(d => d.TargetDevice == "xvdc");
        Assert.Equal(("file", "/var/lib/xen/images/web-xvdc.img"), (disk.SourceType, disk.Source));
        // Removed, the data stays.
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdc")).Return);
        Assert.Single(_made);
    }

    [Fact]
    public void A_new_guest_gets_a_volume_for_each_of_its_disks()
    {
        var guest = Define("instance of Xen_VirtualSystemSettingData { ElementName = \"web 2\"; VirtualSystemType = \"DMTF:XEN:PV\"; };",
            $"instance of Xen_DiskRASD {{ PoolID = \"{s_images}\"; VirtualQuantity = 4; VirtualQuantityUnits = \"byte * 2^30\"; DriverType = \"qcow2\"; }};"
            + $"instance of Xen_DiskRASD {{ PoolID = \"{s_images}\"; VirtualQuantity = 1; VirtualQuantityUnits = \"byte * 2^30\"; DriverType = \"qcow2\"; Reservation = 1048576; }};");
        Assert.Equal([("web-2.qcow2", 4ul << 30, 0ul), ("web-2-2.qcow2", 1ul << 30, 1048576ul)], _made.Select(v => (v.Name, v.Capacity, v.Allocation)));
        Assert.Equal(["/var/lib/xen/images/web-2.qcow2", "/var/lib/xen/images/web-2-2.qcow2"], Host.Definition(guest).Disks.Select(d => d.Source!));
        Assert.All(Host.Definition(guest).Disks, d => Assert.Equal("qcow2", d.DriverType));
    }

    [Fact]
    public void A_name_that_is_taken_is_not_taken_again()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 20 }).Return);
        Assert.Equal("web-2.img", Assert.Single(_made).Name);
    }

    [Fact]
    public void A_volume_that_is_named_and_not_there_is_made()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { Address = "images/data.raw", VirtualQuantity = 2048, VirtualQuantityUnits = "count", VirtualResourceBlockSize = 512 }).Return);
        Assert.Equal(("data.raw", 1ul << 20), (Assert.Single(_made).Name, _made[0].Capacity));
        // What is there is used, whatever size was read of it.
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { Address = "images/web.img", VirtualQuantity = 100 }).Return);
        Assert.Single(_made);
        // Without a size it has to be there.
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { Address = "images/none.img" }));
    }

    [Fact]
    public void A_running_guest_is_plugged_with_the_volume()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 20, VirtualDevice = "xvdd" }).Return);
        Mock.Verify(h => h.AttachDevice(Samples.Web, It.Is<DiskDevice>(d => d.Source == "/var/lib/xen/images/web-xvdd.img")), Times.Once);
    }

    [Fact]
    public void Nothing_is_left_when_the_guest_cannot_have_the_disk()
    {
        Mock.Setup(h => h.AttachDevice(Samples.Web, It.IsAny<DomainDevice>())).Throws(new HypervisorException(HypervisorError.Failed, "no slot is left in the guest"));
        Refused(CimStatus.Failed, () => AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 20 }));
        Refused(CimStatus.AlreadyExists, () => AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 20, VirtualDevice = "xvda" }));
        Mock.Setup(h => h.Define(It.IsAny<DomainDefinition>())).Throws(new HypervisorException(HypervisorError.Failed, "no room for the guest"));
        Assert.Throws<CimException>(() => Define("instance of Xen_VirtualSystemSettingData { ElementName = \"late\"; VirtualSystemType = \"DMTF:XEN:PV\"; };",
            $"instance of Xen_DiskRASD {{ PoolID = \"{s_images}\"; VirtualQuantity = 1048576; }};"));
        Assert.Empty(_made);
        Mock.Verify(h => h.CreateVolume("images", It.IsAny<NewVolume>()), Times.Exactly(3));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void The_second_of_two_volumes_that_cannot_be_made_takes_the_first_along()
    {
        Mock.Setup(h => h.CreateVolume("images", It.Is<NewVolume>(v => v.Capacity > 1 << 20))).Throws(new HypervisorException(HypervisorError.Failed, "no space left"));
        Refused(CimStatus.Failed, () => AddResources(ConfigurationPath(Samples.Web, "defined"),
            new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 20 }, new Xen_DiskRASD { PoolID = s_images, VirtualQuantity = 1 << 21 }));
        Assert.Empty(_made);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Where_no_volume_can_be_none_is_made()
    {
        foreach (var (status, settings) in ((CimStatus, Xen_DiskRASD)[])
            [
                (CimStatus.InvalidParameter, new() { PoolID = DiskPool.PrimordialId, VirtualQuantity = 1 << 20 }),
                (CimStatus.InvalidParameter, new() { PoolID = "Xen:DiskPool/none", VirtualQuantity = 1 << 20 }),
                (CimStatus.InvalidParameter, new() { PoolID = s_images, VirtualQuantity = 511 }),
                (CimStatus.InvalidParameter, new() { PoolID = s_images, VirtualQuantity = 1, VirtualQuantityUnits = "parsec" }),
                // One whole disk, as the settings of a pool's capabilities have it, is no size.
                (CimStatus.InvalidParameter, new() { PoolID = s_images, VirtualQuantity = 1, VirtualQuantityUnits = "count", AllocationUnits = "count" }),
                (CimStatus.InvalidParameter, new() { PoolID = s_images }),
                (CimStatus.Failed, new() { PoolID = $"Xen:DiskPool/{Samples.ColdPool}", VirtualQuantity = 1 << 20 }),
            ])
        {
            Refused(status, () => AddResources(ConfigurationPath(Samples.Web, "defined"), settings));
        }
        Mock.Verify(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>()), Times.Never);
    }
}
