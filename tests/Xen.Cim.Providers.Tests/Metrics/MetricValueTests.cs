using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Metrics;

/// <summary>Numbers of guests, devices, pools and the host, and what they mean.</summary>
public sealed class MetricValueTests : MetricTest
{
    [Fact]
    public void A_running_guest_has_counters_and_what_it_has_now()
    {
        Host.Statistics.Step = 0;

        var numbers = Numbers();

        Assert.Equal("100000000000", numbers[$"GuestProcessorTime/{Samples.Web}"]);
        Assert.Equal("402653184", numbers[$"GuestMemoryActual/{Samples.Web}"]);
        Assert.Equal("1048576", numbers[$"GuestMemoryUsed/{Samples.Web}"]);
        Assert.Equal("100", numbers[$"GuestUptime/{Samples.Web}"]);
        Assert.Equal("100000", numbers[$"DiskBytesRead/{Samples.Web}/xvda"]);
        Assert.Equal("100", numbers[$"DiskReadRequests/{Samples.Web}/xvda"]);
        Assert.Equal("1", numbers[$"DiskErrors/{Samples.Web}/xvda"]);
        Assert.Equal("10000", numbers[$"NetworkPortBytesReceived/{Samples.Web}/00-16-3e-00-00-11"]);
        Assert.Equal("5", numbers[$"NetworkPortSendDrops/{Samples.Web}/00-16-3e-00-00-11"]);
        Assert.Equal("7", numbers[$"ProcessorDelay/{Samples.Web}/processor-0"]);
        Assert.Equal("614400", numbers["HostMemoryUsed/xenhost.example"]);
        Assert.Equal("409600", numbers["MemoryPoolFree/MemoryPool/primordial"]);
        Assert.Equal("600", numbers[$"DiskPoolFree/DiskPool/{Samples.ImagesPool}"]);
    }

    [Fact]
    public void What_nobody_counts_is_absent_and_not_zero()
    {
        Host.Statistics.Change = g => g with
        {
            ProcessorTime = null,
            MemoryUsedKiB = null,
            Uptime = null,
            Disks = [new("xvda") { ReadBytes = 5 }],
            Interfaces = [],
        };

        var numbers = Numbers();

        Assert.Equal("5", numbers[$"DiskBytesRead/{Samples.Web}/xvda"]);
        Assert.DoesNotContain(numbers.Keys, k => k.StartsWith("GuestProcessor", StringComparison.Ordinal));
        Assert.DoesNotContain(numbers.Keys, k => k.StartsWith("GuestMemoryUsed/", StringComparison.Ordinal) || k.StartsWith("GuestUptime/", StringComparison.Ordinal));
        Assert.DoesNotContain(numbers.Keys, k => k.StartsWith("DiskErrors/", StringComparison.Ordinal) || k.StartsWith("DiskBytesWritten/", StringComparison.Ordinal));
        Assert.DoesNotContain(numbers.Keys, k => k.StartsWith("NetworkPort", StringComparison.Ordinal) || k.StartsWith("GuestNetwork", StringComparison.Ordinal));
        // The second disk has no record at all.
        Assert.DoesNotContain(numbers.Keys, k => k.EndsWith("/xvdb", StringComparison.Ordinal));
        Refused(CimStatus.NotFound, () => Get(Value("GuestProcessorTime", Samples.Web)));
    }

