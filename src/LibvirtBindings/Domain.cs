using Libvirt.Native;

namespace Libvirt;

/// <summary>The state of a domain and the reason for it (<c>virDomainGetState</c>).</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">The reason as a number whose meaning depends on the state: <see cref="DomainRunningReason"/>,
/// <see cref="DomainPausedReason"/>, <see cref="DomainShutdownReason"/>, <see cref="DomainShutoffReason"/>, <see cref="DomainCrashedReason"/>.</param>
public readonly record struct DomainStatus(DomainState State, int Reason)
{
    public override string ToString() => State switch
    {
        DomainState.Running => $"{State} ({(DomainRunningReason)Reason})",
        DomainState.Paused => $"{State} ({(DomainPausedReason)Reason})",
        DomainState.Shutdown => $"{State} ({(DomainShutdownReason)Reason})",
        DomainState.Shutoff => $"{State} ({(DomainShutoffReason)Reason})",
        DomainState.Crashed => $"{State} ({(DomainCrashedReason)Reason})",
        _ => $"{State} ({Reason})",
    };
}

/// <summary>A domain in short (<c>virDomainGetInfo</c>).</summary>
/// <param name="State">The state.</param>
/// <param name="MaxMemory">KiB that it may have at most.</param>
/// <param name="Memory">KiB that it has.</param>
/// <param name="VirtualCpus">Number of virtual CPUs.</param>
/// <param name="CpuTime">Processor time it has used, in nanoseconds.</param>
public readonly record struct DomainInfo(DomainState State, ulong MaxMemory, ulong Memory, int VirtualCpus, ulong CpuTime);

/// <summary>Whether the hypervisor can be told to do something with the domain (<c>virDomainGetControlInfo</c>).</summary>
/// <param name="State">The state of the control channel.</param>
/// <param name="Details">More about it.</param>
/// <param name="StateTime">For how many milliseconds it has been so; 0 for <see cref="DomainControlState.Ok"/>.</param>
public readonly record struct DomainControlInfo(DomainControlState State, uint Details, ulong StateTime);

