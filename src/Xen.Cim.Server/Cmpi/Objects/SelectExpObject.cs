using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPISelectExp: a query of an indication filter or of ExecQuery.</summary>
internal sealed unsafe class SelectExpObject() : CmpiObject(CmpiKind.SelectExp), ICmpiObject<SelectExpObject>
{
    private static readonly CMPISelectExpFT* s_table = MakeTable();

    static CmpiKind ICmpiObject<SelectExpObject>.Kind => CmpiKind.SelectExp;

    static void* ICmpiObject<SelectExpObject>.FunctionTable => s_table;

    static SelectExpObject ICmpiObject<SelectExpObject>.Create() => new();

    public string Query { get; private set; } = "";

    public string Language { get; private set; } = "";

    public ICimQuery? Parsed { get; set; }

    public static SelectExpObject New(Arena arena, string query, string language)
    {
        var made = arena.New<SelectExpObject>();
        made.Query = query;
        made.Language = language;
        return made;
    }

    internal override void Clear()
    {
        Query = Language = "";
        Parsed = null;
    }

    // A filter that the server hands to a provider is parsed when the provider asks more of it than its text.
    private ICimQuery Require() => Parsed
        ??= (Arena.Current.Broker ?? throw CmpiException.InvalidHandle("The broker")).Services.ParseQuery(Language, Query)
        ?? throw CimException.NotSupported("This server does not evaluate queries.");

    private static CMPISelectExpFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPISelectExpFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            Evaluate = &Evaluate,
            GetString = &GetString,
            GetDOC = &GetDoc,
            GetCOD = &GetCod,
            EvaluateUsingAccessor = &EvaluateUsingAccessor,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPISelectExp* self) => FunctionTable.Release<SelectExpObject>(self);

    [UnmanagedCallersOnly]
    private static CMPISelectExp* Clone(CMPISelectExp* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<SelectExpObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Query = source.Query;
        clone.Language = source.Language;
        clone.Parsed = source.Parsed;
        return (CMPISelectExp*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIString* GetString(CMPISelectExp* self, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<SelectExpObject>(self, rc) is { } query ? StringObject.New(Arena.Current, query.Query) : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte Evaluate(CMPISelectExp* self, CMPIInstance* instance, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<SelectExpObject>(self, rc) is not { } query)
                return 0;
            var given = From<InstanceObject>(instance) ?? throw CmpiException.InvalidParameter("The instance is NULL or not live.");
            return query.Require().Matches(given.Share()) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPISelectCond* GetDoc(CMPISelectExp* self, CMPIStatus* rc) => Normal(self, CMPISelectCondType.DisjunctionOfConjunctions, rc);

    [UnmanagedCallersOnly]
    private static CMPISelectCond* GetCod(CMPISelectExp* self, CMPIStatus* rc) => Normal(self, CMPISelectCondType.ConjunctionOfDisjunctions, rc);

    private static CMPISelectCond* Normal(CMPISelectExp* self, CMPISelectCondType form, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<SelectExpObject>(self, rc) is { } query ? SelectCondObject.New(Arena.Current, query.Require().Condition, form) : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte EvaluateUsingAccessor(CMPISelectExp* self, delegate* unmanaged<byte*, void*, CMPIData> accessor, void* parameter, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<SelectExpObject>(self, rc) is not { } query)
                return 0;
            if (accessor is null)
                throw CmpiException.InvalidParameter("The accessor is NULL.");
            return QueryForms.Holds(query.Require().Condition, new Accessor(accessor, parameter).Get) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }
}
