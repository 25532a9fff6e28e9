using System.Security.Cryptography;
using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Indications;

/// <summary>
/// Keeps instances in a folder, one file each. When a change returns it is on the disk; whenever the process is killed,
/// each file is the old one or the new one, whole.
/// </summary>
/// <param name="folder">Made when it is first needed; null keeps nothing.</param>
internal sealed class ObjectStore(string? folder, ILogger logger)
{
    private const string Suffix = ".xml";

    public bool IsDurable => folder is not null;

    /// <summary>What was kept, untyped as CIM-XML is. What cannot be read is complained of and left where it is.</summary>
    public IEnumerable<CimInstance> Load()
    {
        if (folder is null || !Directory.Exists(folder))
            yield break;
        DurableFile.DeleteDrafts(folder);
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
        DurableFile.Write(file, xml.Written.Span);
    });

    /// <exception cref="CimException">FAILED.</exception>
    public void Remove(CimObjectPath path) => Change(path, DurableFile.Delete);

    private void Change(CimObjectPath path, Action<string> change)
    {
        if (folder is null)
            return;
        try
        {
            DurableFile.MakeFolder(folder);
            change(Path.Combine(folder, NameOf(path) + Suffix));
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
}
