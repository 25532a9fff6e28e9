using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Recovery = Xen.Cim.Schema.Xen_VirtualSystemSettingData.AutomaticRecoveryActionValue;
using Startup = Xen.Cim.Schema.Xen_VirtualSystemSettingData.AutomaticStartupActionValue;

namespace Xen.Cim.Providers.Tests.SystemVirtualization;

public sealed class DefineSystemTests : ProviderTest
{
    [Fact]
    public void Nothing_but_the_call_gives_a_guest_of_defaults()
    {
        var uuid = Define(null);
        var guest = Get<Xen_ComputerSystem>(GuestPath(uuid));
        Assert.Equal(3, (ushort)guest.EnabledState!);
        Assert.Contains(uuid.ToString("N")[..8], guest.ElementName, StringComparison.OrdinalIgnoreCase);
        var settings = Get<Xen_VirtualSystemSettingData>(ConfigurationPath(uuid, "defined"));
        Assert.Equal("DMTF:XEN:PV", settings.VirtualSystemType);
        Assert.Equal(Startup.None, settings.AutomaticStartupAction);
        Assert.EndsWith("pygrub", settings.Bootloader, StringComparison.Ordinal);
        Assert.Equal("destroy", settings.OnPoweroff);
        Assert.Equal("restart", settings.OnReboot);
        Assert.Equal("destroy", settings.OnCrash);
        Assert.Equal(Xen_VirtualSystemSettingData.ClockOffsetValue.UTC, settings.ClockOffset);
        Assert.Equal(512ul * 1024, Setting<Xen_MemoryRASD>(uuid, "defined", "memory").VirtualQuantity);
        Assert.Equal(512ul * 1024, Setting<Xen_MemoryRASD>(uuid, "defined", "memory").Limit);
        Assert.Equal(1ul, Setting<Xen_ProcessorRASD>(uuid, "defined", "processor").VirtualQuantity);
        Assert.Empty(Host.Definition(uuid).Disks);
        Assert.Empty(Host.Definition(uuid).Interfaces);
    }

