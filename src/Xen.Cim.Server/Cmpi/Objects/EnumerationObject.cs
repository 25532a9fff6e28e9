using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIEnumeration: the answer to an up-call, instances or object paths.</summary>
internal sealed unsafe class EnumerationObject() : CmpiObject(CmpiKind.Enumeration), ICmpiObject<EnumerationObject>
{
    private static readonly CMPIEnumerationFT* s_table = MakeTable();

    private CMPIType _type;
    private object[] _elements = [];
    private int _next;

    static CmpiKind ICmpiObject<EnumerationObject>.Kind => CmpiKind.Enumeration;

    static void* ICmpiObject<EnumerationObject>.FunctionTable => s_table;

    static EnumerationObject ICmpiObject<EnumerationObject>.Create() => new();

    public static CMPIEnumeration* New(Arena arena, List<CimInstance> instances) =>
        New(arena, CMPIType.Instance, instances.ToArray<object>());

    public static CMPIEnumeration* New(Arena arena, List<CimObjectPath> paths) =>
        New(arena, CMPIType.Ref, paths.ToArray<object>());

    private static CMPIEnumeration* New(Arena arena, CMPIType type, object[] elements)
    {
        var made = arena.New<EnumerationObject>();
        made._type = type;
        made._elements = elements;
        return (CMPIEnumeration*)made.Block;
    }

    internal override void Clear()
    {
        _elements = [];
        _next = 0;
    }

    private static CMPIEnumerationFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIEnumerationFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetNext = &GetNext,
            HasNext = &HasNext,
            ToArray = &ToArray,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIEnumeration* self) => FunctionTable.Release<EnumerationObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* Clone(CMPIEnumeration* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<EnumerationObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._type = source._type;
        clone._elements = source._elements;
        clone._next = source._next;
        return (CMPIEnumeration*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetNext(CMPIEnumeration* self, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<EnumerationObject>(self, rc) is not { } enumeration)
                return CmpiData.Bad;
            if (enumeration._next < enumeration._elements.Length)
                return CmpiData.ToData(Arena.Current, enumeration._type, enumeration._elements[enumeration._next++]);
            Status.Set(rc, CMPIrc.NoMoreElements);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static byte HasNext(CMPIEnumeration* self, CMPIStatus* rc) =>
        FunctionTable.Self<EnumerationObject>(self, rc) is { } enumeration && enumeration._next < enumeration._elements.Length ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly]
    private static CMPIArray* ToArray(CMPIEnumeration* self, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<EnumerationObject>(self, rc) is { } enumeration
                ? ArrayObject.New(Arena.Current, enumeration._type, enumeration._elements)
                : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }
}
