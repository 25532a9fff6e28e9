using System.Collections.Concurrent;
using System.Collections.Frozen;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// Lets a provider answer in whatever namespace its classes were registered in. The provider itself knows each class by
/// one namespace, its home (<see cref="ProvidedClass.Namespace"/>); here a request's namespace takes the place of the
/// home of the class asked for, in every path that goes in or comes out. Whether a namespace has the class is the CIM
/// server's to know.
/// </summary>
public sealed class AnyNamespace(ICimProvider inner) : ICimProvider
{
    private readonly FrozenDictionary<string, ProvidedClass> _classes = inner.Classes.ToFrozenDictionary(c => c.ClassName, StringComparer.OrdinalIgnoreCase);

    // How many filters of each namespace are active.
    private readonly ConcurrentDictionary<string, int> _subscribed = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ProvidedClass> Classes => inner.Classes;

    public bool IsIdle => inner.IsIdle;

    public IEnumerable<CimObjectPath> EnumerateInstanceNames(CimRequest request, CimObjectPath classPath) => Between(request, classPath) is { } b
        ? b.Out(() => inner.EnumerateInstanceNames(b.In(request), b.In(classPath)), b.Out) : inner.EnumerateInstanceNames(request, classPath);

    public IEnumerable<CimInstance> EnumerateInstances(CimRequest request, CimObjectPath classPath) => Between(request, classPath) is { } b
        ? b.Out(() => inner.EnumerateInstances(b.In(request), b.In(classPath)), b.Out) : inner.EnumerateInstances(request, classPath);

