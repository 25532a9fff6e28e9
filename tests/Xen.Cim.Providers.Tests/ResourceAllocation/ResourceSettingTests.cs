using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Resource settings read, changed, added and removed, in the defined configuration and on a running guest.</summary>
public sealed class ResourceSettingTests : ProviderTest
{
    [Fact]
    public void Processors_read_as_defined_and_as_scheduled()
    {
        var defined = Setting<Xen_ProcessorRASD>(Samples.Web, "defined", "processor");
        Assert.Equal((2ul, 512u, 150ul, 0ul, "percent"), (defined.VirtualQuantity, defined.Weight, defined.Limit, defined.Reservation, defined.AllocationUnits));
        Host.Schedulers[Samples.Web] = new("credit", 700, 0);
        var state = Setting<Xen_ProcessorRASD>(Samples.Web, "state", "processor");
        Assert.Equal((3ul, 700u, 0ul), (state.VirtualQuantity, state.Weight, state.Limit));
        Assert.Equal(3, (int)state.ResourceType!);
    }

    [Fact]
    public void A_guest_whose_scheduler_cannot_be_read_is_shown_as_defined_and_spoils_nothing()
    {
        var all = All("Xen_ProcessorRASD").Count;
        Mock.Setup(h => h.GetScheduler(Samples.Web)).Throws(new HypervisorException(HypervisorError.Failed, "Failed to create a control group"));
        Assert.Equal(all, All("Xen_ProcessorRASD").Count);
        Assert.Equal((512u, 150ul), (Setting<Xen_ProcessorRASD>(Samples.Web, "state", "processor") is var state ? state.Weight : null, state.Limit));
        Mock.Setup(h => h.GetScheduler(Samples.Web)).Throws(new HypervisorException(HypervisorError.Disconnected, "The daemon has gone"));
        Refused(CimStatus.Failed, () => All("Xen_ProcessorRASD"));
    }

    [Fact]
    public void Memory_reads_as_defined_and_as_ballooned()
    {
        var defined = Setting<Xen_MemoryRASD>(Samples.Web, "defined", "memory");
        Assert.Equal((524288ul, 524288ul, 1048576ul, "byte * 2^10"), (defined.VirtualQuantity, defined.Reservation, defined.Limit, defined.AllocationUnits));
        Assert.Equal(393216ul, Setting<Xen_MemoryRASD>(Samples.Web, "state", "memory").VirtualQuantity);
        // Without a current memory the guest has all of it.
        Assert.Equal(2097152ul, Setting<Xen_MemoryRASD>(Samples.Mail, "state", "memory").VirtualQuantity);
    }

