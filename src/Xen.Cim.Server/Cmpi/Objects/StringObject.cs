using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIString. The characters are where hdl points, as old macros of the standard's headers expect.</summary>
internal sealed unsafe class StringObject() : CmpiObject(CmpiKind.String), ICmpiObject<StringObject>
{
    // What a string that was released still points to.
    private static readonly nint s_empty = (nint)NativeMemory.AllocZeroed(8);
    private static readonly CMPIStringFT* s_table = MakeTable();

    private string? _text;

    static CmpiKind ICmpiObject<StringObject>.Kind => CmpiKind.String;

    static void* ICmpiObject<StringObject>.FunctionTable => s_table;

    static StringObject ICmpiObject<StringObject>.Create() => new();

    public byte* Chars { get; private set; }

    public string Text => _text ??= Utf8Text.Read(Chars)!;

    public static CMPIString* New(Arena arena, string text)
    {
        var made = arena.New<StringObject>();
        made.Take(Utf8Text.Allocate(text));
        made._text = text;
        return (CMPIString*)made.Block;
    }

    /// <summary>A string, or NULL for null.</summary>
    public static CMPIString* NewOrNull(Arena arena, string? text) => text is null ? null : New(arena, text);

    public static CMPIString* New(Arena arena, byte* chars)
    {
        var made = arena.New<StringObject>();
        made.Take(Utf8Text.Copy(chars));
        return (CMPIString*)made.Block;
    }

    internal override void Clear()
    {
        Block->Hdl = s_empty;
        NativeMemory.Free(Chars);
        Chars = null;
        _text = null;
    }

    private void Take(byte* chars)
    {
        Chars = chars;
        Block->Hdl = (nint)chars;
    }

    private static CMPIStringFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIStringFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetCharPtr = &GetCharPtr,
            NewCharsCP = &NewCharsCP,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIString* self) => FunctionTable.Release<StringObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIString* Clone(CMPIString* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<StringObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Take(Utf8Text.Copy(source.Chars));
        return (CMPIString*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static byte* GetCharPtr(CMPIString* self, CMPIStatus* rc) =>
        FunctionTable.Self<StringObject>(self, rc) is { } text ? text.Chars : null;

    // The provider frees it; neither the string nor the call does.
    [UnmanagedCallersOnly]
    private static byte* NewCharsCP(CMPIString* self, CMPICodepage codepage, CMPIStatus* rc)
    {
        try
        {
            return FunctionTable.Self<StringObject>(self, rc) is { } text ? Codepages.Allocate(text.Text, codepage) : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }
}
