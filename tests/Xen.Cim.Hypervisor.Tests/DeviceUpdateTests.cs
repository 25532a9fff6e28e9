using Xen.Cim.Hypervisor.Guests;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What libvirt takes for a guest that runs, and leaves as it was.</summary>
public sealed class DeviceUpdateTests
{
    private const string Disk = "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/a.iso' index='1'/><backingStore/><target dev='sdb' bus='sata'/><alias name='sata0-0-1'/></disk>";

    [Theory]
    // Taken over.
    [InlineData("/a.iso", "/b.iso", "/a.iso", "/b.iso", null)]
    // Nothing was asked for.
    [InlineData("/a.iso", "/a.iso", "/a.iso", "/a.iso", null)]
    // Taken and forgotten.
    [InlineData("type='raw'", "type='qcow2'", "type='raw'", "type='raw'", "driver/@type as it is (raw, not qcow2)")]
    [InlineData("type='raw'", "type='raw' cache='none'", "type='raw'", "type='raw'", "out driver/@cache (none)")]
    // What libvirt numbers by itself, and puts back by itself.
    [InlineData(" index='1'", "", " index='1'", " index='4'", null)]
    [InlineData("<backingStore/>", "", "<backingStore/>", "<backingStore/>", null)]
    public void What_is_as_it_was_is_named(string part, string wanted, string old, string now, string? ignored) => Assert.Equal(ignored, DeviceUpdate.FindIgnored(
        DomainDevice.Parse(Disk), DomainDevice.Parse(Disk.Replace(part, wanted, StringComparison.Ordinal)), DomainDevice.Parse(Disk.Replace(old, now, StringComparison.Ordinal))));

    [Fact]
    public void Of_a_definition_only_the_devices_that_were_to_change_are_looked_at()
    {
        static DomainDefinition With(string watchdog, string disk = Disk) => DomainDefinition.Parse($"<domain type='qemu'><name>g</name><devices>{disk}<watchdog model='i6300esb' {watchdog}/></devices></domain>");
        var before = With("action='reset'");

        Assert.Null(DeviceUpdate.FindIgnored(before, before.Clone(), () => throw new InvalidOperationException("nothing was to change")));
        Assert.Null(DeviceUpdate.FindIgnored(before, With("action='pause'"), () => With("action='pause'")));
        Assert.Equal("out @odd (1) of the watchdog watchdog", DeviceUpdate.FindIgnored(before, With("action='pause' odd='1'"), () => With("action='pause'")));
        // A device that is new, or gone.
        Assert.Null(DeviceUpdate.FindIgnored(before, With("action='reset'", ""), () => With("action='reset'", "")));
        Assert.Null(DeviceUpdate.FindIgnored(With("action='reset'", ""), before, () => With("action='reset'", "")));
    }

    [Fact]
    public void A_device_that_was_to_go_and_is_put_back_is_named()
    {
        static DomainDefinition With(string devices) => DomainDefinition.Parse($"<domain type='qemu'><name>g</name><devices>{devices}</devices></domain>");
        const string Usb = "<controller type='usb' index='0' model='qemu-xhci'/>", Sata = "<controller type='sata' index='0'/>";
        const string Random = "<rng model='virtio'><backend model='random'>/dev/random</backend></rng>", Urandom = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>";
        const string Serial = "<serial type='pty'><target port='0'/></serial>", Face = "<console type='pty'><target type='serial' port='0'/></console>";

        Assert.StartsWith("the controller", DeviceUpdate.FindIgnored(With(Usb + Sata), With(Usb), () => With(Usb + Sata)), StringComparison.Ordinal);
        Assert.Null(DeviceUpdate.FindIgnored(With(Usb + Sata), With(Usb), () => With(Usb)));
        // Another one took its place.
        Assert.Null(DeviceUpdate.FindIgnored(With(Usb), With(""), () => With("<controller type='usb' index='0' model='piix3-uhci'/>")));
        // The second of two is the first when that is gone.
        Assert.Null(DeviceUpdate.FindIgnored(With(Random + Urandom), With(Urandom), () => With(Urandom)));
        // libvirt shows a serial port as a console too.
        Assert.Null(DeviceUpdate.FindIgnored(With(Serial + Face), With(Serial), () => With(Serial + Face)));
    }
}
