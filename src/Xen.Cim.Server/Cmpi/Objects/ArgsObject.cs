using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIArgs: the arguments of a method.</summary>
internal sealed unsafe class ArgsObject() : CmpiObject(CmpiKind.Args), ICmpiObject<ArgsObject>
{
    private static readonly CMPIArgsFT* s_table = MakeTable();

    static CmpiKind ICmpiObject<ArgsObject>.Kind => CmpiKind.Args;

    static void* ICmpiObject<ArgsObject>.FunctionTable => s_table;

    static ArgsObject ICmpiObject<ArgsObject>.Create() => new();

    public NamedValues Values { get; } = new();

    public static ArgsObject New(Arena arena, CimArguments arguments)
    {
        var made = arena.New<ArgsObject>();
        made.CopyFrom(arguments);
        return made;
    }

    public void CopyFrom(CimArguments arguments)
    {
        foreach (var argument in arguments.List)
            Values.Set(argument.Name, new(CmpiData.TypeOf(argument.Type, argument.IsArray, argument.Value), argument.Value));
    }

    public void CopyTo(CimArguments arguments)
    {
        foreach (var (name, value) in Values.List)
            arguments.Set(name, value.CimType, value.IsArray, value.Value);
    }

    internal override void Clear()
    {
        Values.Clear();
    }

    private static CMPIArgsFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIArgsFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            AddArg = &Add,
            GetArg = &Get,
            GetArgAt = &GetAt,
            GetArgCount = &GetCount,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIArgs* self) => FunctionTable.Release<ArgsObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIArgs* Clone(CMPIArgs* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<ArgsObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Values.CopyFrom(source.Values);
        return (CMPIArgs*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Add(CMPIArgs* self, byte* name, CMPIValue* value, CMPIType type)
    {
        try
        {
            return From<ArgsObject>(self) is { } found ? found.Values.Set(name, value, type) : Status.Of(CMPIrc.InvalidHandle);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData Get(CMPIArgs* self, byte* name, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<ArgsObject>(self, rc) is { } found ? found.Values.Get(name, CMPIrc.NotFound, rc) : CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetAt(CMPIArgs* self, uint index, CMPIString** name, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<ArgsObject>(self, rc) is { } found ? found.Values.GetAt(index, name, CMPIrc.NotFound, rc) : CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetCount(CMPIArgs* self, CMPIStatus* rc) =>
        FunctionTable.Self<ArgsObject>(self, rc) is { } found ? (uint)found.Values.List.Count : 0;
}
