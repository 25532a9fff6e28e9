using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>The two normal forms of a query's condition: a list of lists of comparisons.</summary>
internal static class QueryForms
{
    // Both forms grow exponentially with the condition that they are made from.
    private const int MaxComparisons = 4096;

    /// <summary>Or'ed lists of and'ed comparisons, or and'ed lists of or'ed ones.</summary>
    /// <exception cref="CimException">SERVER_LIMITS_EXCEEDED.</exception>
    public static List<List<QueryCondition.Comparison>> Normalize(QueryCondition? condition, CMPISelectCondType form) => condition switch
    {
        null => [],
        QueryCondition.Comparison comparison => [[comparison]],
        QueryCondition.All all => Join(all.Parts, form, isOuter: form == CMPISelectCondType.ConjunctionOfDisjunctions),
        QueryCondition.Any any => Join(any.Parts, form, isOuter: form == CMPISelectCondType.DisjunctionOfConjunctions),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    public static bool Holds(QueryCondition? condition, Func<string, object?> property) => condition switch
    {
        null => true,
        QueryCondition.Comparison comparison => comparison.Holds(property),
        QueryCondition.All all => all.Parts.All(p => Holds(p, property)),
        QueryCondition.Any any => any.Parts.Any(p => Holds(p, property)),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static List<List<QueryCondition.Comparison>> Join(IReadOnlyList<QueryCondition> parts, CMPISelectCondType form, bool isOuter)
    {
        if (isOuter)
            return Bounded(parts.SelectMany(p => Normalize(p, form)));
        // Each list of one part goes with each list of the others.
        List<List<QueryCondition.Comparison>> joined = [[]];
        foreach (var part in parts)
        {
            var lists = Normalize(part, form);
            joined = Bounded(joined.SelectMany(_ => lists, (left, right) => new List<QueryCondition.Comparison>([.. left, .. right])));
        }
        return joined;
    }

    private static List<List<QueryCondition.Comparison>> Bounded(IEnumerable<List<QueryCondition.Comparison>> lists)
    {
        var kept = new List<List<QueryCondition.Comparison>>();
        var count = 0;
        foreach (var list in lists)
        {
            if ((count += list.Count) > MaxComparisons)
                throw new CimException(CimStatus.ServerLimitsExceeded, $"The query's normal form has more than {MaxComparisons} comparisons.");
            kept.Add(list);
        }
        return kept;
    }
}

/// <summary>A provider's function that gives the value of a property.</summary>
internal readonly unsafe struct Accessor(delegate* unmanaged<byte*, void*, CMPIData> function, void* parameter)
{
    private readonly delegate* unmanaged<byte*, void*, CMPIData> _function = function;
    private readonly void* _parameter = parameter;

    public object? Get(string name)
    {
        var data = _function(MemoryObject.Chars(Arena.Current, name), _parameter);
        return (data.State & (CMPIValueState.Null | CMPIValueState.NotFound | CMPIValueState.Bad)) != 0 ? null : CmpiData.FromData(data).Value;
    }
}
