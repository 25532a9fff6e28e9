using Xen.Cim.Hypervisor.Hosts;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

public sealed class MountTableTests
{
    private static readonly MountTable s_table = MountTable.Parse(
    [
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        "30 22 8:2 / /srv rw,relatime shared:2 - xfs /dev/sda2 rw",
        "31 30 0:44 / /srv/with\\040space\\011and\\134 rw - nfs4 nas:/x rw",
        "32 22 8:3 / /old rw - ext4 /dev/sda3 rw",
        "33 32 8:4 / /old rw - ext4 /dev/sda4 rw",
        "34 22 8:2 /images /bound rw - xfs /dev/sda2 rw",
        "35 22 253:0 / /lvm rw shared:9 - ext4 /dev/mapper/my--group-srv--images rw",
        "36 22 253:1 / /crypt rw - ext4 /dev/mapper/crypt rw",
        "37 22 0:45 / /smb rw - cifs //files.example.org/My\\040Share rw",
        "38 22 0:46 / /six rw - nfs [2001:db8::1]:/x rw",
        "39 22 0:47 / /tmp rw - tmpfs tmpfs rw",
        "not a line",
    ]);

    [Theory]
    [InlineData("/", "8:1")]
    [InlineData("/var/lib", "8:1")]
    [InlineData("/srv", "8:2")]
    [InlineData("/srv/images/deep", "8:2")]
    [InlineData("/srv2", "8:1")]
    [InlineData("/srv/with space\tand\\", "0:44")]
    [InlineData("/bound/a", "8:2")]
    // What was mounted over it hides it.
    [InlineData("/old/x", "8:4")]
    public void A_path_is_on_the_file_system_mounted_nearest_above_it(string path, string device) => Assert.Equal(device, s_table.FileSystemOf(path));

    [Theory]
    [InlineData("/var/lib", "/dev/sda1")]
    [InlineData("/srv/with space\tand\\", null)]
    [InlineData("/lvm/images", "/dev/my-group/srv-images")]
    [InlineData("/crypt", "/dev/mapper/crypt")]
    public void The_device_of_a_file_system_is_told_by_the_name_that_pools_have(string path, string? device) => Assert.Equal(device, s_table.DeviceOf(path));

    [Theory]
    [InlineData("/srv/with space\tand\\", "nas", "/x")]
    [InlineData("/srv/with space\tand\\/deep/", "nas", "/x/deep")]
    [InlineData("/smb/a", "files.example.org", "/My Share/a")]
    [InlineData("/six", "2001:db8::1", "/x")]
    [InlineData("/tmp", null, null)]
    [InlineData("/srv", null, null)]
    public void A_directory_of_another_host_is_told_by_what_is_mounted(string path, string? host, string? directory) =>
        Assert.Equal((host, directory), s_table.RemoteOf(path) is { } remote ? (remote.Host, remote.Directory) : default);

    [Theory]
    [InlineData("/dev/mapper/vg-lv", "/dev/vg/lv")]
    [InlineData("/dev/mapper/a--b-c--d", "/dev/a-b/c-d")]
    [InlineData("/dev/mapper/vg-", "/dev/mapper/vg-")]
    [InlineData("/dev/mapper/-lv", "/dev/mapper/-lv")]
    [InlineData("/dev/vg/lv", "/dev/vg/lv")]
    public void A_logical_volume_has_two_names(string device, string name) => Assert.Equal(name, DeviceNames.OfVolume(device));

    [Fact]
    public void Without_a_table_nobody_knows() => Assert.Null(MountTable.Parse([]).FileSystemOf("/srv"));

    [Fact]
    public void This_machine_has_one() => Assert.Matches("^[0-9]+:[0-9]+$", MountTable.Read().FileSystemOf("/proc")!);
}
