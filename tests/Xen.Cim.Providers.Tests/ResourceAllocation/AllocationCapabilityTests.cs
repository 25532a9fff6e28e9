using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>What can be asked of each pool, as the host has it.</summary>
public sealed class AllocationCapabilityTests : ProviderTest
{
    private static CimObjectPath Capabilities(string pool) => Path("Xen_AllocationCapabilities", ("InstanceID", $"Xen:AllocationCapabilities/{pool}"));

    private Xen_CapabilityRASD Bound(string pool, string role) => Get<Xen_CapabilityRASD>(Path("Xen_CapabilityRASD", ("InstanceID", $"Xen:Capability/{pool}/{role}")));

    [Fact]
    public void Every_pool_has_capabilities_with_four_settings()
    {
        var pools = All("CIM_ResourcePool").Select(p => (string)p["PoolID"]!).ToList();
        Assert.Equal(pools.Select(p => p["Xen:".Length..]).Order(), All("Xen_AllocationCapabilities").Select(c => ((string)c["InstanceID"]!)["Xen:AllocationCapabilities/".Length..]).Order());
        foreach (var capabilities in All("Xen_AllocationCapabilities"))
        {
            var links = Provider.References(Request, capabilities.Path!, new AssociationFilter("Xen_SettingsDefineCapabilities")).ToList();
            // Default; supported minimums, maximums and increments (DSP1043).
            Assert.Equal([(0, 0), (3, 1), (3, 2), (3, 3)], links.Select(l => ((int)(ushort)l["ValueRole"]!, (int)(ushort)l["ValueRange"]!)).Order());
            Assert.All(links, l => Assert.Equal((ushort)0, l["PropertyPolicy"]));
        }
    }

    [Fact]
    public void The_range_of_processors_and_memory_is_the_hosts()
    {
        // The pretended host: 8 processors, 16 GiB, at most 128 processors a guest.
        var (least, most, step, usual) = (Bound("ProcessorPool/primordial", "minimum"), Bound("ProcessorPool/primordial", "maximum"), Bound("ProcessorPool/primordial", "increment"), Bound("ProcessorPool/primordial", "default"));
        Assert.Equal((1ul, 128ul, 1ul, 1ul), (least.VirtualQuantity, most.VirtualQuantity, step.VirtualQuantity, usual.VirtualQuantity));
        Assert.Equal((1u, 65535u, 1u, 256u), (least.Weight, most.Weight, step.Weight, usual.Weight));
        Assert.Equal((0ul, 800ul, 0ul), (least.Limit, most.Limit, usual.Limit));
        Assert.Equal((16ul * 1024 * 1024, "byte * 2^10"), (Bound("MemoryPool/primordial", "maximum").VirtualQuantity, Bound("MemoryPool/primordial", "maximum").AllocationUnits));
        Assert.Equal((4ul, 512ul * 1024), (Bound("MemoryPool/primordial", "increment").VirtualQuantity, Bound("MemoryPool/primordial", "default").VirtualQuantity));
    }

    [Fact]
    public void States_in_which_devices_can_be_added_follow_from_the_driver()
    {
        ushort[] States(string property) => (ushort[])Get(Capabilities("DiskPool/primordial"))[property]!;
        Assert.Equal([3, 2, 11], States("SupportedAddStates"));
        Assert.Equal([3, 2], States("SupportedRemoveStates"));
        Host.Missing.Add(HypervisorOperation.AttachDevice);
        Host.Missing.Add(HypervisorOperation.DetachDevice);
        Assert.Equal([3], States("SupportedAddStates"));
        Assert.Equal([3], States("SupportedRemoveStates"));
        Assert.Empty((ushort[])Get(Capabilities("MemoryPool/primordial"))["SupportedAddStates"]!);
    }

