using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Security;

/// <summary>How connections are encrypted: TLS 1.2 or 1.3, and a client's certificate when it has one of an authority that is known.</summary>
public sealed class TlsEndpoint
{
    private static readonly Oid s_client = new("1.3.6.1.5.5.7.3.2");
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);

    private readonly X509Certificate2Collection _authorities = [];
    private readonly ILogger _logger;

    /// <param name="clientAuthorities">PEM file of the authorities whose client certificates are taken; null asks for none.</param>
    /// <exception cref="IOException">The file of the authorities cannot be read.</exception>
    public TlsEndpoint(ServerCertificate certificate, string? clientAuthorities, ILogger logger)
    {
        _logger = logger;
        Certificate = certificate;
        if (clientAuthorities is null)
            return;
        try
        {
            _authorities.ImportFromPemFile(clientAuthorities);
        }
        catch (CryptographicException error)
        {
            throw new IOException($"{clientAuthorities} holds no certificates in PEM: {error.Message}", error);
        }
        if (_authorities.Count == 0)
            throw new IOException($"{clientAuthorities} holds no certificate in PEM.");
    }

    public ServerCertificate Certificate { get; }

    /// <param name="endpoint">Kestrel is configured before there is one.</param>
    public static TlsHandshakeCallbackOptions Options(Func<TlsEndpoint> endpoint) => new()
    {
        HandshakeTimeout = s_handshake,
        OnConnection = context => ValueTask.FromResult(endpoint().Handshake(context.Connection.RemoteEndPoint)),
    };

    /// <summary>Who begins with a record that is no handshake ends his connection, and is no error of the server's.</summary>
    public static ConnectionDelegate Tolerant(ConnectionDelegate next) => async connection =>
    {
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            // SslStream has asked nobody for a certificate then, and complains that it has none.
        }
    };

    private SslServerAuthenticationOptions Handshake(EndPoint? client)
    {
        var options = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = Certificate.Current,
            ClientCertificateRequired = _authorities.Count > 0,
            // None is as good as one: then there has to be a password.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => certificate is null || errors == SslPolicyErrors.None || Refuse(certificate, chain, client),
        };
        if (_authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
            options.CertificateChainPolicy.ApplicationPolicy.Add(s_client);
        }
        return options;
    }

    private bool Refuse(X509Certificate certificate, X509Chain? chain, EndPoint? client)
    {
        _logger.LogWarning("Login with the certificate of {Subject} from {Address} refused: {Reason}", CimXmlText.OneLine(certificate.Subject),
            (client as IPEndPoint)?.Address, string.Join(", ", chain?.ChainStatus.Select(s => s.Status) ?? []));
        return false;
    }
}
