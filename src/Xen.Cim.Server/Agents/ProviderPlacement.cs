using Xen.Cim.Server.Cmpi;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Agents;

/// <summary>Where providers run: those that the administrator trusts in the server's process, all others in agents.</summary>
public sealed class ProviderPlacement : IProviderLoader, IDisposable
{
    private readonly HashSet<string> _inProcess;
    private readonly CmpiProviderLoader _here;
    private readonly AgentProviderLoader _agents;

    public ProviderPlacement(ServerOptions options, string directory, IBrokerServices services, ILogger logger)
    {
        string[] directories = [directory, .. options.OtherLibraries];
        _inProcess = options.InProcess.ToHashSet(StringComparer.Ordinal);
        _here = new(directories, services, logger);
        _agents = new(new() { Directories = directories, Idle = options.AgentIdle }, services, logger);
    }

    public IProvider Load(string location, string providerName) =>
        _inProcess.Contains(location) ? _here.Load(location, providerName) : _agents.Load(location, providerName);

    // At once: a library that hangs takes no time from the others.
    public void Dispose() => Parallel.Invoke(_agents.Dispose, _here.Dispose);
}
