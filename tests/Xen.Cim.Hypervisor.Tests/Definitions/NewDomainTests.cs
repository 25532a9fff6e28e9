using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class NewDomainTests
{
    private static readonly Guid Id = new("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");

    [Theory]
    [InlineData(VirtualizationKind.Paravirtual, HypervisorDriver.Xen, "xen", "linux", "xenpv")]
    [InlineData(VirtualizationKind.ParavirtualHardware, HypervisorDriver.Xen, "xen", "xenpvh", "xenpvh")]
    [InlineData(VirtualizationKind.FullyVirtual, HypervisorDriver.Xen, "xen", "hvm", "xenfv")]
    // Of a guest of the type "linux" the test driver drops the kernel.
    [InlineData(VirtualizationKind.Paravirtual, HypervisorDriver.Test, "test", "xen", null)]
    [InlineData(VirtualizationKind.ParavirtualHardware, HypervisorDriver.Test, "test", "xenpvh", null)]
    [InlineData(VirtualizationKind.FullyVirtual, HypervisorDriver.Test, "test", "hvm", null)]
    [InlineData(VirtualizationKind.FullyVirtual, HypervisorDriver.Qemu, "qemu", "hvm", null)]
    public void A_new_domain_has_the_types_of_its_driver(VirtualizationKind kind, HypervisorDriver driver, string domainType, string osType, string? machine)
    {
        var guest = DomainDefinition.Create(kind, driver, null, "new <one>", Id);

        Assert.Equal((domainType, osType, machine, kind), (guest.DomainType, guest.OsType, guest.Machine, guest.Kind));
        Assert.Equal(("new <one>", Id), (guest.Name, guest.Uuid));
        Assert.Equal((DomainDefinition.DefaultMemoryKiB, DomainDefinition.DefaultMemoryKiB, 1U), (guest.MemoryKiB, guest.CurrentMemoryKiB, guest.Processors));
        Assert.Equal(("destroy", "restart", "destroy", "utc"), (guest.OnPoweroff, guest.OnReboot, guest.OnCrash, guest.ClockOffset));
        Assert.Equal(kind == VirtualizationKind.FullyVirtual ? "serial" : "xen", Assert.Single(guest.Consoles).TargetType);
        Assert.Equal(kind == VirtualizationKind.FullyVirtual, guest.Acpi && guest.Apic);
        Assert.Empty(guest.Disks);
        Assert.Empty(guest.Interfaces);
        Assert.Empty(guest.FindFaults());
    }

    [Fact]
    public void The_capabilities_give_machine_loader_and_emulator()
    {
        var support = new GuestKindSupport("hvm", "x86_64", "kvm", "/usr/bin/qemu", "/usr/share/bios", ["pc-q35", "pc"]);
        var guest = DomainDefinition.Create(VirtualizationKind.FullyVirtual, HypervisorDriver.Qemu, support, "a", Id);

        Assert.Equal(("kvm", "x86_64", "pc-q35"), (guest.DomainType, guest.Architecture, guest.Machine));
        Assert.Equal(("/usr/bin/qemu", "/usr/share/bios"), (guest.Emulator, guest.Loader));
        Assert.Equal(["serial", "console"], guest.Devices.Select(d => d.ElementName));
        Assert.True(guest.Acpi && guest.Apic);
        Assert.False(guest.Pae);

        var arm = DomainDefinition.Create(VirtualizationKind.FullyVirtual, HypervisorDriver.Qemu, support with { Architecture = "aarch64" }, "a", Id);
        Assert.False(arm.Acpi || arm.Apic || arm.Pae);
    }

    [Fact]
    public void Xen_finds_its_own_emulator_and_firmware()
    {
        // What its capabilities name is not there on every distribution, and then the guest would not start.
        var support = new GuestKindSupport("hvm", "x86_64", "xen", "/usr/lib/xen/bin/qemu-system-i386", "/usr/lib/xen/boot/hvmloader", ["xenfv"]);
        var guest = DomainDefinition.Create(VirtualizationKind.FullyVirtual, HypervisorDriver.Xen, support, "a", Id);

        Assert.Equal(("xen", "xenfv"), (guest.DomainType, guest.Machine));
        Assert.Null(guest.Emulator);
        Assert.Null(guest.Loader);
    }

    [Theory]
    [InlineData(VirtualizationKind.Other, HypervisorDriver.Xen)]
    [InlineData(VirtualizationKind.Paravirtual, HypervisorDriver.Qemu)]
    [InlineData(VirtualizationKind.ParavirtualHardware, HypervisorDriver.Qemu)]
    public void What_a_driver_does_not_have_is_not_supported(VirtualizationKind kind, HypervisorDriver driver) =>
        Assert.Equal(HypervisorError.NotSupported,
            Assert.Throws<HypervisorException>(() => DomainDefinition.Create(kind, driver, null, "a", Id)).Error);

    [Fact]
    public void A_clone_renews_what_must_be_unique_and_keeps_the_rest()
    {
        var original = DomainDefinition.Parse(Samples.HvmRunning);
        var before = original.ToXml();

        var clone = original.CloneAs("hvm2", Id);

        var macs = clone.Interfaces.Select(i => i.Mac!).ToList();
        Assert.All(macs, mac => Assert.StartsWith("00:16:3e:", mac, StringComparison.Ordinal));
        Assert.Equal(4, macs.Concat(original.Interfaces.Select(i => i.Mac!)).Distinct().Count());
        var expected = before
            .Replace(" id=\"7\"", "", StringComparison.Ordinal)
            .Replace("<name>hvm1<", "<name>hvm2<", StringComparison.Ordinal)
            .Replace("11111111-2222-4333-8444-555555550004", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", StringComparison.Ordinal)
            .Replace("43dc0cf8-809b-4adb-9bea-a9abb5f3d90e", "", StringComparison.Ordinal)
            .Replace("\n      <xencim:requestedState>2</xencim:requestedState>", "", StringComparison.Ordinal)
            .Replace("/var/lib/libvirt/nvram/hvm1.fd", "", StringComparison.Ordinal)
            .Replace("<source dev=\"/dev/vg0/hvm1\" index=\"2\" />\n      <backingStore />", "<source dev=\"/dev/vg0/hvm1\" />", StringComparison.Ordinal)
            .Replace("\n      <alias name=\"ide0-0-0\" />", "", StringComparison.Ordinal)
            .Replace("00:16:3E:00:00:41", macs[0], StringComparison.Ordinal)
            .Replace("00:16:3e:00:00:42", macs[1], StringComparison.Ordinal)
            .Replace(" portid=\"4e0f0a68-6a40-4e28-9d3b-5a8e0a7fe6a1\" bridge=\"virbr1\"", "", StringComparison.Ordinal)
            .Replace("\n      <target dev=\"vif7.0\" />", "", StringComparison.Ordinal)
            .Replace("\n      <target dev=\"vif7.1\" />", "", StringComparison.Ordinal)
            .Replace(" interfaceid=\"09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f\"", "", StringComparison.Ordinal)
            .Replace("\n      <source path=\"/dev/pts/4\" />", "", StringComparison.Ordinal)
            .Replace(" tty=\"/dev/pts/4\"", "", StringComparison.Ordinal)
            .Replace("port=\"5903\" autoport=\"no\"", "port=\"-1\" autoport=\"yes\"", StringComparison.Ordinal);
        var label = expected.IndexOf("\n  <seclabel type=\"dynamic\"", StringComparison.Ordinal);
        expected = expected.Remove(label, expected.IndexOf("</seclabel>", label, StringComparison.Ordinal) + "</seclabel>".Length - label);
        // An element left empty is written either way.
        Assert.True(DomainDefinition.Parse(expected).ContentEquals(clone), clone.ToXml());
        Assert.Equal(before, original.ToXml());
    }

    [Fact]
    public void A_clone_of_an_inactive_guest_keeps_what_its_owner_wrote()
    {
        var original = DomainDefinition.Parse("""
            <domain type='kvm'>
              <name>a</name><uuid>11111111-2222-4333-8444-555555550009</uuid><memory>1024</memory>
              <devices>
                <disk type='file' device='disk'>
                  <source file='/a'/>
                  <backingStore type='file'><format type='raw'/><source file='/base'/></backingStore>
                  <target dev='vda' bus='virtio'/>
                  <alias name='ua-root'/>
                </disk>
                <serial type='file'><source path='/var/log/a'/><target port='0'/></serial>
                <graphics type='sdl'/>
                <graphics type='spice' port='5901' tlsPort='5902' autoport='no'><listen type='socket' socket='/run/a.sock'/></graphics>
              </devices>
              <seclabel type='dynamic' model='selinux'><baselabel>s0</baselabel><label>s0:c1</label></seclabel>
            </domain>
            """);

        var clone = original.CloneAs("b", Id);

        foreach (var id in (string[])["vda", "serial-0", "graphics-sdl"])
            Assert.True(original.FindDevice(id)!.ContentEquals(clone.FindDevice(id)!), id);
        Assert.True(DomainDevice.Parse("<graphics type='spice' port='-1' autoport='yes'><listen type='socket'/></graphics>")
            .ContentEquals(clone.FindDevice("graphics-spice")!));
        Assert.Contains("<seclabel type=\"dynamic\" model=\"selinux\"><baselabel>s0</baselabel></seclabel>", clone.ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_spread_over_the_range_of_xen()
    {
        var addresses = Enumerable.Range(0, 200).Select(_ => MacAddress.Random()).ToHashSet();

        Assert.True(addresses.Count > 190);
        Assert.All(addresses, a => Assert.Equal(a, MacAddress.Normalize(a)));
        Assert.All(addresses, a => Assert.False(MacAddress.IsMulticast(a)));
    }

    [Theory]
    [InlineData("00:16:3E:AA:bb:01", "00:16:3e:aa:bb:01")]
    [InlineData("00-16-3E-AA-BB-01", "00:16:3e:aa:bb:01")]
    [InlineData("00163EAABB01", "00:16:3e:aa:bb:01")]
    [InlineData(" 00163EAABB01 ", "00:16:3e:aa:bb:01")]
    [InlineData("00163EAABB0", null)]
    [InlineData("00:16:3E:AA:BB:0", null)]
    [InlineData("00.16.3E.AA.BB.01", null)]
    [InlineData("00:16:3E:AA:BB:0x", null)]
    [InlineData(null, null)]
    public void Addresses_are_normalized(string? address, string? normal) => Assert.Equal(normal, MacAddress.Normalize(address));
}
