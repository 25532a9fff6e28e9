using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.PoolConfiguration;

/// <summary>Volumes made, resized and deleted (DSP1047).</summary>
public sealed class VolumeTests : PoolConfigurationTest
{
    private static readonly CimObjectPath s_isos = DiskPoolPath(Samples.IsosPool);
    private NewVolume? _wish;

    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromMilliseconds(300) };

    public VolumeTests() => Mock.Setup(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>())).Returns((string pool, NewVolume w) =>
    {
        _wish = w;
        return new StorageVolume(pool, w.Name, "k", $"/srv/isos/{w.Name}", w.Format, w.Capacity, 0);
    });

    [Fact]
    public void A_pool_that_goes_while_its_volumes_are_listed_leaves_those_of_the_others()
    {
        var before = All("Xen_StorageVolume").Count;
        var other = new StoragePool(new("99999999-0000-4000-8000-000000000002"), "fleeting", true, false, "dir", "/fleeting", 0, 0, 0);
        Mock.Setup(h => h.ListStoragePools()).Returns([other, .. Samples.Pools]);
        Mock.Setup(h => h.ListVolumes("fleeting")).Throws(new HypervisorException(HypervisorError.NotFound, "no storage pool with matching name 'fleeting'"));

        Assert.NotEqual(0, before);
        Assert.Equal(before, All("Xen_StorageVolume").Count);
    }

    [Fact]
    public void A_volume_is_made_as_asked()
    {
        var (result, output) = CreateVolume(s_isos, """
            instance of Xen_StorageVolumeRASD { ElementName = "new disk.qcow2"; VirtualQuantity = 5; VirtualQuantityUnits = "byte * 2^40"; Format = "qcow2";
              Reservation = 0; BackingPath = "/base.img"; BackingFormat = "raw"; };
            """);

        Assert.Equal(0u, result);
        Assert.Equal(VolumePath(Samples.IsosPool, "new%20disk.qcow2"), output["Resource"]?.Value);
        Assert.Equal(new NewVolume("new disk.qcow2", 5UL << 40) { Format = "qcow2", Allocation = 0, BackingPath = "/base.img", BackingFormat = "raw" }, _wish);
    }

    [Theory]
    [InlineData("VirtualQuantity = 1000;", 1000)]
    [InlineData("VirtualQuantity = 1000; VirtualQuantityUnits = \"byte\";", 1000)]
    [InlineData("VirtualQuantity = 2; AllocationUnits = \"byte * 2^20\";", 2 << 20)]
    [InlineData("VirtualQuantity = 2; AllocationUnits = \"byte * 2^20\"; VirtualQuantityUnits = \"count\";", 2 << 20)]
    [InlineData("VirtualQuantity = 8; VirtualResourceBlockSize = 512; VirtualQuantityUnits = \"count(fixed size block)\";", 4096)]
    public void Sizes_come_in_units_and_in_blocks(string size, ulong bytes)
    {
        CreateVolume(s_isos, $"instance of Xen_StorageVolumeRASD {{ ElementName = \"v\"; {size} }};");

        Assert.Equal(bytes, _wish!.Capacity);
    }

    [Theory]
    [InlineData("VirtualQuantity = 1;", "ElementName")]
    [InlineData("ElementName = \"v\";", "VirtualQuantity")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 0;", "VirtualQuantity")]
    [InlineData("ElementName = \"../v\"; VirtualQuantity = 1;", "../v")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 1; VirtualQuantityUnits = \"hertz\";", "hertz")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 18446744073709551615; VirtualQuantityUnits = \"byte * 2^10\";", "more than there can be")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 1; BackingPath = \"base.img\";", "base.img")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 2; VirtualQuantityUnits = \"byte * 2^10\"; Reservation = 2049;", "Reservation is 2049 bytes and VirtualQuantity 2048")]
    [InlineData("ElementName = \"v\"; VirtualQuantity = 1; PoolID = \"Xen:DiskPool/primordial\";", "give one of them")]
    public void What_makes_no_volume_is_refused_with_the_reason(string properties, string reason)
    {
        var error = Refused(CimStatus.InvalidParameter, () => CreateVolume(s_isos, $"instance of Xen_StorageVolumeRASD {{ {properties} }};"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Null(_wish);
    }

    [Fact]
    public void Pools_that_take_no_volumes()
    {
        const string Good = """instance of Xen_StorageVolumeRASD { ElementName = "v"; VirtualQuantity = 1; };""";
        Refused(CimStatus.InvalidParameter, () => CreateVolume(Disks, Good));
        Refused(CimStatus.InvalidParameter, () => CreateVolume(null, Good));
        Refused(CimStatus.NotFound, () => CreateVolume(DiskPoolPath(Guid.NewGuid()), Good));
        Assert.Contains("not started", Refused(CimStatus.Failed, () => CreateVolume(DiskPoolPath(Samples.ColdPool), Good)).Message, StringComparison.Ordinal);
        Refused(CimStatus.AlreadyExists, () => CreateVolume(s_isos, """instance of Xen_StorageVolumeRASD { ElementName = "debian.iso"; VirtualQuantity = 1; };"""));
        Refused(CimStatus.InvalidParameter, () => CreateVolume(s_isos, """instance of Xen_DiskRASD { Address = "/x"; };"""));
        Assert.EndsWith("(Incorrect ResourceType for the Pool, 7)", Refused(CimStatus.InvalidParameter, () => CreateVolume(Networks, Good)).Message, StringComparison.Ordinal);
        Assert.Null(_wish);
    }

    [Fact]
    public void A_volume_that_takes_long_is_a_job()
    {
        using var done = new ManualResetEventSlim();
        Mock.Setup(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>())).Returns((string pool, NewVolume w) =>
        {
            _wish = w;
            done.Wait(TimeSpan.FromSeconds(20));
            return new StorageVolume(pool, w.Name, "k", "/p", null, w.Capacity, 0);
        });

        var (result, output) = CreateVolume(s_isos, """instance of Xen_StorageVolumeRASD { ElementName = "large"; VirtualQuantity = 4096; };""");

        Assert.Equal(4096u, result);
        Assert.Null(output["Resource"]?.Value);
        var job = Assert.IsType<CimObjectPath>(output["Job"]?.Value);
        Assert.Equal((ushort)0, Get<Xen_ConcreteJob>(job).PercentComplete);
        // libvirt lists the volume while it fills it.
        Mock.Setup(h => h.ListVolumes("isos")).Returns([new StorageVolume("isos", "large", "k", "/p", null, _wish!.Capacity, _wish.Capacity / 4)]);
        Assert.Equal((ushort)25, Get<Xen_ConcreteJob>(job).PercentComplete);
        Assert.Contains("large", Get<Xen_ConcreteJob>(job).Name, StringComparison.Ordinal);
        Assert.Equal([PoolService], Provider.AssociatorNames(Request, job, new AssociationFilter { AssociationClass = "Xen_OwningJobElement" }));
        Assert.Equal([s_isos], Provider.AssociatorNames(Request, job, new AssociationFilter { AssociationClass = "Xen_AffectedJobElement" }));
        // libvirt cannot be told to leave it.
        Assert.Equal(1u, Call(job, "RequestStateChange", ("RequestedState", CimType.UInt16, (ushort)4)).Return);
        Assert.Equal(Xen_ConcreteJob.JobStateValue.Running, Get<Xen_ConcreteJob>(job).JobState);
        done.Set();
        Eventually(() => Get<Xen_ConcreteJob>(job).JobState == Xen_ConcreteJob.JobStateValue.Completed);
    }

    [Fact]
    public void A_job_shows_how_much_of_the_volume_is_there()
    {
        using var done = new ManualResetEventSlim();
        Mock.Setup(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>())).Returns((string pool, NewVolume w) =>
        {
            done.Wait(TimeSpan.FromSeconds(20));
            return new StorageVolume(pool, w.Name, "k", "/p", null, w.Capacity, 0);
        });
        var job = Assert.IsType<CimObjectPath>(CreateVolume(s_isos, """instance of Xen_StorageVolumeRASD { ElementName = "large"; VirtualQuantity = 2000; Reservation = 1000; };""").Output["Job"]?.Value);

        // Not listed yet, a part of it, more than was asked for.
        foreach (var (allocation, percent) in ((ulong?, ushort)[])[(null, 0), (250, 25), (5000, 99)])
        {
            Mock.Setup(h => h.ListVolumes("isos")).Returns(allocation is { } bytes ? [new StorageVolume("isos", "large", "k", "/p", "raw", 2000, bytes)] : []);
            Assert.Equal(percent, Get<Xen_ConcreteJob>(job).PercentComplete);
        }
        Mock.Setup(h => h.ListVolumes("isos")).Throws(new HypervisorException(HypervisorError.Timeout, "it hangs"));
        Assert.Equal((ushort)99, Get<Xen_ConcreteJob>(job).PercentComplete);
        done.Set();
        Eventually(() => Get<Xen_ConcreteJob>(job).PercentComplete == 100);
    }

    [Fact]
    public void An_error_within_the_call_is_the_calls()
    {
        Mock.Setup(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>())).Throws(new HypervisorException(HypervisorError.Failed, "Cannot create: no space left"));

        Assert.Contains("no space left", Refused(CimStatus.Failed, () => CreateVolume(s_isos, """instance of Xen_StorageVolumeRASD { ElementName = "v"; VirtualQuantity = 1; };""")).Message, StringComparison.Ordinal);
        Assert.Empty(All("Xen_ConcreteJob"));
    }

    [Fact]
    public void A_volume_is_described_as_storage_and_as_setting()
    {
        var volume = Get<Xen_StorageVolume>(VolumePath(Samples.IsosPool, "debian.iso"));
        Assert.Equal(("debian.iso", "/srv/isos/debian.iso", "raw"), (volume.ElementName, volume.Name, volume.Format));
        Assert.Equal((100ul, 100ul, 1ul), (volume.Capacity!.Value, volume.NumberOfBlocks!.Value, volume.BlockSize!.Value));

        var setting = Get<Xen_StorageVolumeRASD>(SettingPath(Samples.IsosPool, "debian.iso"));
        Assert.Equal((100ul, "byte", "/srv/isos/debian.iso"), (setting.VirtualQuantity!.Value, setting.VirtualQuantityUnits, setting.HostExtentName));
        Assert.Equal([SettingPath(Samples.IsosPool, "debian.iso")], Names(volume.Path!, "Xen_SettingsDefineState"));
    }

    [Fact]
    public void From_a_pool_to_its_volumes_to_the_disks_on_them()
    {
        var volume = VolumePath(Samples.ImagesPool, "web.qcow2");

        Assert.Equal([volume], Provider.AssociatorNames(Request, DiskPoolPath(Samples.ImagesPool), new AssociationFilter { AssociationClass = "Xen_ConcreteComponent", ResultClass = "Xen_StorageVolume" }));
        Assert.Equal([DiskPoolPath(Samples.ImagesPool)], Names(volume, "Xen_ConcreteComponent"));
        var disks = Names(volume, "Xen_HostedDependency");
        Assert.Contains(DevicePath("Xen_LogicalDisk", Samples.Web, "xvda"), disks);
        Assert.Equal([volume], Provider.AssociatorNames(Request, disks[0], new AssociationFilter { AssociationClass = "Xen_HostedDependency", ResultClass = "Xen_StorageVolume" }));
    }

    [Fact]
    public void A_volume_grows_by_capacity_by_blocks_and_by_its_setting()
    {
        var path = VolumePath(Samples.IsosPool, "debian.iso");
        Modify(new Xen_StorageVolume { Path = path, Capacity = 4096 });
        Mock.Verify(h => h.ResizeVolume("isos", "debian.iso", 4096, false), Times.Once);
        Modify(new Xen_StorageVolume { Path = path, NumberOfBlocks = 5000 });
        Mock.Verify(h => h.ResizeVolume("isos", "debian.iso", 5000, false), Times.Once);
        Modify(new Xen_StorageVolumeRASD { Path = SettingPath(Samples.IsosPool, "debian.iso"), VirtualQuantity = 1, VirtualQuantityUnits = "byte * 2^20" });
        Mock.Verify(h => h.ResizeVolume("isos", "debian.iso", 1 << 20, false), Times.Once);
        // As wbemcli sends it: the whole instance, with the schema's defaults.
        var whole = Get<Xen_StorageVolume>(path);
        (whole.Capacity, whole.TransitioningToState) = (8192, CIM_EnabledLogicalElement.TransitioningToStateValue.Not_Applicable);
        Modify(whole);
        Mock.Verify(h => h.ResizeVolume("isos", "debian.iso", 8192, false), Times.Once);
        // What it is already.
        Modify(new Xen_StorageVolume { Path = path, Capacity = 100 });
        Mock.Verify(h => h.ResizeVolume(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<ulong>(), It.IsAny<bool>()), Times.Exactly(4));
    }

    [Fact]
    public void A_volume_shrinks_only_where_nobody_uses_it()
    {
        Mock.Setup(h => h.ListVolumes("isos")).Returns([new StorageVolume("isos", "free.img", "k", "/srv/isos/free.img", "raw", 100, 100)]);
        Modify(new Xen_StorageVolume { Path = VolumePath(Samples.IsosPool, "free.img"), Capacity = 50 });
        Mock.Verify(h => h.ResizeVolume("isos", "free.img", 50, true), Times.Once);

        Assert.Contains("web", RefusedChange(CimStatus.Failed, new Xen_StorageVolume { Path = VolumePath(Samples.ImagesPool, "web.qcow2"), Capacity = 50 }).Message, StringComparison.Ordinal);
        // Growing is no danger.
        Modify(new Xen_StorageVolume { Path = VolumePath(Samples.ImagesPool, "web.qcow2"), Capacity = 150 });
        Mock.Verify(h => h.ResizeVolume("images", "web.qcow2", 150, false), Times.Once);
    }

    [Fact]
    public void Nothing_but_the_size_of_a_volume_changes()
    {
        Assert.Contains("Format", RefusedChange(CimStatus.NotSupported, new Xen_StorageVolume { Path = VolumePath(Samples.IsosPool, "debian.iso"), Format = "qcow2" }).Message, StringComparison.Ordinal);
        RefusedChange(CimStatus.NotSupported, new Xen_StorageVolumeRASD { Path = SettingPath(Samples.IsosPool, "debian.iso"), Format = "qcow2" });
        // How a size is meant is no size.
        foreach (var (settings, word) in ((Xen_StorageVolumeRASD, string)[])
            [(new() { VirtualQuantityUnits = "byte * 2^20" }, "VirtualQuantityUnits"), (new() { VirtualResourceBlockSize = 4096 }, "VirtualResourceBlockSize"), (new() { AllocationUnits = "byte * 2^10", VirtualQuantity = 100, VirtualQuantityUnits = "byte" }, "AllocationUnits")])
        {
            settings.Path = SettingPath(Samples.IsosPool, "debian.iso");
            Assert.Contains(word, RefusedChange(CimStatus.InvalidParameter, settings).Message, StringComparison.Ordinal);
        }
        RefusedChange(CimStatus.InvalidParameter, new Xen_StorageVolume { Path = VolumePath(Samples.IsosPool, "debian.iso"), Capacity = 0 });
        RefusedChange(CimStatus.InvalidParameter, new Xen_StorageVolume { Path = VolumePath(Samples.IsosPool, "debian.iso"), Capacity = 200, NumberOfBlocks = 300 });
        RefusedChange(CimStatus.InvalidParameter, new Xen_StorageVolume { Path = VolumePath(Samples.IsosPool, "debian.iso"), NumberOfBlocks = ulong.MaxValue, BlockSize = 1 });
    }

    [Fact]
    public void A_volume_is_deleted_by_method_by_itself_and_by_its_setting()
    {
        var path = VolumePath(Samples.IsosPool, "debian.iso");
        Mock.Setup(h => h.ListGuests()).Returns([]);

        Assert.Contains("no volume", Refused(CimStatus.InvalidParameter, () => DeleteVolume(s_isos)).Message, StringComparison.Ordinal);
        Assert.Equal(0u, DeleteVolume(path, s_isos).Return);
        Provider.DeleteInstance(Request, path);
        Provider.DeleteInstance(Request, SettingPath(Samples.IsosPool, "debian.iso"));

        Mock.Verify(h => h.DeleteVolume("isos", "debian.iso"), Times.Exactly(3));
    }

    [Fact]
    public void A_volume_that_is_needed_stays()
    {
        var path = VolumePath(Samples.ImagesPool, "web.qcow2");
        Assert.Contains("web", Refused(CimStatus.Failed, () => DeleteVolume(path)).Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => DeleteVolume(path, s_isos));
        Refused(CimStatus.NotFound, () => DeleteVolume(VolumePath(Samples.ImagesPool, "none")));

        Mock.Setup(h => h.ListGuests()).Returns([]);
        Mock.Setup(h => h.ListVolumes("isos")).Returns([new StorageVolume("isos", "over.qcow2", "k", "/srv/isos/over.qcow2", "qcow2", 1, 1) { BackingPath = "/var/lib/xen/images/web.qcow2" }]);
        Assert.Contains("over.qcow2", Refused(CimStatus.Failed, () => DeleteVolume(path)).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.DeleteVolume(It.IsAny<string>(), It.IsAny<string>()), Times.Never);
    }

    private static CimObjectPath SettingPath(Guid pool, string volume) => Path("Xen_StorageVolumeRASD", ("InstanceID", $"Xen:DiskPool/{pool}/volume/{volume}"));

    private List<CimObjectPath> Names(CimObjectPath source, string association) =>
        [.. Provider.AssociatorNames(Request, source, new AssociationFilter { AssociationClass = association })];

    private void Modify(CimInstance instance) => Provider.ModifyInstance(Request, instance.Path!, instance);

    private CimException RefusedChange(CimStatus status, CimInstance instance) => Refused(status, () =>
    {
        Modify(instance);
        return null;
    });
}
