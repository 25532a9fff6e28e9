using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Queries;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>
/// The whole server as one provider: finds for each operation the providers that serve it, and serves the repository's
/// own instances. What comes over HTTP goes through here, and so do providers' up-calls.
/// </summary>
/// <param name="changes">What takes changes of the repository's own instances; null for none.</param>
/// <param name="failed">Told of a provider that fails while others go on; null ends the operation with the failure.</param>
/// <param name="threads">Where several providers work on one operation at the same time; null has them do it one after the other.</param>
public sealed class ServerOperations(CimRepository repository, ProviderDirectory providers, RepositoryChanges? changes = null, Action<CimException>? failed = null, WorkerPool? threads = null) : IProvider
{
    private readonly ProviderFan _fan = new(threads);

    /// <summary>The same server, which goes on after a provider's failure and tells of it.</summary>
    public ServerOperations Continuing(Action<CimException> failed) => new(repository, providers, changes, failed, threads);

    /// <summary>Names of the class's and all its subclasses' instances, class by class in a stable order.</summary>
    public void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result) =>
        ForEachClass(request, classPath, result, (provider, path, take) => provider.EnumerateInstanceNames(request, path, take), (ns, instance) => ns.PathOf(instance));

    /// <summary>Instances of the class and of all its subclasses.</summary>
    public void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result) =>
        ForEachClass(request, classPath, result, (provider, path, take) => provider.EnumerateInstances(request, path, take), (_, instance) => instance);

    public CimInstance GetInstance(CimRequest request, CimObjectPath path)
    {
        var ns = repository.Get(request.Namespace);
        var cimClass = ns.GetClass(path.ClassName);
        CimException? last = null;
        foreach (var provider in providers.FindAll(ns.Name, cimClass.Name, ProviderKinds.Instance))
        {
            try
            {
                return provider.GetInstance(request, path);
            }
            catch (CimException e) when (e.Status == CimStatus.NotFound)
            {
                // Another provider of the class may have it.
                last = e;
            }
        }
        return (last is null ? ns.FindInstance(path) : null) ?? throw last ?? CimException.NotFound(path);
    }

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance)
    {
        var ns = repository.Get(request.Namespace);
        if (InstanceProvider(request, classPath) is not { } provider)
            return Changes(classPath).CreateInstance(ns, instance);
        var made = provider.CreateInstance(request, classPath, instance);
        // Some hand back the path that they were given; the keys are those that the client gave.
        return made.Keys.Count == 0 && ns.FindClass(made.ClassName)?.Properties.All(p => !p.IsKey || instance[p.Name] is not null) == true ? ns.PathOf(instance) : made;
    }

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        if (InstanceProvider(request, path) is { } provider)
            provider.ModifyInstance(request, path, instance);
        else
            Changes(path).ModifyInstance(repository.Get(request.Namespace), path, instance, request.PropertyList);
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path)
    {
        if (InstanceProvider(request, path) is { } provider)
            provider.DeleteInstance(request, path);
        else
            Changes(path).DeleteInstance(repository.Get(request.Namespace), path);
    }

    /// <exception cref="CimException">INVALID_QUERY, QUERY_LANGUAGE_NOT_SUPPORTED, QUERY_FEATURE_NOT_SUPPORTED.</exception>
    public void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result) =>
        ExecQuery(request, Query.Parse(language, query), result);

    /// <summary>Instances of the query's class and of all its subclasses that it lets through, with the properties that it selects.</summary>
    /// <exception cref="CimException">INVALID_QUERY: it does not go with its class.</exception>
    public void ExecQuery(CimRequest request, Query query, Action<CimInstance> result)
    {
        var ns = repository.Get(request.Namespace);
        var cimClass = Check(request, query);
        var reading = request with { PropertyList = query.Properties };
        ForEachClass<(CimInstance Instance, bool Passes)>(reading, new CimObjectPath(cimClass.Name, ns.Name), found =>
        {
            var instance = found.Instance;
            if (!found.Passes && !query.Matches(instance, ns.IsA))
                return;
            instance.Path ??= ns.PathOf(instance);
            result(query.Select(instance, ns.IsA));
        }, (provider, path, take) =>
        {
            try
            {
                provider.EnumerateInstances(reading, path, i => take((i, Passes: false)));
            }
            catch (CimException e) when (e.Status == CimStatus.NotSupported)
            {
                // Some answer queries and list nothing. What they return may have the selected properties alone.
                provider.ExecQuery(reading, path, query.Language.Name, query.Text, i => take((i, Passes: true)));
            }
        }, (_, instance) => (instance, Passes: false));
    }

    /// <summary>The class that a query is for.</summary>
    /// <exception cref="CimException">INVALID_QUERY: there is no such class, or the query does not go with it.</exception>
    public CimClass Check(CimRequest request, Query query)
    {
        var ns = repository.Get(request.Namespace);
        var from = query.ClassName ?? throw new CimException(CimStatus.QueryLanguageNotSupported, $"A query in {query.Language.Name} filters an enumeration; it names no class of its own.");
        var cimClass = ns.FindClass(from) ?? throw new CimException(CimStatus.InvalidQuery, $"There is no class {from} in {ns.Name}.");
        query.Check(ns, cimClass);
        return cimClass;
    }

    public void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        var seen = new HashSet<CimObjectPath>();
        ForEachAssociation<CimInstance>(request, source, filter, ends: true, (provider, narrowed, take) => provider.Associators(request, source, narrowed, take), instance =>
        {
            if (seen.Add(PathInAnswer(request, instance)))
                result(instance);
        });
        foreach (var (_, far) in OwnLinks(request, source, filter, ends: true))
        {
            if (seen.Add(far) && TryGet(request, far) is { } instance)
                result(instance);
        }
    }

    public void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        var seen = new HashSet<CimObjectPath>();
        ForEachAssociation<CimObjectPath>(request, source, filter, ends: true, (provider, narrowed, take) => provider.AssociatorNames(request, source, narrowed, take), path =>
        {
            if (seen.Add(path))
                result(path);
        });
        foreach (var (_, far) in OwnLinks(request, source, filter, ends: true))
        {
            if (seen.Add(far))
                result(far);
        }
    }

    public void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        var seen = new HashSet<CimObjectPath>();
        ForEachAssociation<CimInstance>(request, source, filter, ends: false, (provider, narrowed, take) => provider.References(request, source, narrowed, take), instance =>
        {
            if (seen.Add(PathInAnswer(request, instance)))
                result(instance);
        });
        foreach (var (link, path) in OwnLinks(request, source, filter, ends: false))
        {
            if (seen.Add(path))
                result(link);
        }
    }

    public void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        var seen = new HashSet<CimObjectPath>();
        ForEachAssociation<CimObjectPath>(request, source, filter, ends: false, (provider, narrowed, take) => provider.ReferenceNames(request, source, narrowed, take), path =>
        {
            if (seen.Add(path))
                result(path);
        });
        foreach (var (_, path) in OwnLinks(request, source, filter, ends: false))
        {
            if (seen.Add(path))
                result(path);
        }
    }

    /// <exception cref="CimException">METHOD_NOT_AVAILABLE: no provider serves the class's methods; FAILED: it returns what is not of the method's type.</exception>
    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        var ns = repository.Get(request.Namespace);
        var provider = providers.Find(ns.Name, path.ClassName, ProviderKinds.Method) ?? throw new CimException(CimStatus.MethodNotAvailable,
            $"No provider serves the methods of {path.ClassName} in {ns.Name}.");
        var returned = provider.InvokeMethod(request, path, methodName, input, output);
        return returned is not null && ns.FindClass(path.ClassName)?.Method(methodName) is { } method ? TypeRestoration.Returned(method, returned) : returned;
    }

    private RepositoryChanges Changes(CimObjectPath path) =>
        changes ?? throw CimException.NotSupported($"No provider serves {path.ClassName}, and the repository takes no changes.");

    /// <summary>The class's provider; null when the repository itself keeps its instances.</summary>
    /// <exception cref="CimException">INVALID_CLASS; NOT_SUPPORTED: a provider serves the class, but not its instances.</exception>
    private IProvider? InstanceProvider(CimRequest request, CimObjectPath path)
    {
        var ns = repository.Get(request.Namespace);
        var cimClass = ns.GetClass(path.ClassName);
        return providers.Find(ns.Name, cimClass.Name, ProviderKinds.Instance)
            ?? (providers.Registry.Find(ns.Name, cimClass.Name, ~ProviderKinds.None) is { } other
                ? throw CimException.NotSupported($"The provider {other.Provider}, which serves {cimClass.Name} in {ns.Name}, does not take instances of it.") : null);
    }

    private void ForEachClass<T>(CimRequest request, CimObjectPath classPath, Action<T> result, Action<IProvider, CimObjectPath, Action<T>> call, Func<RepositoryNamespace, CimInstance, T> own)
    {
        var ns = repository.Get(request.Namespace);
        var calls = new List<ProviderCall<T>>();
        var several = false;
        foreach (var cimClass in ns.SelfAndSubclasses(classPath.ClassName))
        {
            var path = new CimObjectPath(cimClass.Name, ns.Name);
            var served = false;
            foreach (var provider in providers.FindAll(ns.Name, cimClass.Name, ProviderKinds.Instance))
            {
                // A provider that cannot list its instances does not hide those of the others.
                var others = several || served;
                calls.Add(new(provider, take => call(provider, path, take), e => (others && e.Status == CimStatus.NotSupported) || IsTold(e)));
                served = true;
            }
            if (!served && ns.Instances(cimClass.Name) is { Count: > 0 } kept)
            {
                calls.Add(new(null, take =>
                {
                    foreach (var instance in kept)
                        take(own(ns, instance));
                }, IsTold));
            }
            several = true;
        }
        _fan.Run(calls, result, request.Cancellation);
    }

    /// <summary>
    /// Calls the provider of each association class that passes the filter and can refer to the source's class, with the
    /// filter narrowed to that class.
    /// </summary>
    private void ForEachAssociation<T>(CimRequest request, CimObjectPath source, AssociationFilter filter, bool ends, Action<IProvider, AssociationFilter, Action<T>> call, Action<T> result)
    {
        var ns = repository.Get(request.Namespace);
        var calls = new List<ProviderCall<T>>();
        foreach (var registration in AssociationClasses.For(providers.Registry, ns, source.ClassName, filter, ends))
        {
            var provider = providers.Get(registration);
            var narrowed = filter with { AssociationClass = registration.ClassName };
            // Not asked for by name: what it cannot answer does not hide the others' answers.
            var byName = filter.AssociationClass == registration.ClassName;
            calls.Add(new(provider, take => call(provider, narrowed, take), e => (!byName && e.Status == CimStatus.NotSupported) || IsTold(e)));
        }
        _fan.Run(calls, result, request.Cancellation);
    }

    // Who asked to go on after a failure hears of it.
    private bool IsTold(CimException failure)
    {
        failed?.Invoke(failure);
        return failed is not null;
    }

    private IEnumerable<(CimInstance Link, CimObjectPath Far)> OwnLinks(CimRequest request, CimObjectPath source, AssociationFilter filter, bool ends) =>
        RepositoryAssociations.Of(repository.Get(request.Namespace), providers.Registry, source, filter, ends);

    // A link may refer to what is not there any more.
    private CimInstance? TryGet(CimRequest request, CimObjectPath path)
    {
        try
        {
            var instance = GetInstance(request with { Namespace = path.Namespace ?? request.Namespace }, path);
            instance.Path ??= path;
            return instance;
        }
        catch (CimException e) when (e.Status is CimStatus.NotFound or CimStatus.InvalidClass or CimStatus.InvalidNamespace)
        {
            return null;
        }
    }

    private CimObjectPath PathInAnswer(CimRequest request, CimInstance instance) =>
        instance.Path ?? (instance.Path = repository.Get(request.Namespace).PathOf(instance));
}
