using System.Runtime.InteropServices;

namespace Libvirt;

/// <summary>Signals and the threads that this library's users make.</summary>
public static unsafe partial class ThreadSignals
{
    private const int Block = 0;

    // ILL, TRAP, ABRT, BUS, FPE and SEGV belong to the thread that causes them; above 31 are the runtime's.
    private const ulong ThreadsOwn = 1ul << 3 | 1ul << 4 | 1ul << 5 | 1ul << 6 | 1ul << 7 | 1ul << 10;
    private const ulong ProcessesOwn = 0x7fff_ffff & ~ThreadsOwn;

    // glibc's and musl's sigset_t.
    private const int SetWords = 16;

    /// <summary>
    /// Leaves all signals that are sent to the process to the other threads (<c>pthread_sigmask</c>), for as long as the
    /// calling thread lives. Wanted of every thread that enters libvirt in a process of somebody else's: libvirt's client
    /// writes to connections that the daemon may have closed, which ends a process that has done nothing about SIGPIPE,
    /// and signal handlers expect the stacks and the waiting threads of the program that they are part of.
    /// </summary>
    public static void LeaveToOthers()
    {
        var set = stackalloc ulong[SetWords];
        new Span<ulong>(set, SetWords).Clear();
        set[0] = ProcessesOwn;
        _ = pthread_sigmask(Block, set, null);
    }

    [LibraryImport("libc")]
    private static partial int pthread_sigmask(int how, ulong* set, ulong* before);
}
