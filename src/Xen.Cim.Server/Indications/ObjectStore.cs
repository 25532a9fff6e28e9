using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Indications;

/// <summary>
/// Keeps instances in a folder, one file each. When a change returns it is on the disk; whenever the process is killed,
/// each file is the old one or the new one, whole.
/// </summary>
/// <param name="folder">Made when it is first needed; null keeps nothing.</param>
internal sealed partial class ObjectStore(string? folder, ILogger logger)
{
    private const string Suffix = ".xml";
    private const string DraftSuffix = ".new";

    public bool IsDurable => folder is not null;

    /// <summary>What was kept, untyped as CIM-XML is. What cannot be read is complained of and left where it is.</summary>
    public IEnumerable<CimInstance> Load()
    {
        if (folder is null || !Directory.Exists(folder))
            yield break;
        foreach (var draft in Directory.EnumerateFiles(folder, "*" + DraftSuffix))
            File.Delete(draft);
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            if (Read(file) is { } instance)
                yield return instance;
        }
    }

    /// <summary>Keeps an instance in place of the one of the same path.</summary>
    /// <exception cref="CimException">FAILED: it cannot be written; what was kept before still is.</exception>
    public void Put(CimObjectPath path, CimInstance instance) => Change(path, file =>
    {
        using var xml = new Utf8Buffer();
        new CimXmlWriter(xml).Instance(instance, null, path.Namespace);
        var draft = file + DraftSuffix;
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(xml.Written.Span);
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
    });

    /// <exception cref="CimException">FAILED.</exception>
    public void Remove(CimObjectPath path) => Change(path, File.Delete);

    private void Change(CimObjectPath path, Action<string> change)
    {
        if (folder is null)
            return;
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                Flush(Path.GetDirectoryName(folder)!);
            }
            change(Path.Combine(folder, NameOf(path) + Suffix));
            Flush(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CimException(CimStatus.Failed, $"{path.ClassName} cannot be kept: {e.Message}", e);
        }
    }

    private CimInstance? Read(string file)
    {
        try
        {
            return CimXmlReader.ReadEmbedded(File.ReadAllText(file)) as CimInstance;
        }
        catch (Exception e) when (e is CimXmlException or IOException or UnauthorizedAccessException)
        {
            logger.LogError("{File} cannot be read and is left out: {Reason}", file, e.Message);
            return null;
        }
    }

    // Paths are long and may hold anything; two of them never share a name.
    private static string NameOf(CimObjectPath path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString())));

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
