using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Metrics;

/// <summary>Short ways to metrics.</summary>
public abstract class MetricTest : ProviderTest
{
    internal static new CimObjectPath Service => Path("Xen_MetricService", ("SystemCreationClassName", "Xen_HostComputerSystem"),
        ("SystemName", "xenhost.example"), ("CreationClassName", "Xen_MetricService"), ("Name", "MetricService"));

    internal static CimObjectPath Definition(string name) => Path("Xen_BaseMetricDefinition", ("Id", $"Xen:{name}"));

    internal static CimObjectPath Value(string id) => Path("Xen_BaseMetricValue", ("InstanceID", $"Xen:{id}"));

    /// <summary>A number of a guest, or of a device of its.</summary>
    internal static CimObjectPath Value(string name, Guid guest, string device = "") => Value($"{name}/{guest:D}{device}");

    /// <summary>So long after somebody asked in vain for a difference a second reading is made.</summary>
    internal static readonly TimeSpan Second = TimeSpan.FromMilliseconds(500);

    internal string Number(CimObjectPath value) => (string)Get(value)["MetricValue"]!;

    /// <summary>All numbers by InstanceID without its prefix.</summary>
    internal Dictionary<string, string> Numbers() => All("Xen_BaseMetricValue").ToDictionary(v => ((string)v["InstanceID"]!)[4..], v => (string)v["MetricValue"]!);
}
