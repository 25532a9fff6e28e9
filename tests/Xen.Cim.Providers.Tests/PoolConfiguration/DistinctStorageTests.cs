using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.PoolConfiguration;

/// <summary>The primordial pool counts each storage once, however many pools show it.</summary>
public sealed class DistinctStorageTests : PoolConfigurationTest
{
    private static StoragePool Pool(string name, string type, string? path, ulong capacity, ulong allocation = 0) =>
        new(Guid.NewGuid(), name, IsActive: true, Autostart: false, type, path, capacity, allocation, capacity - allocation);

    private (ulong? Capacity, ulong? Reserved) Sum(params StoragePool[] pools)
    {
        Mock.Setup(h => h.ListStoragePools()).Returns(pools);
        var pool = Get<Xen_DiskPool>(Disks);
        return (pool.Capacity, pool.Reserved);
    }

    [Fact]
    public void Directories_on_one_file_system_count_once() =>
        Assert.Equal((1000ul, 400ul), Sum(
            Pool("images", "dir", "/srv/images", 1000, 400) with { FileSystem = "8:1" },
            Pool("isos", "dir", "/var/isos", 1000, 400) with { FileSystem = "8:1" }));

    [Fact]
    public void Directories_on_two_file_systems_count_both_even_one_below_the_other() =>
        Assert.Equal((1500ul, 450ul), Sum(
            Pool("images", "dir", "/srv", 1000, 400) with { FileSystem = "8:1" },
            Pool("isos", "dir", "/srv/isos", 500, 50) with { FileSystem = "8:2" }));

    [Fact]
    public void Where_the_host_does_not_tell_a_directory_below_another_is_on_its_storage() =>
        Assert.Equal((1500ul, 0ul), Sum(Pool("inner", "dir", "/srv/images/inner", 1000), Pool("images", "dir", "/srv/images", 1000), Pool("other", "dir", "/srv/images2", 500)));

    [Theory]
    [InlineData("fs")]
    [InlineData("netfs")]
    public void A_directory_on_a_mounted_pool_is_on_its_storage(string type) =>
        Assert.Equal((700ul, 0ul), Sum(Pool("a", "dir", "/mnt/a", 700) with { FileSystem = "0:50" }, Pool("mounted", type, "/mnt", 700) with { FileSystem = "0:50" }));

    private static StoragePool Remote(string name, string host, string directory, ulong capacity, ulong allocation) =>
        Pool(name, "netfs", "/mnt/" + name, capacity, allocation) with { SourceHost = host, SourceDirectory = directory };

    [Fact]
    public void Directories_on_one_volume_of_another_host_count_once()
    {
        var images = Remote("images", "nas", "/export", 1000, 400);

        // Read a little later, and so with other numbers.
        Assert.Equal((1000ul, 400ul), Sum(images, Remote("isos", "NAS", "/export/isos/", 1000, 401)));
        // A volume of its own that is mounted there.
        Assert.Equal((1500ul, 400ul), Sum(images, Remote("isos", "nas", "/export/isos", 500, 0)));
        Assert.Equal(2000ul, Sum(images, Remote("isos", "other", "/export/isos", 1000, 400)).Capacity);
        Assert.Equal(2000ul, Sum(images, Remote("isos", "nas", "/exports", 1000, 100)).Capacity);
        // Beside each other with as much free: one volume, unless the kernel that mounts both says otherwise.
        var beside = Remote("isos", "nas", "/exports", 1000, 400);
        Assert.Equal(1000ul, Sum(images, beside).Capacity);
        Assert.Equal(2000ul, Sum(images with { FileSystem = "0:50" }, beside with { FileSystem = "0:51" }).Capacity);
        Assert.Equal(1000ul, Sum(images with { FileSystem = "0:50" }, beside with { FileSystem = "0:50" }).Capacity);
    }

