using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Queries;

/// <summary>What is wrong with a query, and where.</summary>
internal static class QueryError
{
    public static CimException Invalid(string query, int position, string what) => Make(CimStatus.InvalidQuery, query, position, what);

    public static CimException Feature(string query, int position, string what) => Make(CimStatus.QueryFeatureNotSupported, query, position, what);

    private static CimException Make(CimStatus status, string query, int position, string what) =>
        new(status, $"The query \"{CimXmlText.Shorten(query)}\" is not understood at character {position}: {what}.");
}
