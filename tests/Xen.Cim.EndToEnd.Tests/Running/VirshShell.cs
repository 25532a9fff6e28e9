using System.Diagnostics;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A virsh that stays connected and carries out one command after the other, so that only the commands take time.</summary>
public sealed class VirshShell : IDisposable
{
    private readonly Process _process;

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

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            _process.Kill();
        _process.Dispose();
    }
}
