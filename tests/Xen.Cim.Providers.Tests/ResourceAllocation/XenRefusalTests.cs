using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.ResourceAllocation;

/// <summary>
/// What libvirt takes into a definition and its Xen driver then drops, or does not start the guest with: refused by name, for
/// new guests as for those that are there.
/// </summary>
public sealed class XenRefusalTests : ProviderTest
{
    private const string PV = "DMTF:XEN:PV";
    private const string PVH = "DMTF:XEN:PVH";
    private const string HVM = "DMTF:XEN:HVM";

    // The resource, the guests that it is refused to, and the words that tell what of it.
    private static readonly (string Resource, string[] Types, string Words)[] s_resources =
    [
        ("""Xen_GraphicsRASD { ResourceSubType = "spice"; }""", [PV, PVH], "ResourceSubType spice"),
        ("""Xen_GraphicsRASD { ResourceSubType = "vnc"; VideoModel = "cirrus"; }""", [PV, PVH], "VideoModel cirrus"),
        ("""Xen_GraphicsRASD { ResourceSubType = "vnc"; VideoModel = "xen"; VideoMemory = 16384; }""", [PV, PVH], "VideoMemory 16384"),
        ("""Xen_GraphicsRASD { ResourceSubType = "vnc"; VideoModel = "virtio"; }""", [HVM], "VideoModel virtio"),
        ("""Xen_InputRASD { ResourceSubType = "tablet"; BusType = "usb"; }""", [PV, PVH], "ResourceSubType tablet"),
        ("""Xen_InputRASD { ResourceSubType = "tablet"; BusType = "virtio"; }""", [HVM], "BusType virtio"),
        ("""Xen_InputRASD { ResourceSubType = "keyboard"; BusType = "usb"; }""", [HVM], "ResourceSubType keyboard"),
        ("""Xen_UsbControllerRASD { ResourceSubType = "qemu-xhci"; }""", [PV, PVH, HVM], "ResourceSubType qemu-xhci"),
        ("""Xen_OtherDeviceRASD { OtherResourceType = "sound"; ResourceSubType = "ac97"; }""", [PV, PVH], "OtherResourceType \"sound\""),
        ("""Xen_OtherDeviceRASD { OtherResourceType = "sound"; ResourceSubType = "ich6"; Parameters = {"codec/@type=micro"}; }""", [HVM], "codec/@type=micro"),
        ("""Xen_OtherDeviceRASD { OtherResourceType = "redirdev"; Parameters = {"@bus=usb", "@type=spicevmc"}; }""", [PV, HVM], "OtherResourceType \"redirdev\""),
        ("""Xen_OtherDeviceRASD { OtherResourceType = "memballoon"; ResourceSubType = "none"; }""", [PV, HVM], "ResourceSubType none"),
        ("""Xen_OtherDeviceRASD { OtherResourceType = "memballoon"; StatisticsPeriod = 5; }""", [PVH], "StatisticsPeriod"),
        ("""Xen_ProcessorRASD { CPUMode = "host-passthrough"; CPUFeatures = {"svm=disable"}; }""", [PV], "CPUFeatures svm=disable"),
        ("""Xen_MemoryRASD { VirtualQuantity = 131072; Limit = 131072; NUMACellMemory = {65536, 65536}; NUMACellProcessors = {"0", ""}; }""", [HVM], "NUMACellProcessors: node 1"),
        ("""Xen_MemoryRASD { VirtualQuantity = 131072; Limit = 131072; NUMACellMemory = {131072}; NUMACellProcessors = {"0"}; }""", [PV, PVH], "NUMACellMemory"),
        ("""Xen_DiskRASD { Address = "/srv/mail copy 100%.img"; VirtualDevice = "xvda"; DriverCache = "none"; }""", [PV, PVH, HVM], "DriverCache none"),
        ("""Xen_DiskRASD { Address = "/srv/mail copy 100%.img"; VirtualDevice = "sda"; BusType = "usb"; }""", [HVM], "BusType usb"),
        ("""Xen_NetworkRASD { NetworkType = "user"; }""", [PV, HVM], "NetworkType user"),
    ];

    private static readonly (string Property, string[] Types)[] s_properties =
    [
        ("BootDevices = {\"hd\"}", [PV, PVH]),
        ("EnableACPI = true", [PV, PVH]),
        ("EnableAPIC = true", [PV, PVH]),
        ("EnablePAE = true", [PV, PVH]),
        ("EnablePAE = false", [HVM]),
        ("OnCrash = \"rename-restart\"", [PV, PVH, HVM]),
        ("OnPoweroff = \"rename-restart\"", [PV]),
        ("OnReboot = \"rename-restart\"", [PV]),
        ("NVRAM = \"/srv/vars.fd\"", [HVM]),
        ("SecureBoot = true", [HVM]),
        ("Loader = \"/srv/other.bin\"", [HVM]),
    ];

    public static TheoryData<string, string, string> Resources => [.. s_resources.SelectMany(r => r.Types.Select(t => (t, r.Resource, r.Words)))];

