using Libvirt;

namespace Xen.Cim.Hypervisor.Connections;

/// <summary>What libvirt's error codes (virErrorNumber) mean to those who use <see cref="IHypervisor"/>.</summary>
internal static class LibvirtErrors
{
    private static readonly Dictionary<ErrorCode, HypervisorError> Meaning = new (HypervisorError Error, ErrorCode[] Codes)[]
    {
        (HypervisorError.NotSupported, [ErrorCode.NoSupport, ErrorCode.OperationUnsupported, ErrorCode.ArgumentUnsupported]),
        (HypervisorError.NotFound,
        [
            ErrorCode.NoDomain, ErrorCode.NoNetwork, ErrorCode.NoStoragePool, ErrorCode.NoStorageVol, ErrorCode.NoNodeDevice,
            ErrorCode.NoInterface, ErrorCode.NoSecret, ErrorCode.NoNWFilter, ErrorCode.NoDomainSnapshot, ErrorCode.NoDomainMetadata,
            ErrorCode.NoDomainCheckpoint, ErrorCode.NoDomainBackup, ErrorCode.NoNetworkPort, ErrorCode.DeviceMissing,
        ]),
        (HypervisorError.AlreadyExists, [ErrorCode.DomExist, ErrorCode.NetworkExist, ErrorCode.StorageVolExist, ErrorCode.NetworkPortExist]),
        (HypervisorError.InvalidState, [ErrorCode.OperationInvalid, ErrorCode.SnapshotRevertRisky, ErrorCode.MigrateUnsafe]),
        (HypervisorError.InvalidArgument,
        [
            ErrorCode.XmlError, ErrorCode.XmlDetail, ErrorCode.XmlInvalidSchema, ErrorCode.ConfigUnsupported, ErrorCode.InvalidArg,
            ErrorCode.InvalidMac, ErrorCode.NoName, ErrorCode.NoOS, ErrorCode.NoKernel, ErrorCode.NoRoot, ErrorCode.NoSource,
            ErrorCode.NoTarget, ErrorCode.NoDevice, ErrorCode.OSType, ErrorCode.Overflow, ErrorCode.ConfSyntax, ErrorCode.CpuIncompatible,
        ]),
        (HypervisorError.AccessDenied,
            [ErrorCode.OperationDenied, ErrorCode.AccessDenied, ErrorCode.AuthFailed, ErrorCode.AuthCancelled, ErrorCode.AuthUnavailable]),
        (HypervisorError.Busy, [ErrorCode.ResourceBusy, ErrorCode.BlockCopyActive]),
        (HypervisorError.Cancelled, [ErrorCode.OperationAborted]),
        (HypervisorError.Timeout, [ErrorCode.OperationTimeout, ErrorCode.AgentUnresponsive]),
        (HypervisorError.Disconnected,
        [
            ErrorCode.NoConnect, ErrorCode.InvalidConn, ErrorCode.Rpc, ErrorCode.UnknownHost, ErrorCode.GnutlsError, ErrorCode.Ssh,
            ErrorCode.LibSsh,
        ]),
    }.SelectMany(row => row.Codes, (row, code) => KeyValuePair.Create(code, row.Error)).ToDictionary();

    /// <summary>Codes that a broken connection answers with, and other things too: the connection itself has to be asked.</summary>
    private static readonly HashSet<ErrorCode> PerhapsBroken =
        [ErrorCode.SystemError, ErrorCode.Rpc, ErrorCode.InternalError, ErrorCode.NoConnect, ErrorCode.GnutlsError, ErrorCode.Ssh, ErrorCode.LibSsh];

    public static HypervisorError Of(LibvirtException e)
    {
        // Another job on the guest shows as a timeout too ("cannot acquire state change lock (held by ...)").
        if (e.Code == ErrorCode.OperationTimeout && e.Message.Contains("state change lock", StringComparison.Ordinal))
            return HypervisorError.Busy;
        return Meaning.GetValueOrDefault(e.Code, HypervisorError.Failed);
    }

    /// <param name="what">The call in words that follow "Cannot".</param>
    /// <param name="e">libvirt's own error; its text becomes part of the message.</param>
    /// <param name="error">When more is known than the code tells.</param>
    /// <param name="why">What libvirt does not say.</param>
    public static HypervisorException Translate(string what, LibvirtException e, HypervisorError? error = null, string? why = null) =>
        new(error ?? Of(e), $"Cannot {what}: {e.Message}{(why is null ? "" : $" ({why})")}", e) { Libvirt = ((int)e.Domain, (int)e.Code) };

    public static bool MeansBroken(Connection connection, LibvirtException e)
    {
        if (e.Code == ErrorCode.InvalidConn)
            return true;
        if (!PerhapsBroken.Contains(e.Code))
            return false;
        try
        {
            return !connection.IsAlive;
        }
        catch (LibvirtException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
