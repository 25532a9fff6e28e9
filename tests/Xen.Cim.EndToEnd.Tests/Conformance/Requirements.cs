namespace Xen.Cim.EndToEnd.Tests.Conformance;

/// <summary>A class that a profile makes mandatory.</summary>
/// <param name="Cim">The class as the profile names it.</param>
/// <param name="Ours">Our class for it.</param>
/// <param name="Properties">Mandatory properties; Name=Value where the profile fixes the value, Name[] for an array that may be empty.</param>
internal sealed record RequiredClass(string Cim, string Ours, params string[] Properties)
{
    /// <summary>When there are instances; null for always.</summary>
    public string? When { get; init; }
}

/// <summary>A mandatory association between instances of two classes of ours.</summary>
internal sealed record RequiredAssociation(string Cim, string Ours, string From, string FromRole, string To, string ToRole)
{
    /// <inheritdoc cref="RequiredClass.When"/>
    public string? When { get; init; }
}

/// <summary>A mandatory method of a class of ours.</summary>
internal sealed record RequiredMethod(string Ours, string Name);

/// <summary>What a registered profile makes mandatory.</summary>
/// <param name="Name">RegisteredName.</param>
/// <param name="Central">Our classes whose instances conform to it; none where no instance does at the moment.</param>
internal sealed record ProfileRequirements(string Document, string Name, string Version, string[] Central,
    RequiredClass[] Classes, RequiredAssociation[] Associations, params RequiredMethod[] Methods)
{
    /// <summary>When there are central instances; null for always.</summary>
    public string? When { get; init; }

    /// <summary>Where its classes are that are not in ours: the Interop namespace.</summary>
    public string? Namespace { get; init; }
}
