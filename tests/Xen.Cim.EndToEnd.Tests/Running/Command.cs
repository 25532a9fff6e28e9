using System.Diagnostics;
using System.Text;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>What a command said and how it ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"exit code {ExitCode}\n{Output}{Errors}";
}

/// <summary>Runs a command to its end.</summary>
public static class Command
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static CommandResult Run(string command, params IEnumerable<string> arguments) => Run(s_limit, command, arguments);

    /// <param name="limit">After that it is ended and the test fails.</param>
    public static CommandResult Run(TimeSpan limit, string command, params IEnumerable<string> arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(limit))
        {
            process.Kill();
            Assert.Fail($"{command} {string.Join(' ', arguments)} did not end in {limit}");
        }
        // Without a limit it also waits for the rest of the output.
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Whether a command can be run here.</summary>
    public static bool Exists(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin")
        .Any(folder => File.Exists(Path.Combine(folder, command)));

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
            text.Append(line).Append('\n');
    }
}
