using System.Collections.Concurrent;
using Xen.Cim.Model;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The loaded providers; a library is loaded when its first class is asked for.</summary>
public sealed class ProviderDirectory(ProviderRegistry registry)
{
    private readonly ConcurrentDictionary<(string Location, string Provider), Lazy<IProvider>> _loaded = new();
    private IProviderLoader _loader = new NullProviderLoader();

    public ProviderRegistry Registry => registry;

    /// <summary>Where libraries come from. Set once, before the first request: a loader needs the server that it serves.</summary>
    public void Use(IProviderLoader loader) => _loader = loader;

    /// <summary>A provider that is part of the server, under the location and name that its registration uses.</summary>
    public void AddBuiltIn(string location, string provider, IProvider instance) => _loaded[(location, provider)] = new(instance);

    /// <returns>The provider of exactly this class, or null when none is registered.</returns>
    /// <exception cref="CimException">FAILED: its library cannot be loaded. The next call tries again.</exception>
    public IProvider? Find(string @namespace, string className, ProviderKinds kind) =>
        registry.Find(@namespace, className, kind) is { } registration ? Get(registration) : null;

    /// <inheritdoc cref="ProviderRegistry.FindAll"/>
    /// <exception cref="CimException">FAILED: a library cannot be loaded.</exception>
    public IEnumerable<IProvider> FindAll(string @namespace, string className, ProviderKinds kind) =>
        registry.FindAll(@namespace, className, kind).DistinctBy(r => (r.Location, r.Provider)).Select(Get);

    public IProvider Get(ProviderRegistration registration)
    {
        var key = (registration.Location, registration.Provider);
        var lazy = _loaded.GetOrAdd(key, k => new(() => _loader.Load(k.Location, k.Provider)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            _loaded.TryRemove(KeyValuePair.Create(key, lazy));
            throw;
        }
    }
}