    [Fact]
    public void All_that_is_given_is_in_the_guest()
    {
        var wanted = Guid.NewGuid();
        var uuid = Define(
            new Xen_VirtualSystemSettingData
            {
                ElementName = "shop",
                VirtualSystemIdentifier = wanted.ToString("D"),
                VirtualSystemType = "DMTF:XEN:HVM",
                Caption = "Shop",
                Notes = ["first", "second"],
                AutomaticStartupAction = Startup.Always_startup,
                Loader = "/usr/lib/xen/boot/ovmf.bin",
                LoaderType = "pflash",
                Emulator = "/usr/bin/other-dm",
                BootDevices = ["network", "hd"],
                ClockOffset = Xen_VirtualSystemSettingData.ClockOffsetValue.Local_time,
                EnableACPI = true,
                EnableAPIC = false,
                EnablePAE = true,
                OnPoweroff = "preserve",
                OnReboot = "destroy",
                OnCrash = "coredump-restart",
            },
            new object[]
            {
                new Xen_ProcessorRASD { VirtualQuantity = 3, Weight = 300, Limit = 120 },
                new Xen_MemoryRASD { AllocationUnits = "byte * 2^20", VirtualQuantity = 256, Limit = 1024 },
                new Xen_DiskRASD { Address = "/var/lib/xen/images/new.qcow2", VirtualDevice = "hda", DriverName = "qemu", DriverType = "qcow2" },
                new Xen_DiskRASD { EmulatedType = Xen_DiskRASD.EmulatedTypeValue.CD_ROM, HostResource = ["isos/debian.iso"], VirtualDevice = "hdc" },
                new Xen_DiskRASD { HostExtentName = "/dev/vg0/more", Access = Xen_DiskRASD.AccessValue.Readable, Shareable = true },
                new Xen_NetworkRASD { Bridge = "xenbr0", Address = "00:16:3E:AA:BB:CC", Model = "e1000", Script = "vif-route" },
                new Xen_NetworkRASD { NetworkName = "lan" },
            });

        Assert.Equal(wanted, uuid);
        var d = Host.Definition(uuid);
        Assert.Equal(("shop", "Shop", "first\nsecond"), (d.Name, d.Title, d.Description));
        Assert.Equal(VirtualizationKind.FullyVirtual, d.Kind);
        Assert.Equal("x86_64", d.Architecture);
        Assert.Equal(("/usr/lib/xen/boot/ovmf.bin", "pflash", "/usr/bin/other-dm", "localtime"), (d.Loader, d.LoaderType, d.Emulator, d.ClockOffset));
        Assert.Equal(["network", "hd"], d.BootDevices);
        Assert.Equal((true, false, true), (d.Acpi, d.Apic, d.Pae));
        Assert.Equal(("preserve", "destroy", "coredump-restart"), (d.OnPoweroff, d.OnReboot, d.OnCrash));
        Assert.Equal((3u, 300u, 120u), (d.Processors, d.Weight, d.Cap));
        Assert.Equal((1024ul * 1024, 256ul * 1024), (d.MemoryKiB, d.CurrentMemoryKiB));
        Assert.True(Host.Guest(uuid).Autostart);

        var disks = d.Disks.ToList();
        Assert.Equal(["hda", "hdc", "xvda"], disks.Select(k => k.TargetDevice!));
        Assert.Equal(("file", "/var/lib/xen/images/new.qcow2", "ide", "qemu", "qcow2"),
            (disks[0].SourceType, disks[0].Source, disks[0].Bus, disks[0].DriverName, disks[0].DriverType));
        Assert.Equal(("cdrom", "file", "/srv/isos/debian.iso", true), (disks[1].Device, disks[1].SourceType, disks[1].Source, disks[1].ReadOnly));
        Assert.Equal(("block", "/dev/vg0/more", "xen", true, true), (disks[2].SourceType, disks[2].Source, disks[2].Bus, disks[2].ReadOnly, disks[2].Shareable));
        var nics = d.Interfaces.ToList();
        Assert.Equal(("bridge", "xenbr0", "00:16:3e:aa:bb:cc", "e1000", "vif-route"), (nics[0].Type, nics[0].Source, nics[0].Mac, nics[0].Model, nics[0].Script));
        Assert.Equal(("network", "lan"), (nics[1].Type, nics[1].Source));
        Assert.Matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", nics[1].Mac!);
    }

    [Fact]
    public void A_paravirtual_guest_boots_its_kernel()
    {
        var uuid = Define(new Xen_VirtualSystemSettingData { ElementName = "pv", VirtualSystemType = "DMTF:XEN:PV", Kernel = "/boot/k", RAMDisk = "/boot/r", CommandLine = "a=b c" });
        var d = Host.Definition(uuid);
        Assert.Equal(("/boot/k", "/boot/r", "a=b c", (string?)null), (d.Kernel, d.Ramdisk, d.CommandLine, d.Bootloader));
    }

    public static TheoryData<string> Shapes => new(
        """instance of Xen_VirtualSystemSettingData { ElementName = "shape"; VirtualSystemType = "DMTF:XEN:PVH"; };""",
        // What wbemcli puts on the wire.
        """instance of Xen_VirtualSystemSettingData { ElementName = \"shape\"; VirtualSystemType = \"DMTF:XEN:PVH\"; };""",
        "instance of Xen_VirtualSystemSettingData{ElementName=\"shape\";VirtualSystemType=\"DMTF:XEN:PVH\"}",
        """instance of CIM_VirtualSystemSettingData { ElementName = "shape"; VirtualSystemType = "DMTF:XEN:PVH"; };""",
        """
        <INSTANCE CLASSNAME="Xen_VirtualSystemSettingData">
          <PROPERTY NAME="ElementName" TYPE="string"><VALUE>shape</VALUE></PROPERTY>
          <PROPERTY NAME="VirtualSystemType" TYPE="string"><VALUE>DMTF:XEN:PVH</VALUE></PROPERTY>
        </INSTANCE>
        """);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Settings_come_in_every_shape_that_clients_send(string text)
    {
        var d = Host.Definition(Define(text, new[]
        {
            """instance of Xen_MemoryRASD { VirtualQuantity = 128; AllocationUnits = "byte * 2^20"; }; instance of Xen_ProcessorRASD { VirtualQuantity = 2; };""",
            """<INSTANCE CLASSNAME="Xen_NetworkRASD"><PROPERTY NAME="Bridge" TYPE="string"><VALUE>xenbr0</VALUE></PROPERTY></INSTANCE>""",
        }));
        Assert.Equal("shape", d.Name);
        Assert.Equal(VirtualizationKind.ParavirtualHardware, d.Kind);
        Assert.Equal(128ul * 1024, d.CurrentMemoryKiB);
        Assert.Equal(2u, d.Processors);
        Assert.Equal(["xenbr0"], d.Interfaces.Select(i => i.Source!));
    }

