using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>The event loop and its callbacks (libvirt-event.h, and the registrations of each area).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int virEventRegisterDefaultImpl();

    [LibraryImport(Library)]
    internal static partial int virEventRunDefaultImpl();

    [LibraryImport(Library)]
    internal static partial int virEventAddTimeout(int milliseconds, delegate* unmanaged[Cdecl]<int, nint, void> callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virEventRemoveTimeout(int timer);

    [LibraryImport(Library)]
    internal static partial int virConnectDomainEventRegisterAny(ConnectionHandle conn, nint domain, int eventId, void* callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virConnectDomainEventDeregisterAny(ConnectionHandle conn, int callbackId);

    [LibraryImport(Library)]
    internal static partial int virConnectNetworkEventRegisterAny(ConnectionHandle conn, nint network, int eventId, void* callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virConnectNetworkEventDeregisterAny(ConnectionHandle conn, int callbackId);

    [LibraryImport(Library)]
    internal static partial int virConnectStoragePoolEventRegisterAny(ConnectionHandle conn, nint pool, int eventId, void* callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virConnectStoragePoolEventDeregisterAny(ConnectionHandle conn, int callbackId);

    [LibraryImport(Library)]
    internal static partial int virConnectNodeDeviceEventRegisterAny(ConnectionHandle conn, nint device, int eventId, void* callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library)]
    internal static partial int virConnectNodeDeviceEventDeregisterAny(ConnectionHandle conn, int callbackId);
}
