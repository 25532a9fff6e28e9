using System.Net;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Enumerations;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server;

/// <summary>What the command line and the configuration file say.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// The name under which a password can be given to the server; an option would show it to everyone who lists processes.
    /// </summary>
    public const string PasswordVariable = "XEN_CIM_PASSWORD";

    public const string DefaultUser = "xencim";

    /// <summary>The ports that IANA gives to CIM-XML over HTTP and HTTPS.</summary>
    public const int HttpPort = 5988, HttpsPort = 5989;

    /// <summary>libvirt's test driver with the host that comes with the server.</summary>
    public static string SimulatedHost { get; } = "test://" + Path.Combine(AppContext.BaseDirectory, "SimulatedHost", "host.xml");

    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, HttpPort);

    /// <summary>Where CIM-XML is served over TLS; null for nowhere.</summary>
    public IPEndPoint? ListenTls { get; init; }

    /// <summary>TLS was switched off, and does not come by itself.</summary>
    public bool NoTls { get; init; }

    /// <summary>The certificate for TLS; null has one made, in the state directory where there is one.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>PEM file of the authorities whose client certificates let somebody in without a password; null for none.</summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>Folders of MOF files with classes.</summary>
    public IReadOnlyList<string> Schema { get; init; } = [];

    /// <summary>MOF files with provider registration instances.</summary>
    public IReadOnlyList<string> Registration { get; init; } = [];

    /// <summary>The folder of the provider libraries; null for none.</summary>
    public string? Providers { get; init; }

    /// <summary>Folder of other providers' classes (*.mof) and registrations (*.mof, *.reg); it need not be there. Null for none.</summary>
    public string? OtherProviders { get; init; }

    /// <summary>Folders in which other providers' libraries are looked for, after <see cref="Providers"/>.</summary>
    public IReadOnlyList<string> OtherLibraries { get; init; } = ["/usr/lib/cmpi", "/usr/lib64/cmpi", "/usr/local/lib/cmpi"];

    /// <summary>Libraries that run in the server's own process; all others run in agents.</summary>
    public IReadOnlyList<string> InProcess { get; init; } = ["XenCim"];

    /// <summary>An agent without work ends after this time.</summary>
    public TimeSpan AgentIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The libvirt connection that the provider library uses.</summary>
    public string Connect { get; init; } = SimulatedHost;

    public bool NoAuth { get; init; }

    public string User { get; init; } = DefaultUser;

    /// <summary>The user's password; null has it read from <see cref="PasswordFile"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Where the password is, or is put when it is made; null has one made and printed at each start.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The socket of the helper that knows the passwords of the system's users; null for none.</summary>
    public string? PasswordSocket { get; init; } = PasswordQuestion.DefaultSocket;

    /// <summary>The system's users who may look, in the form of <see cref="Model.Operators"/>.</summary>
    public string Readers { get; init; } = "@xen-cim-read";

    /// <summary>The system's users who may change things, in the form of <see cref="Model.Operators"/>.</summary>
    public string Operators { get; init; } = Model.Operators.Default;

    /// <summary>Where the server and the provider keep what outlives them; null for the provider's own choice.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>The configuration file that was read, which the provider library is to read too; null for none.</summary>
    public string? ConfigurationFile { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Bytes of one request.</summary>
    public long MaxRequestSize { get; init; } = 64L * 1024 * 1024;

    /// <summary>Elements of a request inside each other, 8 to 1000.</summary>
    public int MaxXmlDepth { get; init; } = CimXmlLimits.Default.Depth;

    /// <summary>Connections at once; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Requests at once that are read or worked on; further ones are answered with HTTP 503.</summary>
    public int MaxRequests { get; init; } = 256;

    /// <summary>How long a client may take to send the headers of a request, and again to send the rest of it.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one operation may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bounds and first settings of the indication service.</summary>
    public Indications.IndicationOptions Indications { get; init; } = new();

    /// <summary>What open enumerations may take.</summary>
    public EnumerationLimits Enumerations { get; init; } = new();

    /// <summary>Instances of Test_Canned, for tests and benchmarks; null for no such class.</summary>
    public int? Canned { get; init; }

    /// <summary>
    /// Whether clients have to give a password: always, except on the loopback address alone, for a simulated host of the
    /// server's own (libvirt's test driver, <c>test:///path</c>) and when it is switched off.
    /// </summary>
    public bool NeedsPassword => ReachableFromElsewhere is not null || (!NoAuth && !IsSimulated);

    /// <summary>An address that is listened on and that other machines can reach, or null.</summary>
    public IPAddress? ReachableFromElsewhere => new[] { Listen.Address, ListenTls?.Address }.FirstOrDefault(a => a is not null && !IPAddress.IsLoopback(a));

    /// <summary>Whether the host is one that lives and ends with the server.</summary>
    public bool IsSimulated => Connect.StartsWith("test:///", StringComparison.OrdinalIgnoreCase);
}
