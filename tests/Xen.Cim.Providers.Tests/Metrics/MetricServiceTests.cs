using Moq;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Metrics;

/// <summary>Showing metrics, and turning them on and off.</summary>
public sealed class MetricServiceTests : MetricTest
{
    private const ushort Enable = 2, Disable = 3, Reset = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-metrics-").FullName;

    internal override ProviderOptions Options => new() { StateDirectory = _folder, Time = Time };

    [Fact]
    public void What_is_turned_off_for_one_element_is_not_collected_of_it()
    {
        Assert.Equal(0u, Control(Disable, GuestPath(Samples.Web), Definition("GuestMemoryActual")));

        Refused(CimStatus.NotFound, () => Get(Value("GuestMemoryActual", Samples.Web)));
        Assert.Equal("402653184", Number(Value("GuestMemoryActual", Samples.Db)));
        Assert.DoesNotContain(Value("GuestMemoryActual", Samples.Web), Provider.EnumerateInstanceNames(Request, Class("Xen_BaseMetricValue")));
        Assert.Equal((ushort)3, Link(Samples.Web)["MetricCollectionEnabled"]);
        Assert.Equal((ushort)2, Link(Samples.Db)["MetricCollectionEnabled"]);

        Assert.Equal(0u, Control(Enable, GuestPath(Samples.Web), Definition("GuestMemoryActual")));
        Assert.Equal("402653184", Number(Value("GuestMemoryActual", Samples.Web)));
    }

    [Fact]
    public void What_is_turned_off_for_all_can_be_turned_on_for_one()
    {
        Assert.Equal(0u, Control(Disable, null, Definition("GuestMemoryActual")));
        Assert.Equal(0u, Control(Enable, GuestPath(Samples.Web), Definition("GuestMemoryActual")));

        Assert.Equal([$"GuestMemoryActual/{Samples.Web}"], Numbers().Keys.Where(k => k.StartsWith("GuestMemoryActual/", StringComparison.Ordinal)));
        Assert.Equal(0u, ControlClass(Enable, GuestPath(Samples.Web), null));
        Assert.Equal(4, Numbers().Keys.Count(k => k.StartsWith("GuestMemoryActual/", StringComparison.Ordinal)));
    }

    [Fact]
    public void With_nothing_collected_there_is_nothing()
    {
        Assert.Equal(0u, Control(Disable, null, null));

        Assert.Empty(Numbers());
    }

