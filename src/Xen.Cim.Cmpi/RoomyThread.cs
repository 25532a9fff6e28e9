using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi;

/// <summary>
/// Work that a CIM server's thread has too little stack for (128 KiB are seen) moves to a thread of our own: when .NET
/// runs out of stack, the process ends.
/// </summary>
internal static unsafe class RoomyThread
{
    private const int StackSize = 1024 * 1024;

    /// <summary>Runs <paramref name="work"/>, which does not call the broker.</summary>
    public static void Run(Action work)
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
            work();
        else
            Move(work);
    }

    /// <summary>Runs <paramref name="work"/>, which calls the broker: the thread is attached to it meanwhile.</summary>
    public static void Run<TState>(Broker broker, CMPIContext* context, TState state, delegate*<Broker, TState, void> work)
    {
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack() || context is null)
        {
            work(broker, state);
            return;
        }
        // Detaching frees the context, and with it what the broker made on that thread.
        var attached = broker.PrepareAttach(context);
        Move(() =>
        {
            broker.Attach(attached);
            try
            {
                ServerLog.Attend(broker.Pointer);
                work(broker, state);
            }
            finally
            {
                broker.Detach(attached);
            }
        });
    }

    private static void Move(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        }, StackSize)
        {
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
