using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Xen.Cim.Server.Security;

/// <summary>
/// The certificate of a server that was given none: it vouches for itself, so that who copies it to the clients knows
/// that it is this server that they talk to.
/// </summary>
internal static class SelfSigned
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const string Organization = "Xen.Cim self-signed";
    private static readonly TimeSpan s_life = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_renewal = TimeSpan.FromDays(30);

    /// <summary>Makes the files where there are none, or where those that were made expire within 30 days.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void MakeWhereMissing(CertificateFiles files, IPEndPoint listen, DateTimeOffset now)
    {
        if (!files.Made || (File.Exists(files.Certificate) && File.Exists(files.Key) && !IsOutdated(files.Certificate, now)))
            return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Make(key, listen, now);
        // Installed, the folder is there already; started by hand, it may not be.
        Directory.CreateDirectory(Path.GetDirectoryName(files.Certificate)!);
        // The key first: without the certificate both are made again.
        File.Delete(files.Certificate);
        Write(files.Key, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);
        Write(files.Certificate, certificate.ExportCertificatePem(), ForAll);
    }

    /// <summary>A certificate with its key that is kept nowhere.</summary>
    public static X509Certificate2 Make(IPEndPoint listen, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Make(key, listen, now);
    }

    private static X509Certificate2 Make(ECDsa key, IPEndPoint listen, DateTimeOffset now)
    {
        var names = HostNames().ToList();
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(names[0]);
        subject.AddOrganizationName(Organization);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        // An authority for itself alone, which is what clients need to take it as one.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var alternatives = new SubjectAlternativeNameBuilder();
        names.ForEach(alternatives.AddDnsName);
        foreach (var address in Addresses(listen.Address))
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(now.AddDays(-1), now + s_life);
    }

    // No name service is asked: it may hang, and a certificate for a name that somebody else gave is none.
    private static IEnumerable<string> HostNames()
    {
        var domain = IPGlobalProperties.GetIPGlobalProperties().DomainName is { Length: > 0 } name && name != "(none)" ? name : null;
        var host = Environment.MachineName.ToLowerInvariant();
        return new[] { domain is null || host.Contains('.', StringComparison.Ordinal) ? host : $"{host}.{domain}", host, "localhost" }
            .Where(n => Uri.CheckHostName(n) == UriHostNameType.Dns).Distinct();
    }

    private static IEnumerable<IPAddress> Addresses(IPAddress listen)
    {
        IEnumerable<IPAddress> all = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any))
        {
            all = all.Concat(NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)
                .Where(a => a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !a.IsIPv6LinkLocal));
        }
        else
        {
            all = all.Append(listen);
        }
        return all.Distinct();
    }

    private static bool IsOutdated(string file, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            // What somebody put in its place is his to renew.
            return certificate.Subject.Contains(Organization, StringComparison.Ordinal) && certificate.NotAfter < (now + s_renewal).LocalDateTime;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void Write(string file, string text, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var unfinished = $"{file}.{Environment.ProcessId}";
        try
        {
            File.Delete(unfinished);
            using (var writer = new StreamWriter(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
                writer.WriteLine(text);
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
