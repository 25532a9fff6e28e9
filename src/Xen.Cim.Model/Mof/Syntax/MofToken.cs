namespace Xen.Cim.Model.Mof.Syntax;

internal enum MofTokenKind
{
    End,
    Identifier,
    Alias,
    String,
    Char,
    Integer,
    Real,
    Pragma,
    Punctuator,
}

/// <summary>One token; what it carries depends on its kind.</summary>
/// <param name="Text">Identifier, alias without "$", string content, or the punctuator.</param>
/// <param name="Magnitude">Absolute value of an integer.</param>
internal readonly record struct MofToken(
    MofTokenKind Kind, MofLocation Location, string Text, bool IsNegative = false, ulong Magnitude = 0, double Real = 0)
{
    /// <summary>The token as an error message names it.</summary>
    public string Describe() => Kind switch
    {
        MofTokenKind.End => "the end of the text",
        MofTokenKind.Identifier => $"\"{Shorten(Text)}\"",
        MofTokenKind.Alias => $"the alias ${Shorten(Text)}",
        MofTokenKind.String => $"the string \"{Shorten(Text)}\"",
        MofTokenKind.Char => $"the character '{Text}'",
        MofTokenKind.Integer => $"the number {(IsNegative ? "-" : "")}{Magnitude}",
        MofTokenKind.Real => "a real number",
        MofTokenKind.Pragma => "#pragma",
        _ => $"\"{Text}\"",
    };

    internal static string Shorten(string text) => text.Length <= 40 ? text : $"{text.Substring(0, 37)}...";
}
