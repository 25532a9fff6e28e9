using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Connections and what a host tells of itself (libvirt-host.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial ConnectionHandle virConnectOpen(string? name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial ConnectionHandle virConnectOpenReadOnly(string? name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial ConnectionHandle virConnectOpenAuth(string? name, VirConnectAuth* auth, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectClose(nint conn);

    [LibraryImport(Library)]
    internal static partial byte* virConnectGetType(nint conn);

    [LibraryImport(Library)]
    internal static partial int virConnectGetVersion(ConnectionHandle conn, nuint* version);

    [LibraryImport(Library)]
    internal static partial int virConnectGetLibVersion(ConnectionHandle conn, nuint* version);

    [LibraryImport(Library)]
    internal static partial byte* virConnectGetHostname(ConnectionHandle conn);

    [LibraryImport(Library)]
    internal static partial byte* virConnectGetURI(ConnectionHandle conn);

    [LibraryImport(Library)]
    internal static partial byte* virConnectGetSysinfo(ConnectionHandle conn, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectSetKeepAlive(ConnectionHandle conn, int interval, uint count);

    [LibraryImport(Library)]
    internal static partial int virConnectRegisterCloseCallback(ConnectionHandle conn, delegate* unmanaged[Cdecl]<nint, int, nint, void> callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virConnectUnregisterCloseCallback(ConnectionHandle conn, delegate* unmanaged[Cdecl]<nint, int, nint, void> callback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virConnectGetMaxVcpus(ConnectionHandle conn, string? type);

    [LibraryImport(Library)]
    internal static partial int virNodeGetInfo(ConnectionHandle conn, VirNodeInfo* info);

    [LibraryImport(Library)]
    internal static partial byte* virConnectGetCapabilities(ConnectionHandle conn);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial byte* virConnectGetDomainCapabilities(ConnectionHandle conn, string? emulator, string? arch, string? machine, string? virtualizationType, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeGetCPUStats(ConnectionHandle conn, int cpu, VirNodeStat* stats, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeGetMemoryStats(ConnectionHandle conn, int cell, VirNodeStat* stats, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial ulong virNodeGetFreeMemory(ConnectionHandle conn);

    [LibraryImport(Library)]
    internal static partial int virNodeGetCellsFreeMemory(ConnectionHandle conn, ulong* free, int startCell, int maxCells);

    [LibraryImport(Library)]
    internal static partial int virNodeGetCPUMap(ConnectionHandle conn, byte** map, uint* online, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeGetMemoryParameters(ConnectionHandle conn, VirTypedParameter* parameters, int* count, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeSuspendForDuration(ConnectionHandle conn, uint target, ulong duration, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectIsEncrypted(ConnectionHandle conn);

    [LibraryImport(Library)]
    internal static partial int virConnectIsSecure(ConnectionHandle conn);

    [LibraryImport(Library)]
    internal static partial int virConnectIsAlive(ConnectionHandle conn);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virConnectCompareCPU(ConnectionHandle conn, string xml, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virConnectBaselineCPU(ConnectionHandle conn, byte** xmlCPUs, uint ncpus, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virConnectGetCPUModelNames(ConnectionHandle conn, string arch, byte*** models, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial byte* virConnectDomainXMLFromNative(ConnectionHandle conn, string format, string config, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial byte* virConnectDomainXMLToNative(ConnectionHandle conn, string format, string xml, uint flags);
}
