namespace Xen.Cim.Hypervisor.Guests;

/// <summary>Why Xen does not start a guest. libvirt says no more of it than that libxenlight failed.</summary>
internal static class XenStart
{
    /// <summary>What of a guest that could not be started may be the cause, and where Xen tells it.</summary>
    /// <param name="definition">What was to be started, read with its secrets.</param>
    public static string Explain(DomainDefinition definition)
    {
        var told = $"Xen tells the cause in Domain-0: /var/log/libvirt/libxl/libxl-driver.log and, where a device model (QEMU) took part, /var/log/xen/qemu-dm-{definition.Name}.log";
        return definition.Graphics.Any(g => g is { Type: "vnc", HasPassword: true })
            ? $"its VNC screen has a Password, which takes a device model that was built with the cipher DES, and some are not, such as that of Debian 12: remove the Password, or have another device model. {told}"
            : told;
    }
}
