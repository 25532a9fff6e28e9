using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Suite.Hosts;

/// <summary>
/// The libvirtd that a host of the suite lives in. With the suite's own server it is the suite's own too. With a server
/// that was named it is the one that its provider is connected to; where nobody listens on that socket yet, the suite
/// starts one that does.
/// </summary>
/// <param name="driver">The driver in the connection URI: qemu, test.</param>
internal sealed class OwnLibvirtd(string driver) : IDisposable
{
    private const string SocketName = "libvirt-sock";

    private readonly Lazy<Libvirtd> _libvirtd = new(() => Libvirtd.StartOrSkip(socketFolder: ServerUnderTest.Given is null ? null : SocketFolder(driver)));

    public Libvirtd Started => _libvirtd.Value;

    public bool IsStarted => _libvirtd.IsValueCreated;

    public void Prepare()
    {
        if (ServerUnderTest.Given is null || (SocketFolder(driver) is not null && Command.Run("virsh", "-q", "-c", ServerUnderTest.GivenConnection, "uri").ExitCode != 0))
            _ = Started;
    }

    public void Dispose()
    {
        if (_libvirtd.IsValueCreated)
            _libvirtd.Value.Dispose();
    }

    // Only of a local connection with a socket that is not the system's.
    private static string? SocketFolder(string driver)
    {
        var uri = ServerUnderTest.GivenConnection;
        const string Key = "socket=";
        if (!uri.StartsWith($"{driver}+unix:", StringComparison.Ordinal) || uri.IndexOf(Key, StringComparison.Ordinal) is not (>= 0 and var at))
            return null;
        var socket = uri[(at + Key.Length)..].Split('&')[0];
        return Path.GetFileName(socket) == SocketName ? Path.GetDirectoryName(socket) : null;
    }
}
