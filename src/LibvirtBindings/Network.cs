using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>An address that a network's DHCP server gave out (<c>virNetworkDHCPLease</c>).</summary>
/// <param name="Interface">The bridge.</param>
/// <param name="Expires">When it ends; null for never.</param>
/// <param name="Type">IP version.</param>
/// <param name="Mac">The client's MAC address.</param>
/// <param name="Iaid">Identity association (IPv6).</param>
/// <param name="Address">The address.</param>
/// <param name="Prefix">Length of its network prefix.</param>
/// <param name="Hostname">The client's name for itself.</param>
/// <param name="ClientId">The client's id, or DUID.</param>
public sealed record DhcpLease(
    string Interface, DateTimeOffset? Expires, IPAddressType Type, string? Mac, string? Iaid, string Address, int Prefix, string? Hostname, string? ClientId);

/// <summary>A virtual network (<c>virNetworkPtr</c>).</summary>
public sealed class Network : IDisposable
{
    internal Network(Connection connection, NetworkHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    internal NetworkHandle Handle { get; }

    public Connection Connection { get; }

    /// <summary>Gives the reference back (<c>virNetworkFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>The name; asks nobody (<c>virNetworkGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virNetworkGetName(lease.Pointer));
        }
    }

    /// <summary>The UUID; asks nobody (<c>virNetworkGetUUID</c>).</summary>
    public unsafe Guid Uuid
    {
        get
        {
            using var lease = Handle.Borrow();
            var bytes = stackalloc byte[16];
            Answers.Checked(NativeMethods.virNetworkGetUUID(lease.Pointer, bytes));
            return Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16));
        }
    }

    /// <summary>The configuration (<c>virNetworkGetXMLDesc</c>).</summary>
    public unsafe string GetXml(NetworkXmlFlags flags = NetworkXmlFlags.None) => Answers.Owned(NativeMethods.virNetworkGetXMLDesc(Handle, (uint)flags));

    /// <summary>The bridge on the host; null when the network has none (<c>virNetworkGetBridgeName</c>).</summary>
    public unsafe string? GetBridgeName()
    {
        try
        {
            return Answers.Owned(NativeMethods.virNetworkGetBridgeName(Handle));
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.InternalError)
        {
            // What libvirt answers for a network without a bridge.
            return null;
        }
    }

    /// <summary>Whether it runs (<c>virNetworkIsActive</c>).</summary>
    public bool IsActive => Answers.Truth(NativeMethods.virNetworkIsActive(Handle));

    /// <summary>Whether it has a definition (<c>virNetworkIsPersistent</c>).</summary>
    public bool IsPersistent => Answers.Truth(NativeMethods.virNetworkIsPersistent(Handle));

    /// <summary>Whether it is started with the host (<c>virNetworkGetAutostart</c>, <c>virNetworkSetAutostart</c>).</summary>
    public unsafe bool Autostart
    {
        get
        {
            int autostart;
            Answers.Checked(NativeMethods.virNetworkGetAutostart(Handle, &autostart));
            return autostart != 0;
        }
        set => Answers.Checked(NativeMethods.virNetworkSetAutostart(Handle, value ? 1 : 0));
    }

    /// <summary>Starts it (<c>virNetworkCreate</c>).</summary>
    public void Create() => Answers.Checked(NativeMethods.virNetworkCreate(Handle));

    /// <summary>Stops it (<c>virNetworkDestroy</c>).</summary>
    public void Destroy() => Answers.Checked(NativeMethods.virNetworkDestroy(Handle));

    /// <summary>Removes the definition (<c>virNetworkUndefine</c>).</summary>
    public void Undefine() => Answers.Checked(NativeMethods.virNetworkUndefine(Handle));

    /// <summary>Changes a part of it (<c>virNetworkUpdate</c>).</summary>
    /// <param name="command">What to do.</param>
    /// <param name="section">With which part.</param>
    /// <param name="xml">The part.</param>
    /// <param name="parentIndex">Which of several parents; -1 for the first that fits.</param>
    /// <param name="flags">Running, defined, or both configurations.</param>
    public void Update(NetworkUpdateCommand command, NetworkUpdateSection section, string xml, int parentIndex = -1, NetworkUpdateFlags flags = NetworkUpdateFlags.AffectCurrent) =>
        Answers.Checked(NativeMethods.virNetworkUpdate(Handle, (uint)command, (uint)section, parentIndex, xml, (uint)flags));

    /// <summary>Addresses given out (<c>virNetworkGetDHCPLeases</c>).</summary>
    /// <param name="mac">Only those of a client; null for all.</param>
    public unsafe DhcpLease[] GetDhcpLeases(string? mac = null)
    {
        VirNetworkDhcpLease** leases = null;
        var count = Answers.Checked(NativeMethods.virNetworkGetDHCPLeases(Handle, mac, &leases, 0));
        try
        {
            var result = new DhcpLease[count];
            for (var i = 0; i < count; i++)
            {
                var l = leases[i];
                result[i] = new DhcpLease(
                    Answers.Text(l->Interface) ?? "",
                    l->ExpiryTime > 0 ? DateTimeOffset.FromUnixTimeSeconds(l->ExpiryTime) : null,
                    (IPAddressType)l->Type, Answers.Text(l->Mac), Answers.Text(l->Iaid), Answers.Text(l->IPAddress) ?? "", (int)l->Prefix,
                    Answers.Text(l->Hostname), Answers.Text(l->ClientId));
            }
            return result;
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                NativeMethods.virNetworkDHCPLeaseFree(leases[i]);
            }
            NativeMemory.Free(leases);
        }
    }

    public override string ToString() => Handle.IsClosed ? "network (disposed)" : $"network {Name}";
}
