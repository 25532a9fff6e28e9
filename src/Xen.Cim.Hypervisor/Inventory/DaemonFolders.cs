using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor;

/// <summary>Where a libvirt daemon on this machine keeps what it knows of its guests.</summary>
/// <param name="Definitions">What the next start of a guest uses: NAME.xml; in "autostart" the guests that start with the host.</param>
/// <param name="Running">What runs: NAME.xml, and the lock file driver.pid of the daemon itself.</param>
/// <param name="Saved">The images of guests that were suspended to disk: NAME.save.</param>
public sealed record DaemonFolders(string Definitions, string Running, string Saved)
{
    /// <summary>Those of the system's daemon; null when the URI leads elsewhere, or to a driver that keeps no files.</summary>
    internal static DaemonFolders? Of(ConnectionUri uri)
    {
        if (!uri.IsLocal || uri.Text.Contains('?', StringComparison.Ordinal) || !uri.Text.EndsWith("/system", StringComparison.Ordinal))
            return null;
        var driver = uri.Driver switch
        {
            HypervisorDriver.Xen => "libxl",
            HypervisorDriver.Qemu => "qemu",
            _ => null,
        };
        return driver is null ? null : new($"/etc/libvirt/{driver}", $"/run/libvirt/{driver}", $"/var/lib/libvirt/{driver}/save");
    }
}
