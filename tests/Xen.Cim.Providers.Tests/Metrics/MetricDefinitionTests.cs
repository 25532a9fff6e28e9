using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.Metrics;

/// <summary>What the numbers mean, and how elements, definitions and values hang together.</summary>
public sealed class MetricDefinitionTests : MetricTest
{
    [Theory]
    [InlineData("GuestProcessorTime", 13, 3, 4, "second * 10^-9")]
    [InlineData("GuestProcessorUtilization", 5, 4, 3, "percent")]
    [InlineData("GuestMemoryActual", 13, 4, 2, "byte")]
    [InlineData("DiskReadThroughput", 13, 4, 3, "byte / second")]
    [InlineData("NetworkPortReceiveDrops", 13, 3, 4, "count")]
    [InlineData("GuestUptime", 13, 3, 4, "second")]
    public void A_definition_says_how_to_read_its_numbers(string name, int dataType, int changeType, int timeScope, string units)
    {
        var definition = Get<Xen_BaseMetricDefinition>(Definition(name));

        Assert.Equal((dataType, changeType, timeScope, units),
            ((int)definition.DataType!, (int)definition.ChangeType!, (int)definition.TimeScope!, definition.ProgrammaticUnits));
        Assert.Equal(CIM_BaseMetricDefinition.GatheringTypeValue.OnRequest, definition.GatheringType);
        Assert.True(definition.IsContinuous);
    }

    [Fact]
    public void A_number_is_of_its_definitions_kind()
    {
        var definitions = All("Xen_BaseMetricDefinition").ToDictionary(d => (string)d["Id"]!, d => d.As<Xen_BaseMetricDefinition>());
        // The busy part of the host is that of its guests, between two readings.
        Numbers();
        Time.Advance(Second);
        var values = All("Xen_BaseMetricValue").Select(v => v.As<Xen_BaseMetricValue>()).ToList();

        Assert.NotEmpty(values);
        Assert.All(values, v =>
        {
            var definition = definitions[v.MetricDefinitionId!];
            Assert.StartsWith(definition.Id + "/", v.InstanceID, StringComparison.Ordinal);
            if (definition.DataType == CIM_BaseMetricDefinition.DataTypeValue.uint64)
                Assert.Matches("^[0-9]+$", v.MetricValue);
            else
                Assert.Matches(@"^[0-9]+\.[0-9]+$", v.MetricValue);
            // DSP1053: over an interval, since the start, or at one moment.
            Assert.Equal(definition.TimeScope != CIM_BaseMetricDefinition.TimeScopeValue.Point, v.Duration is not null);
        });
        // Every definition has a number here.
        Assert.Equal(definitions.Keys.Order(StringComparer.Ordinal), values.Select(v => v.MetricDefinitionId!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void From_an_element_one_comes_to_its_numbers_and_what_they_mean()
    {
        var disk = DevicePath("Xen_LogicalDisk", Samples.Web, "xvda");
        var value = Value("DiskBytesRead", Samples.Web, "/xvda");

        Assert.Contains(value, Provider.AssociatorNames(Request, disk, new AssociationFilter { AssociationClass = "CIM_MetricForME" }));
        Assert.Contains(Definition("DiskBytesRead"), Provider.AssociatorNames(Request, disk, new AssociationFilter { AssociationClass = "CIM_MetricDefForME" }));
        Assert.Equal([disk], Provider.AssociatorNames(Request, value, new AssociationFilter { AssociationClass = "Xen_MetricForME" }));
        Assert.Equal([Definition("DiskBytesRead")], Provider.AssociatorNames(Request, value, new AssociationFilter { AssociationClass = "Xen_MetricInstance" }));
        Assert.Contains(value, Provider.AssociatorNames(Request, Definition("DiskBytesRead"), new AssociationFilter { AssociationClass = "Xen_MetricInstance" }));
    }

    [Fact]
    public void The_service_is_on_the_host_and_manages_every_definition()
    {
        var definitions = Provider.EnumerateInstanceNames(Request, Class("Xen_BaseMetricDefinition")).ToHashSet();

        Assert.Equal(definitions, Provider.AssociatorNames(Request, Service, new AssociationFilter { AssociationClass = "CIM_ServiceAffectsElement" }).ToHashSet());
        Assert.Equal([Service], Provider.AssociatorNames(Request, Definition("GuestUptime"), new AssociationFilter { AssociationClass = "Xen_ServiceAffectsElement" }));
        Assert.Equal("Xen_HostComputerSystem", Assert.Single(Provider.AssociatorNames(Request, Service, new AssociationFilter { AssociationClass = "CIM_HostedService" })).ClassName);
        Assert.Equal("Xen_MetricServiceCapabilities", Assert.Single(Provider.AssociatorNames(Request, Service, new AssociationFilter { AssociationClass = "CIM_ElementCapabilities" })).ClassName);
    }

    [Theory]
    [InlineData("Xen_HostComputerSystem", "HostMemoryUsed")]
    [InlineData("Xen_MemoryPool", "MemoryPoolUsed")]
    [InlineData("Xen_ProcessorPool", "ProcessorPoolUtilization")]
    [InlineData("Xen_DiskPool", "DiskPoolUsed")]
    [InlineData("Xen_ComputerSystem", "GuestProcessorTime")]
    [InlineData("Xen_Processor", "ProcessorTime")]
    [InlineData("Xen_Memory", "MemoryActual")]
    [InlineData("Xen_NetworkPort", "NetworkPortBytesSent")]
    public void Every_kind_of_element_has_its_metrics(string @class, string metric)
    {
        var elements = Provider.AssociatorNames(Request, Definition(metric), new AssociationFilter { AssociationClass = "Xen_MetricDefForME" }).ToList();

        Assert.NotEmpty(elements);
        Assert.All(elements, e => Assert.Equal(@class, e.ClassName));
        Assert.Equal(Provider.EnumerateInstanceNames(Request, Class(@class)).Count(), elements.Count);
    }
}
