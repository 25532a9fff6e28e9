namespace Xen.Cim.Server.Security;

/// <summary>Somebody who can tell whether a password is a user's.</summary>
public interface IPasswordCheck
{
    /// <summary>Users of this check are the server's own: they may do everything.</summary>
    bool IsOwn { get; }

    /// <summary>Whether a user is this check's to judge; then no other one is asked.</summary>
    bool Knows(string user);

    /// <exception cref="IOException">It cannot be found out now.</exception>
    Task<bool> CheckAsync(string user, string password, string address, CancellationToken cancellation);
}
