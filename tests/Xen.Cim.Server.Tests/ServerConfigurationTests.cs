namespace Xen.Cim.Server.Tests;

public class ServerConfigurationTests
{
    private const string None = "/no/such.conf";

    [Theory]
    [InlineData("listen = 5988", "ADDRESS:PORT")]
    [InlineData("listen = xenhost:5988", "ADDRESS:PORT")]
    [InlineData("connection =", "libvirt URI")]
    [InlineData("user = a:b", "without a colon")]
    [InlineData("password_file = password", "absolute path")]
    [InlineData("state_directory = ../state", "absolute path")]
    [InlineData("request_deadline = 0", "seconds")]
    [InlineData("request_deadline = 1,5", "seconds")]
    [InlineData("max_request_mib = 1025", "MiB")]
    [InlineData("listen_tls = 5989", "or none")]
    [InlineData("tls_certificate = cert.pem", "absolute path")]
    [InlineData("tls_key = key.pem", "absolute path")]
    [InlineData("tls_client_ca = ca.pem", "absolute path")]
    [InlineData("pam_socket = sock", "or none")]
    [InlineData("max_xml_depth = 2", "between 8")]
    [InlineData("max_connections = 0", "between 1")]
    [InlineData("max_requests = many", "between 1")]
    [InlineData("max_enumerations = 0", "between 1")]
    [InlineData("enumeration_timeout = 1e9", "between 1")]
    [InlineData("send_timeout = 0.1", "seconds")]
    [InlineData("log_level = chatty", "Information")]
    [InlineData("schema = here", "absolute paths")]
    [InlineData("registration = :", "absolute paths")]
    [InlineData("providers = lib", "absolute path")]
    public void AWrongValueIsRefusedWithItsPlaceAndWhatWasExpected(string line, string expected)
    {
        var error = Assert.Throws<FormatException>(() => Parse("# first", line));
        Assert.StartsWith("x.conf:2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeysOfTheLibraryAndUnknownOnesAreLeftToTheLibrary()
    {
        var options = Parse("call_timeout = 5", "no_such_key = 1", "not even a key", "user = \"operator\"");
        Assert.Equal("operator", options.User);
    }

    [Fact]
    public void SeveralFoldersAreSeparatedByColons() =>
        Assert.Equal(["/usr/share/xen-cim/schema", "/srv/mof"], Parse("schema = /usr/share/xen-cim/schema:/srv/mof").Schema);

    [Fact]
    public void APasswordIsKeptOnlyByAServerThatIsConfigured()
    {
        Assert.Null(ServerConfiguration.Load(null, _ => null, None).PasswordFile);
        Assert.Equal("/var/lib/here/password", ServerConfiguration.Load(null, n => n == "STATE_DIRECTORY" ? "/var/lib/here" : null, None).PasswordFile);
        using var empty = new TemporaryFile("");
        Assert.Equal("/var/lib/xen-cim-server/password", ServerConfiguration.Load(empty.Path, _ => null).PasswordFile);
        using var named = new TemporaryFile("password_file = /etc/secret\nstate_directory = /srv/state\n");
        Assert.Equal(("/etc/secret", "/srv/state"), (ServerConfiguration.Load(named.Path, _ => null).PasswordFile, ServerConfiguration.Load(named.Path, _ => null).StateDirectory));
    }

    [Fact]
    public void ACertificateMayHoldItsKeyAndAKeyNeedsACertificate()
    {
        using var both = new TemporaryFile("tls_key = /etc/ssl/key\ntls_certificate = /etc/ssl/pem\n");
        Assert.Equal(new("/etc/ssl/pem", "/etc/ssl/key", Made: false), ServerConfiguration.Load(both.Path, _ => null).Certificate);
        using var one = new TemporaryFile("tls_certificate = /etc/ssl/pem\n");
        Assert.Equal(new("/etc/ssl/pem", "/etc/ssl/pem", Made: false), ServerConfiguration.Load(one.Path, _ => null).Certificate);
        using var key = new TemporaryFile("tls_key = /etc/ssl/key\n");
        Assert.Contains("tls_certificate", Assert.Throws<FormatException>(() => ServerConfiguration.Load(key.Path, _ => null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsAnErrorWhenItWasNamed() =>
        Assert.ThrowsAny<IOException>(() => ServerConfiguration.Load("/no/such.conf", _ => null));

    [Fact]
    public void TheTreeAroundTheServerIsUsedWhenNothingIsNamed()
    {
        var prefix = Directory.CreateTempSubdirectory("xen-cim").FullName;
        try
        {
            var server = Directory.CreateDirectory(Path.Combine(prefix, "lib/xen-cim/server")).FullName;
            Assert.Empty(ServerConfiguration.WithTree(new(), server).Schema);

            Directory.CreateDirectory(Path.Combine(prefix, "lib/xen-cim/schema"));
            Assert.Equal([$"{prefix}/lib/xen-cim/schema", $"{prefix}/lib/xen-cim/mof"], ServerConfiguration.WithTree(new(), server).Schema);

            Directory.CreateDirectory(Path.Combine(prefix, "share/xen-cim/schema"));
            var installed = ServerConfiguration.WithTree(new(), server);
            Assert.Equal([$"{prefix}/share/xen-cim/schema", $"{prefix}/share/xen-cim/mof"], installed.Schema);
            Assert.Equal([$"{prefix}/share/xen-cim/registration/XenCim.pegasus.mof"], installed.Registration);
            Assert.Equal($"{prefix}/lib/xen-cim/providers", installed.Providers);

            Assert.Empty(ServerConfiguration.WithTree(new() { Providers = "/srv" }, server).Schema);
        }
        finally
        {
            Directory.Delete(prefix, recursive: true);
        }
    }

    private static ServerOptions Parse(params string[] lines) => ServerConfiguration.Parse(lines, "x.conf", new());
}
