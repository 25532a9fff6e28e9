using Xen.Cim.Hypervisor.Hosts;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Hosts;

/// <summary>What lies on what, as sysfs has it.</summary>
public sealed class BlockDevicesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sysfs").FullName;

    public BlockDevicesTests()
    {
        Device("8:0", "devices/pci/block/sda");
        Device("8:3", "devices/pci/block/sda/sda3", partition: true);
        Device("8:16", "devices/pci/block/sdb");
        Device("8:17", "devices/pci/block/sdb/sdb1", partition: true);
        Device("104:0", "devices/pci/block/cciss!c0d0");
        // A volume on an array of two partitions, and an encrypted one on it.
        Device("9:0", "devices/virtual/block/md0", slaves: ["devices/pci/block/sda/sda3", "devices/pci/block/sdb/sdb1"]);
        Device("253:0", "devices/virtual/block/dm-0", slaves: ["devices/virtual/block/md0"]);
        Device("253:1", "devices/virtual/block/dm-1", slaves: ["devices/virtual/block/dm-0"]);
    }

    [Theory]
    [InlineData("8:0", "/dev/sda")]
    [InlineData("8:3", "/dev/sda")]
    [InlineData("/dev/sdb1", "/dev/sdb")]
    [InlineData("253:1", "/dev/sda /dev/sdb")]
    [InlineData("/dev/cciss/c0d0", "/dev/cciss/c0d0")]
    [InlineData("/dev/nobody", "")]
    [InlineData("0:44", "")]
    [InlineData("nas:/export", "")]
    public void Whatever_lies_on_disks_is_traced_to_them(string device, string disks) =>
        Assert.Equal(disks, string.Join(' ', new BlockDevices(_root).DisksUnder([device])));

    [Fact]
    public void Disks_of_several_devices_are_told_once() =>
        Assert.Equal(["/dev/sda", "/dev/sdb"], new BlockDevices(_root).DisksUnder(["/dev/sdb1", "/dev/sda3", "8:0"]));

    [Fact]
    public void A_ring_ends()
    {
        Device("253:7", "devices/virtual/block/dm-7", slaves: ["devices/virtual/block/dm-7"]);
        Assert.Empty(new BlockDevices(_root).DisksUnder(["253:7"]));
    }

    private void Device(string number, string folder, bool partition = false, string[]? slaves = null)
    {
        var path = Path.Combine(_root, folder);
        Directory.CreateDirectory(Path.Combine(path, "slaves"));
        if (partition)
            File.WriteAllText(Path.Combine(path, "partition"), "1\n");
        foreach (var slave in slaves ?? [])
            Directory.CreateSymbolicLink(Path.Combine(path, "slaves", Path.GetFileName(slave)), Path.Combine(_root, slave));
        foreach (var link in new[] { $"dev/block/{number}", $"class/block/{Path.GetFileName(folder)}" })
        {
            Directory.CreateDirectory(Path.Combine(_root, Path.GetDirectoryName(link)!));
            Directory.CreateSymbolicLink(Path.Combine(_root, link), path);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
