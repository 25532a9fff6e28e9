using Xen.Cim.Model;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>One class of the Interop namespace that the indication service serves.</summary>
internal abstract class InteropClass(Interop interop, string name)
{
    public string Name => name;

    protected Interop Interop => interop;

    /// <summary>All instances, each with its path.</summary>
    public abstract IEnumerable<CimInstance> All();

    /// <exception cref="CimException">NOT_FOUND.</exception>
    public virtual CimInstance Get(CimObjectPath path) => All().FirstOrDefault(i => i.Path!.Equals(path)) ?? throw CimException.NotFound(path);

    public virtual CimObjectPath Create(CimRequest request, CimInstance instance) =>
        throw CimException.NotSupported($"{name} cannot be created; it is the server's own.");

    public virtual void Modify(CimRequest request, CimObjectPath path, CimInstance instance) =>
        throw CimException.NotSupported($"{name} cannot be changed.");

    public virtual void Delete(CimRequest request, CimObjectPath path) =>
        throw CimException.NotSupported($"{name} cannot be deleted; it is the server's own.");

    /// <summary>A copy of an instance with the properties that a client may change and wants changed.</summary>
    /// <param name="writable">The properties that a client may change.</param>
    /// <exception cref="CimException">NOT_SUPPORTED: it wants another one changed.</exception>
    protected CimInstance Changed(CimRequest request, CimInstance kept, CimInstance changes, IReadOnlyCollection<string> writable)
    {
        var cimClass = interop.Class(name);
        var changed = kept.Copy();
        foreach (var property in changes.Properties)
        {
            if (!request.Wants(property.Name) || CimValue.AreEqual(property.Value, kept[property.Name]))
                continue;
            if (!writable.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            {
                // A client that sends back what it read does not mean the properties that it left alone.
                if (request.PropertyList is null && cimClass.Property(property.Name) is { IsKey: true })
                    continue;
                throw CimException.NotSupported($"{name}.{property.Name} cannot be changed; what can is {string.Join(", ", writable)}.");
            }
            interop.Set(changed, cimClass, property.Name, property.Value);
        }
        return changed;
    }
}

/// <summary>An association that the server serves: its two references, and the links that there are.</summary>
internal abstract class InteropAssociation(Interop interop, string name, string left, string right) : InteropClass(interop, name)
{
    public string Left => left;

    public string Right => right;

    /// <summary>The links of an object, with the object at their other end.</summary>
    public virtual IEnumerable<(CimInstance Link, CimObjectPath Far)> Of(CimObjectPath source, AssociationFilter filter)
    {
        foreach (var link in All())
        {
            foreach (var (near, far) in ((string, string)[])[(left, right), (right, left)])
            {
                if (Matches(filter.Role, near) && Matches(filter.ResultRole, far) && source.Equals(link[near]) && link[far] is CimObjectPath end
                    && (filter.ResultClass is null || Interop.IsA(end.Namespace ?? Interop.Namespace.Name, end.ClassName, filter.ResultClass)))
                {
                    yield return (link, end);
                }
            }
        }
    }

    private static bool Matches(string? wanted, string role) => wanted is null || wanted.Equals(role, StringComparison.OrdinalIgnoreCase);
}
