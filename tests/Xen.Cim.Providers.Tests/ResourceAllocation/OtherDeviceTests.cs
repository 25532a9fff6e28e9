using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Devices that have no class of their own, and the controllers that they hang on (DSP1059).</summary>
public sealed class OtherDeviceTests : ProviderTest
{
    private static readonly Guid s_tower = new("7a1c3d52-0000-4000-8000-0000000000ab");

    private const int NoSupport = 3;
    private const int OperationInvalid = 55;

    private const string TowerXml = """
        <domain type='kvm'>
          <name>tower</name>
          <uuid>7a1c3d52-0000-4000-8000-0000000000ab</uuid>
          <memory unit='KiB'>262144</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
          <devices>
            <controller type='pci' index='0' model='pcie-root'/>
            <controller type='pci' index='1' model='pcie-root-port'>
              <target chassis='1' port='0x10'/>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
            </controller>
            <controller type='usb' index='0' model='qemu-xhci'>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
            </controller>
            <controller type='virtio-serial' index='0' ports='8'>
              <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
            </controller>
            <controller type='ccid' index='0'><address type='usb' bus='0' port='1'/></controller>
            <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/><address type='virtio-serial' controller='0' bus='0' port='1'/></channel>
            <smartcard mode='host'><address type='ccid' controller='0' slot='0'/></smartcard>
            <tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
            <sound model='ich6'><codec type='micro'/><codec type='duplex'/><audio id='1'/></sound>
            <watchdog model='i6300esb' action='pause'>
              <alias name='ua-dog'/>
              <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
            </watchdog>
            <memballoon model='virtio' autodeflate='on'><stats period='10'/></memballoon>
            <rng model='virtio'><rate bytes='1024' period='2000'/><backend model='random'>/dev/urandom</backend></rng>
          </devices>
        </domain>
        """;

    public OtherDeviceTests()
    {
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Host.Add(new Guest { Uuid = s_tower, Name = "tower", State = GuestState.Off }, TowerXml, null);
    }

    private static string Id(string device) => $"Xen:{s_tower}/defined/{device}";

    private Xen_OtherDeviceRASD Read(string device) => Setting<Xen_OtherDeviceRASD>(s_tower, "defined", device);

    private string Element(string name) => Host.Definition(s_tower).OtherDevices.Single(d => d.ElementName == name).ToXml();

