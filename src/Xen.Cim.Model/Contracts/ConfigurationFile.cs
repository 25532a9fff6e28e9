namespace Xen.Cim.Model;

/// <summary>A line of a configuration file.</summary>
/// <param name="Place">File and line number, for messages.</param>
/// <param name="Key">Empty where the line is not <c>key = value</c>.</param>
/// <param name="Value">Without surrounding space and quotes; the whole line where it is not <c>key = value</c>.</param>
public sealed record ConfigurationLine(string Place, string Key, string Value);

/// <summary>
/// xen-cim.conf(5): lines of <c>key = value</c>, comments with # or ;. The provider library and the embedded server read
/// the same file; each takes the keys that are its own.
/// </summary>
public static class ConfigurationFile
{
    public const string Default = "/etc/xen-cim/xen-cim.conf";

    /// <summary>Names another file in the environment.</summary>
    public const string Variable = "XEN_CIM_CONF";

    /// <summary>Goes before the file's <c>connection</c>.</summary>
    public const string ConnectVariable = "XEN_CIM_CONNECT";

    /// <summary>Goes before the file's <c>state_directory</c>.</summary>
    public const string StateVariable = "XEN_CIM_STATE";

    /// <summary>Goes before the file's <c>operators</c>.</summary>
    public const string OperatorsVariable = "XEN_CIM_OPERATORS";

    /// <summary>The keys that mean something to the embedded server only.</summary>
    /// <remarks>The library has to know them: it is the one that complains about unknown keys, in whatever server it is.</remarks>
    public static IReadOnlyList<string> ServerKeys { get; } =
    [
        "listen", "listen_tls", "tls_certificate", "tls_key", "tls_client_ca", "user", "password_file", "readers", "pam_socket",
        "max_request_mib", "max_xml_depth", "max_connections", "max_requests", "send_timeout",
        "max_enumerations", "enumeration_timeout", "max_subscriptions", "listener_trust", "schema", "registration", "providers",
        "other_providers", "other_libraries", "in_process", "agent_idle",
    ];

    public static IEnumerable<ConfigurationLine> Parse(IEnumerable<string> lines, string file)
    {
        var number = 0;
        foreach (var text in lines)
        {
            number++;
            var line = text.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            yield return parts.Length == 2 ? new($"{file}:{number}", parts[0], parts[1].Trim('"')) : new($"{file}:{number}", "", line);
        }
    }
}
