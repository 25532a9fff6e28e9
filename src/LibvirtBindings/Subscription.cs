using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>
/// A handler that is registered for an event. Disposing it ends the delivery; a call that is under way on the event
/// thread may still finish. It ends with its connection at the latest.
/// </summary>
public abstract class Subscription : IDisposable
{
    private protected enum Kind { Domain, Network, StoragePool, NodeDevice, Close }

    private readonly Connection connection;
    private readonly Kind kind;
    private nint pin;
    private int callbackId = -1;
    private volatile bool disposed;

    private protected Subscription(Connection connection, Kind kind)
    {
        this.connection = connection;
        this.kind = kind;
    }

    private protected bool IsDisposed => disposed;

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        connection.Forget(this);
        Deregister();
        GC.SuppressFinalize(this);
    }

    /// <summary>Registers with libvirt. libvirt owns the pinned handle from a success on and gives it to <see cref="Free"/>.</summary>
    internal unsafe void Register(LibvirtHandle? filter, int eventId, void* callback)
    {
        var opaque = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        pin = opaque;
        var handle = connection.Handle;
        var added = false;
        int id;
        try
        {
            filter?.DangerousAddRef(ref added);
            var target = filter?.DangerousGetHandle() ?? 0;
            id = kind switch
            {
                Kind.Domain => NativeMethods.virConnectDomainEventRegisterAny(handle, target, eventId, callback, opaque, &Free),
                Kind.Network => NativeMethods.virConnectNetworkEventRegisterAny(handle, target, eventId, callback, opaque, &Free),
                Kind.StoragePool => NativeMethods.virConnectStoragePoolEventRegisterAny(handle, target, eventId, callback, opaque, &Free),
                Kind.NodeDevice => NativeMethods.virConnectNodeDeviceEventRegisterAny(handle, target, eventId, callback, opaque, &Free),
                _ => NativeMethods.virConnectRegisterCloseCallback(handle, (delegate* unmanaged[Cdecl]<nint, int, nint, void>)callback, opaque, &Free),
            };
            if (id < 0)
                throw LibvirtException.TakeLast();
        }
        catch
        {
            Unpin();
            throw;
        }
        finally
        {
            if (added)
                filter!.DangerousRelease();
        }
        Volatile.Write(ref callbackId, id);
        // The handler may have ended it already.
        if (disposed)
            Deregister();
    }

    /// <summary>Calls the handler; what it throws goes to <see cref="Connection.HandlerFailed"/>.</summary>
    private protected void Guard<T>(Action<T> handler, T argument)
    {
        if (disposed)
            return;
        try
        {
            handler(argument);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    internal void Fail(Exception failure) => connection.ReportHandlerFailure(failure);

    /// <summary>libvirt has forgotten the close callback after it called it.</summary>
    private protected void Spent() => Interlocked.Exchange(ref callbackId, -1);

    internal static Subscription? From(nint opaque) => GCHandle.FromIntPtr(opaque).Target as Subscription;

    /// <summary>libvirt's word that it will not use the pinned handle again.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Free(nint opaque)
    {
        try
        {
            if (From(opaque) is { } subscription)
                subscription.Unpin();
            else
                GCHandle.FromIntPtr(opaque).Free();
        }
        catch (Exception)
        {
            // Nothing may cross into libvirt.
        }
    }

    private unsafe void Deregister()
    {
        var id = Interlocked.Exchange(ref callbackId, -1);
        if (id < 0)
            return;
        try
        {
            // A connection that broke fails here, but the client side has forgotten the callback then as well.
            var handle = connection.Handle;
            _ = kind switch
            {
                Kind.Domain => NativeMethods.virConnectDomainEventDeregisterAny(handle, id),
                Kind.Network => NativeMethods.virConnectNetworkEventDeregisterAny(handle, id),
                Kind.StoragePool => NativeMethods.virConnectStoragePoolEventDeregisterAny(handle, id),
                Kind.NodeDevice => NativeMethods.virConnectNodeDeviceEventDeregisterAny(handle, id),
                _ => NativeMethods.virConnectUnregisterCloseCallback(handle, &ClosedCallback.Invoke),
            };
            // A driver without close notices accepts the callback but never frees it.
            if (kind == Kind.Close)
                Unpin();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended first and took the registration with it.
        }
    }

    private void Unpin()
    {
        var mine = Interlocked.Exchange(ref pin, 0);
        if (mine != 0)
            GCHandle.FromIntPtr(mine).Free();
    }

    /// <summary>A subscription whose handler takes a T.</summary>
    internal sealed class Of<T> : Subscription
    {
        private readonly Action<T> handler;

        private Of(Connection connection, Kind kind, Action<T> handler) : base(connection, kind) => this.handler = handler;

        public void Raise(T argument) => Guard(handler, argument);

        public static Of<T> Domain(Connection connection, Action<T> handler) => new(connection, Kind.Domain, handler);

        public static Of<T> Network(Connection connection, Action<T> handler) => new(connection, Kind.Network, handler);

        public static Of<T> StoragePool(Connection connection, Action<T> handler) => new(connection, Kind.StoragePool, handler);

        public static Of<T> NodeDevice(Connection connection, Action<T> handler) => new(connection, Kind.NodeDevice, handler);
    }

    /// <summary>The one close notice of a connection.</summary>
    internal sealed class ClosedCallback(Connection connection, Action<ConnectionCloseReason> handler) : Subscription(connection, Kind.Close)
    {
        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        internal static void Invoke(nint connection, int reason, nint opaque)
        {
            try
            {
                if (From(opaque) is ClosedCallback callback)
                {
                    // libvirt holds its lock here and forgets the callback afterwards: deregistering now would wait for itself.
                    callback.Spent();
                    callback.Guard(callback.handler, (ConnectionCloseReason)reason);
                }
            }
            catch (Exception)
            {
                // Nothing may cross into libvirt.
            }
        }

        private readonly Action<ConnectionCloseReason> handler = handler;
    }
}
