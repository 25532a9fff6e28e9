using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.PoolConfiguration;

/// <summary>Real directories and real images, made by a libvirtd of the test's own.</summary>
public sealed class QemuPoolTests(QemuHostFixture host) : IClassFixture<QemuHostFixture>
{
    private Libvirtd Libvirtd => host.Libvirtd;

    private Wbemcli Wbemcli => host.Wbemcli;

    private string Service => field ??= Assert.Single(Wbemcli.Names("Xen_ResourcePoolConfigurationService"));

    [Fact]
    public void An_image_is_made_grown_given_to_a_guest_and_deleted()
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img is not installed");
        var folder = Path.Combine(Libvirtd.Images, "pool");
        var pool = Create("images", $$"""instance of Xen_DiskPoolRASD { Path = "{{folder}}"; Autostart = true; };""").Output["Pool"];
        Assert.True(Directory.Exists(folder));

        var volume = Volume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "a.qcow2"; VirtualQuantity = 64; AllocationUnits = "byte * 2^20"; Format = "qcow2"; };""");
        Assert.Equal((64UL << 20, "qcow2"), ImageInfo(Path.Combine(folder, "a.qcow2")));

        var grown = Wbemcli.Run("mi", Wbemcli.Url(volume), $"Capacity={96UL << 20}");
        Assert.True(grown.ExitCode == 0, grown.ToString());
        Assert.Equal(96UL << 20, ImageInfo(Path.Combine(folder, "a.qcow2")).Size);
        Assert.Equal((96UL << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), Wbemcli.Get(volume)["Capacity"]);

        var raw = Volume(pool, """instance of Xen_StorageVolumeRASD { ElementName = "b.img"; VirtualQuantity = 1048576; Format = "raw"; Reservation = 0; };""");
        Assert.Equal(1048576, new FileInfo(Path.Combine(folder, "b.img")).Length);

        Assert.Equal(0u, Wbemcli.Call(Service, "DeleteResourceInPool", $"Resource={volume}").Return);
        Assert.Equal(0, Wbemcli.Run("di", Wbemcli.Url(raw)).ExitCode);
        Assert.Empty(Directory.GetFiles(folder));

        Assert.Equal(0u, Wbemcli.Call(Service, "DeleteResourcePool", $"Pool={pool}").Return);
        Assert.DoesNotContain("images", Libvirtd.Virsh("pool-list", "--all", "--name").Split('\n').Select(n => n.Trim()));
        // The storage itself is its owner's.
        Assert.True(Directory.Exists(folder));
    }

    [Fact]
    public void A_disk_on_a_volume_is_as_large_as_the_volume_and_two_pools_on_one_file_system_count_once()
    {
        Assert.SkipUnless(Command.Exists("qemu-img"), "qemu-img is not installed");
        var pools = ((string[])["large", "beside"]).Select(n => Create(n, $$"""instance of Xen_DiskPoolRASD { Path = "{{Path.Combine(Libvirtd.Images, n)}}"; };""").Output["Pool"]).ToList();
        // More than 32 bits, in an image that holds nothing yet.
        var volume = Volume(pools[0], """instance of Xen_StorageVolumeRASD { ElementName = "d.qcow2"; VirtualQuantity = 6; VirtualQuantityUnits = "byte * 2^30"; Format = "qcow2"; };""");
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
        Assert.All(pools, pool => Assert.Equal(0u, Wbemcli.Call(Service, "DeleteResourcePool", $"Pool={pool}").Return));
    }

    [Fact]
    public void A_pool_that_cannot_be_started_leaves_nothing_behind()
    {
        // A file is where the pool is to be.
        var file = Libvirtd.MakeImage("not-a-folder");

        var error = Wbemcli.Refused("cm", Wbemcli.Url(Service), "CreateChildResourcePool.ElementName=broken,Settings="
            + Wbemcli.Mof($$"""instance of Xen_DiskPoolRASD { Path = "{{file}}/below"; };"""));

        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);

        // The folder is made, and taken back when the pool cannot be started.
        var folder = Path.Combine(Libvirtd.Images, "half");
        Wbemcli.Refused("cm", Wbemcli.Url(Service), "CreateChildResourcePool.ElementName=half,Settings="
            + Wbemcli.Mof($$"""instance of Xen_DiskPoolRASD { PoolType = "fs"; Path = "{{folder}}"; DevicePaths = {"/dev/no-such-device"}; };"""));
        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain("half", Libvirtd.Virsh("pool-list", "--all", "--name"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_types_that_are_offered_are_those_that_libvirt_has()
    {
        var offered = Wbemcli.Get(Assert.Single(Wbemcli.Names("Xen_ResourcePoolConfigurationCapabilities")))["StoragePoolTypesSupported"].Split(',').Select(t => t.Trim('"')).ToList();

        Assert.Contains("dir", offered);
        foreach (var type in offered)
            Assert.Contains($"<pool type='{type}' supported='yes'>", Libvirtd.Virsh("pool-capabilities"), StringComparison.Ordinal);
    }

    private PrintedAnswer Create(string name, string settings)
    {
        var answer = Wbemcli.Call(Service, "CreateChildResourcePool", $"ElementName={name},Settings={Wbemcli.Mof(settings)}");
        Assert.Equal(0u, answer.Return);
        return answer;
    }

    private string Volume(string pool, string settings)
    {
        var answer = Wbemcli.Call(Service, "CreateResourceInPool", $"Pool={pool},Settings={Wbemcli.Mof(settings)}");
        Assert.Equal(0u, answer.Return);
        return answer.Output["Resource"];
    }

    private static (ulong Size, string Format) ImageInfo(string path)
    {
        using var info = System.Text.Json.JsonDocument.Parse(Command.Run("qemu-img", "info", "--output=json", path).Output);
        return (info.RootElement.GetProperty("virtual-size").GetUInt64(), info.RootElement.GetProperty("format").GetString()!);
    }
}
