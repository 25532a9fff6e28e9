using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor.Statistics;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>What guests and hosts have used up, call by call (libvirt's simulated host) and together (QEMU).</summary>
public sealed class StatisticsTests
{
    [Fact]
    public void Running_guests_are_counted_where_each_kind_takes_a_call()
    {
        using var hypervisor = SmallHost.Open();

        var all = hypervisor.ReadStatistics();

        var running = hypervisor.ListGuests().Where(g => g.IsActive).ToList();
        Assert.Equal(running.Select(g => (g.Uuid, g.Id)).Order(), all.Select(s => (s.Uuid, (int?)s.Id)).Order());
        var web = all.Single(s => s.Uuid == SmallHost.Web);
        Assert.Equal((2u, 524288ul), (web.Processors, web.MemoryKiB));
        Assert.NotNull(web.ProcessorTime);
        Assert.Equal([0u, 1u], web.VirtualProcessors.Select(p => p.Number));
        Assert.All(web.VirtualProcessors, p => Assert.NotNull(p.Time));
        Assert.Equal("xvda", Assert.Single(web.Disks).Target);
        Assert.NotNull(web.Disks[0].ReadBytes);
        Assert.True(Assert.Single(web.Interfaces).IsOf(hypervisor.GetDefinition(SmallHost.Web, ConfigurationKind.State)!.Interfaces.First()));
        Assert.NotNull(web.Interfaces[0].ReceivedBytes);
        // It ran before anybody looked.
        Assert.Null(web.Uptime);
    }

    [Fact]
    public void One_guest_is_read_alone_and_one_that_is_off_not_at_all()
    {
        using var hypervisor = SmallHost.Open();

        Assert.Equal(524288ul, hypervisor.ReadStatistics(SmallHost.Web)!.MemoryKiB);
        Assert.Null(hypervisor.ReadStatistics(SmallHost.Off));
        Assert.Null(hypervisor.ReadStatistics(Guid.NewGuid()));
    }

    [Fact]
    public void Counters_and_the_clock_never_go_back()
    {
        using var hypervisor = SmallHost.Open();

        var before = hypervisor.ReadStatistics(SmallHost.Web)!;
        var after = hypervisor.ReadStatistics(SmallHost.Web)!;

        Assert.True(after.Clock > before.Clock);
        Assert.True(after.ProcessorTime >= before.ProcessorTime);
        Assert.True(after.Disks[0].ReadBytes >= before.Disks[0].ReadBytes);
    }

    [Fact]
    public void A_guest_that_was_seen_to_start_has_an_uptime_until_it_stops()
    {
        using var hypervisor = SmallHost.Open();
        hypervisor.ListGuests();
        hypervisor.Start(SmallHost.Off);

        var until = DateTime.UtcNow.AddSeconds(10);
        while (hypervisor.ReadStatistics(SmallHost.Off)!.Uptime is null && DateTime.UtcNow < until)
            Thread.Sleep(20);

        Assert.InRange(hypervisor.ReadStatistics(SmallHost.Off)!.Uptime!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        hypervisor.Destroy(SmallHost.Off);
        Assert.Null(hypervisor.ReadStatistics(SmallHost.Off));
    }

    [Fact]
    public void The_host_is_counted()
    {
        using var hypervisor = SmallHost.Open();

        var host = hypervisor.ReadHostStatistics();

        Assert.Equal(16777216ul, host.MemoryKiB);
        Assert.True(host.FreeMemoryKiB is null || host.FreeMemoryKiB <= host.MemoryKiB);
        Assert.True(host.BusyTime is null || host.BusyTime <= host.WholeTime);
    }

    [Fact]
    public void Starts_are_remembered_by_the_number_of_the_domain_and_only_of_guests_that_there_are()
    {
        var starts = new GuestStarts(TimeProvider.System);

        starts.Heard(SmallHost.Web, 7);
        starts.Heard(SmallHost.Off, null);

        Assert.NotNull(starts.UptimeOf(SmallHost.Web, 7));
        Assert.Null(starts.UptimeOf(SmallHost.Web, 8));
        Assert.Null(starts.UptimeOf(SmallHost.Off, 0));
        starts.Retain(new HashSet<Guid> { SmallHost.Off });
        Assert.Equal(0, starts.Count);
    }

    [Theory]
    [InlineData("no-such-guest")]
    [InlineData("../../../etc/passwd")]
    [InlineData("nul\0")]
    [InlineData("")]
    public void A_guest_without_a_process_here_has_no_age(string name) => Assert.Null(GuestStarts.UptimeOfProcess(name));

    [Fact]
    public void Real_counters_are_read_together_and_grow()
    {
        using var daemon = Daemon.StartOrSkip();
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "qemu-system-x86_64 is not installed");
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.QemuUri }, NullLoggerFactory.Instance);
        var guest = hypervisor.Define(DomainDefinition.Parse("""
            <domain type='qemu'>
              <name>counted</name>
              <uuid>77777777-0000-4000-8000-000000000009</uuid>
              <memory unit='KiB'>32768</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64'>hvm</type></os>
              <devices><disk type='file' device='cdrom'><target dev='hdc' bus='ide'/><readonly/></disk></devices>
            </domain>
            """)).Uuid;
        // From now on it hears of starts.
        hypervisor.ListGuests();
        hypervisor.Start(guest);
        try
        {
            var first = Assert.Single(hypervisor.ReadStatistics());
            Thread.Sleep(1000);
            var second = hypervisor.ReadStatistics(guest)!;

            Assert.Equal((guest, first.Id), (second.Uuid, second.Id));
            Assert.True(second.ProcessorTime > first.ProcessorTime, $"{first.ProcessorTime} then {second.ProcessorTime}");
            Assert.Equal((1u, 32768ul), (second.Processors, second.MemoryKiB));
            Assert.Equal("hdc", Assert.Single(second.Disks).Target);
            Assert.InRange(second.Uptime!.Value, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(60));
            Assert.True(hypervisor.ReadHostStatistics().BusyTime > 0);
        }
        finally
        {
            hypervisor.Remove(guest);
        }
    }
}
