using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Information = Xen.Cim.Schema.Xen_VirtualSystemManagementService.GetSummaryInformationMethod.RequestedInformationValue;
using Summary = Xen.Cim.Schema.Xen_ComputerSystemSummary;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ComputerSystemSummary: what one wants to know of every guest, on one line. Reads nothing that is not wanted.
/// </summary>
internal sealed class ComputerSystemSummary(VirtualSystemSettingData configurations, StartWithHost start, MetricSampler sampler, JobStore jobs)
    : InstanceIdProvider<ComputerSystemSummary.Line>(Summary.Layout)
{
    private const string Part = "summary";

    /// <summary>A guest, and what the request reads of guests.</summary>
    internal sealed record Line(Configuration Configuration, Sample Sample);

    /// <summary>What of a guest is known by now; definition and statistics are read when something needs them.</summary>
    private sealed record Facts(Configuration Configuration, Lazy<Reading<GuestStatistics>?> Statistics)
    {
        public Guest Guest => Configuration.Guest;

        /// <summary>The guest's condition, of which its definition is a part.</summary>
        public (Xen_ComputerSystem.EnabledStateValue Enabled, Xen_ComputerSystem.OperationalStatusValue Operational, Xen_ComputerSystem.HealthStateValue Health, string Words) Condition =>
            ComputerSystem.Condition(ComputerSystem.Examined(Configuration));

        public DomainDefinition? Definition => Configuration.Definition;

        public GuestStatistics? Now => Statistics.Value?.Now;
    }

    private sealed record Fact(Information Code, string Property, Action<Summary, Facts> Set);

    // The codes below 32768 are those of Hyper-V's method of the same name.
    private readonly Fact[] _facts =
    [
        new(Information.Name, Summary.Names.Name, (s, f) => s.Name = f.Guest.Uuid.ToString("D")),
        new(Information.ElementName, CIM_ManagedElement.Names.ElementName, (s, f) => s.ElementName = f.Guest.Name),
        new(Information.DomainID, Summary.Names.DomainID, (s, f) => s.DomainID = (uint?)f.Guest.Id),
        new(Information.IsControlDomain, Summary.Names.IsControlDomain, (s, f) => s.IsControlDomain = f.Guest.IsControlDomain),
        new(Information.Autostart, Summary.Names.Autostart, (s, f) => s.Autostart = start.Starts(f.Guest)),
        new(Information.EnabledState, Summary.Names.EnabledState, (s, f) => s.EnabledState = (ushort)ComputerSystem.Condition(f.Guest).Enabled),
        new(Information.HealthState, Summary.Names.HealthState, (s, f) => s.HealthState = (ushort)f.Condition.Health),
        new(Information.OperationalStatus, Summary.Names.OperationalStatus, (s, f) => s.OperationalStatus = [(ushort)f.Condition.Operational]),
        new(Information.StatusDescriptions, Summary.Names.StatusDescriptions, (s, f) => s.StatusDescriptions = [f.Condition.Words]),
        new(Information.AsynchronousTasks, Summary.Names.AsynchronousTasks,
            (s, f) => s.AsynchronousTasks = [.. jobs.All.Where(j => !j.IsFinished && j.Plan.Guest?.Uuid == f.Guest.Uuid).Select(j => ConcreteJob.IdOf(j.Id))]),
        new(Information.VirtualSystemType, Summary.Names.VirtualSystemType, (s, f) => s.VirtualSystemType = f.Definition is { } d ? VirtualSystemSettingData.TypeOf(d) : null),
        new(Information.Notes, Summary.Names.Notes, (s, f) => s.Notes = f.Definition?.Description),
        new(Information.NumberOfProcessors, Summary.Names.NumberOfProcessors, (s, f) => s.NumberOfProcessors = (ushort?)(f.Definition?.CurrentProcessors ?? f.Definition?.Processors)),
        new(Information.MemoryAvailable, Summary.Names.MemoryAvailable, (s, f) => s.MemoryAvailable = MetricTable.Bytes(f.Definition?.MemoryKiB)),
        new(Information.MemoryUsage, Summary.Names.MemoryUsage,
            (s, f) => s.MemoryUsage = MetricTable.Bytes(f.Now?.MemoryKiB ?? f.Definition?.CurrentMemoryKiB ?? f.Definition?.MemoryKiB)),
        new(Information.MemoryInUse, Summary.Names.MemoryInUse, (s, f) => s.MemoryInUse = MetricTable.Bytes(f.Now?.MemoryUsedKiB)),
        new(Information.UpTime, Summary.Names.UpTime, (s, f) => s.UpTime = f.Now?.Uptime is { } uptime ? CimDateTime.FromTimeSpan(uptime) : null),
        new(Information.ProcessorTime, Summary.Names.ProcessorTime, (s, f) => s.ProcessorTime = f.Now?.ProcessorTime),
        new(Information.ProcessorLoad, Summary.Names.ProcessorLoad,
            // Nothing here could say over which time, so it is only told where that is short.
            (s, f) => s.ProcessorLoad = f.Statistics.Value is { Before: not null } reading && MetricTable.GuestUtilization(reading) is { } part ? (ushort)Math.Round(Math.Clamp(part, 0, 1) * 100) : null),
        new(Information.DiskBytesRead, Summary.Names.DiskBytesRead, (s, f) => s.DiskBytesRead = f.Now is { } now ? MetricTable.Sum(now.Disks, d => d.ReadBytes) : null),
        new(Information.DiskBytesWritten, Summary.Names.DiskBytesWritten, (s, f) => s.DiskBytesWritten = f.Now is { } now ? MetricTable.Sum(now.Disks, d => d.WrittenBytes) : null),
        new(Information.NetworkBytesReceived, Summary.Names.NetworkBytesReceived,
            (s, f) => s.NetworkBytesReceived = f.Now is { } now ? MetricTable.Sum(now.Interfaces, i => i.ReceivedBytes) : null),
        new(Information.NetworkBytesSent, Summary.Names.NetworkBytesSent, (s, f) => s.NetworkBytesSent = f.Now is { } now ? MetricTable.Sum(now.Interfaces, i => i.SentBytes) : null),
    ];

    public override IEnumerable<Line> Enumerate() => Lines(configurations.States());

    public override string IdOf(Line line) => GuestPart.IdOf(line.Configuration.Guest.Uuid, Part);

    public override Line? FindById(string instanceId) =>
        GuestPart.TryParse(instanceId, out var uuid, out var part) && part == Part && configurations.Find(uuid, ConfigurationKind.State) is { } state
            ? new(state, Sample.OfOne(sampler)) : null;

    /// <summary>Summaries for a method to hand out.</summary>
    /// <param name="chosen">The guests; null for all.</param>
    /// <param name="wanted">What of them; null or empty for everything.</param>
    /// <exception cref="CimException">INVALID_PARAMETER: there is no such information.</exception>
    public IEnumerable<Xen_ComputerSystemSummary> Of(IEnumerable<Configuration>? chosen, IReadOnlyCollection<Information>? wanted)
    {
        if (wanted?.Where(w => !Array.Exists(_facts, f => f.Code == w)).ToList() is { Count: > 0 } unknown)
            throw CimException.InvalidParameter($"RequestedInformation {string.Join(", ", unknown.Select(u => (uint)u))} is not known; it is of {string.Join(", ", _facts.Select(f => (uint)f.Code).Order())}.");
        return Lines(chosen ?? configurations.States()).Select(line => Summarize(line, f => wanted is null or { Count: 0 } || wanted.Contains(f.Code)));
    }

    protected override CimInstance Describe(Line line, CimRequest request) => Summarize(line, f => request.Wants(f.Property));

    private IEnumerable<Line> Lines(IEnumerable<Configuration> guests)
    {
        var sample = Sample.OfMany(sampler);
        return guests.Select(g => new Line(g, sample));
    }

    private Summary Summarize(Line line, Func<Fact, bool> wants)
    {
        var overTime = Array.Exists(_facts, f => f.Code == Information.ProcessorLoad && wants(f));
        var facts = new Facts(line.Configuration, new(() => line.Sample.Of(line.Configuration.Guest, overTime)));
        var summary = new Summary { InstanceID = IdOf(line) };
        foreach (var fact in _facts.Where(wants))
            fact.Set(summary, facts);
        return summary;
    }
}
