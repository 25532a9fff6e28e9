using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Xen.Cim.Server;

/// <summary>Tells systemd how the service is (sd_notify(3)); does nothing where nobody wants to know.</summary>
internal sealed class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly Timer? _watchdog;

    /// <param name="environment">Looks up an environment variable: NOTIFY_SOCKET and, in microseconds, WATCHDOG_USEC.</param>
    public ServiceManager(Func<string, string?> environment)
    {
        if (environment("NOTIFY_SOCKET") is not { Length: > 1 } address || address[0] is not ('/' or '@'))
            return;
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            _socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        }
        catch (SocketException)
        {
            _socket.Dispose();
            _socket = null;
            return;
        }
        // The timer runs on the thread pool that also serves requests: when that is stuck, so is the sign of life.
        if (long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0)
        {
            var interval = TimeSpan.FromMicroseconds(limit / 3.0);
            _watchdog = new Timer(_ => Notify("WATCHDOG=1"), null, interval, interval);
        }
    }

    public void Ready(string status) => Notify($"READY=1\nSTATUS={status}");

    public void Stopping() => Notify("STOPPING=1");

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private void Notify(string state)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more; that is no reason not to serve.
        }
    }
}
