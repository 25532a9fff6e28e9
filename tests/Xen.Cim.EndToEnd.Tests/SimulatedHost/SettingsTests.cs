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

    private void Modify(string @class, string id, string properties) => Run("mi", Wbemcli.Url(Guests.SettingPath(@class, id)), properties);

    private static void Run(params string[] arguments)
    {
        var result = Wbemcli.Run(arguments);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, $"wbemcli {string.Join(' ', arguments)}: {result}");
    }
}
