using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// The one door to all our classes: finds the class or the association rows that a request is about, and turns the
/// hypervisor's errors into CIM's.
/// </summary>
public sealed class XenCimProvider : ICimProvider
{
    private readonly XenModel _model;
    private readonly IHypervisor _hypervisor;
    private readonly Moments _moments;
    private readonly Dictionary<string, ClassProvider> _classes;
    private readonly ILookup<string, Association> _associations;

    public XenCimProvider(IHypervisor hypervisor, ProviderOptions options, ILoggerFactory logging)
    {
        _hypervisor = hypervisor;
        _moments = new Moments(hypervisor as IMoments);
        _model = new XenModel(hypervisor, options, logging);
        _classes = _model.Classes.ToDictionary(c => c.Layout.ClassName, StringComparer.OrdinalIgnoreCase);
        _associations = _model.Associations.ToLookup(a => a.Layout.ClassName, StringComparer.OrdinalIgnoreCase);
        Classes =
        [
            .. _model.Classes.Select(c => new ProvidedClass(c.Layout.ClassName, c.Namespace,
                ProviderKinds.Instance | (c.Methods.Count > 0 ? ProviderKinds.Method : ProviderKinds.None))),
            .. _associations.Select(Association),
            .. _model.Indications.Layouts.Select(l => new ProvidedClass(l.ClassName, ClassProvider.VirtNamespace, ProviderKinds.Indication)),
        ];
    }

    private static ProvidedClass Association(IGrouping<string, Association> rows)
    {
        var namespaces = rows.SelectMany(row => row.Namespaces).Distinct().ToList();
        return new(rows.Key, namespaces[0], ProviderKinds.Instance | ProviderKinds.Association, namespaces.ElementAtOrDefault(1));
    }

    public IReadOnlyList<ProvidedClass> Classes { get; }

    public bool IsIdle => _model.IsIdle;

    /// <summary>The classes themselves.</summary>
    public IReadOnlyList<ClassProvider> ClassProviders => _model.Classes;

    /// <summary>The rows of the associations.</summary>
    public IReadOnlyList<Association> Associations => _model.Associations;

    public IEnumerable<CimObjectPath> EnumerateInstanceNames(CimRequest request, CimObjectPath classPath)
    {
        CheckNamespace(request);
        return Below(request, classPath)
            .SelectMany(c => c is { Class: { } @class } ? @class.Names(request) : Links(request, c.Association!).Select(l => l.PathIn(request.Namespace))).Guarded(request, _moments);
    }

    public IEnumerable<CimInstance> EnumerateInstances(CimRequest request, CimObjectPath classPath)
    {
        CheckNamespace(request);
        return Below(request, classPath)
            .SelectMany(c => c is { Class: { } @class } ? @class.Instances(request) : Links(request, c.Association!).Select(l => l.InstanceIn(request.Namespace))).Guarded(request, _moments);
    }

