using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>Which association classes an association request reaches (DSP0200 5.3.2.18 to 21).</summary>
public static class AssociationClasses
{
    /// <summary>The registrations to ask, by class name.</summary>
    /// <param name="sourceClass">Class of the source object.</param>
    /// <param name="ends">Associators: the far end counts too. References: only the source's end does.</param>
    /// <exception cref="CimException">INVALID_PARAMETER: a class that the filter names, or the source's, does not exist.</exception>
    public static IEnumerable<ProviderRegistration> For(ProviderRegistry registry, RepositoryNamespace ns, string sourceClass, AssociationFilter filter, bool ends)
    {
        Check(ns, sourceClass, filter, ends);
        return registry.All
            .Where(r => (r.Kinds & ProviderKinds.Association) != 0 && r.Namespace.Equals(ns.Name, StringComparison.OrdinalIgnoreCase)
                && ns.FindClass(r.ClassName) is { } association && Reaches(ns, association, sourceClass, filter, ends))
            .OrderBy(r => r.ClassName, StringComparer.OrdinalIgnoreCase);
    }

    /// <exception cref="CimException">INVALID_PARAMETER: a class that the filter names, or the source's, does not exist.</exception>
    public static void Check(RepositoryNamespace ns, string sourceClass, AssociationFilter filter, bool ends)
    {
        Exists(ns, sourceClass, "the source's class");
        Exists(ns, filter.AssociationClass, ends ? "AssocClass" : "ResultClass");
        Exists(ns, filter.ResultClass, "ResultClass");
    }

    /// <summary>Whether the association class passes the filter from this source class.</summary>
    public static bool Reaches(RepositoryNamespace ns, CimClass association, string sourceClass, AssociationFilter filter, bool ends)
    {
        if (filter.AssociationClass is { } wanted && !ns.IsA(association.Name, wanted) && !ns.IsA(wanted, association.Name))
            return false;
        foreach (var near in association.Properties)
        {
            if (near.Type != CimType.Reference || !Named(near, filter.Role) || near.ReferenceClass is not { } nearClass || !ns.IsA(sourceClass, nearClass))
                continue;
            if (!ends || association.Properties.Any(far => far.Type == CimType.Reference && far != near && Named(far, filter.ResultRole)
                && (filter.ResultClass is null || far.ReferenceClass is null
                    || ns.IsA(far.ReferenceClass, filter.ResultClass) || ns.IsA(filter.ResultClass, far.ReferenceClass))))
            {
                return true;
            }
        }
        return false;
    }

    private static bool Named(CimPropertyDeclaration reference, string? role) => role is null || reference.Name.Equals(role, StringComparison.OrdinalIgnoreCase);

    private static void Exists(RepositoryNamespace ns, string? className, string what)
    {
        if (className is not null && ns.FindClass(className) is null)
            throw CimException.InvalidParameter($"There is no class {CimXml.CimXmlText.Shorten(className)} in {ns.Name} ({what}).");
    }
}
