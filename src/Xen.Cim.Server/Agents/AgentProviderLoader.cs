using System.Collections.Concurrent;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Agents;

/// <summary>Loads each provider library into an agent process of its own.</summary>
public sealed class AgentProviderLoader : IProviderLoader, IDisposable
{
    private readonly ConcurrentDictionary<string, AgentLibrary> _libraries = new(StringComparer.Ordinal);
    private readonly AgentOptions _options;
    private readonly IBrokerServices _services;
    private readonly ILogger _logger;
    private readonly Timer _watch;

    public AgentProviderLoader(AgentOptions options, IBrokerServices services, ILogger logger)
    {
        _options = options;
        _services = services;
        _logger = logger;
        var period = TimeSpan.FromSeconds(Math.Clamp(Math.Min(options.Grace.TotalSeconds, options.Idle.TotalSeconds) / 4, 0.05, 1));
        _watch = new(_ => Watch(), null, period, period);
    }

    public IProvider Load(string location, string providerName) => Library(location).Load(providerName);

    /// <summary>The process that a library runs in now; null for none.</summary>
    public int? ProcessOf(string location) => _libraries.GetValueOrDefault(location)?.ProcessId;

    /// <summary>Ends all agents.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        Parallel.ForEach(_libraries.Values, library => library.Dispose());
    }

    private AgentLibrary Library(string location) => _libraries.GetOrAdd(location, l => new(l, _options, _services, _logger));

    private void Watch()
    {
        foreach (var library in _libraries.Values)
        {
            try
            {
                library.Watch();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "Looking after agents failed");
            }
        }
    }
}
