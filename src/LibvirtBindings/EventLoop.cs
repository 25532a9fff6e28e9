using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>
/// libvirt's event loop, which delivers events and keeps connections alive. libvirt has one implementation for the
/// process, and whoever registers first wins: when somebody else (a program that loads this library, another provider)
/// has registered one before, theirs is used and no thread of ours is started. Start it before connections are opened.
/// </summary>
public sealed class EventLoop : IDisposable
{
    // One loop for the process is libvirt's rule, so its bookkeeping is process-wide too.
    private static readonly Lock Gate = new();
    private static bool registered;
    private static int users;
    private static Turner? turner;

    private bool disposed;

    private EventLoop(bool runsHere) => RunsHere = runsHere;

    /// <summary>Whether a thread of this library turns the loop; false when somebody else has to.</summary>
    public bool RunsHere { get; }

    /// <summary>
    /// Registers libvirt's own implementation (<c>virEventRegisterDefaultImpl</c>) unless there is one, and starts the
    /// thread that turns it. Every call gives a share in the same loop; the thread ends with the last share.
    /// </summary>
    /// <exception cref="LibvirtNotFoundException">libvirt.so.0 cannot be loaded.</exception>
    /// <exception cref="LibvirtException">libvirt refuses the registration.</exception>
    public static EventLoop Start()
    {
        LibvirtLibrary.Initialize();
        lock (Gate)
        {
            if (!registered)
            {
                if (IsRegistered())
                    return new EventLoop(runsHere: false);
                Answers.Checked(NativeMethods.virEventRegisterDefaultImpl());
                registered = true;
            }
            turner ??= new Turner();
            users++;
            return new EventLoop(runsHere: true);
        }
    }

    /// <summary>
    /// Finds out whether the loop turns at all: a timer that is due at once must fire within the time given.
    /// Useful when <see cref="RunsHere"/> is false. Not to be called from an event handler, which holds the loop up.
    /// </summary>
    public static unsafe bool Turns(TimeSpan within)
    {
        LibvirtLibrary.Initialize();
        var fired = new ManualResetEventSlim();
        var pin = GCHandle.Alloc(fired);
        var timer = NativeMethods.virEventAddTimeout(0, &Fire, GCHandle.ToIntPtr(pin), &Registration.Free);
        if (timer < 0)
        {
            pin.Free();
            return false;
        }
        var result = fired.Wait(within);
        _ = NativeMethods.virEventRemoveTimeout(timer);
        return result;
    }

    /// <summary>Gives the share back; the thread ends with the last one. The registration stays, libvirt cannot undo it.</summary>
    public void Dispose()
    {
        Turner? last = null;
        lock (Gate)
        {
            if (disposed)
                return;
            disposed = true;
            if (RunsHere && --users == 0)
            {
                last = turner;
                turner = null;
            }
        }
        last?.Stop();
    }

    /// <summary>libvirt has no question for it, but a timer can be added only to a registered implementation.</summary>
    private static unsafe bool IsRegistered()
    {
        var timer = NativeMethods.virEventAddTimeout(-1, &Ignore, 0, null);
        if (timer < 0)
            return false;
        _ = NativeMethods.virEventRemoveTimeout(timer);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(int timer, nint opaque)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fire(int timer, nint opaque)
    {
        try
        {
            (GCHandle.FromIntPtr(opaque).Target as ManualResetEventSlim)?.Set();
        }
        catch (Exception)
        {
            // Nothing may cross into libvirt; the waiter times out.
        }
    }

    private sealed class Turner
    {
        private readonly Thread thread;
        private volatile bool stopping;

        public Turner()
        {
            thread = new Thread(Turn) { IsBackground = true, Name = "libvirt events" };
            thread.Start();
        }

        public unsafe void Stop()
        {
            stopping = true;
            // The loop sleeps until something happens, so something has to.
            var timer = NativeMethods.virEventAddTimeout(0, &Ignore, 0, null);
            // A handler that hangs must not hang the caller too: the thread then ends when the handler returns.
            if (thread != Thread.CurrentThread)
                thread.Join(TimeSpan.FromSeconds(5));
            if (timer >= 0)
                _ = NativeMethods.virEventRemoveTimeout(timer);
        }

        private void Turn()
        {
            ThreadSignals.LeaveToOthers();
            while (!stopping)
            {
                if (NativeMethods.virEventRunDefaultImpl() < 0)
                    Thread.Sleep(100);
            }
        }
    }
}
