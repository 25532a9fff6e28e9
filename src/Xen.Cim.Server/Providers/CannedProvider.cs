using Xen.Cim.Model;

namespace Xen.Cim.Server.Providers;

/// <summary>
/// Prepared instances of a class of its own, about as large as a guest's. It measures the server without a provider's
/// work, and lets tests see every kind of value on the wire.
/// </summary>
public sealed class CannedProvider : IProvider
{
    public const string ClassName = "Test_Canned";

    public const string LinkClassName = "Test_CannedLink";

    private static readonly (string Near, string Far)[] s_ends = [("Antecedent", "Dependent"), ("Dependent", "Antecedent")];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, CimInstance> _instances = new(StringComparer.Ordinal);

    public CannedProvider(int count)
    {
        for (var i = 0; i < count; i++)
            Add(CannedClasses.Prepare(i));
    }

    /// <summary>The classes that the provider serves; they have no superclass, so that no schema is needed.</summary>
    public static IReadOnlyList<CimClass> Classes { get; } = [CannedClasses.Canned, CannedClasses.Link];

    public void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result)
    {
        if (classPath.ClassName == LinkClassName)
        {
            foreach (var link in Links())
                result(link.Path!);
            return;
        }
        foreach (var instance in All())
            result(instance.Path!);
    }

    public void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result)
    {
        foreach (var instance in classPath.ClassName == LinkClassName ? Links() : All())
        {
            request.Cancellation.ThrowIfCancellationRequested();
            result(instance);
        }
    }

    public CimInstance GetInstance(CimRequest request, CimObjectPath path)
    {
        if (path.ClassName == LinkClassName)
            return Links().FirstOrDefault(l => l.Path!.Equals(path)) ?? throw CimException.NotFound(path);
        lock (_gate)
            return Find(path);
    }

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance)
    {
        lock (_gate)
        {
            if (instance["InstanceID"] is not string id)
                throw CimException.InvalidParameter("Test_Canned.InstanceID is missing.");
            if (_instances.ContainsKey(id))
                throw new CimException(CimStatus.AlreadyExists, $"There is a Test_Canned {id} already.");
            return Add(Changed(CannedClasses.Prepare(_instances.Count), instance, _ => true));
        }
    }

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        lock (_gate)
        {
            Add(Changed(Find(path), instance, p => request.Wants(p.Name) && p.Name != "InstanceID"));
        }
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path)
    {
        lock (_gate)
        {
            Find(path);
            _instances.Remove((string)path["InstanceID"]!);
        }
    }

    public void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result) =>
        throw CimException.NotSupported("Test_Canned has no queries.");

    public void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result) =>
        AssociatorNames(request, source, filter, path => result(GetInstance(request, path)));

    public void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        foreach (var (_, far) in LinksOf(source, filter))
            result(far);
    }

    public void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        foreach (var (link, _) in LinksOf(source, filter))
            result(link);
    }

    public void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        foreach (var (link, _) in LinksOf(source, filter))
            result(link.Path!);
    }

    /// <summary>Echo returns its parameters; Sleep waits and ignores the deadline, as a hung provider does.</summary>
    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        switch (methodName)
        {
            case "Echo":
                foreach (var argument in input.List)
                    output.Set("Out" + argument.Name, argument.Type, argument.IsArray, argument.Value);
                return (uint)input.List.Count;
            case "Count":
                lock (_gate)
                    return (uint)_instances.Count;
            case "Sleep":
                Thread.Sleep(input["Milliseconds"]?.Value is uint milliseconds ? (int)Math.Min(milliseconds, 600_000) : 0);
                return 0u;
            default:
                throw new CimException(CimStatus.MethodNotFound, $"Test_Canned has no method {methodName}.");
        }
    }

    private CimInstance Find(CimObjectPath path) =>
        path["InstanceID"] is string id && _instances.TryGetValue(id, out var instance) ? instance : throw CimException.NotFound(path);

    private CimInstance[] All()
    {
        lock (_gate)
            return [.. _instances.Values];
    }

    private CimObjectPath Add(CimInstance instance)
    {
        var id = (string)instance["InstanceID"]!;
        instance.Path = new CimObjectPath(ClassName, Repository.CimRepository.Implementation, new CimKey("InstanceID", id));
        lock (_gate)
            _instances[id] = instance;
        return instance.Path;
    }

    // Each instance is linked with the next one.
    private IEnumerable<CimInstance> Links()
    {
        var all = All();
        for (var i = 0; i + 1 < all.Length; i++)
        {
            var link = new CimInstance(CannedClasses.LinkLayout);
            link.SetAt(0, all[i].Path);
            link.SetAt(1, all[i + 1].Path);
            link.Path = link.MakePath(Repository.CimRepository.Implementation);
            yield return link;
        }
    }

    private IEnumerable<(CimInstance Link, CimObjectPath Far)> LinksOf(CimObjectPath source, AssociationFilter filter)
    {
        foreach (var link in Links())
        {
            foreach (var (near, far) in s_ends)
            {
                if (source.Equals(link[near]) && Named(filter.Role, near) && Named(filter.ResultRole, far))
                    yield return (link, (CimObjectPath)link[far]!);
            }
        }
    }

    // A copy, so that readers of the old instance are not disturbed.
    private static CimInstance Changed(CimInstance old, CimInstance changes, Func<CimProperty, bool> which)
    {
        var changed = new CimInstance(old.Layout);
        foreach (var property in old.Properties.Concat(changes.Properties.Where(which)))
            changed.Set(property.Name, property.Type, property.IsArray, property.Value);
        return changed;
    }

    private static bool Named(string? role, string name) => role is null || role.Equals(name, StringComparison.OrdinalIgnoreCase);
}
