using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Hypervisor.Inventory;

/// <summary>
/// Tells whose files the daemon has written since the last time (inotify(7)). libvirt writes a guest's definition, or its
/// status while it runs, before the call that changed it returns, and Linux queues the notice before the write returns: who
/// asks here after a change was made, by whomever, hears of it without asking libvirt.
/// </summary>
/// <remarks>Not for several threads at once.</remarks>
internal sealed partial class DaemonFiles : IDisposable
{
    private const string Autostart = "autostart";
    private const int HeaderSize = 16;

    private readonly DaemonFolders _folders;
    private readonly int _queue;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private bool _disposed;
    // Whether there is a folder of guests that start with the host, and Linux has no watch left for it.
    private bool _missesAutostart;

    private DaemonFiles(DaemonFolders folders, int queue) => (_folders, _queue) = (folders, queue);

    /// <summary>Whether a folder can be watched, for tests.</summary>
    internal Func<string, bool> MayWatch { get; set; } = _ => true;

    /// <summary>Begins to watch; null where there is nothing to watch, or no daemon that runs and owns the folders.</summary>
    /// <param name="lacking">Why not.</param>
    public static DaemonFiles? Watch(DaemonFolders folders, out string? lacking)
    {
        lacking = null;
        var queue = inotify_init1(NonBlocking | CloseOnExec);
        if (queue < 0)
        {
            lacking = $"inotify_init1: {Marshal.GetLastPInvokeErrorMessage()} (fs.inotify.max_user_instances says how many a user may have)";
            return null;
        }
        var files = new DaemonFiles(folders, queue);
        var pid = Path.Combine(folders.Running, "driver.pid");
        if (!IsLocked(pid))
            lacking = $"no daemon that runs has the lock of {pid}";
        else if (Array.Find([folders.Definitions, folders.Running, folders.Saved], f => !files.Add(f)) is { } folder)
            lacking = $"{folder}: {Marshal.GetLastPInvokeErrorMessage()}";
        if (lacking is null)
        {
            // Made with the first guest that starts with the host; until then its making is noticed.
            files.WatchAutostart();
            return files;
        }
        files.Dispose();
        return null;
    }

    /// <summary>Adds the names of the guests whose files were written or taken away since the last time.</summary>
    /// <returns>False: any guest may have changed, as notices were lost or folders came and went.</returns>
    public bool Drain(ISet<string> names)
    {
        var complete = !_missesAutostart;
        if (_missesAutostart)
            WatchAutostart();
        while (!_disposed && Read() is > 0 and var length)
        {
            for (var at = 0; at + HeaderSize <= length;)
            {
                var mask = (Notice)BitConverter.ToUInt32(_buffer, at + 4);
                var size = BitConverter.ToInt32(_buffer, at + 12);
                var name = Encoding.UTF8.GetString(_buffer.AsSpan(at + HeaderSize, size)).TrimEnd('\0');
                at += HeaderSize + size;
                if ((mask & (Notice.Overflow | Notice.Ignored | Notice.Unmounted)) != 0)
                    complete = false;
                else if ((mask & Notice.Folder) != 0 && name == Autostart)
                {
                    // What was made in it before it is watched is not told.
                    WatchAutostart();
                    complete = false;
                }
                else if ((mask & Notice.Folder) != 0)
                    continue;
                else if (name.EndsWith(".xml", StringComparison.Ordinal))
                    names.Add(name[..^4]);
                else if (name.EndsWith(".save", StringComparison.Ordinal))
                    names.Add(name[..^5]);
            }
        }
        return complete && !_disposed;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = close(_queue);
    }

    private unsafe long Read()
    {
        fixed (byte* buffer = _buffer)
            return read(_queue, buffer, (nuint)_buffer.Length);
    }

    private void WatchAutostart()
    {
        var folder = Path.Combine(_folders.Definitions, Autostart);
        _missesAutostart = !Add(folder) && Directory.Exists(folder);
    }

    private bool Add(string folder) => MayWatch(folder) &&
        inotify_add_watch(_queue, folder, (uint)(Notice.Written | Notice.MovedFrom | Notice.MovedTo | Notice.Created | Notice.Deleted | Notice.OnlyFolders)) >= 0;

    /// <summary>Whether a process holds the lock that a libvirt daemon takes for as long as it runs (fcntl(2)).</summary>
    private static unsafe bool IsLocked(string file)
    {
        try
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var wanted = new FileLock { Type = ReadLock };
            return fcntl((int)handle.DangerousGetHandle(), GetLock, &wanted) == 0 && wanted.Type != Unlocked;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // linux/inotify.h
    [Flags]
    private enum Notice : uint
    {
        Written = 0x8,
        MovedFrom = 0x40,
        MovedTo = 0x80,
        Created = 0x100,
        Deleted = 0x200,
        Unmounted = 0x2000,
        Overflow = 0x4000,
        Ignored = 0x8000,
        OnlyFolders = 0x0100_0000,
        Folder = 0x4000_0000,
    }

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    // fcntl.h, on 64-bit Linux
    private const int GetLock = 5;
    private const short ReadLock = 0;
    private const short Unlocked = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int inotify_add_watch(int queue, string path, uint mask);

    [LibraryImport("libc")]
    private static unsafe partial nint read(int file, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial int close(int file);

    [LibraryImport("libc")]
    private static unsafe partial int fcntl(int file, int command, FileLock* argument);
}
