using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Real directories and real images, made by a libvirtd of the test's own.</summary>
public sealed class QemuPoolTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void An_image_is_made_grown_given_to_a_guest_and_deleted()
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img is not installed");
        var folder = Path.Combine(Libvirtd.Images, "pool");
        var pool = Wbemcli.MakePool("images", $$"""instance of Xen_DiskPoolRASD { Path = "{{folder}}"; Autostart = true; };""");
        Assert.True(Directory.Exists(folder));

        var volume = Wbemcli.MakeVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "a.qcow2"; VirtualQuantity = 64; AllocationUnits = "byte * 2^20"; Format = "qcow2"; };""");
        Assert.Equal((64UL << 20, "qcow2"), ImageInfo(Path.Combine(folder, "a.qcow2")));

        var grown = Wbemcli.Run("mi", Wbemcli.Url(volume), $"Capacity={96UL << 20}");
        Assert.True(grown.ExitCode == 0, grown.ToString());
        Assert.Equal(96UL << 20, ImageInfo(Path.Combine(folder, "a.qcow2")).Size);
        Assert.Equal((96UL << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), Wbemcli.Get(volume)["Capacity"]);

        var raw = Wbemcli.MakeVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "b.img"; VirtualQuantity = 1048576; Format = "raw"; Reservation = 0; };""");
        Assert.Equal(1048576, new FileInfo(Path.Combine(folder, "b.img")).Length);

        Wbemcli.DeleteVolume(volume);
        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(raw)).ExitCode);
        Assert.Empty(Directory.GetFiles(folder));

        Wbemcli.DeletePool(pool);
        Assert.DoesNotContain("images", Libvirtd.Virsh("pool-list", "--all", "--name").Split('\n').Select(n => n.Trim()));
        // The storage itself is its owner's.
        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public void A_disk_on_a_volume_is_as_large_as_the_volume_and_two_pools_on_one_file_system_count_once()
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img is not installed");
        var pools = ((string[])["large", "beside"]).Select(n => Wbemcli.MakePool(n, $$"""instance of Xen_DiskPoolRASD { Path = "{{Path.Combine(Libvirtd.Images, n)}}"; };""")).ToList();
        // More than 32 bits, in an image that holds nothing yet.
        var volume = Wbemcli.MakeVolume(pools[0], """instance of Xen_StorageVolumeRASD { ElementName = "d.qcow2"; VirtualQuantity = 6; VirtualQuantityUnits = "byte * 2^30"; Format = "qcow2"; };""");
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "large"; };""",
            """instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "large/d.qcow2"; DriverType = "qcow2"; };""");
        try
        {
            var disk = Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/vda"));
            Assert.Equal(("6442450944", "byte", "512", "3"), (disk["VirtualQuantity"], disk["VirtualQuantityUnits"], disk["VirtualResourceBlockSize"], disk["MappingBehavior"]));
            Assert.Contains("Xen_StorageVolume.", disk["HostResource"], StringComparison.Ordinal);

            ulong Capacity(string pool) => ulong.Parse(Wbemcli.Get(pool)["Capacity"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Capacity(pools[0]), Capacity(pools[1]));
            Assert.Equal(Capacity(pools[0]), Capacity(Wbemcli.Names("Xen_DiskPool").Single(p => p.Contains("primordial", StringComparison.Ordinal))));
        }
        finally
        {
            Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(Guests.Path(uuid))).ExitCode);
        }
        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(volume)).ExitCode);
        Assert.All(pools, Wbemcli.DeletePool);
    }

    [Fact]
    public void A_pool_that_cannot_be_started_leaves_nothing_behind()
    {
        // A file is where the pool is to be.
        var file = Libvirtd.MakeImage("not-a-folder");

        var error = Wbemcli.RefusePool("broken", $$"""instance of Xen_DiskPoolRASD { Path = "{{file}}/below"; };""");

        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);

        // The folder is made, and taken back when the pool cannot be started.
        var folder = Path.Combine(Libvirtd.Images, "half");
        Wbemcli.RefusePool("half", $$"""instance of Xen_DiskPoolRASD { PoolType = "fs"; Path = "{{folder}}"; DevicePaths = {"/dev/no-such-device"}; };""");
        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain("half", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);

        // So are those above it, and nothing else.
        var above = Directory.CreateDirectory(Path.Combine(Libvirtd.Images, "shelf")).FullName;
        Wbemcli.RefusePool("deep", $$"""instance of Xen_DiskPoolRASD { PoolType = "fs"; Path = "{{above}}/new/newer/newest"; DevicePaths = {"/dev/no-such-device"}; };""");
        Assert.Empty(Directory.GetFileSystemEntries(above));
        // A file stays where it is, and there is nothing to take back.
        Assert.DoesNotContain("taken back", Wbemcli.RefusePool("flat", $$"""instance of Xen_DiskPoolRASD { Path = "{{file}}"; };""").Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void A_device_gets_a_file_system_and_is_a_pool_until_its_space_ends()
    {
        Assert.SkipUnless(Command.Exists("losetup") && Command.Exists("mkfs.ext4"), "losetup or mkfs.ext4 is not installed");
        const int Size = 24 << 20;
        var loop = Command.Run("losetup", "--find", "--show", Libvirtd.MakeImage("device", Size));
        Assert.SkipUnless(loop.ExitCode == 0, $"this machine gives out no loop device: {loop.Errors}");
        var device = loop.Output.Trim();
        try
        {
            var pool = Wbemcli.MakePool("mounted", $$"""instance of Xen_DiskPoolRASD { PoolType = "fs"; DevicePaths = {"{{device}}"}; Path = "{{Path.Combine(Libvirtd.Images, "mounted")}}"; Format = "ext4"; Build = 2; };""");
            Assert.InRange(Number(pool, "Capacity"), 10UL << 20, (ulong)Size);

            const string Large = "instance of Xen_StorageVolumeRASD { ElementName = \"large\"; VirtualQuantity = 64; VirtualQuantityUnits = \"byte * 2^20\"; Format = \"raw\"; };";
            var full = Wbemcli.RefuseVolume(pool, Large);
            Assert.Equal(1, full.Status);
            Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Volumes(pool), v => v.Contains("large", StringComparison.Ordinal));

            var volume = Wbemcli.MakeVolume(pool, "instance of Xen_StorageVolumeRASD { ElementName = \"small\"; Reservation = 0; VirtualQuantity = 2; VirtualQuantityUnits = \"byte * 2^20\"; Format = \"raw\"; };");
            Assert.Equal(0, Wbemcli.Run("mi", Wbemcli.Url(volume), $"Capacity={4 << 20}").ExitCode);
            Assert.Equal(0, Wbemcli.Run("mi", Wbemcli.Url(volume), $"Capacity={1 << 20}").ExitCode);
            Assert.Equal(1UL << 20, Number(volume, "Capacity"));
            Wbemcli.DeleteVolume(volume);
            Assert.DoesNotContain(volume, Volumes(pool));
            Wbemcli.DeletePool(pool);

            // What is on it now is not overwritten without being asked for.
            Assert.Contains("again", Wbemcli.RefusePool("again", $$"""instance of Xen_DiskPoolRASD { PoolType = "fs"; DevicePaths = {"{{device}}"}; Path = "{{Path.Combine(Libvirtd.Images, "again")}}"; Format = "ext4"; Build = 2; };""").Message, StringComparison.Ordinal);
            Assert.DoesNotContain("again", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);
        }
        finally
        {
            Command.Run("losetup", "--detach", device);
        }
    }

    [Fact]
    public void A_name_or_folder_that_is_taken_and_a_volume_in_use_are_refused()
    {
        var folder = Path.Combine(Libvirtd.Images, "taken");
        var pool = Wbemcli.MakePool("taken", $$"""instance of Xen_DiskPoolRASD { Path = "{{folder}}"; };""");
        var volume = Wbemcli.MakeVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "d.img"; VirtualQuantity = 1048576; };""");
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "holder"; };""", $$"""instance of Xen_DiskRASD { VirtualDevice = "vda"; Address = "{{folder}}/d.img"; };""");
        try
        {
            Assert.Equal((11, true), Wbemcli.RefusePool("taken", """instance of Xen_DiskPoolRASD { Path = "/elsewhere"; };""") is var name ? (name.Status, name.Message.Contains("taken", StringComparison.Ordinal)) : default);
            var source = Wbemcli.RefusePool("other", $$"""instance of Xen_DiskPoolRASD { Path = "{{folder}}"; };""");
            Assert.Contains("'taken'", source.Message, StringComparison.Ordinal);
            Assert.True(Directory.Exists(folder));
            Assert.Equal(11, Wbemcli.RefuseVolume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "d.img"; VirtualQuantity = 1048576; };""").Status);
            var held = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.PoolService()), $"DeleteResourceInPool.Resource={volume}");
            Assert.Equal((1, true), (held.Status, held.Message.Contains("in use by holder", StringComparison.Ordinal)));
        }
        finally
        {
            Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(Guests.Path(uuid))).ExitCode);
        }
        Wbemcli.DeleteVolume(volume);
        Wbemcli.DeletePool(pool);
    }

    [Fact]
    public void A_pool_moves_to_another_folder_while_it_is_stopped()
    {
        var (here, there) = (Path.Combine(Libvirtd.Images, "here"), Path.Combine(Libvirtd.Images, "there"));
        var pool = Wbemcli.MakePool("moving", $$"""instance of Xen_DiskPoolRASD { Path = "{{here}}"; };""");
        var settings = Wbemcli.Url(Wbemcli.SettingsOf(pool));

        Assert.Contains("Active = FALSE", Wbemcli.Refused("mi", settings, $"Path={there}").Message, StringComparison.Ordinal);
        Assert.Equal(0, Wbemcli.Run("mi", settings, $"Path={there},Active=FALSE").ExitCode);
        Assert.Equal(0, Wbemcli.Run("mi", settings, "Active=TRUE").ExitCode);

        Assert.Contains($"<path>{there}</path>", Libvirtd.Virsh("pool-dumpxml", "moving"), StringComparison.Ordinal);
        Assert.Equal(("2", there), Wbemcli.Get(pool) is var now ? (now["OperationalStatus"], now["Path"]) : default);
        Wbemcli.DeletePool(pool);
    }

    /// <summary>What libvirt says for want of a program; the Xen lab has them.</summary>
    [Theory]
    [InlineData("netfs", "mount.nfs", "SourceDirectory = \"/export\"; Path = \"/mnt/none\";", "mount")]
    [InlineData("iscsi", "iscsiadm", "DevicePaths = {\"iqn.2026-01.example:none\"};", "iscsiadm")]
    public void Storage_of_another_host_is_refused_in_libvirts_words_and_leaves_nothing(string type, string program, string properties, string words)
    {
        Assert.SkipWhen(Command.Exists(program), $"{program} is installed, and would wait for a host that does not answer");

        var error = Wbemcli.RefusePool("remote", $"instance of Xen_DiskPoolRASD {{ PoolType = \"{type}\"; Host = \"127.0.0.1\"; {properties} }};");

        Assert.Equal(1, error.Status);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("remote", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);
        Assert.False(Directory.Exists("/mnt/none"));
    }

    [Fact]
    public void The_types_that_are_offered_are_those_that_libvirt_has()
    {
        var offered = Wbemcli.Get(Assert.Single(Wbemcli.Names("Xen_ResourcePoolConfigurationCapabilities")))["StoragePoolTypesSupported"].Split(',').Select(t => t.Trim('"')).ToList();

        Assert.Contains("dir", offered);
        foreach (var type in offered)
            Assert.Contains($"<pool type='{type}' supported='yes'>", Libvirtd.Virsh("pool-capabilities"), StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Volumes(string pool) => Wbemcli.Paths("ain", Wbemcli.Url(pool), "-ac", "CIM_ConcreteComponent", "-arc", "CIM_StorageVolume");

    private ulong Number(string path, string property) => ulong.Parse(Wbemcli.Get(path)[property], System.Globalization.CultureInfo.InvariantCulture);

    private static (ulong Size, string Format) ImageInfo(string path)
    {
        using var info = System.Text.Json.JsonDocument.Parse(Command.Run("qemu-img", "info", "--output=json", path).Output);
        return (info.RootElement.GetProperty("virtual-size").GetUInt64(), info.RootElement.GetProperty("format").GetString()!);
    }
}