    [Fact]
    public void It_stays_off_after_a_restart_and_for_other_processes()
    {
        using var other = new XenCimProvider(Mock.Object, Options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Equal("402653184", other.GetInstance(Request, Value("GuestMemoryActual", Samples.Web))["MetricValue"]);

        Control(Disable, GuestPath(Samples.Web), Definition("GuestMemoryActual"));

        Refused(CimStatus.NotFound, () => other.GetInstance(Request, Value("GuestMemoryActual", Samples.Web)));
        using var later = new XenCimProvider(Mock.Object, Options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Refused(CimStatus.NotFound, () => later.GetInstance(Request, Value("GuestMemoryActual", Samples.Web)));
    }

    [Fact]
    public void Counters_cannot_be_reset() => Assert.Equal(1u, Control(Reset, GuestPath(Samples.Web), Definition("GuestProcessorTime")));

    [Fact]
    public void Wrong_wishes_are_refused_by_name()
    {
        Assert.Contains("DiskBytesRead", Refused(CimStatus.InvalidParameter, () => Control(Disable, GuestPath(Samples.Web), Definition("DiskBytesRead"))).Message, StringComparison.Ordinal);
        Refused(CimStatus.NotFound, () => Control(Disable, GuestPath(Samples.Web), Definition("Nothing")));
        Refused(CimStatus.NotFound, () => Control(Disable, GuestPath(Guid.NewGuid()), null));
        Refused(CimStatus.InvalidParameter, () => Control(Disable, ConfigurationPath(Samples.Web, "state"), null));
        Refused(CimStatus.InvalidParameter, () => Control(9, GuestPath(Samples.Web), null));
        Refused(CimStatus.InvalidParameter, () => Control(null, GuestPath(Samples.Web), null));
        Refused(CimStatus.InvalidParameter, () => ControlClass(Disable, null, null));
        Assert.Equal(4, Numbers().Keys.Count(k => k.StartsWith("GuestMemoryActual/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Metrics_are_shown_with_their_elements()
    {
        Control(Disable, GuestPath(Samples.Web), Definition("GuestMemoryActual"));

        var (result, output) = Call(Service, "ShowMetrics", ("Definition", CimType.Reference, Definition("GuestMemoryActual")));

        Assert.Equal(0u, result);
        var elements = Assert.IsType<CimObjectPath[]>(output["ManagedElements"]?.Value);
        var states = Assert.IsType<ushort[]>(output["MetricCollectionEnabled"]?.Value);
        Assert.Equal(Host.Guests.Select(g => GuestPath(g.Uuid)), elements);
        Assert.Equal(Host.Guests.Select(g => g.Uuid == Samples.Web ? Disable : Enable), states);
        Assert.All(Assert.IsType<CimObjectPath[]>(output["DefinitionList"]?.Value), d => Assert.Equal(Definition("GuestMemoryActual"), d));
        Assert.All(Assert.IsType<string[]>(output["MetricNames"]?.Value), n => Assert.Equal("GuestMemoryActual", n));
    }

    [Fact]
    public void Metrics_are_shown_of_one_element_and_of_a_class()
    {
        var one = Call(Service, "ShowMetrics", ("Subject", CimType.Reference, GuestPath(Samples.Web))).Output;
        var all = Call(Service, "ShowMetricsByClass", ("Subject", CimType.Reference, GuestPath(Samples.Db))).Output;

        var names = Assert.IsType<string[]>(one["MetricNames"]?.Value);
        Assert.Contains("GuestUptime", names);
        Assert.Equal(names, Assert.IsType<string[]>(all["MetricNames"]?.Value));
    }

    [Fact]
    public void The_largest_and_the_smallest_are_found()
    {
        Host.Statistics.Change = g => g.Uuid == Samples.Db ? g with { MemoryKiB = 1 } : g.Uuid == Samples.Passing ? g with { MemoryKiB = 9_999_999 } : g;

        Assert.Equal([Value("GuestMemoryActual", Samples.Passing)], Values(3, 1));
        Assert.Equal(Value("GuestMemoryActual", Samples.Db), Values(2, 2)[0]);
        Assert.Equal(2, Values(2, 2).Length);
        Assert.Equal(4, Values(null, null).Length);
        Refused(CimStatus.InvalidParameter, () => Values(7, null));
    }

    [Fact]
    public void The_capabilities_name_what_can_be_controlled()
    {
        var capabilities = Assert.Single(All("Xen_MetricServiceCapabilities"));

        Assert.Equal(All("Xen_BaseMetricDefinition").Select(d => d["Id"]), (string[])capabilities["ControllableMetrics"]!);
        Assert.Contains("Xen_LogicalDisk", (string[])capabilities["ControllableManagedElements"]!);
        Assert.Equal([2, 3, 4, 5, 6], (ushort[])capabilities["SupportedMethods"]!);
        Assert.Equal([Service], Provider.AssociatorNames(Request, capabilities.Path!, new AssociationFilter { AssociationClass = "CIM_ElementCapabilities" }));
        Assert.Equal([HostPath], Provider.AssociatorNames(Request, Service, new AssociationFilter { AssociationClass = "CIM_HostedService" }));
    }

    [Fact]
    public void Nothing_is_asked_of_the_hypervisor_to_show_what_is_collected()
    {
        Call(Service, "ShowMetrics", ("Subject", CimType.Reference, GuestPath(Samples.Web)));

        Mock.Verify(h => h.ReadStatistics(), Times.Never);
        Mock.Verify(h => h.ReadStatistics(It.IsAny<Guid>()), Times.Never);
    }

    protected override void Clean() => Directory.Delete(_folder, recursive: true);

    private uint Control(ushort? wanted, CimObjectPath? subject, CimObjectPath? definition) => Call(Service, "ControlMetrics",
        ("Subject", CimType.Reference, subject), ("Definition", CimType.Reference, definition), ("MetricCollectionEnabled", CimType.UInt16, wanted)).Return;

    private uint ControlClass(ushort? wanted, CimObjectPath? subject, CimObjectPath? definition) => Call(Service, "ControlMetricsByClass",
        ("Subject", CimType.Reference, subject), ("Definition", CimType.Reference, definition), ("MetricCollectionEnabled", CimType.UInt16, wanted)).Return;

    private CimObjectPath[] Values(ushort? range, ushort? count) => Assert.IsType<CimObjectPath[]>(Call(Service, "GetMetricValues",
        ("Definition", CimType.Reference, Definition("GuestMemoryActual")), ("Range", CimType.UInt16, range), ("Count", CimType.UInt16, count)).Output["Values"]?.Value);

    private CimInstance Link(Guid guest) => Provider.References(Request, GuestPath(guest), new AssociationFilter { AssociationClass = "Xen_MetricDefForME" })
        .Single(l => ((CimObjectPath)l["Dependent"]!).Equals(Definition("GuestMemoryActual")));
}
