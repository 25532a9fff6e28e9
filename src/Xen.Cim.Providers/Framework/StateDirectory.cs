using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// The folder of what must outlive the process. Several processes may use it at once (a CIM server may run an agent for
/// each user), and each may be killed at any moment: a file is replaced whole or not at all. A folder that cannot be used
/// is complained of once; what is to be kept is then kept in memory only.
/// </summary>
/// <param name="moments">Tells what belongs to one answer, which looks at each file once.</param>
internal sealed class StateDirectory(string path, ILogger logger, IMoments? moments = null)
{
    /// <summary>More than this is not ours.</summary>
    private const long MaxLength = 4 * 1024 * 1024;

    /// <summary>What changed this short ago may have changed again without its time showing it.</summary>
    private static readonly TimeSpan TimeStep = TimeSpan.FromSeconds(1);

    /// <summary>How long others may keep a lock.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    /// <summary>EWOULDBLOCK: another process has the lock.</summary>
    private const int WouldBlock = 11;

    private int _complained;

    public string PathOf(string file) => Path.Combine(path, file);

    /// <summary>Whether a file or folder may be another one than when it was asked last.</summary>
    /// <param name="seen">When it had last changed then.</param>
    public bool HasChanged(string file, ref DateTime seen)
    {
        var first = moments?.Once($"{nameof(StateDirectory)}/{file}", () => new StrongBox<bool>(true));
        if (first is { Value: false })
            return false;
        if (first is not null)
            first.Value = false;
        // A time long ago when it is not there.
        var at = File.GetLastWriteTimeUtc(PathOf(file));
        if (at == seen && DateTime.UtcNow - at > TimeStep)
            return false;
        seen = at;
        return true;
    }

    /// <returns>False when it could not be written.</returns>
    public bool Write(string file, Action<Utf8JsonWriter> content)
    {
        var target = PathOf(file);
        var draft = $"{target}.{Guid.NewGuid():N}{DraftSuffix}";
        try
        {
            EnsureFolder(Path.GetDirectoryName(target)!);
            using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                using (var writer = new Utf8JsonWriter(stream))
                    content(writer);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, target, overwrite: true);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Complain(error);
            TryDelete(draft);
            return false;
        }
    }

    /// <summary>Reads a file; null when it is not there, or what is in it is none of ours.</summary>
    public T? Read<T>(string file, Func<JsonElement, T?> content)
        where T : class
    {
        try
        {
            using var stream = new FileStream(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxLength)
                return null;
            using var document = JsonDocument.Parse(stream);
            return content(document.RootElement);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Complain(error);
            return null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            logger.LogDebug("{File} is left out, as it cannot be understood: {Reason}", PathOf(file), error.Message);
            return null;
        }
    }

    /// <summary>The names of a subfolder's files, those that were never finished aside.</summary>
    public IReadOnlyList<string> Files(string folder)
    {
        try
        {
            var files = new List<string>();
            foreach (var file in new DirectoryInfo(PathOf(folder)).EnumerateFiles())
            {
                if (!file.Name.EndsWith(DraftSuffix, StringComparison.Ordinal))
                    files.Add(Path.Combine(folder, file.Name));
                // Its writer was killed.
                else if (DateTime.UtcNow - file.LastWriteTimeUtc > TimeSpan.FromMinutes(1))
                    TryDelete(file.FullName);
            }
            return files;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Complain(error);
            return [];
        }
    }

    public void Delete(string file) => TryDelete(PathOf(file));

    /// <summary>Keeps other processes from changing a file between reading and writing it.</summary>
    /// <returns>Null when the folder cannot be used, or somebody else has kept the lock for long: do not write, then.</returns>
    public IDisposable? Lock(string file) => Lock(file, LockWait);

    /// <inheritdoc cref="Lock(string)"/>
    public IDisposable? Lock(string file, TimeSpan wait)
    {
        var until = DateTime.UtcNow + wait;
        try
        {
            EnsureFolder(path);
            while (true)
            {
                try
                {
                    return new FileStream(PathOf(file + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                }
                catch (IOException error) when (error.HResult == WouldBlock && DateTime.UtcNow < until)
                {
                    Thread.Sleep(10);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (error.HResult != WouldBlock)
                Complain(error);
            return null;
        }
    }

    private const string DraftSuffix = ".new";

    private static void EnsureFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stays, then; whoever reads it next tries again.
        }
    }

    private void Complain(Exception error)
    {
        if (Interlocked.Exchange(ref _complained, 1) == 0)
            logger.LogWarning("The state directory {Path} cannot be used; requested states and jobs are forgotten when this process ends: {Reason}", path, error.Message);
    }
}
