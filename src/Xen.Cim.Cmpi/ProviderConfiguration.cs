using System.Globalization;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Cmpi;

/// <summary>
/// What the administrator configured: <c>key = value</c> lines in /etc/xen-cim/xen-cim.conf (or the file that
/// XEN_CIM_CONF names). XEN_CIM_CONNECT, XEN_CIM_STATE and XEN_CIM_OPERATORS in the environment go before the file's
/// connection, state_directory and operators.
/// </summary>
internal sealed record ProviderConfiguration
{
    private const string DefaultStateDirectory = "/var/lib/xen-cim";

    // Key → what it changes; null where the value is wrong.
    private static readonly Dictionary<string, Func<ProviderConfiguration, string, ProviderConfiguration?>> s_keys = new()
    {
        ["connection"] = (c, v) => v.Length > 0 ? c with { Hypervisor = c.Hypervisor with { Uri = v } } : null,
        ["namespace"] = (c, v) => CimNamespace.IsName(v) ? c with { Namespace = v } : null,
        ["interop"] = (c, v) => CimNamespace.IsName(v) ? c with { Interop = v } : null,
        ["state_directory"] = (c, v) => v.StartsWith('/') ? c with { Provider = c.Provider with { StateDirectory = v } } : null,
        ["call_timeout"] = (c, v) => Seconds(v) is { } time ? c with { Hypervisor = c.Hypervisor with { CallTimeout = time } } : null,
        ["operation_timeout"] = (c, v) => Seconds(v) is { } time ? c with { Hypervisor = c.Hypervisor with { LongCallTimeout = time } } : null,
        ["migration_uri"] = (c, v) => v.Contains("://", StringComparison.Ordinal) ? c with { Hypervisor = c.Hypervisor with { MigrationUri = v } } : null,
        ["migration_check_uri"] = (c, v) => v.Contains("://", StringComparison.Ordinal) ? c with { Hypervisor = c.Hypervisor with { MigrationCheckUri = v } } : null,
        ["migration_timeout"] = (c, v) => Seconds(v) is { } time ? c with { Hypervisor = c.Hypervisor with { MigrationTimeout = time } } : null,
        ["daemon_folders"] = (c, v) => v.Split(':') is [['/', ..] definitions, ['/', ..] running, ['/', ..] saved]
            ? c with { Hypervisor = c.Hypervisor with { DaemonFolders = new(definitions, running, saved) } } : null,
        ["boot_unit"] = (c, v) => v.StartsWith('/') ? c with { Provider = c.Provider with { BootUnit = v } } : null,
        ["pool_threshold"] = (c, v) => v == "none" ? c with { Provider = c.Provider with { PoolThreshold = null } }
            : int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent is >= 1 and <= 100
                ? c with { Provider = c.Provider with { PoolThreshold = percent } } : null,
        ["request_deadline"] = (c, v) => Seconds(v) is { } time ? c with { Deadline = time } : null,
        ["operators"] = (c, v) => c with { Operators = v },
        ["log_level"] = (c, v) => Enum.TryParse<LogLevel>(v, ignoreCase: true, out var level) ? c with { LogLevel = level } : null,
    };

    public static IReadOnlyCollection<string> Keys => s_keys.Keys;

    public HypervisorOptions Hypervisor { get; private init; } = new() { Uri = "xen:///system" };

    public ProviderOptions Provider { get; private init; } = new();

    /// <summary>Where the classes are registered.</summary>
    public string Namespace { get; private init; } = ClassProvider.VirtNamespace;

    /// <summary>The server's Interop namespace, where the profiles are registered.</summary>
    public string Interop { get; private init; } = ClassProvider.InteropNamespace;

    public LogLevel LogLevel { get; private init; } = LogLevel.Information;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Deadline { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>Who may change things; see <see cref="Model.Operators"/>.</summary>
    public string Operators { get; private init; } = Model.Operators.Default;

    /// <summary>Where that can be changed.</summary>
    public string OperatorsSource { get; private init; } = "";

    /// <summary>What in the file could not be understood.</summary>
    public IReadOnlyList<string> Complaints { get; private init; } = [];

    public static ProviderConfiguration Load()
    {
        var file = Environment.GetEnvironmentVariable(ConfigurationFile.Variable) is { Length: > 0 } named ? named : ConfigurationFile.Default;
        var complaints = new List<string>();
        string[] lines = [];
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException && file == ConfigurationFile.Default)
        {
            // Nothing configured: the defaults hold.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            complaints.Add($"{file} cannot be read, so the defaults hold: {error.Message}");
        }
        var configuration = Parse(lines, file, complaints) with { OperatorsSource = $"the line \"operators = ...\" of {file}" };
        if (Environment.GetEnvironmentVariable(ConfigurationFile.OperatorsVariable) is { Length: > 0 } operators)
            configuration = configuration with { Operators = operators, OperatorsSource = $"{ConfigurationFile.OperatorsVariable} in the server's environment" };
        if (Environment.GetEnvironmentVariable(ConfigurationFile.ConnectVariable) is { Length: > 0 } uri)
            configuration = configuration with { Hypervisor = configuration.Hypervisor with { Uri = uri } };
        if (Environment.GetEnvironmentVariable(ConfigurationFile.StateVariable) is { Length: > 0 } state)
            configuration = configuration with { Provider = configuration.Provider with { StateDirectory = state } };
        // A host that is simulated in the process ends with it; there is nothing to remember of it.
        return configuration.Provider.StateDirectory is null && !configuration.Hypervisor.Uri.StartsWith("test:", StringComparison.Ordinal)
            ? configuration with { Provider = configuration.Provider with { StateDirectory = DefaultStateDirectory } }
            : configuration;
    }

    internal static ProviderConfiguration Parse(IReadOnlyList<string> lines, string file, List<string> complaints)
    {
        var configuration = new ProviderConfiguration();
        foreach (var (place, key, value) in ConfigurationFile.Parse(lines, file))
        {
            if (ConfigurationFile.ServerKeys.Contains(key))
                continue;
            if (!s_keys.TryGetValue(key, out var apply))
                complaints.Add($"{place}: \"{(key.Length == 0 ? value : key)}\" is not understood; known are {string.Join(", ", s_keys.Keys)} and, for the server xen-cim-server, {string.Join(", ", ConfigurationFile.ServerKeys)}.");
            else if (apply(configuration, value) is { } next)
                configuration = next;
            else
                complaints.Add($"{place}: {key} cannot be \"{value}\", so it has no effect; see xen-cim.conf(5).");
        }
        return configuration with { Complaints = complaints };
    }

    private static TimeSpan? Seconds(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400
            ? TimeSpan.FromSeconds(seconds) : null;
}
