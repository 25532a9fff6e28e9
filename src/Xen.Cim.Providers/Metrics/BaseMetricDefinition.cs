using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_BaseMetricDefinition: what a number means (DSP1053).</summary>
internal sealed class BaseMetricDefinition(MetricCatalog catalog) : ClassProvider<MetricDefinition>(Xen_BaseMetricDefinition.Layout)
{
    public override IEnumerable<MetricDefinition> Enumerate() => catalog.Definitions;

    public override MetricDefinition? Find(CimObjectPath path) =>
        path[CIM_BaseMetricDefinition.Names.Id] is string id && path.Keys.Count == 1 ? catalog.Find(id) : null;

    public override CimObjectPath PathOf(MetricDefinition definition) => MakePath(new CimKey(CIM_BaseMetricDefinition.Names.Id, definition.Id));

    protected override CimInstance Describe(MetricDefinition definition, CimRequest request) => new Xen_BaseMetricDefinition
    {
        Id = definition.Id,
        Name = definition.Name,
        ElementName = definition.Name,
        Description = definition.Description,
        DataType = definition.DataType,
        Units = definition.Unit.Units,
        ProgrammaticUnits = definition.Unit.Programmatic,
        Calculable = definition.Unit.IsSummable ? CIM_BaseMetricDefinition.CalculableValue.Summable : CIM_BaseMetricDefinition.CalculableValue.Non_summable,
        IsContinuous = true,
        ChangeType = definition.ChangeType,
        TimeScope = definition.TimeScope,
        GatheringType = CIM_BaseMetricDefinition.GatheringTypeValue.OnRequest,
    };
}
