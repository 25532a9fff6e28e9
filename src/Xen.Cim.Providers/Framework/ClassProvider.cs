using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>One CIM class of ours: its instances, and its methods as a table.</summary>
public abstract class ClassProvider
{
    /// <summary>
    /// The home of everything that is not profile registration: the namespace that the providers write into their paths.
    /// Where a server has the classes in another one, <see cref="AnyNamespace"/> puts that in its place.
    /// </summary>
    public const string VirtNamespace = "root/virt";

    /// <summary>The home of classes that belong into the server's Interop namespace.</summary>
    public const string InteropNamespace = "root/interop";

    protected ClassProvider(CimLayout layout)
    {
        Layout = layout;
        Methods = new Dictionary<string, Method>(StringComparer.OrdinalIgnoreCase);
    }

    public delegate object? Method(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output);

    public CimLayout Layout { get; }

    public virtual string Namespace => VirtNamespace;

    /// <summary>Method name → function; filled by the class's constructor.</summary>
    public Dictionary<string, Method> Methods { get; }

    public abstract IEnumerable<CimObjectPath> Names(CimRequest request);

    public abstract IEnumerable<CimInstance> Instances(CimRequest request);

    /// <exception cref="CimException">NOT_FOUND.</exception>
    public abstract CimInstance Get(CimRequest request, CimObjectPath path);

    public virtual CimObjectPath Create(CimRequest request, CimInstance instance) =>
        throw CimException.NotSupported($"{Layout.ClassName} cannot be created with CreateInstance.");

    public virtual void Modify(CimRequest request, CimObjectPath path, CimInstance instance) =>
        throw CimException.NotSupported($"{Layout.ClassName} cannot be changed with ModifyInstance.");

    public virtual void Delete(CimRequest request, CimObjectPath path) =>
        throw CimException.NotSupported($"{Layout.ClassName} cannot be deleted with DeleteInstance.");
}

/// <summary>A CIM class whose instances stand for things of type <typeparamref name="TEntity"/>.</summary>
/// <remarks>
/// Associations work on the things, so that naming what belongs together costs no property of either end.
/// </remarks>
public abstract class ClassProvider<TEntity>(CimLayout layout) : ClassProvider(layout)
    where TEntity : class
{
    public abstract IEnumerable<TEntity> Enumerate();

    /// <summary>The thing that a path's keys name, or null. Keys are compared exactly.</summary>
    public abstract TEntity? Find(CimObjectPath path);

    public abstract CimObjectPath PathOf(TEntity entity);

    /// <summary>The instance, with its path or without; <paramref name="request"/> tells which properties are worth reading.</summary>
    protected abstract CimInstance Describe(TEntity entity, CimRequest request);

    public CimInstance InstanceOf(TEntity entity, CimRequest request)
    {
        var instance = Describe(entity, request);
        instance.Path ??= PathOf(entity);
        return instance;
    }

    public sealed override IEnumerable<CimObjectPath> Names(CimRequest request) => Enumerate().Select(PathOf);

    public override IEnumerable<CimInstance> Instances(CimRequest request) => ToDescribe(request).Select(e => InstanceOf(e, request));

    /// <summary>All things, with what describing them needs where it is better read for many at once.</summary>
    protected virtual IEnumerable<TEntity> ToDescribe(CimRequest request) => Enumerate();

    public sealed override CimInstance Get(CimRequest request, CimObjectPath path) => InstanceOf(Require(path), request);

    /// <exception cref="CimException">NOT_FOUND.</exception>
    public TEntity Require(CimObjectPath path) =>
        IsOurs(path) && Find(path) is { } entity ? entity : throw CimException.NotFound(path);

    /// <summary>Whether the path names this class in our namespace and has just its keys.</summary>
    public bool IsOurs(CimObjectPath path) =>
        path.ClassName.Equals(Layout.ClassName, StringComparison.OrdinalIgnoreCase)
        && IsHere(path)
        && path.Keys.All(k => Layout.OrdinalOf(k.Name) is >= 0 and var ordinal && Layout.Properties[ordinal].IsKey);

    /// <summary>
    /// Whether a path is in our namespace. wbemcli reads <c>root/virt:Class</c> as host and namespace; that is meant too.
    /// </summary>
    protected bool IsHere(CimObjectPath path) => path.Namespace is not { } ns || ns.Equals(Namespace, StringComparison.OrdinalIgnoreCase)
        || $"{path.Host}/{ns}".Equals(Namespace, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes a path of this class from key values in the order given.</summary>
    protected CimObjectPath MakePath(params CimKey[] keys) => new(Layout.ClassName, Namespace, keys);
}

/// <summary>A class with InstanceID as its only key.</summary>
public abstract class InstanceIdProvider<TEntity>(CimLayout layout) : ClassProvider<TEntity>(layout)
    where TEntity : class
{
    private const string InstanceId = "InstanceID";

    public abstract string IdOf(TEntity entity);

    public abstract TEntity? FindById(string instanceId);

    public sealed override CimObjectPath PathOf(TEntity entity) => MakePath(new CimKey(InstanceId, IdOf(entity)));

    public sealed override TEntity? Find(CimObjectPath path) =>
        path[InstanceId] is string id && path.Keys.Count == 1 ? FindById(id) : null;
}

/// <summary>A class that has exactly one instance on a host.</summary>
public abstract class SingletonProvider(CimLayout layout) : ClassProvider<SingletonProvider.Only>(layout)
{
    /// <summary>The thing behind a class of which there is just one instance.</summary>
    public sealed class Only
    {
        internal static readonly Only Instance = new();

        private Only()
        {
        }
    }

    public sealed override IEnumerable<Only> Enumerate() => [Only.Instance];

    public sealed override Only? Find(CimObjectPath path) => PathOf(Only.Instance).Equals(path.WithNamespace(Namespace)) ? Only.Instance : null;
}
