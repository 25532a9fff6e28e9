using System.Diagnostics;

namespace Xen.Cim.Benchmarks;

/// <summary>
/// Times things that are to be compared: one round of each in turn, so that whatever else the machine does meets all of
/// them alike, and the median of the rounds.
/// </summary>
internal static class Timing
{
    /// <returns>Milliseconds, in the order of <paramref name="things"/>.</returns>
    public static double[] Medians(int warmUps, int rounds, params IReadOnlyList<Action> things)
    {
        for (var i = 0; i < warmUps; i++)
        {
            foreach (var thing in things)
                thing();
        }
        var times = things.Select(_ => new List<double>(rounds)).ToArray();
        for (var i = 0; i < rounds; i++)
        {
            for (var t = 0; t < things.Count; t++)
                times[t].Add(Once(things[t]));
        }
        return Array.ConvertAll(times, Median);
    }

    /// <summary>
    /// The same in as many rounds as fit into a time, after one that warms up: at least three, or one where that takes ten times as long.
    /// </summary>
    public static double[] MediansWithin(TimeSpan time, params IReadOnlyList<Func<double>> things)
    {
        var times = things.Select(_ => new List<double>()).ToArray();
        for (var (i, begin) = (-1, Stopwatch.GetTimestamp()); i < 1 || (i < 200 && Stopwatch.GetElapsedTime(begin) < (i < 3 ? 10 * time : time)); i++)
        {
            for (var t = 0; t < things.Count; t++)
            {
                var took = things[t]();
                if (i >= 0)
                    times[t].Add(took);
            }
        }
        return Array.ConvertAll(times, Median);
    }

    public static double Once(Action thing)
    {
        var begin = Stopwatch.GetTimestamp();
        thing();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
