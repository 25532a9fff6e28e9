using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.TestResults;

/// <summary>The time that the tests of a class took, one after the other.</summary>
public sealed record ClassTime(string Class, int Tests, TimeSpan Time)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time.TotalSeconds,7:F1} s  {Class} ({Tests} {(Tests == 1 ? "test" : "tests")})");
}

/// <summary>Where the time of a run goes.</summary>
public static class Longest
{
    /// <summary>The classes of one or more results in TRX, the longest first.</summary>
    public static IReadOnlyList<ClassTime> Classes(params IEnumerable<XDocument> runs) =>
    [
        .. runs.SelectMany(run => run.Descendants()).Where(e => e.Name.LocalName == "UnitTestResult")
            .GroupBy(result => ClassOf((string?)result.Attribute("testName") ?? ""), TimeOf)
            .Select(times => new ClassTime(times.Key, times.Count(), TimeSpan.FromTicks(times.Sum(t => t.Ticks))))
            .OrderByDescending(c => c.Time).ThenBy(c => c.Class, StringComparer.Ordinal),
    ];

    // The full name of a method, and of one case of a theory its arguments.
    private static string ClassOf(string test) => test.Split('(')[0] is var method && method.LastIndexOf('.') is > 0 and var at ? method[..at] : method;

    // What was skipped has none.
    private static TimeSpan TimeOf(XElement result) =>
        TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out var time) ? time : TimeSpan.Zero;
}
