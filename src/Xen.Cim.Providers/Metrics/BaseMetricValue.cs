using System.Globalization;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_BaseMetricValue: a number that was measured (DSP1053).</summary>
internal sealed class BaseMetricValue(MetricCatalog catalog) : InstanceIdProvider<MetricValue>(Xen_BaseMetricValue.Layout)
{
    public override IEnumerable<MetricValue> Enumerate() => catalog.Classes.SelectMany(c => c.Values());

    public override string IdOf(MetricValue value) => value.Id;

    public override MetricValue? FindById(string instanceId) =>
        instanceId.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && catalog.Find(instanceId[..slash]) is { } definition
            ? catalog.ClassOf(definition).Find(definition, instanceId[(slash + 1)..]) : null;

    protected override CimInstance Describe(MetricValue value, CimRequest request) => new Xen_BaseMetricValue
    {
        InstanceID = value.Id,
        ElementName = $"{value.Definition.Name} of {value.ElementName}",
        MetricDefinitionId = value.Definition.Id,
        MeasuredElementName = value.ElementName,
        TimeStamp = CimDateTime.FromDateTimeOffset(value.At),
        Duration = value.Over is { } over ? CimDateTime.FromTimeSpan(over) : null,
        MetricValue = value.Value is double number ? number.ToString("0.0##", CultureInfo.InvariantCulture) : Convert.ToString(value.Value, CultureInfo.InvariantCulture),
        Volatile = true,
    };
}
