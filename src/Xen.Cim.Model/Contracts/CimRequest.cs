namespace Xen.Cim.Model;

/// <summary>Everything about a request that is not its object path: who asks, for what part, until when.</summary>
public sealed record CimRequest
{
    /// <summary>The namespace that the request addresses.</summary>
    public required string Namespace { get; init; }

    /// <summary>
    /// The properties that the client wants, or null for all. Keys belong to every answer. A provider may use it to avoid
    /// work; the CMPI layer sets the broker's filter and drops the rest.
    /// </summary>
    public IReadOnlySet<string>? PropertyList { get; init; }

    /// <summary>The user as the CIM server tells it; empty without authentication.</summary>
    public string Principal { get; init; } = "";

    /// <summary>
    /// What the client asked for besides: LocalOnly 1, DeepInheritance 2, IncludeQualifiers 4, IncludeClassOrigin 8 (CMPIFlags).
    /// </summary>
    public uint InvocationFlags { get; init; }

    /// <summary>The languages that the client reads, as HTTP's Accept-Language has them; empty for any.</summary>
    public string AcceptLanguage { get; init; } = "";

    /// <summary>
    /// Which of the server's answers this call is a part of, where an answer takes several calls; 0 where it is unknown. All
    /// of them may tell of the same moment after the request came in.
    /// </summary>
    public ulong Answer { get; init; }

    /// <summary>Ends when the request's deadline has passed or the server gives up.</summary>
    public CancellationToken Cancellation { get; init; }

    public bool Wants(string property) => PropertyList is null || PropertyList.Contains(property);
}

/// <summary>The filters of an association request (DSP0200 5.3.2.18); null means any. Classes include their subclasses.</summary>
/// <param name="ResultClass">Class of the far end; not used for References.</param>
/// <param name="ResultRole">Name of the reference at the far end; not used for References.</param>
public sealed record AssociationFilter(string? AssociationClass = null, string? ResultClass = null, string? Role = null, string? ResultRole = null)
{
    public static readonly AssociationFilter None = new();
}

/// <summary>Arguments of a method call by name, without case; keeps order.</summary>
public sealed class CimArguments
{
    private readonly List<CimArgument> _list = [];

    public IReadOnlyList<CimArgument> List => _list;

    public CimArgument? this[string name] => _list.Find(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public void Set(string name, CimType type, bool isArray, object? value)
    {
        _list.RemoveAll(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        _list.Add(new(name, type, isArray, value));
    }
}

public sealed record CimArgument(string Name, CimType Type, bool IsArray, object? Value);
