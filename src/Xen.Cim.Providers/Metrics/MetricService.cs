using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Service = Xen.Cim.Schema.Xen_MetricService;

namespace Xen.Cim.Providers;

/// <summary>Xen_MetricService: shows and controls which metrics are collected (DSP1053 8.2).</summary>
internal sealed class MetricService : HostService<Service>
{
    /// <summary>So many entries fit into one answer.</summary>
    public const int MaxEntries = 50_000;

    private readonly IHypervisor _hypervisor;
    private readonly MetricCatalog _catalog;
    private readonly MetricSwitches _switches;
    private readonly BaseMetricDefinition _definitions;
    private readonly BaseMetricValue _values;

    public MetricService(IHypervisor hypervisor, HostComputerSystem host, MetricCatalog catalog, MetricSwitches switches, BaseMetricDefinition definitions, BaseMetricValue values)
        : base(Service.Layout, host)
    {
        (_hypervisor, _catalog, _switches, _definitions, _values) = (hypervisor, catalog, switches, definitions, values);
        Methods[Service.ShowMetricsMethod.Name] = ShowMetrics;
        Methods[Service.ShowMetricsByClassMethod.Name] = ShowMetricsByClass;
        Methods[Service.ControlMetricsMethod.Name] = ControlMetrics;
        Methods[Service.ControlMetricsByClassMethod.Name] = ControlMetricsByClass;
        Methods[Service.GetMetricValuesMethod.Name] = GetMetricValues;
    }

    private protected override string Title => "Metrics";

    private protected override string Description => $"Measures the guests of {_hypervisor.Uri}";

    private object? ShowMetrics(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ShowMetricsMethod(input, output);
        var entries = Selected(call.Subject, call.Definition)
            .SelectMany(c => call.Subject is { } subject ? [(c.Class, c.Definition, Path: subject, Id: c.Class.Identify(subject))]
                : c.Class.Identities().Select(e => (c.Class, c.Definition, e.Path, e.Id)))
            .Take(MaxEntries + 1).ToList();
        if (entries.Count > MaxEntries)
            throw new CimException(CimStatus.Failed, $"There are more than {MaxEntries} of them; ask with a Subject, with a Definition or with ShowMetricsByClass.");
        call.ManagedElements = entries.Select(e => e.Path).ToArray();
        call.DefinitionList = entries.Select(e => _definitions.PathOf(e.Definition)).ToArray();
        call.MetricNames = entries.Select(e => e.Definition.Name).ToArray();
        call.MetricCollectionEnabled = entries.Select(e => _switches.IsOn(e.Definition, e.Id)
            ? Service.ShowMetricsMethod.MetricCollectionEnabledValue.Enable : Service.ShowMetricsMethod.MetricCollectionEnabledValue.Disable).ToArray();
        return (uint)Service.ShowMetricsMethod.ReturnValue.Success;
    }

    private object? ShowMetricsByClass(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ShowMetricsByClassMethod(input, output);
        var entries = Selected(call.Subject ?? throw NoSubject(), call.Definition).ToList();
        call.DefinitionList = entries.Select(e => _definitions.PathOf(e.Definition)).ToArray();
        call.MetricNames = entries.Select(e => e.Definition.Name).ToArray();
        call.MetricCollectionEnabled = entries.Select(e => _switches.IsOn(e.Definition)
            ? Service.ShowMetricsByClassMethod.MetricCollectionEnabledValue.Enabled : Service.ShowMetricsByClassMethod.MetricCollectionEnabledValue.Disabled).ToArray();
        return (uint)Service.ShowMetricsByClassMethod.ReturnValue.Success;
    }

    private object? ControlMetrics(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ControlMetricsMethod(input, output);
        var id = call.Subject is { } subject ? ClassOf(subject).Identify(subject) : null;
        return Control(call.Subject, call.Definition, (ushort?)call.MetricCollectionEnabled, id);
    }

    private object? ControlMetricsByClass(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.ControlMetricsByClassMethod(input, output);
        return Control(call.Subject ?? throw NoSubject(), call.Definition, (ushort?)call.MetricCollectionEnabled, null);
    }

    private object? GetMetricValues(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.GetMetricValuesMethod(input, output);
        var definition = _definitions.Require(call.Definition ?? throw CimException.InvalidParameter("Definition is missing; it is the metric whose values are wanted."));
        if (call.Range is { } range and not (Service.GetMetricValuesMethod.RangeValue.Minimum or Service.GetMetricValuesMethod.RangeValue.Maximum))
            throw CimException.InvalidParameter($"Range {(ushort)range} is neither 2 (Minimum) nor 3 (Maximum).");
        var values = _catalog.ClassOf(definition).Values(definition);
        values = call.Range switch
        {
            Service.GetMetricValuesMethod.RangeValue.Minimum => values.OrderBy(v => v.Number),
            Service.GetMetricValuesMethod.RangeValue.Maximum => values.OrderByDescending(v => v.Number),
            _ => values,
        };
        call.Values = values.Take(call.Count ?? MaxEntries).Select(_values.PathOf).ToArray();
        return (uint)Service.GetMetricValuesMethod.ReturnValue.Success;
    }

    // The two methods share their values.
    private object Control(CimObjectPath? subject, CimObjectPath? definition, ushort? wanted, string? elementId)
    {
        switch ((Service.ControlMetricsMethod.MetricCollectionEnabledValue?)wanted)
        {
            case Service.ControlMetricsMethod.MetricCollectionEnabledValue.Reset:
                return (uint)Service.ControlMetricsMethod.ReturnValue.Not_Supported;
            case (Service.ControlMetricsMethod.MetricCollectionEnabledValue.Enable or Service.ControlMetricsMethod.MetricCollectionEnabledValue.Disable) and var enable:
                _switches.Set(Selected(subject, definition).Select(c => (c.Definition, elementId)),
                    enable == Service.ControlMetricsMethod.MetricCollectionEnabledValue.Enable, IsThere);
                return (uint)Service.ControlMetricsMethod.ReturnValue.Success;
            default:
                throw CimException.InvalidParameter($"MetricCollectionEnabled is {(wanted is { } value ? value : "missing")}; it is 2 (Enable) or 3 (Disable).");
        }
    }

    private IEnumerable<(MeasuredClass Class, MetricDefinition Definition)> Selected(CimObjectPath? subject, CimObjectPath? definition)
    {
        var only = definition is null ? null : _definitions.Require(definition);
        var classes = subject is null ? _catalog.Classes : [ClassOf(subject)];
        if (only is not null && !classes.Any(c => c.Has(only)))
            throw CimException.InvalidParameter($"{subject!.ClassName} has no metric {only.Id}; it has {string.Join(", ", classes[0].Definitions.Select(d => d.Id))}.");
        return classes.SelectMany(c => c.Definitions.Where(d => only is null || d == only).Select(d => (c, d)));
    }

    private MeasuredClass ClassOf(CimObjectPath subject) =>
        _catalog.Classes.FirstOrDefault(c => c.Elements.Layout.ClassName.Equals(subject.ClassName, StringComparison.OrdinalIgnoreCase))
        ?? throw CimException.InvalidParameter($"{subject.ClassName} is not measured; it is one of {string.Join(", ", _catalog.Classes.Select(c => c.Elements.Layout.ClassName))}.");

    private bool IsThere(string valueId)
    {
        var parts = valueId.Split('/');
        return parts.Length < 2 || !Guid.TryParseExact(parts[1], "D", out var guest) || _hypervisor.FindGuest(guest) is not null;
    }

    private static CimException NoSubject() => CimException.InvalidParameter("Subject is missing; it is any element of the class that is meant.");
}
