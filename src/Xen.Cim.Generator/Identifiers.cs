using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Cim.Generator;

/// <summary>Makes C# names out of CIM's.</summary>
internal static class Identifiers
{
    /// <summary>
    /// The words as the schema has them, with an underscore for each other character: "Enabled but Offline" becomes
    /// Enabled_but_Offline, "802.11a" _802_11a. Empty when no letter or digit is left.
    /// </summary>
    public static string FromLabel(string label)
    {
        var name = new StringBuilder(label.Length + 1);
        var empty = true;
        foreach (var c in label.Trim())
        {
            if (name.Length == 0 && c is >= '0' and <= '9')
                name.Append('_');
            name.Append(IsPart(c) ? c : '_');
            empty &= !IsPart(c);
        }
        return empty ? "" : FromName(name.ToString());
    }

    /// <summary>A CIM name as a C# identifier; CIM's letters are C#'s, so that only keywords matter.</summary>
    public static string FromName(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    private static bool IsPart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');
}
