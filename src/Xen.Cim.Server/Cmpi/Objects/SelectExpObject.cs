using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>
/// CMPISelectExp: a query of an indication filter or of ExecQuery. It knows its text; evaluation and normal forms are
/// answered with NOT_SUPPORTED, and the broker's capabilities do not announce them.
/// </summary>
internal sealed unsafe class SelectExpObject() : CmpiObject(CmpiKind.SelectExp), ICmpiObject<SelectExpObject>
{
    private static readonly CMPISelectExpFT* s_table = MakeTable();

    static CmpiKind ICmpiObject<SelectExpObject>.Kind => CmpiKind.SelectExp;

    static void* ICmpiObject<SelectExpObject>.FunctionTable => s_table;

    static SelectExpObject ICmpiObject<SelectExpObject>.Create() => new();

    public string Query { get; private set; } = "";

    public static SelectExpObject New(Arena arena, string query, string language)
    {
        var made = arena.New<SelectExpObject>();
        made.Query = query;
        return made;
    }

    internal override void Clear() => Query = "";

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
        Status.Set(rc, CMPIrc.NotSupported);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static CMPISelectCond* GetDoc(CMPISelectExp* self, CMPIStatus* rc)
    {
        Status.Set(rc, CMPIrc.NotSupported);
        return null;
    }

    [UnmanagedCallersOnly]
    private static CMPISelectCond* GetCod(CMPISelectExp* self, CMPIStatus* rc)
    {
        Status.Set(rc, CMPIrc.NotSupported);
        return null;
    }

    [UnmanagedCallersOnly]
    private static byte EvaluateUsingAccessor(CMPISelectExp* self, delegate* unmanaged<byte*, void*, CMPIData> accessor, void* parameter, CMPIStatus* rc)
    {
        Status.Set(rc, CMPIrc.NotSupported);
        return 0;
    }
}
