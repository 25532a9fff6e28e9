using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>Signals to processes that the tests started.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(this Process process, int signal) => Send(process.Id, signal);

    /// <summary>To a process that one of those started.</summary>
    public static void Send(int process, int signal) => Assert.Equal(0, KillProcess(process, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillProcess(int process, int signal);
}