    public CimInstance GetInstance(CimRequest request, CimObjectPath path)
    {
        CheckNamespace(request);
        return HypervisorErrors.Guard(() => _moments.Within(_moments.Of(request), () => _associations.Contains(path.ClassName)
            ? GetLink(request, path).InstanceIn(request.Namespace) : ClassOf(request, path).Get(request, path)));
    }

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance)
    {
        CheckNamespace(request);
        return HypervisorErrors.Guard(() => ClassOf(request, classPath).Create(request, instance));
    }

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        CheckNamespace(request);
        HypervisorErrors.Guard<object?>(() =>
        {
            ClassOf(request, path).Modify(request, path, instance);
            return null;
        });
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path)
    {
        CheckNamespace(request);
        HypervisorErrors.Guard<object?>(() =>
        {
            ClassOf(request, path).Delete(request, path);
            return null;
        });
    }

    public IEnumerable<CimInstance> Associators(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Ends(request, source, filter).Select(e => e.FromLeft ? e.Link.RightInstance(request) : e.Link.LeftInstance(request)).Guarded(request, _moments);

    public IEnumerable<CimObjectPath> AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Ends(request, source, filter).Select(e => e.FromLeft ? e.Link.Right : e.Link.Left).Guarded(request, _moments);

    public IEnumerable<CimInstance> References(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Ends(request, source, filter with { ResultClass = null, ResultRole = null }).Select(e => e.Link.InstanceIn(request.Namespace)).Guarded(request, _moments);

    public IEnumerable<CimObjectPath> ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter) =>
        Ends(request, source, filter with { ResultClass = null, ResultRole = null }).Select(e => e.Link.PathIn(request.Namespace)).Guarded(request, _moments);

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        CheckNamespace(request);
        if (_associations.Contains(path.ClassName))
            throw new CimException(CimStatus.MethodNotFound, $"{path.ClassName} has no method {methodName}; associations have none.");
        var @class = ClassOf(request, path);
        if (!@class.Methods.TryGetValue(methodName, out var method))
        {
            // The class may have it from CIM without anything behind it here.
            var declared = CimLayouts.MethodsOf(@class.Layout.ClassName).Contains(methodName, StringComparer.OrdinalIgnoreCase);
            throw new CimException(declared ? CimStatus.MethodNotAvailable : CimStatus.MethodNotFound,
                $"{@class.Layout.ClassName} {(declared ? "does nothing for" : "has no")} method {methodName}"
                + (@class.Methods.Count == 0 ? "." : $"; it offers {string.Join(", ", @class.Methods.Keys)}."));
        }
        return HypervisorErrors.Guard(() => method(request, path, input, output));
    }

    public void ActivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool first) =>
        _model.Indications.Activate(indicationClass);

    public void DeactivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool last) =>
        _model.Indications.Deactivate(indicationClass);

    public void EnableIndications(Action<CimInstance> deliver) => _model.Indications.Enable(deliver);

    public void DisableIndications() => _model.Indications.Disable();

    public void Dispose()
    {
        _model.Dispose();
        _hypervisor.Dispose();
    }

    private static void CheckNamespace(CimRequest request)
    {
        if (!IsIn(request, ClassProvider.VirtNamespace) && !IsIn(request, ClassProvider.InteropNamespace))
            throw new CimException(CimStatus.InvalidNamespace, $"Our classes live in {ClassProvider.VirtNamespace} and {ClassProvider.InteropNamespace}, not in {request.Namespace}.");
    }

    private static bool IsIn(CimRequest request, string home) => request.Namespace.Equals(home, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(CimRequest request, Association association) => association.Namespaces.Any(home => IsIn(request, home));

    private ClassProvider ClassOf(CimRequest request, CimObjectPath path) => _classes.TryGetValue(path.ClassName, out var found) && IsIn(request, found.Namespace)
        ? found
        : throw new CimException(_associations.Contains(path.ClassName) ? CimStatus.NotSupported : CimStatus.InvalidClass,
            _associations.Contains(path.ClassName)
                ? $"{path.ClassName} says what belongs together; it follows from the host and cannot be changed by itself."
                : $"There is no class {path.ClassName} in {request.Namespace}{(found is null ? "" : $"; it is in {found.Namespace}")}.");

    // A server may ask with a superclass; the answer is then that of all our classes below it.
    private List<Provided> Below(CimRequest request, CimObjectPath path)
    {
        if (_associations.Contains(path.ClassName))
            return [new(null, path.ClassName)];
        if (_classes.ContainsKey(path.ClassName))
            return [new(ClassOf(request, path), null)];
        List<Provided> below =
        [
            .. _model.Classes.Where(c => IsIn(request, c.Namespace) && c.Layout.IsA(path.ClassName)).Select(c => new Provided(c, null)),
            .. _associations.Where(a => a.Any(row => IsIn(request, row)) && a.First().Layout.IsA(path.ClassName)).Select(a => new Provided(null, a.Key)),
        ];
        return below.Count > 0 ? below : throw new CimException(CimStatus.InvalidClass, $"There is no class {path.ClassName} in {request.Namespace}.");
    }

    private IEnumerable<Link> Links(CimRequest request, string associationClass) =>
        _associations[associationClass].Where(a => IsIn(request, a)).SelectMany(a => a.AllLinks());

    private Link GetLink(CimRequest request, CimObjectPath path)
    {
        foreach (var association in _associations[path.ClassName].Where(a => IsIn(request, a)))
        {
            if (path.Keys.Count == 2 && End(path, association.LeftRole) is { } left && End(path, association.RightRole) is { } right
                && association.FindLink(left, right) is { } link)
            {
                return link;
            }
        }
        throw CimException.NotFound(path);
    }

    private static CimObjectPath? End(CimObjectPath path, string role) => path[role] switch
    {
        CimObjectPath reference => reference,
        string text => CimObjectPath.Parse(text),
        _ => null,
    };

    private IEnumerable<(Link Link, bool FromLeft)> Ends(CimRequest request, CimObjectPath source, AssociationFilter filter)
    {
        CheckNamespace(request);
        return Walk(request, source, filter);
    }

    private IEnumerable<(Link Link, bool FromLeft)> Walk(CimRequest request, CimObjectPath source, AssociationFilter filter)
    {
        var exists = false;
        foreach (var association in _model.Associations)
        {
            if (!IsIn(request, association) || (filter.AssociationClass is { } wanted && !association.Layout.IsA(wanted)))
                continue;
            for (var side = 0; side < 2; side++)
            {
                var fromLeft = side == 0;
                var (near, nearRole, far, farRole) = fromLeft
                    ? (association.Left, association.LeftRole, association.Right, association.RightRole)
                    : (association.Right, association.RightRole, association.Left, association.LeftRole);
                if (!near.Layout.ClassName.Equals(source.ClassName, StringComparison.OrdinalIgnoreCase)
                    || !Matches(filter.Role, nearRole) || !Matches(filter.ResultRole, farRole)
                    || (filter.ResultClass is { } result && !far.Layout.IsA(result)))
                {
                    continue;
                }
                exists = true;
                foreach (var link in association.LinksOf(source, fromLeft))
                    yield return (link, fromLeft);
            }
        }
        // The source must exist even where nothing can lead away from it (DSP0200 5.3.2.18: NOT_FOUND).
        if (!exists && _classes.TryGetValue(source.ClassName, out var @class))
            @class.Get(new CimRequest { Namespace = @class.Namespace }, source);
    }

    private static bool Matches(string? wanted, string role) => wanted is null || wanted.Equals(role, StringComparison.OrdinalIgnoreCase);

    /// <summary>A class, or an association with all its rows.</summary>
    private sealed record Provided(ClassProvider? Class, string? Association);
}
