using Xen.Cim.Model;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Indications.Classes;
using Xen.Cim.Server.Indications.Delivery;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Indications;

/// <summary>
/// The server's indications (DSP1054): keeps filters, destinations and subscriptions, tells providers what is subscribed
/// to, and takes what they deliver to the listeners.
/// </summary>
public sealed class IndicationService : IProvider, IDisposable
{
    private const string ProviderName = "Indications";

    private readonly Dictionary<string, InteropClass> _classes;
    private readonly Dictionary<string, InteropAssociation> _associations;
    private readonly IndicationServiceClass _service;
    private readonly IndicationFilters _filters;
    private readonly ListenerDestinations _destinations;
    private readonly IndicationSubscriptions _subscriptions;
    private readonly ProviderFilters _providers;
    private readonly ListenerClient _client;
    private readonly ObjectStore _store;
    private readonly Interop _interop;
    private readonly IndicationOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();

    /// <param name="folder">Where subscriptions are kept; null keeps them in memory.</param>
    /// <exception cref="IOException">The certificates of <see cref="IndicationOptions.ListenerTrust"/> cannot be read.</exception>
    public IndicationService(CimRepository repository, ProviderDirectory providers, string? folder, IndicationOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _interop = new Interop(repository);
        _store = new ObjectStore(folder, logger);
        _client = new ListenerClient(options);
        _providers = new ProviderFilters(providers, _interop, options, logger);
        var gate = new Lock();
        var room = new QueueRoom(options.MaxWaitingForAll);
        _service = new IndicationServiceClass(_interop, _store, options);
        var capabilities = new IndicationServiceCapabilities(_interop, _store, options);
        _filters = new IndicationFilters(_interop, _store, options, gate, IsUsed);
        _destinations = new ListenerDestinations(_interop, _store, options, gate, IsUsed, (name, url) =>
            new Listener(name, url, options, _client, room, () => _service.Retry, (waiting, failing) => _subscriptions!.GivenUp(waiting.Subscription, failing), logger));
        _subscriptions = new IndicationSubscriptions(_interop, _store, options, gate, _service, _providers, logger)
        {
            FindFilter = _filters.Find,
            FindDestination = _destinations.Find,
        };
        _classes = new InteropClass[] { _service, capabilities, _filters, _destinations, _subscriptions }.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
        _associations = new InteropAssociation[]
        {
            new SubscriptionLinks(_interop, _subscriptions), new ServiceAffectsElement(_interop, _service, _filters, _destinations),
            new ServiceCapabilities(_interop, _service, capabilities),
        }.ToDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
        Register(providers);
        Restore();
    }

    /// <summary>Whether a schema has what indications need.</summary>
    public static bool IsPossible(CimRepository repository) => repository.Get(CimRepository.Interop).FindClass(IndicationSubscriptions.ClassName) is not null;

    /// <summary>Activates what an earlier life kept, in the background, and looks after subscriptions that end.</summary>
    public void Start() => _ = Task.Factory.StartNew(Watch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Takes an indication to everybody whose filter lets it through; never waits.</summary>
    public void Deliver(string @namespace, CimInstance indication)
    {
        foreach (var subscription in _subscriptions.Active)
        {
            var (query, filter) = (subscription.Filter.Query, subscription.Filter);
            if (filter.Namespaces.Contains(@namespace, StringComparer.OrdinalIgnoreCase) && IsA(indication.ClassName, query.ClassName) && query.Accepts(indication, IsA))
                subscription.Destination.Listener.Enqueue(subscription.Path, query.Select(indication), filter.Name);
        }

        bool IsA(string className, string superclass) => _interop.IsA(@namespace, className, superclass);
    }

    public void Dispose()
    {
        _end.Cancel();
        foreach (var destination in _destinations.Objects())
            destination.Listener.Dispose();
        _providers.DisableAll();
        _client.Dispose();
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
        AssociatorNames(request, source, filter, path => result(GetInstance(request, path)));

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

    private bool IsUsed(CimObjectPath end) => _subscriptions.IsUsed(end);

    private InteropClass Class(CimObjectPath path) => _classes.GetValueOrDefault(path.ClassName) ?? _associations.GetValueOrDefault(path.ClassName)
        ?? throw new CimException(CimStatus.InvalidClass, $"The indication service has no class {path.ClassName}.");

    private IEnumerable<(CimInstance Link, CimObjectPath Far)> Links(CimObjectPath source, AssociationFilter filter)
    {
        var from = _interop.Normal(source);
        return _associations.Values.Where(a => filter.AssociationClass is null || _interop.IsA(_interop.Namespace.Name, a.Name, filter.AssociationClass))
            .SelectMany(a => a.Of(from, filter));
    }

    private void Register(ProviderDirectory providers)
    {
        const string location = "(server)";
        foreach (var name in _classes.Keys.Union(_associations.Keys, StringComparer.OrdinalIgnoreCase))
        {
            providers.Registry.Add(new(location, ProviderName, _interop.Namespace.Name, name,
                ProviderKinds.Instance | (_associations.ContainsKey(name) ? ProviderKinds.Association : ProviderKinds.None)));
        }
        providers.AddBuiltIn(location, ProviderName, this);
    }

    // Subscriptions last: they need the others.
    private void Restore()
    {
        foreach (var kept in _store.Load().OrderBy(i => i.ClassName == IndicationSubscriptions.ClassName))
        {
            try
            {
                if (kept.ClassName == IndicationServiceClass.ClassName)
                    _service.Restore(kept);
                else if (kept.ClassName == IndicationFilters.ClassName)
                    _filters.Restore(_interop.Complete(kept));
                else if (kept.ClassName == ListenerDestinations.ClassName)
                    _destinations.Restore(_interop.Complete(kept));
                else if (kept.ClassName == IndicationSubscriptions.ClassName)
                    _subscriptions.Restore(_interop.Complete(kept));
            }
            catch (CimException e)
            {
                _logger.LogError("A kept {Class} is left out: {Reason}", kept.ClassName, e.Message);
            }
        }
    }

    private void Watch()
    {
        do
        {
            try
            {
                _subscriptions.Sweep();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "Looking after subscriptions failed");
            }
        }
        while (!_end.Token.WaitHandle.WaitOne(_options.Sweep));
    }
}
