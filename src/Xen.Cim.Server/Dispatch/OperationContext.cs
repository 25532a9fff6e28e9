using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Enumerations;
using Xen.Cim.Server.Http;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>One operation under way: its call, what it may use, and where its results go.</summary>
public sealed class OperationContext(CimXmlCall call, CimRequest request, CimRepository repository, ServerOperations operations, EnumerationContexts enumerations,
    RepositoryChanges changes, CimResponse response)
{
    public CimXmlCall Call => call;

    public CimRequest Request => request;

    public CimRepository Repository => repository;

    public ServerOperations Operations => operations;

    /// <summary>What clients have open for pulling.</summary>
    public EnumerationContexts Enumerations => enumerations;

    /// <summary>What clients may change in the repository.</summary>
    internal RepositoryChanges Changes => changes;

    public CimResponse Response => response;

    /// <exception cref="CimException">INVALID_NAMESPACE.</exception>
    public RepositoryNamespace Namespace => repository.Get(call.Namespace);

    /// <summary>A parameter's value, or null when the client did not send it or sent NULL.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: it came twice.</exception>
    public object? Parameter(string name)
    {
        XmlArgument? found = null;
        foreach (var argument in call.Arguments)
        {
            if (!argument.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                throw CimException.InvalidParameter($"{call.Name}: the parameter {name} came twice.");
            found = argument;
        }
        return found?.Value;
    }

    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public bool Flag(string name, bool otherwise) => Parameter(name) switch
    {
        null => otherwise,
        string text when bool.TryParse(text.AsSpan().Trim(), out var flag) => flag,
        var other => throw Wrong(name, "TRUE or FALSE", other),
    };

    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public string? Text(string name) => Parameter(name) switch
    {
        null => null,
        string text => text.Trim(),
        var other => throw Wrong(name, "a VALUE", other),
    };

    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw Missing(name);

    /// <summary>A uint32; null when the client did not send it or sent NULL.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public uint? Number(string name) => Parameter(name) switch
    {
        null => null,
        string text when CimValue.TryConvert(CimType.UInt32, text) is uint number => number,
        var other => throw Wrong(name, "a uint32", other),
    };

    /// <summary>A class name; an empty one counts as none.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public string? ClassName(string name) => Parameter(name) switch
    {
        null => null,
        XmlClassPath path => path.Path.ClassName,
        CimObjectPath { IsClassPath: true } path => path.ClassName,
        string text => text.Trim() is { Length: > 0 } className ? className : null,
        var other => throw Wrong(name, "a CLASSNAME", other),
    };

    /// <summary>The class that a parameter names.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER; INVALID_CLASS, or <paramref name="unknown"/>: there is no such class.</exception>
    public CimClass Class(string name, CimStatus unknown = CimStatus.InvalidClass) => Known(ClassName(name) ?? throw Missing(name), unknown);

    /// <exception cref="CimException"><paramref name="unknown"/>: there is no such class.</exception>
    public CimClass Known(string className, CimStatus unknown) => Namespace.FindClass(className)
        ?? throw new CimException(unknown, $"There is no class {CimXmlText.Shorten(className)} in the namespace {Namespace.Name}.");

    /// <summary>An instance's path, with its class's own types.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER; INVALID_CLASS, or <paramref name="unknown"/>: there is no such class.</exception>
    public CimObjectPath InstanceName(string name, CimStatus unknown = CimStatus.InvalidClass) => Parameter(name) switch
    {
        null => throw Missing(name),
        CimObjectPath path => Restore(path, unknown),
        var other => throw Wrong(name, "an INSTANCENAME", other),
    };

    /// <summary>The names in PropertyList, without case; null when the client wants all.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public HashSet<string>? PropertyList() => Parameter("PropertyList") switch
    {
        null => null,
        object?[] names => names.Select(n => n as string ?? throw Wrong("PropertyList", "an array of names", n)).Select(n => n.Trim())
            .ToHashSet(StringComparer.OrdinalIgnoreCase),
        string name => new HashSet<string>([name.Trim()], StringComparer.OrdinalIgnoreCase),
        var other => throw Wrong("PropertyList", "an array of names", other),
    };

    /// <exception cref="CimException">INVALID_PARAMETER; INVALID_CLASS, or <paramref name="unknown"/>: there is no such class.</exception>
    public CimObjectPath Restore(CimObjectPath path, CimStatus unknown = CimStatus.InvalidClass)
    {
        Known(path.ClassName, unknown);
        return TypeRestoration.Path(repository, Namespace, path.WithNamespace(null), complete: true).WithHost(null);
    }

    public CimException Missing(string name) => CimException.InvalidParameter($"{call.Name} needs the parameter {name}.");

    public CimException Wrong(string name, string expected, object? actual) => CimException.InvalidParameter(
        $"{call.Name}: {name} has to be {expected}{(actual is string text ? $", not \"{CimXmlText.Shorten(text)}\"" : "")}.");
}
