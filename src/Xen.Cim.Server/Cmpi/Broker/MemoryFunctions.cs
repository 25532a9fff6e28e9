using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>CMPIBrokerMemFT: marks in the arena, plain memory that the arena frees, and release by kind.</summary>
internal static unsafe class MemoryFunctions
{
    // In front of what the provider gets stands where its object is.
    private const nuint HeaderSize = 16;

    private static readonly CMPIBrokerMemFT* s_table = MakeTable();

    public static CMPIBrokerMemFT* Table => s_table;

    private static CMPIBrokerMemFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIBrokerMemFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Mark = &Mark,
            Release = &Release,
            Malloc = &Malloc,
            Calloc = &Calloc,
            Realloc = &Realloc,
            StrDup = &StrDup,
            Free = &Free,
            FreeInstance = &FreeInstance,
            FreeObjectPath = &FreeObjectPath,
            FreeArgs = &FreeArgs,
            FreeString = &FreeString,
            FreeArray = &FreeArray,
            FreeDateTime = &FreeDateTime,
            FreeSelectExp = &FreeSelectExp,
            FreeChars = &FreeChars,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static void* Mark(CMPIBroker* broker, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return Arena.Current.New<MarkObject>().Block;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIBroker* broker, void* mark)
    {
        try
        {
            return Status.Of(CmpiObject.From<MarkObject>(mark) is { } found && Arena.Current.FreeFrom(found)
                ? CMPIrc.Ok
                : CMPIrc.InvalidHandle);
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static void* Malloc(CMPIBroker* broker, nuint size) => Allocate(size);

    [UnmanagedCallersOnly]
    private static void* Calloc(CMPIBroker* broker, nuint count, nuint size) =>
        size != 0 && count > nuint.MaxValue / size ? null : Allocate(count * size);

    [UnmanagedCallersOnly]
    private static void* Realloc(CMPIBroker* broker, void* memory, nuint size)
    {
        if (memory is null)
            return Allocate(size);
        if (ObjectOf(memory) is not { } held || size > nuint.MaxValue - HeaderSize)
            return null;
        try
        {
            var grown = (byte*)NativeMemory.Realloc(held.Data, size + HeaderSize);
            held.Data = grown;
            return grown + HeaderSize;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte* StrDup(CMPIBroker* broker, byte* text)
    {
        if (text is null)
            return null;
        var source = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
        var copy = (byte*)Allocate((nuint)source.Length + 1);
        if (copy is not null)
            source.CopyTo(new Span<byte>(copy, source.Length));
        return copy;
    }

    [UnmanagedCallersOnly]
    private static void Free(CMPIBroker* broker, void* memory) => (memory is null ? null : ObjectOf(memory))?.Release();

    [UnmanagedCallersOnly]
    private static void FreeInstance(CMPIBroker* broker, CMPIInstance* instance) => FunctionTable.Release<InstanceObject>(instance);

    [UnmanagedCallersOnly]
    private static void FreeObjectPath(CMPIBroker* broker, CMPIObjectPath* path) => FunctionTable.Release<ObjectPathObject>(path);

    [UnmanagedCallersOnly]
    private static void FreeArgs(CMPIBroker* broker, CMPIArgs* args) => FunctionTable.Release<ArgsObject>(args);

    [UnmanagedCallersOnly]
    private static void FreeString(CMPIBroker* broker, CMPIString* text) => FunctionTable.Release<StringObject>(text);

    [UnmanagedCallersOnly]
    private static void FreeArray(CMPIBroker* broker, CMPIArray* array) => FunctionTable.Release<ArrayObject>(array);

    [UnmanagedCallersOnly]
    private static void FreeDateTime(CMPIBroker* broker, CMPIDateTime* datetime) => FunctionTable.Release<DateTimeObject>(datetime);

    [UnmanagedCallersOnly]
    private static void FreeSelectExp(CMPIBroker* broker, CMPISelectExp* expression) => FunctionTable.Release<SelectExpObject>(expression);

    [UnmanagedCallersOnly]
    private static void FreeChars(CMPIBroker* broker, byte* chars) => NativeMemory.Free(chars);

    private static void* Allocate(nuint size)
    {
        try
        {
            if (size > nuint.MaxValue - HeaderSize)
                return null;
            var memory = (byte*)NativeMemory.AllocZeroed(size + HeaderSize);
            *(NativeBlock**)memory = MemoryObject.New(Arena.Current, memory).Block;
            return memory + HeaderSize;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private static MemoryObject? ObjectOf(void* memory)
    {
        var start = (byte*)memory - HeaderSize;
        return CmpiObject.From<MemoryObject>(*(NativeBlock**)start) is { } found && found.Data == start ? found : null;
    }
}
