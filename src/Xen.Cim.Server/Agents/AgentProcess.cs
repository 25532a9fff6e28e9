using System.Collections;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Server.Agents;

/// <summary>
/// A child process with one end of a socket pair as its descriptor 3. It is started with posix_spawn(3): so the descriptor
/// reaches this child and no other one that is started at the same time, and the process's end is ours to learn.
/// </summary>
internal sealed unsafe partial class AgentProcess
{
    /// <summary>The descriptor of the agent's end of the channel.</summary>
    public const int Channel = 3;

    private const string GarbageCollector = "DOTNET_gcServer";
    private const string Libc = "libc.so.6";
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int POSIX_SPAWN_SETPGROUP = 2;
    private const int POSIX_SPAWN_SETSIGDEF = 4;
    private const int POSIX_SPAWN_SETSIGMASK = 8;
    private const int WNOHANG = 1;
    private const int SIGKILL = 9;

    // Larger than posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t are on any Linux.
    private const int OpaqueSize = 512;

    // By their numbers, from 1; those that do not end a process by mistake are left out.
    private static readonly string[] s_signals =
    [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "", "SIGSEGV", "", "SIGPIPE", "", "SIGTERM",
    ];

    private readonly Lock _gate = new();
    private int? _status;

    private AgentProcess(int id, Socket socket)
    {
        Id = id;
        Socket = socket;
    }

    public int Id { get; }

    /// <summary>The server's end of the channel.</summary>
    public Socket Socket { get; }

    /// <exception cref="IOException">The program cannot be started.</exception>
    public static AgentProcess Start(string file, IReadOnlyList<string> arguments)
    {
        var ends = stackalloc int[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw new IOException($"No socket pair for a provider's agent: {Marshal.GetLastPInvokeErrorMessage()}.");
        var socket = new Socket(new SafeSocketHandle(ends[0], ownsHandle: true));
        try
        {
            return new AgentProcess(Spawn(file, arguments, ends[1]), socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        finally
        {
            _ = close(ends[1]);
        }
    }

    /// <summary>Whether the process has ended, and how: "signal 11 (SIGSEGV)", "exit code 3".</summary>
    public string? Ended()
    {
        lock (_gate)
        {
            int status;
            if (_status is null && waitpid(Id, &status, WNOHANG) == Id)
                _status = status;
            return _status is { } ended ? Describe(ended) : null;
        }
    }

    /// <summary>Ends the process at once, and takes it out of the process table.</summary>
    public string Kill()
    {
        lock (_gate)
        {
            // Until it is waited for its number is nobody else's.
            if (_status is null)
            {
                int status;
                _ = kill(Id, SIGKILL);
                if (waitpid(Id, &status, 0) == Id)
                    _status = status;
            }
            return _status is { } ended ? Describe(ended) : "an unknown cause";
        }
    }

    private static string Describe(int status) => (status & 0x7f) is var signal && signal != 0
        ? $"signal {signal}{(s_signals.ElementAtOrDefault(signal - 1) is { Length: > 0 } name ? $" ({name})" : "")}"
        : $"exit code {(status >> 8) & 0xff}";

    private static int Spawn(string file, IReadOnlyList<string> arguments, int channel)
    {
        byte* actions = stackalloc byte[OpaqueSize], attributes = stackalloc byte[OpaqueSize], signals = stackalloc byte[OpaqueSize];
        var argv = Strings([file, .. arguments]);
        var envp = Strings(EnvironmentForAgents());
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        try
        {
            // What a provider prints belongs to the log.
            _ = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0);
            _ = posix_spawn_file_actions_adddup2(actions, 2, 1);
            _ = posix_spawn_file_actions_adddup2(actions, channel, Channel);
            _ = sigemptyset(signals);
            _ = posix_spawnattr_setsigmask(attributes, signals);
            _ = sigfillset(signals);
            _ = posix_spawnattr_setsigdefault(attributes, signals);
            // The terminal's ^C is for the server, which then ends its agents.
            _ = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
            int id;
            var error = posix_spawn(&id, file, actions, attributes, argv, envp);
            return error == 0 ? id : throw new IOException($"{file} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            _ = posix_spawnattr_destroy(attributes);
            _ = posix_spawn_file_actions_destroy(actions);
            Free(argv);
            Free(envp);
        }
    }

    // The server's own, without what only the server needs to know.
    private static List<string> EnvironmentForAgents() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(v => (string)v.Key is not (ServerOptions.PasswordVariable or "NOTIFY_SOCKET" or "WATCHDOG_USEC" or "WATCHDOG_PID" or "LISTEN_FDS" or "LISTEN_PID" or GarbageCollector))
        .Select(v => $"{v.Key}={v.Value}")
        // An agent has little to do; it needs no heap for each processor.
        .Append($"{GarbageCollector}=0").ToList();

    private static byte** Strings(IReadOnlyList<string> texts)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(texts[i]);
            list[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(list[i], bytes.Length));
        }
        return list;
    }

    private static void Free(byte** list)
    {
        for (var next = list; *next is not null; next++)
            NativeMemory.Free(*next);
        NativeMemory.Free(list);
    }

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport(Libc)]
    private static partial int close(int descriptor);

    [LibraryImport(Libc)]
    private static partial int kill(int id, int signal);

    [LibraryImport(Libc)]
    private static partial int waitpid(int id, int* status, int options);

    [LibraryImport(Libc)]
    private static partial int sigemptyset(void* signals);

    [LibraryImport(Libc)]
    private static partial int sigfillset(void* signals);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Libc, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport(Libc)]
    private static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport(Libc, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(int* id, string path, void* actions, void* attributes, byte** argv, byte** envp);
}
