using Xen.Cim.Model;
using Xen.Cim.Model.Mof;

namespace Xen.Cim.Server.Repository;

/// <summary>Puts what MOF files declare into their namespaces, and keeps the registration instances apart.</summary>
public sealed class RepositoryMofSink(CimRepository repository) : IMofSink
{
    private readonly List<CimInstance> _registrations = [];
    private readonly Dictionary<string, CimClass> _classes = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _placedByDefault = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The classes as they are declared, whatever their namespace.</summary>
    public IReadOnlyDictionary<string, CimClass> Classes => _classes;

    /// <summary>Those that are in the implementation's namespace because nothing says where they belong.</summary>
    public IReadOnlySet<string> PlacedByDefault => _placedByDefault;

    /// <summary>Instances of PG_ProviderModule, PG_Provider and PG_ProviderCapabilities.</summary>
    public IReadOnlyList<CimInstance> Registrations => _registrations;

    public void AddQualifier(string? @namespace, CimQualifierDeclaration declaration)
    {
        foreach (var ns in @namespace is null ? repository.Namespaces : [repository.GetOrAdd(@namespace)])
            ns.SetQualifier(declaration);
    }

    public void AddClass(string? @namespace, CimClass declared)
    {
        _classes[declared.Name] = declared;
        if (@namespace is null && !RepositoryLoader.IsOfEveryNamespace(declared.Name))
            _placedByDefault.Add(declared.Name);
        foreach (var ns in RepositoryLoader.NamespacesOf(repository, declared.Name, @namespace))
            ns.AddClass(declared);
    }

    public void AddInstance(string? @namespace, CimInstance instance)
    {
        // The registration is the server's own affair, whatever another server's Interop namespace is called.
        if (RepositoryLoader.IsRegistration(instance.ClassName))
        {
            _registrations.Add(instance);
            @namespace = CimRepository.Interop;
        }
        repository.GetOrAdd(@namespace ?? CimRepository.Implementation).AddInstance(instance);
    }
}
