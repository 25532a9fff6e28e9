using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIContext: who asks and how.</summary>
internal sealed unsafe class ContextObject() : CmpiObject(CmpiKind.Context), ICmpiObject<ContextObject>
{
    private static readonly CMPIContextFT* s_table = MakeTable();

    static CmpiKind ICmpiObject<ContextObject>.Kind => CmpiKind.Context;

    static void* ICmpiObject<ContextObject>.FunctionTable => s_table;

    static ContextObject ICmpiObject<ContextObject>.Create() => new();

    public NamedValues Values { get; } = new();

    /// <summary>The request that the context belongs to, for calls that the provider makes with it.</summary>
    public CimRequest? Request { get; private set; }

    public static ContextObject New(Arena arena, CimRequest request)
    {
        var made = arena.New<ContextObject>();
        made.Fill(request);
        return made;
    }

    public void Fill(CimRequest request)
    {
        Request = request;
        Values.Set("CMPIPrincipal", new(CMPIType.String, request.Principal));
        Values.Set("CMPIInitNameSpace", new(CMPIType.String, request.Namespace));
        Values.Set("CMPIInvocationFlags", new(CMPIType.UInt32, request.InvocationFlags));
        Values.Set("CMPIRole", new(CMPIType.String, ""));
        Values.Set("CMPIAcceptLanguage", new(CMPIType.String, request.AcceptLanguage));
        if (request.Answer != 0)
            Values.Set("XenCimAnswer", new(CMPIType.UInt64, request.Answer));
    }

    public void CopyFrom(ContextObject other)
    {
        Request = other.Request;
        Values.CopyFrom(other.Values);
    }

    internal override void Clear()
    {
        Values.Clear();
        Request = null;
    }

    private static CMPIContextFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIContextFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetEntry = &Get,
            GetEntryAt = &GetAt,
            GetEntryCount = &GetCount,
            AddEntry = &Add,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIContext* self) => FunctionTable.Release<ContextObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIContext* Clone(CMPIContext* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<ContextObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Values.CopyFrom(source.Values);
        clone.Request = source.Request;
        return (CMPIContext*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Add(CMPIContext* self, byte* name, CMPIValue* value, CMPIType type)
    {
        try
        {
            return From<ContextObject>(self) is { } found ? found.Values.Set(name, value, type) : Status.Of(CMPIrc.InvalidHandle);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData Get(CMPIContext* self, byte* name, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<ContextObject>(self, rc) is { } found ? found.Values.Get(name, CMPIrc.NoSuchProperty, rc) : CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetAt(CMPIContext* self, uint index, CMPIString** name, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<ContextObject>(self, rc) is { } found ? found.Values.GetAt(index, name, CMPIrc.NoSuchProperty, rc) : CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetCount(CMPIContext* self, CMPIStatus* rc) =>
        FunctionTable.Self<ContextObject>(self, rc) is { } found ? (uint)found.Values.List.Count : 0;
}