    [Fact]
    public void A_guest_that_is_off_or_cannot_be_read_has_no_numbers_and_spoils_none()
    {
        Host.Statistics.Unreadable.Add(Samples.Db);

        var guests = Numbers().Keys.Where(k => k.StartsWith("GuestMemoryActual/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

        Assert.Equal([.. new[] { Samples.Dom0, Samples.Web, Samples.Passing }.Select(g => $"GuestMemoryActual/{g}").Order(StringComparer.Ordinal)], guests);
    }

    [Fact]
    public void One_guest_that_fails_is_absent_and_a_lost_connection_is_an_error()
    {
        Mock.Setup(h => h.ReadStatistics(Samples.Web)).Throws(new HypervisorException(HypervisorError.Failed, "its monitor does not answer"));
        Refused(CimStatus.NotFound, () => Get(Value("GuestMemoryActual", Samples.Web)));

        Mock.Setup(h => h.ReadStatistics(Samples.Web)).Throws(new HypervisorException(HypervisorError.Disconnected, "there is no libvirtd here"));
        Assert.Contains("no libvirtd", Refused(CimStatus.Failed, () => Get(Value("GuestMemoryActual", Samples.Web))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Utilization_is_a_share_of_all_processors_over_the_time_between_two_readings()
    {
        var value = Get(Value("GuestProcessorUtilization", Samples.Web));

        // One second of processor time each second, and there are two processors.
        Assert.Equal("50.0", value["MetricValue"]);
        Assert.Equal("00000000000002.000000:000", value["Duration"]?.ToString());
        Assert.Equal("50.0", Number(Value("ProcessorUtilization", Samples.Web, "/processor-1")));
        Assert.Equal("1000", Number(Value("DiskReadThroughput", Samples.Web, "/xvda")));
        Assert.Equal("100", Number(Value("NetworkPortReceiveThroughput", Samples.Web, "/00-16-3e-00-00-11")));
        Assert.Equal("0", Number(Value("DiskWriteThroughput", Samples.Web, "/xvda")));
    }

    [Fact]
    public void Utilization_is_never_more_than_all()
    {
        Host.Statistics.Change = g => g with { ProcessorTime = g.ProcessorTime * 5 };

        Assert.Equal("100.0", Number(Value("GuestProcessorUtilization", Samples.Web)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_guest_that_was_started_anew_is_not_compared_with_what_it_was(bool otherId)
    {
        var readings = 0;
        Host.Statistics.Change = g => ++readings == 1 ? g with { ProcessorTime = ulong.MaxValue / 2 }
            : otherId ? g with { Id = 77, ProcessorTime = ulong.MaxValue / 2 + 1 } : g with { ProcessorTime = 5 };

        Refused(CimStatus.NotFound, () => Get(Value("GuestProcessorUtilization", Samples.Web)));
        Assert.Equal(2, readings);
    }

    [Fact]
    public void The_host_without_a_word_of_its_own_is_as_busy_as_its_guests()
    {
        // Domain-0, web, db and passing use one of eight processors each. Each is read two seconds after the one before,
        // so that eight lie between two readings of one.
        Assert.Equal("50.0", Number(Value("HostProcessorUtilization/xenhost.example")));
        Assert.Equal("50.0", Number(Value("ProcessorPoolUtilization/ProcessorPool/primordial")));
    }

    [Fact]
    public void A_host_that_tells_is_believed()
    {
        Host.Statistics.HostTells = true;

        Assert.Equal("75.0", Number(Value("HostProcessorUtilization/xenhost.example")));
        Mock.Verify(h => h.ReadStatistics(), Times.Never);
    }

    [Fact]
    public void All_guests_are_read_together_and_not_twice_in_a_second()
    {
        Numbers();
        Numbers();
        Get(Value("GuestMemoryActual", Samples.Web));

        // Once more at the beginning, to compare with.
        Mock.Verify(h => h.ReadStatistics(), Times.Exactly(2));
        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
    }

    [Theory]
    [InlineData("DiskPoolFree/DiskPool/")]
    [InlineData("GuestProcessorTime/")]
    [InlineData("HostMemoryFree/")]
    public void A_value_that_is_read_twice_is_the_same_sample(string kind)
    {
        var listed = All("Xen_BaseMetricValue").First(v => ((string)v["InstanceID"]!).StartsWith($"Xen:{kind}", StringComparison.Ordinal)).Path!;

        // Where a second goes by between the two it is another one; not each time.
        Assert.Contains(Enumerable.Range(0, 10), _ => Equals(Get(listed)["TimeStamp"], Get(listed)["TimeStamp"]));
    }

    [Fact]
    public void One_number_reads_one_guest_and_waits_for_nothing()
    {
        Assert.Equal("402653184", Number(Value("GuestMemoryActual", Samples.Web)));

        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Once);
        Mock.Verify(h => h.ReadStatistics(), Times.Never);
    }

    [Fact]
    public void Who_walks_over_guests_one_by_one_has_them_read_together()
    {
        Assert.NotEmpty(All("Xen_MetricForME"));

        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.AtMost(8));
        Mock.Verify(h => h.ReadStatistics(), Times.AtMost(2));
    }

    [Theory]
    [InlineData("Xen:GuestMemoryActual")]
    [InlineData("Xen:GuestMemoryActual/")]
    [InlineData("Xen:GuestMemoryActual/nobody")]
    [InlineData("Xen:Nonsense/7a1c3d52-0000-4000-8000-000000000001")]
    [InlineData("Xen:DiskBytesRead/7a1c3d52-0000-4000-8000-000000000001")]
    [InlineData("Xen:DiskBytesRead/7a1c3d52-0000-4000-8000-000000000001/xvdz")]
    [InlineData("Xen:GuestMemoryActual/7A1C3D52-0000-4000-8000-000000000001")]
    [InlineData("")]
    public void What_is_no_value_is_not_found(string id) =>
        Refused(CimStatus.NotFound, () => Get(Path("Xen_BaseMetricValue", ("InstanceID", id))));
}
