using Xen.Cim.Model;

namespace Xen.Cim.Server.Providers;

/// <summary>A query that was parsed, as a provider's broker needs it.</summary>
public interface ICimQuery
{
    /// <summary>The names that the query selects; null for all.</summary>
    IReadOnlyList<string>? Columns { get; }

    /// <summary>What the query asks of an instance; null when every instance fulfils it.</summary>
    QueryCondition? Condition { get; }

    /// <summary>Whether an instance is one that the query selects, its class included.</summary>
    bool Matches(CimInstance instance);
}

/// <summary>What a query asks for: comparisons, and what joins them. A negation is in the operators of its comparisons.</summary>
public abstract record QueryCondition
{
    private QueryCondition()
    {
    }

    public sealed record All(IReadOnlyList<QueryCondition> Parts) : QueryCondition;

    public sealed record Any(IReadOnlyList<QueryCondition> Parts) : QueryCondition;

    /// <param name="Left">The property, or the expression, on the left.</param>
    /// <param name="Right">The right side as it is written; null for IS NULL and IS NOT NULL.</param>
    /// <param name="RightType">What the right side is a literal of; null for a property's name.</param>
    /// <param name="Holds">Whether it holds; gets a function from a property's name to its value.</param>
    public sealed record Comparison(string Left, QueryOperator Operator, string? Right, CimType? RightType, Func<Func<string, object?>, bool> Holds) : QueryCondition;
}

public enum QueryOperator
{
    Equals,
    NotEquals,
    LessThan,
    GreaterThanOrEquals,
    GreaterThan,
    LessThanOrEquals,
    Isa,
    NotIsa,
    Like,
    NotLike,
    NotNull,
    Null,
}
