using System.Net.Sockets;
using System.Text;

namespace Xen.Cim.Server.Security;

/// <summary>
/// What the server asks the password helper over a Unix socket, one question for each connection: user, password and the
/// client's address, each ended by a NUL, and then the end of writing. The answer is "yes", or "no" and PAM's reason.
/// </summary>
internal sealed record PasswordQuestion(string User, string Password, string Address)
{
    public const string DefaultSocket = "/run/xen-cim-auth.sock";

    private const int Longest = 4096;

    /// <exception cref="IOException">It is too long for a question.</exception>
    public async Task SendAsync(Socket socket, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes($"{User}\0{Password}\0{Address}\0");
        if (bytes.Length > Longest)
            throw new IOException("User and password are too long.");
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), cancellation).ConfigureAwait(false);
        Array.Clear(bytes);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <returns>Null: what came is no question.</returns>
    public static async Task<PasswordQuestion?> ReceiveAsync(Socket socket, CancellationToken cancellation) =>
        (await ReadAsync(socket, cancellation).ConfigureAwait(false))?.Split('\0') is [{ Length: > 0 } user, var password, var address, ""] ? new(user, password, address) : null;

    /// <summary>All that the other side sends, or null when that is too much.</summary>
    public static async Task<string?> ReadAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[Longest + 1];
        var length = 0;
        while (length < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false) is > 0 and var read)
            length += read;
        return length <= Longest ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }
}
