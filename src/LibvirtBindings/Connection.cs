using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>
/// A connection to a hypervisor (<c>virConnectPtr</c>). It may be used by any number of threads at once; each call
/// blocks until libvirt answers. Events, keepalive and the close notice need <see cref="EventLoop.Start"/> before the
/// connection is opened.
/// </summary>
public sealed partial class Connection : IDisposable
{
    private Connection(ConnectionHandle handle)
    {
        Handle = handle;
        unsafe
        {
            // Errors come as exceptions; what libvirt would print about this connection besides is noise.
            NativeMethods.virConnSetErrorFunc(handle, 0, &LibvirtLibrary.Ignore);
        }
    }

    internal ConnectionHandle Handle { get; }

    /// <summary>
    /// Opens a connection (<c>virConnectOpen</c>, <c>virConnectOpenAuth</c>).
    /// </summary>
    /// <param name="uri">The URI, such as <c>xen:///system</c>; null asks LIBVIRT_DEFAULT_URI and the client's configuration.</param>
    /// <param name="flags">How to open it.</param>
    /// <param name="credentials">Answers the server's questions (see <see cref="Credentials"/>); null when the server is not expected to ask any.</param>
    /// <exception cref="LibvirtNotFoundException">libvirt.so.0 cannot be loaded.</exception>
    /// <exception cref="LibvirtException">Among others <see cref="ErrorCode.NoConnect"/> (no driver for the URI),
    /// <see cref="ErrorCode.SystemError"/> (no daemon there), <see cref="ErrorCode.AuthFailed"/>.</exception>
    public static unsafe Connection Open(string? uri = null, ConnectFlags flags = ConnectFlags.None, CredentialProvider? credentials = null)
    {
        LibvirtLibrary.Initialize();
        if (credentials is not null)
            return new Connection(Credentials.Open(uri, flags, credentials));

        var handle = flags switch
        {
            ConnectFlags.None => NativeMethods.virConnectOpen(uri),
            ConnectFlags.ReadOnly => NativeMethods.virConnectOpenReadOnly(uri),
            _ => NativeMethods.virConnectOpenAuth(uri, null, (uint)flags),
        };
        return new Connection(Answers.Checked(handle));
    }

    /// <summary>Opens a connection that can look but not change (<c>virConnectOpenReadOnly</c>).</summary>
    public static Connection OpenReadOnly(string? uri = null) => Open(uri, ConnectFlags.ReadOnly);

    /// <summary>
    /// Ends all subscriptions and closes the connection (<c>virConnectClose</c>).
    /// </summary>
    /// <returns>How many references libvirt still holds, 0 when the connection is gone: each domain, network, volume …
    /// that is not disposed holds one. -1 when libvirt failed, or when another thread is inside a call and the
    /// connection ends with that call.</returns>
    public int Close()
    {
        EndSubscriptions();
        Handle.Dispose();
        return Handle.Remaining ?? -1;
    }

    /// <summary>See <see cref="Close"/>.</summary>
    public void Dispose() => Close();

    /// <summary>The driver's name, such as <c>Xen</c>, <c>QEMU</c>, <c>TEST</c> (<c>virConnectGetType</c>).</summary>
    public unsafe string DriverType
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virConnectGetType(lease.Pointer));
        }
    }

    /// <summary>The URI that was opened in the end (<c>virConnectGetURI</c>).</summary>
    public unsafe string Uri => Answers.Owned(NativeMethods.virConnectGetURI(Handle));

    /// <summary>The host's name as its daemon tells it (<c>virConnectGetHostname</c>).</summary>
    public unsafe string Hostname => Answers.Owned(NativeMethods.virConnectGetHostname(Handle));

    /// <summary>The hypervisor's version (<c>virConnectGetVersion</c>).</summary>
    public unsafe Version HypervisorVersion
    {
        get
        {
            nuint version;
            Answers.Checked(NativeMethods.virConnectGetVersion(Handle, &version));
            return LibvirtLibrary.Decode(version);
        }
    }

    /// <summary>The version of libvirt on the far side (<c>virConnectGetLibVersion</c>).</summary>
    public unsafe Version LibraryVersion
    {
        get
        {
            nuint version;
            Answers.Checked(NativeMethods.virConnectGetLibVersion(Handle, &version));
            return LibvirtLibrary.Decode(version);
        }
    }

    /// <summary>Whether the connection still works as far as the client knows (<c>virConnectIsAlive</c>). Without keepalive a dead
    /// peer is noticed only by a call that fails.</summary>
    public bool IsAlive => Answers.Truth(NativeMethods.virConnectIsAlive(Handle));

    /// <summary>Whether what is sent is encrypted (<c>virConnectIsEncrypted</c>).</summary>
    public bool IsEncrypted => Answers.Truth(NativeMethods.virConnectIsEncrypted(Handle));

    /// <summary>Whether nobody can listen in: encrypted, or local (<c>virConnectIsSecure</c>).</summary>
    public bool IsSecure => Answers.Truth(NativeMethods.virConnectIsSecure(Handle));

    /// <summary>
    /// Makes libvirt ask the far side for a sign of life when it is silent (<c>virConnectSetKeepAlive</c>). A hung call
    /// ends with an error after about interval * (count + 1) seconds. Needs a running event loop.
    /// </summary>
    /// <param name="interval">Seconds of silence before each question; 0 or less turns it off.</param>
    /// <param name="count">How many questions may stay unanswered.</param>
    /// <returns>Whether the driver has keepalive: false for a local driver without a daemon and for an old daemon.</returns>
    public bool SetKeepAlive(int interval, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        try
        {
            return Answers.Checked(NativeMethods.virConnectSetKeepAlive(Handle, interval, (uint)count)) == 0;
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
        {
            return false;
        }
    }

}