    [Theory]
    [InlineData(HypervisorDriver.Xen, "hostdevice usbcontroller", "graphics console input otherdevice", "idecontroller scsicontroller storagecontroller controller")]
    [InlineData(HypervisorDriver.Qemu, "console hostdevice input otherdevice scsicontroller", "graphics usbcontroller storagecontroller controller", "idecontroller")]
    public void Of_generic_devices_each_driver_plugs_some_kinds_into_a_guest_that_runs(HypervisorDriver driver, string running, string off, string never)
    {
        Host.Host = Host.Host with { Driver = driver };
        foreach (var property in (string[])["SupportedAddStates", "SupportedRemoveStates"])
        {
            var pools = All("Xen_GenericDevicePool").ConvertAll(p => ((string)p["PoolID"]!)["Xen:GenericDevicePool/".Length..]);
            ushort[] States(string pool) => (ushort[])Get(Capabilities("GenericDevicePool/" + pool))[property]!;
            Assert.Equal(Sorted(running), pools.Where(p => States(p).Contains((ushort)2)).Order(StringComparer.Ordinal));
            Assert.Equal(Sorted(off), pools.Where(p => States(p) is [3]).Order(StringComparer.Ordinal));
            Assert.Equal(Sorted(never), pools.Where(p => States(p) is []).Order(StringComparer.Ordinal));
        }
    }

    private static IEnumerable<string> Sorted(string names) => names.Split(' ').Order(StringComparer.Ordinal);

    [Fact]
    public void A_disk_is_asked_for_by_what_is_there_and_of_a_storage_pool_by_its_size_too()
    {
        ushort Types(string pool) => (ushort)Get(Capabilities(pool))["RequestTypesSupported"]!;
        // 2 Specific, 4 Both.
        Assert.Equal((2, 4), (Types("DiskPool/primordial"), Types($"DiskPool/{Samples.ImagesPool}")));
        Host.Missing.Add(HypervisorOperation.Volumes);
        Assert.Equal(2, Types($"DiskPool/{Samples.ImagesPool}"));
    }

    [Fact]
    public void An_adapter_is_asked_for_by_its_network_or_by_what_it_is_plugged_into()
    {
        foreach (var pool in All("Xen_NetworkPool").ConvertAll(p => ((string)p["PoolID"]!)["Xen:".Length..]))
        {
            var types = (ushort)Get(Capabilities(pool))["RequestTypesSupported"]!;
            var request = () => AddResources(ConfigurationPath(Samples.Mail, "defined"), Bound(pool, "default"));
            // 2 Specific, 4 Both: what is general is all that a template says.
            if (types == 4)
                Assert.Equal(0u, request().Return);
            else
                Refused(CimStatus.InvalidParameter, () => request());
            Assert.Equal(pool == "NetworkPool/primordial" ? 2 : 4, types);
        }
    }

    [Fact]
    public void The_range_of_a_new_disk_is_what_its_pool_has_room_for()
    {
        var pool = $"DiskPool/{Samples.ImagesPool}";
        // The pretended pool has 600 bytes left; a larger one offers ten GiB.
        Assert.Equal((512ul, 600ul, 512ul, 600ul, "byte"), (Bound(pool, "minimum").VirtualQuantity, Bound(pool, "maximum").VirtualQuantity, Bound(pool, "increment").VirtualQuantity,
            Bound(pool, "default").VirtualQuantity, Bound(pool, "default").VirtualQuantityUnits));
        Mock.Setup(h => h.ListStoragePools()).Returns([Samples.Pools[0] with { Available = 1ul << 40 }]);
        Assert.Equal((1ul << 40, 10ul << 30), (Bound(pool, "maximum").VirtualQuantity, Bound(pool, "default").VirtualQuantity));
        // Outside of storage pools a disk is what is there.
        Assert.Equal((1ul, "count"), (Bound("DiskPool/primordial", "default").VirtualQuantity, Bound("DiskPool/primordial", "default").VirtualQuantityUnits));
        Mock.Setup(h => h.CreateVolume("images", It.IsAny<NewVolume>())).Throws(new HypervisorException(HypervisorError.Failed, "this is how far it went"));
        var error = Refused(CimStatus.Failed, () => AddResources(ConfigurationPath(Samples.Web, "defined"), Bound(pool, "default")));
        Assert.Contains("how far", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.CreateVolume("images", It.Is<NewVolume>(v => v.Capacity == 10ul << 30)), Times.Once);
    }

