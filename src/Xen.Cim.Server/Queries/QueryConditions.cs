using System.Text.RegularExpressions;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Queries;

/// <summary>An instance under examination.</summary>
/// <param name="IsA">Whether the first class is the second or below it.</param>
internal readonly record struct Examined(CimInstance Instance, Func<string, string, bool> IsA, QueryLanguage Language)
{
    public object? Value(QueryOperand operand) => operand switch
    {
        PathOperand path => path.Path.Resolve(Instance, IsA),
        SymbolOperand symbol => symbol.Value,
        _ => ((LiteralOperand)operand).Value,
    };
}

internal abstract record QueryOperand(int Position);

internal sealed record PathOperand(QueryPath Path) : QueryOperand(Path.Position);

/// <param name="Value">string, bool, an integer, double, <c>object?[]</c> of those, or null for NULL.</param>
internal sealed record LiteralOperand(object? Value, int Position) : QueryOperand(Position);

/// <summary>A value by the name that the Values qualifier of a property gives it: <c>Property#'name'</c> (DSP0202).</summary>
/// <param name="Property">The property; of the instance itself, or of the class that its path names.</param>
internal sealed record SymbolOperand(QueryPath Property, string Name, int Position) : QueryOperand(Position)
{
    /// <summary>What the name stands for, known from when the query was compared with its class; null until then.</summary>
    public object? Value { get; set; }
}

/// <summary>A condition after WHERE. It is true, false, or unknown (null) where NULL takes part, as in SQL.</summary>
internal abstract record QueryCondition
{
    public abstract bool? Evaluate(Examined examined);

    /// <summary>The conditions that this one is made of.</summary>
    public virtual IEnumerable<QueryCondition> Parts => [];
}

internal sealed record NotCondition(QueryCondition Inner) : QueryCondition
{
    public override IEnumerable<QueryCondition> Parts => [Inner];

    public override bool? Evaluate(Examined examined) => !Inner.Evaluate(examined);
}

internal sealed record AndCondition(IReadOnlyList<QueryCondition> All) : QueryCondition
{
    public override IEnumerable<QueryCondition> Parts => All;

    public override bool? Evaluate(Examined examined)
    {
        bool? result = true;
        foreach (var condition in All)
        {
            switch (condition.Evaluate(examined))
            {
                case false:
                    return false;
                case null:
                    result = null;
                    break;
            }
        }
        return result;
    }
}

internal sealed record OrCondition(IReadOnlyList<QueryCondition> Any) : QueryCondition
{
    public override IEnumerable<QueryCondition> Parts => Any;

    public override bool? Evaluate(Examined examined)
    {
        bool? result = false;
        foreach (var condition in Any)
        {
            switch (condition.Evaluate(examined))
            {
                case true:
                    return true;
                case null:
                    result = null;
                    break;
            }
        }
        return result;
    }
}

/// <summary>IS NULL, IS TRUE, IS FALSE: never unknown.</summary>
internal sealed record IsCondition(QueryOperand Operand, bool? Expected) : QueryCondition
{
    public override bool? Evaluate(Examined examined) =>
        Expected is { } flag ? examined.Value(Operand) is bool value && value == flag : examined.Value(Operand) is null;
}

internal sealed record IsaCondition(QueryPath Path, string ClassName) : QueryCondition
{
    public override bool? Evaluate(Examined examined) => Path.Resolve(examined.Instance, examined.IsA) switch
    {
        CimInstance instance => examined.IsA(instance.ClassName, ClassName),
        CimClass cimClass => examined.IsA(cimClass.Name, ClassName),
        CimObjectPath path => examined.IsA(path.ClassName, ClassName),
        _ => null,
    };
}

/// <summary>Which elements of an array a comparison is for.</summary>
internal enum Quantifier
{
    /// <summary>None: the value itself is compared.</summary>
    Value,

    Any,

    Every,
}

/// <summary>What comparisons with arrays have in common.</summary>
internal abstract record QuantifiedCondition(Quantifier Quantifier, QueryOperand Left) : QueryCondition
{
    protected abstract bool? Holds(object value, Examined examined);

    public override bool? Evaluate(Examined examined)
    {
        if (examined.Value(Left) is not { } value)
            return null;
        if (Quantifier == Quantifier.Value || value is not Array array)
            return Holds(value, examined);
        var every = Quantifier == Quantifier.Every;
        bool? result = every;
        foreach (var element in array)
        {
            switch (element is null ? null : Holds(element, examined))
            {
                case null:
                    result = null;
                    break;
                case var holds when holds != every:
                    return !every;
            }
        }
        return result;
    }
}

/// <param name="Written">The pattern as the query has it.</param>
internal sealed record LikeCondition(Quantifier Quantifier, QueryOperand Left, string Written, Regex Pattern) : QuantifiedCondition(Quantifier, Left)
{
    protected override bool? Holds(object value, Examined examined) => value switch
    {
        string text => Pattern.IsMatch(text),
        char c => Pattern.IsMatch(c.ToString()),
        CimDateTime time => Pattern.IsMatch(time.Text),
        CimObjectPath path => Pattern.IsMatch(path.ToString()),
        _ => null,
    };
}

internal sealed record ComparisonCondition(Quantifier Quantifier, QueryOperand Left, string Operator, QueryOperand Right) : QuantifiedCondition(Quantifier, Left)
{
    public override bool? Evaluate(Examined examined) =>
        // With the word NULL, = and <> ask for what is not there; otherwise nothing compares with NULL.
        Right is LiteralOperand { Value: null } ? IsNull(examined.Value(Left))
        : Left is LiteralOperand { Value: null } ? IsNull(examined.Value(Right))
        : base.Evaluate(examined);

    protected override bool? Holds(object value, Examined examined)
    {
        if (examined.Value(Right) is not { } right)
            return null;
        if (value is Array a && right is Array b)
            return Arrays(a, b, examined.Language);
        var difference = QueryValues.Compare(value, right, examined.Language, out var ordered);
        if (difference is not { } sign)
            return null;
        return Operator switch
        {
            "=" => sign == 0,
            "<>" or "!=" => sign != 0,
            _ when !ordered => null,
            "<" => sign < 0,
            "<=" => sign <= 0,
            ">" => sign > 0,
            _ => sign >= 0,
        };
    }

    private bool? IsNull(object? value) => Operator switch
    {
        "=" => value is null,
        "<>" or "!=" => value is not null,
        _ => null,
    };

    // Only equal or not: element by element, in their order.
    private bool? Arrays(Array left, Array right, QueryLanguage language)
    {
        var same = left.Length == right.Length && CimValue.Elements(left).Zip(CimValue.Elements(right))
            .All(p => p is (null, null) || (p is ({ } a, { } b) && QueryValues.Compare(a, b, language, out _) == 0));
        return Operator switch
        {
            "=" => same,
            "<>" or "!=" => !same,
            _ => null,
        };
    }
}
