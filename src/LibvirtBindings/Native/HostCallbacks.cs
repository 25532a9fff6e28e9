using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>What libvirt calls when something happens to a network, a storage pool or a device of the host.</summary>
internal static unsafe class HostCallbacks
{
    public static void* NetworkLifecycle => (delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void>)&OnNetworkLifecycle;
    public static void* StoragePoolLifecycle => (delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void>)&OnStoragePoolLifecycle;
    public static void* StoragePoolRefresh => (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnStoragePoolRefresh;
    public static void* NodeDeviceLifecycle => (delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void>)&OnNodeDeviceLifecycle;
    public static void* NodeDeviceUpdate => (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnNodeDeviceUpdate;

    private static void Deliver<T>(nint opaque, Func<T> make)
    {
        try
        {
            if (Registration.From(opaque) is not Registration<T> registration)
                return;
            try
            {
                registration.Raise(make());
            }
            catch (Exception e)
            {
                registration.Connection.ReportHandlerFailure(e);
            }
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }

    private static (string Name, Guid Uuid) Network(nint network)
    {
        var bytes = stackalloc byte[16];
        Answers.Checked(NativeMethods.virNetworkGetUUID(network, bytes));
        return (Answers.Borrowed(NativeMethods.virNetworkGetName(network)), Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16)));
    }

    private static (string Name, Guid Uuid) Pool(nint pool)
    {
        var bytes = stackalloc byte[16];
        Answers.Checked(NativeMethods.virStoragePoolGetUUID(pool, bytes));
        return (Answers.Borrowed(NativeMethods.virStoragePoolGetName(pool)), Answers.Uuid(new ReadOnlySpan<byte>(bytes, 16)));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNetworkLifecycle(nint connection, nint network, int type, int detail, nint opaque) => Deliver(opaque, () =>
    {
        var (name, uuid) = Network(network);
        return new NetworkLifecycleEvent(name, uuid, (NetworkEventType)type);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnStoragePoolLifecycle(nint connection, nint pool, int type, int detail, nint opaque) => Deliver(opaque, () =>
    {
        var (name, uuid) = Pool(pool);
        return new StoragePoolLifecycleEvent(name, uuid, (StoragePoolEventType)type);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnStoragePoolRefresh(nint connection, nint pool, nint opaque) => Deliver(opaque, () =>
    {
        var (name, uuid) = Pool(pool);
        return new StoragePoolRefreshEvent(name, uuid);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNodeDeviceLifecycle(nint connection, nint device, int type, int detail, nint opaque) =>
        Deliver(opaque, () => new NodeDeviceLifecycleEvent(Answers.Borrowed(NativeMethods.virNodeDeviceGetName(device)), (NodeDeviceEventType)type));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNodeDeviceUpdate(nint connection, nint device, nint opaque) =>
        Deliver(opaque, () => new NodeDeviceUpdateEvent(Answers.Borrowed(NativeMethods.virNodeDeviceGetName(device))));
}
