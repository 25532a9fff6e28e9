using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// Which metrics are collected: all, but for what somebody turned off. Kept over restarts when there is a folder to keep
/// it in, and shared with other processes that use the same one.
/// </summary>
internal sealed class MetricSwitches(StateDirectory? directory)
{
    /// <summary>More than this are turned off with one call for all elements.</summary>
    public const int MaxEntries = 10_000;

    private const string FileName = "metrics.json";

    private readonly Lock _gate = new();

    // By the definition's Id, or by a value's InstanceID, which comes before it.
    private volatile Dictionary<string, bool> _switches = [];
    private DateTime _seen;

    /// <summary>Whether a metric is collected of elements of which nothing else was said.</summary>
    public bool IsOn(MetricDefinition definition) => !Switches.TryGetValue(definition.Id, out var on) || on;

    public bool IsOn(MetricDefinition definition, string elementId) =>
        Switches.Count > 0 && Switches.TryGetValue(MetricValue.IdOf(definition, elementId), out var on) ? on : IsOn(definition);

    /// <summary>Turns metrics on or off, all together or not at all.</summary>
    /// <param name="metrics">With the element; null for all elements, also those to come.</param>
    /// <param name="on">Whether to collect them.</param>
    /// <param name="exists">Whether there is still the element of a value; asked when there are too many.</param>
    /// <exception cref="CimException">FAILED: too much is turned off one by one.</exception>
    public void Set(IEnumerable<(MetricDefinition Definition, string? ElementId)> metrics, bool on, Func<string, bool> exists)
    {
        lock (_gate)
        {
            using var others = directory?.Lock(FileName);
            Read();
            var switches = new Dictionary<string, bool>(_switches);
            foreach (var (definition, elementId) in metrics)
            {
                if (elementId is null)
                {
                    foreach (var one in switches.Keys.Where(k => k.StartsWith(definition.Id + "/", StringComparison.Ordinal)).ToList())
                        switches.Remove(one);
                }
                var all = elementId is null || !switches.TryGetValue(definition.Id, out var other) || other;
                Put(switches, elementId is null ? definition.Id : MetricValue.IdOf(definition, elementId), on, like: all);
            }
            if (switches.Count > MaxEntries)
            {
                foreach (var gone in switches.Keys.Where(k => k.Contains('/', StringComparison.Ordinal) && !exists(k)).ToList())
                    switches.Remove(gone);
            }
            if (switches.Count > MaxEntries)
                throw new CimException(CimStatus.Failed, $"More than {MaxEntries} metrics would be turned off one by one; turn them off for all elements (without a Subject) instead.");
            _switches = switches;
            if (others is null)
                return;
            directory!.Write(FileName, writer =>
            {
                writer.WriteStartObject();
                foreach (var (key, state) in switches)
                    writer.WriteBoolean(key, state);
                writer.WriteEndObject();
            });
            directory.HasChanged(FileName, ref _seen);
        }
    }

    private static void Put(Dictionary<string, bool> switches, string key, bool on, bool like)
    {
        if (on == like)
            switches.Remove(key);
        else
            switches[key] = on;
    }

    private Dictionary<string, bool> Switches
    {
        get
        {
            // Somebody else may have written since.
            if (directory is not null)
            {
                lock (_gate)
                {
                    if (directory.HasChanged(FileName, ref _seen))
                        Read();
                }
            }
            return _switches;
        }
    }

    private void Read()
    {
        // Without a file nothing was ever turned off, or it cannot be written and what is in memory holds.
        if (directory is not null && File.Exists(directory.PathOf(FileName)))
            _switches = directory.Read(FileName, root => root.EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetBoolean())) ?? _switches;
    }
}
