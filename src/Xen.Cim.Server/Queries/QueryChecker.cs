using Xen.Cim.Model;

namespace Xen.Cim.Server.Queries;

/// <summary>Finds what a query asks of a class that cannot be, and what its named values are.</summary>
/// <param name="find">Finds a class where the query is for.</param>
/// <param name="cimClass">The class that the query is for.</param>
internal sealed class QueryChecker(Query query, Func<string, CimClass?> find, CimClass cimClass)
{
    public void Check(QueryCondition? condition)
    {
        switch (condition)
        {
            case IsCondition { Operand: PathOperand operand }:
                Check(operand.Path);
                break;
            case IsaCondition isa:
                Check(isa.Path);
                if (find(isa.ClassName) is null)
                    throw Invalid(isa.Path.Position, $"there is no class {CimXml.CimXmlText.Shorten(isa.ClassName)}");
                break;
            case LikeCondition like:
                Check(like.Quantifier, like.Left, CimType.String, "a pattern", (type, _) => type is CimType.String or CimType.Char16 or CimType.DateTime or CimType.Reference);
                break;
            case ComparisonCondition comparison:
                Check(comparison.Quantifier, comparison.Left, comparison.Operator, comparison.Right);
                break;
        }
        foreach (var part in condition?.Parts ?? [])
            Check(part);
    }

    /// <returns>The property that the path ends at, or null when no class says what is there.</returns>
    public CimPropertyDeclaration? Check(QueryPath path)
    {
        var current = cimClass;
        CimPropertyDeclaration? property = null;
        for (var i = 0; i < path.Steps.Count; i++)
        {
            var step = path.Steps[i];
            if (step.Scope is { } scope)
                current = find(scope) ?? throw Invalid(path.Position, $"there is no class {CimXml.CimXmlText.Shorten(scope)}");
            if (current is null || step.Name.Equals(QueryPath.ClassNameProperty, StringComparison.OrdinalIgnoreCase))
                return null;
            property = current.Property(step.Name) ?? throw Invalid(path.Position, $"{current.Name} has no property {CimXml.CimXmlText.Shorten(step.Name)}");
            if (step.Index is not null && !property.IsArray)
                throw Invalid(path.Position, $"{current.Name}.{property.Name} is not an array and has no index");
            if (i + 1 == path.Steps.Count)
                break;
            var embedded = property.Qualifier("EmbeddedInstance")?.Value as string;
            if (embedded is null && !property.Is("EmbeddedObject"))
                throw Invalid(path.Position, $"{current.Name}.{property.Name} is no embedded object and has no properties");
            if (property.IsArray && step.Index is null)
                throw Invalid(path.Position, $"{current.Name}.{property.Name} is an array; say which element: {property.Name}[0]");
            // Of what else an embedded instance may be its declared class says nothing.
            current = null;
        }
        return property;
    }

    private void Check(Quantifier quantifier, QueryOperand left, string sign, QueryOperand right)
    {
        (left, right) = (Named(left), Named(right));
        if (right is PathOperand path)
        {
            var other = Check(path.Path);
            if (left is LiteralOperand literal)
                Check(Quantifier.Value, path, sign, literal);
            else if (((PathOperand)left) is var first && Check(first.Path) is { } declared && other is not null && !Comparable(declared.Type, other.Type))
                throw Invalid(left.Position, $"{first.Path} is a {CimValue.Name(declared.Type)} and {path.Path} a {CimValue.Name(other.Type)}; they do not compare");
            return;
        }
        var value = ((LiteralOperand)right).Value;
        if (value is null)
        {
            if (sign is not ("=" or "<>" or "!="))
                throw Invalid(right.Position, $"NULL is neither less nor more than anything; {sign} does not take it");
            if (left is PathOperand only)
                Check(only.Path);
            return;
        }
        if (value is Array array)
        {
            if (left is PathOperand { Path: var whole } && Check(whole) is { IsArray: false } scalar)
                throw Invalid(right.Position, $"{scalar.Name} is no array of {array.Length}");
            return;
        }
        Check(quantifier, left, value, $"{(value is string text ? $"'{CimXml.CimXmlText.Shorten(text)}'" : CimValue.Format(value))}", (type, v) => type switch
        {
            _ when v is string spelt && query.Language.ConvertsText => CimValue.TryConvert(type, spelt) is not null,
            CimType.Boolean => v is bool && sign is "=" or "<>" or "!=",
            CimType.String or CimType.Char16 => v is string,
            CimType.Reference => v is string && sign is "=" or "<>" or "!=",
            CimType.DateTime => v is string time && CimDateTime.TryParse(time, out _),
            _ => QueryValues.IsNumber(v),
        });
    }

    // From here on the name is its value.
    private QueryOperand Named(QueryOperand operand)
    {
        if (operand is not SymbolOperand symbol)
            return operand;
        var steps = symbol.Property.Steps;
        // Class.Property#'name' and Class::Property#'name' need not be of the query's class.
        var property = steps is [{ Scope: null } first, { Scope: null } second] && cimClass.Property(first.Name) is null && find(first.Name) is { } named ? named.Property(second.Name)
            : steps.Count > 0 ? Check(symbol.Property) : null;
        var name = CimXml.CimXmlText.Shorten(symbol.Name);
        if (property is null)
            throw Invalid(symbol.Position, $"no class says which property's value '{name}' is; write Class::Property#'{name}'");
        var at = Strings(property, "Values").FindIndex(v => v.Equals(symbol.Name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
            throw Invalid(symbol.Position, $"no value of {property.ClassOrigin ?? cimClass.Name}.{property.Name} has the name '{name}'");
        var map = Strings(property, "ValueMap");
        // Without a map the values are counted (DSP0004 5.6.3.55).
        symbol.Value = CimValue.TryConvert(property.Type, map.Count == 0 ? at.ToString(System.Globalization.CultureInfo.InvariantCulture) : map.ElementAtOrDefault(at) ?? "")
            ?? throw Invalid(symbol.Position, $"'{name}' is the name of a range of values of {property.Name} and not of one");
        return new LiteralOperand(symbol.Value, symbol.Position);
    }

    private static List<string> Strings(CimPropertyDeclaration property, string qualifier) =>
        property.Qualifier(qualifier)?.Value is Array array ? [.. CimValue.Elements(array).Select(e => e as string ?? "")] : [];

    private void Check(Quantifier quantifier, QueryOperand operand, object value, string written, Func<CimType, object, bool> fits)
    {
        if (operand is not PathOperand { Path: var path } || Check(path) is not { } property)
            return;
        if (property.IsArray && path.Steps[^1].Index is null && quantifier == Quantifier.Value)
            throw Invalid(path.Position, $"{path} is an array; compare an element ({property.Name}[0]) or use ANY or EVERY");
        if (!fits(property.Type, value))
            throw Invalid(path.Position, $"{path} is a {CimValue.Name(property.Type)}, which does not compare so with {written}");
    }

    private static bool Comparable(CimType a, CimType b) => a == b || (IsNumber(a) && IsNumber(b)) || (IsText(a) && IsText(b));

    private static bool IsNumber(CimType type) => CimValue.IsInteger(type) || type is CimType.Real32 or CimType.Real64;

    private static bool IsText(CimType type) => type is CimType.String or CimType.Char16;

    private CimException Invalid(int position, string what) => QueryError.Invalid(query.Text, position, what);
}