    [Fact]
    public void Memory_that_a_host_gives_out_more_than_once_has_limits()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        var memory = Setting<Xen_MemoryRASD>(Samples.Mail, "defined", "memory");
        // Nothing is kept for a guest whose memory the host swaps.
        Assert.Equal((0ul, null, null, null), (memory.Reservation, memory.HardLimit, memory.SoftLimit, memory.SwapHardLimit));
        var id = Id(Samples.Mail, "defined", "memory");
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = id, HardLimit = 3, SoftLimit = 2, SwapHardLimit = 4, AllocationUnits = "byte * 2^30" }).Return);
        memory = Setting<Xen_MemoryRASD>(Samples.Mail, "defined", "memory");
        Assert.Equal((3ul << 20, 2ul << 20, 4ul << 20), (memory.HardLimit, memory.SoftLimit, memory.SwapHardLimit));
        Assert.Contains("<memtune><hard_limit unit=\"KiB\">3145728</hard_limit><soft_limit unit=\"KiB\">2097152</soft_limit><swap_hard_limit unit=\"KiB\">4194304</swap_hard_limit></memtune>",
            string.Concat(Host.Defined(Samples.Mail).Split('\n').Select(l => l.Trim())), StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = id, SwapHardLimit = 1 << 20 }));
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = id, HardLimit = 0, SoftLimit = 0, SwapHardLimit = 0 }).Return);
        Assert.DoesNotContain("memtune", Host.Defined(Samples.Mail), StringComparison.Ordinal);
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = id, Reservation = 4096 }));

        Host.Add(Host.Guest(Samples.Mail), Samples.MailXml.Replace("<vcpu", "<memoryBacking><locked/></memoryBacking><vcpu", StringComparison.Ordinal), null);
        Assert.Equal(2097152ul, Setting<Xen_MemoryRASD>(Samples.Mail, "defined", "memory").Reservation);
    }

    [Theory]
    [InlineData(HypervisorDriver.Xen)]
    [InlineData(HypervisorDriver.Qemu)]
    public void What_is_reserved_of_the_pool_is_what_is_kept_for_the_running_guests(HypervisorDriver driver)
    {
        Host.Host = Host.Host with { Driver = driver };
        Host.Rewrite(Samples.Db, xml => xml.Replace("<vcpu", "<memoryBacking><locked/></memoryBacking><vcpu", StringComparison.Ordinal));
        var running = Host.Guests.Where(g => g.IsActive).Select(g => Setting<Xen_MemoryRASD>(g.Uuid, "state", "memory")).ToList();

        var pool = All("Xen_MemoryPool").Single().As<Xen_MemoryPool>();

        Assert.Equal(running.Aggregate(0ul, (sum, m) => sum + m.Reservation!.Value), pool.Reserved);
        Assert.Equal(running.Aggregate(0ul, (sum, m) => sum + m.VirtualQuantity!.Value), pool.CurrentlyConsumedResource);
        Assert.Equal(driver == HypervisorDriver.Xen, pool.Reserved == pool.CurrentlyConsumedResource);
        Assert.NotEqual(0ul, pool.Reserved);
    }

    [Fact]
    public void Xen_gives_out_no_memory_twice_and_has_nothing_to_limit()
    {
        var error = Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Mail, "defined", "memory"), HardLimit = 4096 }));
        Assert.Contains("HardLimit", error.Message, StringComparison.Ordinal);
        // A new quantity may say that all of it is kept.
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Mail, "defined", "memory"), VirtualQuantity = 1048576, Reservation = 1048576 }).Return);
        Assert.Equal(1, Host.Redefinitions);
    }

    [Fact]
    public void Limits_of_memory_wait_for_the_next_start()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "state", "memory"), SoftLimit = 262144 }));
    }

    [Fact]
    public void A_disk_says_how_large_it_is_and_whose()
    {
        var disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        Assert.Equal((10ul << 30, "byte", "byte", 512ul), (disk.VirtualQuantity, disk.VirtualQuantityUnits, disk.AllocationUnits, disk.VirtualResourceBlockSize));
        Assert.Equal(Xen_DiskRASD.MappingBehaviorValue.Dedicated, disk.MappingBehavior);
        Assert.Equal(Xen_DiskRASD.MappingBehaviorValue.Hard_Affinity, Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hda").MappingBehavior);
        // A volume, by the path of its instance.
        var resource = Assert.Single(Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc").HostResource!);
        Assert.Equal("debian.iso", Get(CimObjectPath.Parse(resource!).WithNamespace("root/virt"))["ElementName"]);
        Mock.Setup(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>())).Returns((ulong?)null);
        var unknown = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        Assert.Equal((1ul, "count", null), (unknown.VirtualQuantity, unknown.VirtualQuantityUnits, unknown.VirtualResourceBlockSize));

        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Mail, "defined", "hdc"), Address = "" }).Return);
        var empty = Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc");
        Assert.Equal((0ul, null, null), (empty.VirtualQuantity, empty.HostResource, empty.MappingBehavior));
    }

    [Fact]
    public void One_walk_asks_for_the_size_of_a_medium_once()
    {
        All("Xen_DiskRASD");
        // In both configurations of the guest, and in no other.
        Mock.Verify(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.Is<DiskDevice>(d => d.Source == "/var/lib/xen/images/web.qcow2")), Times.Once);
        Mock.Invocations.Clear();
        Assert.NotEmpty(Provider.EnumerateInstances(Request with { PropertyList = new HashSet<string> { "Address" } }, Class("Xen_DiskRASD")));
        Mock.Verify(h => h.GetDiskCapacity(It.IsAny<Guid>(), It.IsAny<DiskDevice>()), Times.Never);
    }

    [Fact]
    public void An_adapter_says_what_it_hangs_on()
    {
        Assert.Equal($"Xen:NetworkPool/{Samples.LanNetwork}/settings", Nic(Samples.Web, "defined", 1).Parent);
        Assert.Equal((null, null), (Nic(Samples.Web, "defined").Parent, Nic(Samples.Web, "defined").HostResource));
    }

    [Fact]
    public void Disks_read_with_medium_bus_and_driver()
    {
        var disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        Assert.Equal(("/var/lib/xen/images/web.qcow2", "xvda", "xen", "qemu", "qcow2", "none"),
            (disk.Address, disk.VirtualDevice, disk.BusType, disk.DriverName, disk.DriverType, disk.DriverCache));
        Assert.Equal(["file:///var/lib/xen/images/web.qcow2"], disk.HostResource!);
        Assert.Equal((17, false, $"Xen:DiskPool/{Samples.ImagesPool}"), ((int)disk.ResourceType!, disk.Shareable!.Value, disk.PoolID!));
        var cdrom = Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc");
        Assert.Equal((15, "isos/debian.iso", Xen_DiskRASD.AccessValue.Readable), ((int)cdrom.ResourceType!, cdrom.Address!, cdrom.Access!.Value));
        Assert.Equal(14, (int)Setting<Xen_DiskRASD>(Samples.Mail, "defined", "fda").ResourceType!);
        Assert.True(Setting<Xen_DiskRASD>(Samples.Mail, "state", "hda").Shareable);
    }

    [Fact]
    public void Adapters_read_with_address_and_connection()
    {
        var bridge = Nic(Samples.Web, "state");
        Assert.Equal(("00:16:3e:00:00:11", "bridge", "xenbr0", null, "netfront", "vif-bridge", "vif3.0"),
            (bridge.Address, bridge.NetworkType, bridge.Bridge, bridge.NetworkName, bridge.Model, bridge.Script, bridge.VirtualDevice));
        Assert.Equal(["xenbr0"], bridge.Connection!);
        Assert.Equal("Xen:NetworkPool/primordial", bridge.PoolID);
        var network = Nic(Samples.Web, "defined", 1);
        Assert.Equal(("network", "lan", null, $"Xen:NetworkPool/{Samples.LanNetwork}"), (network.NetworkType, network.NetworkName, network.Bridge, network.PoolID));
        Assert.Null(Nic(Samples.Web, "defined").VirtualDevice);
    }

    [Fact]
    public void Only_what_was_asked_changes_in_a_definition()
    {
        Changes(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "defined", "memory"), VirtualQuantity = 640, AllocationUnits = "byte * 2^20" },
            "<currentMemory unit=\"KiB\">524288</currentMemory>", "<currentMemory unit=\"KiB\">655360</currentMemory>");
        Changes(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "defined", "memory"), Limit = 2097152 },
            "<memory unit=\"KiB\">1048576</memory>", "<memory unit=\"KiB\">2097152</memory>");
        Changes(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "defined", "processor"), Weight = 300 }, "<shares>512</shares>", "<shares>300</shares>");
        Changes(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "defined", "processor"), Limit = 200 }, "<xencim:cap>150</xencim:cap>", "<xencim:cap>200</xencim:cap>");
        Changes(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "defined", "processor"), VirtualQuantity = 3 }, "current=\"2\">4</vcpu>", "current=\"3\">4</vcpu>");
        Changes(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvda"), Address = "/var/lib/xen/images/new.qcow2" }, "/images/web.qcow2\"", "/images/new.qcow2\"");
        Changes(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvda"), DriverName = "tap" }, "driver name=\"qemu\"", "driver name=\"tap\"");
        Changes(new Xen_NetworkRASD { InstanceID = Nic(Samples.Web, "defined").InstanceID, Bridge = "xenbr1" }, "bridge=\"xenbr0\"", "bridge=\"xenbr1\"");
        Changes(new Xen_NetworkRASD { InstanceID = Nic(Samples.Web, "defined").InstanceID, Script = "vif-route" }, "path=\"vif-bridge\"", "path=\"vif-route\"");
        Assert.Equal(9, Host.Redefinitions);

        void Changes(object settings, string old, string @new)
        {
            var before = Host.Definition(Samples.Web).ToXml();
            Assert.Equal(0u, ModifyResources(settings).Return);
            Assert.Contains(old, before, StringComparison.Ordinal);
            Assert.Equal(before.Replace(old, @new, StringComparison.Ordinal), Host.Definition(Samples.Web).ToXml());
        }
    }

    [Fact]
    public void A_higher_limit_leaves_the_memory_that_the_guest_starts_with()
    {
        // This definition has no current memory: it reads as the maximum.
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Mail, "defined", "memory"), Limit = 4194304 }).Return);
        Assert.Equal((4194304ul, 2097152ul), (Host.Definition(Samples.Mail).MemoryKiB, Host.Definition(Samples.Mail).CurrentMemoryKiB));
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Mail, "defined", "memory"), Limit = 1048576 }).Return);
        Assert.Equal((1048576ul, 1048576ul), (Host.Definition(Samples.Mail).MemoryKiB, Host.Definition(Samples.Mail).CurrentMemoryKiB));
    }

    [Fact]
    public void Everything_written_back_as_it_was_read_changes_nothing()
    {
        foreach (var @class in new[] { "Xen_ProcessorRASD", "Xen_MemoryRASD", "Xen_DiskRASD", "Xen_NetworkRASD", "Xen_GraphicsRASD", "Xen_ConsoleRASD", "Xen_InputRASD",
            "Xen_HostDeviceRASD", "Xen_UsbControllerRASD", "Xen_StorageControllerRASD", "Xen_ControllerRASD", "Xen_OtherDeviceRASD", "Xen_VirtualSystemSettingData" })
        {
            foreach (var instance in All(@class).Where(i => ((string)i["InstanceID"]!).Contains("/defined", StringComparison.Ordinal)))
            {
                Provider.ModifyInstance(Request, instance.Path!, instance);
                Assert.Equal(0u, @class == "Xen_VirtualSystemSettingData" ? ModifySystem(instance).Return : ModifyResources(instance).Return);
            }
            foreach (var instance in All(@class).Where(i => ((string)i["InstanceID"]!).StartsWith($"Xen:{Samples.Web}/state/", StringComparison.Ordinal)))
                Assert.Equal(0u, ModifyResources(instance).Return);
        }
        Assert.Equal(0, Host.Redefinitions);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
        Mock.Verify(h => h.SetMemory(It.IsAny<Guid>(), It.IsAny<ulong>()), Times.Never);
        Mock.Verify(h => h.SetScheduler(It.IsAny<Guid>(), It.IsAny<uint?>(), It.IsAny<uint?>()), Times.Never);
        Mock.Verify(h => h.SetAutostart(It.IsAny<Guid>(), It.IsAny<bool>()), Times.Never);
    }

    [Fact]
    public void One_property_changed_in_a_whole_instance_is_what_is_meant()
    {
        Host.Files.Add("/srv/a b%41.img");
        var disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        disk.Address = "/srv/a b%41.img";
        Provider.ModifyInstance(Request, disk.Path!, disk);
        Assert.Equal("/srv/a b%41.img", Host.Definition(Samples.Web).Disks.First().Source);
        // The URI of such a name leads there and back.
        disk = Setting<Xen_DiskRASD>(Samples.Web, "defined", "xvda");
        Provider.ModifyInstance(Request, disk.Path!, disk);
        Assert.Equal(1, Host.Redefinitions);

        var nic = Nic(Samples.Web, "defined");
        nic.Connection = ["xenbr9"];
        Provider.ModifyInstance(Request, nic.Path!, nic);
        Assert.Equal("xenbr9", Host.Definition(Samples.Web).Interfaces.First().Source);
        nic = Nic(Samples.Web, "defined");
        nic.PoolID = $"Xen:NetworkPool/{Samples.LabNetwork}";
        Provider.ModifyInstance(Request, nic.Path!, nic);
        Assert.Equal(("network", "lab"), (Host.Definition(Samples.Web).Interfaces.First().Type, Host.Definition(Samples.Web).Interfaces.First().Source));
    }

    [Fact]
    public void A_property_list_names_what_is_modified()
    {
        var memory = Setting<Xen_MemoryRASD>(Samples.Web, "defined", "memory");
        (memory.VirtualQuantity, memory.Limit) = (262144, 2097152);
        Provider.ModifyInstance(Request with { PropertyList = new HashSet<string> { "Limit" } }, memory.Path!, memory);
        Assert.Equal((2097152ul, 524288ul), (Host.Definition(Samples.Web).MemoryKiB, Host.Definition(Samples.Web).CurrentMemoryKiB));
    }

    [Fact]
    public void Devices_are_added_to_a_definition_and_taken_out_again()
    {
        var before = Host.Definition(Samples.Web);
        var (result, output) = AddResources(ConfigurationPath(Samples.Web, "defined"),
            new Xen_DiskRASD { Address = "/dev/vg0/more" }, new Xen_NetworkRASD { NetworkName = "lan", Address = "00:16:3e:00:00:99" });
        Assert.Equal(0u, result);
        var added = Assert.IsType<CimObjectPath[]>(output["ResultingResourceSettings"]?.Value);
        Assert.Equal("xvdc", Get<Xen_DiskRASD>(added[0]).VirtualDevice);
        Assert.Equal("00:16:3e:00:00:99", Get<Xen_NetworkRASD>(added[1]).Address);
        Assert.Equal(1, Host.Redefinitions);
        Assert.Equal(0u, RemoveResources(added).Return);
        Assert.True(before.ContentEquals(Host.Definition(Samples.Web)));
        Provider.DeleteInstance(Request, SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdb"));
        Assert.Equal(["xvda"], Host.Definition(Samples.Web).Disks.Select(d => d.TargetDevice!));
        Mock.Verify(h => h.AttachDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void The_state_of_a_running_guest_is_plugged()
    {
        var (result, output) = AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { Address = "/dev/vg0/more", VirtualDevice = "xvdd" });
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvdd")], Assert.IsType<CimObjectPath[]>(output["ResultingResourceSettings"]?.Value));
        Mock.Verify(h => h.AttachDevice(Samples.Web, It.Is<DiskDevice>(d => d.Source == "/dev/vg0/more" && d.TargetDevice == "xvdd")), Times.Once);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_DiskRASD", Samples.Web, "state", "xvdb")).Return);
        Mock.Verify(h => h.DetachDevice(Samples.Web, It.Is<DiskDevice>(d => d.TargetDevice == "xvdb")), Times.Once);
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = Nic(Samples.Web, "state").InstanceID, Bridge = "xenbr1" }).Return);
        Mock.Verify(h => h.UpdateDevice(Samples.Web, It.Is<NetworkInterface>(n => n.Source == "xenbr1" && n.Mac == "00:16:3e:00:00:11")), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void The_state_of_a_running_guest_is_ballooned_and_scheduled()
    {
        ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "state", "memory"), VirtualQuantity = 1048576 });
        Mock.Verify(h => h.SetMemory(Samples.Web, 1048576), Times.Once);
        ModifyResources(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), VirtualQuantity = 4 });
        Mock.Verify(h => h.SetProcessors(Samples.Web, 4), Times.Once);
        // The scheduler forgot the cap that the XML still has: asking for it again is a change. And so is taking one away.
        Host.Schedulers[Samples.Web] = new("credit", 512, 0);
        ModifyResources(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), Limit = 150 });
        Mock.Verify(h => h.SetScheduler(Samples.Web, null, 150), Times.Once);
        Host.Schedulers[Samples.Web] = new("credit", 700, 90);
        ModifyResources(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), Weight = 512, Limit = 0 });
        Mock.Verify(h => h.SetScheduler(Samples.Web, 512, 0), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_takes_a_restart_is_not_done_to_a_running_guest()
    {
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "state", "memory"), VirtualQuantity = 2097152 }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), VirtualQuantity = 5 }));
        Mock.Verify(h => h.SetMemory(It.IsAny<Guid>(), It.IsAny<ulong>()), Times.Never);
        Mock.Verify(h => h.SetProcessors(It.IsAny<Guid>(), It.IsAny<uint>()), Times.Never);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void The_state_of_a_guest_that_is_off_is_its_definition()
    {
        Assert.Equal(0u, ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Mail, "state", "memory"), VirtualQuantity = 1048576 }).Return);
        Assert.Equal(1048576ul, Host.Definition(Samples.Mail).CurrentMemoryKiB);
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "state"), new Xen_DiskRASD { Address = "/dev/vg0/more", VirtualDevice = "hdb" }).Return);
        Assert.Contains(Host.Definition(Samples.Mail).Disks, d => d.TargetDevice == "hdb");
        Mock.Verify(h => h.AttachDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void When_a_later_step_fails_the_earlier_ones_are_taken_back()
    {
        // libvirt completes a definition when it takes it in; that must not stand in the way back.
        Host.Normalize = d => d.SetMetadata("completed", "yes");
        Mock.Setup(h => h.SetMemory(Samples.Web, 262144)).Throws(new HypervisorException(HypervisorError.Failed, "no balloon"));
        var error = Refused(CimStatus.Failed, () => ModifyResources(
            new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "defined", "processor"), Weight = 300 },
            new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), VirtualQuantity = 1 },
            new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "state", "memory"), VirtualQuantity = 262144 }));
        Assert.Contains("no balloon", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.SetProcessors(Samples.Web, 1), Times.Once);
        Mock.Verify(h => h.SetProcessors(Samples.Web, 3), Times.Once);
        Assert.Equal(512u, Host.Definition(Samples.Web).Weight);
    }

    [Fact]
    public void What_cannot_be_taken_back_is_said()
    {
        Mock.Setup(h => h.SetProcessors(Samples.Web, 3)).Throws(new HypervisorException(HypervisorError.Failed, "no way back"));
        Mock.Setup(h => h.SetMemory(Samples.Web, 262144)).Throws(new HypervisorException(HypervisorError.Failed, "no balloon"));
        var error = Refused(CimStatus.Failed, () => ModifyResources(
            new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "state", "processor"), VirtualQuantity = 1 },
            new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "state", "memory"), VirtualQuantity = 262144 }));
        Assert.Contains("no balloon", error.Message, StringComparison.Ordinal);
        Assert.Contains("no way back", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_wrong_setting_of_several_changes_nothing()
    {
        Refused(CimStatus.InvalidParameter, () => ModifyResources(
            new Xen_ProcessorRASD { InstanceID = Id(Samples.Web, "defined", "processor"), Weight = 300 },
            new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvda"), Address = "/nowhere" }));
        Refused(CimStatus.NotFound, () => RemoveResources(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdb"), SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdb")));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_the_driver_cannot_do_is_the_methods_not_supported()
    {
        Mock.Setup(h => h.AttachDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>())).Throws(new HypervisorException(HypervisorError.NotSupported, "no hotplug"));
        Assert.Equal(1u, AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_DiskRASD { Address = "/dev/vg0/more" }).Return);
    }

    [Fact]
    public void Settings_that_are_not_there_are_refused()
    {
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_MemoryRASD { VirtualQuantity = 1 }));
        Refused(CimStatus.InvalidParameter, () => Call(Service, "ModifyResourceSettings"));
        Refused(CimStatus.InvalidParameter, () => Call(Service, "AddResourceSettings", ("ResourceSettings", CimType.String, "instance of Xen_DiskRASD { };")));
        Refused(CimStatus.NotFound, () => ModifyResources(new Xen_MemoryRASD { InstanceID = "nonsense" }));
        Refused(CimStatus.NotFound, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Guid.NewGuid(), "defined", "memory") }));
        Refused(CimStatus.NotFound, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Web, "defined", "processor"), VirtualQuantity = 262144 }));
        Refused(CimStatus.NotFound, () => ModifyResources(new Xen_MemoryRASD { InstanceID = Id(Samples.Passing, "defined", "memory"), VirtualQuantity = 131072 }));
        Refused(CimStatus.NotFound, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvdz") }));
        Refused(CimStatus.NotFound, () => Call(Service.WithKeys(Service.Keys.Select(k => k.Name == "SystemName" ? k with { Value = "otherhost" } : k)),
            "ModifyResourceSettings", ("ResourceSettings", CimType.String, "x")));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void What_a_setting_cannot_become_is_refused()
    {
        Refused(CimStatus.InvalidParameter, () => RemoveResources(GuestPath(Samples.Web)));
        Refused(CimStatus.InvalidParameter, () => RemoveResources(SettingPath("Xen_DiskRASD", Samples.Web, "defined", "xvdb").WithNamespace("root/other")));
        Refused(CimStatus.InvalidParameter, () => RemoveResources(SettingPath("Xen_MemoryRASD", Samples.Web, "defined", "memory")));
        Refused(CimStatus.InvalidParameter, () => RemoveResources(SettingPath("Xen_ProcessorRASD", Samples.Web, "defined", "processor")));
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_MemoryRASD { VirtualQuantity = 1 }));
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvda"), EmulatedType = Xen_DiskRASD.EmulatedTypeValue.CD_ROM }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Web, "defined", "xvda"), Address = "" }));
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void A_medium_is_put_in_and_taken_out()
    {
        Host.Files.Add("/srv/other.iso");
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Mail, "defined", "hdc"), Address = "" }).Return);
        Assert.Null(Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc").Address);
        Assert.Equal(0u, ModifyResources(new Xen_DiskRASD { InstanceID = Id(Samples.Mail, "defined", "hdc"), HostResource = ["file:///srv/other.iso"] }).Return);
        Assert.Equal("/srv/other.iso", Setting<Xen_DiskRASD>(Samples.Mail, "defined", "hdc").Address);
    }

    private static string Id(Guid guest, string kind, string device) => $"Xen:{guest}/{kind}/{device}";

    private Xen_NetworkRASD Nic(Guid guest, string kind, int index = 0) => All("Xen_NetworkRASD").Select(i => i.As<Xen_NetworkRASD>())
        .Where(n => n.InstanceID!.StartsWith($"Xen:{guest}/{kind}/", StringComparison.Ordinal)).ElementAt(index).Copy().As<Xen_NetworkRASD>();
}
