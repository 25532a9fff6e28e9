using System.Globalization;
using System.Net.Sockets;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Security;

/// <summary>
/// Answers one question, for one user: is this password right? It is the only part of the server that runs as root. The
/// system starts it when the server has a question, and it ends when there was none for a while.
/// </summary>
/// <param name="check">User, password, address to null or the reason why not.</param>
/// <param name="allowed">Ids of users who may ask, besides root.</param>
/// <param name="log">Gets a line for each question that was answered with no, and for each one that was not answered.</param>
internal sealed class PasswordHelper(Func<string, string, string, string?> check, IReadOnlyCollection<uint> allowed, Action<string> log)
{
    private const int FirstInherited = 3;
    private const int AtOnce = 16;
    private const int LongestLine = 500;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>The listening socket that systemd hands over (sd_listen_fds(3)), or null.</summary>
    public static Socket? Inherited(Func<string, string?> environment) =>
        int.TryParse(environment("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count == 1
        && environment("LISTEN_PID") == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? new Socket(new SafeSocketHandle(FirstInherited, ownsHandle: true)) : null;

    /// <summary>Makes a socket that only this process's user can reach.</summary>
    /// <exception cref="SocketException">It cannot be made.</exception>
    public static Socket Listen(string path)
    {
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen(8 * AtOnce);
        return socket;
    }

    /// <summary>Answers until nobody has asked for as long as <paramref name="idle"/>.</summary>
    public async Task RunAsync(Socket listening, TimeSpan idle, CancellationToken cancellation)
    {
        using var places = new SemaphoreSlim(AtOnce);
        while (true)
        {
            // Each place comes free in time, also when the helper is to end.
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            end.CancelAfter(idle);
            Socket connection;
            try
            {
                connection = await listening.AcceptAsync(end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // All places free again: what was asked is answered.
                for (var i = 1; i < AtOnce; i++)
                    await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                return;
            }
            _ = Task.Run(async () =>
            {
                try
                {
                    using (connection)
                        await AnswerAsync(connection, cancellation).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    log($"A question was not answered: {error.Message}");
                }
                finally
                {
                    places.Release();
                }
            }, CancellationToken.None);
        }
    }

    private async Task AnswerAsync(Socket connection, CancellationToken cancellation)
    {
        var peer = PeerCredentials.Of(connection);
        if (peer.User != 0 && !allowed.Contains(peer.User))
        {
            log($"The user with id {peer.User} (process {peer.Process}) asked; that is not for him.");
            return;
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(s_patience);
        if (await PasswordQuestion.ReceiveAsync(connection, end.Token).ConfigureAwait(false) is not { } question)
        {
            log($"Process {peer.Process} asked what is no question.");
            return;
        }
        var reason = check(question.User, question.Password, question.Address);
        if (reason is not null)
            log(CimXmlText.OneLine($"{question.User} from {question.Address}: {reason}", LongestLine));
        await connection.SendAsync(System.Text.Encoding.UTF8.GetBytes(reason is null ? "yes" : $"no {reason}"), cancellation).ConfigureAwait(false);
    }
}