    [Fact]
    public void Several_instances_in_one_string_count_as_an_array()
    {
        var uuid = Define("instance of Xen_VirtualSystemSettingData { ElementName = \\\"one\\\"; };",
            "instance of Xen_MemoryRASD { VirtualQuantity = 262144; }; instance of Xen_ProcessorRASD { VirtualQuantity = 2; };");
        Assert.Equal((262144ul, 2u), (Host.Definition(uuid).CurrentMemoryKiB, Host.Definition(uuid).Processors));
    }

    [Fact]
    public void A_console_that_knows_only_the_standard_says_the_resource_by_its_type()
    {
        var uuid = Define(null, new object[]
        {
            """instance of CIM_ResourceAllocationSettingData { ResourceType = 4; VirtualQuantity = 262144; };""",
            """instance of CIM_ResourceAllocationSettingData { ResourceType = 3; VirtualQuantity = 2; };""",
            """instance of CIM_StorageAllocationSettingData { ResourceType = 31; Address = "/srv/mail.img"; };""",
            """instance of CIM_EthernetPortAllocationSettingData { ResourceType = 10; Connection = { "lan" }; };""",
        });
        var d = Host.Definition(uuid);
        Assert.Equal((262144ul, 2u), (d.CurrentMemoryKiB, d.Processors));
        Assert.Equal(["/srv/mail.img"], d.Disks.Select(k => k.Source!));
        Assert.Equal([("network", "lan")], d.Interfaces.Select(i => (i.Type, i.Source!)));
    }

    [Fact]
    public void A_reference_gives_everything_but_what_must_be_ones_own()
    {
        var uuid = Define(new Xen_VirtualSystemSettingData { ElementName = "web2" }, new object[]
        {
            new Xen_DiskRASD { VirtualDevice = "xvda", Address = "/var/lib/xen/images/new.qcow2" },
            new Xen_DiskRASD { VirtualDevice = "xvdb", Address = "/dev/vg0/more" },
        }, ConfigurationPath(Samples.Web, "defined"));

        var d = Host.Definition(uuid);
        Assert.NotEqual(Samples.Web, uuid);
        Assert.Equal(("web2", "Web server", 512u, 150u), (d.Name, d.Title, d.Weight, d.Cap));
        Assert.Equal((1048576ul, 524288ul), (d.MemoryKiB, d.CurrentMemoryKiB));
        Assert.Equal(["/var/lib/xen/images/new.qcow2", "/dev/vg0/more"], d.Disks.Select(k => k.Source!));
        Assert.Equal(("qcow2", "none"), (d.Disks.First().DriverType, d.Disks.First().DriverCache));
        var macs = d.Interfaces.Select(i => i.Mac!).ToList();
        Assert.Equal(2, macs.Distinct().Count());
        Assert.DoesNotContain("00:16:3e:00:00:11", macs);
        Assert.DoesNotContain("00:16:3e:00:00:12", macs);
        Assert.Contains("urn:example:app", Host.Defined(uuid), StringComparison.Ordinal);
        Assert.DoesNotContain("5903", Host.Defined(uuid), StringComparison.Ordinal);
        Assert.Equal(Samples.WebXml, Host.Defined(Samples.Web));
    }

