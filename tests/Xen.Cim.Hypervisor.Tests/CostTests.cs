using System.Collections.Concurrent;
using Libvirt;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>Descriptors and memory are the whole process's: nothing runs beside these.</summary>
[CollectionDefinition(nameof(CostTests), DisableParallelization = true)]
[Collection(nameof(CostTests))]
public sealed class CostTests
{
    [Fact]
    public void Outages_leave_nothing_behind_and_events_go_on()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(DaemonTests.Quick(daemon.Uri), new LogLines());
        var events = new ConcurrentQueue<GuestEvent>();
        hypervisor.GuestChanged += events.Enqueue;
        using var watch = hypervisor.Watch();
        Outage();
        var (files, threads, memory) = (Files(), hypervisor.Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
        for (var i = 0; i < 8; i++)
            Outage();
        Eventually.True(() => hypervisor.Threads.Abandoned == 0, "the end of the calls that were left");
        Eventually.True(() => Files() <= files + 4, "the descriptors are closed");
        Assert.InRange(hypervisor.Threads.Count, 0, threads + 2);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 1024 * 1024);

        void Outage()
        {
            daemon.Freeze();
            Assert.Throws<HypervisorException>(hypervisor.ListGuests);
            daemon.Kill();
            Assert.Throws<HypervisorException>(hypervisor.ListGuests);
            daemon.Restart();
            Eventually.True(() => DaemonTests.Succeeds(hypervisor), "the connection after the daemon's start");
            var guest = Assert.Single(hypervisor.ListGuests()).Uuid;
            events.Clear();
            hypervisor.Pause(guest);
            Eventually.True(() => events.Any(e => e.Kind == GuestEventKind.Suspended), "the event after the daemon came back");
        }

        static int Files() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
    }

    [Fact]
    public void A_guest_takes_no_more_memory_than_it_may()
    {
        const int Guests = 150;
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        var folders = new DaemonFolders(Path.Combine(daemon.Folder, "config/libvirt/qemu"), Path.Combine(daemon.Folder, "run/libvirt/qemu/run"), Path.Combine(daemon.Folder, "config/libvirt/qemu/save"));
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri, DaemonFolders = folders }, new LogLines());
        using var others = Connection.Open(daemon.QemuUri);
        DefineAndRead("first");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        DefineAndRead("second");
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Guests, 1024, 40 * 1024);
        Assert.Equal(2 * Guests, hypervisor.DefinitionCache.Count);

        void DefineAndRead(string name)
        {
            for (var i = 0; i < Guests; i++)
                others.DefineDomain(InventoryTests.Xml($"{name}-{i}", Guid.NewGuid(), "qemu")).Dispose();
            var uuids = hypervisor.ListGuests().Select(g => g.Uuid).ToList();
            foreach (var reading in hypervisor.GetDefinitions([.. uuids.SelectMany(u => (ConfigurationKey[])[new(u, ConfigurationKind.State), new(u, ConfigurationKind.Defined)])]))
                Assert.NotNull(reading.Definition);
        }
    }
}
