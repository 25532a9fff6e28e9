using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Arrays of strings that are names with values: <c>name=value</c>.</summary>
internal static class NamedValues
{
    public static string[]? Write(IEnumerable<KeyValuePair<string, string>> values) =>
        values.Select(v => v.Key + "=" + v.Value).ToArray() is { Length: > 0 } entries ? entries : null;

    /// <param name="property">What the entries are called, for the error.</param>
    /// <param name="example">A right one, for the error.</param>
    /// <param name="otherwise">The value of an entry that is a name alone; null: it needs one.</param>
    /// <exception cref="CimException">INVALID_PARAMETER: an entry without a name, or without a value.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string property, IEnumerable<string?> entries, string example, string? otherwise = null)
    {
        var values = new List<KeyValuePair<string, string>>();
        foreach (var entry in entries)
        {
            var at = entry?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (entry is not { Length: > 0 } || at == 0 || (at < 0 && otherwise is null) || entry.AsSpan(0, at < 0 ? entry.Length : at).ContainsAny(' ', '\t', '\n'))
                throw CimException.InvalidParameter($"{property} \"{(entry?.Length > 64 ? entry[..64] + "..." : entry)}\": expected name=value, such as {example}.");
            values.Add(at < 0 ? KeyValuePair.Create(entry, otherwise!) : KeyValuePair.Create(entry[..at], entry[(at + 1)..]));
        }
        return values;
    }
}
