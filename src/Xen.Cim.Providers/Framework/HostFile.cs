using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Files and devices of the host that a client names; most of them libvirt looks for when the guest starts.</summary>
internal static class HostFile
{
    /// <summary>Longer than any path on Linux (PATH_MAX), and so not there whoever is asked.</summary>
    private const int TooLong = 4096;

    /// <param name="hypervisor">Is asked; one that cannot tell is believed to have it.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="purpose">In words, after "There is no file or device PATH on the host".</param>
    /// <exception cref="CimException">INVALID_PARAMETER.</exception>
    public static void RefuseMissing(IHypervisor hypervisor, string path, string purpose)
    {
        if (path.Length >= TooLong || hypervisor.PathExists(path) == false)
            throw CimException.InvalidParameter($"There is no file or device {(path.Length > 200 ? path[..200] + "..." : path)} on the host {purpose}.");
    }
}
