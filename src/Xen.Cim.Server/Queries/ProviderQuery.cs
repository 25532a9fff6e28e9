using Xen.Cim.Model;
using ICimQuery = Xen.Cim.Server.Providers.ICimQuery;
using Operator = Xen.Cim.Server.Providers.QueryOperator;
using Wanted = Xen.Cim.Server.Providers.QueryCondition;

namespace Xen.Cim.Server.Queries;

/// <summary>A query as a CMPI provider sees it: comparisons, with negations moved into their operators.</summary>
/// <param name="isA">Whether the first class is the second or below it.</param>
internal sealed class ProviderQuery(Query query, Func<string, string, bool> isA) : ICimQuery
{
    public IReadOnlyList<string>? Columns { get; } = query.Selected?.Select(s => s.Path.ToString()).ToArray();

    public Wanted? Condition => query.Condition is { } condition ? Convert(condition, negated: false) : null;

    public bool Matches(CimInstance instance) => (query.ClassName is not { } from || isA(instance.ClassName, from)) && query.Matches(instance, isA);

    private Wanted Convert(QueryCondition condition, bool negated) => condition switch
    {
        NotCondition not => Convert(not.Inner, !negated),
        AndCondition and => Join(and.All, !negated, negated),
        OrCondition or => Join(or.Any, negated, negated),
        IsCondition { Expected: null } isNull => Leaf(condition, negated, Text(isNull.Operand), Operator.Null, null, null),
        IsCondition { Expected: { } expected } isFlag => Leaf(condition, negated, Text(isFlag.Operand), Operator.Equals, expected ? "TRUE" : "FALSE", CimType.Boolean),
        IsaCondition isa => Leaf(condition, negated, isa.Path.ToString(), Operator.Isa, isa.ClassName, CimType.String),
        LikeCondition like => Leaf(condition, negated, Text(like.Left), Operator.Like, like.Written, CimType.String),
        ComparisonCondition { Left: LiteralOperand or SymbolOperand } comparison =>
            Leaf(condition, negated, Text(comparison.Right), Mirrored(OperatorOf(comparison.Operator)), Text(comparison.Left), TypeOf(comparison.Left)),
        ComparisonCondition comparison => Leaf(condition, negated, Text(comparison.Left), OperatorOf(comparison.Operator), Text(comparison.Right), TypeOf(comparison.Right)),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private Wanted Join(IReadOnlyList<QueryCondition> parts, bool all, bool negated)
    {
        var converted = parts.Select(p => Convert(p, negated)).ToArray();
        return all ? new Wanted.All(converted) : new Wanted.Any(converted);
    }

    private Wanted.Comparison Leaf(QueryCondition condition, bool negated, string left, Operator sign, string? right, CimType? type) =>
        new(left, negated ? Negated(sign) : sign, right, type, value => condition.Evaluate(new(Instance(value), isA, query.Language)) == !negated);

    // The instance is the provider's own: it tells the values one by one.
    private CimInstance Instance(Func<string, object?> value)
    {
        var instance = new CimInstance(query.ClassName ?? "");
        foreach (var name in query.Mentioned)
            instance.Set(name, CimType.String, isArray: false, value(name));
        return instance;
    }

    private static string Text(QueryOperand operand) => operand switch
    {
        PathOperand path => path.Path.ToString(),
        SymbolOperand { Value: { } value } => CimValue.Format(value),
        LiteralOperand { Value: Array array } => $"{{{string.Join(", ", CimValue.Elements(array).Select(e => e is null ? "NULL" : CimValue.Format(e)))}}}",
        LiteralOperand { Value: { } value } => CimValue.Format(value),
        _ => "NULL",
    };

    private static CimType? TypeOf(QueryOperand operand) => operand switch
    {
        LiteralOperand literal => TypeOf(literal.Value),
        SymbolOperand symbol => TypeOf(symbol.Value),
        _ => null,
    };

    // Literals are of the largest type of their kind; named values are of their property's.
    private static CimType TypeOf(object? value) => value switch
    {
        bool => CimType.Boolean,
        ulong or uint or ushort or byte => CimType.UInt64,
        long or int or short or sbyte => CimType.SInt64,
        double or float => CimType.Real64,
        _ => CimType.String,
    };

    private static Operator OperatorOf(string sign) => sign switch
    {
        "=" => Operator.Equals,
        "<" => Operator.LessThan,
        "<=" => Operator.LessThanOrEquals,
        ">" => Operator.GreaterThan,
        ">=" => Operator.GreaterThanOrEquals,
        _ => Operator.NotEquals,
    };

    private static Operator Mirrored(Operator sign) => sign switch
    {
        Operator.LessThan => Operator.GreaterThan,
        Operator.LessThanOrEquals => Operator.GreaterThanOrEquals,
        Operator.GreaterThan => Operator.LessThan,
        Operator.GreaterThanOrEquals => Operator.LessThanOrEquals,
        _ => sign,
    };

    private static Operator Negated(Operator sign) => sign switch
    {
        Operator.Equals => Operator.NotEquals,
        Operator.NotEquals => Operator.Equals,
        Operator.LessThan => Operator.GreaterThanOrEquals,
        Operator.GreaterThanOrEquals => Operator.LessThan,
        Operator.GreaterThan => Operator.LessThanOrEquals,
        Operator.LessThanOrEquals => Operator.GreaterThan,
        Operator.Isa => Operator.NotIsa,
        Operator.NotIsa => Operator.Isa,
        Operator.Like => Operator.NotLike,
        Operator.NotLike => Operator.Like,
        Operator.Null => Operator.NotNull,
        _ => Operator.Null,
    };
}
