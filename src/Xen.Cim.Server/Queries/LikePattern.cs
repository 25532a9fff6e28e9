using System.Text;
using System.Text.RegularExpressions;

namespace Xen.Cim.Server.Queries;

/// <summary>The patterns of LIKE. They match in a time that grows with the text and not with the pattern's cunning.</summary>
internal static class LikePattern
{
    private const int MaxLength = 1024;

    /// <exception cref="Model.CimException">INVALID_QUERY.</exception>
    public static Regex Parse(QueryLanguage language, string query, QueryToken pattern)
    {
        if (pattern.Text.Length > MaxLength)
            throw QueryError.Invalid(query, pattern.Position, $"a pattern has at most {MaxLength} characters");
        try
        {
            var text = language.LikeIsRegular ? pattern.Text : FromSql(pattern.Text);
            return new Regex($@"\A(?:{text})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw QueryError.Invalid(query, pattern.Position, $"'{CimXml.CimXmlText.Shorten(pattern.Text)}' is not a pattern ({e.Message.TrimEnd('.')})");
        }
    }

    // % any text, _ any character, [a-z] and [^a-z] one of them, \ takes the meaning from what follows.
    private static string FromSql(string pattern)
    {
        var regular = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '%':
                    regular.Append(".*");
                    break;
                case '_':
                    regular.Append('.');
                    break;
                case '[' when pattern.IndexOf(']', i + 2 < pattern.Length ? i + 2 : i) is > 0 and var end:
                    regular.Append(pattern[i..(end + 1)].Replace("\\", "\\\\", StringComparison.Ordinal));
                    i = end;
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regular.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    regular.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }
        return regular.ToString();
    }
}
