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
public sealed class IndicationService : InteropProvider, IDisposable
{
    private const string ProviderName = "Indications";

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
        : this(new Interop(repository), providers, folder, options, logger)
    {
    }

    private IndicationService(Interop interop, ProviderDirectory providers, string? folder, IndicationOptions options, ILogger logger)
        : base(interop)
    {
        _options = options;
        _logger = logger;
        _interop = interop;
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
        var system = new HostingSystem(_interop);
        Serve(providers, ProviderName, [system, _service, capabilities, _filters, _destinations, _subscriptions],
        [
            new SubscriptionLinks(_interop, _subscriptions), new ServiceAffectsElement(_interop, _service, _filters, _destinations),
            new ServiceCapabilities(_interop, _service, capabilities), new HostedService(_interop, system, _service),
        ]);
        Restore();
    }

    /// <summary>The CIM_IndicationService.</summary>
    internal CimObjectPath Path => _service.Path;

    /// <summary>Whether a schema has what indications need.</summary>
    public static bool IsPossible(CimRepository repository) => repository.Get(CimRepository.Interop).FindClass(IndicationSubscriptions.ClassName) is not null;

    /// <summary>Activates what an earlier life kept, in the background, and looks after subscriptions that end.</summary>
    public void Start() => _ = Task.Factory.StartNew(Watch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Takes an indication to everybody whose filter lets it through; never waits.</summary>
    public void Deliver(string @namespace, CimInstance indication)
    {
        foreach (var subscription in _subscriptions.Active)
        {
            var filter = subscription.Filter;
            if (filter.Namespaces.Contains(@namespace, StringComparer.OrdinalIgnoreCase) && IsA(indication.ClassName, filter.ClassName) && filter.Query.Matches(indication, IsA))
                subscription.Destination.Listener.Enqueue(subscription.Path, filter.Query.Select(indication, IsA), filter.Name);
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

    private bool IsUsed(CimObjectPath end) => _subscriptions.IsUsed(end);

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
