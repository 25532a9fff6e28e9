using Xen.Cim.Model;
using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;
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
            foreach (var ns in NamespacesOf(repository, cimClass.Name, null))
                ns.AddClass(cimClass);
        }
    }

    /// <summary>Reads MOF files and folders, and the registrations that are among their instances.</summary>
    /// <exception cref="MofException">The MOF is wrong.</exception>
    /// <exception cref="CimException">A class, an instance or a registration does not go with the others.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static void ReadMof(CimRepository repository, ProviderRegistry registry, IEnumerable<string> paths)
    {
        ReadMof(repository, registry, paths, otherProviders: null);
    }

    /// <summary>Reads also the classes and registrations of other providers.</summary>
    /// <param name="otherProviders">A folder with *.mof and *.reg; null for none.</param>
    /// <exception cref="FormatException">A *.reg file is wrong.</exception>
    public static void ReadMof(CimRepository repository, ProviderRegistry registry, IEnumerable<string> paths, string? otherProviders)
    {
        var sink = new RepositoryMofSink(repository);
        MofCompiler.Compile(otherProviders is null ? paths : paths.Append(otherProviders), sink);
        registry.Load(sink.Registrations);
        IEnumerable<string> files = otherProviders is null ? [] : Directory.EnumerateFiles(otherProviders, "*.reg").Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var registration in SfcbRegistration.Parse(File.ReadLines(file), file))
                registry.Add(registration);
        }
        foreach (var registration in registry.All)
            Bring(repository.GetOrAdd(registration.Namespace), registration.ClassName);
        // And only there, unless others stand on it.
        var implementation = repository.Get(CimRepository.Implementation);
        foreach (var elsewhere in registry.All.ToLookup(r => r.ClassName, r => repository.GetOrAdd(r.Namespace), StringComparer.OrdinalIgnoreCase))
        {
            if (sink.PlacedByDefault.Contains(elsewhere.Key) && !elsewhere.Contains(implementation) && !implementation.Subclasses(elsewhere.Key, deep: false).Any())
                implementation.RemoveClass(elsewhere.Key);
        }

        // A class that is registered in a namespace is there, with its superclasses, wherever its MOF was meant to go.
        void Bring(RepositoryNamespace ns, string className)
        {
            if (ns.DeclarationOf(className) is not null || !sink.Classes.TryGetValue(className, out var declared))
                return;
            if (!ns.Qualifiers.Any())
            {
                foreach (var qualifier in repository.Get(CimRepository.Implementation).Qualifiers)
                    ns.SetQualifier(qualifier);
            }
            if (declared.SuperclassName is { } super)
                Bring(ns, super);
            ns.AddClass(declared);
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

    /// <summary>Whether a class is one of those that register providers.</summary>
    internal static bool IsRegistration(string className) => className.StartsWith("PG_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a class is one of the CIM Schema.</summary>
    internal static bool IsOfEveryNamespace(string className) => className.StartsWith("CIM_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a class is declared: in the namespace that its MOF names, else by its schema.</summary>
    internal static IEnumerable<RepositoryNamespace> NamespacesOf(CimRepository repository, string className, string? @namespace) =>
        IsRegistration(className) ? [repository.Get(CimRepository.Interop)]
        : @namespace is not null ? [repository.GetOrAdd(@namespace)]
        : IsOfEveryNamespace(className) ? repository.Namespaces
        : [repository.Get(CimRepository.Implementation)];
}
