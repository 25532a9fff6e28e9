using System.Runtime.InteropServices;

namespace Xen.Cim.Server;

/// <summary>
/// The last step of a process that has providers in it. It runs neither the runtime's shutdown nor the exit handlers of
/// libraries: beside threads that are still inside a provider or a hypervisor's library those may wait for ever. What is to
/// outlast the process is on the disk when the call that changed it returns.
/// </summary>
internal static partial class ProcessEnd
{
    // A log that nobody reads does not keep the process.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(0.5);

    /// <summary>Ends the process at once (_exit(2)).</summary>
    [LibraryImport("libc.so.6", EntryPoint = "_exit")]
    public static partial void Leave(int code);

    /// <summary>Sees to it that the process ends within a time of being told to, whatever does not come back.</summary>
    /// <param name="within">How long the orderly end may take.</param>
    /// <param name="late">Says that it took longer.</param>
    /// <param name="told">Cancelled when the process is told to end.</param>
    public static void Bound(TimeSpan within, Action late, CancellationToken told) => told.Register(() =>
        new Thread(() =>
        {
            Thread.Sleep(within);
            var words = new Thread(() => late()) { IsBackground = true };
            words.Start();
            words.Join(s_lastWords);
            Leave(0);
        })
        { IsBackground = true, Name = "end of the process" }.Start());
}