    public static TheoryData<string, string> Properties => [.. s_properties.SelectMany(p => p.Types.Select(t => (t, p.Property)))];

    private static string System(string type, string more = "") => $$"""instance of Xen_VirtualSystemSettingData { ElementName = "refused"; VirtualSystemType = "{{type}}"; {{more}} };""";

    private Guid Fresh(string type) => Define(System(type));

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_resource_that_the_guest_would_not_get_is_refused_by_name(string type, string resource, string words)
    {
        string[] resources = [$"instance of {resource};"];
        Assert.Contains(words, Refused(CimStatus.NotSupported, () => Call(Service, "DefineSystem", ("SystemSettings", CimType.String, System(type)), ("ResourceSettings", CimType.String, resources))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Host.Guests, g => g.Name == "refused");
        if (resource.StartsWith("Xen_ProcessorRASD", StringComparison.Ordinal) || resource.StartsWith("Xen_MemoryRASD", StringComparison.Ordinal))
            return;
        var uuid = Fresh(type);
        var before = Host.Defined(uuid);
        Assert.Contains(words, Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(uuid, "defined"), resources)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Host.Defined(uuid));
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void A_property_that_nobody_would_act_on_is_refused_by_name(string type, string property)
    {
        var name = property.Split(' ')[0];
        Assert.Contains(name, Refused(CimStatus.NotSupported, () => Call(Service, "DefineSystem", ("SystemSettings", CimType.String, System(type, property + ";")))).Message, StringComparison.Ordinal);
        var uuid = Fresh(type);
        var before = Host.Defined(uuid);
        Assert.Contains(name, Refused(CimStatus.NotSupported, () => ModifySystem($"instance of Xen_VirtualSystemSettingData {{ InstanceID = \"Xen:{uuid}/defined\"; {property}; }};")).Message, StringComparison.Ordinal);
        Assert.Equal(before, Host.Defined(uuid));
    }

    [Theory]
    [InlineData(PV)]
    [InlineData(PVH)]
    [InlineData(HVM)]
    public void A_guest_has_one_screen(string type)
    {
        var uuid = Fresh(type);
        Assert.Equal(0u, AddResources(ConfigurationPath(uuid, "defined"), new Xen_GraphicsRASD { ResourceSubType = "vnc" }).Return);
        Assert.Contains("graphics-vnc", Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(uuid, "defined"), new Xen_GraphicsRASD { ResourceSubType = "sdl", Display = ":0" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fully_virtual_guest_has_one_sound_card_and_cards_with_memory_enough()
    {
        var uuid = Fresh(HVM);
        Assert.Equal(0u, AddResources(ConfigurationPath(uuid, "defined"), new Xen_OtherDeviceRASD { OtherResourceType = "sound", ResourceSubType = "ac97" }).Return);
        Assert.Contains("sound", Refused(CimStatus.NotSupported, () => AddResources(ConfigurationPath(uuid, "defined"), new Xen_OtherDeviceRASD { OtherResourceType = "sound", ResourceSubType = "es1370" })).Message, StringComparison.Ordinal);
        foreach (var (model, least) in ((string, ulong)[])[("cirrus", 8192), ("vga", 16384), ("qxl", 131072)])
            Assert.Contains($"{least}", Refused(CimStatus.InvalidParameter, () => AddResources(ConfigurationPath(uuid, "defined"), new Xen_GraphicsRASD { VideoModel = model, VideoMemory = least - 1 })).Message, StringComparison.Ordinal);
        Assert.Equal(0u, AddResources(ConfigurationPath(uuid, "defined"), new Xen_GraphicsRASD { ResourceSubType = "spice", VideoModel = "qxl", VideoMemory = 131072 }).Return);
    }

    [Fact]
    public void What_repeats_what_is_there_is_no_wish()
    {
        foreach (var type in (string[])[PV, PVH, HVM])
        {
            var uuid = Fresh(type);
            var before = Host.Defined(uuid);
            Assert.Equal(0u, ModifySystem(Get(ConfigurationPath(uuid, "defined"))).Return);
            Assert.Equal(0u, ModifyResources(Setting<Xen_ProcessorRASD>(uuid, "defined", "processor"), Setting<Xen_MemoryRASD>(uuid, "defined", "memory")).Return);
            Assert.Equal(before, Host.Defined(uuid));
            Host.Forget(uuid);
        }
        // Neither are devices that others have defined.
        foreach (var (guest, device) in ((Guid, string)[])[(Samples.Web, "xvda"), (Samples.Web, "graphics-vnc"), (Samples.Mail, "graphics-spice"), (Samples.Mail, "controller-usb-piix3-uhci-0"), (Samples.Mail, "hda")])
        {
            var setting = All("CIM_ResourceAllocationSettingData").Single(s => (string)s["InstanceID"]! == $"Xen:{guest}/defined/{device}");
            Assert.Equal(0u, ModifyResources(setting).Return);
        }
    }
}
