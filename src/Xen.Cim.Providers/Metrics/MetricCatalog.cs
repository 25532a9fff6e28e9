using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Which classes are measured, and how their elements' numbers are found among the statistics.</summary>
internal sealed class MetricCatalog
{
    private const string Prefix = "Xen:";

    private readonly MetricSampler _sampler;
    private readonly MetricSwitches _switches;
    private readonly VirtualSystemSettingData _configurations;
    private readonly Dictionary<string, Measured> _byId;

    public MetricCatalog(IHypervisor hypervisor, MetricSampler sampler, MetricSwitches switches, XenModel x)
    {
        (_sampler, _switches, _configurations) = (sampler, switches, x.Configurations);
        Classes =
        [
            new MeasuredClass<Guest, GuestStatistics>(x.Systems, MetricTable.Guest, switches, sampler)
            {
                IdOf = g => g.Uuid.ToString("D"),
                NameOf = g => g.Name,
                ById = id => Guid.TryParseExact(id, "D", out var uuid) && id == uuid.ToString("D") ? hypervisor.FindGuest(uuid) : null,
                Read = (guest, sample, overTime) => sample.Of(guest, overTime),
            },
            Devices(x.VirtualProcessors, MetricTable.Processor, (g, d) => g.VirtualProcessors.FirstOrDefault(p => p.Number == d.Device.Number)),
            Devices(x.VirtualMemory, MetricTable.Memory, (g, _) => g),
            Devices(x.LogicalDisks, MetricTable.Disk, (g, d) => g.Disks.FirstOrDefault(s => s.Target == d.Device.TargetDevice)),
            Devices(x.NetworkPorts, MetricTable.NetworkPort, (g, d) => g.Interfaces.FirstOrDefault(i => i.IsOf(d.Device))),
            Hosts(x.Host, MetricTable.Host, h => h.Name, h => h.Name),
            Hosts(x.ProcessorPool, MetricTable.ProcessorPool, p => IdOf(p.Id), _ => "Processors"),
            Hosts(x.MemoryPool, MetricTable.MemoryPool, p => IdOf(p.Id), _ => "Memory"),
            new MeasuredClass<DiskPoolEntry, StoragePool>(x.DiskPool, MetricTable.DiskPool, switches, sampler)
            {
                IdOf = p => IdOf(p.Id),
                NameOf = p => p.Pool?.Name ?? "Storage",
                ById = id => x.DiskPool.FindById(Prefix + id),
                // The primordial pool is whatever the host has besides.
                Read = (p, sample, _) => p.Pool is { } pool ? sample.Of(pool) : null,
            },
        ];
        Definitions = [.. Classes.SelectMany(c => c.Definitions)];
        _byId = Classes.SelectMany(c => c.Definitions.Select(d => new Measured(d, c))).ToDictionary(d => d.Definition.Id);
    }

    public IReadOnlyList<MeasuredClass> Classes { get; }

    public IReadOnlyList<MetricDefinition> Definitions { get; }

    public MetricDefinition? Find(string id) => _byId.TryGetValue(id, out var found) ? found.Definition : null;

    public MeasuredClass ClassOf(MetricDefinition definition) => _byId[definition.Id].Class;

    /// <summary>The three metric associations, a row for each class and one between definitions and values.</summary>
    public IEnumerable<Association> Associations(BaseMetricDefinition definitions, BaseMetricValue values) =>
        Classes.SelectMany(c => c.Associations(definitions, values)).Append(
            new Association<MetricDefinition, MetricValue>(Xen_MetricInstance.Layout, Xen_MetricInstance.Names.Antecedent, definitions,
                Xen_MetricInstance.Names.Dependent, values, definition => ClassOf(definition).Values(definition), value => [value.Definition]));

    // wbemcli reads a second colon in a reference as a port.
    private static string IdOf(string pool) => pool[Prefix.Length..];

    private MeasuredClass<DeviceSetting<TDevice>, TNumbers> Devices<TDevice, TNumbers>(VirtualDevice<TDevice> devices, IReadOnlyList<Metric<TNumbers>> metrics,
        Func<GuestStatistics, DeviceSetting<TDevice>, TNumbers?> part)
        where TDevice : class
        where TNumbers : class => new(devices, metrics, _switches, _sampler)
        {
            IdOf = d => $"{d.Configuration.Guest.Uuid:D}/{d.DeviceId}",
            NameOf = d => $"{d.Configuration.Guest.Name} {d.DeviceId}",
            ById = id => DeviceById(devices, id),
            Read = (device, sample, overTime) => sample.Of(device.Configuration.Guest, overTime)?.Of(g => part(g, device)),
        };

    private DeviceSetting<TDevice>? DeviceById<TDevice>(VirtualDevice<TDevice> devices, string id)
        where TDevice : class
    {
        var parts = id.Split('/', 2);
        return parts.Length == 2 && Guid.TryParseExact(parts[0], "D", out var uuid) && parts[0] == uuid.ToString("D")
            && _configurations.Find(uuid, ConfigurationKind.State) is { } state
                ? devices.Of(state).FirstOrDefault(d => d.DeviceId == parts[1]) : null;
    }

    private MeasuredClass<TEntity, HostNumbers> Hosts<TEntity>(ClassProvider<TEntity> elements, IReadOnlyList<Metric<HostNumbers>> metrics,
        Func<TEntity, string> idOf, Func<TEntity, string> nameOf)
        where TEntity : class => new(elements, metrics, _switches, _sampler)
        {
            IdOf = idOf,
            NameOf = nameOf,
            ById = id => elements.Enumerate().FirstOrDefault(e => idOf(e) == id),
            Read = (_, sample, overTime) => sample.Host(overTime),
        };

    private sealed record Measured(MetricDefinition Definition, MeasuredClass Class);
}