    public CimInstance GetInstance(CimRequest request, CimObjectPath path) => Between(request, path) is { } b
        ? b.Guard(() => b.Out(inner.GetInstance(b.In(request), b.In(path)))) : inner.GetInstance(request, path);

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance) => Between(request, classPath) is { } b
        ? b.Guard(() => b.Out(inner.CreateInstance(b.In(request), b.In(classPath), b.In(instance)))) : inner.CreateInstance(request, classPath, instance);

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        if (Between(request, path) is { } b)
            b.Guard(() => inner.ModifyInstance(b.In(request), b.In(path), b.In(instance)));
        else
            inner.ModifyInstance(request, path, instance);
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path)
    {
        if (Between(request, path) is { } b)
            b.Guard(() => inner.DeleteInstance(b.In(request), b.In(path)));
        else
            inner.DeleteInstance(request, path);
    }

    public IEnumerable<CimInstance> Associators(CimRequest request, CimObjectPath source, AssociationFilter filter) => Between(request, source) is { } b
        ? b.Out(() => inner.Associators(b.In(request), b.In(source), filter), b.Out) : inner.Associators(request, source, filter);

    public IEnumerable<CimObjectPath> AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter) => Between(request, source) is { } b
        ? b.Out(() => inner.AssociatorNames(b.In(request), b.In(source), filter), b.Out) : inner.AssociatorNames(request, source, filter);

    public IEnumerable<CimInstance> References(CimRequest request, CimObjectPath source, AssociationFilter filter) => Between(request, source) is { } b
        ? b.Out(() => inner.References(b.In(request), b.In(source), filter), b.Out) : inner.References(request, source, filter);

    public IEnumerable<CimObjectPath> ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter) => Between(request, source) is { } b
        ? b.Out(() => inner.ReferenceNames(b.In(request), b.In(source), filter), b.Out) : inner.ReferenceNames(request, source, filter);

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        if (Between(request, path) is not { } b)
            return inner.InvokeMethod(request, path, methodName, input, output);
        var result = b.Guard(() => inner.InvokeMethod(b.In(request), b.In(path), methodName, b.In(input), output));
        foreach (var argument in output.List.ToList())
            output.Set(argument.Name, argument.Type, argument.IsArray, b.Out(argument.Value));
        return result;
    }

    public void ActivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool first)
    {
        inner.ActivateFilter(request, filter, indicationClass, sourceClass, first);
        _subscribed.AddOrUpdate(request.Namespace, 1, (_, count) => count + 1);
    }

    public void DeactivateFilter(CimRequest request, string filter, string indicationClass, CimObjectPath? sourceClass, bool last)
    {
        inner.DeactivateFilter(request, filter, indicationClass, sourceClass, last);
        if (_subscribed.AddOrUpdate(request.Namespace, 0, (_, count) => count - 1) <= 0)
            _subscribed.TryRemove(request.Namespace, out _);
    }

    /// <summary>An indication goes to each namespace that has a filter, as if it came from there.</summary>
    public void EnableIndications(Action<CimInstance> deliver) => inner.EnableIndications(indication =>
    {
        var home = indication.Path?.Namespace ?? ClassProvider.VirtNamespace;
        foreach (var asked in _subscribed.Keys)
        {
            deliver(home.Equals(asked, StringComparison.OrdinalIgnoreCase) || asked.Length == 0 ? indication
                : new Translation(this, home, asked).Out(Copy(indication)));
        }
    });

    public void DisableIndications() => inner.DisableIndications();

    public void Dispose() => inner.Dispose();

    // What is embedded is kept by the provider, which compares it with what comes next.
    private static CimInstance Copy(CimInstance instance)
    {
        var copy = new CimInstance(instance.Layout) { Path = instance.Path };
        for (var i = 0; i < instance.Layout.Properties.Count; i++)
        {
            if (instance.HasAt(i))
                copy.SetAt(i, instance.ValueAt(i) is CimInstance embedded ? Copy(embedded) : instance.ValueAt(i));
        }
        return copy;
    }

    /// <summary>What is to be translated; null where the request is in the home of its class, as it usually is.</summary>
    private Translation? Between(CimRequest request, CimObjectPath path)
    {
        // A superclass or a class that is not ours: most of ours live there.
        var home = _classes.GetValueOrDefault(path.ClassName)?.Namespace ?? ClassProvider.VirtNamespace;
        return home.Equals(request.Namespace, StringComparison.OrdinalIgnoreCase) ? null : new Translation(this, home, request.Namespace);
    }

    private sealed class Translation(AnyNamespace owner, string home, string asked)
    {
        public CimRequest In(CimRequest request) => request with { Namespace = home };

        public CimObjectPath In(CimObjectPath path)
        {
            var keys = path.Keys;
            // Some clients and servers send references as text.
            if (owner._classes.GetValueOrDefault(path.ClassName) is { } known && known.Kinds.HasFlag(ProviderKinds.Association))
                keys = [.. keys.Select(k => k.Value is string text ? new CimKey(k.Name, CimObjectPath.Parse(text)) : k)];
            var here = path.WithKeys(keys.Select(k => new CimKey(k.Name, In(k.Value)!)));
            return here.Namespace switch
            {
                null => here,
                var ns when Same(ns, asked) => here.WithNamespace(home),
                // What is in our home is elsewhere to the client.
                var ns when Same(ns, home) => here.WithNamespace(asked),
                // wbemcli reads root/xen:Class as host and namespace.
                var ns when Same($"{here.Host}/{ns}", asked) => here.WithNamespace(home).WithHost(null),
                _ => here,
            };
        }

        public CimObjectPath Out(CimObjectPath path)
        {
            var here = path.Keys.Any(k => k.Value is CimObjectPath) ? path.WithKeys(path.Keys.Select(k => new CimKey(k.Name, Out(k.Value)!))) : path;
            return here.Namespace is { } ns && Same(ns, home) ? here.WithNamespace(asked) : here;
        }

        public CimInstance In(CimInstance instance) => Translated(instance, In, In);

        public CimInstance Out(CimInstance instance) => Translated(instance, Out, Out);

        public CimArguments In(CimArguments arguments)
        {
            var result = new CimArguments();
            foreach (var argument in arguments.List)
                result.Set(argument.Name, argument.Type, argument.IsArray, In(argument.Value));
            return result;
        }

        public IEnumerable<T> Out<T>(Func<IEnumerable<T>> source, Func<T, T> translate)
        {
            using var enumerator = Guard(() => source().GetEnumerator());
            while (Guard(enumerator.MoveNext))
                yield return translate(enumerator.Current);
        }

        public T Guard<T>(Func<T> call)
        {
            try
            {
                return call();
            }
            catch (CimException error) when (error.Message.Contains(home, StringComparison.OrdinalIgnoreCase)
                || error.Message.Contains(asked, StringComparison.OrdinalIgnoreCase))
            {
                // The other way round than In.
                var message = error.Message.Replace(asked, "\0", StringComparison.OrdinalIgnoreCase)
                    .Replace(home, asked, StringComparison.OrdinalIgnoreCase).Replace("\0", home, StringComparison.Ordinal);
                throw new CimException(error.Status, message, error);
            }
        }

        public void Guard(Action call) => Guard<object?>(() =>
        {
            call();
            return null;
        });

        public object? Out(object? value) => Translated(value, Out, Out);

        private object? In(object? value) => Translated(value, In, In);

        private static object? Translated(object? value, Func<CimObjectPath, CimObjectPath> path, Func<CimInstance, CimInstance> instance) => value switch
        {
            CimObjectPath p => path(p),
            CimInstance i => instance(i),
            CimObjectPath?[] paths => Array.ConvertAll(paths, p => p is null ? null : path(p)),
            CimInstance?[] instances => Array.ConvertAll(instances, i => i is null ? null : instance(i)),
            object?[] mixed when value.GetType() == typeof(object[]) => Array.ConvertAll(mixed, e => Translated(e, path, instance)),
            _ => value,
        };

        private static CimInstance Translated(CimInstance instance, Func<CimObjectPath, CimObjectPath> path, Func<CimInstance, CimInstance> embedded)
        {
            if (instance.Path is { } own)
                instance.Path = path(own);
            foreach (var property in instance.Properties)
            {
                if (property.Value is CimObjectPath or CimInstance or Array)
                    instance.SetAt(instance.Layout.OrdinalOf(property.Name), Translated(property.Value, path, embedded));
            }
            return instance;
        }

        private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
    }
}
