using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Cim.Generator;

/// <summary>Makes C# names out of CIM's.</summary>
internal static class Identifiers
{
    /// <summary>"Enabled but Offline" → EnabledButOffline, "802.11a" → _802_11A; empty when nothing is left.</summary>
    public static string FromLabel(string label)
    {
        var name = new StringBuilder();
        var wordStarts = true;
        var lastWasDigit = false;
        foreach (var c in label)
        {
            if (!IsPart(c))
            {
                wordStarts = true;
                continue;
            }
            var digit = c is >= '0' and <= '9';
            // "1.2" must not become 12.
            if (wordStarts && digit && lastWasDigit)
                name.Append('_');
            name.Append(wordStarts ? char.ToUpperInvariant(c) : c);
            wordStarts = false;
            lastWasDigit = digit;
        }
        if (name.Length > 0 && name[0] is >= '0' and <= '9')
            name.Insert(0, '_');
        return name.ToString();
    }

    /// <summary>A CIM name as a C# identifier; CIM's letters are C#'s, so that only keywords matter.</summary>
    public static string FromName(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    private static bool IsPart(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');
}
