using System.Globalization;
using System.Text;

namespace Xen.Cim.TestResults;

/// <summary>docs/test-results.md: each test of the suite on each server and host.</summary>
public static class Page
{
    private const string Top = """
        # What the suite found

        The suite of guest life is written once and run on every kind of hypervisor host and in every CIM server. A column is
        what a server and a host came to when it was last recorded; the number in a cell leads to the reason below the tables.
        "–" means that a test has nothing to ask of that host.

        Made from the files in `docs/test-results`, one a column; a test keeps this page equal to them. `./test.sh --record`
        writes the columns of the embedded server, `./test.sh --server URL --connect URI --record NAME` those of another
        server (`./test.sh --help`). To write the page again: `dotnet run --project tests/Xen.Cim.TestResults -- page docs`.

        """;

    public static string Write(IReadOnlyList<Column> columns)
    {
        var page = new StringBuilder(Top).Append('\n');
        var notes = new List<string>();
        Summary(page, columns);
        foreach (var theme in columns.SelectMany(c => c.Results.Keys).Distinct().OrderBy(t => t.Theme, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal).GroupBy(t => t.Theme))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {theme.Key}\n\n| test |{string.Concat(columns.Select(c => $" {Title(c)} |"))}\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
            foreach (var test in theme)
                page.Append(CultureInfo.InvariantCulture, $"| {test.Words} |{string.Concat(columns.Select(c => $" {Cell(c, test, notes)} |"))}\n");
        }
        if (notes.Count > 0)
            page.Append("\n## Reasons\n\n");
        for (var note = 0; note < notes.Count; note++)
            page.Append(CultureInfo.InvariantCulture, $"{note + 1}. {notes[note]}\n");
        return page.ToString();
    }

    private static void Summary(StringBuilder page, IReadOnlyList<Column> columns)
    {
        page.Append("| server and host | passed | skipped | failed |\n|---|---|---|---|\n");
        foreach (var column in columns)
        {
            int Count(Outcome outcome) => column.Results.Values.Count(r => r.Outcome == outcome);
            page.Append(CultureInfo.InvariantCulture, $"| {Title(column)} | {Count(Outcome.Passed)} | {Count(Outcome.Skipped)} | {Count(Outcome.Failed)} |\n");
        }
    }

    private static string Title(Column column) => column.Name.Replace('.', ' ');

    private static string Cell(Column column, SuiteTest test, List<string> notes)
    {
        if (!column.Results.TryGetValue(test, out var result))
            return "–";
        if (result.Reason.Length == 0)
            return Column.Word(result.Outcome);
        var reason = result.Reason.Replace("|", "\\|", StringComparison.Ordinal);
        var note = notes.IndexOf(reason);
        if (note < 0)
        {
            note = notes.Count;
            notes.Add(reason);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{Column.Word(result.Outcome)} ({note + 1})");
    }
}
