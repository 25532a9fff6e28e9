using System.Globalization;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Queries;

/// <summary>Reads a query of any of the languages: one grammar, of which DMTF:FQL is the part after WHERE.</summary>
internal sealed class QueryParser(QueryLanguage language, string text)
{
    /// <summary>How deep conditions may hold each other, which bounds the stack.</summary>
    private const int MaxDepth = 64;

    private static readonly string[] s_reserved = ["FROM", "WHERE", "AND", "OR", "NOT", "LIKE", "IS", "ISA", "AS", "ORDER", "GROUP"];

    // What the languages have and this server has not.
    private static readonly string[] s_selectFeatures = ["DISTINCT", "FIRST"];
    private static readonly string[] s_joins = ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS"];
    private static readonly string[] s_clauses = ["ORDER", "GROUP", "HAVING", "UNION", "INTERSECT", "EXCEPT"];
    private static readonly string[] s_comparisons = ["IN", "BETWEEN", "SATISFIES"];
    private static readonly string[] s_arithmetic = ["+", "-", "*", "/", "||"];
    private static readonly string[] s_afterClass = ["WHERE", "WITHIN", .. s_joins, .. s_clauses];

    private readonly List<QueryToken> _tokens = QueryLexer.Read(text);
    private readonly HashSet<string> _properties = new(StringComparer.OrdinalIgnoreCase);
    private int _next;
    private int _depth;
    private string? _from;
    private string? _alias;

    private QueryToken Current => _tokens[_next];

    private QueryToken Following => _tokens[Math.Min(_next + 1, _tokens.Count - 1)];

    public Query Parse()
    {
        if (!language.HasSelect)
        {
            var filter = Or();
            End();
            return new(language, text, null, null, filter, _properties);
        }
        Keyword("SELECT");
        if (s_selectFeatures.FirstOrDefault(Current.IsWord) is { } word && !Following.Is(",") && !Following.IsWord("FROM"))
            throw Feature($"{word} is not supported");
        // The list names the class or its alias, which comes later.
        var list = _next;
        SkipToFrom();
        Keyword("FROM");
        _from = ClassName();
        if (Accept("AS") || (Current.Kind == QueryTokenKind.Word && !s_afterClass.Any(Current.IsWord)))
            _alias = ClassName();
        if (Current.Is(",") || s_joins.Any(Current.IsWord))
            throw Feature("a query takes instances of one class; joins are not supported");
        if (Current.IsWord("WITHIN"))
            throw Feature("WITHIN is not supported; indications come when something happens");
        var condition = Accept("WHERE") ? Or() : null;
        if (s_clauses.FirstOrDefault(Current.IsWord) is { } clause)
            throw Feature($"{clause} is not supported");
        End();
        _next = list;
        return new(language, text, _from, Selected(), condition, _properties);
    }

    private void SkipToFrom()
    {
        while (!Current.IsWord("FROM") && Current.Kind != QueryTokenKind.End)
            _next++;
    }

    // *, or paths, each perhaps with a name of its own; Class.* is all of the class.
    private List<SelectedProperty>? Selected()
    {
        List<SelectedProperty> selected = [];
        var all = false;
        do
        {
            if (AcceptSymbol("*"))
            {
                all = true;
                continue;
            }
            var start = Current;
            if (IsHere(start) && _tokens[_next + 1].Is(".") && _tokens[_next + 2].Is("*"))
            {
                _next += 3;
                all = true;
                continue;
            }
            var path = Mentioned(Path());
            if (Current.Is("#"))
                throw Feature("a symbolic value (Property#'name') is compared with, not selected");
            RefuseExpression();
            if (path.Steps.Count == 0)
                throw QueryError.Invalid(text, start.Position, $"expected a property of {start.Text}");
            selected.Add(new(path, Accept("AS") ? Name("a name") : null));
        }
        while (AcceptSymbol(","));
        if (!Current.IsWord("FROM"))
            throw Expected("a comma or FROM");
        return all ? null : selected;
    }

    private QueryCondition Or()
    {
        List<QueryCondition> any = [And()];
        while (Accept("OR"))
            any.Add(And());
        return any.Count == 1 ? any[0] : new OrCondition(any);
    }

    private QueryCondition And()
    {
        List<QueryCondition> all = [Not()];
        while (Accept("AND"))
            all.Add(Not());
        return all.Count == 1 ? all[0] : new AndCondition(all);
    }

    private QueryCondition Not()
    {
        if (++_depth > MaxDepth)
            throw QueryError.Invalid(text, Current.Position, $"conditions are nested more than {MaxDepth} deep");
        QueryCondition condition;
        if (Accept("NOT"))
        {
            condition = new NotCondition(Not());
        }
        else if (AcceptSymbol("("))
        {
            if (Current.IsWord("SELECT"))
                throw Feature("a query in a query is not supported");
            condition = Or();
            Symbol(")");
        }
        else
        {
            condition = Comparison();
        }
        _depth--;
        return condition;
    }

