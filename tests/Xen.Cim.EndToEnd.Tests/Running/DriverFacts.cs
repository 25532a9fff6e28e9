namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What libvirt's drivers can do, as docs/drivers.md tells everybody.</summary>
internal static class DriverFacts
{
    private static readonly Lazy<IReadOnlyDictionary<(string Driver, string Operation), bool>> s_table = new(Read);

    /// <param name="driver">A column of the table: Xen, QEMU or Test.</param>
    /// <param name="operation">A row: Define, Start, …</param>
    public static bool Has(string driver, string operation) => s_table.Value.TryGetValue((driver, operation), out var has) ? has
        : throw new KeyNotFoundException($"docs/drivers.md does not say whether the driver {driver} has {operation}");

    /// <summary>What the table remarks on an operation, or a sentence that says where it is.</summary>
    public static string Remark(string driver, string operation)
    {
        var cells = Rows().First(r => r[0] == operation);
        var number = cells[Array.IndexOf(Rows().First(), driver)].Split('(', ')') is [_, var n, ..] ? n : null;
        return (number is null ? null : Lines().FirstOrDefault(l => l.StartsWith(number + ". ", StringComparison.Ordinal))?[(number.Length + 2)..])
            ?? $"see {operation} in docs/drivers.md";
    }

    private static Dictionary<(string, string), bool> Read()
    {
        var rows = Rows().ToList();
        var drivers = rows[0][2..];
        return rows.Skip(2).SelectMany(row => drivers.Zip(row[2..], (driver, cell) => (driver, row[0], cell)))
            .ToDictionary(r => (r.driver, r.Item2), r => r.cell.StartsWith("yes", StringComparison.Ordinal));
    }

    private static IEnumerable<string[]> Rows() => Lines().Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Lines() => File.ReadLines(Path.Combine(
        Stage.SourceTree ?? throw new InvalidOperationException("the tests run without their source tree, which has docs/drivers.md"), "docs", "drivers.md"));
}
