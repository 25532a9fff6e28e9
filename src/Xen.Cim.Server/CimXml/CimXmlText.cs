namespace Xen.Cim.Server.CimXml;

internal static class CimXmlText
{
    /// <summary>A client's text as it may stand in a message.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");
}
