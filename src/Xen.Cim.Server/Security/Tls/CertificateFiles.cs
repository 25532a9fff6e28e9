namespace Xen.Cim.Server.Security;

/// <summary>Where the server's certificate and its private key are: two PEM files.</summary>
/// <param name="Certificate">The certificate, and after it those between it and its authority.</param>
/// <param name="Made">The server makes them itself when they are missing; files that somebody named have to be there.</param>
public sealed record CertificateFiles(string Certificate, string Key, bool Made)
{
    /// <summary>Those of a server that keeps its own in its state directory.</summary>
    public static CertificateFiles In(string stateDirectory) =>
        new(Path.Combine(stateDirectory, "certificate.pem"), Path.Combine(stateDirectory, "certificate.key"), Made: true);
}
