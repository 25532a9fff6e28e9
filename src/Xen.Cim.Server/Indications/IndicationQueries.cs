using System.Text.RegularExpressions;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Indications;

/// <summary>What a filter's query lets through.</summary>
internal interface IIndicationQuery
{
    /// <summary>The indication class after FROM.</summary>
    string ClassName { get; }

    /// <summary>Whether an indication of that class passes the WHERE clause.</summary>
    /// <param name="isA">Whether the first class is the second or below it.</param>
    bool Accepts(CimInstance indication, Func<string, string, bool> isA);

    /// <summary>The properties that the select list leaves.</summary>
    CimInstance Select(CimInstance indication);
}

/// <summary>Reads the queries of filters.</summary>
internal static partial class IndicationQueries
{
    private static readonly string[] s_languages = ["WQL", "DMTF:CQL", "CIM:CQL"];

    /// <exception cref="CimException">INVALID_PARAMETER: the language is not known, or the query is not in it.</exception>
    public static IIndicationQuery Parse(string query, string language)
    {
        if (!s_languages.Contains(language, StringComparer.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"QueryLanguage \"{CimXmlText.Shorten(language)}\" is not known; this server has {string.Join(", ", s_languages)}.");
        var match = SelectAll().Match(query);
        if (!match.Success)
        {
            throw CimException.InvalidParameter(
                $"The query \"{CimXmlText.Shorten(query)}\" is not understood: expected SELECT * FROM class [WHERE SourceInstance ISA class].");
        }
        return new WholeClass(match.Groups["class"].Value, match.Groups["source"] is { Success: true } source ? source.Value : null);
    }

    [GeneratedRegex("""^\s*SELECT\s+\*\s+FROM\s+(?<class>\w+)(\s+WHERE\s+SourceInstance\s+ISA\s+["']?(?<source>\w+)["']?)?\s*;?\s*$""", RegexOptions.IgnoreCase)]
    private static partial Regex SelectAll();

    private sealed record WholeClass(string ClassName, string? SourceClass) : IIndicationQuery
    {
        public bool Accepts(CimInstance indication, Func<string, string, bool> isA) =>
            SourceClass is null || (indication["SourceInstance"] is CimInstance source && isA(source.ClassName, SourceClass));

        public CimInstance Select(CimInstance indication) => indication;
    }
}
