using System.Diagnostics;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests.Definitions;

/// <summary>libvirt itself (its test driver, inside virsh) says whether what we write is right, and what it makes of it.</summary>
public sealed class LibvirtRoundTripTests
{
    [Theory]
    [InlineData(VirtualizationKind.Paravirtual)]
    [InlineData(VirtualizationKind.ParavirtualHardware)]
    [InlineData(VirtualizationKind.FullyVirtual)]
    public void A_new_domain_is_taken_with_all_that_was_set(VirtualizationKind kind)
    {
        var guest = DomainDefinition.Create(kind, HypervisorDriver.Test, null, "fresh", Guid.NewGuid());
        guest.Title = "A title";
        guest.Description = "Zürich & <more>\nlines";
        guest.MemoryKiB = 400000;
        guest.CurrentMemoryKiB = 300000;
        guest.Processors = 4;
        guest.CurrentProcessors = 2;
        guest.Weight = 300;
        guest.Cap = 75;
        guest.Kernel = "/boot/vmlinuz";
        guest.Ramdisk = "/boot/initrd";
        guest.CommandLine = "root=/dev/xvda \"quoted\" 'too'";
        guest.OnCrash = "preserve";
        guest.Add(new DiskDevice { Source = "/images/a b.img", TargetDevice = guest.NextDiskTarget("xen"), Bus = "xen", DriverName = "qemu", DriverType = "raw", ReadOnly = true });
        guest.Add(new DiskDevice { SourceType = "volume", Source = "default-pool/v", TargetDevice = guest.NextDiskTarget("xen"), Bus = "xen", Shareable = true });
        guest.Add(new NetworkInterface { Source = "xenbr0", Script = "vif-bridge", InboundAverageKiBps = 1000, OutboundAverageKiBps = 10 });
        guest.Add(new NetworkInterface { Type = "network", Source = "default", Mac = "00:16:3e:00:00:99" });

        var kept = Define(guest);

        Assert.Equal((guest.Name, guest.Uuid, guest.Title, guest.Description), (kept.Name, kept.Uuid, kept.Title, kept.Description));
        Assert.Equal((kind, guest.OsType, "test"), (kept.Kind, kept.OsType, kept.DomainType));
        Assert.Equal((400000UL, 300000UL, 4U, 2U), (kept.MemoryKiB, kept.CurrentMemoryKiB, kept.Processors, kept.CurrentProcessors));
        Assert.Equal((300U, 75U), (kept.Weight, kept.Cap));
        Assert.Equal((guest.Kernel, guest.Ramdisk, guest.CommandLine), (kept.Kernel, kept.Ramdisk, kept.CommandLine));
        Assert.Equal(("destroy", "restart", "preserve", "utc"), (kept.OnPoweroff, kept.OnReboot, kept.OnCrash, kept.ClockOffset));
        Assert.Equal((guest.Acpi, guest.Apic), (kept.Acpi, kept.Apic));
        foreach (var device in guest.Devices)
            Assert.NotNull(kept.FindDevice(device.DeviceId));
        foreach (var disk in guest.Disks)
            Assert.True(disk.ContentEquals(kept.FindDevice(disk.DeviceId)!), kept.FindDevice(disk.DeviceId)!.ToXml());
        foreach (var nic in guest.Interfaces)
        {
            var same = Assert.IsType<NetworkInterface>(kept.FindDevice(nic.DeviceId));
            // The test driver names the host's side.
            same.TargetDevice = null;
            Assert.True(nic.ContentEquals(same), same.ToXml());
        }
        Assert.Empty(kept.FindFaults());
    }

    [Fact]
    public void What_libvirt_wrote_is_written_back_without_a_difference()
    {
        var kept = Define(DomainDefinition.Parse(Samples.Pv.Replace("type='xen'>", "type='test'>", StringComparison.Ordinal).Replace(">linux<", ">xen<", StringComparison.Ordinal)));

        Assert.True(kept.ContentEquals(Define(kept)));
        kept.MemoryKiB = 524288;
        kept.Weight = 77;
        kept.Disks.First().DriverCache = "none";
        var changed = Define(kept);
        Assert.True(changed.ContentEquals(kept), changed.ToXml());
        // libvirt writes in our order and with our indentation: the text is the same but for the quotes.
        Assert.Equal(kept.ToXml(), changed.ToXml());
    }

    [Fact]
    public void A_clone_can_be_defined_beside_its_original()
    {
        var original = Virsh("dumpxml --security-info test")!;
        var clone = DomainDefinition.Parse(original).CloneAs("clone", Guid.NewGuid());

        var kept = Define(clone);

        Assert.Equal(clone.Uuid, kept.Uuid);
        Assert.Equal(Assert.Single(clone.Interfaces).Mac, Assert.Single(kept.Interfaces).Mac);
        Assert.Equal("/guest/diskimage1", Assert.Single(kept.Disks).Source);
    }

    [Fact]
    public void The_test_driver_s_host_is_read()
    {
        var capabilities = CapabilitiesDefinition.Parse(Virsh("capabilities"));
        Assert.Equal([new NumaCell(0, 2097152, 8), new NumaCell(1, 4194304, 8)], capabilities.Cells);
        Assert.Equal(["hvm", "xen"], capabilities.GuestKinds.Select(k => k.OsType));
        Assert.Equal("virbr0", NetworkDefinition.Parse(Virsh("net-dumpxml default")).Bridge);
        Assert.Equal(("dir", 107374182400UL), StoragePoolDefinition.Parse(Virsh("pool-dumpxml default-pool")) is var pool ? (pool.Type, pool.Capacity) : default);
    }

