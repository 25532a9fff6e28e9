using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>Screens, serial ports, input devices, USB controllers and devices of the host as settings (DSP1059).</summary>
public sealed class GenericDeviceTests : ProviderTest
{
    [Fact]
    public void Screens_read_without_their_passwords()
    {
        var vnc = Setting<Xen_GraphicsRASD>(Samples.Web, "defined", "graphics-vnc");
        Assert.Equal(("vnc", "127.0.0.1:5903", "127.0.0.1", (ushort)5903, true), (vnc.ResourceSubType, vnc.Address, vnc.ListenAddress, vnc.Port, vnc.PasswordRequired));
        Assert.Equal(24, (int)vnc.ResourceType!);
        Assert.Null(vnc.Password);
        Assert.DoesNotContain(vnc.Properties, p => p.Value is string text && text.Contains("s3cret", StringComparison.Ordinal));
        var auto = Setting<Xen_GraphicsRASD>(Samples.Mail, "defined", "graphics-vnc");
        Assert.Equal((null, null, "de", false), (auto.Port, auto.Address, auto.KeyMap, auto.PasswordRequired));
        Assert.Equal((ushort)5911, Setting<Xen_GraphicsRASD>(Samples.Mail, "defined", "graphics-spice").TLSPort);
        Assert.Equal(":0.0", Setting<Xen_GraphicsRASD>(Samples.Mail, "defined", "graphics-sdl").Display);
    }

    [Fact]
    public void What_a_reader_does_to_settings_is_not_told_to_the_next()
    {
        foreach (var known in Provider.EnumerateInstances(Request, new("Xen_GraphicsRASD", "root/virt")))
        {
            Assert.Equal(known["InstanceID"], known.Path!["InstanceID"]);
            // All readers get the same ones, and may not touch them.
            Assert.Throws<InvalidOperationException>(() => known.Remove("ElementName"));
            Spoil(known.Copy());
            Spoil(Provider.GetInstance(Request, known.Path));
        }
        // A guest that is off has one definition and two configurations of it.
        foreach (var kind in (string[])["state", "defined"])
        {
            var screen = Setting<Xen_GraphicsRASD>(Samples.Mail, kind, "graphics-vnc");
            Assert.Equal((Id(Samples.Mail, "graphics-vnc", kind), "mail graphics-vnc"), (screen.InstanceID, screen.ElementName));
            Assert.Equal(screen.InstanceID, screen.Path!["InstanceID"]);
            Assert.Equal($"Xen:{Samples.Mail}/{kind}", screen.ConfigurationName);
        }

        static void Spoil(CimInstance instance)
        {
            instance.SetAt(instance.Layout.OrdinalOf("InstanceID"), "spoilt");
            instance.Remove("ElementName");
            instance.Path = null;
        }
    }

