using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Generator.Schema;

/// <summary>Reads the ValueMap and Values qualifiers; ranges ("..", "4..7") are left out.</summary>
internal static class ValueMapReader
{
    /// <returns>The map; null when the element has none, or problem says why it is wrong.</returns>
    public static ValueMap? Read(ClrType type, IReadOnlyList<string>? map, IReadOnlyList<string>? labels, out string? problem)
    {
        problem = null;
        // Without ValueMap, Values counts from 0; that makes sense for integers only.
        if (map is null)
        {
            if (labels is null || !type.IsInteger)
                return null;
            map = Enumerable.Range(0, labels.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        }
        if (labels is not null && labels.Count != map.Count)
        {
            problem = $"ValueMap has {map.Count} entries and Values {labels.Count}";
            return null;
        }
        // Bit maps and octet strings have value maps of another meaning; so do types that are neither integer nor string.
        if (!type.IsInteger && type.Clr != "string")
            return null;
        var entries = new List<ValueMapEntry>();
        var identifiers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < map.Count; i++)
        {
            var value = map[i];
            if (type.IsInteger)
            {
                if (IsRange(value))
                    continue;
                if (!TryReadInteger(value, out var number) || number < type.Min || number > type.Max)
                {
                    problem = $"ValueMap entry \"{value}\" is no value of type {type.Cim}";
                    return null;
                }
                value = number.ToString(CultureInfo.InvariantCulture);
            }
            var label = labels?[i] ?? map[i];
            var identifier = Identifiers.FromLabel(label) is { Length: > 0 } found ? found : "Value_" + i;
            if (!identifiers.Add(identifier))
            {
                identifier += Identifiers.FromLabel("_" + value);
                while (!identifiers.Add(identifier))
                    identifier += "_";
            }
            entries.Add(new(identifier, value, label));
        }
        return entries.Count == 0 ? null : new(entries);
    }

    /// <summary>The strings of an array qualifier; null when it is absent.</summary>
    public static IReadOnlyList<string>? Strings(MofQualifier? qualifier) => qualifier?.Value switch
    {
        MofArray array => array.Elements.OfType<MofString>().Select(s => s.Value).ToList(),
        MofString one => [one.Value],
        _ => null,
    };

    private static bool IsRange(string value) => value.Contains("..");

    private static bool TryReadInteger(string text, out decimal number)
    {
        text = text.Trim();
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        var ok = ulong.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex);
        number = hex;
        return ok;
    }
}