    private IEnumerable<string> Ids(string @class) => All(@class).Select(i => (string)i["InstanceID"]!).Where(i => i.StartsWith(Id(""), StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [Fact]
    public void Every_device_is_listed_with_what_libvirt_says_of_it()
    {
        Assert.Equal(((string[])["channel-unix-org.qemu.guest_agent.0", "memballoon", "rng", "smartcard", "sound", "tpm", "watchdog"]).Select(Id), Ids("Xen_OtherDeviceRASD"));
        var dog = Read("watchdog");
        Assert.Equal((1, "watchdog", "i6300esb", "pause", "0000:00:05.0", Id("controller-pci-pcie-root-0"), "Xen:GenericDevicePool/otherdevice"),
            ((int)dog.ResourceType!, dog.OtherResourceType, dog.ResourceSubType, dog.WatchdogAction, dog.AddressOnParent, dog.Parent, dog.PoolID));
        Assert.Equal(["@model=i6300esb", "@action=pause"], dog.Parameters!);
        var tpm = Read("tpm");
        Assert.Equal(("passthrough", "/dev/tpm0", null), (tpm.Backend, tpm.HostDevice, tpm.TPMVersion));
        var rng = Read("rng");
        Assert.Equal(("random", "/dev/urandom", 1024ul, 2000ul), (rng.Backend, rng.HostDevice, rng.RateBytes, rng.RatePeriod));
        var balloon = Read("memballoon");
        Assert.Equal(("virtio", true, 10u, null), (balloon.ResourceSubType, balloon.AutomaticDeflation, balloon.StatisticsPeriod, balloon.FreePageReporting));
        Assert.Equal(["@model=ich6", "codec/@type=micro", "codec[2]/@type=duplex", "audio/@id=1"], Read("sound").Parameters!);
        var channel = Read("channel-unix-org.qemu.guest_agent.0");
        Assert.Equal((Id("controller-virtio-serial-0"), "0.1"), (channel.Parent, channel.AddressOnParent));
        Assert.Equal((Id("controller-ccid-0"), "0"), (Read("smartcard").Parent, Read("smartcard").AddressOnParent));
    }

    [Fact]
    public void A_change_of_one_thing_changes_that_and_nothing_else()
    {
        foreach (var (device, change, expected) in ((string, string, string[])[])
            [
                ("watchdog", "WatchdogAction = \"poweroff\"", ["-<watchdog model=\"i6300esb\" action=\"pause\">", "+<watchdog model=\"i6300esb\" action=\"poweroff\">"]),
                ("tpm", "HostDevice = \"/dev/tpm1\"", ["-<device path=\"/dev/tpm0\" />", "+<device path=\"/dev/tpm1\" />"]),
                ("rng", "RateBytes = 0", ["-<rate bytes=\"1024\" period=\"2000\" />"]),
                ("sound", "Parameters = {\"codec[2]/@type=output\"}", ["-<codec type=\"duplex\" />", "+<codec type=\"output\" />"]),
                ("memballoon", "StatisticsPeriod = 0", ["-<memballoon model=\"virtio\" autodeflate=\"on\">", "-<stats period=\"10\" />", "-</memballoon>", "+<memballoon model=\"virtio\" autodeflate=\"on\" />"]),
            ])
        {
            var before = DomainDefinition.Parse(Host.Defined(s_tower)).ToXml();
            Assert.Equal(0u, ModifyResources($"instance of Xen_OtherDeviceRASD {{ InstanceID = \"{Id(device)}\"; {change}; }};").Return);
            var differences = Differences(before.Replace('\'', '"'), Host.Defined(s_tower).Replace('\'', '"'));
            Assert.True(expected.All(e => differences.Contains(e)) && differences.Length <= expected.Length + 1, $"{device}: {string.Join('\n', differences)}");
        }
    }

    [Fact]
    public void A_balloon_gets_another_model_and_keeps_its_name()
    {
        var (result, output) = ModifyResources(new Xen_OtherDeviceRASD { InstanceID = Id("memballoon"), ResourceSubType = "none" });
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", "memballoon")], (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.Equal("none", Read("memballoon").ResourceSubType);
        Assert.Contains("none", Refused(CimStatus.NotSupported, () => RemoveResources(SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", "memballoon"))).Message, StringComparison.Ordinal);
        Refused(CimStatus.AlreadyExists, () => AddResources(ConfigurationPath(s_tower, "defined"), new Xen_OtherDeviceRASD { OtherResourceType = "memballoon" }));
    }

    [Fact]
    public void Another_back_end_is_told_nothing_of_the_old_one()
    {
        var tpm = Read("tpm");
        tpm.Backend = "emulator";
        Assert.Equal(0u, ModifyResources(tpm).Return);
        tpm = Read("tpm");
        Assert.Equal(("emulator", null), (tpm.Backend, tpm.HostDevice));
        Assert.Contains("RateBytes", Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_OtherDeviceRASD { InstanceID = Id("rng"), Parameters = ["rate/@bytes="], RatePeriod = 5 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_model_is_another_place_and_keeps_the_name()
    {
        var (result, output) = ModifyResources(new Xen_OtherDeviceRASD { InstanceID = Id("watchdog"), ResourceSubType = "ib700" });
        Assert.Equal(0u, result);
        Assert.Equal([SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", "watchdog")], (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.DoesNotContain("address", Element("watchdog"), StringComparison.Ordinal);
        Assert.Contains("ua-dog", Element("watchdog"), StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_added_with_what_is_usual()
    {
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", "watchdog"), SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", "tpm")).Return);
        var (result, output) = AddResources(ConfigurationPath(s_tower, "defined"), new Xen_OtherDeviceRASD { OtherResourceType = "watchdog" },
            "instance of CIM_ResourceAllocationSettingData { ResourceType = 1; OtherResourceType = \"tpm\"; };",
            new Xen_OtherDeviceRASD { OtherResourceType = "rng", HostDevice = "/dev/hwrng", RateBytes = 512 },
            new Xen_OtherDeviceRASD { OtherResourceType = "vsock", ResourceSubType = "virtio", Parameters = ["cid/@auto=yes"] });
        Assert.Equal(0u, result);
        Assert.Equal(((string[])["watchdog", "tpm", "rng.2", "vsock"]).Select(d => SettingPath("Xen_OtherDeviceRASD", s_tower, "defined", d)), (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.Equal("<watchdog model=\"i6300esb\" action=\"reset\" />", Element("watchdog"));
        Assert.Contains("<backend type=\"emulator\"", Element("tpm"), StringComparison.Ordinal);
        Assert.Contains("<cid auto=\"yes\"", Element("vsock"), StringComparison.Ordinal);
        Assert.Contains("/dev/hwrng", Host.Defined(s_tower), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_device_or_no_parameter_is_refused_by_name()
    {
        var configuration = ConfigurationPath(s_tower, "defined");
        foreach (var (settings, word) in ((Xen_OtherDeviceRASD, string)[])
            [
                (new() { OtherResourceType = "disk" }, "classes of their own"), (new(), "OtherResourceType"), (new() { OtherResourceType = "watch dog" }, "watchdog"),
                (new() { OtherResourceType = "rng", WatchdogAction = "reset" }, "WatchdogAction"), (new() { OtherResourceType = "rng", Parameters = ["backend"] }, "Parameters"),
                (new() { OtherResourceType = "rng", Parameters = ["address/@type=pci"] }, "address"), (new() { OtherResourceType = "rng", Parameters = ["../devices/@x=1"] }, "parameter"),
                (new() { OtherResourceType = "sound", Parameters = ["codec[3]/@type=micro"] }, "codec"), (new() { OtherResourceType = "sound", Parameters = ["codec[0]/@type=micro"] }, "brackets"),
            ])
        {
            Assert.Contains(word, Refused(CimStatus.InvalidParameter, () => AddResources(configuration, settings)).Message, StringComparison.Ordinal);
        }
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_OtherDeviceRASD { InstanceID = Id("rng"), OtherResourceType = "tpm" }));
        Host.Host = Host.Host with { Driver = HypervisorDriver.Xen };
        Assert.Contains("tpm", Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_OtherDeviceRASD { OtherResourceType = "tpm" })).Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Controllers_read_with_type_model_and_place()
    {
        Assert.Equal(((string[])["controller-ccid-0", "controller-pci-pcie-root-0", "controller-pci-pcie-root-port-1", "controller-virtio-serial-0"]).Select(Id), Ids("Xen_ControllerRASD"));
        var port = Setting<Xen_ControllerRASD>(s_tower, "defined", "controller-pci-pcie-root-port-1");
        Assert.Equal((1, "controller", "pci", "pcie-root-port", "1", Id("controller-pci-pcie-root-0"), "0000:00:02.0"),
            ((int)port.ResourceType!, port.OtherResourceType, port.ControllerType, port.ResourceSubType, port.Address, port.Parent, port.AddressOnParent));
        Assert.Equal(["target/@chassis=1", "target/@port=0x10"], port.Parameters!);
        Assert.Equal(Id("controller-pci-pcie-root-port-1"), Setting<Xen_ControllerRASD>(s_tower, "defined", "controller-virtio-serial-0").Parent);
        Assert.Equal(Id("controller-usb-qemu-xhci-0"), Setting<Xen_ControllerRASD>(s_tower, "defined", "controller-ccid-0").Parent);
        Assert.Equal(Id("controller-pci-pcie-root-0"), Setting<Xen_UsbControllerRASD>(s_tower, "defined", "controller-usb-qemu-xhci-0").Parent);
    }

    [Fact]
    public void Controllers_are_added_changed_and_removed_while_nothing_hangs_on_them()
    {
        var (result, output) = AddResources(ConfigurationPath(s_tower, "defined"), new Xen_ControllerRASD { ResourceSubType = "pcie-root-port", Parameters = ["target/@chassis=7"] },
            "instance of CIM_ResourceAllocationSettingData { ResourceType = 1; OtherResourceType = \"controller\"; ResourceSubType = \"pci-bridge\"; };",
            new Xen_ControllerRASD { ControllerType = "virtio-serial" });
        Assert.Equal(0u, result);
        Assert.Equal(((string[])["controller-pci-pcie-root-port-2", "controller-pci-pci-bridge-3", "controller-virtio-serial-1"]).Select(d => SettingPath("Xen_ControllerRASD", s_tower, "defined", d)), (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        Assert.Equal(0u, ModifyResources(new Xen_ControllerRASD { InstanceID = Id("controller-virtio-serial-0"), Parameters = ["@ports=16", "@vectors=4"] }).Return);
        Assert.Equal(["@ports=16", "@vectors=4"], Setting<Xen_ControllerRASD>(s_tower, "defined", "controller-virtio-serial-0").Parameters!);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_ControllerRASD", s_tower, "defined", "controller-pci-pcie-root-port-2")).Return);
        Assert.Contains("guest_agent", Refused(CimStatus.Failed, () => RemoveResources(SettingPath("Xen_ControllerRASD", s_tower, "defined", "controller-virtio-serial-0"))).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotSupported, () => RemoveResources(SettingPath("Xen_ControllerRASD", s_tower, "defined", "controller-pci-pcie-root-0")));
        // Who names no model means one that goes with the board.
        Assert.Equal(0u, AddResources(ConfigurationPath(s_tower, "defined"), new Xen_ControllerRASD()).Return);
        Assert.Contains(Host.Definition(s_tower).OtherControllers, c => c is { Type: "pci", Model: "pcie-root-port", Index: 4 });
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(s_tower, "defined"), new Xen_ControllerRASD { ControllerType = "pci", ResourceSubType = "pcie-root" }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ControllerRASD { InstanceID = Id("controller-virtio-serial-0"), Parameters = ["@index=5"] }));
        Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(s_tower, "defined"), new Xen_ControllerRASD { ControllerType = "xenbus" }));
    }

    [Fact]
    public void A_controller_is_a_device_of_its_guest_with_its_settings_and_its_pool()
    {
        Host.Rewrite(s_tower, x => x.Replace("</devices>", "<controller type='scsi' index='0' model='virtio-scsi'/></devices>", StringComparison.Ordinal));
        var devices = Provider.AssociatorNames(Request, GuestPath(s_tower), new AssociationFilter("Xen_SystemDevice", "Xen_Controller")).ToList();
        Assert.Equal(["controller-ccid-0", "controller-pci-pcie-root-0", "controller-pci-pcie-root-port-1", "controller-scsi-virtio-scsi-0", "controller-virtio-serial-0"],
            devices.Select(d => d.GetString("DeviceID")).Order(StringComparer.Ordinal));
        foreach (var (device, @class, pool, protocol) in ((string, string, string, int)[])
            [("controller-scsi-virtio-scsi-0", "Xen_StorageControllerRASD", "scsicontroller", 9), ("controller-pci-pcie-root-port-1", "Xen_ControllerRASD", "controller", 5)])
        {
            var path = DevicePath("Xen_Controller", s_tower, device);
            var setting = SettingPath(@class, s_tower, "state", device);
            Assert.Equal(protocol, Convert.ToInt32(Get(path)["ProtocolSupported"], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal([setting], Provider.AssociatorNames(Request, path, new AssociationFilter("Xen_SettingsDefineState")));
            Assert.Equal([path], Provider.AssociatorNames(Request, setting, new AssociationFilter("Xen_SettingsDefineState")));
            Assert.Equal([SettingPath(@class, s_tower, "defined", device)], Provider.AssociatorNames(Request, setting, new AssociationFilter("Xen_ElementSettingData", null, "ManagedElement")));
            var from = Path("Xen_GenericDevicePool", ("InstanceID", $"Xen:GenericDevicePool/{pool}"));
            Assert.Equal([from], Provider.AssociatorNames(Request, path, new AssociationFilter("Xen_ElementAllocatedFromPool")));
            Assert.Contains(path, Provider.AssociatorNames(Request, from, new AssociationFilter("Xen_ElementAllocatedFromPool")));
        }
    }

    [Fact]
    public void A_running_guest_is_plugged_into_and_its_devices_are_changed()
    {
        Host.SetState(s_tower, GuestState.Running);
        Assert.Equal(0u, AddResources(ConfigurationPath(s_tower, "state"), new Xen_OtherDeviceRASD { OtherResourceType = "rng" }).Return);
        Mock.Verify(h => h.AttachDevice(s_tower, It.Is<OtherDevice>(d => d.ElementName == "rng" && d.Model == "virtio")), Times.Once);
        Assert.Equal(0u, ModifyResources(new Xen_OtherDeviceRASD { InstanceID = $"Xen:{s_tower}/state/memballoon", StatisticsPeriod = 5 }).Return);
        Mock.Verify(h => h.SetStatisticsPeriod(s_tower, 5), Times.Once);
        Assert.Equal(0u, ModifyResources(new Xen_OtherDeviceRASD { InstanceID = $"Xen:{s_tower}/state/memballoon", StatisticsPeriod = 0 }).Return);
        Mock.Verify(h => h.SetStatisticsPeriod(s_tower, 0), Times.Once);
        // All else of a balloon is a change of the device.
        Mock.Verify(h => h.UpdateDevice(s_tower, It.IsAny<DomainDevice>()), Times.Never);
        Assert.Equal(0u, ModifyResources(new Xen_OtherDeviceRASD { InstanceID = $"Xen:{s_tower}/state/memballoon", StatisticsPeriod = 7, FreePageReporting = true }).Return);
        Mock.Verify(h => h.UpdateDevice(s_tower, It.Is<OtherDevice>(d => d.GetParameter("@freePageReporting") == "on" && d.GetParameter("stats/@period") == "10")), Times.Once);
        Mock.Verify(h => h.SetStatisticsPeriod(s_tower, 7), Times.Once);
    }

    [Fact]
    public void A_balloon_that_cannot_be_asked_is_as_it_was_and_libvirt_says_why()
    {
        Host.SetState(s_tower, GuestState.Running);
        Mock.Setup(h => h.SetStatisticsPeriod(s_tower, 7)).Throws(new HypervisorException(HypervisorError.NotSupported, "Memory balloon model must be virtio to set the collection period") { Libvirt = (10, OperationInvalid) });
        Assert.Contains("must be virtio", Refused(CimStatus.NotSupported, () => ModifyResources(
            new Xen_OtherDeviceRASD { InstanceID = $"Xen:{s_tower}/state/memballoon", StatisticsPeriod = 7, FreePageReporting = true })).Message, StringComparison.Ordinal);
        Mock.Verify(h => h.UpdateDevice(s_tower, It.Is<OtherDevice>(d => d.GetParameter("@freePageReporting") == null)), Times.Once);
        // A driver that cannot ask any balloon has no such call.
        Mock.Setup(h => h.SetStatisticsPeriod(s_tower, 8)).Throws(new HypervisorException(HypervisorError.NotSupported, "this function is not supported by the connection driver") { Libvirt = (10, NoSupport) });
        Assert.Equal(1u, ModifyResources(new Xen_OtherDeviceRASD { InstanceID = $"Xen:{s_tower}/state/memballoon", StatisticsPeriod = 8 }).Return);
    }
}
