using System.Diagnostics;
using System.Text;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A virsh that stays connected and carries out one command after the other, so that only the commands take time.</summary>
public sealed class VirshShell : IDisposable
{
    private const string Prompt = "virsh # ";

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private int _asked;
    private TaskCompletionSource? _answered;

    /// <param name="uri">The libvirt connection.</param>
    /// <param name="guest">One that is there, by which it shows that it is connected.</param>
    public VirshShell(string uri, string guest)
    {
        var connected = new TaskCompletionSource();
        _process = Process.Start(new ProcessStartInfo("virsh", ["-q", "-c", uri]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        // virsh also repeats what it is told.
        _process.OutputDataReceived += (_, line) =>
        {
            if (Guid.TryParse(line.Data?.Split(' ')[^1], out var _))
                connected.TrySetResult();
            Hear(line.Data);
        };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Do($"domuuid {guest}");
        Assert.True(connected.Task.Wait(TimeSpan.FromSeconds(30)), $"virsh does not connect to {uri}");
    }

    /// <summary>Tells it what to do, and does not wait for that.</summary>
    public void Do(params IEnumerable<string> commands)
    {
        foreach (var command in commands)
            _process.StandardInput.Write(command + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>What it says to some commands, with a semicolon between them.</summary>
    public string Ask(string commands)
    {
        var answered = new TaskCompletionSource();
        lock (_said)
        {
            (_asked, _answered) = (_asked + 1, answered);
            _said.Clear();
        }
        // The empty line ends the one that the mark is in.
        Do(commands, $"echo {Mark}", "");
        Assert.True(answered.Task.Wait(TimeSpan.FromSeconds(60)), $"virsh does not answer {commands}");
        lock (_said)
            return _said.ToString();
    }

    private string Mark => $"answered-{_asked}";

    private void Hear(string? line)
    {
        lock (_said)
        {
            if (line is null || line.StartsWith(Prompt, StringComparison.Ordinal))
                return;
            if (line.StartsWith(Mark, StringComparison.Ordinal))
                _answered?.TrySetResult();
            else if (_answered is { Task.IsCompleted: false })
                _said.Append(line).Append('\n');
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill();
        _process.Dispose();
    }
}
