using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;

namespace Xen.Cim.Server.Repository;

/// <summary>The associations that the repository itself keeps: instances of association classes that no provider serves.</summary>
internal static class RepositoryAssociations
{
    /// <summary>The links of an object, each with the object at its other end.</summary>
    /// <param name="ends">Associators: the far end counts. References: only the source's end does, and the far end is the link itself.</param>
    public static IEnumerable<(CimInstance Link, CimObjectPath Far)> Of(RepositoryNamespace ns, ProviderRegistry registry, CimObjectPath source, AssociationFilter filter, bool ends)
    {
        var from = source.WithNamespace(source.Namespace ?? ns.Name).WithHost(null);
        foreach (var association in ns.ClassesWithInstances().Where(c => c.IsAssociation))
        {
            if (registry.Find(ns.Name, association.Name, ProviderKinds.Association) is not null || !AssociationClasses.Reaches(ns, association, source.ClassName, filter, ends))
                continue;
            var references = association.Properties.Where(p => p.Type == CimType.Reference).Select(p => p.Name).ToList();
            foreach (var link in ns.Instances(association.Name))
            {
                foreach (var near in references.Where(r => Named(r, filter.Role) && link[r] is CimObjectPath path && from.Equals(path.WithNamespace(path.Namespace ?? ns.Name))))
                {
                    if (!ends)
                    {
                        yield return (link, link.Path!);
                        break;
                    }
                    foreach (var far in references.Where(r => r != near && Named(r, filter.ResultRole)))
                    {
                        if (link[far] is CimObjectPath end && (filter.ResultClass is null || ns.IsA(end.ClassName, filter.ResultClass)))
                            yield return (link, end.WithNamespace(end.Namespace ?? ns.Name).WithHost(null));
                    }
                }
            }
        }
    }

    private static bool Named(string reference, string? role) => role is null || reference.Equals(role, StringComparison.OrdinalIgnoreCase);
}