    private QueryCondition Comparison()
    {
        var quantifier = Accept("ANY") ? Quantifier.Any : Accept("EVERY") ? Quantifier.Every : Quantifier.Value;
        if (Current.IsWord("EXISTS") && Following.Is("("))
            throw Feature("EXISTS is not supported");
        var left = Operand();
        if (left is SymbolOperand && Current.Kind == QueryTokenKind.Word)
            throw Expected("a comparison (=, <>, <, <=, >, >=)");
        var negated = Accept("NOT");
        if (Accept("LIKE"))
        {
            var pattern = Current.Kind == QueryTokenKind.Text ? Current : throw Expected("a pattern in quotes");
            _next++;
            return Negated(negated, new LikeCondition(quantifier, left, pattern.Text, LikePattern.Parse(language, text, pattern)));
        }
        if (s_comparisons.FirstOrDefault(Current.IsWord) is { } comparison)
            throw Feature($"{comparison} is not supported");
        if (negated)
            throw Expected("LIKE");
        if (quantifier == Quantifier.Value && Accept("IS"))
        {
            negated = Accept("NOT");
            bool? expected = Accept("NULL") ? null : Accept("TRUE") ? true : Accept("FALSE") ? false : throw Expected("NULL, TRUE or FALSE");
            return Negated(negated, new IsCondition(left, expected));
        }
        if (quantifier == Quantifier.Value && Current.IsWord("ISA"))
        {
            var path = (left as PathOperand)?.Path ?? throw QueryError.Invalid(text, left.Position, "expected an embedded object in front of ISA");
            _next++;
            return new IsaCondition(path, Current.Kind == QueryTokenKind.Text ? _tokens[_next++].Text : ClassName());
        }
        // DSP0202 takes a boolean alone for a condition.
        if (language == QueryLanguage.Cql && quantifier == Quantifier.Value && left is PathOperand { Path.Steps.Count: > 0 } or LiteralOperand { Value: bool }
            && (Current.Kind == QueryTokenKind.End || Current.Is(")") || Current.Is(";") || Current.IsWord("AND") || Current.IsWord("OR")))
        {
            return new ComparisonCondition(quantifier, left, "=", new LiteralOperand(true, Current.Position));
        }
        if (Current is not { Kind: QueryTokenKind.Symbol, Text: "=" or "<>" or "!=" or "<" or "<=" or ">" or ">=" })
            throw Expected("a comparison (=, <>, <, <=, >, >=), LIKE, IS or ISA");
        var sign = _tokens[_next++].Text;
        var right = Operand();
        return new ComparisonCondition(quantifier, Symbol(left, right), sign, Symbol(right, left));
    }

    // #'name' alone is a value of the property that it is compared with.
    private QueryOperand Symbol(QueryOperand operand, QueryOperand other) => operand is not SymbolOperand { Property: var property } symbol || property != s_other ? operand
        : other switch
        {
            PathOperand path => symbol with { Property = path.Path },
            SymbolOperand { Property: var same } when same != s_other => symbol with { Property = same },
            _ => throw QueryError.Invalid(text, symbol.Position, $"#'{CimXml.CimXmlText.Shorten(symbol.Name)}' alone is compared with a property"),
        };

    private static readonly QueryPath s_other = new([], 0);

    private static QueryCondition Negated(bool negated, QueryCondition condition) => negated ? new NotCondition(condition) : condition;

    private QueryOperand Operand()
    {
        var operand = Simple();
        RefuseExpression();
        return operand;
    }

    // Behind a property or a literal: Name(…), a + b.
    private void RefuseExpression()
    {
        if (Current.Is("(") && _tokens[_next - 1].Kind == QueryTokenKind.Word)
            throw QueryError.Feature(text, _tokens[_next - 1].Position, $"the function {_tokens[_next - 1].Text} is not supported");
        if (language.HasSelect && s_arithmetic.FirstOrDefault(Current.Is) is { } sign)
            throw Feature($"{sign} between values is not supported");
    }

    private QueryOperand Simple()
    {
        var token = Current;
        switch (token.Kind)
        {
            case QueryTokenKind.Word when !token.IsWord("NULL") && !token.IsWord("TRUE") && !token.IsWord("FALSE"):
                var path = Path();
                return Current.Is("#") ? Symbol(path) : new PathOperand(Mentioned(path));
            case QueryTokenKind.Symbol when token.Text == "#":
                return Symbol(s_other);
            case QueryTokenKind.Symbol when token.Text == "{":
                _next++;
                var elements = new List<object?>();
                while (!Current.Is("}"))
                {
                    if (elements.Count > 0)
                        Symbol(",");
                    elements.Add(Literal());
                }
                _next++;
                return new LiteralOperand(elements.ToArray(), token.Position);
            default:
                return new LiteralOperand(Literal(), token.Position);
        }
    }

