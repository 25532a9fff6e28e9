using System.Runtime.InteropServices;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>Plain memory that lives as long as its arena, unless it is freed before.</summary>
internal sealed unsafe class MemoryObject() : CmpiObject(CmpiKind.Memory), ICmpiObject<MemoryObject>
{
    private static readonly nint s_table = (nint)NativeMemory.AllocZeroed(8);

    static CmpiKind ICmpiObject<MemoryObject>.Kind => CmpiKind.Memory;

    static void* ICmpiObject<MemoryObject>.FunctionTable => (void*)s_table;

    static MemoryObject ICmpiObject<MemoryObject>.Create() => new();

    public void* Data { get; set; }

    /// <summary>Takes over memory of <see cref="NativeMemory"/>.</summary>
    public static MemoryObject New(Arena arena, void* data)
    {
        var made = arena.New<MemoryObject>();
        made.Data = data;
        return made;
    }

    /// <summary>Text for a parameter that is a plain character pointer; NULL for null.</summary>
    public static byte* Chars(Arena arena, string? text) =>
        text is null ? null : (byte*)New(arena, Utf8Text.Allocate(text)).Data;

    /// <summary>A NULL-terminated list of character pointers; NULL for null.</summary>
    public static byte** List(Arena arena, IReadOnlyCollection<string>? texts)
    {
        if (texts is null)
            return null;
        var list = (byte**)New(arena, NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*))).Data;
        var i = 0;
        foreach (var text in texts)
            list[i++] = Chars(arena, text);
        return list;
    }

    internal override void Clear()
    {
        NativeMemory.Free(Data);
        Data = null;
    }
}

/// <summary>A place in an arena: releasing it frees everything that came after.</summary>
internal sealed unsafe class MarkObject() : CmpiObject(CmpiKind.Mark), ICmpiObject<MarkObject>
{
    private static readonly nint s_table = (nint)NativeMemory.AllocZeroed(8);

    static CmpiKind ICmpiObject<MarkObject>.Kind => CmpiKind.Mark;

    static void* ICmpiObject<MarkObject>.FunctionTable => (void*)s_table;

    static MarkObject ICmpiObject<MarkObject>.Create() => new();

    internal override void Clear()
    {
    }
}
