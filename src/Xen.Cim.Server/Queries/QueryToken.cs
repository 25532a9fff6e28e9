namespace Xen.Cim.Server.Queries;

internal enum QueryTokenKind
{
    End,
    Word,
    Text,
    Integer,
    Real,
    Symbol,
}

/// <param name="Text">A word, a symbol or a number as written; of a string what is between its quotes, without escapes.</param>
/// <param name="Position">Where it begins in the query, from 1.</param>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == QueryTokenKind.Symbol && Text == symbol;

    public bool IsWord(string keyword) => Kind == QueryTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        QueryTokenKind.End => "the end",
        QueryTokenKind.Text => $"'{CimXml.CimXmlText.Shorten(Text)}'",
        _ => CimXml.CimXmlText.Shorten(Text),
    };
}
