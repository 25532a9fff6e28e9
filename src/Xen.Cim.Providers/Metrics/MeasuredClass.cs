using System.Globalization;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>A number that was measured (CIM_BaseMetricValue).</summary>
/// <param name="Element">The path of what was measured.</param>
/// <param name="ElementId">What tells it from others of its class.</param>
/// <param name="ElementName">For people.</param>
/// <param name="Value">A ulong or a double.</param>
/// <param name="At">When it was read.</param>
/// <param name="Over">For which time it holds, or null.</param>
internal sealed record MetricValue(
    MeasuredClass Class, MetricDefinition Definition, CimObjectPath Element, string ElementId, string ElementName, object Value, DateTimeOffset At, TimeSpan? Over)
{
    public string Id => IdOf(Definition, ElementId);

    public double Number => Convert.ToDouble(Value, CultureInfo.InvariantCulture);

    public static string IdOf(MetricDefinition definition, string elementId) => $"{definition.Id}/{elementId}";
}

/// <summary>A class whose elements are measured, and the metrics that they can have.</summary>
internal abstract class MeasuredClass(ClassProvider elements)
{
    public ClassProvider Elements => elements;

    public abstract IReadOnlyList<MetricDefinition> Definitions { get; }

    /// <summary>All numbers of all elements; what is off is left out, and read for nothing.</summary>
    public abstract IEnumerable<MetricValue> Values(MetricDefinition? only = null);

    /// <summary>The number of an element, or null: it has none, or there is no such element.</summary>
    public abstract MetricValue? Find(MetricDefinition definition, string elementId);

    /// <summary>The elements that could be measured, with what tells them from each other.</summary>
    public abstract IEnumerable<(CimObjectPath Path, string Id)> Identities();

    /// <summary>What tells an element from others of its class.</summary>
    /// <exception cref="CimException">NOT_FOUND.</exception>
    public abstract string Identify(CimObjectPath path);

    public bool Has(MetricDefinition definition) => Definitions.Contains(definition);

    /// <summary>The metric associations of the class.</summary>
    public abstract IEnumerable<Association> Associations(BaseMetricDefinition definitions, BaseMetricValue values);
}

/// <inheritdoc cref="MeasuredClass"/>
/// <typeparam name="TEntity">What an element of the class stands for.</typeparam>
/// <typeparam name="TNumbers">What is read of it.</typeparam>
internal sealed class MeasuredClass<TEntity, TNumbers>(
    ClassProvider<TEntity> elements, IReadOnlyList<Metric<TNumbers>> metrics, MetricSwitches switches, MetricSampler sampler)
    : MeasuredClass(elements)
    where TEntity : class
    where TNumbers : class
{
    private readonly ClassProvider<TEntity> _elements = elements;

    public override IReadOnlyList<MetricDefinition> Definitions { get; } = [.. metrics.Select(m => m.Definition)];

    public required Func<TEntity, string> IdOf { get; init; }

    public required Func<TEntity, string> NameOf { get; init; }

    public required Func<string, TEntity?> ById { get; init; }

    /// <summary>Finds an element's numbers in a sample, over time or just now; null when it has none.</summary>
    public required Func<TEntity, Sample, bool, Reading<TNumbers>?> Read { get; init; }

    public override IEnumerable<MetricValue> Values(MetricDefinition? only = null) => Measured(only).Select(m => m.Value);

    public override MetricValue? Find(MetricDefinition definition, string elementId) =>
        metrics.FirstOrDefault(m => m.Definition == definition) is { } metric && ById(elementId) is { } element
            ? ValuesOf(element, [metric], Sample.OfOne(sampler)).FirstOrDefault() : null;

    public override IEnumerable<(CimObjectPath Path, string Id)> Identities() => _elements.Enumerate().Select(e => (_elements.PathOf(e), IdOf(e)));

    public override string Identify(CimObjectPath path) => IdOf(_elements.Require(path));

    public override IEnumerable<Association> Associations(BaseMetricDefinition definitions, BaseMetricValue values) =>
    [
        new Association<TEntity, MetricDefinition>(Schema.Xen_MetricDefForME.Layout, Schema.Xen_MetricDefForME.Names.Antecedent, _elements,
            Schema.Xen_MetricDefForME.Names.Dependent, definitions,
            element => Definitions, definition => Has(definition) ? _elements.Enumerate() : [],
            (link, element, definition) => link.SetAt(link.Layout.OrdinalOf(Schema.Xen_MetricDefForME.Names.MetricCollectionEnabled),
                (ushort)(switches.IsOn(definition, IdOf(element)) ? Schema.CIM_MetricDefForME.MetricCollectionEnabledValue.Enabled : Schema.CIM_MetricDefForME.MetricCollectionEnabledValue.Disabled))),
        new Association<TEntity, MetricValue>(Schema.Xen_MetricForME.Layout, Schema.Xen_MetricForME.Names.Antecedent, _elements,
            Schema.Xen_MetricForME.Names.Dependent, values,
            element => ValuesOf(element, metrics, Sample.OfOne(sampler)), value => value.Class == this && ById(value.ElementId) is { } element ? [element] : [])
        {
            All = () => Measured(),
        },
    ];

    private IEnumerable<(TEntity Element, MetricValue Value)> Measured(MetricDefinition? only = null)
    {
        var wanted = metrics.Where(m => only is null || m.Definition == only).ToList();
        if (wanted.Count == 0)
            yield break;
        var sample = Sample.OfMany(sampler);
        foreach (var element in _elements.Enumerate())
        {
            foreach (var value in ValuesOf(element, wanted, sample))
                yield return (element, value);
        }
    }

    private IEnumerable<MetricValue> ValuesOf(TEntity element, IReadOnlyList<Metric<TNumbers>> wanted, Sample sample)
    {
        var id = IdOf(element);
        var on = wanted.Where(m => switches.IsOn(m.Definition, id)).ToList();
        var overTime = on.Exists(m => m.Definition.TimeScope == Schema.CIM_BaseMetricDefinition.TimeScopeValue.Interval);
        if (on.Count == 0 || Read(element, sample, overTime) is not { } reading)
            yield break;
        foreach (var metric in on)
        {
            if (metric.Read(reading) is { } value)
            {
                yield return new(this, metric.Definition, _elements.PathOf(element), id, NameOf(element), value, reading.At, metric.Definition.TimeScope switch
                {
                    Schema.CIM_BaseMetricDefinition.TimeScopeValue.Interval => reading.Over,
                    Schema.CIM_BaseMetricDefinition.TimeScopeValue.StartupInterval => reading.Since,
                    _ => null,
                });
            }
        }
    }
}
