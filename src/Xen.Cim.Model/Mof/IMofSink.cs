namespace Xen.Cim.Model.Mof;

/// <summary>Takes what a MOF text declares. Superclasses come before their subclasses, classes before instances.</summary>
/// <remarks>The namespace is that of the last <c>#pragma namespace</c>, or null before any.</remarks>
public interface IMofSink
{
    void AddQualifier(string? @namespace, CimQualifierDeclaration declaration);

    /// <param name="declared">The class as written, without what it inherits.</param>
    void AddClass(string? @namespace, CimClass declared);

    /// <param name="instance">Has the types of its class, the class's defaults, and a path.</param>
    void AddInstance(string? @namespace, CimInstance instance);
}

/// <summary>Keeps what MOF declares, in lists, whatever the namespace.</summary>
public sealed class MofDeclarations : IMofSink
{
    private readonly List<CimQualifierDeclaration> _qualifiers = [];
    private readonly List<CimClass> _classes = [];
    private readonly List<CimInstance> _instances = [];

    public IReadOnlyList<CimQualifierDeclaration> Qualifiers => _qualifiers;

    public IReadOnlyList<CimClass> Classes => _classes;

    public IReadOnlyList<CimInstance> Instances => _instances;

    public void AddQualifier(string? @namespace, CimQualifierDeclaration declaration) => _qualifiers.Add(declaration);

    public void AddClass(string? @namespace, CimClass declared) => _classes.Add(declared);

    public void AddInstance(string? @namespace, CimInstance instance) => _instances.Add(instance);
}
