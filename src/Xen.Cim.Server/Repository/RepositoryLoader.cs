using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Repository;

/// <summary>Fills the repository at start.</summary>
public static class RepositoryLoader
{
    /// <summary>
    /// Adds classes in whatever order they come. Classes of the CIM Schema (CIM_…) are in every namespace, those of the
    /// registration (PG_…) in Interop, all others in the implementation's.
    /// </summary>
    /// <exception cref="CimException">INVALID_SUPERCLASS; ALREADY_EXISTS.</exception>
    public static void AddClasses(CimRepository repository, IEnumerable<CimClass> classes)
    {
        var pending = new Dictionary<string, CimClass>(StringComparer.OrdinalIgnoreCase);
        foreach (var cimClass in classes)
        {
            if (!pending.TryAdd(cimClass.Name, cimClass))
                throw new CimException(CimStatus.AlreadyExists, $"The class {cimClass.Name} is declared twice.");
        }
        while (pending.Count > 0)
            Add(pending.First().Value);

        void Add(CimClass cimClass)
        {
            pending.Remove(cimClass.Name);
            if (cimClass.SuperclassName is { } super && pending.TryGetValue(super, out var above))
                Add(above);
            foreach (var ns in NamespacesOf(repository, cimClass.Name))
                ns.AddClass(cimClass);
        }
    }

    /// <summary>Adds qualifier declarations to every namespace.</summary>
    public static void AddQualifiers(CimRepository repository, IEnumerable<CimQualifierDeclaration> declarations)
    {
        foreach (var declaration in declarations)
        {
            foreach (var ns in repository.Namespaces)
                ns.SetQualifier(declaration);
        }
    }

    /// <summary>Adds Test_Canned with its provider.</summary>
    public static void AddCanned(CimRepository repository, ProviderRegistry registry, Dispatch.ProviderDirectory providers, int count)
    {
        AddClasses(repository, CannedProvider.Classes);
        foreach (var cimClass in CannedProvider.Classes)
        {
            registry.Add(new("(server)", "Canned", CimRepository.Implementation, cimClass.Name,
                ProviderKinds.Instance | ProviderKinds.Association | ProviderKinds.Method));
        }
        providers.AddBuiltIn("(server)", "Canned", new CannedProvider(count));
    }

    private static IEnumerable<RepositoryNamespace> NamespacesOf(CimRepository repository, string className) =>
        className.StartsWith("CIM_", StringComparison.OrdinalIgnoreCase) ? repository.Namespaces
        : className.StartsWith("PG_", StringComparison.OrdinalIgnoreCase) ? [repository.Get(CimRepository.Interop)]
        : [repository.Get(CimRepository.Implementation)];
}
