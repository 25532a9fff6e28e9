using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>A text file with a line for a class or a property, which says something of all classes below too.</summary>
internal static class PropertyList
{
    /// <summary>Class.Property, or Class alone → what is said of it. Lines that begin with # are for readers.</summary>
    public static Dictionary<string, string> Read(string path) => File.ReadLines(Tree.PathOf(path))
        .Where(l => l.Length > 0 && !l.StartsWith('#'))
        .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries))
        .ToDictionary(p => p[0], p => p.Length > 1 ? p[1] : "");

    /// <summary>The entries that would cover a property, the nearest first: of the class itself and of each superclass that has it.</summary>
    public static IEnumerable<string> Entries(CimLayout layout, string property)
    {
        for (var l = layout; l is not null && l.OrdinalOf(property) >= 0; l = l.Super)
            yield return $"{l.ClassName}.{property}";
    }
}
