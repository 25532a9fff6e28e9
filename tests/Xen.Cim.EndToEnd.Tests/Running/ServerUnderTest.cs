namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>The CIM server that the suite talks to: the one that XEN_CIM_SERVER names, or an embedded one of its own.</summary>
public sealed class ServerUnderTest : IDisposable
{
    private const string DefaultConnection = "xen:///system";

    private readonly CimServerProcess? _embedded;

    private ServerUnderTest(CimServerProcess? embedded, Wbemcli wbemcli) => (_embedded, Wbemcli) = (embedded, wbemcli);

    /// <summary>The server that was named, http://[user:password@]host:port; null when there is none.</summary>
    public static Uri? Given { get; } = Variable("XEN_CIM_SERVER") is { } address ? new Uri(address) : null;

    /// <summary>What the provider in the named server is connected to.</summary>
    public static string GivenConnection { get; } = Variable("XEN_CIM_CONNECT") ?? DefaultConnection;

    public Wbemcli Wbemcli { get; }

    /// <param name="connect">What an embedded server is to manage.</param>
    /// <param name="configuration">More lines of its configuration.</param>
    public static ServerUnderTest Start(string connect, string configuration = "")
    {
        Wbemcli.RequireOrSkip();
        if (Given is { } given)
        {
            var credentials = given.UserInfo.Length > 0 ? given.UserInfo + "@" : "";
            return new ServerUnderTest(null, new Wbemcli($"{given.Host}:{(given.IsDefaultPort ? 5988 : given.Port)}", credentials, given.Scheme));
        }
        var embedded = CimServerProcess.Start(connect, configuration: configuration);
        return new ServerUnderTest(embedded, new Wbemcli(embedded.Address));
    }

    public void Dispose() => _embedded?.Dispose();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
