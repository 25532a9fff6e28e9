using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.SystemVirtualization;

/// <summary>The host's guests at a glance: by enumeration, and by the management service's method.</summary>
public sealed class SummaryTests : ProviderTest
{
    [Fact]
    public void A_running_guest_shows_what_it_is_and_what_it_uses()
    {
        Get(Summary(Samples.Web));
        Time.Advance(TimeSpan.FromSeconds(0.5));

        var web = Get<Xen_ComputerSystemSummary>(Summary(Samples.Web));

        Assert.Equal((Samples.Web.ToString("D"), "web", 3u, false), (web.Name, web.ElementName, web.DomainID!.Value, web.IsControlDomain!.Value));
        Assert.Equal(((ushort)2, (ushort)5, "Running"), (web.EnabledState!.Value, web.HealthState!.Value, web.StatusDescriptions!.Single()));
        Assert.Equal(((ushort)3, 402653184ul, 1073741824ul), (web.NumberOfProcessors!.Value, web.MemoryUsage!.Value, web.MemoryAvailable!.Value));
        Assert.Equal(((ushort)50, 1048576ul), (web.ProcessorLoad!.Value, web.MemoryInUse!.Value));
        Assert.True(web.DiskBytesRead > 0 && web.NetworkBytesReceived > 0 && web.ProcessorTime > 0);
        Assert.NotNull(web.UpTime);
        Assert.Equal("DMTF:XEN:PV", web.VirtualSystemType);
        Assert.StartsWith("Serves pages.", web.Notes, StringComparison.Ordinal);
        Assert.True(web.Autostart);
    }

    [Fact]
    public void How_busy_a_guest_is_shows_with_the_second_reading()
    {
        Assert.Null(Get<Xen_ComputerSystemSummary>(Summary(Samples.Web)).ProcessorLoad);

        Time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal((ushort)50, Get<Xen_ComputerSystemSummary>(Summary(Samples.Web)).ProcessorLoad);
        Mock.Verify(h => h.ReadStatistics(Samples.Web), Times.Exactly(2));
    }

    [Fact]
    public void A_guest_that_is_off_shows_what_it_would_get_and_no_use()
    {
        var mail = Get<Xen_ComputerSystemSummary>(Summary(Samples.Mail));

        Assert.Equal(((ushort)3, (ushort)2, 2147483648ul), (mail.EnabledState!.Value, mail.NumberOfProcessors!.Value, mail.MemoryUsage!.Value));
        Assert.Null(mail.DomainID);
        Assert.Null(mail.ProcessorLoad);
        Assert.Null(mail.ProcessorTime);
        Assert.Null(mail.DiskBytesRead);
        Assert.Null(mail.UpTime);
    }

    [Fact]
    public void Method_and_enumeration_say_the_same()
    {
        Host.Statistics.Step = 0;
        var listed = All("Xen_ComputerSystemSummary");

        var answered = Summaries(null, null);

        Assert.Equal(Host.Guests.Count, listed.Count);
        Assert.Equal(listed.Select(Text), answered.Select(Text));
    }

    [Fact]
    public void Guests_are_chosen_by_their_settings_and_come_in_that_order()
    {
        var answered = Summaries([ConfigurationPath(Samples.Mail, "defined"), ConfigurationPath(Samples.Web, "state")], null);

        Assert.Equal(["mail", "web"], answered.Select(s => s.ElementName));
    }

    [Fact]
    public void Only_what_is_wanted_is_read()
    {
        var answered = Summaries(null, [1, 100]);

        Assert.All(answered, s => Assert.Equal(["ElementName", "EnabledState", "InstanceID"], s.Properties.Where(p => p.Value is not null).Select(p => p.Name).Order(StringComparer.Ordinal)));
        Mock.Verify(h => h.ReadStatistics(), Times.Never);
        Mock.Verify(h => h.GetDefinition(It.IsAny<Guid>(), It.IsAny<ConfigurationKind>()), Times.Never);
    }