/// <summary>
/// A guest, or the control domain (<c>virDomainPtr</c>). It names a domain; it stays valid as a name when the domain is
/// gone, and calls then fail with <see cref="ErrorCode.NoDomain"/>.
/// </summary>
public sealed partial class Domain : IDisposable
{
    internal Domain(Connection connection, DomainHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    internal DomainHandle Handle { get; }

    /// <summary>The connection that it came from.</summary>
    public Connection Connection { get; }

    /// <summary>Gives the reference back (<c>virDomainFree</c>); nothing happens to the domain itself.</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>The name when this object was made; asks nobody (<c>virDomainGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virDomainGetName(lease.Pointer));
        }
    }

    /// <summary>The UUID; asks nobody (<c>virDomainGetUUID</c>).</summary>
    public unsafe Guid Uuid
    {
        get
        {
            using var lease = Handle.Borrow();
            var bytes = stackalloc byte[16];
            Answers.Checked(NativeMethods.virDomainGetUUID(lease.Pointer, bytes));
            return Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16));
        }
    }

    /// <summary>The hypervisor's id when this object was made, null when the domain was inactive; asks nobody (<c>virDomainGetID</c>).</summary>
    public int? Id
    {
        get
        {
            using var lease = Handle.Borrow();
            var id = (int)NativeMethods.virDomainGetID(lease.Pointer);
            return id < 0 ? null : id;
        }
    }

    /// <summary><c>linux</c>, <c>xen</c>, <c>hvm</c>, <c>xenpvh</c>, <c>exe</c> (<c>virDomainGetOSType</c>).</summary>
    public unsafe string OSType => Answers.Owned(NativeMethods.virDomainGetOSType(Handle));

    /// <summary>The configuration (<c>virDomainGetXMLDesc</c>). Passwords are in it with <see cref="DomainXmlFlags.Secure"/> only,
    /// which a read-only connection is not given.</summary>
    public unsafe string GetXml(DomainXmlFlags flags = DomainXmlFlags.None) => Answers.Owned(NativeMethods.virDomainGetXMLDesc(Handle, (uint)flags));

    /// <summary>The state and its reason (<c>virDomainGetState</c>).</summary>
    public unsafe DomainStatus GetState()
    {
        int state, reason;
        Answers.Checked(NativeMethods.virDomainGetState(Handle, &state, &reason, 0));
        return new DomainStatus((DomainState)state, reason);
    }

    /// <summary>State, memory, virtual CPUs and processor time in one call (<c>virDomainGetInfo</c>).</summary>
    public unsafe DomainInfo GetInfo()
    {
        VirDomainInfo info;
        Answers.Checked(NativeMethods.virDomainGetInfo(Handle, &info));
        return new DomainInfo((DomainState)info.State, info.MaxMemory, info.Memory, info.VirtualCpus, info.CpuTime);
    }

    /// <summary>The state of the control channel (<c>virDomainGetControlInfo</c>).</summary>
    public unsafe DomainControlInfo GetControlInfo()
    {
        VirDomainControlInfo info;
        Answers.Checked(NativeMethods.virDomainGetControlInfo(Handle, &info, 0));
        return new DomainControlInfo((DomainControlState)info.State, info.Details, info.StateTime);
    }

    /// <summary>Whether it is there for the hypervisor: running or paused (<c>virDomainIsActive</c>).</summary>
    public bool IsActive => Answers.Truth(NativeMethods.virDomainIsActive(Handle));

    /// <summary>Whether it has a definition that stays when it stops (<c>virDomainIsPersistent</c>).</summary>
    public bool IsPersistent => Answers.Truth(NativeMethods.virDomainIsPersistent(Handle));

    /// <summary>Whether its definition was changed since it was loaded (<c>virDomainIsUpdated</c>).</summary>
    public bool IsUpdated => Answers.Truth(NativeMethods.virDomainIsUpdated(Handle));

    /// <summary>Whether it is started with the host (<c>virDomainGetAutostart</c>, <c>virDomainSetAutostart</c>).</summary>
    public unsafe bool Autostart
    {
        get
        {
            int autostart;
            Answers.Checked(NativeMethods.virDomainGetAutostart(Handle, &autostart));
            return autostart != 0;
        }
        set => Answers.Checked(NativeMethods.virDomainSetAutostart(Handle, value ? 1 : 0));
    }

    /// <summary>
    /// Title, description or an element of one's own (<c>virDomainGetMetadata</c>).
    /// </summary>
    /// <param name="type">Which.</param>
    /// <param name="uri">The namespace of the element; null for title and description.</param>
    /// <param name="impact">Running or defined configuration.</param>
    /// <returns>Null when there is none.</returns>
    public unsafe string? GetMetadata(DomainMetadataType type, string? uri = null, DomainModificationImpact impact = DomainModificationImpact.Current)
    {
        try
        {
            return Answers.Owned(NativeMethods.virDomainGetMetadata(Handle, (int)type, uri, (uint)impact));
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomainMetadata)
        {
            return null;
        }
    }

    /// <summary>
    /// Sets, changes or (with null) removes title, description or an element of one's own (<c>virDomainSetMetadata</c>).
    /// </summary>
    /// <param name="type">Which.</param>
    /// <param name="metadata">The text; well formed XML with one root for <see cref="DomainMetadataType.Element"/>. A title has no line breaks.</param>
    /// <param name="key">The namespace prefix of the element.</param>
    /// <param name="uri">The namespace of the element.</param>
    /// <param name="impact">Running, defined, or both configurations.</param>
    public void SetMetadata(DomainMetadataType type, string? metadata, string? key = null, string? uri = null, DomainModificationImpact impact = DomainModificationImpact.Current) =>
        Answers.Checked(NativeMethods.virDomainSetMetadata(Handle, (int)type, metadata, key, uri, (uint)impact));

    /// <summary>The guest's own host name (<c>virDomainGetHostname</c>).</summary>
    public unsafe string GetHostname(DomainGetHostnameFlags flags = DomainGetHostnameFlags.None) =>
        Answers.Owned(NativeMethods.virDomainGetHostname(Handle, (uint)flags));

    public override string ToString() => Handle.IsClosed ? "domain (disposed)" : $"domain {Name}";
}