    [Fact]
    public void A_setting_of_the_capabilities_can_be_sent_back_as_a_request()
    {
        var memory = Bound("MemoryPool/primordial", "default");
        var processors = Bound("ProcessorPool/primordial", "default");
        var guest = Define("instance of Xen_VirtualSystemSettingData { ElementName = \"plain\"; };", new object[] { memory, processors });
        Assert.Equal((512ul * 1024, 1u), (Host.Definition(guest).MemoryKiB, Host.Definition(guest).Processors));
    }

    // A console takes the default as it is.
    [Theory]
    [InlineData(HypervisorDriver.Xen)]
    [InlineData(HypervisorDriver.Qemu)]
    public void A_default_can_be_added_as_it_is_or_says_what_is_missing(HypervisorDriver driver)
    {
        Host.Host = Host.Host with { Driver = driver };
        var guest = Guid.NewGuid();
        Host.Add(new Guest { Uuid = guest, Name = "bare", State = GuestState.Off }, $"""
            <domain type='{(driver == HypervisorDriver.Xen ? "xen" : "qemu")}'><name>bare</name><uuid>{guest}</uuid><memory>262144</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
            <devices><controller type='pci' index='0' model='pcie-root'/></devices></domain>
            """, null);
        Mock.Setup(h => h.CreateVolume(It.IsAny<string>(), It.IsAny<NewVolume>())).Returns((string pool, NewVolume w) =>
        {
            var made = new StorageVolume(pool, w.Name, "k", $"/{pool}/{w.Name}", null, w.Capacity, 0);
            Mock.Setup(h => h.ListVolumes(pool)).Returns([made]);
            return made;
        });
        var wrong = new List<string>();
        var (added, told) = (0, 0);
        foreach (var template in All("Xen_CapabilityRASD").Where(c => ((string)c["InstanceID"]!).EndsWith("/default", StringComparison.Ordinal)))
        {
            var pool = (string)template["PoolID"]!;
            if (pool.Contains("Processor", StringComparison.Ordinal) || pool.Contains("Memory", StringComparison.Ordinal))
                continue;
            var missing = ((string)template["ElementName"]!).Split(": ") is [_, var words] ? words : null;
            var addable = ((ushort[])Get(Capabilities(pool["Xen:".Length..]))["SupportedAddStates"]!).Length > 0;
            try
            {
                Assert.Equal(0u, AddResources(ConfigurationPath(guest, "defined"), template).Return);
                added++;
                if (missing is not null)
                    wrong.Add($"{pool} says \"{missing}\" and was added");
            }
            catch (CimException error)
            {
                told++;
                var property = ((string[])["Address", "Connection", "HostResource"]).FirstOrDefault(p => missing?.Contains("fill in " + p, StringComparison.Ordinal) == true);
                if (missing is null || (addable && (property is null || !error.Message.Contains(property, StringComparison.Ordinal))))
                    wrong.Add($"{pool} says \"{missing}\": {error.Message}");
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(added, 6, 20);
        Assert.InRange(told, 3, 20);
    }

    [Fact]
    public void The_default_of_a_bus_is_what_fits_the_board()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        var template = Bound("GenericDevicePool/controller", "default");
        foreach (var (board, model) in ((string, string)[])[("pci-root", "pci-bridge"), ("pcie-root", "pcie-root-port")])
        {
            Host.Add(new Guest { Uuid = Samples.Old, Name = "old", State = GuestState.Off },
                Samples.SmallXml("old", Samples.Old).Replace("<devices>", $"<devices><controller type='pci' index='0' model='{board}'/>", StringComparison.Ordinal), null);
            Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Old, "defined"), template).Return);
            Assert.Equal([board, model], Host.Definition(Samples.Old).OtherControllers.Select(c => c.Model));
        }
        // Where libvirt has not told yet, nobody knows.
        Host.Add(new Guest { Uuid = Samples.Old, Name = "old", State = GuestState.Off }, Samples.SmallXml("old", Samples.Old), null);
        Assert.Contains("ResourceSubType", Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Old, "defined"), template)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_pool_has_no_capabilities()
    {
        Refused(CimStatus.NotFound, () => Get(Capabilities("DiskPool/nowhere")));
        Refused(CimStatus.NotFound, () => Bound("ProcessorPool/primordial", "average"));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_CapabilityRASD", ("InstanceID", "Xen:Capability/"))));
    }
}
