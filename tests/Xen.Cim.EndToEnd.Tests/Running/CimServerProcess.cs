using System.Collections.Concurrent;
using System.Diagnostics;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>The staged CIM server as a process of its own, on a free port; its end is part of every test.</summary>
public sealed class CimServerProcess : IDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(3);

    // The server promises ten seconds; the rest is for a busy machine.
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(40);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim").FullName;
    private readonly Process _process;
    private bool _isKilled;

    private CimServerProcess(string connect, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string configuration, string? state)
    {
        var file = Path.Combine(_folder, "xen-cim.conf");
        File.WriteAllText(file, $"state_directory = {state ?? Path.Combine(_folder, "state")}\n{configuration}");
        // What a shell runs in the background ignores SIGINT, and so would all that it starts.
        var start = new ProcessStartInfo("env",
        [
            "--default-signal=INT", "dotnet",
            Path.Combine(Stage.Folder, "server", "Xen.Cim.Server.dll"),
            "--listen", "127.0.0.1:0",
            "--connect", connect,
            "--schema", Path.Combine(Stage.Folder, "schema"),
            "--schema", Path.Combine(Stage.Folder, "mof"),
            "--registration", Path.Combine(Stage.Folder, "registration", "XenCim.pegasus.mof"),
            "--providers", Path.Combine(Stage.Folder, "providers"),
            .. arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["XEN_CIM_CONF"] = file;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var ended = _process.WaitForExitAsync();
        if (Task.WaitAny([ready.Task, ended], s_start) != 0)
        {
            if (!_process.HasExited)
                _process.Kill();
            Directory.Delete(_folder, recursive: true);
            Assert.Fail($"the server did not start:\n{Log}");
        }
        Address = ready.Task.Result;
    }

    /// <summary>127.0.0.1 and the port.</summary>
    public string Address { get; }

    public string Log => string.Join('\n', _log);

    public int ProcessId => _process.Id;

    public bool IsAlive => !_process.HasExited;

    /// <param name="connect">The libvirt connection; that of the simulated host if none is given.</param>
    /// <param name="arguments">More of the command line.</param>
    /// <param name="environment">More of the environment.</param>
    /// <param name="configuration">Lines of the provider's configuration file.</param>
    /// <param name="state">What outlives the server; a folder of its own, which ends with it, if none is given.</param>
    public static CimServerProcess Start(string? connect = null, IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string>? environment = null, string configuration = "", string? state = null)
    {
        Wbemcli.RequireOrSkip();
        // Says what is missing before anything is made.
        _ = Stage.Folder;
        return new CimServerProcess(connect ?? Stage.SimulatedHost, arguments ?? ["--no-auth"], environment, configuration, state);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill()
    {
        _isKilled = true;
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Tells the server to end, and how it did.</summary>
    public int End(int signal = Signals.Terminate)
    {
        _process.Send(signal);
        if (!_process.WaitForExit(s_end))
        {
            _process.Kill();
            Assert.Fail($"the server did not end within {s_end} of signal {signal}:\n{Log}");
        }
        // Without a limit it also waits for the last lines.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends the server, and fails when it died before, or does not end as it should.</summary>
    public void Dispose()
    {
        try
        {
            if (_isKilled)
                return;
            if (_process.HasExited)
                Assert.True(_process.ExitCode == 0, $"the server ended with {_process.ExitCode}:\n{Log}");
            else
                Assert.True(End() == 0, $"the server ended with {_process.ExitCode} when told to:\n{Log}");
        }
        finally
        {
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void Hear(string? line, TaskCompletionSource<string> ready)
    {
        if (line is null)
            return;
        _log.Enqueue(line);
        const string Listening = "Listening on http://";
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            ready.TrySetResult(line[(at + Listening.Length)..].Split('/')[0]);
    }
}
