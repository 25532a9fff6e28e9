using System.Globalization;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Queries;
using Condition = Xen.Cim.Server.Queries.QueryCondition;
using QueryCondition = Xen.Cim.Server.Providers.QueryCondition;

namespace Xen.Cim.Server.Cmpi;

/// <summary>The server's query as CMPI shows it: comparisons without NOT, each with its two sides as text.</summary>
/// <param name="isA">Whether the class, in the namespace, is the third or below it.</param>
internal sealed class BrokerQuery(Query query, Func<string, string, string, bool> isA) : ICimQuery
{
    // Each operator and what it becomes under NOT.
    private static readonly (string Text, QueryOperator Operator, QueryOperator Negated, QueryOperator Swapped)[] s_operators =
    [
        ("=", QueryOperator.Equals, QueryOperator.NotEquals, QueryOperator.Equals),
        ("<>", QueryOperator.NotEquals, QueryOperator.Equals, QueryOperator.NotEquals),
        ("!=", QueryOperator.NotEquals, QueryOperator.Equals, QueryOperator.NotEquals),
        ("<", QueryOperator.LessThan, QueryOperator.GreaterThanOrEquals, QueryOperator.GreaterThan),
        (">=", QueryOperator.GreaterThanOrEquals, QueryOperator.LessThan, QueryOperator.LessThanOrEquals),
        (">", QueryOperator.GreaterThan, QueryOperator.LessThanOrEquals, QueryOperator.LessThan),
        ("<=", QueryOperator.LessThanOrEquals, QueryOperator.GreaterThan, QueryOperator.GreaterThanOrEquals),
    ];

    public IReadOnlyList<string>? Columns => query.Selected?.Select(s => s.Name).ToArray();

    public QueryCondition? Condition => query.Condition is { } condition ? Convert(condition, negated: false) : null;

    public bool Matches(CimInstance instance)
    {
        var inNamespace = In(instance.Path?.Namespace);
        return (query.ClassName is null || inNamespace(instance.ClassName, query.ClassName)) && query.Matches(instance, inNamespace);
    }

    private Func<string, string, bool> In(string? @namespace)
    {
        var ns = @namespace ?? Objects.Arena.CurrentOrNull?.Request?.Namespace ?? "";
        return (className, super) => className.Equals(super, StringComparison.OrdinalIgnoreCase) || isA(ns, className, super);
    }

    private QueryCondition Convert(Condition condition, bool negated) => condition switch
    {
        NotCondition not => Convert(not.Inner, !negated),
        AndCondition and => Join(and.All, isAll: !negated, negated),
        OrCondition or => Join(or.Any, isAll: negated, negated),
        IsCondition { Expected: null } isNull => Comparison(isNull, negated, isNull.Operand, QueryOperator.Null, QueryOperator.NotNull, null),
        IsCondition flag => Comparison(flag, negated, flag.Operand, QueryOperator.Equals, QueryOperator.NotEquals, new LiteralOperand(flag.Expected, 0)),
        IsaCondition isa => Comparison(isa, negated, new PathOperand(isa.Path), QueryOperator.Isa, QueryOperator.NotIsa, new LiteralOperand(isa.ClassName, 0)),
        LikeCondition like => Comparison(like, negated, like.Left, QueryOperator.Like, QueryOperator.NotLike, new LiteralOperand(like.Pattern.ToString(), 0)),
        ComparisonCondition comparison => Convert(comparison, negated),
        _ => throw new CimException(CimStatus.QueryFeatureNotSupported, "The query has a condition that no normal form has."),
    };

    private QueryCondition Join(IReadOnlyList<Condition> parts, bool isAll, bool negated)
    {
        var converted = parts.Select(p => Convert(p, negated)).ToArray();
        return isAll ? new QueryCondition.All(converted) : new QueryCondition.Any(converted);
    }

    // The property comes first, as the standard has it.
    private QueryCondition.Comparison Convert(ComparisonCondition comparison, bool negated)
    {
        var (left, right) = (comparison.Left, comparison.Right);
        var (_, plain, opposite, swapped) = s_operators.First(o => o.Text == comparison.Operator);
        if (left is LiteralOperand && right is PathOperand)
        {
            (left, right) = (right, left);
            (plain, opposite) = (swapped, s_operators.First(o => o.Operator == swapped).Negated);
        }
        if (right is LiteralOperand { Value: null })
            (plain, opposite, right) = plain == QueryOperator.Equals ? (QueryOperator.Null, QueryOperator.NotNull, null) : (QueryOperator.NotNull, QueryOperator.Null, (QueryOperand?)null);
        return Comparison(comparison, negated, left, plain, opposite, right);
    }

    private QueryCondition.Comparison Comparison(Condition condition, bool negated, QueryOperand left, QueryOperator plain, QueryOperator opposite, QueryOperand? right) => new(
        Text(left) ?? "NULL", negated ? opposite : plain, right is null ? null : Text(right),
        right is LiteralOperand { Value: { } literal } ? TypeOf(literal) : null,
        property => Holds(condition, [left, right], property) == !negated);

    // What the accessor gives becomes an instance with those properties.
    private bool? Holds(Condition condition, ReadOnlySpan<QueryOperand?> operands, Func<string, object?> property)
    {
        var instance = new CimInstance(query.ClassName ?? "");
        foreach (var operand in operands)
        {
            if (operand is not PathOperand { Path.Steps: [var first, ..] } || instance.Has(first.Name))
                continue;
            var value = property(first.Name);
            instance.Set(first.Name, value is null or Array ? CimType.String : CmpiData.GuessType(value), value is Array, value);
        }
        return condition.Evaluate(new(instance, In(null), query.Language));
    }

    private static string? Text(QueryOperand operand) => operand switch
    {
        PathOperand path => path.Path.ToString(),
        LiteralOperand { Value: string text } => text,
        LiteralOperand { Value: object?[] list } => "{" + string.Join(", ", list) + "}",
        LiteralOperand { Value: { } value } => System.Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static CimType TypeOf(object literal) => literal switch
    {
        bool => CimType.Boolean,
        double => CimType.Real64,
        string text => CimDateTime.TryParse(text, out _) ? CimType.DateTime : CimType.String,
        object?[] => CimType.String,
        _ => CimType.SInt64,
    };
}
