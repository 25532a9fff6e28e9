namespace Xen.Cim.Providers;

/// <summary>
/// One run of a process: its id, which another may get later, and when it began.
/// </summary>
/// <param name="Start">The host's boot and the process's start within it, as the kernel counts.</param>
internal sealed record ProcessMark(int Id, string Start)
{
    public static ProcessMark OfThis() => new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? "");

    /// <summary>Whether it still runs. One that cannot be seen, as another user's may not be, is taken for gone only when its id is free.</summary>
    public bool IsAlive => StartOf(Id) is { } start ? start == Start : Directory.Exists($"/proc/{Id}");

    /// <summary>Null when there is no such process, or it cannot be seen.</summary>
    private static string? StartOf(int id)
    {
        try
        {
            // proc(5): field 22, counted behind the name, which is in brackets and may hold anything.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is ["Z" or "X", ..])
                return "ended";
            return fields.Length > 19 ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{fields[19]}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
