using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Xen.Cim.Server.Security;

/// <summary>Who is at the other end of a Unix socket (SO_PEERCRED of unix(7)): of a listening socket, who made it listen.</summary>
internal readonly record struct PeerCredentials(int Process, uint User, uint Group)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <exception cref="SocketException">The system does not say.</exception>
    public static PeerCredentials Of(Socket socket)
    {
        Span<int> credentials = stackalloc int[3];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new(credentials[0], (uint)credentials[1], (uint)credentials[2]);
    }
}
