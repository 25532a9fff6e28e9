using System.Net.Sockets;

namespace Xen.Cim.Server.Security;

/// <summary>
/// The passwords of the system's users, by way of the helper (<see cref="PasswordHelper"/>): the server runs as a user who
/// can neither read them nor start what can.
/// </summary>
/// <param name="socket">The helper's socket.</param>
internal sealed class SystemPasswords(string socket) : IPasswordCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public bool IsOwn => false;

    public bool Knows(string user) => true;

    public async Task<bool> CheckAsync(string user, string password, string address, CancellationToken cancellation)
    {
        // Without the helper nobody but the server's own user has a password here.
        if (!File.Exists(socket))
            return false;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(s_patience);
        try
        {
            using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await ConnectAsync(connection, end.Token).ConfigureAwait(false);
            // Anybody could listen there where it is not kept safe; a password is for root's ears, or our own.
            if (PeerCredentials.Of(connection).User is not 0 and var other && other != SystemUser.Effective)
                throw new IOException($"{socket} is served by the user with id {other}, who is not to see passwords.");
            await new PasswordQuestion(user, password, address).SendAsync(connection, end.Token).ConfigureAwait(false);
            return await PasswordQuestion.ReadAsync(connection, end.Token).ConfigureAwait(false) switch
            {
                "yes" => true,
                { Length: > 0 } => false,
                _ => throw new IOException($"The password helper at {socket} gave no answer; its reason is in the system's log."),
            };
        }
        catch (SocketException error)
        {
            throw new IOException($"The password helper at {socket} does not answer: {error.Message}", error);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"The password helper at {socket} did not answer within {s_patience.TotalSeconds} s.");
        }
    }

    // A queue that is full is EAGAIN here, and no reason to wait.
    private async Task ConnectAsync(Socket connection, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation).ConfigureAwait(false);
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
            {
                await Task.Delay(20, cancellation).ConfigureAwait(false);
            }
        }
    }
}
