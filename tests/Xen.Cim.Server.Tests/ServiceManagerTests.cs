using System.Net.Sockets;
using System.Text;

namespace Xen.Cim.Server.Tests;

public class ServiceManagerTests
{
    [Fact]
    public void SystemdHearsOfTheStartOfLifeAndOfTheEnd()
    {
        using var file = new TemporaryFile();
        using var systemd = Listen(file.Path);
        using (var manager = new ServiceManager(name => name switch { "NOTIFY_SOCKET" => file.Path, "WATCHDOG_USEC" => "150000", _ => null }))
        {
            manager.Ready("Managing x");
            Assert.Equal("READY=1\nSTATUS=Managing x", Hear(systemd, except: "WATCHDOG=1"));
            Assert.Equal("WATCHDOG=1", Hear(systemd));
            Assert.Equal("WATCHDOG=1", Hear(systemd));
            manager.Stopping();
            Assert.Equal("STOPPING=1", Hear(systemd, except: "WATCHDOG=1"));
        }
    }

    [Fact]
    public void AnAbstractSocketWorksToo()
    {
        var name = $"xen-cim-{Guid.NewGuid():N}";
        using var systemd = Listen("\0" + name);
        using var manager = new ServiceManager(n => n == "NOTIFY_SOCKET" ? "@" + name : null);
        manager.Stopping();
        Assert.Equal("STOPPING=1", Hear(systemd));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/no/such/socket")]
    [InlineData("vsock:2:1234")]
    public void WithoutSystemdNothingHappens(string? address)
    {
        using var manager = new ServiceManager(n => n == "NOTIFY_SOCKET" ? address : "1000");
        Assert.Null(Record.Exception(() =>
        {
            manager.Ready("");
            manager.Stopping();
        }));
    }

    private static Socket Listen(string address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10000 };
        socket.Bind(new UnixDomainSocketEndPoint(address));
        return socket;
    }

    private static string Hear(Socket socket, string? except = null)
    {
        var buffer = new byte[256];
        while (true)
        {
            var heard = Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
            if (heard != except)
                return heard;
        }
    }
}