    [Fact]
    public void A_screen_changes_only_where_it_was_asked_to()
    {
        var before = Xml(Samples.Web);
        Assert.Equal(0u, ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Web, "graphics-vnc"), KeyMap = "fr" }).Return);
        Assert.Equal(["-<graphics type=\"vnc\" port=\"5903\" autoport=\"no\" listen=\"127.0.0.1\" passwd=\"s3cret\"/>",
            "+<graphics type=\"vnc\" port=\"5903\" autoport=\"no\" listen=\"127.0.0.1\" passwd=\"s3cret\" keymap=\"fr\"/>"], Differences(before, Xml(Samples.Web)));
        Assert.Equal(0u, ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Web, "graphics-vnc"), Port = 0, Password = "" }).Return);
        var screen = Host.Definition(Samples.Web).Graphics.Single();
        Assert.Equal((-1, true, false), (screen.Port, screen.AutoPort, screen.HasPassword));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Web, "graphics-vnc"), Password = "longer than eight" }));
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Web, "graphics-vnc"), ResourceSubType = "spice" }));
    }

    [Fact]
    public void Screens_are_added_and_removed()
    {
        // A guest of Xen has one.
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        var (result, output) = AddResources(ConfigurationPath(Samples.Db, "defined"), new Xen_GraphicsRASD { Password = "geheim", ListenAddress = "0.0.0.0" },
            new Xen_GraphicsRASD { ResourceSubType = "sdl", Display = ":1" });
        Assert.Equal(0u, result);
        Assert.Equal(new[] { "graphics-vnc", "graphics-sdl" }.Select(d => SettingPath("Xen_GraphicsRASD", Samples.Db, "defined", d)),
            (CimObjectPath[])output["ResultingResourceSettings"]!.Value!);
        var xml = Xml(Samples.Db);
        Assert.Contains("passwd=\"geheim\"", xml, StringComparison.Ordinal);
        Assert.Contains("<graphics type=\"sdl\" display=\":1\"/>", xml, StringComparison.Ordinal);
        Refused(CimStatus.AlreadyExists, () => AddResources(ConfigurationPath(Samples.Db, "defined"), new Xen_GraphicsRASD()));
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Db, "defined"), new Xen_GraphicsRASD { ResourceSubType = "rdp" }));
        Provider.DeleteInstance(Request, SettingPath("Xen_GraphicsRASD", Samples.Db, "defined", "graphics-vnc"));
        Assert.Equal(["sdl"], Host.Definition(Samples.Db).Graphics.Select(g => g.Type));
    }

    [Fact]
    public void A_screen_shows_the_guests_video_card()
    {
        var screen = Setting<Xen_GraphicsRASD>(Samples.Mail, "defined", "graphics-vnc");
        Assert.Equal(("cirrus", 8192ul), (screen.VideoModel, screen.VideoMemory));
        var before = Xml(Samples.Mail);
        Assert.Equal(0u, ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Mail, "graphics-vnc"), VideoMemory = 16384 }).Return);
        Assert.Equal(["-<model type=\"cirrus\" vram=\"8192\" heads=\"1\"/>", "+<model type=\"cirrus\" vram=\"16384\" heads=\"1\"/>"], Differences(before, Xml(Samples.Mail)));
        // Memory of the one card means nothing to another.
        Assert.Equal(0u, ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Mail, "graphics-spice"), VideoModel = "qxl" }).Return);
        Assert.Equal(("qxl", null), (Host.Definition(Samples.Mail).Videos.Single().Model, Host.Definition(Samples.Mail).Videos.Single().MemoryKiB));

        // A guest that has none gets one with its screen.
        Host.Host = Host.Host with { Driver = HypervisorDriver.Qemu };
        Assert.Null(Setting<Xen_GraphicsRASD>(Samples.Web, "defined", "graphics-vnc").VideoModel);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_GraphicsRASD { InstanceID = Id(Samples.Web, "graphics-vnc"), VideoMemory = 4096 }));
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Db, "defined"), new Xen_GraphicsRASD { VideoModel = "vga", VideoMemory = 4096 }).Return);
        Assert.Equal(("vga", 4096ul), (Host.Definition(Samples.Db).Videos.Single().Model, Host.Definition(Samples.Db).Videos.Single().MemoryKiB));
    }

    [Fact]
    public void A_video_card_does_not_change_while_the_guest_runs()
    {
        Host.Add(new Guest { Uuid = Samples.Mail, Name = "mail", Id = 7, State = GuestState.Running }, Samples.MailXml, Samples.MailXml);
        var error = Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_GraphicsRASD { InstanceID = $"Xen:{Samples.Mail}/state/graphics-vnc", VideoModel = "qxl" }));
        Assert.Contains("defined configuration", error.Message, StringComparison.Ordinal);
        Mock.Verify(h => h.UpdateDevice(It.IsAny<Guid>(), It.IsAny<DomainDevice>()), Times.Never);
    }

    [Fact]
    public void Consoles_read_with_what_is_at_their_other_end()
    {
        var console = Setting<Xen_ConsoleRASD>(Samples.Web, "state", "console-xen-0");
        Assert.Equal(("xen", "pty", "0", false), (console.ResourceSubType, console.SourceType, console.AddressOnParent, console.Listens));
        Assert.Equal(["/dev/pts/4"], console.Connection!);
        Assert.Null(Setting<Xen_ConsoleRASD>(Samples.Web, "defined", "console-xen-0").Connection);
        // The serial port's mirror is no second port.
        Assert.Single(All("Xen_ConsoleRASD"), c => ((string)c["InstanceID"]!).StartsWith($"Xen:{Samples.Mail}/defined/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_is_connected_with_something_else()
    {
        Assert.Equal(0u, ModifyResources(new Xen_ConsoleRASD { InstanceID = Id(Samples.Mail, "serial-0"), SourceType = "tcp", Connection = ["127.0.0.1:4555"], Listens = true }).Return);
        var xml = Xml(Samples.Mail);
        Assert.Contains("mode=\"bind\" host=\"127.0.0.1\" service=\"4555\"", xml, StringComparison.Ordinal);
        Assert.Empty(Host.Definition(Samples.Mail).Consoles);
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ConsoleRASD { InstanceID = Id(Samples.Mail, "serial-0"), SourceType = "unix" }));
        Refused(CimStatus.InvalidParameter, () => ModifyResources(new Xen_ConsoleRASD { InstanceID = Id(Samples.Mail, "serial-0"), SourceType = "carrier pigeon" }));
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_ConsoleRASD { SourceType = "file", Connection = ["/var/log/mail.log"] }).Return);
        Assert.Equal("/var/log/mail.log", Setting<Xen_ConsoleRASD>(Samples.Mail, "defined", "serial-1").Connection![0]);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_ConsoleRASD", Samples.Mail, "defined", "serial-0")).Return);
        Assert.Equal(["serial-1"], Host.Definition(Samples.Mail).Serials.Select(s => s.DeviceId));
    }

    // libvirt takes them, and the guest is started without.
    [Theory]
    [InlineData("serial")]
    [InlineData("xen")]
    [InlineData("virtio")]
    public void A_port_that_a_paravirtual_guest_of_Xen_would_not_get_is_refused(string kind)
    {
        var error = Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_ConsoleRASD { ResourceSubType = kind }));
        Assert.Contains(kind == "xen" ? "console-xen-0" : $"\"{kind}\"", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void An_adapter_that_only_a_device_model_could_be_is_refused_to_a_guest_without_one()
    {
        var error = Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_NetworkRASD { Bridge = "xenbr0", Model = "e1000" }));
        Assert.Contains("Model e1000", error.Message, StringComparison.Ordinal);
        Assert.Contains("netfront", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "defined"), new Xen_NetworkRASD { Bridge = "xenbr0", Model = "netfront" }).Return);
    }

    [Fact]
    public void A_new_guest_has_the_ports_that_were_asked_for_and_no_others()
    {
        var guest = Define("instance of Xen_VirtualSystemSettingData { VirtualSystemType = \"DMTF:XEN:HVM\"; };",
            "instance of Xen_ConsoleRASD { SourceType = \"unix\"; Connection = {\"/run/guest.sock\"}; };");
        var port = Assert.Single(Host.Definition(guest).Serials);
        Assert.Equal(("unix", "/run/guest.sock", true), (port.Type, port.Source, port.Listens));
        Assert.Empty(Host.Definition(guest).Consoles);
    }

    [Fact]
    public void Input_devices_hang_on_their_controller()
    {
        var tablet = Setting<Xen_InputRASD>(Samples.Mail, "defined", "input-tablet-usb");
        Assert.Equal(("tablet", "usb", "0.1", Id(Samples.Mail, "controller-usb-piix3-uhci-0")), (tablet.ResourceSubType, tablet.BusType, tablet.AddressOnParent, tablet.Parent));
        Refused(CimStatus.NotSupported, () => RemoveResources(SettingPath("Xen_InputRASD", Samples.Mail, "defined", "input-mouse-ps2")));
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_InputRASD", Samples.Mail, "defined", "input-tablet-usb")).Return);
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_InputRASD { ResourceSubType = "mouse" }).Return);
        Assert.Contains("<input type=\"mouse\" bus=\"usb\"/>", Xml(Samples.Mail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pci:0000:04:1f.7", "hostdev-0000-04-1f.7", "<address domain=\"0x0\" bus=\"0x4\" slot=\"0x1f\" function=\"0x7\"/>")]
    [InlineData("04:00.0", "hostdev-0000-04-00.0", "<address domain=\"0x0\" bus=\"0x4\" slot=\"0x0\" function=\"0x0\"/>")]
    [InlineData("usb:046D:C31D", "hostdev-usb-046d-c31d", "<product id=\"0xc31d\"/>")]
    [InlineData("usb:1.4", "hostdev-usb-1.4", "<address bus=\"1\" device=\"4\"/>")]
    public void A_device_of_the_host_is_given_to_a_guest(string resource, string device, string xml)
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_HostDeviceRASD { HostResource = [resource] }).Return);
        Assert.Contains(xml, Xml(Samples.Mail), StringComparison.Ordinal);
        var setting = Setting<Xen_HostDeviceRASD>(Samples.Mail, "defined", device);
        Assert.Equal((13, 2, 3), ((int)setting.ResourceType!, (int)setting.ConsumerVisibility!, (int)setting.MappingBehavior!));
        Refused(CimStatus.AlreadyExists, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_HostDeviceRASD { HostResource = [resource] }));
        Assert.Equal(0u, RemoveResources(setting.Path!).Return);
        Assert.DoesNotContain(xml, Xml(Samples.Mail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Xen_HostPCIDevice", "0000-03-00.0", "hostdev-0000-03-00.0")]
    [InlineData("Xen_HostUSBDevice", "2.3", "hostdev-usb-2.3")]
    public void A_device_is_given_by_the_path_of_its_instance(string @class, string id, string device)
    {
        var path = HostDevicePath(@class, id).ToString();
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_HostDeviceRASD { HostResource = [path] }).Return);
        var setting = Setting<Xen_HostDeviceRASD>(Samples.Mail, "defined", device);
        Assert.Equal(HostDevicePath(@class, id), CimObjectPath.Parse(Assert.Single(setting.HostResource!)!).WithNamespace("root/virt"));
        // Either way to name it is the same device, and another is another.
        var words = (@class == "Xen_HostPCIDevice" ? "pci:" : "usb:") + setting.Address;
        Assert.Equal(0u, ModifyResources(new Xen_HostDeviceRASD { InstanceID = setting.InstanceID, HostResource = [words] }).Return);
        Refused(CimStatus.NotSupported, () => ModifyResources(new Xen_HostDeviceRASD { InstanceID = setting.InstanceID, HostResource = ["pci:0000:07:00.0"] }));
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_HostDeviceRASD { HostResource = [@class + ".nonsense"] }));
    }

    [Theory]
    [InlineData("pci:0000:03:20.0")]
    [InlineData("pci:eth0")]
    [InlineData("usb:keyboard")]
    [InlineData("")]
    public void What_names_no_device_is_refused(string resource) =>
        Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(Samples.Mail, "defined"), new Xen_HostDeviceRASD { HostResource = [resource] }));

    [Fact]
    public void Devices_of_the_host_read_with_both_addresses()
    {
        var pci = Setting<Xen_HostDeviceRASD>(Samples.Mail, "defined", "hostdev-0000-03-00.1");
        Assert.Equal(("pci", "0000:03:00.1", "0000:00:06.0", true), (pci.ResourceSubType, pci.Address, pci.AddressOnParent, pci.Managed));
        Assert.Equal(HostDevicePath("Xen_HostPCIDevice", "0000-03-00.1"), CimObjectPath.Parse(Assert.Single(pci.HostResource!)!).WithNamespace("root/virt"));
        var usb = Setting<Xen_HostDeviceRASD>(Samples.Mail, "defined", "hostdev-usb-046d-c31c");
        Assert.Equal(["usb:046d:c31c"], usb.HostResource!);
        Assert.Equal(("046d:c31c", "0.2", Id(Samples.Mail, "controller-usb-piix3-uhci-0")), (usb.Address, usb.AddressOnParent, usb.Parent));
    }

    [Fact]
    public void A_class_of_the_standard_means_the_kind_that_it_describes()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Mail, "defined"),
            "instance of CIM_ResourceAllocationSettingData { ResourceType = 13; ResourceSubType = \"mouse\"; };"
            + "instance of CIM_ResourceAllocationSettingData { ResourceType = 13; HostResource = {\"pci:0000:05:00.0\"}; };"
            + "instance of CIM_ResourceAllocationSettingData { ResourceType = 23; ResourceSubType = \"qusb2\"; };"
            + "instance of CIM_ResourceAllocationSettingData { ResourceType = 21; };").Return);
        var added = Host.Definition(Samples.Mail);
        Assert.Contains(added.Inputs, i => i is { Type: "mouse", Bus: "usb" });
        Assert.Contains(added.HostDevices, d => d.PciAddress == "0000:05:00.0");
        Assert.Equal(["controller-usb-piix3-uhci-0", "controller-usb-qusb2-1"], added.UsbControllers.Select(c => c.DeviceId));
        Assert.Equal(2, added.Serials.Count());
    }

    [Fact]
    public void A_running_guest_is_plugged_into()
    {
        Assert.Equal(0u, AddResources(ConfigurationPath(Samples.Web, "state"), new Xen_HostDeviceRASD { HostResource = ["pci:0000:04:00.0"] }).Return);
        Mock.Verify(h => h.AttachDevice(Samples.Web, It.Is<DomainDevice>(d => d.DeviceId == "hostdev-0000-04-00.0")), Times.Once);
        Assert.Equal(0u, ModifyResources(new Xen_GraphicsRASD { InstanceID = $"Xen:{Samples.Web}/state/graphics-vnc", Password = "new" }).Return);
        Mock.Verify(h => h.UpdateDevice(Samples.Web, It.Is<DomainDevice>(d => d.ToXml().Contains("passwd=\"new\"", StringComparison.Ordinal))), Times.Once);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_ConsoleRASD", Samples.Web, "state", "console-xen-0")).Return);
        Mock.Verify(h => h.DetachDevice(Samples.Web, It.Is<DomainDevice>(d => d.DeviceId == "console-xen-0")), Times.Once);
        Assert.Equal(0, Host.Redefinitions);
    }

    [Fact]
    public void Settings_lead_to_devices_and_pools_and_back()
    {
        foreach (var (setting, id, device) in ((string, string, string)[])[("Xen_ConsoleRASD", "console-xen-0", "Xen_SerialPort"), ("Xen_InputRASD", "input-tablet-usb", "Xen_PointingDevice"),
            ("Xen_InputRASD", "input-keyboard-ps2", "Xen_Keyboard"), ("Xen_UsbControllerRASD", "controller-usb-piix3-uhci-0", "Xen_UsbController")])
        {
            var path = SettingPath(setting, id == "console-xen-0" ? Samples.Web : Samples.Mail, "state", id);
            var found = Assert.Single(Provider.AssociatorNames(Request, path, new AssociationFilter("Xen_SettingsDefineState")));
            Assert.Equal((device, id), (found.ClassName, found.GetString("DeviceID")));
            Assert.Equal([path], Provider.AssociatorNames(Request, found, new AssociationFilter("Xen_SettingsDefineState")));
            var pool = Assert.Single(Provider.AssociatorNames(Request, path, new AssociationFilter("Xen_ResourceAllocationFromPool")));
            Assert.Equal([pool], Provider.AssociatorNames(Request, found, new AssociationFilter("Xen_ElementAllocatedFromPool")));
            Assert.Equal(pool.GetString("InstanceID"), Get(path)["PoolID"]);
        }
        // Running: Passing and Web; only consoles and Web's screen.
        Assert.Equal(1ul, Get(Path("Xen_GenericDevicePool", ("InstanceID", "Xen:GenericDevicePool/graphics")))["CurrentlyConsumedResource"]);
    }

    private string Xml(Guid uuid) => Host.Definition(uuid).ToXml().Replace(" />", "/>", StringComparison.Ordinal);

    private static string Id(Guid uuid, string device, string kind = "defined") => $"Xen:{uuid}/{kind}/{device}";
}
