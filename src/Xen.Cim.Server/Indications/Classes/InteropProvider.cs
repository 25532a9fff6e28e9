using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>A provider, part of the server, of classes in the Interop namespace.</summary>
public abstract class InteropProvider : IProvider
{
    private readonly Interop _interop;
    private Dictionary<string, InteropClass> _classes = [];
    private Dictionary<string, InteropAssociation> _associations = [];

    private protected InteropProvider(Interop interop) => _interop = interop;

    /// <summary>Registers the provider for its classes; a class may be among both.</summary>
    private protected void Serve(ProviderDirectory providers, string providerName, InteropClass[] classes, InteropAssociation[] associations)
    {
        const string location = "(server)";
        _classes = classes.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        _associations = associations.ToDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var name in _classes.Keys.Union(_associations.Keys, StringComparer.OrdinalIgnoreCase))
        {
            providers.Registry.Add(new(location, providerName, _interop.Namespace.Name, name,
                ProviderKinds.Instance | (_associations.ContainsKey(name) ? ProviderKinds.Association : ProviderKinds.None)));
        }
        providers.AddBuiltIn(location, providerName, this);
    }

    public void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result)
    {
        foreach (var instance in Class(classPath).All())
            result(instance.Path!);
    }

    public void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result)
    {
        foreach (var instance in Class(classPath).All())
            result(instance);
    }

    public CimInstance GetInstance(CimRequest request, CimObjectPath path) => Class(path).Get(_interop.Normal(path));

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance) => Class(classPath).Create(request, instance);

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance) => Class(path).Modify(request, _interop.Normal(path), instance);

    public void DeleteInstance(CimRequest request, CimObjectPath path) => Class(path).Delete(request, _interop.Normal(path));

    public void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result) =>
        throw CimException.NotSupported($"{classPath.ClassName} has no queries of its own.");

    public void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result) =>
        AssociatorNames(request, source, filter, path => result(FarEnd(request, path)));

    public void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        foreach (var (_, far) in Links(source, filter))
            result(far);
    }

    public void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        foreach (var (link, _) in Links(source, filter with { ResultClass = null, ResultRole = null }))
            result(link);
    }

    public void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result) =>
        References(request, source, filter, link => result(link.Path!));

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output) =>
        throw new CimException(CimStatus.MethodNotAvailable, $"{path.ClassName} does nothing for the method {methodName}.");

    /// <summary>The object at the other end of a link, which need not be of a class of this provider.</summary>
    private protected virtual CimInstance FarEnd(CimRequest request, CimObjectPath path) => GetInstance(request, path);

    private InteropClass Class(CimObjectPath path) => _classes.GetValueOrDefault(path.ClassName) ?? _associations.GetValueOrDefault(path.ClassName)
        ?? throw new CimException(CimStatus.InvalidClass, $"The server itself has no class {path.ClassName}.");

    private IEnumerable<(CimInstance Link, CimObjectPath Far)> Links(CimObjectPath source, AssociationFilter filter)
    {
        var from = _interop.Normal(source);
        return _associations.Values.Where(a => filter.AssociationClass is null || _interop.IsA(_interop.Namespace.Name, a.Name, filter.AssociationClass))
            .SelectMany(a => a.Of(from, filter));
    }
}
