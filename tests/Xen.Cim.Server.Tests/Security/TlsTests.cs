using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Server.Security;
using Xen.Cim.Server.Tests.Http;
using Xen.Cim.Server.Tests.Running;

namespace Xen.Cim.Server.Tests.Security;

/// <summary>Encrypted connections: certificates, protocol versions, client certificates, and wbemcli over https.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly IPEndPoint s_free = new(IPAddress.Loopback, 0);
    private static readonly string s_names = Requests.Intrinsic("EnumerateInstanceNames", Requests.ClassName());
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CertificateFiles Made => CertificateFiles.In(_folder.Path);

    [Fact]
    public async Task AMissingCertificateIsMadeForThisHostAndKept()
    {
        string first;
        await using (var server = await StartAsync())
            first = server.Tls!.Certificate.Fingerprint;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Made.Key));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Made.Certificate);
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.True(certificate.MatchesHostname(Environment.MachineName.ToLowerInvariant()));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.True(certificate.MatchesHostname("::1"));
        Assert.False(certificate.MatchesHostname("elsewhere.example"));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);

        await using var again = await StartAsync();
        Assert.Equal(first, again.Tls!.Certificate.Fingerprint);
    }

    [Fact]
    public void ACertificateThatWasMadeIsMadeAgainBeforeItExpires()
    {
        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow.AddDays(-3640));
        var old = File.ReadAllText(Made.Certificate);
        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow);
        Assert.NotEqual(old, File.ReadAllText(Made.Certificate));

        var current = File.ReadAllText(Made.Certificate);
        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow);
        Assert.Equal(current, File.ReadAllText(Made.Certificate));
    }

    [Fact]
    public void TheFolderOfTheStateIsMadeForThem()
    {
        var made = CertificateFiles.In(_folder["not/yet/there"]);
        SelfSigned.MakeWhereMissing(made, s_free, DateTimeOffset.UtcNow);

        Assert.True(File.Exists(made.Certificate));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(made.Key));
    }

    [Fact]
    public void FilesThatSomebodyNamedAreNotMade()
    {
        var named = new CertificateFiles(_folder["mine.pem"], _folder["mine.key"], Made: false);
        SelfSigned.MakeWhereMissing(named, s_free, DateTimeOffset.UtcNow);
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.ThrowsAny<IOException>(() => new ServerCertificate(named, TimeProvider.System, NullLogger.Instance));
    }

    [Fact]
    public void AKeyThatEveryoneCanReadIsRefused()
    {
        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow);
        File.SetUnixFileMode(Made.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<IOException>(() => new ServerCertificate(Made, TimeProvider.System, NullLogger.Instance)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARenewedCertificateIsUsedAndABrokenOneIsNot()
    {
        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow);
        var time = new ManualTime();
        var certificate = new ServerCertificate(Made, time, NullLogger.Instance);
        var first = certificate.Fingerprint;

        File.WriteAllText(Made.Certificate, "no certificate");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(certificate.Current);
        Assert.Equal(first, certificate.Fingerprint);

        File.Delete(Made.Certificate);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(certificate.Current);
        Assert.Equal(first, certificate.Fingerprint);

        SelfSigned.MakeWhereMissing(Made, s_free, DateTimeOffset.UtcNow);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(certificate.Current);
        Assert.NotEqual(first, certificate.Fingerprint);
    }

    [Fact]
    public async Task RequestsAreAnsweredOverTls()
    {
        await using var server = await StartAsync();
        using var client = Client(server, out _);
        using var response = await client.SendAsync(Request(server), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

#pragma warning disable CS0618, SYSLIB0039, CA5397 // The old versions are what is refused.
    [Theory]
    [InlineData(SslProtocols.Tls, false)]
    [InlineData(SslProtocols.Tls11, false)]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning restore CS0618, SYSLIB0039, CA5397
    public async Task OnlyCurrentVersionsAreSpoken(SslProtocols version, bool spoken)
    {
        await using var server = await StartAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.TlsEndPoint!, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(connection.GetStream(), false, (_, certificate, _, _) => IsOf(server, certificate));
        var error = await Record.ExceptionAsync(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version }, TestContext.Current.CancellationToken));
        Assert.Equal(spoken, error is null);
    }

    [Fact]
    public async Task AClientCertificateOfAKnownAuthorityIsAsGoodAsAPassword()
    {
        using var authority = Authority("Our authority");
        using var stranger = Authority("Somebody's authority");
        File.WriteAllText(_folder["ca.pem"], authority.ExportCertificatePem());
        using var log = new LogLines();
        await using var server = await CimServer.StartAsync(Options with { LogLevel = LogLevel.Information, Connect = "xen:///system", ClientAuthorities = _folder["ca.pem"], Readers = "alice" },
            l => l.AddProvider(log), TestContext.Current.CancellationToken);

        async Task<HttpStatusCode?> AskAsync(X509Certificate2? certificate)
        {
            using var client = Client(server, out var handler);
            if (certificate is not null)
                handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
            try
            {
                using var response = await client.SendAsync(Request(server), TestContext.Current.CancellationToken);
                return response.StatusCode;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
        using var alice = Issue(authority, "alice");
        using var bob = Issue(authority, "bob");
        using var other = Issue(stranger, "alice");

        Assert.Equal(HttpStatusCode.OK, await AskAsync(alice));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(bob));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
        Assert.DoesNotContain(log.All, l => l.Contains("alice", StringComparison.Ordinal));
        Assert.Null(await AskAsync(other));
        Assert.Contains(log.All, l => l.Contains("O=Tests", StringComparison.Ordinal) && l.Contains("127.0.0.1", StringComparison.Ordinal) && l.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsNoHandshakeIsNoErrorOfTheServer()
    {
        using var log = new LogLines(LogLevel.Error);
        await using (var server = await CimServer.StartAsync(Options with { LogLevel = LogLevel.Information }, l => l.AddProvider(log), TestContext.Current.CancellationToken))
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(server.TlsEndPoint!, TestContext.Current.CancellationToken);
            // An alert: handshake failure.
            await connection.GetStream().WriteAsync(Convert.FromHexString("15030100020228"), TestContext.Current.CancellationToken);
            Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[16], TestContext.Current.CancellationToken));
        }
        Assert.Empty(log.All);
    }

    [Fact]
    public async Task WbemcliTalksHttps()
    {
        await using var server = await StartAsync();
        var url = $"https://localhost:{server.TlsEndPoint!.Port}/root/virt:Test_Canned";
        Assert.Equal(ServerFixture.Canned, (await WbemcliAsync("-noverify", "ein", url)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(ServerFixture.Canned, (await WbemcliAsync("-cacert", Made.Certificate, "ein", url)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.NotEqual(0, (await WbemcliAsync("ein", url)).Code);
    }

    private ServerOptions Options => ServerFixture.Options with { ListenTls = s_free, Certificate = Made, PasswordSocket = null };

    private Task<CimServer> StartAsync() => CimServer.StartAsync(Options, TestContext.Current.CancellationToken);

    private static HttpClient Client(CimServer server, out SocketsHttpHandler handler)
    {
        handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOf(server, certificate);
        return new HttpClient(handler);
    }

    private static bool IsOf(CimServer server, X509Certificate? certificate) =>
        certificate?.GetCertHashString(HashAlgorithmName.SHA256) == server.Tls!.Certificate.Fingerprint.Replace(":", "", StringComparison.Ordinal);

    private static HttpRequestMessage Request(CimServer server)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{server.TlsEndPoint!.Port}/cimom") { Content = new StringContent(s_names, System.Text.Encoding.UTF8, "application/xml") };
        request.Headers.Add("CIMOperation", "MethodCall");
        request.Headers.Add("CIMMethod", "EnumerateInstanceNames");
        request.Headers.Add("CIMObject", "root%2Fvirt");
        return request;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}, O=Tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private static async Task<(string Output, int Code)> WbemcliAsync(params string[] arguments)
    {
        const string program = "/usr/bin/wbemcli";
        Assert.SkipUnless(File.Exists(program), "wbemcli is not installed");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output, process.ExitCode);
    }
}