    [Fact]
    public void A_directory_that_somebody_mounted_from_there_is_on_that_volume_too()
    {
        // Mounted once more with other options it has a number of its own.
        var pool = Remote("images", "nas", "/export", 1000, 400) with { FileSystem = "0:50" };
        var files = Pool("files", "dir", "/srv/nas/files", 1000, 400) with { FileSystem = "0:51", Remote = RemoteDirectory.OfMount("nas:/export")!.At("files") };

        Assert.Equal((1000ul, 400ul), Sum(files, pool));
        Assert.Equal(1000ul, Sum(files, files with { Name = "more", Remote = RemoteDirectory.OfMount("nas:/export"), FileSystem = "0:52" }).Capacity);
        Assert.Equal(2000ul, Sum(files with { Remote = RemoteDirectory.OfMount("other:/export") }, pool).Capacity);
    }

    [Fact]
    public void Shares_of_a_host_are_told_apart()
    {
        var one = Remote("one", "nas", "one", 1000, 400) with { Format = "cifs", FileSystem = "0:60" };

        Assert.Equal(2000ul, Sum(one, Remote("two", "nas", "two", 1000, 400) with { Format = "cifs", FileSystem = "0:61" }).Capacity);
        Assert.Equal(1000ul, Sum(one, Pool("dir", "dir", "/srv/one", 1000, 400) with { FileSystem = "0:62", Remote = RemoteDirectory.OfMount("//NAS/one") }).Capacity);
    }

    [Fact]
    public void What_is_made_of_another_pools_devices_is_on_its_storage()
    {
        var disk = Pool("disk", "disk", "/dev", 2000, 2000) with { SourceDevices = ["/dev/nvme0n1"] };
        var group = Pool("vg", "logical", "/dev/vg", 900) with { SourceDevices = ["/dev/nvme0n1p2"] };
        var files = Pool("files", "fs", "/mnt/files", 300) with { SourceDevices = ["/dev/vg/files"] };

        Assert.Equal(2000ul, Sum(files, group, disk).Capacity);
        Assert.Equal(900ul, Sum(files, group).Capacity);
        // One of its devices is another disk's: it has storage of its own.
        Assert.Equal(2900ul, Sum(disk, group with { SourceDevices = ["/dev/nvme0n1p2", "/dev/sdb"] }).Capacity);
        // Another disk whose name begins alike.
        Assert.Equal(2900ul, Sum(disk, group with { SourceDevices = ["/dev/nvme0n10"] }).Capacity);
    }

    [Fact]
    public void Directories_on_a_logical_volume_are_on_its_groups_storage()
    {
        var group = Pool("vg", "logical", "/dev/vg", 900, 500) with { SourceDevices = ["/dev/sdb"] };
        var images = Pool("images", "dir", "/srv/images", 300, 100) with { FileSystem = "253:1", FileSystemDevice = "/dev/vg/srv" };
        var isos = Pool("isos", "dir", "/srv/isos", 300, 100) with { FileSystem = "253:1", FileSystemDevice = "/dev/vg/srv" };

        Assert.Equal((900ul, 500ul), Sum(images, isos, group));
        // Nobody shows the group: the volume's own file system, once.
        Assert.Equal((300ul, 100ul), Sum(images, isos));
        Assert.Equal((1200ul, 600ul), Sum(images with { FileSystemDevice = "/dev/vg2/srv" }, isos with { FileSystemDevice = "/dev/vg2/srv" }, group));
        // A mounted pool that names the volume as the device mapper does.
        Assert.Equal(900ul, Sum(group, Pool("files", "fs", "/mnt/files", 300) with { SourceDevices = ["/dev/mapper/vg-files"] }).Capacity);
    }

    [Fact]
    public void Targets_of_the_network_are_told_apart_whatever_folder_they_are_seen_in() =>
        Assert.Equal(3000ul, Sum(
            Pool("one", "iscsi", "/dev/disk/by-path", 1000) with { SourceHost = "san", SourceDevices = ["iqn.1"] },
            Pool("two", "iscsi", "/dev/disk/by-path", 2000) with { SourceHost = "san", SourceDevices = ["iqn.2"] }).Capacity);

    [Fact]
    public void What_is_not_started_has_no_numbers()
    {
        Assert.Equal((1000ul, 0ul), Sum(Pool("a", "dir", "/a", 1000), Pool("b", "dir", "/b", 0) with { IsActive = false }));
        Assert.Equal((null, null), Sum(Pool("b", "dir", "/b", 0) with { IsActive = false }));
    }
}
