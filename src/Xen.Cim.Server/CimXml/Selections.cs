using Xen.Cim.Model;

namespace Xen.Cim.Server.CimXml;

/// <summary>Which properties of an instance go into an answer, and whether their origin does.</summary>
public sealed class InstanceSelection
{
    public static readonly InstanceSelection All = new(null, null);

    private readonly Func<string, CimClass?>? _classes;

    /// <param name="properties">The properties that go out; null for all.</param>
    /// <param name="classes">Finds classes, when CLASSORIGIN is wanted.</param>
    public InstanceSelection(IReadOnlySet<string>? properties, Func<string, CimClass?>? classes)
    {
        Properties = properties;
        _classes = classes;
    }

    public IReadOnlySet<string>? Properties { get; }

    public bool Includes(string property) => Properties is null || Properties.Contains(property);

    public CimClass? OriginsOf(string className) => _classes?.Invoke(className);
}

/// <summary>Which parts of a class go into an answer (DSP0200 GetClass).</summary>
public sealed record ClassSelection
{
    public bool LocalOnly { get; init; }

    public bool IncludeQualifiers { get; init; } = true;

    public bool IncludeClassOrigin { get; init; }

    public IReadOnlySet<string>? Properties { get; init; }
}
