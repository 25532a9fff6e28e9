using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

public sealed class DomainDefinitionReadTests
{
    [Fact]
    public void A_paravirtualized_guest_is_read()
    {
        var guest = DomainDefinition.Parse(Samples.Pv);

        Assert.Equal("pv1", guest.Name);
        Assert.Equal(new Guid("11111111-2222-4333-8444-555555550001"), guest.Uuid);
        Assert.Equal("xen", guest.DomainType);
        Assert.Null(guest.Id);
        Assert.Equal(VirtualizationKind.Paravirtual, guest.Kind);
        Assert.Equal("linux", guest.OsType);
        Assert.Equal("x86_64", guest.Architecture);
        Assert.Equal("xenpv", guest.Machine);
        Assert.Equal("/boot/guest/vmlinuz", guest.Kernel);
        Assert.Equal("/boot/guest/initrd.img", guest.Ramdisk);
        Assert.Equal("console=hvc0 mitigations=off ip4=192.168.77.11/24", guest.CommandLine);
        Assert.Equal(262144UL, guest.MemoryKiB);
        Assert.Equal(131072UL, guest.CurrentMemoryKiB);
        Assert.Equal(2U, guest.Processors);
        Assert.Equal(1U, guest.CurrentProcessors);
        Assert.Equal("utc", guest.ClockOffset);
        Assert.Equal("destroy", guest.OnPoweroff);
        Assert.Equal("restart", guest.OnReboot);
        Assert.Equal("destroy", guest.OnCrash);
        Assert.Null(guest.Title);
        Assert.Null(guest.Description);
        Assert.Null(guest.Weight);
        Assert.Null(guest.Cap);
        Assert.Null(guest.Bootloader);
        Assert.Null(guest.Loader);
        Assert.Null(guest.Emulator);
        Assert.Empty(guest.BootDevices);
        Assert.False(guest.Acpi || guest.Apic || guest.Pae);
        Assert.Empty(guest.FindFaults());
    }

    [Fact]
    public void A_pvh_guest_in_mebibytes_is_read()
    {
        var guest = DomainDefinition.Parse(Samples.Pvh);

        Assert.Equal(VirtualizationKind.ParavirtualHardware, guest.Kind);
        Assert.Equal("xenpvh", guest.Machine);
        Assert.Equal(256UL * 1024, guest.MemoryKiB);
        Assert.Equal(128UL * 1024, guest.CurrentMemoryKiB);
        Assert.Null(guest.OnCrash);
        Assert.Empty(guest.FindFaults());
    }

    [Fact]
    public void A_running_fully_virtualized_guest_is_read()
    {
        var guest = DomainDefinition.Parse(Samples.HvmRunning);

        Assert.Equal(7, guest.Id);
        Assert.Equal(VirtualizationKind.FullyVirtual, guest.Kind);
        Assert.Equal("Mail", guest.Title);
        Assert.Equal("The mail & news server\nof Zürich", guest.Description);
        Assert.Equal(2097152UL, guest.CurrentMemoryKiB);
        Assert.Equal(4U, guest.Processors);
        Assert.Equal(4U, guest.CurrentProcessors);
        Assert.Equal("0-3", guest.CpuSet);
        Assert.Equal(512U, guest.Weight);
        Assert.Equal(50U, guest.Cap);
        Assert.Equal("2", guest.GetMetadata("requestedState"));
        Assert.Null(guest.GetMetadata("owner"));
        Assert.Equal("/usr/lib/xen/boot/hvmloader", guest.Loader);
        Assert.Equal("/usr/lib/xen/bin/qemu-system-i386", guest.Emulator);
        Assert.Equal(["cdrom", "hd"], guest.BootDevices);
        Assert.True(guest.Acpi && guest.Apic && guest.Pae);
        Assert.Equal("variable", guest.ClockOffset);
        Assert.Equal("preserve", guest.OnCrash);
        Assert.Equal([new(0, "0-1"), new(3, "2,^1")], guest.CpuPins);
        Assert.Empty(guest.FindFaults());
    }

    [Theory]
    [InlineData("<os><type>linux</type></os>", VirtualizationKind.Paravirtual)]
    [InlineData("<os><type>xen</type></os>", VirtualizationKind.Paravirtual)]
    [InlineData("<os><type>xenpvh</type></os>", VirtualizationKind.ParavirtualHardware)]
    [InlineData("<os><type>hvm</type></os>", VirtualizationKind.FullyVirtual)]
    [InlineData("<os><type>exe</type></os>", VirtualizationKind.Other)]
    [InlineData("<bootloader>/usr/bin/pygrub</bootloader>", VirtualizationKind.Paravirtual)]
    [InlineData("", VirtualizationKind.Other)]
    public void The_kind_follows_from_the_os_type(string inside, VirtualizationKind kind) =>
        Assert.Equal(kind, DomainDefinition.Parse($"<domain type='test'>{inside}</domain>").Kind);

