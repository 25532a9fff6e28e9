using System.Globalization;

namespace Xen.Cim.Hypervisor.Statistics;

/// <summary>
/// Since when guests run, which libvirt does not tell: from the events of their starts, and of QEMU's guests on this
/// host from their processes.
/// </summary>
internal sealed class GuestStarts(TimeProvider time)
{
    private const string QemuFolder = "/run/libvirt/qemu";

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (int Id, long At)> _starts = [];

    /// <summary>How many guests are remembered, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _starts.Count;
        }
    }

    public void Heard(Guid uuid, int? id)
    {
        if (id is not { } running)
            return;
        lock (_gate)
            _starts[uuid] = (running, time.GetTimestamp());
    }

    public void Forget(Guid uuid)
    {
        lock (_gate)
            _starts.Remove(uuid);
    }

    /// <summary>Forgets all guests but these.</summary>
    public void Retain(IReadOnlySet<Guid> present)
    {
        lock (_gate)
        {
            foreach (var gone in _starts.Keys.Where(u => !present.Contains(u)).ToList())
                _starts.Remove(gone);
        }
    }

    /// <summary>For how long the domain with that number has been there; null when that was not seen.</summary>
    public TimeSpan? UptimeOf(Guid uuid, int id)
    {
        lock (_gate)
            return _starts.TryGetValue(uuid, out var start) && start.Id == id ? time.GetElapsedTime(start.At) : null;
    }

    /// <summary>The age of the process that is a guest of this host's QEMU driver; null when it cannot be seen.</summary>
    public static TimeSpan? UptimeOfProcess(string guest)
    {
        try
        {
            // A guest's name cannot hold a slash.
            var pid = File.ReadAllText(Path.Combine(QemuFolder, guest + ".pid")).Trim();
            if (pid.Length == 0 || pid.AsSpan().ContainsAnyExceptInRange('0', '9'))
                return null;
            // proc(5): field 22, in hundredths of a second since the host's boot, counted behind the name in brackets.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var uptime = File.ReadAllText("/proc/uptime").Split(' ')[0];
            var age = double.Parse(uptime, CultureInfo.InvariantCulture) - (double.Parse(fields[19], CultureInfo.InvariantCulture) / 100);
            return age < 0 ? null : TimeSpan.FromSeconds(age);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }
}