    [Fact]
    public void A_running_guest_can_be_the_reference_too()
    {
        var uuid = Define(null, new object[]
        {
            new Xen_DiskRASD { VirtualDevice = "xvda", Address = "/var/lib/xen/images/new.qcow2" },
            new Xen_DiskRASD { VirtualDevice = "xvdb", Shareable = true },
        }, ConfigurationPath(Samples.Web, "state"));
        Assert.Null(Host.Definition(uuid).Id);
        Assert.DoesNotContain("vif3.0", Host.Defined(uuid), StringComparison.Ordinal);
        Assert.True(Host.Definition(uuid).Disks.Last().Shareable);
    }

    [Fact]
    public void A_writable_disk_is_never_shared_silently()
    {
        var error = Refused(CimStatus.InvalidParameter, () => Define(null, null, ConfigurationPath(Samples.Web, "defined")));
        Assert.Contains("xvda", error.Message, StringComparison.Ordinal);
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { VirtualDevice = "xvda", Address = "/var/lib/xen/images/new.qcow2" } },
            ConfigurationPath(Samples.Web, "defined")));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Fact]
    public void A_writable_floppy_is_a_writable_disk()
    {
        var error = Refused(CimStatus.InvalidParameter, () => Define(null, null, ConfigurationPath(Samples.Mail, "defined")));
        Assert.Contains("fda", error.Message, StringComparison.Ordinal);
        var uuid = Define(null, new object[] { new Xen_DiskRASD { VirtualDevice = "fda", Address = "" } }, ConfigurationPath(Samples.Mail, "defined"));
        // A disk that is marked as shareable and a CD-ROM may be shared.
        Assert.Equal(["/srv/mail.img", "isos/debian.iso"], Host.Definition(uuid).Disks.Select(k => k.Source).OfType<string>());
    }

    [Fact]
    public void The_reference_has_to_be_a_configuration_of_ours()
    {
        Refused(CimStatus.NotFound, () => Define(null, null, ConfigurationPath(Guid.NewGuid(), "defined")));
        Refused(CimStatus.InvalidParameter, () => Define(null, null, GuestPath(Samples.Old)));
        Refused(CimStatus.InvalidParameter, () => Define(null, null, ConfigurationPath(Samples.Old, "defined").WithNamespace("root/other")));
        Refused(CimStatus.InvalidParameter, () => Define(null, null, ConfigurationPath(Samples.Dom0, "defined")));
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:HVM" }, null, ConfigurationPath(Samples.Old, "defined")));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Fact]
    public void When_the_last_step_fails_no_guest_is_left()
    {
        Mock.Setup(h => h.SetAutostart(It.IsAny<Guid>(), true)).Throws(new HypervisorException(HypervisorError.Failed, "cannot create link"));
        var error = Refused(CimStatus.Failed, () => Define(new Xen_VirtualSystemSettingData { ElementName = "half", AutomaticStartupAction = Startup.Always_startup }));
        Assert.Contains("cannot create link", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Host.Guests, g => g.Name == "half");
    }

    [Fact]
    public void Taken_names_and_uuids_exist_already()
    {
        Refused(CimStatus.AlreadyExists, () => Define(new Xen_VirtualSystemSettingData { ElementName = "web" }));
        Refused(CimStatus.AlreadyExists, () => Define(new Xen_VirtualSystemSettingData { ElementName = "new", VirtualSystemIdentifier = Samples.Web.ToString("D") }));
        Assert.Equal(6, Host.Guests.Count);
    }

    [Fact]
    public void A_name_made_up_is_made_of_the_uuid_that_was_given()
    {
        var wanted = Guid.NewGuid();
        var uuid = Define(new Xen_VirtualSystemSettingData { VirtualSystemIdentifier = wanted.ToString("D") });
        Assert.Equal(wanted, uuid);
        Assert.Contains(wanted.ToString("N")[..8], Host.Guest(uuid).Name, StringComparison.Ordinal);
    }

    public static TheoryData<string> BadSystems => new(
        "instance of Xen_ComputerSystem { ElementName = \"x\"; };",
        "instance of CIM_SettingData { ElementName = \"x\"; };",
        "instance of Xen_MemoryRASD { VirtualQuantity = 1; };",
        "instance of Xen_VirtualSystemSettingData { ElementName = \"a/b\"; };",
        "instance of Xen_VirtualSystemSettingData { ElementName = \" x\"; };",
        "instance of Xen_VirtualSystemSettingData { VirtualSystemIdentifier = \"nonsense\"; };",
        "instance of Xen_VirtualSystemSettingData { VirtualSystemIdentifier = \"00000000-0000-0000-0000-000000000000\"; };",
        "instance of Xen_VirtualSystemSettingData { VirtualSystemType = \"DMTF:Other\"; };",
        "instance of Xen_VirtualSystemSettingData { AutomaticStartupAction = 5; };",
        "instance of Xen_VirtualSystemSettingData { AutomaticRecoveryAction = 4; };",
        "instance of Xen_VirtualSystemSettingData { Kernl = \"/boot/k\"; };",
        "instance of Xen_VirtualSystemSettingData { ElementName = ",
        "instance of Xen_VirtualSystemSettingData { }; instance of Xen_VirtualSystemSettingData { };",
        "<INSTANCE CLASSNAME=\"Xen_VirtualSystemSettingData\">",
        "<INSTANCE CLASSNAME=\"Xen_VirtualSystemSettingData\"><PROPERTY NAME=\"ElementName\" TYPE=\"string\"><VALUE>a</VALUE></PROPERTY>"
            + "<PROPERTY NAME=\"elementname\" TYPE=\"string\"><VALUE>b</VALUE></PROPERTY></INSTANCE>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><INSTANCE CLASSNAME=\"Xen_VirtualSystemSettingData\"/>",
        "nonsense");

    [Theory]
    [MemberData(nameof(BadSystems))]
    public void Wrong_system_settings_are_an_invalid_parameter_and_change_nothing(string settings)
    {
        Refused(CimStatus.InvalidParameter, () => Define(settings));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    public static TheoryData<string> BadResources => new(
        "instance of Xen_VirtualSystemSettingData { };",
        "instance of CIM_ResourceAllocationSettingData { VirtualQuantity = 1; };",
        "instance of CIM_ResourceAllocationSettingData { ResourceType = 18; };",
        "instance of CIM_ManagedElement { ResourceType = 4; };",
        "instance of Xen_MemoryRASD { VirtualQuantity = 0; };",
        "instance of Xen_MemoryRASD { VirtualQuantity = 18446744073709551615; };",
        "instance of Xen_MemoryRASD { VirtualQuantity = 1048576; Limit = 524288; };",
        "instance of Xen_MemoryRASD { VirtualQuantity = 1; AllocationUnits = \"furlongs\"; };",
        "instance of Xen_MemoryRASD { VirtualQuantty = 262144; };",
        "instance of Xen_ProcessorRASD { VirtualQuantity = 0; };",
        "instance of Xen_ProcessorRASD { VirtualQuantity = 129; };",
        "instance of Xen_ProcessorRASD { Weight = 70000; };",
        "instance of Xen_ProcessorRASD { Limit = 101; };",
        "instance of Xen_DiskRASD { };",
        "instance of Xen_DiskRASD { Address = \"/nowhere/at.all\"; };",
        "instance of Xen_DiskRASD { Address = \"isos/missing.iso\"; };",
        "instance of Xen_DiskRASD { Address = \"cold/volume\"; };",
        "instance of Xen_DiskRASD { Address = \"relative.img\"; };",
        "instance of Xen_DiskRASD { Address = \"/srv/mail.img\"; HostExtentName = \"/dev/vg0/more\"; };",
        "instance of Xen_DiskRASD { HostResource = { \"/srv/mail.img\", \"/dev/vg0/more\" }; };",
        "instance of Xen_DiskRASD { Address = \"/srv/mail.img\"; VirtualDevice = \"disk one\"; };",
        "instance of Xen_DiskRASD { Address = \"/srv/mail.img\"; BusType = \"warp\"; };",
        "instance of Xen_NetworkRASD { };",
        "instance of Xen_NetworkRASD { NetworkName = \"nowhere\"; };",
        "instance of Xen_NetworkRASD { Bridge = \"xenbr0\"; Address = \"not a mac\"; };",
        "instance of Xen_NetworkRASD { Bridge = \"xenbr0\"; Address = \"01:00:5e:00:00:01\"; };",
        "instance of Xen_NetworkRASD { Connection = { \"lan\", \"xenbr0\" }; };",
        "instance of Xen_NetworkRASD { PoolID = \"Xen:NetworkPool/none\"; };");

    [Theory]
    [MemberData(nameof(BadResources))]
    public void Wrong_resources_are_an_invalid_parameter_and_change_nothing(string settings)
    {
        Refused(CimStatus.InvalidParameter, () => Define(null, new[] { settings }));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Theory]
    [InlineData("instance of Xen_MemoryRASD { VirtualQuantity = \"much\"; };")]
    [InlineData("instance of Xen_ProcessorRASD { VirtualQuantity = -1; };")]
    [InlineData("instance of Xen_ProcessorRASD { Weight = 4294967296; };")]
    [InlineData("<INSTANCE CLASSNAME=\"Xen_MemoryRASD\"><PROPERTY NAME=\"VirtualQuantity\" TYPE=\"uint64\"><VALUE>many</VALUE></PROPERTY></INSTANCE>")]
    public void Values_of_another_type_are_refused(string settings)
    {
        var error = Assert.Throws<CimException>(() => Define(null, new[] { settings }));
        Assert.True(error.Status is CimStatus.TypeMismatch or CimStatus.InvalidParameter, $"{error.Status}");
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Fact]
    public void Two_disks_of_one_name_and_two_adapters_of_one_address_exist_already()
    {
        var disk = new Xen_DiskRASD { Address = "/srv/mail.img", VirtualDevice = "xvda" };
        Refused(CimStatus.AlreadyExists, () => Define(null, new object[] { disk, disk }));
        var nic = new Xen_NetworkRASD { Bridge = "xenbr0", Address = "00:16:3e:01:02:03" };
        Refused(CimStatus.AlreadyExists, () => Define(null, new object[] { nic, nic }));
    }

    [Fact]
    public void Strings_of_a_mebibyte_are_refused_in_few_words()
    {
        var huge = new string('x', 1 << 20);
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { ElementName = huge }));
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { VirtualSystemIdentifier = huge }));
        Refused(CimStatus.InvalidParameter, () => Define(new Xen_VirtualSystemSettingData { VirtualSystemType = huge }));
        Refused(CimStatus.InvalidParameter, () => Define(huge));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { Address = huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { Address = "/" + huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { Address = "isos/" + huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { Address = "/srv/mail.img", VirtualDevice = huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_DiskRASD { Address = "/srv/mail.img", BusType = huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_NetworkRASD { NetworkName = huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_NetworkRASD { Bridge = "b", Address = huge } }));
        Refused(CimStatus.InvalidParameter, () => Define(null, new object[] { new Xen_MemoryRASD { VirtualQuantity = 1, AllocationUnits = huge } }));
        Refused(CimStatus.NotFound, () => Define(null, null, Path("Xen_VirtualSystemSettingData", ("InstanceID", huge))));
        Refused(CimStatus.NotFound, () => Ask(GuestPath(huge), 2));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Fact]
    public void Ten_thousand_settings_are_refused()
    {
        var one = "instance of Xen_NetworkRASD { Bridge = \"xenbr0\"; };";
        Refused(CimStatus.InvalidParameter, () => Define(null, Enumerable.Repeat(one, 10_000).ToArray()));
        Refused(CimStatus.InvalidParameter, () => Define(null, string.Concat(Enumerable.Repeat(one, 10_000))));
        Mock.Verify(h => h.Define(It.IsAny<DomainDefinition>()), Times.Never);
    }

    [Fact]
    public void Recovery_and_crash_actions_do_not_contradict_each_other()
    {
        Assert.Equal("restart", Host.Definition(Define(new Xen_VirtualSystemSettingData { AutomaticRecoveryAction = Recovery.Restart })).OnCrash);
        Assert.Equal("preserve", Host.Definition(Define(new Xen_VirtualSystemSettingData { AutomaticRecoveryAction = Recovery.Restart, OnCrash = "preserve" })).OnCrash);
    }
}
