namespace Xen.Cim.Hypervisor;

public enum HypervisorError
{
    Failed,
    /// <summary>The driver cannot do this (VIR_ERR_NO_SUPPORT and its kin).</summary>
    NotSupported,
    /// <summary>No such guest, network, pool, volume or device.</summary>
    NotFound,
    AlreadyExists,
    /// <summary>The guest's state does not allow it (VIR_ERR_OPERATION_INVALID).</summary>
    InvalidState,
    /// <summary>The definition or an argument is wrong (VIR_ERR_XML_ERROR, VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_INVALID_ARG).</summary>
    InvalidArgument,
    AccessDenied,
    /// <summary>Another operation holds the guest.</summary>
    Busy,
    /// <summary>The call did not come back before its deadline.</summary>
    Timeout,
    /// <summary>There is no connection to the hypervisor.</summary>
    Disconnected,
    /// <summary>It was given up because somebody asked for that (VIR_ERR_OPERATION_ABORTED); nothing has changed.</summary>
    Cancelled,
}

/// <summary>The hypervisor refused or failed; the message carries libvirt's own text.</summary>
public sealed class HypervisorException(HypervisorError error, string message, Exception? inner = null) : Exception(message, inner)
{
    public HypervisorError Error { get; } = error;

    /// <summary>libvirt's error domain and code, when the error is libvirt's.</summary>
    public (int Domain, int Code)? Libvirt { get; init; }
}
