using System.Globalization;
using System.Net;
using Xen.Cim.Model;

namespace Xen.Cim.Server;

/// <summary>
/// What the server takes from xen-cim.conf(5), and what holds where neither the file nor the command line says anything.
/// A key that the server does not know is the library's, or the library complains about it; a wrong value keeps the
/// server from starting, because to listen elsewhere than the administrator meant would be worse.
/// </summary>
internal static class ServerConfiguration
{
    /// <summary>Set by systemd to the unit's StateDirectory (systemd.exec(5)).</summary>
    public const string StateDirectoryVariable = "STATE_DIRECTORY";

    /// <summary>Where an installed server looks for other providers; a server without configuration is no installed one.</summary>
    public const string DefaultOtherProviders = "/etc/xen-cim/providers.d";

    public const string DefaultStateDirectory = "/var/lib/xen-cim-server";

    // Key → what it changes, what its value has to be. A function that gives null refuses the value.
    private static readonly Dictionary<string, (Func<ServerOptions, string, ServerOptions?> Apply, string Expected)> s_keys = new()
    {
        ["listen"] = ((o, v) => ParseEndPoint(v) is { } endPoint ? o with { Listen = endPoint } : null, "ADDRESS:PORT, such as 127.0.0.1:5988 or [::1]:5988"),
        ["listen_tls"] = ((o, v) => v == "none" ? o with { ListenTls = null, NoTls = true }
            : ParseEndPoint(v) is { } endPoint ? o with { ListenTls = endPoint, NoTls = false } : null, "ADDRESS:PORT, such as 127.0.0.1:5989, or none"),
        ["tls_certificate"] = ((o, v) => v.StartsWith('/') ? o with { Certificate = new(v, o.Certificate?.Key ?? "", Made: false) } : null, "an absolute path"),
        ["tls_key"] = ((o, v) => v.StartsWith('/') ? o with { Certificate = new(o.Certificate?.Certificate ?? "", v, Made: false) } : null, "an absolute path"),
        ["tls_client_ca"] = ((o, v) => v.StartsWith('/') ? o with { ClientAuthorities = v } : null, "an absolute path"),
        ["connection"] = ((o, v) => v.Length > 0 ? o with { Connect = v } : null, "a libvirt URI, such as xen:///system"),
        ["user"] = ((o, v) => IsUser(v) ? o with { User = v } : null, "a name without a colon"),
        ["password_file"] = ((o, v) => v.StartsWith('/') ? o with { PasswordFile = v } : null, "an absolute path"),
        ["readers"] = ((o, v) => o with { Readers = v }, ""),
        ["operators"] = ((o, v) => o with { Operators = v }, ""),
        ["pam_socket"] = ((o, v) => v == "none" ? o with { PasswordSocket = null } : v.StartsWith('/') ? o with { PasswordSocket = v } : null, "an absolute path, or none"),
        ["state_directory"] = ((o, v) => v.StartsWith('/') ? o with { StateDirectory = v } : null, "an absolute path"),
        ["request_deadline"] = ((o, v) => Number(v, 0.1, 86400) is { } s ? o with { Deadline = TimeSpan.FromSeconds(s) } : null, "seconds between 0.1 and 86400"),
        ["max_request_mib"] = ((o, v) => Number(v, 1, 1024) is { } m ? o with { MaxRequestSize = (long)(m * 1024 * 1024) } : null, "MiB between 1 and 1024"),
        ["max_xml_depth"] = ((o, v) => Number(v, 8, 1000) is { } n ? o with { MaxXmlDepth = (int)n } : null, "a number between 8 and 1000"),
        ["max_connections"] = ((o, v) => Number(v, 1, 100000) is { } n ? o with { MaxConnections = (int)n } : null, "a number between 1 and 100000"),
        ["max_requests"] = ((o, v) => Number(v, 1, 10000) is { } n ? o with { MaxRequests = (int)n } : null, "a number between 1 and 10000"),
        ["send_timeout"] = ((o, v) => Number(v, 1, 3600) is { } s ? o with { SendTimeout = TimeSpan.FromSeconds(s) } : null, "seconds between 1 and 3600"),
        ["max_enumerations"] = ((o, v) => Number(v, 1, 10000) is { } n ? o with { Enumerations = o.Enumerations with { Contexts = (int)n } } : null, "a number between 1 and 10000"),
        ["enumeration_timeout"] = ((o, v) => Number(v, 1, 86400) is { } s ? o with { Enumerations = o.Enumerations with { MaxTimeout = TimeSpan.FromSeconds(s) } } : null, "seconds between 1 and 86400"),
        ["max_subscriptions"] = ((o, v) => Number(v, 1, 100000) is { } n ? o with { Indications = o.Indications with { MaxSubscriptions = (int)n } } : null, "a number between 1 and 100000"),
        ["listener_trust"] = ((o, v) => v.StartsWith('/') ? o with { Indications = o.Indications with { ListenerTrust = v } } : null, "an absolute path"),
        ["log_level"] = ((o, v) => Enum.TryParse<LogLevel>(v, ignoreCase: true, out var level) ? o with { LogLevel = level } : null, "Trace, Debug, Information, Warning, Error, Critical or None"),
        ["schema"] = ((o, v) => Paths(v) is { } p ? o with { Schema = p } : null, "absolute paths of folders, with colons between them"),
        ["registration"] = ((o, v) => Paths(v) is { } p ? o with { Registration = p } : null, "absolute paths of files, with colons between them"),
        ["providers"] = ((o, v) => v.StartsWith('/') ? o with { Providers = v } : null, "an absolute path"),
        ["other_providers"] = ((o, v) => v == "none" ? o with { OtherProviders = null } : v.StartsWith('/') ? o with { OtherProviders = v } : null, "an absolute path, or none"),
        ["other_libraries"] = ((o, v) => Paths(v) is { } p ? o with { OtherLibraries = p } : null, "absolute paths of folders, with colons between them"),
        ["in_process"] = ((o, v) => o with { InProcess = v.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) }, ""),
        ["agent_idle"] = ((o, v) => Number(v, 1, 86400) is { } s ? o with { AgentIdle = TimeSpan.FromSeconds(s) } : null, "seconds between 1 and 86400"),
    };

    public static IReadOnlyCollection<string> Keys => s_keys.Keys;

    /// <summary>Reads a file; the default file need not be there.</summary>
    /// <param name="named">The file that the command line names, or null.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="installed">The file that is read when none is named, where it exists.</param>
    /// <exception cref="FormatException">A value is wrong.</exception>
    /// <exception cref="IOException">A named file is missing or cannot be read.</exception>
    public static ServerOptions Load(string? named, Func<string, string?> environment, string installed = ConfigurationFile.Default)
    {
        var options = new ServerOptions { Connect = "xen:///system" };
        var file = named ?? (environment(ConfigurationFile.Variable) is { Length: > 0 } other ? other : File.Exists(installed) ? installed : null);
        if (file is not null)
            options = Whole(Parse(File.ReadAllLines(file), file, options with { OtherProviders = DefaultOtherProviders }) with { ConfigurationFile = Path.GetFullPath(file) }, file);
        if (environment(ConfigurationFile.ConnectVariable) is { Length: > 0 } uri)
            options = options with { Connect = uri };
        var service = environment(StateDirectoryVariable) is { Length: > 0 } state ? state : null;
        // Without configuration the server is not an installed one: it leaves nothing behind.
        if (options.StateDirectory is null && (service is not null || options.ConfigurationFile is not null))
            options = options with { StateDirectory = service ?? DefaultStateDirectory };
        return options.PasswordFile is null && options.StateDirectory is { } folder
            ? options with { PasswordFile = Path.Combine(folder, "password") } : options;
    }

    internal static ServerOptions Parse(IEnumerable<string> lines, string file, ServerOptions options)
    {
        foreach (var (place, key, value) in ConfigurationFile.Parse(lines, file))
        {
            if (s_keys.TryGetValue(key, out var entry))
                options = entry.Apply(options, value) ?? throw new FormatException($"{place}: {key} = {value}: expected {entry.Expected}.");
        }
        return options;
    }

    // A PEM file may hold the key too.
    private static ServerOptions Whole(ServerOptions options, string file) => options.Certificate switch
    {
        { Certificate: "" } => throw new FormatException($"{file}: tls_key is given without tls_certificate."),
        { Key: "" } files => options with { Certificate = files with { Key = files.Certificate } },
        _ => options,
    };

    /// <summary>
    /// An installed server at the usual port serves TLS at the usual port too, where nobody says otherwise.
    /// </summary>
    public static ServerOptions WithTls(ServerOptions options) =>
        options is { NoTls: false, ListenTls: null, StateDirectory: not null, Listen.Port: ServerOptions.HttpPort }
            ? options with { ListenTls = new(options.Listen.Address, ServerOptions.HttpsPort) } : options;

    /// <summary>Classes, registration and libraries of the tree that this server is part of, when none are named.</summary>
    /// <param name="options">What the command line and the file say.</param>
    /// <param name="server">The server's folder: <c>PREFIX/lib/xen-cim/server</c>, or <c>server</c> in a tree that was only built.</param>
    public static ServerOptions WithTree(ServerOptions options, string server)
    {
        if (options.Schema.Count != 0 || options.Registration.Count != 0 || options.Providers is not null)
            return options;
        var libraries = Path.GetFullPath(Path.Combine(server, ".."));
        var installed = Path.GetFullPath(Path.Combine(server, "../../../share/xen-cim"));
        var data = Directory.Exists(Path.Combine(installed, "schema")) ? installed : libraries;
        return Directory.Exists(Path.Combine(data, "schema")) ? options with
        {
            Schema = [Path.Combine(data, "schema"), Path.Combine(data, "mof")],
            Registration = [Path.Combine(data, "registration", "XenCim.pegasus.mof")],
            Providers = Path.Combine(libraries, "providers"),
        } : options;
    }

    public static bool IsUser(string name) => name.Length > 0 && !name.Contains(':', StringComparison.Ordinal);

    public static IPEndPoint? ParseEndPoint(string text)
    {
        var normal = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text[9..] : text;
        return normal.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(normal, out var endPoint) ? endPoint : null;
    }

    private static string[]? Paths(string value) =>
        value.Split(':', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } paths && paths.All(p => p.StartsWith('/')) ? paths : null;

    private static double? Number(string value, double least, double most) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
