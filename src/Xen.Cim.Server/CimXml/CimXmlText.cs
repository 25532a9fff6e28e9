namespace Xen.Cim.Server.CimXml;

internal static class CimXmlText
{
    /// <summary>A client's text as it may stand in a message.</summary>
    public static string Shorten(string text, int longest = 80) => text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest - 3), "...");

    /// <summary>A client's text as it may stand in a log: one line, whatever is in it.</summary>
    public static string OneLine(string text, int longest = 80) => Shorten(string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)), longest);
}
