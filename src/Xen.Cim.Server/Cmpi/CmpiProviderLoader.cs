using System.Runtime.InteropServices;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi;

/// <summary>
/// Loads CMPI providers from shared libraries, <c>lib&lt;location&gt;.so</c> in the first of the directories that has it, and
/// is the CMPI 2.1 broker that they call.
/// </summary>
public sealed class CmpiProviderLoader(IReadOnlyList<string> directories, IBrokerServices services, ILogger logger) : IProviderLoader, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, nint> _libraries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Location, string Name), CmpiProvider> _providers = [];
    private readonly ClassShapes _shapes = new(services);
    private bool _isDisposed;

    public IProvider Load(string location, string providerName)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_providers.TryGetValue((location, providerName), out var loaded))
                return loaded;
            var library = Open(location, out var file);
            var broker = new CmpiBroker(providerName, services, _shapes, logger);
            var interfaces = new ManagementInterfaces(library, file, broker);
            if (!interfaces.Any)
            {
                broker.Dispose();
                throw new CimException(CimStatus.Failed,
                    $"{file} has no provider {providerName}: it exports neither {providerName}_Create_InstanceMI nor _Generic_Create_InstanceMI, nor another factory.");
            }
            logger.LogInformation("Provider {Provider} loaded from {File}", providerName, file);
            return _providers[(location, providerName)] = new CmpiProvider(broker, interfaces);
        }
    }

    /// <summary>Ends the providers, those excepted that object while the server goes on; they are made again when they are needed.</summary>
    /// <param name="terminating">The server ends, so that nobody's objection counts.</param>
    /// <returns>Whether none has objected.</returns>
    public bool Unload(bool terminating)
    {
        lock (_lock)
            return _providers.Values.Aggregate(true, (all, provider) => provider.Cleanup(terminating) && all);
    }

    /// <summary>
    /// Ends the providers (cleanup with <c>terminating</c> set). The libraries stay open: a thread of theirs may still run.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            foreach (var provider in _providers.Values)
                provider.Dispose();
            _providers.Clear();
        }
    }

    private nint Open(string location, out string file)
    {
        // A location is a name, not a path: the registration must not reach outside of the directory.
        if (location.Length == 0 || location.Contains('/', StringComparison.Ordinal))
            throw new CimException(CimStatus.Failed, $"\"{location}\" is not the location of a provider: expected Name for lib<Name>.so.");
        var candidates = directories.Select(d => Path.Combine(Path.GetFullPath(d), $"lib{location}.so")).ToArray();
        file = Array.Find(candidates, File.Exists) ?? candidates[0];
        if (_libraries.TryGetValue(location, out var library))
            return library;
        try
        {
            library = NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new CimException(CimStatus.Failed, $"The provider library {file} cannot be loaded: {e.Message}", e);
        }
        _libraries[location] = library;
        return library;
    }
}
