using System.Xml.Linq;

namespace Xen.Cim.TestResults;

public enum Outcome
{
    Passed,
    Failed,
    Skipped,
}

/// <param name="Reason">Why it was skipped or how it failed, in one line; empty when it passed.</param>
public sealed record Result(Outcome Outcome, string Reason);

/// <summary>
/// What one server and one kind of host came to: a text file with a line for each test, theme, name, outcome and reason
/// between tabs.
/// </summary>
/// <param name="Name">server.host: embedded.QemuHVM.</param>
public sealed record Column(string Name, IReadOnlyDictionary<SuiteTest, Result> Results)
{
    private const string Extension = ".txt";
    private const int LongestReason = 300;

    /// <summary>The columns of a run: one for each host that it was on.</summary>
    /// <param name="server">What the columns are called before the host's part.</param>
    public static IReadOnlyList<Column> FromTrx(XDocument trx, string server)
    {
        var results = new SortedDictionary<string, Dictionary<SuiteTest, Result>>(StringComparer.Ordinal);
        foreach (var result in trx.Descendants().Where(e => e.Name.LocalName == "UnitTestResult"))
        {
            if (SuiteTest.TryParse((string?)result.Attribute("testName") ?? "", out var host, out var test))
            {
                if (!results.TryGetValue(host, out var column))
                    results[host] = column = [];
                column[test] = Read(result);
            }
        }
        return [.. results.Select(r => new Column($"{server}.{r.Key}", r.Value))];
    }

    /// <summary>The columns that are kept in a folder, in the order of their names.</summary>
    public static IReadOnlyList<Column> Load(string folder) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Select(LoadFile)];

    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, Name + Extension), Results.OrderBy(r => r.Key.Theme, StringComparer.Ordinal).ThenBy(r => r.Key.Name, StringComparer.Ordinal)
            .Select(r => string.Join('\t', (string[])[r.Key.Theme, r.Key.Name, Word(r.Value.Outcome), .. r.Value.Reason.Length > 0 ? [r.Value.Reason] : Array.Empty<string>()])));
    }

    public static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        _ => "skipped",
    };

    private static Column LoadFile(string file) => new(Path.GetFileNameWithoutExtension(file), File.ReadLines(file).Select(line => line.Split('\t'))
        .ToDictionary(cells => new SuiteTest(cells[0], cells[1]), cells => new Result(cells[2] switch
        {
            "passed" => Outcome.Passed,
            "failed" => Outcome.Failed,
            "skipped" => Outcome.Skipped,
            var other => throw new InvalidDataException($"{file} has the outcome \"{other}\"; expected passed, failed or skipped."),
        }, cells.Length > 3 ? cells[3] : "")));

    private static Result Read(XElement result) => (string?)result.Attribute("outcome") switch
    {
        "Passed" => new Result(Outcome.Passed, ""),
        // The runner writes a skip's reason where a test writes its output.
        "NotExecuted" => new Result(Outcome.Skipped, OneLine(Text(result, "Message") ?? Text(result, "StdOut") ?? "")),
        _ => new Result(Outcome.Failed, OneLine(Text(result, "Message") ?? "")),
    };

    private static string? Text(XElement result, string element) => result.Descendants().FirstOrDefault(e => e.Name.LocalName == element)?.Value;

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestReason ? line : line[..LongestReason] + "...";
    }
}
