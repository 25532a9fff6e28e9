using System.Globalization;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Providers;

namespace Xen.Cim.Cmpi;

/// <summary>
/// What the administrator configured: <c>key = value</c> lines in /etc/xen-cim/xen-cim.conf (or the file that
/// XEN_CIM_CONF names). XEN_CIM_CONNECT in the environment goes before the file's connection.
/// </summary>
internal sealed record ProviderConfiguration
{
    private const string DefaultFile = "/etc/xen-cim/xen-cim.conf";
    private const string DefaultStateDirectory = "/var/lib/xen-cim";

    public HypervisorOptions Hypervisor { get; private init; } = new() { Uri = "xen:///system" };

    public ProviderOptions Provider { get; private init; } = new();

    public LogLevel LogLevel { get; private init; } = LogLevel.Information;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Deadline { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>What in the file could not be understood.</summary>
    public IReadOnlyList<string> Complaints { get; private init; } = [];

    public static ProviderConfiguration Load()
    {
        var file = Environment.GetEnvironmentVariable("XEN_CIM_CONF") is { Length: > 0 } named ? named : DefaultFile;
        var complaints = new List<string>();
        string[] lines = [];
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException && file == DefaultFile)
        {
            // Nothing configured: the defaults hold.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            complaints.Add($"{file} cannot be read, so the defaults hold: {error.Message}");
        }
        var configuration = Parse(lines, file, complaints);
        if (Environment.GetEnvironmentVariable("XEN_CIM_CONNECT") is { Length: > 0 } uri)
            configuration = configuration with { Hypervisor = configuration.Hypervisor with { Uri = uri } };
        // A host that is simulated in the process ends with it; there is nothing to remember of it.
        return configuration.Provider.StateDirectory is null && !configuration.Hypervisor.Uri.StartsWith("test:", StringComparison.Ordinal)
            ? configuration with { Provider = configuration.Provider with { StateDirectory = DefaultStateDirectory } }
            : configuration;
    }

    internal static ProviderConfiguration Parse(IReadOnlyList<string> lines, string file, List<string> complaints)
    {
        var configuration = new ProviderConfiguration();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            var next = parts.Length == 2 ? configuration.With(parts[0], parts[1].Trim('"')) : null;
            if (next is null)
                complaints.Add($"{file}:{i + 1}: \"{line}\" is not understood; known are connection, state_directory, call_timeout, operation_timeout, request_deadline (seconds), migration_uri, migration_check_uri, migration_timeout (seconds) and log_level.");
            else
                configuration = next;
        }
        return configuration with { Complaints = complaints };
    }

    private ProviderConfiguration? With(string key, string value) => key switch
    {
        "connection" when value.Length > 0 => this with { Hypervisor = Hypervisor with { Uri = value } },
        "state_directory" when value.StartsWith('/') => this with { Provider = Provider with { StateDirectory = value } },
        "call_timeout" when Seconds(value) is { } time => this with { Hypervisor = Hypervisor with { CallTimeout = time } },
        "operation_timeout" when Seconds(value) is { } time => this with { Hypervisor = Hypervisor with { LongCallTimeout = time } },
        "migration_uri" when value.Contains("://", StringComparison.Ordinal) => this with { Hypervisor = Hypervisor with { MigrationUri = value } },
        "migration_check_uri" when value.Contains("://", StringComparison.Ordinal) => this with { Hypervisor = Hypervisor with { MigrationCheckUri = value } },
        "migration_timeout" when Seconds(value) is { } time => this with { Hypervisor = Hypervisor with { MigrationTimeout = time } },
        "request_deadline" when Seconds(value) is { } time => this with { Deadline = time },
        "log_level" when Enum.TryParse<LogLevel>(value, ignoreCase: true, out var level) => this with { LogLevel = level },
        _ => null,
    };

    private static TimeSpan? Seconds(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400
            ? TimeSpan.FromSeconds(seconds) : null;
}
