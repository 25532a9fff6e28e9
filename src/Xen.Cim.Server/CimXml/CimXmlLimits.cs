namespace Xen.Cim.Server.CimXml;

/// <summary>What a request may cost before it is refused.</summary>
public sealed record CimXmlLimits
{
    public static readonly CimXmlLimits Default = new();

    /// <summary>Nested elements, those of embedded objects counted on their own. 1 to 1000.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Embedded objects inside embedded objects.</summary>
    public int EmbeddingDepth { get; init; } = 8;

    /// <summary>Elements, over the whole message with its embedded objects.</summary>
    public int Elements { get; init; } = 2_000_000;

    /// <summary>Characters of one document.</summary>
    public long Characters { get; init; } = 128L * 1024 * 1024;
}
