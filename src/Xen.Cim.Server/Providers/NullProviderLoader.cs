using Xen.Cim.Model;

namespace Xen.Cim.Server.Providers;

/// <summary>Loads nothing: for a server that serves only its repository and providers of its own.</summary>
public sealed class NullProviderLoader : IProviderLoader
{
    public IProvider Load(string location, string providerName) => throw new CimException(CimStatus.Failed,
        $"The provider {providerName} of lib{location}.so cannot be loaded: this server was started without provider libraries.");
}