    [Fact]
    public void All_guests_are_read_together()
    {
        Summaries(null, [1, 103]);

        Mock.Verify(h => h.ReadStatistics(), Times.Once);
        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
    }

    [Fact]
    public void A_guest_that_cannot_be_read_is_there_with_what_is_known()
    {
        Host.Break(Samples.Web, new HypervisorException(HypervisorError.InvalidArgument, "its XML is none"));
        Host.Statistics.Unreadable.Add(Samples.Web);

        var answered = Summaries(null, null);

        Assert.Equal(Host.Guests.Count, answered.Count);
        var web = answered.Single(s => s.ElementName == "web");
        Assert.Equal((ushort)2, web.EnabledState);
        Assert.Null(web.MemoryUsage);
        Assert.NotNull(answered.Single(s => s.ElementName == "db").MemoryUsage);
    }

    [Fact]
    public void A_guest_is_as_well_in_its_summary_as_it_is_itself()
    {
        Host.Break(Samples.Db, new HypervisorException(HypervisorError.Failed, "XML error: broken"));
        Host.Rewrite(Samples.Mail, xml => xml.Replace("<memory unit='KiB'>2097152</memory>", "<memory unit='KiB'>lots</memory>", StringComparison.Ordinal));
        var guests = All("Xen_ComputerSystem").ConvertAll(g => g.As<Xen_ComputerSystem>());
        Assert.Equal(2, guests.Count(g => g.HealthState == Xen_ComputerSystem.HealthStateValue.Major_failure));

        foreach (var summaries in (List<Xen_ComputerSystemSummary>[])[All("Xen_ComputerSystemSummary").ConvertAll(s => s.As<Xen_ComputerSystemSummary>()), Summaries(null, null)])
        {
            Assert.Equal(guests.Select(g => (g.Name, (ushort)g.HealthState!, (ushort)g.OperationalStatus!.Single(), g.StatusDescriptions!.Single())),
                summaries.Select(s => (s.Name, s.HealthState!.Value, s.OperationalStatus!.Single(), s.StatusDescriptions!.Single())));
        }
    }

    [Fact]
    public void Wrong_wishes_are_refused()
    {
        Assert.Contains("4711", Refused(CimStatus.InvalidParameter, () => Summaries(null, [4711])).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotFound, () => Summaries([ConfigurationPath(Guid.NewGuid(), "state")], null));
        Refused(CimStatus.NotFound, () => Get(Path("Xen_ComputerSystemSummary", ("InstanceID", $"Xen:{Samples.Web}"))));
        Refused(CimStatus.NotFound, () => Get(Summary(Guid.NewGuid())));
    }

    [Fact]
    public void Jobs_under_way_are_named()
    {
        var job = Assert.IsType<CimObjectPath>(Ask(GuestPath(Samples.Web), 4).Output["Job"]?.Value);

        Assert.Equal([job.GetString("InstanceID")!], Get<Xen_ComputerSystemSummary>(Summary(Samples.Web)).AsynchronousTasks!);
        Assert.Empty(Get<Xen_ComputerSystemSummary>(Summary(Samples.Db)).AsynchronousTasks!);
        Host.SetState(Samples.Web, GuestState.Off);
    }

    private static CimObjectPath Summary(Guid guest) => Path("Xen_ComputerSystemSummary", ("InstanceID", $"Xen:{guest:D}/summary"));

    private List<Xen_ComputerSystemSummary> Summaries(CimObjectPath[]? settings, uint[]? wanted)
    {
        var (result, output) = Call(Service, "GetSummaryInformation", ("SettingData", CimType.Reference, settings), ("RequestedInformation", CimType.UInt32, wanted));
        Assert.Equal(0u, result);
        return [.. Assert.IsType<Xen_ComputerSystemSummary[]>(output["SummaryInformation"]?.Value, exactMatch: false)];
    }

    private static string Text(CimInstance summary) => string.Join("; ", summary.Properties.Where(p => p.Value is not null)
        .Select(p => $"{p.Name}={(p.Value is Array many ? string.Join(",", many.Cast<object>()) : p.Value)}"));
}
