using Libvirt.Native;

namespace Libvirt;

public sealed partial class Connection
{
    /// <summary>All virtual networks that match (<c>virConnectListAllNetworks</c>). Each is to be disposed.</summary>
    public unsafe Network[] ListAllNetworks(ListAllNetworksFlags flags = ListAllNetworksFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllNetworks(Handle, &array, (uint)flags);
        return Answers.Owned<NetworkHandle, Network>(count, array, handle => new Network(this, handle));
    }

    /// <summary>The network with a name (<c>virNetworkLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoNetwork"/>: there is none.</exception>
    public Network LookupNetwork(string name) => new(this, Answers.Checked(NativeMethods.virNetworkLookupByName(Handle, name)));

    /// <summary>The network with a UUID (<c>virNetworkLookupByUUID</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoNetwork"/>: there is none.</exception>
    public unsafe Network LookupNetwork(Guid uuid)
    {
        fixed (byte* bytes = Answers.Uuid(uuid))
        {
            return new Network(this, Answers.Checked(NativeMethods.virNetworkLookupByUUID(Handle, bytes)));
        }
    }

    /// <summary>Defines a network, inactive (<c>virNetworkDefineXML</c>).</summary>
    public Network DefineNetwork(string xml) => new(this, Answers.Checked(NativeMethods.virNetworkDefineXML(Handle, xml)));

    /// <summary>Starts a transient network (<c>virNetworkCreateXML</c>).</summary>
    public Network CreateNetwork(string xml) => new(this, Answers.Checked(NativeMethods.virNetworkCreateXML(Handle, xml)));

    /// <summary>All host interfaces that match (<c>virConnectListAllInterfaces</c>). Each is to be disposed.</summary>
    public unsafe HostInterface[] ListAllInterfaces(ListAllInterfacesFlags flags = ListAllInterfacesFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllInterfaces(Handle, &array, (uint)flags);
        return Answers.Owned<InterfaceHandle, HostInterface>(count, array, handle => new HostInterface(handle));
    }

    /// <summary>The host interface with a name (<c>virInterfaceLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoInterface"/>: there is none.</exception>
    public HostInterface LookupInterface(string name) => new(Answers.Checked(NativeMethods.virInterfaceLookupByName(Handle, name)));

    /// <summary>The host interface with a MAC address (<c>virInterfaceLookupByMACString</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoInterface"/>: there is none; <see cref="ErrorCode.MultipleInterfaces"/>.</exception>
    public HostInterface LookupInterfaceByMac(string mac) => new(Answers.Checked(NativeMethods.virInterfaceLookupByMACString(Handle, mac)));

    /// <summary>Defines a host interface (<c>virInterfaceDefineXML</c>).</summary>
    public HostInterface DefineInterface(string xml) => new(Answers.Checked(NativeMethods.virInterfaceDefineXML(Handle, xml, 0)));

    /// <summary>Names of all network filters, in no order (<c>virConnectListAllNWFilters</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoSupport"/>: the driver has none.</exception>
    public unsafe string[] ListNetworkFilterNames()
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllNWFilters(Handle, &array, 0);
        return Answers.Owned<NetworkFilterHandle, string>(count, array, handle =>
        {
            using (handle)
            {
                using var lease = handle.Borrow();
                return Answers.Borrowed(NativeMethods.virNWFilterGetName(lease.Pointer));
            }
        });
    }
}
