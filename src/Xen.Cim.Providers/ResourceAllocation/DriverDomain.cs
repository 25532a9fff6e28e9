using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>Driver domains: guests of Xen that serve disks and interfaces to other guests.</summary>
internal static class DriverDomain
{
    /// <summary>What BackendDomain is to become; null for the control domain.</summary>
    /// <exception cref="CimException">NOT_SUPPORTED: not on Xen; INVALID_PARAMETER: no such guest, or the guest itself.</exception>
    public static string? Read(IHypervisor hypervisor, string wanted, string guest)
    {
        if (wanted.Length == 0)
            return null;
        if (hypervisor.Driver is not (HypervisorDriver.Xen or HypervisorDriver.Test))
            throw CimException.NotSupported($"BackendDomain \"{wanted}\": only Xen has driver domains.");
        if (wanted == guest)
            throw CimException.InvalidParameter($"BackendDomain \"{wanted}\": a guest cannot serve itself.");
        return hypervisor.FindGuest(wanted) is { } found ? found.IsControlDomain ? null : wanted
            : throw CimException.InvalidParameter($"BackendDomain \"{wanted}\": there is no guest of that name on the host.");
    }
}
