using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Repository;

/// <summary>A change of the repository that a client has made.</summary>
/// <param name="What">The class, qualifier declaration or instance that was put in; null when it was taken out.</param>
/// <param name="Name">Of the class or the qualifier; the path of an instance; empty for the namespace itself.</param>
internal sealed record RepositoryChange(string Namespace, RepositoryChangeKind Kind, string Name, object? What);

internal enum RepositoryChangeKind
{
    Namespace,
    Qualifier,
    Class,
    Instance,
}

/// <summary>
/// Keeps clients' changes of the repository in a folder, one file for each thing that was changed. When a change returns it
/// is on the disk; whenever the process is killed, each file is the old one or the new one, whole.
/// </summary>
/// <param name="folder">Made when it is first needed; null keeps nothing.</param>
internal sealed class RepositoryStore(string? folder, ILogger logger)
{
    private const string Suffix = ".xml";

    /// <summary>What was kept, in no order. What cannot be read is complained of and left where it is.</summary>
    public IEnumerable<RepositoryChange> Load()
    {
        if (folder is null || !Directory.Exists(folder))
            yield break;
        DurableFile.DeleteDrafts(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            if (Read(file) is { } change)
                yield return change;
        }
    }

    /// <summary>Keeps a change in place of the one before of the same thing.</summary>
    /// <exception cref="CimException">FAILED: it cannot be written; what was kept before still is.</exception>
    public void Keep(RepositoryChange change)
    {
        if (folder is null)
            return;
        try
        {
            DurableFile.MakeFolder(folder);
            DurableFile.Write(Path.Combine(folder, FileNameOf(change) + Suffix), Encoding.UTF8.GetBytes(Write(change)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CimException(CimStatus.Failed, $"The change of {change.Name} cannot be kept: {e.Message}", e);
        }
    }

    /// <summary>Forgets the change of something that is not there without it.</summary>
    /// <exception cref="CimException">FAILED: it cannot be deleted; it is still kept.</exception>
    public void Forget(RepositoryChange change)
    {
        if (folder is null)
            return;
        try
        {
            DurableFile.Delete(Path.Combine(folder, FileNameOf(change) + Suffix));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CimException(CimStatus.Failed, $"The change of {change.Name} cannot be kept: {e.Message}", e);
        }
    }

    internal static string Write(RepositoryChange change)
    {
        using var buffer = new Utf8Buffer();
        var writer = new CimXmlWriter(buffer);
        switch (change.What)
        {
            case CimClass cimClass:
                writer.Class(cimClass, new ClassSelection());
                break;
            case CimQualifierDeclaration declaration:
                writer.QualifierDeclaration(declaration);
                break;
            case CimInstance instance:
                writer.Instance(instance, null, change.Namespace);
                break;
        }
        return $"<CHANGE KIND=\"{change.Kind}\" NAMESPACE=\"{Attribute(change.Namespace)}\" NAME=\"{Attribute(change.Name)}\">{Encoding.UTF8.GetString(buffer.Written.Span)}</CHANGE>\n";
    }

    internal static RepositoryChange Parse(string text)
    {
        var change = XElement.Parse(text, LoadOptions.PreserveWhitespace);
        var kind = Enum.Parse<RepositoryChangeKind>((string?)change.Attribute("KIND") ?? "");
        var ns = (string?)change.Attribute("NAMESPACE") ?? "";
        // The same bytes that were written, so that white space in values stays what it is.
        var start = text.IndexOf('>', StringComparison.Ordinal) + 1;
        var inner = text[start..text.LastIndexOf("</CHANGE>", StringComparison.Ordinal)];
        return new(ns, kind, (string?)change.Attribute("NAME") ?? "", change.HasElements ? CimXmlReader.ReadObject(inner) : kind == RepositoryChangeKind.Namespace ? ns : null);
    }

    private RepositoryChange? Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is CimXmlException or XmlException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            logger.LogError("{File} cannot be read and is left out: {Reason}", file, e.Message);
            return null;
        }
    }

    private static string Attribute(string text)
    {
        using var buffer = new Utf8Buffer();
        buffer.Attribute(text);
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }

    /// <summary>What tells a thing from every other: names compare without case, and paths may hold anything.</summary>
    public static string FileNameOf(RepositoryChange change) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{change.Kind} {change.Namespace.ToUpperInvariant()} {(change.Kind == RepositoryChangeKind.Instance ? change.Name : change.Name.ToUpperInvariant())}")));
}
