using System.Net;

namespace Xen.Cim.Server;

/// <summary>What the command line and the configuration file say.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// The name under which a password can be given to the server; an option would show it to everyone who lists processes.
    /// </summary>
    public const string PasswordVariable = "XEN_CIM_PASSWORD";

    public const string DefaultUser = "xencim";

    /// <summary>libvirt's test driver with the host that comes with the server.</summary>
    public static string SimulatedHost { get; } = "test://" + Path.Combine(AppContext.BaseDirectory, "SimulatedHost", "host.xml");

    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 5988);

    /// <summary>Folders of MOF files with classes.</summary>
    public IReadOnlyList<string> Schema { get; init; } = [];

    /// <summary>MOF files with provider registration instances.</summary>
    public IReadOnlyList<string> Registration { get; init; } = [];

    /// <summary>The folder of the provider libraries; null for none.</summary>
    public string? Providers { get; init; }

    /// <summary>The libvirt connection that the provider library uses.</summary>
    public string Connect { get; init; } = SimulatedHost;

    public bool NoAuth { get; init; }

    public string User { get; init; } = DefaultUser;

    /// <summary>The user's password; null has it read from <see cref="PasswordFile"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Where the password is, or is put when it is made; null has one made and printed at each start.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Where the server and the provider keep what outlives them; null for the provider's own choice.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>The configuration file that was read, which the provider library is to read too; null for none.</summary>
    public string? ConfigurationFile { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Bytes of one request.</summary>
    public long MaxRequestSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>How long one operation may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Instances of Test_Canned, for tests and benchmarks; null for no such class.</summary>
    public int? Canned { get; init; }

    /// <summary>
    /// Whether clients have to give a password: always, except for a simulated host of the server's own
    /// (libvirt's test driver, <c>test:///path</c>), and when it is switched off.
    /// </summary>
    public bool NeedsPassword => !NoAuth && !IsSimulated;

    /// <summary>Whether the host is one that lives and ends with the server.</summary>
    public bool IsSimulated => Connect.StartsWith("test:///", StringComparison.OrdinalIgnoreCase);
}
