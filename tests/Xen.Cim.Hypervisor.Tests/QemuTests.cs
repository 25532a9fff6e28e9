using System.Runtime.Versioning;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>QEMU's driver in an unprivileged libvirtd, with a guest that runs in software emulation and has nothing to boot.</summary>
public sealed class QemuTests
{
    private static readonly Guid Guest = Guid.Parse("77777777-0000-4000-8000-000000000002");

    private const string Xml = """
        <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
          <name>probe</name>
          <uuid>77777777-0000-4000-8000-000000000002</uuid>
          <title>A title</title>
          <metadata><other:note xmlns:other='http://example.org/other'>keep me</other:note></metadata>
          <memory unit='KiB'>65536</memory>
          <vcpu current='1'>2</vcpu>
          <os><type arch='x86_64'>hvm</type></os>
          <features><acpi/></features>
          <clock offset='localtime'/>
          <devices>
            <graphics type='vnc' port='-1' autoport='yes' passwd='secret'/>
          </devices>
          <qemu:commandline><qemu:env name='PROBE' value='1'/></qemu:commandline>
        </domain>
        """;

    [Fact]
    public void A_file_that_came_into_a_pool_by_itself_is_found()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        var folder = Directory.CreateDirectory(Path.Combine(daemon.Folder, "images")).FullName;
        using var connection = Libvirt.Connection.Open(daemon.QemuUri);
        using var pool = connection.CreateStoragePool($"<pool type='dir'><name>images</name><target><path>{folder}</path></target></pool>");
        var file = Path.Combine(folder, "copied.img");
        try
        {
            Assert.False(LibvirtHypervisor.InStoragePool(connection, file));
            File.WriteAllText(file, "copied by hand");
            Assert.True(LibvirtHypervisor.InStoragePool(connection, file));
            Assert.Null(LibvirtHypervisor.InStoragePool(connection, "/elsewhere/copied.img"));
        }
        finally
        {
            pool.Destroy();
        }
    }

    [Fact]
    public void The_host_tells_what_processors_and_pages_guests_can_have()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, new LogLines());
        Assert.Contains("qemu64", hypervisor.ListProcessorModels("x86_64")!);
        Assert.DoesNotContain("qemu64", hypervisor.ListProcessorModels("aarch64") ?? []);
        Assert.Equal(["warp", "<odd>"], hypervisor.FindUnknownProcessorFeatures("x86_64", ["aes", "warp", "svm", "<odd>"]));
        Assert.Equal([false, true, true], ((string[])["AMD", "Cyberdyne", "<odd>"]).Select(v => hypervisor.IsUnknownProcessorVendor("x86_64", v)));
        Assert.Contains((ulong)Environment.SystemPageSize / 1024, hypervisor.GetHost().PageSizesKiB);
        // This libvirtd has none; an unprivileged one does not know what that is.
        Assert.Empty(hypervisor.ListNetworkFilters() ?? []);
        using var simulated = LibvirtHypervisor.Create(new HypervisorOptions { Uri = "test:///default" }, new LogLines());
        Assert.Null(simulated.ListNetworkFilters());
        Assert.Empty(simulated.FindUnknownProcessorFeatures("i686", ["warp"]));
    }

    [Fact]
    public void A_real_guest_goes_through_its_life()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, new LogLines());
        Assert.Equal(HypervisorDriver.Qemu, hypervisor.GetHost().Driver);
        Assert.Null(hypervisor.FindGuest(Guest));

        Assert.Equal(GuestState.Off, hypervisor.Define(DomainDefinition.Parse(Xml)).State);
        var before = hypervisor.GetDefinition(Guest, ConfigurationKind.Defined)!.ToXml();
        Assert.True(hypervisor.ChangeDefinition(Guest, d => d.Description = "changed"));
        Assert.True(hypervisor.ChangeDefinition(Guest, d => d.Description = null));
        Assert.Equal(before, hypervisor.GetDefinition(Guest, ConfigurationKind.Defined)!.ToXml());
        foreach (var kept in (string[])["secret", "keep me", "PROBE", "A title", "localtime"])
            Assert.Contains(kept, before, StringComparison.Ordinal);

        hypervisor.Start(Guest);
        try
        {
            Assert.Equal(GuestState.Running, hypervisor.FindGuest(Guest)!.State);
            hypervisor.Pause(Guest);
            Assert.Equal(GuestState.Paused, hypervisor.FindGuest(Guest)!.State);
            hypervisor.Resume(Guest);
            hypervisor.Reset(Guest);
            Assert.Equal(GuestState.Running, hypervisor.FindGuest(Guest)!.State);
            Assert.Equal(HypervisorError.InvalidState, Assert.Throws<HypervisorException>(() => hypervisor.Start(Guest)).Error);
            // A daemon of a user has no schedulers, and is not asked again.
            Assert.Null(hypervisor.GetScheduler(Guest));
            daemon.Freeze();
            Assert.Null(hypervisor.GetScheduler(Guest));
            daemon.Thaw();
            var cards = Interfaces(hypervisor);
            var card = DomainDevice.Parse("<interface type='user'><mac address='52:54:00:12:34:56'/><model type='virtio'/></interface>");
            hypervisor.AttachDevice(Guest, card);
            Assert.Equal(cards + 1, Interfaces(hypervisor));
            Assert.Empty(hypervisor.GetDefinition(Guest, ConfigurationKind.Defined)!.Interfaces);
            hypervisor.SetStatisticsPeriod(Guest, 5);
            Assert.Equal("5", Balloon(hypervisor, ConfigurationKind.State).GetParameter("stats/@period"));
            Assert.Null(Balloon(hypervisor, ConfigurationKind.Defined).GetParameter("stats/@period"));
            hypervisor.SetStatisticsPeriod(Guest, 0);
            Assert.Null(Balloon(hypervisor, ConfigurationKind.State).GetParameter("stats/@period"));
            hypervisor.ChangeDefinition(Guest, d => d.MemoryKiB = 131072);
            Assert.Equal(65536ul, hypervisor.GetDefinition(Guest, ConfigurationKind.State)!.MemoryKiB);
            Assert.Equal(131072ul, hypervisor.GetDefinition(Guest, ConfigurationKind.Defined)!.MemoryKiB);
            hypervisor.Save(Guest);
            Assert.Equal(GuestState.Saved, hypervisor.FindGuest(Guest)!.State);
            Assert.Equal(GuestState.Saved, Assert.Single(hypervisor.ListGuests()).State);
            hypervisor.Start(Guest);
            hypervisor.Destroy(Guest);
            Assert.Equal(GuestState.Off, hypervisor.FindGuest(Guest)!.State);
            hypervisor.Start(Guest);
            Assert.Throws<HypervisorException>(() => hypervisor.Describe(Guest, "a\u0001b", null));
            Assert.Equal("A title", hypervisor.GetDefinition(Guest, ConfigurationKind.State)!.Title);
            // Nothing runs in it that could let go of a device.
            hypervisor.AttachDevice(Guest, card);
            var kept = Assert.Throws<HypervisorException>(() => hypervisor.DetachDevice(Guest, card));
            Assert.Contains("let go", kept.Message, StringComparison.Ordinal);
            Assert.Equal(cards + 1, Interfaces(hypervisor));
        }
        finally
        {
            hypervisor.Remove(Guest);
        }
        Assert.Empty(hypervisor.ListGuests());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_medium_goes_into_a_running_guest_and_out_again()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, new LogLines());
        var folder = Directory.CreateTempSubdirectory("xen-cim-media");
        try
        {
            string[] media = [Path.Combine(folder.FullName, "one.iso"), Path.Combine(folder.FullName, "two.iso")];
            foreach (var medium in media)
                File.WriteAllBytes(medium, new byte[64 * 1024]);
            foreach (var open in media.Append(folder.FullName))
                File.SetUnixFileMode(open, (UnixFileMode)0b111_101_101);
            var definition = DomainDefinition.Parse(Xml);
            definition.Add(new DiskDevice { Device = "cdrom", Bus = definition.DefaultBusOf("cdrom"), TargetDevice = "hda", ReadOnly = true });
            hypervisor.Define(definition);
            hypervisor.Start(Guest);
            // Firmware that looks for something to boot may close the tray between its opening and the change.
            hypervisor.Pause(Guest);
            try
            {
                Assert.Null(Drive(hypervisor, ConfigurationKind.State).Source);
                foreach (var medium in (string?[])[media[0], media[1], null, media[0]])
                {
                    var drive = (DiskDevice)Drive(hypervisor, ConfigurationKind.State).Clone();
                    drive.Source = medium;
                    hypervisor.UpdateDevice(Guest, drive);
                    Assert.Equal(medium, Drive(hypervisor, ConfigurationKind.State).Source);
                    Assert.Null(Drive(hypervisor, ConfigurationKind.Defined).Source);
                }
            }
            finally
            {
                hypervisor.Remove(Guest);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Memory_nodes_change_where_there_are_control_groups_and_are_refused_with_libvirts_words_elsewhere()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, new LogLines());
        hypervisor.Define(DomainDefinition.Parse(Xml));
        hypervisor.Start(Guest);
        try
        {
            HypervisorException? refusal = null;
            try
            {
                hypervisor.SetNumaNodes(Guest, "0");
            }
            catch (HypervisorException e)
            {
                refusal = e;
            }
            Assert.True(refusal is null || refusal.Error == HypervisorError.NotSupported, refusal?.Message);
            Assert.Equal(refusal is null ? "0" : null, hypervisor.GetDefinition(Guest, ConfigurationKind.State)!.NumaNodes);
            Assert.Null(hypervisor.GetDefinition(Guest, ConfigurationKind.Defined)!.NumaNodes);
        }
        finally
        {
            hypervisor.Remove(Guest);
        }
    }

    private static OtherDevice Balloon(LibvirtHypervisor hypervisor, ConfigurationKind kind) => hypervisor.GetDefinition(Guest, kind)!.OtherDevices.Single(d => d.ElementName == "memballoon");

    private static DiskDevice Drive(LibvirtHypervisor hypervisor, ConfigurationKind kind) => hypervisor.GetDefinition(Guest, kind)!.Disks.Single();

    private static int Interfaces(LibvirtHypervisor hypervisor) => hypervisor.GetDefinition(Guest, ConfigurationKind.State)!.Interfaces.Count();
}
