using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Xen.Cim.Server.Security;

/// <summary>HTTP Basic (RFC 7617) with one user whose password is made at start.</summary>
public sealed class PasswordGate
{
    private readonly byte[] _digest;

    public PasswordGate(string user, string password)
    {
        User = user;
        Password = password;
        _digest = Digest($"{user}:{password}");
    }

    public string User { get; }

    public string Password { get; }

    /// <summary>A password of 128 random bits.</summary>
    public static PasswordGate Generate(string user) => new(user, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Whether an Authorization header carries the user and the password; takes the same time for every wrong one.</summary>
    public bool Admits(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return false;
        }
        var credentials = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, credentials, out var length)
            && CryptographicOperations.FixedTimeEquals(_digest, SHA256.HashData(credentials.AsSpan(0, length)));
    }

    private static byte[] Digest(string credentials) => SHA256.HashData(Encoding.UTF8.GetBytes(credentials));
}
