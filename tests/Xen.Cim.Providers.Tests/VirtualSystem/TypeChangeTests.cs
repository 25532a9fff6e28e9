using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.VirtualSystem;

/// <summary>A guest of Xen that becomes one of another type keeps all its devices, or nothing is done.</summary>
public sealed class TypeChangeTests : ProviderTest
{
    private const string PV = "DMTF:XEN:PV";
    private const string PVH = "DMTF:XEN:PVH";
    private const string HVM = "DMTF:XEN:HVM";

    private static string System(string type) => $$"""instance of Xen_VirtualSystemSettingData { ElementName = "changing"; VirtualSystemType = "{{type}}"; Kernel = "/boot/k"; };""";

    private (uint Return, CimArguments Output) Become(Guid guest, string type) =>
        ModifySystem(new Xen_VirtualSystemSettingData { InstanceID = $"Xen:{guest}/defined", VirtualSystemType = type });

    // What docs/xen-guests.md says that a type does not have, and the words that tell what of it.
    [Theory]
    [InlineData(PV, """Xen_GraphicsRASD { ResourceSubType = "spice"; }""", "graphics-spice (a screen of SPICE)")]
    [InlineData(PVH, """Xen_GraphicsRASD { ResourceSubType = "spice"; }""", "graphics-spice (a screen of SPICE)")]
    [InlineData(PV, """Xen_InputRASD { ResourceSubType = "tablet"; BusType = "usb"; }""", "input-tablet-usb (a tablet on usb)")]
    [InlineData(PVH, """Xen_OtherDeviceRASD { OtherResourceType = "sound"; ResourceSubType = "ac97"; }""", "(a sound card)")]
    [InlineData(PV, """Xen_NetworkRASD { Address = "00:16:3e:aa:bb:01"; Connection = {"lan"}; Model = "e1000"; }""", "00-16-3e-aa-bb-01 (an adapter of the model e1000)")]
    [InlineData(PVH, """Xen_ConsoleRASD { SourceType = "file"; Connection = {"/var/log/changing.log"}; }""", "serial-0 (a serial port)")]
    [InlineData(PV, """Xen_ConsoleRASD { AddressOnParent = "1"; }""", "serial-1 (a serial port)")]
    [InlineData(PV, """Xen_ProcessorRASD { CPUMode = "host-passthrough"; CPUFeatures = {"svm=disable"}; }""", "processor (CPUFeatures)")]
    [InlineData(PVH, """Xen_MemoryRASD { VirtualQuantity = 131072; Limit = 131072; NUMACellMemory = {131072}; NUMACellProcessors = {"0"}; }""", "memory (NUMACellMemory)")]
    public void What_the_new_type_cannot_have_is_named_and_nothing_is_done(string type, string resource, string words)
    {
        var guest = Define(System(HVM), new object[] { $"instance of {resource};" });
        var before = Host.Defined(guest);
        var error = Refused(CimStatus.NotSupported, () => Become(guest, type));
        Assert.Contains(type, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Host.Defined(guest));
    }

    [Fact]
    public void All_of_it_is_named_at_once_and_what_is_left_makes_the_change_possible()
    {
        var error = Refused(CimStatus.NotSupported, () => Become(Samples.Mail, PVH));
        foreach (var device in (string[])["graphics-spice", "input-tablet-usb", "00-16-3e-00-00-21"])
            Assert.Contains(device, error.Message, StringComparison.Ordinal);
        foreach (var device in (string[])["hda", "hdc", "hostdev", "ps2", "serial-0", "graphics-vnc"])
            Assert.DoesNotContain(device, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Host.Redefinitions);
        Assert.Equal(0u, RemoveResources(SettingPath("Xen_GraphicsRASD", Samples.Mail, "defined", "graphics-spice"), SettingPath("Xen_InputRASD", Samples.Mail, "defined", "input-tablet-usb")).Return);
        Assert.Equal(0u, ModifyResources(new Xen_NetworkRASD { InstanceID = $"Xen:{Samples.Mail}/defined/00-16-3e-00-00-21", Model = "" }).Return);
        Assert.Equal(0u, Become(Samples.Mail, PVH).Return);
    }

    [Theory]
    [InlineData(PV)]
    [InlineData(PVH)]
    public void What_comes_with_every_guest_of_the_old_type_becomes_what_comes_with_the_new_one(string type)
    {
        var guest = Define(System(HVM), new object[] { """instance of Xen_DiskRASD { Address = "/srv/mail copy 100%.img"; VirtualDevice = "xvda"; };""", """instance of Xen_GraphicsRASD { };""" });
        // As libvirt completes it.
        Host.Rewrite(guest, x => x.Replace("</devices>", "<input type='mouse' bus='ps2'/><input type='keyboard' bus='ps2'/><video><model type='cirrus' vram='8192'/></video></devices>", StringComparison.Ordinal));
        var disks = Host.Definition(guest).Disks.Select(d => d.ToXml()).ToList();

        Assert.Equal(0u, Become(guest, type).Return);
        var after = Host.Definition(guest);
        Assert.Equal(disks, after.Disks.Select(d => d.ToXml()));
        Assert.Equal(["xen"], after.Consoles.Select(c => c.TargetType));
        Assert.Equal(("vnc", 0, 0, 0), (Assert.Single(after.Graphics).Type, after.Serials.Count(), after.Inputs.Count(), after.Videos.Count()));

        // And back.
        Host.Rewrite(guest, x => x.Replace("</devices>", "<input type='mouse' bus='xen'/><input type='keyboard' bus='xen'/><video><model type='xen' vram='4096'/></video></devices>", StringComparison.Ordinal));
        Assert.Equal(0u, Become(guest, HVM).Return);
        after = Host.Definition(guest);
        Assert.Equal((0, 1, 0, 0), (after.Consoles.Count(), after.Serials.Count(), after.Inputs.Count(), after.Videos.Count()));
        Assert.Equal(disks, after.Disks.Select(d => d.ToXml()));
    }

    [Fact]
    public void From_one_type_without_a_device_model_to_another_every_device_stays()
    {
        var guest = Define(System(PV), new object[] { """instance of Xen_GraphicsRASD { };""", """instance of Xen_NetworkRASD { Connection = {"lan"}; Model = "netfront"; };""" });
        Host.Rewrite(guest, x => x.Replace("</devices>", "<input type='mouse' bus='xen'/><video><model type='xen' vram='4096'/></video></devices>", StringComparison.Ordinal));
        var before = Host.Definition(guest).Devices.Select(d => d.ToXml()).ToList();
        Assert.Equal(0u, Become(guest, PVH).Return);
        Assert.Equal(before, Host.Definition(guest).Devices.Select(d => d.ToXml()));
    }
}
