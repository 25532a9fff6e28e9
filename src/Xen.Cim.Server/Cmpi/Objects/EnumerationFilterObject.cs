using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIEnumerationFilter: which instances of an enumeration the client wants.</summary>
internal sealed unsafe class EnumerationFilterObject() : CmpiObject(CmpiKind.EnumerationFilter), ICmpiObject<EnumerationFilterObject>
{
    private static readonly CMPIEnumerationFilterFT* s_table = MakeTable();

    private ICimQuery? _query;

    static CmpiKind ICmpiObject<EnumerationFilterObject>.Kind => CmpiKind.EnumerationFilter;

    static void* ICmpiObject<EnumerationFilterObject>.FunctionTable => s_table;

    static EnumerationFilterObject ICmpiObject<EnumerationFilterObject>.Create() => new();

    /// <param name="query">Null for all instances.</param>
    public static CMPIEnumerationFilter* New(Arena arena, ICimQuery? query)
    {
        var made = arena.New<EnumerationFilterObject>();
        made._query = query;
        return (CMPIEnumerationFilter*)made.Block;
    }

    internal override void Clear() => _query = null;

    private static CMPIEnumerationFilterFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIEnumerationFilterFT>();
        *table = new() { FtVersion = FunctionTable.Version, Release = &Release, Clone = &Clone, Match = &Match };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIEnumerationFilter* self) => FunctionTable.Release<EnumerationFilterObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIEnumerationFilter* Clone(CMPIEnumerationFilter* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<EnumerationFilterObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._query = source._query;
        return (CMPIEnumerationFilter*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static byte Match(CMPIEnumerationFilter* self, CMPIInstance* instance, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<EnumerationFilterObject>(self, rc) is not { } filter)
                return 0;
            var given = From<InstanceObject>(instance) ?? throw CmpiException.InvalidParameter("The instance is NULL or not live.");
            return filter._query?.Matches(given.Share()) != false ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }
}
