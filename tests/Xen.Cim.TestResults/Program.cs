using System.Globalization;
using System.Xml.Linq;
using Xen.Cim.TestResults;

const string Usage = """
    usage: Xen.Cim.TestResults record NAME RESULTS.trx DOCS
           Xen.Cim.TestResults page DOCS
           Xen.Cim.TestResults longest COUNT RESULTS.trx...

    record   keeps the suite's results in DOCS/test-results, a file for each host that was tested, NAME.HOST.txt, and
             makes DOCS/test-results.md again
    page     only that
    longest  the test classes that took the longest
    """;

if (args is ["longest", var number, .. var runs] && int.TryParse(number, CultureInfo.InvariantCulture, out var count))
{
    foreach (var time in Longest.Classes(runs.Select(XDocument.Load)).Take(count))
        Console.WriteLine(time);
    return 0;
}
var (docs, columns) = args switch
{
    ["record", var name, var trx, var folder] => (folder, Column.FromTrx(XDocument.Load(trx), name)),
    ["page", var folder] => (folder, []),
    _ => ("", []),
};
if (docs.Length == 0)
{
    Console.Error.WriteLine(Usage);
    return 2;
}
var kept = Path.Combine(docs, "test-results");
foreach (var column in columns)
{
    column.Save(kept);
    Console.WriteLine($"Recorded {column.Name}: {column.Results.Count} tests");
}
File.WriteAllText(Path.Combine(docs, "test-results.md"), Page.Write(Column.Load(kept)));
return 0;
