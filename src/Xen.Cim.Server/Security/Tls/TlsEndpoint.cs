using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Xen.Cim.Server.Security;

/// <summary>How connections are encrypted: TLS 1.2 or 1.3, and a client's certificate when it has one of an authority that is known.</summary>
public sealed class TlsEndpoint
{
    private static readonly Oid s_client = new("1.3.6.1.5.5.7.3.2");
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(10);

    private readonly X509Certificate2Collection _authorities = [];

    /// <param name="clientAuthorities">PEM file of the authorities whose client certificates are taken; null asks for none.</param>
    /// <exception cref="IOException">The file of the authorities cannot be read.</exception>
    public TlsEndpoint(ServerCertificate certificate, string? clientAuthorities)
    {
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
        OnConnection = _ => ValueTask.FromResult(endpoint().Handshake()),
    };

    private SslServerAuthenticationOptions Handshake()
    {
        var options = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = Certificate.Current,
            ClientCertificateRequired = _authorities.Count > 0,
            // None is as good as one: then there has to be a password.
            RemoteCertificateValidationCallback = static (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None,
        };
        if (_authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
            options.CertificateChainPolicy.ApplicationPolicy.Add(s_client);
        }
        return options;
    }
}
