using System.Runtime.InteropServices;

namespace Xen.Cim.Cmpi;

/// <summary>
/// Notices when no request has been under way for a while and then has the process give back memory that it does not use:
/// what starting needed, what a large answer left behind. A CIM server's process lives for months and is asked now and then.
/// </summary>
/// <param name="giveBack">Called on a thread of its own kind, not more often than every <paramref name="between"/>. What it
/// throws is lost: to save memory is worth no error.</param>
internal sealed class QuietTime(TimeSpan quiet, TimeSpan between, Action giveBack, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private int _underWay;
    private long _lastBack;

    public void Begin()
    {
        lock (_lock)
        {
            _underWay++;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void End()
    {
        lock (_lock)
        {
            if (--_underWay > 0)
                return;
            var wait = quiet;
            if (_lastBack != 0 && between - time.GetElapsedTime(_lastBack) is var rest && rest > wait)
                wait = rest;
            _timer ??= time.CreateTimer(_ => Elapsed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Elapsed()
    {
        lock (_lock)
        {
            if (_underWay > 0 || _timer is null)
                return;
            _lastBack = time.GetTimestamp();
        }
        try
        {
            giveBack();
        }
        catch (Exception)
        {
            // See above.
        }
    }
}

/// <summary>Gives memory of this process back to the system.</summary>
internal sealed unsafe partial class UnusedMemory
{
    private const int DontNeed = 4; // MADV_DONTNEED, sys/mman.h
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(500);

    // What this library brought into the process: the runtime, our own assemblies, libvirt and what came with it. The rest
    // is the server's.
    private static readonly string[] s_ours =
    [
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")) + "/",
        Path.GetDirectoryName(typeof(UnusedMemory).Assembly.Location) + "/",
    ];

    private volatile HashSet<string> _brought = [];

    /// <summary>
    /// Loads a library, if it is there, and takes what comes with it for ours: the libraries that it is linked with and that
    /// the process had not. Those of libvirt are larger than libvirt itself.
    /// </summary>
    public void Bring(string library)
    {
        var before = Files();
        if (NativeLibrary.TryLoad(library, out _))
            _brought = [.. _brought, .. Files().Except(before)];
    }

    /// <summary>The garbage, what malloc keeps for later, and pages of libraries that are the same as on disk.</summary>
    public void GiveBack()
    {
        // Twice the same: then whoever loaded a library is done with it.
        var before = CleanPages();
        Thread.Sleep(s_settle);
        before.IntersectWith(CleanPages());
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Not the GNU library; others keep less.
        }
        // They are read again when they are used, mostly from the system's cache. Code that ran once to start is not.
        foreach (var (start, length) in before)
            _ = Madvise((void*)start, length, DontNeed);
    }

    /// <summary>
    /// Mapped parts of our libraries that cannot be written and of which the process has no page of its own. (What was
    /// changed when it was loaded has some, and would be lost.)
    /// </summary>
    internal HashSet<(nuint Start, nuint Length)> CleanPages()
    {
        var clean = new HashSet<(nuint, nuint)>();
        (nuint, nuint) current = default;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line[0] is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
                current = Range(line);
            else if (current != default && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                clean.Add(current);
        }
        return clean;
    }

    // 7f0c1a000000-7f0c1a200000 r-xp 00001000 fe:01 1234    /usr/lib/libvirt.so.0
    private (nuint, nuint) Range(string line)
    {
        var path = line.IndexOf('/', StringComparison.Ordinal);
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (path < 0 || line[space + 2] == 'w' || line[space + 4] != 'p' || !IsOurs(line.AsSpan(path)))
            return default;
        var start = nuint.Parse(line.AsSpan(0, dash), System.Globalization.NumberStyles.HexNumber, null);
        return (start, nuint.Parse(line.AsSpan(dash + 1, space - dash - 1), System.Globalization.NumberStyles.HexNumber, null) - start);
    }

    private bool IsOurs(ReadOnlySpan<char> path)
    {
        foreach (var folder in s_ours)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
                return true;
        }
        return path[(path.LastIndexOf('/') + 1)..].StartsWith("libvirt", StringComparison.Ordinal) || _brought.GetAlternateLookup<ReadOnlySpan<char>>().Contains(path);
    }

    private static HashSet<string> Files() =>
        [.. File.ReadLines("/proc/self/maps").Where(l => l.Contains('/', StringComparison.Ordinal)).Select(l => l[l.IndexOf('/', StringComparison.Ordinal)..])];

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* start, nuint length, int advice);
}