    // The units of libvirt's formatdomain, section memory; sizes round up to a KiB.
    [Theory]
    [InlineData("<memory>1024</memory>", 1024UL)]
    [InlineData("<memory unit='b'>1025</memory>", 2UL)]
    [InlineData("<memory unit='bytes'>2048</memory>", 2UL)]
    [InlineData("<memory unit='KB'>1024</memory>", 1000UL)]
    [InlineData("<memory unit='k'>7</memory>", 7UL)]
    [InlineData("<memory unit='KiB'> 7 </memory>", 7UL)]
    [InlineData("<memory unit='MB'>1024</memory>", 1000000UL)]
    [InlineData("<memory unit='m'>3</memory>", 3072UL)]
    [InlineData("<memory unit='G'>2</memory>", 2097152UL)]
    [InlineData("<memory unit='GiB'>2</memory>", 2097152UL)]
    [InlineData("<memory unit='GB'>1</memory>", 976563UL)]
    [InlineData("<memory unit='TiB'>1</memory>", 1073741824UL)]
    [InlineData("<memory>18014398509481983</memory>", 18014398509481983UL)]
    public void Memory_is_read_in_every_unit(string memory, ulong kib) =>
        Assert.Equal(kib, DomainDefinition.Parse($"<domain>{memory}</domain>").MemoryKiB);

    [Theory]
    [InlineData("<memory>99999999999999999999</memory>", "99999999999999999999")]
    [InlineData("<memory unit='EiB'>16</memory>", "'16' in 'EiB'")]
    [InlineData("<memory unit='KiBi'>16</memory>", "'16' in 'KiBi'")]
    [InlineData("<memory unit='Q'>16</memory>", "'16' in 'Q'")]
    [InlineData("<memory>-1</memory>", "-1")]
    [InlineData("<memory>lots</memory>", "lots")]
    [InlineData("<memory/>", "''")]
    public void Absurd_memory_reads_as_null_and_is_named_as_a_fault(string memory, string said)
    {
        var guest = DomainDefinition.Parse($"<domain><name>x</name>{memory}</domain>");

        Assert.Null(guest.MemoryKiB);
        Assert.Null(guest.CurrentMemoryKiB);
        var fault = Assert.Single(guest.FindFaults());
        Assert.Contains("<memory>", fault, StringComparison.Ordinal);
        Assert.Contains(said, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_number_that_is_none_is_a_fault_and_the_rest_stays_readable()
    {
        var guest = DomainDefinition.Parse("""
            <domain id='x'><name>sick</name><uuid>nonsense</uuid><memory>1</memory><currentMemory>2e3</currentMemory>
            <vcpu current='-1'>99999999999</vcpu><cputune><shares>1.5</shares></cputune>
            <metadata><c:guest xmlns:c='urn:xen-cim:1.0'><c:cap>half</c:cap></c:guest></metadata>
            <devices><disk><source file='/a'/></disk></devices></domain>
            """);

        Assert.Null(guest.Id);
        Assert.Null(guest.Uuid);
        Assert.Null(guest.CurrentMemoryKiB);
        Assert.Null(guest.Processors);
        Assert.Null(guest.CurrentProcessors);
        Assert.Null(guest.Weight);
        Assert.Null(guest.Cap);
        Assert.Equal("sick", guest.Name);
        var faults = string.Join('\n', guest.FindFaults());
        foreach (var what in (string[])["uuid", "currentMemory", "vcpu", "vcpu current", "shares", "xencim:cap", "disk"])
            Assert.Contains($"<{what}>", faults, StringComparison.Ordinal);
        Assert.Equal(7, guest.FindFaults().Count);
    }

    [Fact]
    public void A_domain_without_anything_reads_as_empty()
    {
        var guest = DomainDefinition.Parse("<domain/>");

        Assert.Equal("", guest.Name);
        Assert.Null(guest.Uuid);
        Assert.Null(guest.MemoryKiB);
        Assert.Equal(1U, guest.Processors);
        Assert.Empty(guest.Devices);
        Assert.Equal(["<name> is missing", "<memory> is missing"], guest.FindFaults());
    }

    [Fact]
    public void Domain_0_has_a_uuid_of_zeros() =>
        Assert.Equal(Guid.Empty, DomainDefinition.Parse("<domain><uuid>00000000-0000-0000-0000-000000000000</uuid></domain>").Uuid);
}
