using System.Runtime.InteropServices;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>
/// What a provider holds of an encapsulated object: the {hdl, ft} pair that the standard prescribes, and behind it the way
/// back to the managed object.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeBlock
{
    /// <summary>
    /// The characters for a string (old macros read them from here), else not NULL while the object is live: a provider
    /// that clears it has an invalid handle.
    /// </summary>
    public nint Hdl;

    public void* FunctionTable;

    /// <summary>GCHandle of the <see cref="CmpiObject"/>, or 0 while nobody stands behind the block.</summary>
    public nint Object;

    public NativeBlock* NextFree;
}

/// <summary>The kinds of encapsulated objects; each has its own pool, so that a block never changes its kind.</summary>
internal enum CmpiKind
{
    Instance,
    ObjectPath,
    Args,
    String,
    Array,
    Enumeration,
    DateTime,
    Context,
    Result,
    Error,
    SelectExp,
    SelectCond,
    SubCond,
    Predicate,
    PropertyList,
    EnumerationFilter,
    Memory,
    Mark,
    Count,
}

internal unsafe interface ICmpiObject<TSelf>
    where TSelf : CmpiObject, ICmpiObject<TSelf>
{
    static abstract CmpiKind Kind { get; }

    static abstract void* FunctionTable { get; }

    static abstract TSelf Create();
}

/// <summary>
/// An encapsulated object. Object and native block are bound to each other for good and are used again and again; between
/// two uses they rest in a pool. A provider that uses a pointer too long meets an object that is not live, which is an
/// invalid handle and not a crash.
/// </summary>
internal abstract unsafe class CmpiObject(CmpiKind kind)
{
    public CmpiKind Kind { get; } = kind;

    public NativeBlock* Block { get; private set; }

    public bool IsLive { get; internal set; }

    /// <summary>The arena that frees the object; null for a clone, which the provider frees.</summary>
    public Arena? Owner { get; internal set; }

    internal CmpiObject? Previous { get; set; }

    internal CmpiObject? Next { get; set; }

    internal void Bind(NativeBlock* block)
    {
        Block = block;
        block->Object = GCHandle.ToIntPtr(GCHandle.Alloc(this));
    }

    internal NativeBlock* Unbind()
    {
        var block = Block;
        Block = null;
        GCHandle.FromIntPtr(block->Object).Free();
        block->Object = 0;
        return block;
    }

    /// <summary>Lets go of everything that the object holds.</summary>
    internal abstract void Clear();

    /// <summary>The object behind a provider's pointer, or null when it is not a live object of this kind and of ours.</summary>
    public static T? From<T>(void* pointer)
        where T : CmpiObject, ICmpiObject<T>
    {
        var block = (NativeBlock*)pointer;
        if (block is null || block->FunctionTable != T.FunctionTable || block->Object == 0 || block->Hdl == 0)
            return null;
        return GCHandle.FromIntPtr(block->Object).Target is T { IsLive: true } found ? found : null;
    }

    /// <summary>Gives the object back before its call ends, or ends a clone.</summary>
    public void Release()
    {
        if (!IsLive)
            return;
        if (Owner is { } owner)
            owner.Remove(this);
        else
            HandlePool.Shared.Return(this);
    }
}
