using Xen.Cim.Model;
using Xen.Cim.Schema;
using Capabilities = Xen.Cim.Schema.Xen_MetricServiceCapabilities;

namespace Xen.Cim.Providers;

/// <summary>Xen_MetricServiceCapabilities: what the metric service can do (DSP1053).</summary>
internal sealed class MetricServiceCapabilities(MetricCatalog catalog) : SingletonProvider(Capabilities.Layout)
{
    private const string Id = "Xen:MetricServiceCapabilities";

    public override CimObjectPath PathOf(Only entity) => MakePath(new CimKey(Capabilities.Names.InstanceID, Id));

    protected override CimInstance Describe(Only entity, CimRequest request)
    {
        var metrics = catalog.Definitions.Select(d => d.Id).ToArray();
        var classes = catalog.Classes.Select(c => c.Elements.Layout.ClassName).ToArray();
        return new Capabilities
        {
            InstanceID = Id,
            ElementName = "Metric service capabilities",
            ElementNameEditSupported = false,
            RequestedStatesSupported = [],
            ControllableMetrics = metrics,
            MetricsControlTypes = Array.ConvertAll(metrics, _ => CIM_MetricServiceCapabilities.MetricsControlTypesValue.Both),
            ControllableManagedElements = classes,
            ManagedElementControlTypes = Array.ConvertAll(classes, _ => CIM_MetricServiceCapabilities.ManagedElementControlTypesValue.Both),
            SupportedMethods =
            [
                CIM_MetricServiceCapabilities.SupportedMethodsValue.ControlMetrics,
                CIM_MetricServiceCapabilities.SupportedMethodsValue.ControlMetricsByClass,
                CIM_MetricServiceCapabilities.SupportedMethodsValue.ShowMetrics,
                CIM_MetricServiceCapabilities.SupportedMethodsValue.ShowMetricsByClass,
                CIM_MetricServiceCapabilities.SupportedMethodsValue.GetMetricValues,
            ],
        };
    }
}
