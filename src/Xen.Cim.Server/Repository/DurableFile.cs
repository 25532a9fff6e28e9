using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Xen.Cim.Server.Repository;

/// <summary>
/// Files that are on the disk when a call returns; whenever the process is killed, each is the old one or the new one, whole.
/// </summary>
internal static partial class DurableFile
{
    /// <summary>What a file ends with that is not yet in its place.</summary>
    public const string DraftSuffix = ".new";

    /// <summary>Makes the folder if it is not there, for nobody else to read.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Flush(Path.GetDirectoryName(folder)!);
    }

    /// <exception cref="IOException">It cannot be written; what was there before still is.</exception>
    public static void Write(string file, ReadOnlySpan<byte> bytes)
    {
        var draft = file + DraftSuffix;
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
        Flush(Path.GetDirectoryName(file)!);
    }

    /// <exception cref="IOException">It cannot be deleted.</exception>
    public static void Delete(string file)
    {
        File.Delete(file);
        Flush(Path.GetDirectoryName(file)!);
    }

    /// <summary>Takes away what a killed process left behind.</summary>
    public static void DeleteDrafts(string folder)
    {
        foreach (var draft in Directory.EnumerateFiles(folder, "*" + DraftSuffix))
            File.Delete(draft);
    }

    // A rename is durable only when the folder is; .NET opens no folders.
    private static void Flush(string directory)
    {
        using var handle = new SafeFileHandle(Open(directory, ReadOnlyDirectory), ownsHandle: true);
        if (handle.IsInvalid || FSync(handle) != 0)
            throw new IOException($"{directory} cannot be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    // O_RDONLY | O_CLOEXEC.
    private const int ReadOnlyDirectory = 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);
}
