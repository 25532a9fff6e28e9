using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIResult: hands what the provider returns to the request, one by one.</summary>
internal sealed unsafe class ResultObject() : CmpiObject(CmpiKind.Result), ICmpiObject<ResultObject>
{
    private static readonly CMPIResultFT* s_table = MakeTable();

    private ResultSink? _sink;

    static CmpiKind ICmpiObject<ResultObject>.Kind => CmpiKind.Result;

    static void* ICmpiObject<ResultObject>.FunctionTable => s_table;

    static ResultObject ICmpiObject<ResultObject>.Create() => new();

    public static CMPIResult* New(Arena arena, ResultSink sink)
    {
        var made = arena.New<ResultObject>();
        made._sink = sink;
        return (CMPIResult*)made.Block;
    }

    internal override void Clear() => _sink = null;

    private static CMPIResultFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIResultFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            ReturnData = &ReturnData,
            ReturnInstance = &ReturnInstance,
            ReturnObjectPath = &ReturnObjectPath,
            ReturnDone = &ReturnDone,
            ReturnError = &ReturnError,
        };
        return table;
    }

    // The result belongs to the call; a provider cannot end it early nor take it along.
    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIResult* self) =>
        Status.Of(From<ResultObject>(self) is null ? CMPIrc.InvalidHandle : CMPIrc.Ok);

    [UnmanagedCallersOnly]
    private static CMPIResult* Clone(CMPIResult* self, CMPIStatus* rc)
    {
        Status.Set(rc, CMPIrc.NotSupported);
        return null;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnData(CMPIResult* self, CMPIValue* value, CMPIType type)
    {
        try
        {
            return From<ResultObject>(self)?._sink is { } sink
                ? Status.Of(sink.Push(CmpiData.FromValue(value, type)))
                : Status.Of(CMPIrc.InvalidHandle);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnInstance(CMPIResult* self, CMPIInstance* instance)
    {
        try
        {
            if (From<ResultObject>(self)?._sink is not { } sink)
                return Status.Of(CMPIrc.InvalidHandle);
            return From<InstanceObject>(instance) is { } returned
                ? Status.Of(sink.Push(returned.ShareAsResult()))
                : Status.Of(CMPIrc.InvalidParameter);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnObjectPath(CMPIResult* self, CMPIObjectPath* path)
    {
        try
        {
            if (From<ResultObject>(self)?._sink is not { } sink)
                return Status.Of(CMPIrc.InvalidHandle);
            return From<ObjectPathObject>(path) is { } returned
                ? Status.Of(sink.Push(returned.ToPath()))
                : Status.Of(CMPIrc.InvalidParameter);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnDone(CMPIResult* self)
    {
        if (From<ResultObject>(self)?._sink is not { } sink)
            return Status.Of(CMPIrc.InvalidHandle);
        sink.IsDone = true;
        return Status.Ok;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnError(CMPIResult* self, CMPIError* error)
    {
        try
        {
            if (From<ResultObject>(self)?._sink is not { } sink)
                return Status.Of(CMPIrc.InvalidHandle);
            if (From<ErrorObject>(error) is not { } returned)
                return Status.Of(CMPIrc.InvalidParameter);
            sink.Errors.Add(returned.Text);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }
}
