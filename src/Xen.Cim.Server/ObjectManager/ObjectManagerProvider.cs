using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Indications.Classes;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.ObjectManager;

/// <summary>What a client that knows nothing but the Interop namespace finds out about the server: itself, its namespaces, how it is reached.</summary>
internal sealed class ObjectManagerProvider : InteropProvider
{
    public ObjectManagerProvider(CimRepository repository, ProviderDirectory providers, RepositoryChanges changes, ServerOptions options)
        : this(new Interop(repository), repository, providers, changes, options)
    {
    }

    private ObjectManagerProvider(Interop interop, CimRepository repository, ProviderDirectory providers, RepositoryChanges changes, ServerOptions options)
        : base(interop)
    {
        var manager = new ObjectManagerClass(interop);
        var namespaces = new Namespaces(interop, repository, changes);
        var mechanisms = new CommunicationMechanisms(interop, options);
        Serve(providers, "ObjectManager", [manager, namespaces, mechanisms],
        [
            new OfManager(interop, "CIM_NamespaceInManager", manager, namespaces), new OfManager(interop, "CIM_CommMechanismForManager", manager, mechanisms),
        ]);
    }

    /// <summary>Whether a schema has the classes.</summary>
    public static bool IsPossible(CimRepository repository) => repository.Get(CimRepository.Interop).FindClass(CommunicationMechanisms.ClassName) is not null;

    /// <summary>An association of the object manager with what is its own.</summary>
    private sealed class OfManager(Interop interop, string name, ObjectManagerClass manager, InteropClass owned) : InteropAssociation(interop, name, "Antecedent", "Dependent")
    {
        public override IEnumerable<CimInstance> All() => owned.All().Select(o => Interop.New(Name, (Left, manager.Path), (Right, o.Path)));
    }
}
