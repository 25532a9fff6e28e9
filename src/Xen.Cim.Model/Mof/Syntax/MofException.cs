using System;

namespace Xen.Cim.Model.Mof.Syntax;

/// <summary>A MOF text is wrong: where, what was found there and what was expected.</summary>
public sealed class MofException : Exception
{
    /// <summary>A syntax error.</summary>
    public MofException(MofLocation location, string expected, string found)
        : base($"{location}: expected {expected}, found {found}.")
    {
        Location = location;
        Expected = expected;
        Found = found;
        Problem = $"expected {expected}, found {found}";
    }

    /// <summary>An error of meaning, such as a superclass that does not exist.</summary>
    public MofException(MofLocation location, string problem)
        : base($"{location}: {problem}.")
    {
        Location = location;
        Problem = problem;
    }

    public MofLocation Location { get; }

    /// <summary>What is wrong, without the location.</summary>
    public string Problem { get; }

    /// <summary>What the grammar allows here; null for an error of meaning.</summary>
    public string? Expected { get; }

    /// <summary>What the text has there; null for an error of meaning.</summary>
    public string? Found { get; }
}
