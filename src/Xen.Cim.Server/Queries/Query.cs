using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Queries;

/// <param name="Alias">The name that the query gives the property (AS), or null.</param>
public sealed record SelectedProperty(QueryPath Path, string? Alias)
{
    /// <summary>The property's name in the result.</summary>
    public string Name => Alias ?? Path.Steps[^1].Name;
}

/// <summary>
/// A query in WQL, DMTF:CQL (DSP0202) or DMTF:FQL (DSP0212): which class, which of its instances, which of their properties.
/// </summary>
public sealed class Query
{
    /// <summary>In characters.</summary>
    private const int MaxLength = 64 * 1024;

    internal Query(QueryLanguage language, string text, string? className, IReadOnlyList<SelectedProperty>? selected, QueryCondition? condition,
        IReadOnlySet<string> mentioned)
    {
        Language = language;
        Text = text;
        ClassName = className;
        Selected = selected;
        Mentioned = mentioned;
        Condition = condition;
    }

    public QueryLanguage Language { get; }

    public string Text { get; }

    /// <summary>The class after FROM; null in DMTF:FQL, which has none.</summary>
    public string? ClassName { get; }

    /// <summary>The select list; null for all properties.</summary>
    public IReadOnlyList<SelectedProperty>? Selected { get; }

    /// <summary>The properties that the query looks at or selects, which is all that a provider has to fill in; null for all.</summary>
    public IReadOnlySet<string>? Properties => Language.HasSelect && Selected is null ? null : Mentioned;

    /// <summary>The properties, of the instance itself, that the query's text names.</summary>
    internal IReadOnlySet<string> Mentioned { get; }

    /// <summary>What comes after WHERE; null when there is none.</summary>
    internal QueryCondition? Condition { get; }

    /// <exception cref="CimException">
    /// QUERY_LANGUAGE_NOT_SUPPORTED; INVALID_QUERY, with the place and what was expected there; QUERY_FEATURE_NOT_SUPPORTED:
    /// the query is in order, but this server does not do all that it asks for.
    /// </exception>
    public static Query Parse(string language, string text) => Parse(QueryLanguage.Named(language), text);

    /// <inheritdoc cref="Parse(string, string)"/>
    public static Query Parse(QueryLanguage language, string text) => text.Length <= MaxLength ? new QueryParser(language, text).Parse()
        : throw QueryError.Invalid(text, MaxLength, $"a query has at most {MaxLength} characters");

    /// <summary>Whether an instance passes the WHERE clause. Its class is not looked at.</summary>
    /// <param name="isA">Whether the first class is the second or below it.</param>
    public bool Matches(CimInstance instance, Func<string, string, bool> isA) =>
        Condition is null || Condition.Evaluate(new(instance, isA, Language)) == true;

    /// <summary>What the select list leaves of an instance: the instance itself for <c>*</c>, else a new one.</summary>
    public CimInstance Select(CimInstance instance, Func<string, string, bool> isA)
    {
        if (Selected is null)
            return instance;
        var result = new CimInstance(instance.ClassName) { Path = instance.Path };
        foreach (var property in Selected)
        {
            var value = property.Path.Resolve(instance, isA);
            if (Info(property.Path, instance, isA) is { } info)
                result.Set(property.Name, info.Type, info.IsArray && property.Path.Steps[^1].Index is null, value, info.Flags);
        }
        return result;
    }

    /// <summary>Compares the query with the class that it is for: its properties have to be there and compare with what they are compared with.</summary>
    /// <param name="cimClass">The class after FROM or, for DMTF:FQL, the one that is enumerated.</param>
    /// <exception cref="CimException">INVALID_QUERY.</exception>
    public void Check(RepositoryNamespace ns, CimClass cimClass)
    {
        var checker = new QueryChecker(this, ns.FindClass, cimClass);
        foreach (var property in Selected ?? [])
            checker.Check(property.Path);
        checker.Check(Condition);
    }

    /// <summary>Looks up what the query's named values (<c>Property#'name'</c>) are; nothing else is compared with classes.</summary>
    /// <param name="find">Finds a class.</param>
    /// <exception cref="CimException">INVALID_QUERY: a name is not one of its property's.</exception>
    internal Query WithNamedValues(Func<string, CimClass?> find)
    {
        if (HasNamedValues(Condition))
        {
            var cimClass = ClassName is null ? null : find(ClassName);
            new QueryChecker(this, find, cimClass ?? throw new CimException(CimStatus.InvalidQuery, $"There is no class {ClassName}.")).Check(Condition);
        }
        return this;
    }

    private static bool HasNamedValues(QueryCondition? condition) =>
        condition is ComparisonCondition { Left: SymbolOperand } or ComparisonCondition { Right: SymbolOperand } || condition?.Parts.Any(HasNamedValues) == true;

    // A property that the instance does not have stays absent.
    private static CimPropertyInfo? Info(QueryPath path, CimInstance instance, Func<string, string, bool> isA)
    {
        var last = path.Steps[^1];
        var holder = new QueryPath(path.Steps.Take(path.Steps.Count - 1).ToArray(), path.Position).Resolve(instance, isA) as CimInstance;
        if (last.Name.Equals(QueryPath.ClassNameProperty, StringComparison.OrdinalIgnoreCase))
            return new(last.Name, CimType.String, false);
        return holder is not null && holder.Has(last.Name) ? holder.Layout.Properties[holder.Layout.OrdinalOf(last.Name)] : null;
    }
}
