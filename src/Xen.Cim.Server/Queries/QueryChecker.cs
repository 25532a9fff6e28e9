using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Queries;

/// <summary>Finds what a query asks of a class that cannot be.</summary>
internal sealed class QueryChecker(Query query, RepositoryNamespace ns, CimClass cimClass)
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
                if (ns.FindClass(isa.ClassName) is null)
                    throw Invalid(isa.Path.Position, $"there is no class {CimXml.CimXmlText.Shorten(isa.ClassName)} in {ns.Name}");
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
                current = ns.FindClass(scope) ?? throw Invalid(path.Position, $"there is no class {CimXml.CimXmlText.Shorten(scope)} in {ns.Name}");
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
