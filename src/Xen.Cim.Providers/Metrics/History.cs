using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>How far apart two readings are that are compared.</summary>
/// <param name="Shortest">Over less than this the numbers jump.</param>
/// <param name="Longest">Over more than this they tell nothing of the present.</param>
internal readonly record struct Distance(TimeSpan Shortest, TimeSpan Longest)
{
    public bool Fits(IMeasurement from, IMeasurement to) => to.Clock - from.Clock is var apart && apart >= Shortest && apart <= Longest;
}

/// <summary>
/// What was read of one thing: the last reading and what it is compared with. Readings may come in another order than
/// they were taken in, and closer to each other than what can be compared.
/// </summary>
/// <param name="Now">The last reading.</param>
/// <param name="Before">The newest one before it that is far enough away; null when there is none.</param>
internal sealed record History<T>(T Now, T? Before)
    where T : class, IMeasurement
{
    public History(T first)
        : this(first, null)
    {
    }

    /// <summary>
    /// What later readings are compared with: the last one but for those that came sooner after it than can be compared.
    /// </summary>
    private T Mark { get; init; } = Now;

    /// <summary>The time between the two; zero when there is one only.</summary>
    public TimeSpan Interval => Before is null ? TimeSpan.Zero : Now.Clock - Before.Clock;

    /// <summary>The same with one reading more.</summary>
    /// <param name="read">The reading.</param>
    /// <param name="distance">With which others it is compared.</param>
    /// <param name="isOfAnother">Whether the later of two readings, given second, began to count anew.</param>
    public History<T> With(T read, Distance distance, Func<T, T, bool> isOfAnother)
    {
        if (read.Clock <= Now.Clock)
        {
            // It was taken earlier and took longer: the last one stays, and may be compared with it.
            return Before is null && distance.Fits(read, Now) && !isOfAnother(read, Now) ? this with { Before = read } : this;
        }
        if (isOfAnother(Now, read))
            return new(read);
        if (read.Clock - Mark.Clock >= distance.Shortest)
            return new(read, distance.Fits(Mark, read) ? Mark : null);
        return this with { Now = read, Before = Before is not null && distance.Fits(Before, read) ? Before : null };
    }
}
