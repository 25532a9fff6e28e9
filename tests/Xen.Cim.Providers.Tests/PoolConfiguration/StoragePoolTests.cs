using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.PoolConfiguration;

/// <summary>Storage pools that come and go (DSP1041).</summary>
public sealed class StoragePoolTests : PoolConfigurationTest
{
    private static readonly Guid s_new = new("99999999-0000-4000-8000-000000000001");
    private NewStoragePool? _wish;

    public StoragePoolTests() => Mock.Setup(h => h.CreateStoragePool(It.IsAny<NewStoragePool>())).Returns((NewStoragePool w) =>
    {
        _wish = w;
        return new StoragePool(s_new, w.Name, w.Start, w.Autostart, w.Type, w.Path, 0, 0, 0);
    });

    [Fact]
    public void A_directory_pool_takes_its_defaults()
    {
        var (result, output) = CreatePool("data", """instance of Xen_DiskPoolRASD { Path = "/data"; };""", Disks);

        Assert.Equal(0u, result);
        Assert.Equal(DiskPoolPath(s_new), output["Pool"]?.Value);
        Assert.Equal(("data", "dir", "/data", StoragePoolBuild.Prepare, true, false),
            (_wish!.Name, _wish.Type, _wish.Path, _wish.Build, _wish.Start, _wish.Autostart));
    }

    [Fact]
    public void Everything_that_is_said_reaches_the_hypervisor()
    {
        CreatePool(null, """
            instance of Xen_DiskPoolRASD { ElementName = "nfs"; PoolType = "netfs"; Host = "nas"; SourceDirectory = "/export"; Path = "/mnt/nas"; Format = "nfs";
              Autostart = true; Active = false; Build = 0; };
            """);

        Assert.Equal(("nfs", "netfs", "nas", "/export", "/mnt/nas", "nfs"), (_wish!.Name, _wish.Type, _wish.SourceHost, _wish.SourceDirectory, _wish.Path, _wish.Format));
        Assert.Equal((true, false, StoragePoolBuild.None), (_wish.Autostart, _wish.Start, _wish.Build));
    }

    [Fact]
    public void A_volume_group_is_made_of_devices_or_taken_as_it_is()
    {
        CreatePool("vg1", """instance of Xen_DiskPoolRASD { PoolType = "logical"; DevicePaths = {"/dev/sdb", "/dev/sdc"}; };""");
        Assert.Equal(("vg1", "/dev/vg1", StoragePoolBuild.Prepare), (_wish!.SourceName, _wish.Path, _wish.Build));
        Assert.Equal(["/dev/sdb", "/dev/sdc"], _wish.SourceDevices);

        CreatePool("pool", """instance of Xen_DiskPoolRASD { PoolType = "logical"; SourceName = "vg7"; };""");
        Assert.Equal(("vg7", "/dev/vg7", StoragePoolBuild.None), (_wish.SourceName, _wish.Path, _wish.Build));
        Assert.Empty(_wish.SourceDevices);
    }

    [Fact]
    public void An_iSCSI_target_is_a_name_and_not_a_path()
    {
        CreatePool("san", """instance of Xen_DiskPoolRASD { PoolType = "iscsi"; Host = "san.example"; DevicePaths = {"iqn.2026-01.example:disk"}; };""");

        Assert.Equal(("san.example", "/dev/disk/by-path", StoragePoolBuild.None), (_wish!.SourceHost, _wish.Path, _wish.Build));
        Assert.Equal(["iqn.2026-01.example:disk"], _wish.SourceDevices);
    }

