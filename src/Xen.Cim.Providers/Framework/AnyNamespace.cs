using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// Lets a provider answer in whatever namespaces its classes were registered in. The provider itself knows each class by
/// its home (<see cref="ProvidedClass.Namespaces"/>); here the two namespaces that the administrator registered the
/// classes in take the places of the two homes, in every path that goes in or comes out. A request in yet another
/// namespace is taken to be where its class is. Whether a namespace has the class is the CIM server's to know.
/// </summary>
/// <param name="namespace">What takes the place of <see cref="ClassProvider.VirtNamespace"/>.</param>
/// <param name="interop">What takes the place of <see cref="ClassProvider.InteropNamespace"/>.</param>
public sealed class AnyNamespace(ICimProvider inner, string @namespace = ClassProvider.VirtNamespace, string interop = ClassProvider.InteropNamespace) : ICimProvider
{
    private readonly Dictionary<string, ProvidedClass> _classes = inner.Classes.ToDictionary(c => c.ClassName, StringComparer.OrdinalIgnoreCase);

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
                : new Translation(this, isInterop: false, asked, interop).Out(Copy(indication)));
        }
    });

    public void DisableIndications() => inner.DisableIndications();

    public void Dispose() => inner.Dispose();

    // What is embedded is kept by the provider, which compares it with what comes next.
    private static CimInstance Copy(CimInstance instance)
    {
        var copy = instance.Copy();
        foreach (var property in instance.Properties)
        {
            if (property.Value is CimInstance embedded)
                copy.SetAt(copy.Layout.OrdinalOf(property.Name), Copy(embedded));
        }
        return copy;
    }

    /// <summary>What is to be translated; null where both namespaces are at home, as they usually are.</summary>
    private Translation? Between(CimRequest request, CimObjectPath path)
    {
        var (virt, inter) = (@namespace, interop);
        if (!Same(request.Namespace, virt) && !Same(request.Namespace, inter))
        {
            if (IsInterop(request.Namespace, path))
                inter = request.Namespace;
            else
                virt = request.Namespace;
        }
        return Same(virt, ClassProvider.VirtNamespace) && Same(inter, ClassProvider.InteropNamespace) ? null
            : new Translation(this, Same(request.Namespace, inter), virt, inter);
    }

    // Where nobody said where the classes are, what they are tells, and for those in both namespaces the name.
    private bool IsInterop(string asked, CimObjectPath path) => _classes.GetValueOrDefault(path.ClassName) switch
    {
        // A superclass or a class that is not ours: most of ours live there.
        null => false,
        { SecondNamespace: not null } => asked.EndsWith("interop", StringComparison.OrdinalIgnoreCase),
        var known => known.Namespace == ClassProvider.InteropNamespace,
    };

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private sealed class Translation(AnyNamespace owner, bool isInterop, string virt, string interop)
    {
        private readonly (string Home, string Actual)[] _places = [(ClassProvider.VirtNamespace, virt), (ClassProvider.InteropNamespace, interop)];

        public CimRequest In(CimRequest request) => request with { Namespace = isInterop ? ClassProvider.InteropNamespace : ClassProvider.VirtNamespace };

        public CimObjectPath In(CimObjectPath path)
        {
            var keys = path.Keys;
            // Some clients and servers send references as text.
            if (owner._classes.GetValueOrDefault(path.ClassName) is { } known && known.Kinds.HasFlag(ProviderKinds.Association))
                keys = [.. keys.Select(k => k.Value is string text ? new CimKey(k.Name, CimObjectPath.Parse(text)) : k)];
            var here = path.WithKeys(keys.Select(k => new CimKey(k.Name, In(k.Value)!)));
            if (here.Namespace is not { } ns)
                return here;
            foreach (var (home, actual) in _places)
            {
                if (Same(ns, actual))
                    return here.WithNamespace(home);
                // wbemcli reads root/xen:Class as host and namespace.
                if (Same($"{here.Host}/{ns}", actual))
                    return here.WithNamespace(home).WithHost(null);
            }
            // What is in a home of ours is elsewhere to the client.
            return Array.Find(_places, p => Same(ns, p.Home)) is { Actual: { } other } ? here.WithNamespace(other) : here;
        }

        public CimObjectPath Out(CimObjectPath path)
        {
            var here = path.Keys.Any(k => k.Value is CimObjectPath) ? path.WithKeys(path.Keys.Select(k => new CimKey(k.Name, Out(k.Value)!))) : path;
            return here.Namespace is { } ns && Array.Find(_places, p => Same(ns, p.Home)) is { Actual: { } actual } ? here.WithNamespace(actual) : here;
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
            catch (CimException error) when (Told(error.Message) is var message && message != error.Message)
            {
                throw new CimException(error.Status, message, error);
            }
        }

        public void Guard(Action call) => Guard<object?>(() =>
        {
            call();
            return null;
        });

        // The other way round than In.
        private string Told(string message) => Regex.Replace(message, string.Join('|', _places.SelectMany(p => new[] { p.Home, p.Actual }).Select(Regex.Escape)),
            found => Array.Find(_places, p => Same(found.Value, p.Home)) is { Actual: { } actual } ? actual : Array.Find(_places, p => Same(found.Value, p.Actual)).Home,
            RegexOptions.IgnoreCase);

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
            var here = instance.IsFixed ? instance.Copy() : instance;
            if (here.Path is { } own)
                here.Path = path(own);
            foreach (var property in instance.Properties)
            {
                if (property.Value is CimObjectPath or CimInstance or Array)
                    here.SetAt(here.Layout.OrdinalOf(property.Name), Translated(property.Value, path, embedded));
            }
            return here;
        }
    }
}
