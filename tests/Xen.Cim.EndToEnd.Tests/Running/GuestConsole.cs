using System.Diagnostics;
using System.Text;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>
/// The text console of a guest with the lab's initrd, on any host that virsh reaches: what the guest says of itself. virsh
/// wants a terminal of its own, which script(1) gives it.
/// </summary>
public sealed class GuestConsole(string uri, string guest) : IDisposable
{
    private readonly StringBuilder _heard = new();
    private Process? _virsh;

    /// <summary>Everything that was heard so far.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    /// <summary>Whether anybody can listen here.</summary>
    public static void RequireOrSkip() => Assert.SkipUnless(Command.Exists("script"), "script(1), which gives virsh console a terminal, is not installed");

    /// <summary>The next report from now on that is as expected. A guest reports what has changed, and else about every two seconds.</summary>
    /// <param name="seconds">A guest under emulation takes its time to start.</param>
    public GuestReport WaitFor(Func<GuestReport, bool> condition, string what, double seconds = 120)
    {
        var clock = Stopwatch.StartNew();
        var from = Heard.Length;
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            Listen();
            if (GuestReport.Last(Heard[from..]) is { } report && condition(report))
                return report;
            Thread.Sleep(50);
        }
        throw new TimeoutException($"the guest {guest} did not see {what} in {seconds} s; it said:\n{Heard[^Math.Min(2000, Heard.Length)..]}");
    }

    /// <summary>The next report, whatever it says.</summary>
    public GuestReport Next(double seconds = 120) => WaitFor(_ => true, "anything", seconds);

    /// <summary>Listens for so long, and says whether there was a report.</summary>
    public bool Hears(double seconds)
    {
        var from = Heard.Length;
        Listen();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        return GuestReport.Last(Heard[from..]) is not null;
    }

    public void Dispose() => HangUp();

    // The console ends with the guest's run; the next one is another.
    private void Listen()
    {
        if (_virsh is { HasExited: false })
            return;
        HangUp();
        var start = new ProcessStartInfo("script", ["-qfec", $"exec virsh -q -c '{uri}' console --force {guest}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _virsh = Process.Start(start)!;
        _virsh.OutputDataReceived += (_, line) => Hear(line.Data);
        _virsh.ErrorDataReceived += (_, line) => Hear(line.Data);
        _virsh.BeginOutputReadLine();
        _virsh.BeginErrorReadLine();
        // No guest, no console: not in a hurry then.
        _virsh.WaitForExit(TimeSpan.FromMilliseconds(300));
    }

    private void HangUp()
    {
        if (_virsh is null)
            return;
        if (!_virsh.HasExited)
            _virsh.Kill(entireProcessTree: true);
        _virsh.Dispose();
        _virsh = null;
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_heard)
            _heard.Append(line).Append('\n');
    }
}
