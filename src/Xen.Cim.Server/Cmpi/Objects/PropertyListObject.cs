using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIPropertyList: names of properties, compared without case.</summary>
internal sealed unsafe class PropertyListObject() : CmpiObject(CmpiKind.PropertyList), ICmpiObject<PropertyListObject>
{
    private static readonly CMPIPropertyListFT* s_table = MakeTable();

    // NULL-terminated; the texts are behind the pointers, in the same block.
    private byte** _native;

    static CmpiKind ICmpiObject<PropertyListObject>.Kind => CmpiKind.PropertyList;

    static void* ICmpiObject<PropertyListObject>.FunctionTable => s_table;

    static PropertyListObject ICmpiObject<PropertyListObject>.Create() => new();

    /// <summary>Without names it stands for every property.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    private bool IsAll { get; set; }

    public static CMPIPropertyList* New(Arena arena, byte** names)
    {
        var list = new List<string>();
        for (var next = names; next is not null && *next is not null; next++)
            list.Add(Utf8Text.Read(*next)!);
        var made = arena.New<PropertyListObject>();
        made.Take(list, isAll: names is null);
        return (CMPIPropertyList*)made.Block;
    }

    internal override void Clear()
    {
        NativeMemory.Free(_native);
        _native = null;
        Names = [];
    }

    private void Take(IReadOnlyList<string> names, bool isAll)
    {
        Names = names;
        IsAll = isAll;
        if (isAll)
            return;
        var texts = names.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
        var pointers = (nuint)(names.Count + 1) * (nuint)sizeof(byte*);
        _native = (byte**)NativeMemory.AllocZeroed(pointers + (nuint)texts.Sum(t => t.Length + 1));
        var next = (byte*)_native + pointers;
        for (var i = 0; i < texts.Length; next += texts[i++].Length + 1)
        {
            texts[i].CopyTo(new Span<byte>(next, texts[i].Length));
            _native[i] = next;
        }
    }

    private static CMPIPropertyListFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIPropertyListFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            IsPropertyInList = &IsPropertyInList,
            GetProperties = &GetProperties,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIPropertyList* self) => FunctionTable.Release<PropertyListObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIPropertyList* Clone(CMPIPropertyList* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<PropertyListObject>(self, rc, out var clone) is not { } source)
            return null;
        clone.Take(source.Names, source.IsAll);
        return (CMPIPropertyList*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static byte IsPropertyInList(CMPIPropertyList* self, byte* name, CMPIStatus* rc)
    {
        try
        {
            if (FunctionTable.Self<PropertyListObject>(self, rc) is not { } list)
                return 0;
            var wanted = Utf8Text.Required(name, "The property's name");
            return list.IsAll || list.Names.Contains(wanted, StringComparer.OrdinalIgnoreCase) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static byte** GetProperties(CMPIPropertyList* self, CMPIStatus* rc) =>
        FunctionTable.Self<PropertyListObject>(self, rc) is { } list ? list._native : null;
}
