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
        Get(Value("GuestProcessorUtilization", Samples.Web));
        Time.Advance(Second);
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
    public void Until_there_is_a_second_reading_utilization_is_that_since_the_start_of_the_guest()
    {
        // It was busier before.
        Host.Statistics.Change = g => g with { ProcessorTime = g.ProcessorTime + 51_000_000_000 };

        var value = Get(Value("GuestProcessorUtilization", Samples.Web));

        Assert.Equal(("75.0", "00000000000142.000000:000"), (value["MetricValue"], value["Duration"]?.ToString()));
        Time.Advance(Second);
        Assert.Equal("50.0", Number(Value("GuestProcessorUtilization", Samples.Web)));
    }

    [Fact]
    public void Whose_start_nobody_saw_has_no_utilization_before_the_second_reading()
    {
        Host.Statistics.Change = g => g with { Uptime = null };

        Refused(CimStatus.NotFound, () => Get(Value("GuestProcessorUtilization", Samples.Web)));
        Refused(CimStatus.NotFound, () => Get(Value("DiskReadThroughput", Samples.Web, "/xvda")));
        Time.Advance(Second);
        Assert.Equal("50.0", Number(Value("GuestProcessorUtilization", Samples.Web)));
        Assert.Equal("1000", Number(Value("DiskReadThroughput", Samples.Web, "/xvda")));
    }

    [Fact]
    public void Who_asks_waits_for_no_second_reading_and_nobody_makes_a_third()
    {
        Get(Value("GuestProcessorUtilization", Samples.Web));
        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Once);

        Time.Advance(Second);
        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Exactly(2));

        Assert.Equal(0, Time.Set);
        Time.Advance(TimeSpan.FromMinutes(1));
        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Exactly(2));
    }

    [Fact]
    public void A_second_reading_that_fails_is_nobodys_error()
    {
        Get(Value("GuestProcessorUtilization", Samples.Web));
        Mock.Setup(h => h.ReadStatistics(Samples.Web)).Throws(new HypervisorException(HypervisorError.Disconnected, "there is no libvirtd here"));

        Time.Advance(Second);

        Assert.Equal("402653184", Number(Value("GuestMemoryActual", Samples.Web)));
    }

    [Fact]
    public void A_provider_that_has_ended_reads_nothing_more()
    {
        Get(Value("GuestProcessorUtilization", Samples.Web));
        Provider.Dispose();

        Time.Advance(Second);

        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Once);
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
        Get(Value("GuestProcessorUtilization", Samples.Web));
        if (otherId)
            Host.Update(Samples.Web, g => g with { Id = 77 });
        Host.Statistics.Change = g => g with { Uptime = TimeSpan.FromSeconds(1), ProcessorTime = otherId ? g.ProcessorTime : 500_000_000 };
        Time.Advance(Second);

        var value = Get(Value("GuestProcessorUtilization", Samples.Web));

        Assert.Equal("00000000000001.000000:000", value["Duration"]?.ToString());
        Assert.Equal(otherId ? "100.0" : "25.0", value["MetricValue"]);
    }

    [Fact]
    public void The_host_without_a_word_of_its_own_is_as_busy_as_its_guests()
    {
        Refused(CimStatus.NotFound, () => Get(Value("HostProcessorUtilization/xenhost.example")));
        Time.Advance(Second);

        // Domain-0, web, db and passing use one of eight processors each. Each is read two seconds after the one before,
        // so that eight lie between two readings of one.
        Assert.Equal("50.0", Number(Value("HostProcessorUtilization/xenhost.example")));
        Assert.Equal("50.0", Number(Value("ProcessorPoolUtilization/ProcessorPool/primordial")));
    }

    [Fact]
    public void A_host_that_tells_is_believed()
    {
        Host.Statistics.HostTells = true;

        // Since its boot: 8 processors have counted 408 seconds together.
        var first = Get(Value("HostProcessorUtilization/xenhost.example"));
        Assert.Equal(("75.0", "00000000000051.000000:000"), (first["MetricValue"], first["Duration"]?.ToString()));
        Time.Advance(Second);
        var second = Get(Value("HostProcessorUtilization/xenhost.example"));
        Assert.Equal(("75.0", "00000000000002.000000:000"), (second["MetricValue"], second["Duration"]?.ToString()));
        Mock.Verify(h => h.ReadStatistics(), Times.Never);
    }

    [Fact]
    public void All_guests_are_read_together_and_not_twice_in_a_second()
    {
        Numbers();
        Numbers();
        Get(Value("GuestMemoryActual", Samples.Web));
        Mock.Verify(h => h.ReadStatistics(), Times.Once);

        // To compare with.
        Time.Advance(Second);
        Numbers();
        Mock.Verify(h => h.ReadStatistics(), Times.Exactly(2));
        Time.Advance(TimeSpan.FromSeconds(2));
        Numbers();
        Mock.Verify(h => h.ReadStatistics(), Times.Exactly(3));
        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
    }

    [Theory]
    [InlineData("DiskPoolFree/DiskPool/")]
    [InlineData("GuestProcessorTime/")]
    [InlineData("HostMemoryFree/")]
    public void A_value_that_is_read_twice_is_the_same_sample(string kind)
    {
        var listed = All("Xen_BaseMetricValue").First(v => ((string)v["InstanceID"]!).StartsWith($"Xen:{kind}", StringComparison.Ordinal));

        Time.Advance(Second / 2);
        Assert.Equal(listed["TimeStamp"], Get(listed.Path!)["TimeStamp"]);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(listed["TimeStamp"], Get(listed.Path!)["TimeStamp"]);
    }

    [Fact]
    public void One_number_reads_one_guest_and_waits_for_nothing()
    {
        Assert.Equal("402653184", Number(Value("GuestMemoryActual", Samples.Web)));

        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Once);
        Mock.Verify(h => h.ReadStatistics(), Times.Never);
    }

    [Fact]
    public void A_request_that_walks_over_all_reads_all_together_and_once()
    {
        Assert.NotEmpty(All("Xen_MetricForME"));

        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
        Mock.Verify(h => h.ReadStatistics(), Times.Once);
    }

    [Fact]
    public void A_walk_is_one_sample_however_long_it_takes()
    {
        // Each guest takes the client two seconds.
        var stamps = Provider.EnumerateInstances(Request, Class("Xen_ComputerSystemSummary")).Select(s =>
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            return s["DomainID"];
        }).ToList();

        Assert.Equal(Host.Guests.Count, stamps.Count);
        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
        // And the one to compare with.
        Mock.Verify(h => h.ReadStatistics(), Times.Exactly(2));
    }

    [Fact]
    public void Who_asks_for_one_guest_after_the_other_has_the_rest_read_together()
    {
        foreach (var n in Enumerable.Range(1, 4))
        {
            var uuid = new Guid(n, 0, 0, new byte[8]);
            Host.Add(new Guest { Uuid = uuid, Name = $"more{n}", Id = 100 + n, State = GuestState.Running }, Samples.SmallXml($"more{n}", uuid), Samples.SmallXml($"more{n}", uuid));
        }

        foreach (var guest in Host.Guests.Where(g => g.IsActive))
            Assert.Equal("402653184", Number(Value("GuestMemoryActual", guest.Uuid)));

        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Exactly(4));
        Mock.Verify(h => h.ReadStatistics(), Times.Once);
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
