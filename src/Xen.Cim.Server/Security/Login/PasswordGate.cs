using System.Security.Cryptography;
using System.Text;

namespace Xen.Cim.Server.Security;

/// <summary>The server's own user and his password.</summary>
public sealed class PasswordGate(string user, string password) : IPasswordCheck
{
    private readonly byte[] _digest = Digest(password);

    public string User { get; } = user;

    public string Password { get; } = password;

    public bool IsOwn => true;

    /// <summary>A password of 128 random bits.</summary>
    public static PasswordGate Generate(string user) => new(user, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    public bool Knows(string user) => user == User;

    /// <summary>Takes the same time for every wrong password.</summary>
    public Task<bool> CheckAsync(string user, string password, string address, CancellationToken cancellation) =>
        Task.FromResult(user == User && CryptographicOperations.FixedTimeEquals(_digest, Digest(password)));

    private static byte[] Digest(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
