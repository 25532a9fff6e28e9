using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>Generic devices as settings, and settings changed and deleted with the intrinsic operations.</summary>
public sealed class SettingsTests(SimulatedHostFixture host) : IClassFixture<SimulatedHostFixture>
{
    private Wbemcli Wbemcli => host.Wbemcli;

    [Fact]
    public void A_guest_gets_screen_port_pointer_and_devices_of_the_host()
    {
        var uuid = Wbemcli.Define(
            """instance of Xen_VirtualSystemSettingData { ElementName = "desk"; VirtualSystemType = "DMTF:XEN:HVM"; };""",
            """
            instance of Xen_GraphicsRASD { ListenAddress = "127.0.0.1"; Port = 5944; Password = "geheim"; };
            instance of Xen_GraphicsRASD { ResourceSubType = "sdl"; Display = ":0.0"; };
            instance of Xen_ConsoleRASD { SourceType = "tcp"; Connection = {"127.0.0.1:4555"}; };
            instance of Xen_InputRASD { };
            instance of Xen_UsbControllerRASD { ResourceSubType = "piix3-uhci"; };
            instance of Xen_HostDeviceRASD { HostResource = {"pci:0000:03:00.0"}; };
            instance of CIM_ResourceAllocationSettingData { ResourceType = 13; HostResource = {"usb:046d:c31c"}; };
            """);
        try
        {
            var screen = Setting("Xen_GraphicsRASD", "graphics-vnc");
            Assert.Equal(("24", "127.0.0.1:5944", "TRUE"), (screen["ResourceType"], screen["Address"], screen["PasswordRequired"].ToUpperInvariant()));
            Assert.DoesNotContain("geheim", Wbemcli.Run("ei", Wbemcli.Url("CIM_SettingData")).Output, StringComparison.Ordinal);
            Assert.Equal(":0.0", Setting("Xen_GraphicsRASD", "graphics-sdl")["Display"]);
            Assert.Equal(("tcp", "127.0.0.1:4555"), (Setting("Xen_ConsoleRASD", "serial-0")["SourceType"], Setting("Xen_ConsoleRASD", "serial-0")["Connection"]));
            Assert.Equal("tablet", Setting("Xen_InputRASD", "input-tablet-usb")["ResourceSubType"]);
            Assert.Equal(("0000:03:00.0", "3"), (Setting("Xen_HostDeviceRASD", "hostdev-0000-03-00.0")["Address"], Setting("Xen_HostDeviceRASD", "hostdev-0000-03-00.0")["MappingBehavior"]));
            Assert.Equal("usb:046d:c31c", Setting("Xen_HostDeviceRASD", "hostdev-usb-046d-c31c")["HostResource"]);

            // Which guest has the card, and the keyboard: one walk from each.
            foreach (var device in (string[])["Xen_HostPCIDevice", "Xen_HostUSBDevice"])
                Assert.Contains(uuid, Assert.Single(Wbemcli.Paths("ain", "-ac", "Xen_HostedDependency", Wbemcli.Url(Assert.Single(Wbemcli.Names(device))))), StringComparison.Ordinal);

            // To the pool and back.
            var pool = Assert.Single(Wbemcli.Paths("ain", "-ac", "Xen_ResourceAllocationFromPool", Wbemcli.Url(Guests.SettingPath("Xen_HostDeviceRASD", $"Xen:{uuid}/defined/hostdev-0000-03-00.0"))));
            Assert.Contains("Xen:GenericDevicePool/hostdevice", pool, StringComparison.Ordinal);
            Assert.Contains(Wbemcli.Paths("ain", "-ac", "Xen_ResourceAllocationFromPool", Wbemcli.Url(pool)), p => p.Contains($"{uuid}/defined/hostdev-usb-046d-c31c", StringComparison.Ordinal));

            Modify("Xen_GraphicsRASD", $"Xen:{uuid}/defined/graphics-vnc", "KeyMap=de");
            Assert.Equal(("de", "5944"), (Setting("Xen_GraphicsRASD", "graphics-vnc")["KeyMap"], Setting("Xen_GraphicsRASD", "graphics-vnc")["Port"]));
            Run("di", Wbemcli.Url(Guests.SettingPath("Xen_HostDeviceRASD", $"Xen:{uuid}/defined/hostdev-0000-03-00.0")));
            Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.SettingPath("Xen_HostDeviceRASD", $"Xen:{uuid}/defined/hostdev-0000-03-00.0"))).Status);
            // No guest is without memory.
            Assert.Equal(4, Wbemcli.Refused("di", Wbemcli.Url(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{uuid}/defined/memory"))).Status);
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
        }
        Assert.DoesNotContain(Wbemcli.Names("Xen_ComputerSystem"), g => g.Contains(uuid, StringComparison.Ordinal));

        PrintedInstance Setting(string @class, string device) => Wbemcli.Get(Guests.SettingPath(@class, $"Xen:{uuid}/defined/{device}"));
    }

    [Fact]
    public void Intrinsic_operations_do_what_the_methods_do()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "plain"; VirtualSystemType = "DMTF:XEN:PV"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 131072; };");
        try
        {
            Modify("Xen_MemoryRASD", $"Xen:{uuid}/defined/memory", "VirtualQuantity=98304");
            Assert.Equal("98304", Wbemcli.Get(Guests.SettingPath("Xen_MemoryRASD", $"Xen:{uuid}/defined/memory"))["VirtualQuantity"]);
            Modify("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined", "Caption=plain words");
            Assert.Equal("plain words", Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined"))["Caption"]);
            Run("sp", Wbemcli.Url(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined")), "OnCrash=restart");
            Assert.Equal("3", Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined"))["AutomaticRecoveryAction"]);
            Run("sp", Wbemcli.Url(Guests.Path(uuid)), "RequestedState=2");
            Assert.Equal("2", Wbemcli.Guest(uuid)["EnabledState"]);
            // Order and delay take a unit that is not enabled here.
            var refused = Wbemcli.Refused("sp", Wbemcli.Url(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined")), "AutomaticStartupActionSequenceNumber=5");
            Assert.Equal(7, refused.Status);
            Assert.Contains("xen-cim-guests", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
        }
    }

    [Fact]
    public void What_a_setting_cannot_become_is_refused_by_its_name_and_nothing_else_changes_either()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "fixed"; VirtualSystemType = "DMTF:XEN:PV"; };""",
            """instance of Xen_DiskRASD { Address = "/var/lib/xen/images/spare.img"; VirtualDevice = "xvda"; };""");
        try
        {
            var (disk, memory, configuration) = (Url("Xen_DiskRASD", "defined/xvda"), Url("Xen_MemoryRASD", "defined/memory"), Url("Xen_VirtualSystemSettingData", "defined"));
            // Its size is that of its volume, in bytes.
            var setting = Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvda"));
            Assert.Equal(("byte", "byte"), (setting["VirtualQuantityUnits"], setting["AllocationUnits"]));
            Assert.True(ulong.Parse(setting["VirtualQuantity"], System.Globalization.CultureInfo.InvariantCulture) > 1 << 20, setting["VirtualQuantity"]);
            foreach (var (url, change) in ((string, string)[])[(disk, "VirtualQuantity=1"), (disk, "VirtualResourceBlockSize=4096"), (memory, "PoolID=other"), (configuration, "VirtualSystemIdentifier=77777777-0000-4000-8000-000000000001")])
            {
                var error = Wbemcli.Refused("sp", url, change);
                Assert.Equal(7, error.Status);
                Assert.Contains(change.Split('=')[0], error.Message, StringComparison.Ordinal);
            }
            // Of two changes neither, when one cannot be.
            Assert.Equal(7, Wbemcli.Refused("mi", disk, "BusType=scsi,VirtualQuantity=5").Status);
            Assert.Equal("xen", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvda"))["BusType"]);
            var whole = Wbemcli.Refused("di", configuration);
            Assert.Equal(7, whole.Status);
            Assert.Contains("DestroySystem", whole.Message, StringComparison.Ordinal);
            Run("di", disk);
            Assert.Equal(6, Wbemcli.Refused("gi", disk).Status);
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
        }

        string Url(string @class, string of) => Wbemcli.Url(Guests.SettingPath(@class, $"Xen:{uuid}/{of}"));
    }

    [Fact]
    public void An_adapter_is_put_into_a_VLAN_and_limited_in_the_standards_own_properties()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "tagged"; VirtualSystemType = "DMTF:XEN:PV"; };""",
            """
            instance of CIM_EthernetPortAllocationSettingData { ResourceType = 10; Connection = {"ovs0"}; Address = "00:16:3e:00:77:01"; Limit = 100; AllocationUnits = "bit / second * 10^6"; ReceiveBandwidthLimit = 8; };
            instance of Xen_NetworkRASD { Bridge = "ovs0"; Address = "00:16:3e:00:77:02"; VirtualPortType = "openvswitch"; AllowedToReceiveVLANs = {20}; DefaultPortVID = 20; };
            """);
        try
        {
            var (plain, trunk) = ($"Xen:{uuid}/defined/00-16-3e-00-77-01", $"Xen:{uuid}/defined/00-16-3e-00-77-02");
            var setting = Wbemcli.Get(Guests.SettingPath("Xen_NetworkRASD", plain));
            // 100 Mbit/s and 8 Mbit/s in whole KiB/s.
            Assert.Equal(("12208", "977", "byte / second * 2^10"), (setting["Limit"], setting["ReceiveBandwidthLimit"], setting["AllocationUnits"]));
            setting = Wbemcli.Get(Guests.SettingPath("Xen_NetworkRASD", trunk));
            Assert.Equal(("5", "20", "20"), (setting["DesiredVLANEndpointMode"], setting["DefaultPortVID"], setting["AllowedToTransmitVLANs"]));
            // A bridge of Linux's own has no VLANs.
            var refused = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings="
                + Wbemcli.Mof($$"""instance of Xen_NetworkRASD { InstanceID = "{{plain}}"; PortVID = 42; };"""));
            Assert.Equal(4, refused.Status);
            Assert.Contains("openvswitch", refused.Message, StringComparison.Ordinal);
            Wbemcli.Done(Wbemcli.Modify($$"""instance of Xen_NetworkRASD { InstanceID = "{{plain}}"; PortVID = 42; VirtualPortType = "openvswitch"; SourceMACFilteringEnabled = true; };"""));
            setting = Wbemcli.Get(Guests.SettingPath("Xen_NetworkRASD", plain));
            Assert.Equal(("2", "42", "no-mac-spoofing"), (setting["DesiredVLANEndpointMode"], setting["PortVID"], setting["FilterName"]));
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
        }
    }

    [Fact]
    public void A_disk_that_names_a_pool_and_a_size_gets_a_volume_that_stays()
    {
        var pool = Wbemcli.Instances("Xen_DiskPool").First(p => p["Primordial"].Equals("FALSE", StringComparison.OrdinalIgnoreCase))["PoolID"];
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "roomy"; VirtualSystemType = "DMTF:XEN:PV"; };""",
            $$"""instance of Xen_DiskRASD { PoolID = "{{pool}}"; VirtualQuantity = 64; VirtualQuantityUnits = "byte * 2^20"; ReadIOPSLimit = 200; };""");
        PrintedInstance? volume = null;
        try
        {
            var disk = Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvda"));
            Assert.Equal((pool, "67108864", "200"), (disk["PoolID"], disk["VirtualQuantity"], disk["ReadIOPSLimit"]));
            volume = Assert.Single(Wbemcli.Instances("Xen_StorageVolume"), v => v["ElementName"].StartsWith("roomy", StringComparison.Ordinal));
            Assert.Equal(("67108864", pool), (volume["Capacity"], volume["PoolID"]));
            // A running guest's disk is limited at once, and its definition is not touched.
            Run("sp", Wbemcli.Url(Guests.Path(uuid)), "RequestedState=2");
            Modify("Xen_DiskRASD", $"Xen:{uuid}/state/xvda", "ReadIOPSLimit=350");
            Assert.Equal("350", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/state/xvda"))["ReadIOPSLimit"]);
            Assert.Equal("200", Wbemcli.Get(Guests.SettingPath("Xen_DiskRASD", $"Xen:{uuid}/defined/xvda"))["ReadIOPSLimit"]);
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
            if (volume is not null)
                Run("di", Wbemcli.Url(volume.Path));
        }
        // It was still there to be deleted after its guest. Of a guest that cannot be, nothing is left.
        var before = Wbemcli.Names("Xen_StorageVolume");
        var (system, disk2) = (Wbemcli.Mof("""instance of Xen_VirtualSystemSettingData { ElementName = "windows"; VirtualSystemType = "DMTF:XEN:PV"; };"""),
            Wbemcli.Mof($$"""instance of Xen_DiskRASD { PoolID = "{{pool}}"; VirtualQuantity = 1048576; };"""));
        Assert.Equal(11, Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), $"DefineSystem.SystemSettings={system},ResourceSettings={disk2}").Status);
        Assert.Equal(before, Wbemcli.Names("Xen_StorageVolume"));
    }

    [Fact]
    public void A_guest_becomes_of_another_type_and_its_devices_without_classes_come_and_go()
    {
        var uuid = Wbemcli.Define("""instance of Xen_VirtualSystemSettingData { ElementName = "changing"; VirtualSystemType = "DMTF:XEN:PV"; };""",
            """instance of Xen_OtherDeviceRASD { OtherResourceType = "watchdog"; };""");
        try
        {
            Modify("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined", "VirtualSystemType=DMTF:XEN:HVM");
            var settings = Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined"));
            Assert.Equal(("DMTF:XEN:HVM", false), (settings["VirtualSystemType"], settings.Properties.ContainsKey("Bootloader") && settings["Bootloader"].Length > 0));
            Run("mi", Wbemcli.Url(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog")), "WatchdogAction=poweroff");
            Assert.Equal("poweroff", Wbemcli.Get(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog"))["WatchdogAction"]);
            // libvirt's own words about what it does not know.
            Assert.Contains("bark", Wbemcli.Refused("mi", Wbemcli.Url(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog")), "WatchdogAction=bark").Message, StringComparison.Ordinal);
            Assert.Equal("poweroff", Wbemcli.Get(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog"))["WatchdogAction"]);
            Run("di", Wbemcli.Url(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog")));
            Assert.Equal(6, Wbemcli.Refused("gi", Wbemcli.Url(Guests.SettingPath("Xen_OtherDeviceRASD", $"Xen:{uuid}/defined/watchdog"))).Status);
            Run("sp", Wbemcli.Url(Guests.Path(uuid)), "RequestedState=2");
            Modify("Xen_VirtualSystemSettingData", $"Xen:{uuid}/state", "OnCrash=restart");
            Assert.Equal("3", Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/state"))["AutomaticRecoveryAction"]);
            Assert.Equal("2", Wbemcli.Get(Guests.SettingPath("Xen_VirtualSystemSettingData", $"Xen:{uuid}/defined"))["AutomaticRecoveryAction"]);
        }
        finally
        {
            Run("di", Wbemcli.Url(Guests.Path(uuid)));
        }
    }

    private void Modify(string @class, string id, string properties) => Run("mi", Wbemcli.Url(Guests.SettingPath(@class, id)), properties);

    private static void Run(params string[] arguments)
    {
        var result = Wbemcli.Run(arguments);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
    }
}
