using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Xen.Cim.Server.Security;

/// <summary>
/// The certificate that clients are shown. Its files are looked at again when somebody connects, so that a renewed
/// certificate needs no restart; files that do not fit together leave the old one in use.
/// </summary>
public sealed class ServerCertificate
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CertificateFiles? _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private (DateTime, DateTime, long, long) _version;
    private long _looked;
    private SslStreamCertificateContext _context;

    /// <param name="files">The files, which are there.</param>
    /// <exception cref="IOException">They cannot be read, or are no certificate with its key.</exception>
    public ServerCertificate(CertificateFiles files, TimeProvider time, ILogger logger)
    {
        (_files, _time, _logger) = (files, time, logger);
        _version = Version(files);
        _looked = time.GetTimestamp();
        _context = Read(files);
    }

    /// <summary>One that is not in files.</summary>
    public ServerCertificate(X509Certificate2 certificate)
    {
        (_time, _logger) = (TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        _context = SslStreamCertificateContext.Create(certificate, null, offline: true);
    }

    /// <summary>SHA-256 of the certificate, as it is compared by eye: "AB:CD:…".</summary>
    public string Fingerprint => string.Join(':', Convert.ToHexString(_context.TargetCertificate.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2).Select(c => new string(c)));

    /// <summary>What a connection that is made now is to show.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (_files is null)
                return _context;
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= s_interval)
                {
                    _looked = _time.GetTimestamp();
                    ReadWhenChanged(_files);
                }
                return _context;
            }
        }
    }

    private void ReadWhenChanged(CertificateFiles files)
    {
        try
        {
            var version = Version(files);
            if (version == _version)
                return;
            // Tried once for each change: one file may be there before the other.
            _version = version;
            _context = Read(files);
            _logger.LogInformation("The certificate in {File} is used from now on: {Subject}, until {End:u}", files.Certificate, _context.TargetCertificate.Subject, _context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logger.LogError("The certificate that was read before stays in use: {Reason}", error.Message);
        }
    }

    private static (DateTime, DateTime, long, long) Version(CertificateFiles files)
    {
        FileInfo certificate = new(files.Certificate), key = new(files.Key);
        return (certificate.LastWriteTimeUtc, key.LastWriteTimeUtc, certificate.Exists ? certificate.Length : -1, key.Exists ? key.Length : -1);
    }

    private static SslStreamCertificateContext Read(CertificateFiles files)
    {
        if ((File.GetUnixFileMode(files.Key) & Others) != 0)
            throw new IOException($"{files.Key} can be read or written by everyone; it is no secret. chmod 600 it, and make another key.");
        try
        {
            var own = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(files.Certificate);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new IOException($"{files.Certificate} and {files.Key} are no certificate and its private key in PEM: {error.Message}", error);
        }
    }
}
