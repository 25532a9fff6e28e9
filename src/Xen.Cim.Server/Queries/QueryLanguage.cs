using System.Collections.Frozen;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Queries;

/// <summary>A language that queries are written in. The three share grammar and evaluation; here is where they differ.</summary>
/// <param name="Name">The name that the server tells.</param>
/// <param name="HasSelect">SELECT … FROM … WHERE …; otherwise a condition alone.</param>
/// <param name="LikeIsRegular">
/// LIKE takes a regular expression (DSP1001 annex B); otherwise <c>%</c>, <c>_</c> and <c>[…]</c> as in SQL.
/// </param>
/// <param name="ConvertsText">A string compares with a number or a boolean that it spells.</param>
public sealed record QueryLanguage(string Name, bool HasSelect, bool LikeIsRegular, bool ConvertsText)
{
    /// <summary>The WBEM query language of the CIM servers: a level of SQL.</summary>
    public static readonly QueryLanguage Wql = new("WQL", HasSelect: true, LikeIsRegular: false, ConvertsText: true);

    /// <summary>DSP0202.</summary>
    public static readonly QueryLanguage Cql = new("DMTF:CQL", HasSelect: true, LikeIsRegular: true, ConvertsText: false);

    /// <summary>DSP0212.</summary>
    public static readonly QueryLanguage Fql = new("DMTF:FQL", HasSelect: false, LikeIsRegular: true, ConvertsText: false);

    private static readonly FrozenDictionary<string, QueryLanguage> s_byName = new Dictionary<string, QueryLanguage>
    {
        ["WQL"] = Wql,
        ["WQL1"] = Wql,
        ["WQL2"] = Wql,
        ["DMTF:CQL"] = Cql,
        ["CIM:CQL"] = Cql,
        ["CQL"] = Cql,
        ["DMTF:FQL"] = Fql,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CimException">QUERY_LANGUAGE_NOT_SUPPORTED.</exception>
    public static QueryLanguage Named(string name) => s_byName.GetValueOrDefault(name.Trim()) ?? throw new CimException(
        CimStatus.QueryLanguageNotSupported, $"The query language \"{CimXmlText.Shorten(name)}\" is not known; this server has WQL, DMTF:CQL and, for filters, DMTF:FQL.");
}
