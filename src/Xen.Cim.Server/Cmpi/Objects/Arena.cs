using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>
/// Everything that came into being for one call of a provider, or for one attached thread, and ends with it. A thread has
/// one current arena; an up-call that reaches another provider stacks a second one on top.
/// </summary>
/// <remarks>Objects belong to the thread; only <see cref="CmpiObject.Release"/> may come from another one.</remarks>
internal sealed class Arena : IDisposable
{
    [ThreadStatic]
    private static Arena? t_current;

    [ThreadStatic]
    private static Visitor? t_visitor;

    private readonly Lock _lock = new();
    private Arena? _outer;
    private CmpiObject? _last;

    private Arena(CmpiBroker? broker, CimRequest? request)
    {
        Broker = broker;
        Request = request;
    }

    public CmpiBroker? Broker { get; }

    public CimRequest? Request { get; }

    /// <summary>It is of a thread that the provider attached, not of a call.</summary>
    public bool IsAttachment { get; set; }

    /// <summary>Starts an arena on this thread; disposing ends it and everything in it.</summary>
    public static Arena Enter(CmpiBroker broker, CimRequest request) =>
        t_current = new Arena(broker, request) { _outer = t_current };

    /// <summary>The arena of the call or attachment that runs on this thread, or null.</summary>
    public static Arena? CurrentOrNull => t_current;

    /// <summary>
    /// The arena of this thread. A thread that was never attached gets one without a broker, which ends with the thread.
    /// </summary>
    public static Arena Current => t_current ?? (t_visitor ??= new Visitor(new Arena(null, null))).Arena;

    /// <summary>A new object of this arena.</summary>
    public T New<T>()
        where T : CmpiObject, ICmpiObject<T>
    {
        var created = HandlePool.Shared.Rent<T>();
        created.Owner = this;
        lock (_lock)
        {
            created.Previous = _last;
            if (_last is { } last)
                last.Next = created;
            _last = created;
        }
        return created;
    }

    /// <summary>A new object that no arena frees.</summary>
    public static T NewUnowned<T>()
        where T : CmpiObject, ICmpiObject<T> => HandlePool.Shared.Rent<T>();

    internal void Remove(CmpiObject done)
    {
        lock (_lock)
        {
            if (done.Owner != this)
                return;
            Unlink(done);
        }
        HandlePool.Shared.Return(done);
    }

    /// <summary>Frees everything that came after an object of this arena, and the object itself.</summary>
    internal bool FreeFrom(CmpiObject mark)
    {
        if (mark.Owner != this)
            return false;
        FreeUntil(mark.Previous);
        return true;
    }

    public void Dispose()
    {
        // A provider that attached and never detached leaves its arenas above this one.
        for (var arena = t_current; arena is not null; arena = arena._outer)
        {
            if (arena != this)
                continue;
            while (t_current is { } top && top != this)
            {
                t_current = top._outer;
                top.FreeUntil(null);
            }
            t_current = _outer;
            break;
        }
        FreeUntil(null);
    }

    private void FreeUntil(CmpiObject? end)
    {
        while (true)
        {
            CmpiObject last;
            lock (_lock)
            {
                if (_last is null || _last == end)
                    return;
                last = _last;
                Unlink(last);
            }
            HandlePool.Shared.Return(last);
        }
    }

    private void Unlink(CmpiObject gone)
    {
        if (gone.Previous is { } previous)
            previous.Next = gone.Next;
        if (gone.Next is { } next)
            next.Previous = gone.Previous;
        if (_last == gone)
            _last = gone.Previous;
        gone.Previous = gone.Next = null;
        gone.Owner = null;
    }

    /// <summary>Lives as long as its thread, and takes the thread's arena with it.</summary>
    private sealed class Visitor(Arena arena)
    {
        public Arena Arena { get; } = arena;

        ~Visitor() => Arena.FreeUntil(null);
    }
}