    [Fact]
    public void Processor_pages_firmware_and_devices_are_taken_as_they_were_set()
    {
        var guest = DomainDefinition.Create(VirtualizationKind.FullyVirtual, HypervisorDriver.Test, null, "tuned", Guid.NewGuid());
        guest.Processors = 8;
        (guest.CpuModel, guest.CpuFallback, guest.CpuMatch, guest.CpuCheck, guest.CpuVendor) = ("Westmere", "forbid", "exact", "partial", "Intel");
        guest.CpuFeatures = [KeyValuePair.Create("vmx", "disable"), KeyValuePair.Create("pcid", "require")];
        guest.CpuTopology = new(1, 2, 2, 2);
        (guest.CpuCache, guest.CpuAddresses) = (("emulate", 3), ("emulate", 42));
        guest.MemoryKiB = 393216;
        guest.NumaCells = [new(262144) { Processors = "0-3,6", Access = "shared", Discard = "yes", Distances = "10,21" }, new(131072) { Processors = "4-5,7", Distances = "21,10" }];
        (guest.HugePages, guest.HugePageKiB, guest.LockedMemory, guest.SharesSamePages, guest.DiscardsMemory) = (true, 2048, true, false, true);
        (guest.MemorySource, guest.MemoryAccess, guest.MemoryAllocation) = ("memfd", "shared", "immediate");
        (guest.NumaMode, guest.NumaNodes) = ("strict", "0-1");
        (guest.Loader, guest.LoaderType, guest.LoaderReadOnly, guest.LoaderSecure) = ("/usr/share/OVMF/CODE.fd", "pflash", true, false);
        (guest.Nvram, guest.NvramTemplate) = ("/srv/vars.fd", "/usr/share/OVMF/VARS.fd");
        var nic = new NetworkInterface { Source = "br0", OutboundAverageKiBps = 100, InboundAverageKiBps = 200, Mtu = 9000, FilterName = "clean-traffic" };
        nic.SetBandwidth("outbound", "peak", 300);
        nic.SetBandwidth("inbound", "burst", 64);
        nic.FilterParameters = [KeyValuePair.Create("IP", "192.0.2.7"), KeyValuePair.Create("IP", "192.0.2.8")];
        guest.Add(nic);
        foreach (var (kind, parameters) in ((string, (string, string)[])[])
            [
                ("watchdog", [("@model", "i6300esb"), ("@action", "pause")]), ("rng", [("@model", "virtio"), ("rate/@bytes", "512"), ("backend/@model", "random"), ("backend", "/dev/random")]),
                ("tpm", [("@model", "tpm-crb"), ("backend/@type", "emulator"), ("backend/@version", "2.0")]), ("sound", [("@model", "ich6"), ("codec/@type", "micro"), ("codec[2]/@type", "duplex")]),
                ("memballoon", [("@model", "virtio"), ("stats/@period", "10")]), ("vsock", [("@model", "virtio"), ("cid/@auto", "yes")]),
            ])
        {
            var device = new OtherDevice(kind);
            foreach (var (name, value) in parameters)
                device.SetParameter(name, value);
            guest.Add(device);
        }

        var kept = Define(guest);

        Assert.True(guest.HasSameCpu(kept), kept.ToXml());
        Assert.True(guest.HasSameMemoryBacking(kept), kept.ToXml());
        Assert.Equal(guest.NumaCells, kept.NumaCells);
        Assert.Equal((("emulate", 3u), ("emulate", 42u), 393216ul), (kept.CpuCache, kept.CpuAddresses, kept.MemoryKiB));
        Assert.Equal((guest.Loader, "pflash", true, false, guest.Nvram, guest.NvramTemplate), (kept.Loader, kept.LoaderType, kept.LoaderReadOnly, kept.LoaderSecure, kept.Nvram, kept.NvramTemplate));
        var same = Assert.Single(kept.Interfaces);
        Assert.Equal((9000u, 300ul, 64ul, null), (same.Mtu, same.GetBandwidth("outbound", "peak"), same.GetBandwidth("inbound", "burst"), same.GetBandwidth("inbound", "peak")));
        Assert.Equal(nic.FilterParameters.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))), same.FilterParameters.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))));
        foreach (var device in guest.OtherDevices)
            Assert.Equal(device.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal), kept.FindDevice(device.DeviceId)!.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal));
        // All of it can be taken away again.
        (guest.CpuMode, guest.CpuTopology, guest.HugePages, guest.LockedMemory, guest.SharesSamePages, guest.DiscardsMemory) = (null, null, false, false, true, false);
        (guest.MemorySource, guest.MemoryAccess, guest.MemoryAllocation, guest.NumaMode, guest.NumaNodes) = (null, null, null, null, null);
        guest.NumaCells = [];
        foreach (var gone in (string[])["<cpu", "memoryBacking", "numatune"])
            Assert.DoesNotContain(gone, Define(guest).ToXml(), StringComparison.Ordinal);
    }

    private static DomainDefinition Define(DomainDefinition guest)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, guest.ToXml());
            return DomainDefinition.Parse(Virsh($"define {file}; dumpxml --inactive --security-info {guest.Name}"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Virsh(string commands)
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "virsh"))), "virsh is not installed");
        using var virsh = Process.Start(new ProcessStartInfo("virsh", ["-q", "-c", "test:///default", commands])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        var errors = virsh.StandardError.ReadToEndAsync();
        var text = virsh.StandardOutput.ReadToEnd();
        Assert.True(virsh.WaitForExit(30_000));
        Assert.True(virsh.ExitCode == 0, errors.Result);
        return text;
    }
}
