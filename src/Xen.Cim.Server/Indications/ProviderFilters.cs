using System.Runtime.CompilerServices;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Indications.Classes;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Indications;

/// <summary>
/// Tells indication providers what is subscribed to, as CMPI has it: authorizeFilter and activateFilter for each filter
/// and class, the first and the last one marked; enableIndications after a provider's first filter and
/// disableIndications after its last.
/// </summary>
internal sealed class ProviderFilters(ProviderDirectory directory, Interop interop, IndicationOptions options, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CimObjectPath, List<Activation>> _active = [];
    private readonly ConditionalWeakTable<ICmpiIndications, ProviderState> _states = [];

    private volatile bool _ended;

    public bool IsActive(CimObjectPath subscription)
    {
        lock (_gate)
            return _active.ContainsKey(subscription);
    }

    /// <summary>Activates a subscription's filter with every provider of what it selects from.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED: no provider raises such indications; or what all of them say against it.</exception>
    public void Activate(CimObjectPath subscription, Filter filter, string owner)
    {
        if (_ended)
            throw new CimException(CimStatus.ServerIsShuttingDown, "The server ends; nothing is subscribed to any more.");
        var done = new List<Activation>();
        CimException? refusal = null;
        foreach (var registration in Registrations(filter))
        {
            try
            {
                if (directory.Get(registration) is not ICmpiIndications provider)
                    throw CimException.NotSupported($"The provider of {registration.ClassName} raises no indications.");
                var activation = new Activation(provider, registration, filter, new CimRequest { Namespace = registration.Namespace, Principal = owner });
                Activate(activation, owner);
                done.Add(activation);
            }
            catch (CimException e)
            {
                refusal ??= e;
                logger.LogDebug("{Provider} does not take the filter {Filter} for {Class}: {Reason}", registration.Provider, filter.Name, registration.ClassName, e.Message);
            }
        }
        if (done.Count == 0)
        {
            throw refusal ?? CimException.NotSupported(
                $"No provider of this server raises indications of class {filter.ClassName} in {string.Join(", ", filter.Namespaces)}.");
        }
        var isFirst = false;
        lock (_gate)
            isFirst = !_ended && _active.TryAdd(subscription, done);
        // Two at once asked for the same, or the server ends.
        if (!isFirst)
            done.ForEach(Deactivate);
    }

    /// <summary>Takes back what <see cref="Activate(CimObjectPath, Filter, string)"/> did; nothing when it did nothing.</summary>
    public void Deactivate(CimObjectPath subscription)
    {
        List<Activation>? activations;
        lock (_gate)
            _active.Remove(subscription, out activations);
        activations?.ForEach(Deactivate);
    }

    /// <summary>No provider delivers any more, and none is asked again.</summary>
    public void DisableAll()
    {
        List<CimObjectPath> all;
        lock (_gate)
        {
            _ended = true;
            all = [.. _active.Keys];
        }
        all.ForEach(Deactivate);
    }

    private IEnumerable<ProviderRegistration> Registrations(Filter filter) => directory.Registry.All
        .Where(r => r.Kinds.HasFlag(ProviderKinds.Indication) && filter.Namespaces.Contains(r.Namespace, StringComparer.OrdinalIgnoreCase)
            && interop.IsA(r.Namespace, r.ClassName, filter.ClassName))
        .OrderBy(r => r.ClassName, StringComparer.OrdinalIgnoreCase);

    private void Activate(Activation activation, string owner) => InTurn(activation, state =>
    {
        var (provider, registration, filter, request) = activation;
        var key = (registration.Namespace.ToUpperInvariant(), registration.ClassName.ToUpperInvariant());
        var count = state.Filters.GetValueOrDefault(key);
        provider.AuthorizeFilter(request, filter.Text, filter.Language, registration.ClassName, activation.Source, owner);
        if (provider.MustPoll(request, filter.Text, filter.Language, registration.ClassName, activation.Source))
            throw CimException.NotSupported($"{registration.Provider} wants to be polled for {registration.ClassName}, which this server does not do.");
        provider.ActivateFilter(request, filter.Text, filter.Language, registration.ClassName, activation.Source, first: count == 0);
        state.Filters[key] = count + 1;
        if (state.Total++ == 0)
            provider.EnableIndications();
    });

    private void Deactivate(Activation activation)
    {
        try
        {
            InTurn(activation, state =>
            {
                var (provider, registration, filter, request) = activation;
                var key = (registration.Namespace.ToUpperInvariant(), registration.ClassName.ToUpperInvariant());
                var count = state.Filters.GetValueOrDefault(key) - 1;
                if (count <= 0)
                    state.Filters.Remove(key);
                else
                    state.Filters[key] = count;
                try
                {
                    provider.DeactivateFilter(request, filter.Text, filter.Language, registration.ClassName, activation.Source, last: count <= 0);
                }
                finally
                {
                    if (--state.Total == 0)
                        provider.DisableIndications();
                }
            });
        }
        catch (Exception e)
        {
            logger.LogWarning("{Provider} fails to end the filter {Filter}: {Reason}", activation.Registration.Provider, activation.Filter.Name, e.Message);
        }
    }

    // One call at a time for each provider, so that first and last are what they say; a provider that hangs holds up no other.
    private void InTurn(Activation activation, Action<ProviderState> call)
    {
        var state = _states.GetOrCreateValue(activation.Provider);
        if (!Monitor.TryEnter(state, options.ProviderWait))
        {
            throw new CimException(CimStatus.Failed,
                $"Provider {activation.Registration.Provider} has been busy with another filter for {options.ProviderWait.TotalSeconds:0.#} s.");
        }
        try
        {
            call(state);
        }
        finally
        {
            Monitor.Exit(state);
        }
    }

    private sealed class ProviderState
    {
        /// <summary>Active filters by namespace and class.</summary>
        public Dictionary<(string Namespace, string Class), int> Filters { get; } = [];

        public int Total { get; set; }
    }

    private sealed record Activation(ICmpiIndications Provider, ProviderRegistration Registration, Filter Filter, CimRequest Request)
    {
        public CimObjectPath Source => new(Registration.ClassName, Registration.Namespace);
    }
}
