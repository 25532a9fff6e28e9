using System.Collections.Concurrent;
using Xen.Cim.Model;

namespace Xen.Cim.Server.Repository;

/// <summary>The namespaces of the server.</summary>
public sealed class CimRepository
{
    /// <summary>Where the guests are.</summary>
    public const string Implementation = "root/virt";

    /// <summary>Where discovery and registration are (DSP1033).</summary>
    public const string Interop = "root/interop";

    private static readonly string[] s_builtIn = [Implementation, Interop, "root/cimv2"];

    private readonly ConcurrentDictionary<string, RepositoryNamespace> _namespaces = new(StringComparer.OrdinalIgnoreCase);

    public CimRepository()
    {
        foreach (var name in s_builtIn)
            _namespaces[name] = new(name);
    }

    public IEnumerable<RepositoryNamespace> Namespaces => _namespaces.Values.OrderBy(n => n.Name, StringComparer.OrdinalIgnoreCase);

    public RepositoryNamespace? Find(string name) => _namespaces.GetValueOrDefault(name.Trim('/'));

    /// <exception cref="CimException">INVALID_NAMESPACE, with the namespaces that there are.</exception>
    public RepositoryNamespace Get(string name) => Find(name) ?? throw new CimException(CimStatus.InvalidNamespace,
        $"There is no namespace {CimXml.CimXmlText.Shorten(name)}; this server has {string.Join(", ", Namespaces.Select(n => n.Name))}.");

    /// <summary>Whether a namespace is one that every server has.</summary>
    public static bool IsBuiltIn(string name) => s_builtIn.Contains(name, StringComparer.OrdinalIgnoreCase);

    public void Remove(string name) => _namespaces.TryRemove(name.Trim('/'), out _);

    public RepositoryNamespace GetOrAdd(string name) => _namespaces.GetOrAdd(name.Trim('/'), n => new(n));
}
