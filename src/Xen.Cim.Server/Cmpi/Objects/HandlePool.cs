using System.Runtime.InteropServices;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>
/// Encapsulated objects at rest. Native blocks stay mapped for the life of the process (a stale pointer must not fault);
/// managed objects above a bound are let go.
/// </summary>
internal sealed unsafe class HandlePool
{
    private const int SlabBlocks = 128;
    private const int MaxObjectsAtRest = 8192;

    /// <summary>One pool serves the process: native blocks carry no other address than their own.</summary>
    public static readonly HandlePool Shared = new();

    private readonly Shelf[] _shelves = Enumerable.Range(0, (int)CmpiKind.Count).Select(_ => new Shelf()).ToArray();

    private long _live;

    /// <summary>Objects in use: of running calls, attached threads and clones.</summary>
    public long Live => Interlocked.Read(ref _live);

    public T Rent<T>()
        where T : CmpiObject, ICmpiObject<T>
    {
        var shelf = _shelves[(int)T.Kind];
        CmpiObject? rested = null;
        NativeBlock* block = null;
        lock (shelf)
        {
            if (shelf.Objects.TryPop(out rested))
            {
                rested.IsLive = true;
            }
            else
            {
                if (shelf.FreeBlocks is null)
                    AddSlab(shelf, T.FunctionTable);
                block = shelf.FreeBlocks;
                shelf.FreeBlocks = block->NextFree;
                block->NextFree = null;
            }
        }
        Interlocked.Increment(ref _live);
        if (rested is not T ready)
        {
            ready = T.Create();
            ready.Bind(block);
            ready.IsLive = true;
        }
        ready.Block->Hdl = (nint)ready.Block;
        return ready;
    }

    public void Return(CmpiObject done)
    {
        var shelf = _shelves[(int)done.Kind];
        lock (shelf)
        {
            // Two threads that release the same object must not put it on the shelf twice.
            if (!done.IsLive)
                return;
            done.IsLive = false;
            done.Owner = null;
            done.Block->Hdl = 0;
            done.Clear();
            if (shelf.Objects.Count < MaxObjectsAtRest)
            {
                shelf.Objects.Push(done);
            }
            else
            {
                var block = done.Unbind();
                block->NextFree = shelf.FreeBlocks;
                shelf.FreeBlocks = block;
            }
        }
        Interlocked.Decrement(ref _live);
    }

    private static void AddSlab(Shelf shelf, void* functionTable)
    {
        var slab = (NativeBlock*)NativeMemory.AllocZeroed(SlabBlocks, (nuint)sizeof(NativeBlock));
        for (var i = 0; i < SlabBlocks; i++)
        {
            slab[i].FunctionTable = functionTable;
            slab[i].NextFree = i + 1 < SlabBlocks ? &slab[i + 1] : null;
        }
        shelf.FreeBlocks = slab;
    }

    private sealed class Shelf
    {
        public Stack<CmpiObject> Objects { get; } = new();

        public NativeBlock* FreeBlocks { get; set; }
    }
}
