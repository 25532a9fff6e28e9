using Xen.Cim.Schema;
using ChangeType = Xen.Cim.Schema.CIM_BaseMetricDefinition.ChangeTypeValue;
using DataType = Xen.Cim.Schema.CIM_BaseMetricDefinition.DataTypeValue;
using TimeScope = Xen.Cim.Schema.CIM_BaseMetricDefinition.TimeScopeValue;

namespace Xen.Cim.Providers;

/// <summary>What a number means (CIM_BaseMetricDefinition, DSP1053).</summary>
/// <param name="Name">The local part of the Id.</param>
/// <param name="Description">For people.</param>
/// <param name="Unit">What is counted.</param>
internal sealed record MetricDefinition(string Name, string Description, MetricUnit Unit)
{
    private const string Prefix = "Xen:";

    public string Id { get; } = Prefix + Name;

    public DataType DataType { get; init; } = DataType.uint64;

    public ChangeType ChangeType { get; init; } = ChangeType.Gauge;

    public TimeScope TimeScope { get; init; } = TimeScope.Point;
}

/// <summary>A unit, in the words of CIM's Units qualifier and in the notation of DSP0004 annex C.</summary>
internal sealed record MetricUnit(string Units, string Programmatic, bool IsSummable = true)
{
    public static readonly MetricUnit Bytes = new("Bytes", "byte");
    public static readonly MetricUnit BytesPerSecond = new("Bytes per Second", "byte / second");
    public static readonly MetricUnit Nanoseconds = new("NanoSeconds", "second * 10^-9");
    public static readonly MetricUnit Seconds = new("Seconds", "second", IsSummable: false);
    public static readonly MetricUnit Percent = new("Percent", "percent", IsSummable: false);
    public static readonly MetricUnit Count = new("Count", "count");
}

/// <summary>One thing's numbers, now and a while before.</summary>
/// <param name="Before">Null when there is nothing to compare with.</param>
/// <param name="Interval">The time between the two.</param>
/// <param name="At">When the later was read.</param>
/// <param name="Since">For how long has been counted; null when that is not known.</param>
internal sealed record Reading<T>(T Now, T? Before, TimeSpan Interval, DateTimeOffset At, TimeSpan? Since)
    where T : class
{
    /// <summary>The same two readings of a part of the thing; null when it has no such part.</summary>
    public Reading<TPart>? Of<TPart>(Func<T, TPart?> part)
        where TPart : class =>
        part(Now) is { } now ? new(now, Before is null ? null : part(Before), Interval, At, Since) : null;

    /// <summary>
    /// The time that <see cref="PerSecond"/> is about: that between two readings. Until there is a second one, that since
    /// the start, when all counters were 0; null when that is not known either.
    /// </summary>
    public TimeSpan? Over => Before is not null || Since is null ? Interval > TimeSpan.Zero ? Interval : null : Since;

    /// <summary>By how much a counter grew each second; null when it did not only grow, or nobody knows over which time.</summary>
    public double? PerSecond(Func<T, ulong?> count) =>
        Over is { TotalSeconds: > 0 and var seconds } && count(Now) is { } now && (Before is null ? 0 : count(Before)) is { } before && now >= before
            ? (now - before) / seconds : null;
}

/// <summary>A metric of things with the numbers <typeparamref name="T"/>: what it means, and how it is read.</summary>
internal sealed record Metric<T>(MetricDefinition Definition, Func<Reading<T>, object?> Read)
    where T : class
{
    /// <summary>Something that is counted from the start of the guest.</summary>
    public static Metric<T> Counter(string name, string description, MetricUnit unit, Func<T, ulong?> count) =>
        new(new(name, description, unit) { ChangeType = ChangeType.Counter, TimeScope = TimeScope.StartupInterval }, r => count(r.Now));

    /// <summary>Something that is so much now.</summary>
    public static Metric<T> Gauge(string name, string description, MetricUnit unit, Func<T, ulong?> amount) =>
        new(new(name, description, unit), r => amount(r.Now));

    /// <summary>By how much a counter grows each second.</summary>
    public static Metric<T> Rate(string name, string description, MetricUnit unit, Func<T, ulong?> count) =>
        new(new(name, description, unit) { TimeScope = TimeScope.Interval }, r => r.PerSecond(count) is { } rate ? (ulong)Math.Round(rate) : null);

    /// <summary>What part of a whole was used, in percent, whole at most: samplings are not that exact.</summary>
    public static Metric<T> Utilization(string name, string description, Func<Reading<T>, double?> used) =>
        new(new(name, description, MetricUnit.Percent) { DataType = DataType.real64, TimeScope = TimeScope.Interval },
            r => used(r) is { } part ? Math.Clamp(part * 100, 0, 100) : null);
}
