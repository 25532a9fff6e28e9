using System.Net;
using System.Net.NetworkInformation;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Dispatch;

/// <summary>Which host names in references mean this server.</summary>
/// <remarks>Providers look at classes and keys only: what a client says about another host's guest must not reach ours.</remarks>
public static class LocalHosts
{
    /// <summary>Refuses references to objects of other hosts.</summary>
    /// <param name="repository">Knows the namespaces: wbemcli reads <c>root/virt:Class</c> as host and namespace.</param>
    /// <param name="what">The parameter.</param>
    /// <param name="value">A reference or an array of them; anything else passes.</param>
    /// <param name="asked">What the client called this server.</param>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public static void Check(CimRepository repository, string what, object? value, string asked)
    {
        foreach (var element in value is Array array ? CimValue.Elements(array) : [value])
        {
            if (element is CimObjectPath { Host: { Length: > 0 } host } path && !IsLocal(host, asked) && repository.Find($"{host}/{path.Namespace}") is null)
                throw CimException.InvalidParameter($"{what} refers to an object of the host {CimXmlText.Shorten(host)}; this server answers for {asked} only.");
        }
    }

    public static bool IsLocal(string host, string asked)
    {
        var name = WithoutPort(host);
        if (Same(name, WithoutPort(asked)) || Same(name, "localhost") || Same(name, Environment.MachineName)
            || name.StartsWith(Environment.MachineName + ".", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        return IPAddress.TryParse(name, out var address)
            && (IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(u => u.Address.Equals(address)));

        static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
    }

    // [::1]:5988, 127.0.0.1:5988, name:5988; a bare IPv6 address has several colons and no port.
    private static string WithoutPort(string host)
    {
        if (host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
            return host[1..end];
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon == host.LastIndexOf(':') ? host[..colon] : host;
    }
}