    [Theory]
    [InlineData("PoolType = \"iscsi\"; Host = \"san\"; DevicePaths = {\"iqn.x\"};")]
    [InlineData("PoolType = \"rbd\"; Host = \"ceph\"; SourceName = \"vms\";")]
    public void A_host_that_asks_who_is_there_is_told_by_a_secret_of_libvirts(string properties)
    {
        CreatePool("p", $"instance of Xen_DiskPoolRASD {{ {properties} UserName = \"ann\"; Secret = \"san-1\"; }};");
        Assert.Equal(new StorageLogin("ann", "san-1"), _wish!.Login);
        CreatePool("p", $"instance of Xen_DiskPoolRASD {{ {properties} }};");
        Assert.Null(_wish.Login);

        Assert.Contains("virsh secret-define", Refused(CimStatus.InvalidParameter, () => CreatePool("p", $"instance of Xen_DiskPoolRASD {{ {properties} UserName = \"ann\"; }};")).Message, StringComparison.Ordinal);
        Assert.Contains("UserName is missing", Refused(CimStatus.InvalidParameter, () => CreatePool("p", $"instance of Xen_DiskPoolRASD {{ {properties} Secret = \"san-1\"; }};")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Path = \"/d\"; UserName = \"ann\"; Secret = \"s\";", "UserName")]
    [InlineData("Path = \"/d\"; Secret = \"s\";", "Secret")]
    [InlineData("PoolType = \"iscsi\"; Host = \"h\"; DevicePaths = {\"iqn.x\"}; Password = \"p\";", "Password")]
    [InlineData("", "Path")]
    [InlineData("Path = \"data\";", "absolute")]
    [InlineData("PoolType = \"tape\";", "tape")]
    [InlineData("Path = \"/d\"; Host = \"nas\";", "Host")]
    [InlineData("PoolType = \"netfs\"; Path = \"/d\"; Host = \"nas\";", "SourceDirectory")]
    [InlineData("PoolType = \"fs\"; Path = \"/d\";", "DevicePaths")]
    [InlineData("PoolType = \"fs\"; Path = \"/d\"; DevicePaths = {\"/dev/sdb\", \"/dev/sdc\"};", "2 entries")]
    [InlineData("PoolType = \"disk\"; DevicePaths = {\"sdb\"};", "absolute")]
    [InlineData("PoolType = \"iscsi\"; Host = \"h\";", "DevicePaths")]
    [InlineData("Path = \"/d\"; Build = 9;", "Build 9")]
    [InlineData("Path = \"/d\"; Colour = \"red\";", "Colour")]
    public void What_makes_no_pool_is_refused_with_the_reason(string properties, string reason)
    {
        var error = Refused(CimStatus.InvalidParameter, () => CreatePool("p", $"instance of Xen_DiskPoolRASD {{ {properties} }};"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Null(_wish);
    }

    [Fact]
    public void Names_settings_and_parents_that_are_none()
    {
        const string Good = """instance of Xen_DiskPoolRASD { Path = "/d"; };""";
        Refused(CimStatus.InvalidParameter, () => CreatePool(null, Good));
        Refused(CimStatus.InvalidParameter, () => CreatePool("a/b", Good));
        Refused(CimStatus.InvalidParameter, () => CreatePool("p", null));
        Refused(CimStatus.InvalidParameter, () => CreatePool("p", "instance of Xen_MemoryRASD { VirtualQuantity = 1; };"));
        Refused(CimStatus.InvalidParameter, () => CreatePool("p", Good, DiskPoolPath(Samples.ImagesPool)));
        Assert.EndsWith("(Incorrect ResourceType for the Pool, 7)", Refused(CimStatus.InvalidParameter, () => CreatePool("p", Good, Networks)).Message, StringComparison.Ordinal);
        Assert.Null(_wish);
    }

    [Fact]
    public void A_type_that_the_host_does_not_have_is_not_supported()
    {
        Mock.Setup(h => h.GetStoragePoolTypes()).Returns(["dir", "logical"]);

        var error = Refused(CimStatus.NotSupported, () => CreatePool("p", """instance of Xen_DiskPoolRASD { PoolType = "iscsi"; Host = "h"; DevicePaths = {"iqn.x"}; };"""));

        Assert.Contains("dir, logical", error.Message, StringComparison.Ordinal);
        Assert.Equal(["dir", "logical"], Get<Xen_ResourcePoolConfigurationCapabilities>(CapabilitiesPath).StoragePoolTypesSupported!);
    }

    [Fact]
    public void libvirts_own_words_reach_the_client()
    {
        Mock.Setup(h => h.CreateStoragePool(It.IsAny<NewStoragePool>())).Throws(new HypervisorException(HypervisorError.AlreadyExists, "Cannot create: pool 'p' is there"));

        Assert.Contains("pool 'p' is there", Refused(CimStatus.AlreadyExists, () => CreatePool("p", """instance of Xen_DiskPoolRASD { Path = "/d"; };""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_is_deleted_by_method_by_itself_and_by_its_settings()
    {
        Assert.Equal(0u, DeletePool(DiskPoolPath(Samples.ColdPool)).Return);
        Provider.DeleteInstance(Request, DiskPoolPath(Samples.ColdPool));
        Provider.DeleteInstance(Request, SettingsPath(Samples.ColdPool));

        Mock.Verify(h => h.RemoveStoragePool(Samples.ColdPool), Times.Exactly(3));
    }

    [Fact]
    public void A_pool_that_a_running_guest_has_a_disk_in_stays()
    {
        var error = Refused(CimStatus.Failed, () => DeletePool(DiskPoolPath(Samples.ImagesPool)));

        Assert.Contains("web", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.RemoveStoragePool(It.IsAny<Guid>()), Times.Never);
    }

    [Fact]
    public void What_is_no_child_pool_is_not_deleted()
    {
        Refused(CimStatus.InvalidParameter, () => DeletePool(Disks));
        Refused(CimStatus.InvalidParameter, () => DeletePool(Path("Xen_MemoryPool", ("InstanceID", "Xen:MemoryPool/primordial"))));
        Refused(CimStatus.NotFound, () => DeletePool(DiskPoolPath(s_new)));
    }

    [Fact]
    public void Pools_are_children_of_the_primordial_one_and_lead_to_their_settings()
    {
        var children = Provider.AssociatorNames(Request, Disks, new AssociationFilter { AssociationClass = "Xen_ElementAllocatedFromPool", ResultClass = "Xen_DiskPool", Role = "Antecedent" }).ToList();
        Assert.Equal(Samples.Pools.Select(p => DiskPoolPath(p.Uuid)), children);
        Assert.Equal([Disks], Provider.AssociatorNames(Request, children[0], new AssociationFilter { AssociationClass = "Xen_ElementAllocatedFromPool", Role = "Dependent" }));
        Assert.Equal([SettingsPath(Samples.ColdPool)], Provider.AssociatorNames(Request, DiskPoolPath(Samples.ColdPool), new AssociationFilter { AssociationClass = "Xen_SettingsDefineState" }));
        Assert.Equal([Disks], Provider.AssociatorNames(Request, SettingsPath(Samples.ColdPool), new AssociationFilter { AssociationClass = "Xen_ResourceAllocationFromPool" }));
    }

    [Fact]
    public void Settings_say_what_the_pool_is_made_of()
    {
        var cold = Get<Xen_DiskPoolRASD>(SettingsPath(Samples.ColdPool));

        Assert.Equal(("cold", "logical", "/dev/cold", false, false), (cold.ElementName, cold.PoolType, cold.PathProperty, cold.Active, cold.Autostart));
        Assert.Equal(["/dev/sdb1", "/dev/nvme0n1p3"], cold.DevicePaths!);
        Assert.Equal(["file:///dev/sdb1", "file:///dev/nvme0n1p3"], cold.HostResource!);
        Assert.Equal("Xen:DiskPool/primordial", cold.PoolID);
    }

    [Fact]
    public void A_pool_is_switched_by_its_settings()
    {
        var settings = Get<Xen_DiskPoolRASD>(SettingsPath(Samples.ColdPool));
        settings.Active = true;

        Provider.ModifyInstance(Request, settings.Path!, settings);

        Mock.Verify(h => h.SwitchStoragePool(Samples.ColdPool, true, false));
        Mock.Verify(h => h.ChangeStoragePool(It.IsAny<Guid>(), It.IsAny<NewStoragePool>(), It.IsAny<bool?>(), It.IsAny<bool?>()), Times.Never);
    }

    [Fact]
    public void What_a_pool_is_made_of_changes_and_the_rest_stays()
    {
        NewStoragePool? wish = null;
        Mock.Setup(h => h.ChangeStoragePool(Samples.ColdPool, It.IsAny<NewStoragePool>(), true, false)).Callback((Guid _, NewStoragePool w, bool? _, bool? _) => wish = w);
        var settings = Get<Xen_DiskPoolRASD>(SettingsPath(Samples.ColdPool));
        (settings.Active, settings.DevicePaths) = (true, ["/dev/sdb1"]);

        Provider.ModifyInstance(Request, settings.Path!, settings);

        Assert.Equal(("cold", "logical", "/dev/cold", StoragePoolBuild.None), (wish!.Name, wish.Type, wish.Path, wish.Build));
        Assert.Equal(["/dev/sdb1"], wish.SourceDevices);
        Mock.Verify(h => h.SwitchStoragePool(It.IsAny<Guid>(), It.IsAny<bool?>(), It.IsAny<bool?>()), Times.Never);
    }

    [Fact]
    public void A_change_that_makes_no_pool_or_cannot_be_had_is_refused()
    {
        Assert.Contains("absolute", Change(CimStatus.InvalidParameter, s => s.PathProperty = "here").Message, StringComparison.Ordinal);
        Assert.Contains("ElementName", Change(CimStatus.NotSupported, s => s.ElementName = "warm").Message, StringComparison.Ordinal);
        Mock.Verify(h => h.ChangeStoragePool(It.IsAny<Guid>(), It.IsAny<NewStoragePool>(), It.IsAny<bool?>(), It.IsAny<bool?>()), Times.Never);

        CimException Change(CimStatus status, Action<Xen_DiskPoolRASD> change)
        {
            var settings = Get<Xen_DiskPoolRASD>(SettingsPath(Samples.ColdPool));
            change(settings);
            return Refused(status, () =>
            {
                Provider.ModifyInstance(Request, settings.Path!, settings);
                return null;
            });
        }
    }

    [Fact]
    public void A_pool_that_a_running_guest_has_a_disk_in_is_not_stopped()
    {
        var settings = Get<Xen_DiskPoolRASD>(SettingsPath(Samples.ImagesPool));
        settings.Active = false;

        Assert.Contains("web", Refused(CimStatus.Failed, () =>
        {
            Provider.ModifyInstance(Request, settings.Path!, settings);
            return null;
        }).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SwitchStoragePool(It.IsAny<Guid>(), It.IsAny<bool?>(), It.IsAny<bool?>()), Times.Never);
    }

    [Fact]
    public void What_nobody_can_do_here_answers_Not_Supported()
    {
        Assert.Equal(1u, Call(PoolService, "CreateResourcePool", ("ElementName", CimType.String, "x")).Return);
        Assert.Equal(1u, Call(PoolService, "ChangeParentResourcePool", ("ChildPool", CimType.Reference, DiskPoolPath(Samples.ColdPool))).Return);
        Assert.Contains("Xen_NetworkPool", Refused(CimStatus.NotSupported, () => Call(PoolService, "AddResourcesToResourcePool", ("Pool", CimType.Reference, Disks))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capabilities_hold_what_works()
    {
        var all = Get<Xen_ResourcePoolConfigurationCapabilities>(CapabilitiesPath);
        Assert.Equal([3u, 4u, 5u, 6u], all.SynchronousMethodsSupported!.Select(m => (uint)m!));
        Assert.Contains("logical", all.StoragePoolTypesSupported!);

        Host.Missing.Add(HypervisorOperation.Networks);
        var less = Get<Xen_ResourcePoolConfigurationCapabilities>(CapabilitiesPath);
        Assert.Equal([3u, 4u], less.SynchronousMethodsSupported!.Select(m => (uint)m!));
        Assert.Empty(less.ForwardModesSupported!);

        Host.Missing.Add(HypervisorOperation.StoragePools);
        var none = Get<Xen_ResourcePoolConfigurationCapabilities>(CapabilitiesPath);
        Assert.Empty(none.SynchronousMethodsSupported!);
        Assert.Empty(none.StoragePoolTypesSupported!);
    }

    private static CimObjectPath CapabilitiesPath => Path("Xen_ResourcePoolConfigurationCapabilities", ("InstanceID", "Xen:ResourcePoolConfigurationCapabilities"));

    private static CimObjectPath SettingsPath(Guid pool) => Path("Xen_DiskPoolRASD", ("InstanceID", $"Xen:DiskPool/{pool}/settings"));
}