    private SymbolOperand Symbol(QueryPath property)
    {
        var position = Current.Position;
        _next++;
        return new(property, Current.Kind == QueryTokenKind.Text ? _tokens[_next++].Text : throw Expected("the name of a value in quotes"), position);
    }

    private object? Literal()
    {
        var negative = AcceptSymbol("-");
        if (!negative)
            AcceptSymbol("+");
        var token = Current;
        object? value;
        switch (token.Kind)
        {
            case QueryTokenKind.Text when !negative:
                value = token.Text;
                break;
            case QueryTokenKind.Word when !negative && token.IsWord("NULL"):
                value = null;
                break;
            case QueryTokenKind.Word when !negative && (token.IsWord("TRUE") || token.IsWord("FALSE")):
                value = token.IsWord("TRUE");
                break;
            case QueryTokenKind.Real:
                value = double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? negative ? -real : real
                    : throw QueryError.Invalid(text, token.Position, $"{token} is not a number");
                break;
            case QueryTokenKind.Integer:
                value = CimValue.TryConvert(negative ? CimType.SInt64 : CimType.UInt64, (negative ? "-" : "") + token.Text)
                    ?? throw QueryError.Invalid(text, token.Position, $"{(negative ? "-" : "")}{token} is not an integer of 64 bits");
                break;
            default:
                throw Expected("a property or a literal");
        }
        _next++;
        return value;
    }

    // [Class.]Property[.Property…], each perhaps Class::Property and Property[n].
    private QueryPath Path()
    {
        var position = Current.Position;
        var steps = new List<QueryStep>();
        // The class or its alias alone is the instance itself; __THIS is WQL's word for it.
        if (IsHere(Current) && !_tokens[_next + 1].Is("::"))
        {
            _next++;
            if (!AcceptSymbol("."))
                return new(steps, position);
        }
        do
        {
            string? scope = null;
            var name = Name("a property");
            if (AcceptSymbol("::"))
            {
                scope = name.Equals(_alias, StringComparison.OrdinalIgnoreCase) ? _from : name;
                name = Name("a property");
            }
            steps.Add(new(scope, name, Index()));
        }
        while (AcceptSymbol("."));
        return new(steps, position);
    }

    private QueryPath Mentioned(QueryPath path)
    {
        if (path.Steps.Count > 0)
            _properties.Add(path.Steps[0].Name);
        return path;
    }

    private const string Ranges = "ranges of an array's elements are not supported";

    private int? Index()
    {
        if (!AcceptSymbol("["))
            return null;
        int? index = null;
        if (!AcceptSymbol("*"))
        {
            // "0..2" is cut like a number.
            if (Current.Kind == QueryTokenKind.Real && Current.Text.Contains("..", StringComparison.Ordinal))
                throw Feature(Ranges);
            index = Current.Kind == QueryTokenKind.Integer && int.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : throw Expected("the index of an array's element (0 is the first) or *");
            _next++;
            if (Current.Is(",") || Current.Is(".") || Current.Is(":"))
                throw Feature(Ranges);
        }
        Symbol("]");
        return index;
    }

    private bool IsHere(QueryToken token) => _from is not null && (token.IsWord(_from) || (_alias is not null && token.IsWord(_alias)) || token.IsWord("__THIS"));

    private string ClassName()
    {
        var name = Name("a class");
        // root/virt:Class and //host/root/virt:Class are of DSP0202; a query is for the namespace that it is sent to.
        if (Current.Is("/") || Current.Is(":"))
            throw Feature("a query is for the namespace that it is sent to; name the class alone");
        return name;
    }

    private string Name(string what)
    {
        if (Current.Kind != QueryTokenKind.Word || s_reserved.Contains(Current.Text, StringComparer.OrdinalIgnoreCase))
            throw Expected(what);
        return _tokens[_next++].Text;
    }

    private bool Accept(string keyword)
    {
        if (!Current.IsWord(keyword))
            return false;
        _next++;
        return true;
    }

    private bool AcceptSymbol(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        _next++;
        return true;
    }

    private void Keyword(string keyword)
    {
        if (!Accept(keyword))
            throw Expected(keyword);
    }

    private void Symbol(string symbol)
    {
        if (!AcceptSymbol(symbol))
            throw Expected(symbol);
    }

    private void End()
    {
        AcceptSymbol(";");
        if (Current.Kind != QueryTokenKind.End)
            throw Expected("AND, OR or the end");
    }

    private CimException Expected(string what) => QueryError.Invalid(text, Current.Position, $"expected {what}, found {Current}");

    private CimException Feature(string what) => QueryError.Feature(text, Current.Position, what);
}
