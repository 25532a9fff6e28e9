using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.SystemVirtualization;

/// <summary>
/// The kinds of guests and devices that Xen has, each given as MOF: what went in comes out again, one change changes one
/// thing, and what no property stands for stays in the definition.
/// </summary>
public sealed class GuestKindTests : ProviderTest
{
    // What is beyond our properties, at the guest and at each of its devices.
    private const string Foreign = "<vendor:note xmlns:vendor=\"urn:example:vendor\">kept</vendor:note>";

    // With units, or written otherwise than they are read.
    private static readonly string[] s_notCompared = ["Password", "VirtualQuantity", "Limit"];

    public GuestKindTests() => Host.Files.UnionWith(["/srv/root.img", "/srv/data.qcow2", "/srv/isos/debian.iso", "/srv/second.iso", "/srv/boot.img", "/srv/stick.img"]);

    /// <summary>A guest, and changes to it, each with the lines in which the definition differs then.</summary>
    public sealed record Kind(string Name, string System, string[] Resources, params (string Settings, string[] Differences)[] Changes)
    {
        public override string ToString() => Name;
    }

    private static readonly Kind[] s_kinds =
    [
        new("PV with kernel, ramdisk and command line",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:PV"; Kernel = "/boot/k"; RAMDisk = "/boot/r"; CommandLine = "root=/dev/xvda1 \"quoted\" <&>"; };""",
            [
                """instance of Xen_DiskRASD { Address = "/srv/root.img"; VirtualDevice = "xvda"; BusType = "xen"; };""",
                """instance of Xen_NetworkRASD { Address = "00:16:3e:aa:00:01"; Bridge = "xenbr0"; Script = "vif-bridge"; Model = "netfront"; };""",
                """instance of Xen_GraphicsRASD { ResourceSubType = "vnc"; ListenAddress = "127.0.0.1"; Port = 5907; KeyMap = "de"; Password = "s3cret"; };""",
            ],
            ("""instance of Xen_VirtualSystemSettingData { CommandLine = "single"; };""", ["-root=/dev/xvda1 \"quoted\" &lt;&amp;&gt;", "+single"]),
            ("""instance of Xen_NetworkRASD { InstanceID = "00-16-3e-aa-00-01"; Script = "vif-route"; };""", ["-<script path=\"vif-bridge\" />", "+<script path=\"vif-route\" />"]),
            ("""instance of Xen_NetworkRASD { InstanceID = "00-16-3e-aa-00-01"; TransmitRateLimit = 1024; };""", ["+<bandwidth>", "+<outbound average=\"1024\" />", "+</bandwidth>"]),
            ("""instance of Xen_GraphicsRASD { InstanceID = "graphics-vnc"; Port = 0; };""",
                ["-<graphics type=\"vnc\" port=\"5907\" autoport=\"no\" listen=\"127.0.0.1\" keymap=\"de\" passwd=\"s3cret\">",
                "+<graphics type=\"vnc\" port=\"-1\" autoport=\"yes\" listen=\"127.0.0.1\" keymap=\"de\" passwd=\"s3cret\">"])),
        new("PV with pygrub, a block device and a driver domain",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:PV"; Bootloader = "pygrub"; BootloaderArguments = "--entry=1"; };""",
            [
                """instance of Xen_DiskRASD { Address = "/dev/vg0/data"; VirtualDevice = "xvda"; DriverName = "phy"; BackendDomain = "db"; };""",
                """instance of Xen_DiskRASD { Address = "/dev/vg0/more"; VirtualDevice = "xvdb"; Shareable = true; Access = 1; };""",
                """instance of Xen_NetworkRASD { Address = "00:16:3e:aa:00:02"; Bridge = "xenbr1"; BackendDomain = "db"; TransmitRateLimit = 4096; };""",
            ],
            ("""instance of Xen_VirtualSystemSettingData { BootloaderArguments = ""; };""", ["-<bootloader_args>", "---entry=1", "-</bootloader_args>"]),
            ("""instance of Xen_DiskRASD { InstanceID = "xvda"; BackendDomain = ""; };""", ["-<backenddomain name=\"db\" />"]),
            ("""instance of Xen_DiskRASD { InstanceID = "xvdb"; Access = 3; };""", ["-<readonly />"]),
            ("""instance of Xen_NetworkRASD { InstanceID = "00-16-3e-aa-00-02"; TransmitRateLimit = 0; };""", ["-<bandwidth>", "-<outbound average=\"4096\" />", "-</bandwidth>"])),
        new("PV with pvgrub",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:PV"; Kernel = "/usr/lib/xen/boot/pv-grub-x86_64.gz"; CommandLine = "(hd0,0)/boot/grub/menu.lst"; };""",
            ["""instance of Xen_DiskRASD { Address = "/srv/root.img"; VirtualDevice = "sda1"; BusType = "scsi"; };"""],
            ("""instance of Xen_DiskRASD { InstanceID = "sda1"; Address = "/dev/vg0/data"; };""",
                ["-<disk type=\"file\" device=\"disk\">", "-<source file=\"/srv/root.img\" />", "+<disk type=\"block\" device=\"disk\">", "+<source dev=\"/dev/vg0/data\" />"])),
        new("PVH",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:PVH"; Kernel = "/boot/k"; RAMDisk = "/boot/r"; CommandLine = "console=hvc0"; OnCrash = "coredump-destroy"; };""",
            [
                """instance of Xen_DiskRASD { Address = "/srv/data.qcow2"; VirtualDevice = "xvda"; DriverName = "qemu"; DriverType = "qcow2"; };""",
                """instance of Xen_NetworkRASD { Address = "00:16:3e:aa:00:03"; NetworkName = "lan"; };""",
                """instance of Xen_ProcessorRASD { VirtualQuantity = 2; MaximumProcessors = 4; Weight = 300; };""",
                """instance of Xen_MemoryRASD { VirtualQuantity = 262144; Limit = 524288; };""",
            ],
            ("""instance of Xen_VirtualSystemSettingData { RAMDisk = ""; };""", ["-<initrd>", "-/boot/r", "-</initrd>"]),
            ("""instance of Xen_DiskRASD { InstanceID = "xvda"; DriverName = "tap"; };""",
                ["-<driver name=\"qemu\" type=\"qcow2\" />", "+<driver name=\"tap\" type=\"qcow2\" />"]),
            ("""instance of Xen_ProcessorRASD { InstanceID = "processor"; Weight = 400; };""", ["-300", "+400"]),
            ("""instance of Xen_MemoryRASD { InstanceID = "memory"; VirtualQuantity = 131072; };""", ["-262144", "+131072"])),
        new("HVM with CD-ROM, SCSI and USB",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:HVM"; BootDevices = {"cdrom", "hd"}; ClockOffset = 1; EnableACPI = true; EnableAPIC = true; EnablePAE = true; };""",
            [
                """instance of Xen_DiskRASD { Address = "/srv/root.img"; VirtualDevice = "hda"; BusType = "ide"; };""",
                """instance of Xen_DiskRASD { Address = "/srv/data.qcow2"; VirtualDevice = "sda"; BusType = "scsi"; DriverName = "qemu"; DriverType = "qcow2"; };""",
                """instance of Xen_DiskRASD { EmulatedType = 1; Address = "/srv/isos/debian.iso"; VirtualDevice = "hdc"; };""",
                """instance of Xen_NetworkRASD { Address = "00:16:3e:aa:00:04"; Bridge = "xenbr0"; Model = "e1000"; };""",
                """instance of Xen_UsbControllerRASD { ResourceSubType = "qusb1"; Ports = 6; };""",
                """instance of Xen_InputRASD { ResourceSubType = "tablet"; BusType = "usb"; };""",
                """instance of Xen_HostDeviceRASD { HostResource = {"usb:046d:c31c"}; };""",
                """instance of Xen_HostDeviceRASD { Address = "0000:03:00.0"; ResourceSubType = "pci"; Managed = true; };""",
                """instance of Xen_ConsoleRASD { ResourceSubType = "serial"; SourceType = "unix"; Connection = {"/run/guest.sock"}; };""",
                """instance of Xen_GraphicsRASD { ResourceSubType = "spice"; ListenAddress = "0.0.0.0"; Port = 5930; };""",
            ],
            ("""instance of Xen_DiskRASD { InstanceID = "hdc"; Address = "/srv/second.iso"; };""", ["-<source file=\"/srv/isos/debian.iso\" />", "+<source file=\"/srv/second.iso\" />"]),
            ("""instance of Xen_DiskRASD { InstanceID = "hdc"; Address = ""; };""", ["-<source file=\"/srv/second.iso\" />"]),
            ("""instance of Xen_VirtualSystemSettingData { BootDevices = {"hd"}; };""", ["-<boot dev=\"cdrom\" />"]),
            ("""instance of Xen_VirtualSystemSettingData { ClockOffset = 0; };""", ["-<clock offset=\"localtime\" />", "+<clock offset=\"utc\" />"]),
            ("""instance of Xen_NetworkRASD { InstanceID = "00-16-3e-aa-00-04"; Model = "rtl8139"; };""", ["-<model type=\"e1000\" />", "+<model type=\"rtl8139\" />"]),
            ("""instance of Xen_ConsoleRASD { InstanceID = "serial-0"; Connection = {"/run/other.sock"}; };""",
                ["-<source mode=\"bind\" path=\"/run/guest.sock\" />", "+<source mode=\"bind\" path=\"/run/other.sock\" />"]),
            ("""instance of Xen_UsbControllerRASD { InstanceID = "controller-usb-qusb1-0"; Ports = 4; };""",
                ["-<controller type=\"usb\" index=\"0\" model=\"qusb1\" ports=\"6\">", "+<controller type=\"usb\" index=\"0\" model=\"qusb1\" ports=\"4\">"])),
        new("HVM with SDL and a SCSI disk",
            """instance of Xen_VirtualSystemSettingData { VirtualSystemType = "DMTF:XEN:HVM"; Loader = "/usr/lib/xen/boot/hvmloader"; Emulator = "/usr/bin/qemu-xen"; };""",
            [
                """instance of Xen_GraphicsRASD { ResourceSubType = "sdl"; Display = ":0.0"; };""",
                """instance of Xen_DiskRASD { Address = "/srv/stick.img"; VirtualDevice = "sdb"; BusType = "scsi"; };""",
            ],
            ("""instance of Xen_GraphicsRASD { InstanceID = "graphics-sdl"; Display = ":1"; };""", ["-<graphics type=\"sdl\" display=\":0.0\">", "+<graphics type=\"sdl\" display=\":1\">"]),
            ("""instance of Xen_VirtualSystemSettingData { Emulator = ""; };""", ["-<emulator>", "-/usr/bin/qemu-xen", "-</emulator>"])),
    ];

    public static TheoryData<string> Kinds => [.. s_kinds.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_goes_in_as_text_comes_out_the_same(string name)
    {
        var kind = s_kinds.Single(k => k.Name == name);
        var uuid = Define(kind.System, kind.Resources);

        Compare(Read(kind.System), Get(ConfigurationPath(uuid, "defined")));
        foreach (var wanted in kind.Resources.Select(Read))
        {
            var there = All(wanted.ClassName).Where(i => ((string)i["InstanceID"]!).StartsWith($"Xen:{uuid}/defined/", StringComparison.Ordinal)).ToList();
            Compare(wanted, Assert.Single(there, i => Names(i, wanted)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_change_changes_one_thing_and_keeps_what_is_beyond_our_properties(string name)
    {
        var kind = s_kinds.Single(k => k.Name == name);
        var uuid = Define(kind.System, kind.Resources);
        var notes = Annotate(uuid);
        Assert.NotEmpty(kind.Changes);

        foreach (var (text, differences) in kind.Changes)
        {
            var settings = Read(text);
            var id = settings["InstanceID"] as string;
            var path = id is null ? ConfigurationPath(uuid, "defined") : SettingPath(settings.ClassName, uuid, "defined", id);
            settings.Set("InstanceID", CimType.String, isArray: false, path.GetString("InstanceID"));
            var before = Host.Defined(uuid);

            Assert.Equal(0u, id is null ? ModifySystem(settings).Return : ModifyResources(settings).Return);

            Assert.Equal(differences.Order(StringComparer.Ordinal), Differences(before, Host.Defined(uuid)).Order(StringComparer.Ordinal));
            // Once more is no change.
            Assert.Equal(0u, id is null ? ModifySystem(settings).Return : ModifyResources(settings).Return);
            Assert.Equal(notes, Host.Defined(uuid).Split(Foreign).Length - 1);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_copy_by_reference_has_all_of_it(string name)
    {
        var kind = s_kinds.Single(k => k.Name == name);
        var original = Define(kind.System, kind.Resources);
        var notes = Annotate(original);
        // A disk that is written to is one guest's.
        var media = Host.Definition(original).Disks.Where(d => d.Device != "cdrom" && !d.ReadOnly && !d.Shareable)
            .Select(d => $$"""instance of Xen_DiskRASD { VirtualDevice = "{{d.TargetDevice}}"; Shareable = true; };""").ToArray();

        var copy = Define("""instance of Xen_VirtualSystemSettingData { ElementName = "copy"; };""", media, ConfigurationPath(original, "defined"));

        Assert.Equal(notes, Host.Defined(copy).Split(Foreign).Length - 1);
        Assert.Equal(Host.Definition(original).Devices.Select(d => d.ElementName), Host.Definition(copy).Devices.Select(d => d.ElementName));
        foreach (var property in Read(kind.System).Properties)
            Assert.True(CimValue.AreEqual(Get(ConfigurationPath(original, "defined"))[property.Name], Get(ConfigurationPath(copy, "defined"))[property.Name]), property.Name);
    }

    private static CimInstance Read(string mof) => Assert.Single(MofInstanceReader.Parse(mof));

    /// <summary>Whether an instance is the one that the settings made: by what each class is known by.</summary>
    private static bool Names(CimInstance instance, CimInstance settings) =>
        new[] { "VirtualDevice", "Address", "HostResource", "ResourceSubType" }.FirstOrDefault(p => settings[p] is not null && (p != "Address" || settings.ClassName == "Xen_NetworkRASD")) is not { } key
        || CimValue.AreEqual(Converted(settings, key, instance), instance[key]);

    private static void Compare(CimInstance wanted, CimInstance there)
    {
        foreach (var property in wanted.Properties.Where(p => !s_notCompared.Contains(p.Name)))
        {
            Assert.True(CimValue.AreEqual(Converted(wanted, property.Name, there), there[property.Name]),
                $"{property.Name}: {CimValue.Format(property.Value!)} went in, {(there[property.Name] is { } value ? CimValue.Format(value) : "NULL")} came out");
        }
    }

    // MOF's numbers have no type of their own.
    private static object? Converted(CimInstance settings, string property, CimInstance like) =>
        like.Layout.Properties[like.Layout.OrdinalOf(property)] is { IsArray: false } info ? CimValue.TryConvert(info.Type, settings[property]!) : settings[property];

    /// <summary>Puts something that we do not know into the guest and each device; returns how many.</summary>
    private int Annotate(Guid uuid)
    {
        var xml = System.Xml.Linq.XDocument.Parse(Host.Defined(uuid));
        var elements = xml.Root!.Element("devices")!.Elements().Where(e => e.Name != "emulator").Append(xml.Root).ToList();
        foreach (var element in elements)
            element.Add(System.Xml.Linq.XElement.Parse(Foreign));
        Host.Add(Host.Guest(uuid), xml.ToString(System.Xml.Linq.SaveOptions.DisableFormatting), null);
        Assert.Equal(elements.Count, Host.Defined(uuid).Split(Foreign).Length - 1);
        return elements.Count;
    }
}
