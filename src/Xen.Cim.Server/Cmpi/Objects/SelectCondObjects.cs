using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPISelectCond: a query's condition in one of its normal forms.</summary>
internal sealed unsafe class SelectCondObject() : CmpiObject(CmpiKind.SelectCond), ICmpiObject<SelectCondObject>
{
    private static readonly CMPISelectCondFT* s_table = MakeTable();

    private IReadOnlyList<List<QueryCondition.Comparison>> _lists = [];
    private CMPISelectCondType _form;

    static CmpiKind ICmpiObject<SelectCondObject>.Kind => CmpiKind.SelectCond;

    static void* ICmpiObject<SelectCondObject>.FunctionTable => s_table;

    static SelectCondObject ICmpiObject<SelectCondObject>.Create() => new();

    public static CMPISelectCond* New(Arena arena, QueryCondition? condition, CMPISelectCondType form)
    {
        var lists = QueryForms.Normalize(condition, form);
        var made = arena.New<SelectCondObject>();
        made._lists = lists;
        made._form = form;
        return (CMPISelectCond*)made.Block;
    }

    internal override void Clear() => _lists = [];

    private static CMPISelectCondFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPISelectCondFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetCountAndType = &GetCountAndType,
            GetSubCondAt = &GetSubCondAt,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPISelectCond* self) => FunctionTable.Release<SelectCondObject>(self);

    [UnmanagedCallersOnly]
    private static CMPISelectCond* Clone(CMPISelectCond* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<SelectCondObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._lists = source._lists;
        clone._form = source._form;
        return (CMPISelectCond*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static uint GetCountAndType(CMPISelectCond* self, CMPISelectCondType* form, CMPIStatus* rc)
    {
        if (FunctionTable.Self<SelectCondObject>(self, rc) is not { } condition)
            return 0;
        if (form is not null)
            *form = condition._form;
        return (uint)condition._lists.Count;
    }

    [UnmanagedCallersOnly]
    private static CMPISubCond* GetSubCondAt(CMPISelectCond* self, uint index, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<SelectCondObject>(self, rc) is not { } condition)
                return null;
            if (index < condition._lists.Count)
                return SubCondObject.New(Arena.Current, condition._lists[(int)index]);
            Status.Set(rc, CMPIrc.NoSuchProperty);
            return null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }
}

/// <summary>CMPISubCond: one list of a normal form.</summary>
internal sealed unsafe class SubCondObject() : CmpiObject(CmpiKind.SubCond), ICmpiObject<SubCondObject>
{
    private static readonly CMPISubCondFT* s_table = MakeTable();

    private IReadOnlyList<QueryCondition.Comparison> _comparisons = [];

    static CmpiKind ICmpiObject<SubCondObject>.Kind => CmpiKind.SubCond;

    static void* ICmpiObject<SubCondObject>.FunctionTable => s_table;

    static SubCondObject ICmpiObject<SubCondObject>.Create() => new();

    public static CMPISubCond* New(Arena arena, IReadOnlyList<QueryCondition.Comparison> comparisons)
    {
        var made = arena.New<SubCondObject>();
        made._comparisons = comparisons;
        return (CMPISubCond*)made.Block;
    }

    internal override void Clear() => _comparisons = [];

