using System.Text;

namespace Xen.Cim.Hypervisor.Hosts;

/// <summary>Which file system a folder of this machine is on: Linux's table of mounts (proc_pid_mountinfo).</summary>
internal sealed class MountTable
{
    private readonly List<(string Point, string Number, string? Source)> _mounts = [];

    private MountTable(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            // Id, parent, device (major:minor), root, mount point, options ... - type, source, options
            if (line.Split(' ', 6) is [_, _, var number, _, var point, var rest])
                _mounts.Add((Unescaped(point), number, rest.Split(" - ", 2) is [_, var end] && end.Split(' ') is [_, var source, ..] ? Unescaped(source) : null));
        }
    }

    public static MountTable Parse(IEnumerable<string> lines) => new(lines);

    /// <summary>Empty where the table cannot be read.</summary>
    public static MountTable Read()
    {
        try
        {
            return new(File.ReadLines("/proc/self/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }

    /// <summary>The device number of the file system that a path is on; null when the table does not tell.</summary>
    public string? FileSystemOf(string path) => MountOf(path)?.Number;

    /// <summary>The block device with the file system that a path is on, a logical volume by /dev/GROUP/VOLUME; null when it is on none, or the table does not tell.</summary>
    public string? DeviceOf(string path) => MountOf(path)?.Source is { } source && source.StartsWith("/dev/", StringComparison.Ordinal) ? DeviceNames.OfVolume(source) : null;

    /// <summary>The directory of another host that a path is; null when it is on none, or the table does not tell.</summary>
    public RemoteDirectory? RemoteOf(string path) => MountOf(path) is ({ } point, _, { } source) && RemoteDirectory.OfMount(source) is { } mounted ? mounted.At(path[point.Length..]) : null;

    private (string Point, string Number, string? Source)? MountOf(string path)
    {
        (string Point, string Number, string? Source)? found = null;
        // What was mounted later hides what was there.
        foreach (var mount in _mounts)
            if (IsWithin(path, mount.Point) && mount.Point.Length >= (found?.Point.Length ?? 0))
                found = mount;
        return found;
    }

    /// <summary>Whether a path is a folder or something below it.</summary>
    internal static bool IsWithin(string path, string folder) =>
        folder == "/" || path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Spaces and the like are written as a backslash and three octal digits.</summary>
    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                bytes.Add((byte)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text.AsSpan(i, 1).ToString()));
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
