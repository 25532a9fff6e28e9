using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Migrations;

/// <summary>From what a client calls the new host to the libvirt URIs behind it.</summary>
/// <remarks>
/// A URI can make libvirt run programs and read files (the transport ext, the options command, netcat, keyfile, pkipath),
/// and a host name that begins with a dash is an option to ssh. So only the administrator's templates hold whatever they
/// like; of a client's text nothing is taken but driver, transport, user, host and port.
/// </remarks>
/// <param name="Peer">The new host as this host's libvirt sees it.</param>
/// <param name="Here">The new host as this process sees it.</param>
internal sealed record DestinationUri(string Peer, string Here)
{
    public const string HostPlaceholder = "{host}";

    private static readonly Dictionary<string, MigrationTransport> s_transports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ssh"] = MigrationTransport.Ssh,
        ["libssh"] = MigrationTransport.LibSsh,
        ["libssh2"] = MigrationTransport.LibSsh2,
        ["tls"] = MigrationTransport.Tls,
        ["tcp"] = MigrationTransport.Tcp,
    };

    /// <exception cref="HypervisorException">InvalidArgument: nothing that names a host.</exception>
    public static DestinationUri Of(string destination, MigrationTransport transport, string scheme, string? template, string? hereTemplate)
    {
        var (host, port, peer) = destination.Contains("://", StringComparison.Ordinal)
            ? OfUri(destination, transport, scheme)
            : OfHost(destination.Trim(), transport, scheme, template);
        return new(peer, hereTemplate?.Replace(HostPlaceholder, host + port, StringComparison.Ordinal) ?? peer);
    }

    /// <summary>The host of <see cref="Peer"/> alone, in brackets when it is an IPv6 address; null when there is none.</summary>
    public string? PeerHost
    {
        get
        {
            var authority = Peer[(Peer.IndexOf("://", StringComparison.Ordinal) + 3)..];
            authority = authority[..(authority.IndexOfAny(['/', '?']) is >= 0 and var end ? end : authority.Length)];
            authority = authority[(authority.IndexOf('@', StringComparison.Ordinal) + 1)..];
            var colon = authority.LastIndexOf(':');
            var host = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
            return host.Length > 0 ? host : null;
        }
    }

    private static (string Host, string Port, string Peer) OfHost(string text, MigrationTransport transport, string scheme, string? template)
    {
        var (host, port) = Split(text);
        if (template is not null && (transport == MigrationTransport.Default || transport == TransportOf(template)))
            return (host, port, template.Replace(HostPlaceholder, host + port, StringComparison.Ordinal));
        var (name, options) = transport switch
        {
            // Nobody is there to be asked for a password or whether a key is right.
            MigrationTransport.Default or MigrationTransport.Ssh => ("ssh", "?no_tty=1"),
            MigrationTransport.LibSsh => ("libssh", ""),
            MigrationTransport.LibSsh2 => ("libssh2", ""),
            MigrationTransport.Tls => ("tls", ""),
            MigrationTransport.TlsUnverified => ("tls", "?no_verify=1"),
            MigrationTransport.Tcp => ("tcp", ""),
            _ => throw Invalid("A local socket (IPC) leads to no other host unless migration_uri in the configuration says which"),
        };
        return (host, port, $"{scheme}+{name}://{host}{port}/system{options}");
    }

    private static (string Host, string Port, string Peer) OfUri(string text, MigrationTransport wanted, string scheme)
    {
        var expected = $"The destination \"{text}\" is not a libvirt URI of the form {scheme}+ssh://[user@]host[:port]/system, with ssh, libssh, libssh2, tls or tcp";
        var parts = text.Split("://", 2);
        var plus = parts[0].Split('+', 2);
        if (!plus[0].Equals(scheme, StringComparison.OrdinalIgnoreCase) || !s_transports.TryGetValue(plus.Length == 2 ? plus[1] : "tls", out var transport))
            throw Invalid(expected);
        if (wanted != MigrationTransport.Default && wanted != transport && (wanted, transport) != (MigrationTransport.TlsUnverified, MigrationTransport.Tls))
            throw Invalid($"The destination \"{text}\" and the transport {wanted} contradict each other");
        if (!parts[1].EndsWith("/system", StringComparison.Ordinal))
            throw Invalid(expected);
        var authority = parts[1][..^"/system".Length];
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        var user = at < 0 ? "" : authority[..(at + 1)];
        if (at >= 0 && (at == 0 || user[0] == '-' || !user[..^1].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')))
            throw Invalid(expected);
        var (host, port) = Split(authority[(at + 1)..]);
        var options = transport == MigrationTransport.Ssh ? "?no_tty=1" : wanted == MigrationTransport.TlsUnverified ? "?no_verify=1" : "";
        return (host, port, $"{scheme}+{(plus.Length == 2 ? plus[1] : "tls")}://{user}{host}{port}/system{options}");
    }

    private static MigrationTransport TransportOf(string template) => ConnectionUri.Parse(template).Transport switch
    {
        "unix" => MigrationTransport.Ipc,
        null => MigrationTransport.Tls,
        var name => s_transports.GetValueOrDefault(name),
    };

    /// <returns>The host as a URI writes it, and ":port" or nothing.</returns>
    private static (string Host, string Port) Split(string text)
    {
        if (IPv6(text) is { } bare)
            return (bare, "");
        var (host, port) = (text, "");
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
            (host, port) = (text[..colon], text[colon..]);
        if (port.Length > 0 && (!ushort.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0))
            throw Invalid($"\"{port[1..]}\" in the destination \"{text}\" is not a port, 1 to 65535");
        if (host is ['[', .. var inside, ']'])
        {
            return IPv6(inside) is { } address ? (address, port)
                : throw Invalid($"\"{inside}\" in the destination \"{text}\" is not an IPv6 address");
        }
        if (host.Length is 0 or > 253 || host[0] is '-' or '.' || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw Invalid($"The destination \"{text}\" is not a host: expected a DNS name, an IPv4 or IPv6 address, each with or without \":port\", or a libvirt URI");
        return (host, port);
    }

    // .NET reads more than an address: brackets, a port, a zone.
    private static string? IPv6(string text) => text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : null;

    private static HypervisorException Invalid(string message) => new(HypervisorError.InvalidArgument, message);
}
