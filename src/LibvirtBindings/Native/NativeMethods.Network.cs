using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Virtual networks, their filters and host interfaces (libvirt-network.h, libvirt-nwfilter.h, libvirt-interface.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int virConnectListAllNetworks(ConnectionHandle conn, nint** networks, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial NetworkHandle virNetworkLookupByName(ConnectionHandle conn, string name);

    [LibraryImport(Library)]
    internal static partial NetworkHandle virNetworkLookupByUUID(ConnectionHandle conn, byte* uuid);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial NetworkHandle virNetworkCreateXML(ConnectionHandle conn, string xml);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial NetworkHandle virNetworkDefineXML(ConnectionHandle conn, string xml);

    [LibraryImport(Library)]
    internal static partial int virNetworkUndefine(NetworkHandle net);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virNetworkUpdate(NetworkHandle net, uint command, uint section, int parentIndex, string xml, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNetworkCreate(NetworkHandle net);

    [LibraryImport(Library)]
    internal static partial int virNetworkDestroy(NetworkHandle net);

    [LibraryImport(Library)]
    internal static partial int virNetworkFree(nint network);

    [LibraryImport(Library)]
    internal static partial byte* virNetworkGetName(nint network);

    [LibraryImport(Library)]
    internal static partial int virNetworkGetUUID(nint network, byte* uuid);

    [LibraryImport(Library)]
    internal static partial byte* virNetworkGetXMLDesc(NetworkHandle net, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virNetworkGetBridgeName(NetworkHandle net);

    [LibraryImport(Library)]
    internal static partial int virNetworkGetAutostart(NetworkHandle net, int* autostart);

    [LibraryImport(Library)]
    internal static partial int virNetworkSetAutostart(NetworkHandle net, int autostart);

    [LibraryImport(Library)]
    internal static partial int virNetworkIsActive(NetworkHandle net);

    [LibraryImport(Library)]
    internal static partial int virNetworkIsPersistent(NetworkHandle net);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virNetworkGetDHCPLeases(NetworkHandle net, string? mac, VirNetworkDhcpLease*** leases, uint flags);

    [LibraryImport(Library)]
    internal static partial void virNetworkDHCPLeaseFree(VirNetworkDhcpLease* lease);

    [LibraryImport(Library)]
    internal static partial int virConnectListAllInterfaces(ConnectionHandle conn, nint** interfaces, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial InterfaceHandle virInterfaceLookupByName(ConnectionHandle conn, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial InterfaceHandle virInterfaceLookupByMACString(ConnectionHandle conn, string mac);

    [LibraryImport(Library)]
    internal static partial byte* virInterfaceGetName(nint hostInterface);

    [LibraryImport(Library)]
    internal static partial byte* virInterfaceGetMACString(nint hostInterface);

    [LibraryImport(Library)]
    internal static partial byte* virInterfaceGetXMLDesc(InterfaceHandle iface, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial InterfaceHandle virInterfaceDefineXML(ConnectionHandle conn, string xml, uint flags);

    [LibraryImport(Library)]
    internal static partial int virInterfaceUndefine(InterfaceHandle iface);

    [LibraryImport(Library)]
    internal static partial int virInterfaceCreate(InterfaceHandle iface, uint flags);

    [LibraryImport(Library)]
    internal static partial int virInterfaceDestroy(InterfaceHandle iface, uint flags);

    [LibraryImport(Library)]
    internal static partial int virInterfaceIsActive(InterfaceHandle iface);

    [LibraryImport(Library)]
    internal static partial int virInterfaceFree(nint hostInterface);

    [LibraryImport(Library)]
    internal static partial int virConnectListAllNWFilters(ConnectionHandle conn, nint** filters, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virNWFilterGetName(nint filter);

    [LibraryImport(Library)]
    internal static partial int virNWFilterFree(nint filter);
}