    private static CMPISubCondFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPISubCondFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetCount = &GetCount,
            GetPredicateAt = &GetPredicateAt,
            GetPredicate = &GetPredicate,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPISubCond* self) => FunctionTable.Release<SubCondObject>(self);

    [UnmanagedCallersOnly]
    private static CMPISubCond* Clone(CMPISubCond* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<SubCondObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._comparisons = source._comparisons;
        return (CMPISubCond*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static uint GetCount(CMPISubCond* self, CMPIStatus* rc) =>
        FunctionTable.Self<SubCondObject>(self, rc) is { } list ? (uint)list._comparisons.Count : 0;

    [UnmanagedCallersOnly]
    private static CMPIPredicate* GetPredicateAt(CMPISubCond* self, uint index, CMPIStatus* rc) =>
        Find(self, rc, list => index < list.Count ? list[(int)index] : null);

    [UnmanagedCallersOnly]
    private static CMPIPredicate* GetPredicate(CMPISubCond* self, byte* name, CMPIStatus* rc)
    {
        var wanted = Utf8Text.Read(name);
        return Find(self, rc, list => list.FirstOrDefault(c => c.Left.Equals(wanted, StringComparison.OrdinalIgnoreCase)));
    }

    private static CMPIPredicate* Find(CMPISubCond* self, CMPIStatus* rc, Func<IReadOnlyList<QueryCondition.Comparison>, QueryCondition.Comparison?> find)
    {
        try
        {
            if (FunctionTable.Self<SubCondObject>(self, rc) is not { } list)
                return null;
            if (find(list._comparisons) is { } found)
                return PredicateObject.New(Arena.Current, found);
            Status.Set(rc, CMPIrc.NoSuchProperty);
            return null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }
}

/// <summary>CMPIPredicate: one comparison of a query.</summary>
internal sealed unsafe class PredicateObject() : CmpiObject(CmpiKind.Predicate), ICmpiObject<PredicateObject>
{
    private static readonly CMPIPredicateFT* s_table = MakeTable();

    // In the order of QueryOperator.
    private static readonly CMPIPredOp[] s_operators =
    [
        CMPIPredOp.Equals, CMPIPredOp.NotEquals, CMPIPredOp.LessThan, CMPIPredOp.GreaterThanOrEquals, CMPIPredOp.GreaterThan, CMPIPredOp.LessThanOrEquals,
        CMPIPredOp.Isa, CMPIPredOp.NotIsa, CMPIPredOp.Like, CMPIPredOp.NotLike, CMPIPredOp.NotNull, CMPIPredOp.Null,
    ];

    private QueryCondition.Comparison? _comparison;

    static CmpiKind ICmpiObject<PredicateObject>.Kind => CmpiKind.Predicate;

    static void* ICmpiObject<PredicateObject>.FunctionTable => s_table;

    static PredicateObject ICmpiObject<PredicateObject>.Create() => new();

    public string Text => $"{_comparison?.Left} {_comparison?.Operator} {_comparison?.Right}".Trim();

    public static CMPIPredicate* New(Arena arena, QueryCondition.Comparison comparison)
    {
        var made = arena.New<PredicateObject>();
        made._comparison = comparison;
        return (CMPIPredicate*)made.Block;
    }

    internal override void Clear() => _comparison = null;

    private static CMPIPredicateFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIPredicateFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetData = &GetData,
            EvaluateUsingAccessor = &EvaluateUsingAccessor,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIPredicate* self) => FunctionTable.Release<PredicateObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIPredicate* Clone(CMPIPredicate* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<PredicateObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._comparison = source._comparison;
        return (CMPIPredicate*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus GetData(CMPIPredicate* self, CMPIType* type, CMPIPredOp* operation, CMPIString** left, CMPIString** right)
    {
        if (left is not null)
            *left = null;
        if (right is not null)
            *right = null;
        try
        {
            if (From<PredicateObject>(self)?._comparison is not { } comparison)
                return Status.Of(CMPIrc.InvalidHandle);
            if (type is not null)
                *type = TypeOf(comparison);
            if (operation is not null)
                *operation = s_operators[(int)comparison.Operator];
            if (left is not null)
                *left = StringObject.New(Arena.Current, comparison.Left);
            if (right is not null)
                *right = StringObject.NewOrNull(Arena.Current, comparison.Right);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static byte EvaluateUsingAccessor(CMPIPredicate* self, delegate* unmanaged<byte*, void*, CMPIData> accessor, void* parameter, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<PredicateObject>(self, rc)?._comparison is not { } comparison)
                return 0;
            if (accessor is null)
                throw CmpiException.InvalidParameter("The accessor is NULL.");
            return comparison.Holds(new Accessor(accessor, parameter).Get) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    private static CMPIType TypeOf(QueryCondition.Comparison comparison) => comparison switch
    {
        { Operator: QueryOperator.Isa or QueryOperator.NotIsa } => CMPIPredicateType.ClassNameString,
        { RightType: null } => CMPIPredicateType.NameString,
        { RightType: CimType.Boolean } => CMPIPredicateType.BooleanString,
        { RightType: CimType.DateTime } => CMPIPredicateType.DateTimeString,
        { RightType: CimType.Real32 or CimType.Real64 } => CMPIPredicateType.RealString,
        { RightType: { } type } when CimValue.IsInteger(type) => CMPIPredicateType.IntegerString,
        _ => CMPIPredicateType.CharString,
    };
}
