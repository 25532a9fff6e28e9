using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Queries;

/// <summary>The class that describes what a query returns (DSP0200 OpenQueryInstances, QueryResultClass).</summary>
public static class QueryResultClass
{
    /// <param name="cimClass">The class after FROM.</param>
    public static CimClass Of(Query query, RepositoryNamespace ns, CimClass cimClass)
    {
        if (query.Selected is null)
            return cimClass;
        var checker = new QueryChecker(query, ns.FindClass, cimClass);
        return new CimClass(cimClass.Name, null)
        {
            // What an embedded object has nobody knows before it is there: it is text then.
            Properties = query.Selected.Select(s => checker.Check(s.Path) is { } declared
                ? declared with { Name = s.Name, IsArray = declared.IsArray && s.Path.Steps[^1].Index is null, DefaultValue = null, IsPropagated = false, ClassOrigin = cimClass.Name }
                : new CimPropertyDeclaration(s.Name, CimType.String) { ClassOrigin = cimClass.Name }).ToList(),
        };
    }
}
