using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class DeviceTests
{
    private static readonly DomainDefinition Hvm = DomainDefinition.Parse(Samples.HvmRunning);

    // As libvirt shows the adapter of a guest that runs, whose network is a bridge of the host.
    [Theory]
    [InlineData("bridge", "bridge='xenbr0'")]
    [InlineData("direct", "dev='eth0' mode='bridge'")]
    [InlineData("hostdev", "")]
    public void What_a_network_made_of_an_adapter_is_plugged_into_the_network(string actual, string source)
    {
        NetworkInterface Nic() => (NetworkInterface)DomainDevice.Parse($"<interface type='{actual}'><mac address='00:16:3e:00:00:01'/><source network='lan' portid='5d34adc6' {source}/></interface>");
        Assert.Equal(("network", "lan", actual), (Nic().Type, Nic().Source, Nic().ActualType));

        var other = Nic();
        other.Source = "dmz";
        Assert.Equal(("network", "dmz", "network", false), (other.Type, other.Source, other.ActualType, other.ToXml().Contains("portid", StringComparison.Ordinal)));

        var bridged = Nic();
        (bridged.Type, bridged.Source) = ("bridge", "xenbr1");
        Assert.Equal(("bridge", "xenbr1", false), (bridged.Type, bridged.Source, bridged.ToXml().Contains("network", StringComparison.Ordinal)));

        var same = Nic();
        (same.Type, same.Source) = ("network", "lan");
        Assert.True(same.ContentEquals(Nic()));
    }

    [Fact]
    public void Devices_have_names_of_their_own()
    {
        Assert.Equal(
            ["hda", "hdc", "controller-ide-0", "00-16-3e-00-00-41", "00-16-3e-00-00-42", "serial-0", "console-serial-0", "input-tablet-usb",
                "input-mouse-ps2", "graphics-vnc", "sound", "video", "hostdev-0000-03-1f.2", "memballoon"],
            Hvm.Devices.Select(d => d.DeviceId));
        Assert.Equal(["xvda", "xvdb", "controller-xenbus-0", "00-16-3e-00-00-31", "console-xen-0", "memballoon"],
            DomainDefinition.Parse(Samples.Pv).Devices.Select(d => d.DeviceId));
        foreach (var device in Hvm.Devices)
            Assert.True(Hvm.FindDevice(device.DeviceId)!.ContentEquals(device));
        Assert.Null(Hvm.FindDevice("xvdz"));
    }

    [Fact]
    public void Names_do_not_depend_on_the_order_and_hold_no_spaces()
    {
        const string one = "<disk type='file' device='disk'><target dev='xvda'/></disk>";
        const string two = "<interface type='bridge'><mac address='00-16-3E-00-00-AA'/></interface>";
        const string three = "<disk type='file' device='disk'><target dev='my disk/1'/></disk>";
        var a = DomainDefinition.Parse($"<domain><devices>{one}{two}{three}</devices></domain>");
        var b = DomainDefinition.Parse($"<domain><devices>{three}{two}{one}</devices></domain>");

        Assert.Equal(["xvda", "00-16-3e-00-00-aa", "my_disk_1"], a.Devices.Select(d => d.DeviceId));
        Assert.Equal(a.Devices.Select(d => d.DeviceId).Order(), b.Devices.Select(d => d.DeviceId).Order());
    }

    [Fact]
    public void Same_addresses_are_told_apart()
    {
        const string nic = "<interface type='bridge'><mac address='00:16:3e:00:00:01'/><source bridge='b'/></interface>";
        var guest = DomainDefinition.Parse($"<domain><devices>{nic}{nic.Replace("'b'", "'c'", StringComparison.Ordinal)}</devices></domain>");

        Assert.Equal(["00-16-3e-00-00-01", "00-16-3e-00-00-01.2"], guest.Interfaces.Select(i => i.DeviceId));
        Assert.Equal("c", Assert.IsType<NetworkInterface>(guest.FindDevice("00-16-3e-00-00-01.2")).Source);
    }

    [Fact]
    public void Disks_are_read()
    {
        var disk = Hvm.Disks.First();
        Assert.Equal(("disk", "block", "/dev/vg0/hvm1"), (disk.Device, disk.SourceType, disk.Source));
        Assert.Equal(("hda", "ide"), (disk.TargetDevice, disk.Bus));
        Assert.Equal(("phy", "raw", "none"), (disk.DriverName, disk.DriverType, disk.DriverCache));
        Assert.Equal(("WD-1", false, false), (disk.Serial, disk.ReadOnly, disk.Shareable));

        var cdrom = Hvm.Disks.Last();
        Assert.Equal(("cdrom", "volume", "isos/debian.iso"), (cdrom.Device, cdrom.SourceType, cdrom.Source));
        Assert.True(cdrom.ReadOnly && cdrom.Shareable);
        Assert.Null(cdrom.Serial);

        var network = Assert.IsType<DiskDevice>(DomainDevice.Parse("<disk type='network'><source protocol='rbd' name='p/i'/></disk>"));
        Assert.Equal(("rbd", "p/i", "disk"), (network.SourceProtocol, network.Source, network.Device));
        Assert.Equal("/d", Assert.IsType<DiskDevice>(DomainDevice.Parse("<disk type='dir'><source dir='/d'/></disk>")).Source);
        Assert.Null(Assert.IsType<DiskDevice>(DomainDevice.Parse("<disk device='cdrom'/>")).Source);
    }

    [Fact]
    public void Interfaces_are_read()
    {
        var nic = Hvm.Interfaces.First();
        Assert.Equal(("network", "lan", "00:16:3e:00:00:41"), (nic.Type, nic.Source, nic.Mac));
        Assert.Equal(("e1000", "vif-bridge", "vif7.0"), (nic.Model, nic.Script, nic.TargetDevice));
        Assert.Equal((1000UL, 500UL), (nic.InboundAverageKiBps!.Value, nic.OutboundAverageKiBps!.Value));

        var bridged = Hvm.Interfaces.Last();
        Assert.Equal(("bridge", "xenbr0"), (bridged.Type, bridged.Source));
        Assert.Null(bridged.InboundAverageKiBps);
        Assert.Null(bridged.Model);

        var direct = Assert.IsType<NetworkInterface>(DomainDevice.Parse("<interface type='direct'><source dev='eth0' mode='bridge'/></interface>"));
        Assert.Equal("eth0", direct.Source);
        var user = Assert.IsType<NetworkInterface>(DomainDevice.Parse("<interface type='user'/>"));
        Assert.Null(user.Source);
        Assert.Throws<HypervisorException>(() => user.Source = "x");
    }

    [Fact]
    public void The_other_devices_are_read()
    {
        var vnc = Assert.Single(Hvm.Graphics);
        Assert.Equal(("vnc", 5903, false, "127.0.0.1", "de-ch", true), (vnc.Type, vnc.Port, vnc.AutoPort, vnc.Listen, vnc.Keymap, vnc.HasPassword));
        var console = Assert.Single(Hvm.Consoles);
        Assert.Equal(("pty", "serial", 0U, "/dev/pts/4"), (console.Type, console.TargetType, console.Port, console.Source));
        var serial = Assert.Single(Hvm.Serials);
        Assert.Equal(("pty", 0U, "/dev/pts/4"), (serial.Type, serial.Port, serial.Source));
        Assert.Equal([("tablet", "usb"), ("mouse", "ps2")], Hvm.Inputs.Select(i => (i.Type, i.Bus)));
        var video = Assert.Single(Hvm.Videos);
        Assert.Equal(("cirrus", 8192UL, 1U), (video.Model, video.MemoryKiB, video.Heads));
        var pci = Assert.Single(Hvm.HostDevices);
        Assert.Equal(("pci", "0000:03:1f.2", true), (pci.Type, pci.PciAddress, pci.Managed));
        Assert.Equal("127.0.0.1:4555",
            Assert.IsType<SerialDevice>(DomainDevice.Parse("<serial type='tcp'><source mode='bind' host='127.0.0.1' service='4555'/></serial>")).Source);
        Assert.Null(Assert.IsType<HostDevice>(DomainDevice.Parse("<hostdev type='usb'><source><address bus='1' device='2'/></source></hostdev>")).PciAddress);
        Assert.Null(Assert.IsType<HostDevice>(DomainDevice.Parse("<hostdev type='pci'><source><address bus='0xzz'/></source></hostdev>")).PciAddress);
        Assert.Null(Assert.IsType<GraphicsDevice>(DomainDevice.Parse("<graphics type='vnc' port='99999999999'/>")).Port);
    }

    [Theory]
    [InlineData("hda", "source", "<source dev=\"/dev/vg0/hvm1\"", "<source dev=\"/dev/vg0/other\"")]
    [InlineData("hda", "type", "<disk type=\"block\" device=\"disk\">\n      <driver name=\"phy\" type=\"raw\" cache=\"none\" io=\"native\" />\n      <source dev=\"/dev/vg0/hvm1\" index=\"2\" />",
        "<disk type=\"file\" device=\"disk\">\n      <driver name=\"phy\" type=\"raw\" cache=\"none\" io=\"native\" />\n      <source index=\"2\" file=\"/dev/vg0/hvm1\" />")]
    [InlineData("hda", "target", "<target dev=\"hda\"", "<target dev=\"hdb\"")]
    [InlineData("hda", "cache", " cache=\"none\"", "")]
    [InlineData("hda", "driver", "name=\"phy\" type=\"raw\"", "name=\"qemu\" type=\"qcow2\"")]
    [InlineData("hda", "readonly", "</iotune>\n", "</iotune>\n      <readonly />\n")]
    [InlineData("hda", "shareable", "</iotune>\n", "</iotune>\n      <shareable />\n")]
    [InlineData("hda", "serial", "\n      <serial>WD-1</serial>", "")]
    [InlineData("hdc", "source", "<source pool=\"isos\" volume=\"debian.iso\" />", "<source pool=\"p\" volume=\"v/1\" />")]
    [InlineData("hdc", "eject", "\n      <source pool=\"isos\" volume=\"debian.iso\" />", "")]
    [InlineData("hdc", "writable", "\n      <readonly />", "")]
    [InlineData("hdc", "device", "type=\"volume\" device=\"cdrom\"", "type=\"volume\" device=\"disk\"")]
    [InlineData("00-16-3e-00-00-41", "mac", "00:16:3E:00:00:41", "00:16:3e:00:00:aa")]
    [InlineData("00-16-3e-00-00-41", "network", "network=\"lan\"", "network=\"dmz\"")]
    [InlineData("00-16-3e-00-00-41", "model", "<model type=\"e1000\" />", "<model type=\"netfront\" />")]
    [InlineData("00-16-3e-00-00-41", "model null", "\n      <model type=\"e1000\" />", "")]
    [InlineData("00-16-3e-00-00-41", "script", "vif-bridge", "vif-route")]
    [InlineData("00-16-3e-00-00-41", "vif", "\n      <target dev=\"vif7.0\" />", "")]
    [InlineData("00-16-3e-00-00-41", "inbound", "average=\"1000\"", "average=\"10\"")]
    [InlineData("00-16-3e-00-00-41", "inbound null", "\n        <inbound average=\"1000\" peak=\"2000\" burst=\"1024\" />", "")]
    [InlineData("00-16-3e-00-00-41", "to bridge", "<interface type=\"network\">\n      <mac address=\"00:16:3E:00:00:41\" />\n      <source network=\"lan\" portid=\"4e0f0a68-6a40-4e28-9d3b-5a8e0a7fe6a1\" bridge=\"virbr1\" />",
        "<interface type=\"bridge\">\n      <mac address=\"00:16:3E:00:00:41\" />\n      <source bridge=\"br7\" />")]
    [InlineData("00-16-3e-00-00-42", "outbound", "</virtualport>\n", "</virtualport>\n      <bandwidth>\n        <outbound average=\"7\" />\n      </bandwidth>\n")]
    [InlineData("graphics-vnc", "port", "port=\"5903\"", "port=\"5910\"")]
    [InlineData("graphics-vnc", "password", "s3cret", "other")]
    [InlineData("graphics-vnc", "password null", " passwd=\"s3cret\"", "")]
    [InlineData("graphics-vnc", "keymap", "de-ch", "en-us")]
    [InlineData("graphics-vnc", "listen", "listen=\"127.0.0.1\" keymap=\"de-ch\" passwd=\"s3cret\">\n      <listen type=\"address\" address=\"127.0.0.1\" />",
        "listen=\"0.0.0.0\" keymap=\"de-ch\" passwd=\"s3cret\">\n      <listen type=\"address\" address=\"0.0.0.0\" />")]
    [InlineData("video", "model", "<model type=\"cirrus\"", "<model type=\"vga\"")]
    public void A_setter_of_a_device_changes_its_own_piece_only(string device, string change, string before, string after)
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var text = guest.ToXml();
        Assert.Equal(2, text.Split(before).Length);

        Change(guest.FindDevice(device)!, change);

        Assert.Equal(text.Replace(before, after, StringComparison.Ordinal), guest.ToXml());
    }

    [Fact]
    public void A_drive_that_changes_its_bus_leaves_its_address_there_and_all_else_as_it_was()
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var text = guest.ToXml();
        const string Address = "\n      <address type=\"drive\" controller=\"0\" bus=\"0\" target=\"0\" unit=\"0\" />";
        var place = text.IndexOf(Address, text.IndexOf("dev=\"hda\"", StringComparison.Ordinal), StringComparison.Ordinal);

        Change(guest.FindDevice("hda")!, "bus");

        Assert.Equal(text.Remove(place, Address.Length).Replace("dev=\"hda\" bus=\"ide\"", "dev=\"hda\" bus=\"xen\"", StringComparison.Ordinal), guest.ToXml());
    }

    private static void Change(DomainDevice device, string change)
    {
        switch (device)
        {
            case DiskDevice disk:
                switch (change)
                {
                    case "source": disk.Source = disk.SourceType == "volume" ? "p/v/1" : "/dev/vg0/other"; break;
                    case "eject": disk.Source = null; break;
                    case "type": disk.SourceType = "file"; break;
                    case "target": disk.TargetDevice = "hdb"; break;
                    case "bus": disk.Bus = "xen"; break;
                    case "cache": disk.DriverCache = null; break;
                    case "driver": (disk.DriverName, disk.DriverType) = ("qemu", "qcow2"); break;
                    case "readonly": disk.ReadOnly = true; break;
                    case "writable": disk.ReadOnly = false; break;
                    case "shareable": disk.Shareable = true; break;
                    case "serial": disk.Serial = null; break;
                    case "device": disk.Device = "disk"; break;
                    default: Assert.Fail(change); break;
                }
                break;
            case NetworkInterface nic:
                switch (change)
                {
                    case "mac": nic.Mac = "00163E0000AA"; break;
                    case "network": nic.Source = "dmz"; break;
                    case "model": nic.Model = "netfront"; break;
                    case "model null": nic.Model = null; break;
                    case "script": nic.Script = "vif-route"; break;
                    case "vif": nic.TargetDevice = null; break;
                    case "inbound": nic.InboundAverageKiBps = 10; break;
                    case "inbound null": nic.InboundAverageKiBps = null; break;
                    case "outbound": nic.OutboundAverageKiBps = 7; break;
                    case "to bridge": (nic.Type, nic.Source) = ("bridge", "br7"); break;
                    default: Assert.Fail(change); break;
                }
                break;
            case GraphicsDevice graphics:
                switch (change)
                {
                    case "port": graphics.Port = 5910; break;
                    case "password": graphics.SetPassword("other"); break;
                    case "password null": graphics.SetPassword(null); break;
                    case "keymap": graphics.Keymap = "en-us"; break;
                    case "listen": graphics.Listen = "0.0.0.0"; break;
                    default: Assert.Fail(change); break;
                }
                break;
            case VideoDevice video:
                video.Model = "vga";
                break;
            default:
                Assert.Fail(device.ToString());
                break;
        }
    }

    [Fact]
    public void Writing_what_is_there_changes_nothing()
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);
        var text = guest.ToXml();

        foreach (var disk in guest.Disks)
        {
            (disk.Device, disk.SourceType, disk.Source) = (disk.Device, disk.SourceType, disk.Source);
            (disk.TargetDevice, disk.Bus, disk.Serial) = (disk.TargetDevice, disk.Bus, disk.Serial);
            (disk.DriverName, disk.DriverType, disk.DriverCache) = (disk.DriverName, disk.DriverType, disk.DriverCache);
            (disk.ReadOnly, disk.Shareable) = (disk.ReadOnly, disk.Shareable);
        }
        foreach (var nic in guest.Interfaces)
        {
            (nic.Type, nic.Source, nic.Mac) = (nic.Type, nic.Source, nic.Mac);
            (nic.Model, nic.Script, nic.TargetDevice) = (nic.Model, nic.Script, nic.TargetDevice);
            (nic.InboundAverageKiBps, nic.OutboundAverageKiBps) = (nic.InboundAverageKiBps, nic.OutboundAverageKiBps);
        }
        foreach (var graphics in guest.Graphics)
            (graphics.Type, graphics.Port, graphics.AutoPort, graphics.Listen, graphics.Keymap)
                = (graphics.Type, graphics.Port, graphics.AutoPort, graphics.Listen, graphics.Keymap);

        Assert.Equal(text, guest.ToXml());
    }

    [Fact]
    public void A_source_does_not_outlive_a_change_to_a_type_it_does_not_fit()
    {
        var disk = new DiskDevice { Source = "/a/b" };
        disk.SourceType = "volume";
        Assert.Null(disk.Source);
        Assert.Throws<HypervisorException>(() => disk.Source = "/a/b");
        Assert.Throws<HypervisorException>(() => disk.Source = "pool/");
        disk.Source = "pool/volume";
        Assert.Equal("<disk type=\"volume\" device=\"disk\"><source pool=\"pool\" volume=\"volume\" /></disk>", disk.ToXml());
    }

    [Theory]
    [InlineData("00:16:3e:00:00")]
    [InlineData("00:16:3e:00:00:0g")]
    [InlineData("01:16:3e:00:00:01")]
    [InlineData("")]
    public void What_is_no_address_is_refused(string mac)
    {
        var nic = new NetworkInterface();
        var error = Assert.Throws<HypervisorException>(() => nic.Mac = mac);
        Assert.Equal(HypervisorError.InvalidArgument, error.Error);
        Assert.Contains($"'{mac}'", error.Message, StringComparison.Ordinal);
    }
}
