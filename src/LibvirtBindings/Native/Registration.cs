using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Libvirt.Native;

internal enum EventKind { Domain, Network, StoragePool, NodeDevice, Close }

/// <summary>What tells registrations apart; the filter is a UUID or a device's name.</summary>
internal sealed record RegistrationKey(EventKind Kind, int EventId, object? Filter);

/// <summary>
/// A callback that libvirt knows. libvirt takes a function once for an event and filter of a connection, so all
/// handlers of the same event share one registration.
/// </summary>
internal abstract unsafe class Registration(Connection connection, RegistrationKey key)
{
    private nint pin;
    private int callbackId = -1;

    public Connection Connection { get; } = connection;

    public RegistrationKey Key { get; } = key;

    public static Registration? From(nint opaque) => GCHandle.FromIntPtr(opaque).Target as Registration;

    /// <summary>libvirt owns the pinned handle from a success on, and gives it to <see cref="Free"/> when it is done with it.</summary>
    public void Register(LibvirtHandle? filter, void* callback)
    {
        var opaque = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        pin = opaque;
        var handle = Connection.Handle;
        var added = false;
        try
        {
            filter?.DangerousAddRef(ref added);
            var target = filter?.DangerousGetHandle() ?? 0;
            var id = Key.Kind switch
            {
                EventKind.Domain => NativeMethods.virConnectDomainEventRegisterAny(handle, target, Key.EventId, callback, opaque, &Free),
                EventKind.Network => NativeMethods.virConnectNetworkEventRegisterAny(handle, target, Key.EventId, callback, opaque, &Free),
                EventKind.StoragePool => NativeMethods.virConnectStoragePoolEventRegisterAny(handle, target, Key.EventId, callback, opaque, &Free),
                EventKind.NodeDevice => NativeMethods.virConnectNodeDeviceEventRegisterAny(handle, target, Key.EventId, callback, opaque, &Free),
                _ => NativeMethods.virConnectRegisterCloseCallback(handle, &OnClosed, opaque, &Free),
            };
            Volatile.Write(ref callbackId, Answers.Checked(id));
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
    }

    public void Deregister()
    {
        var id = Interlocked.Exchange(ref callbackId, -1);
        if (id < 0)
            return;
        try
        {
            // On a connection that broke this fails, but the client's side has forgotten the callback then as well.
            var handle = Connection.Handle;
            _ = Key.Kind switch
            {
                EventKind.Domain => NativeMethods.virConnectDomainEventDeregisterAny(handle, id),
                EventKind.Network => NativeMethods.virConnectNetworkEventDeregisterAny(handle, id),
                EventKind.StoragePool => NativeMethods.virConnectStoragePoolEventDeregisterAny(handle, id),
                EventKind.NodeDevice => NativeMethods.virConnectNodeDeviceEventDeregisterAny(handle, id),
                _ => NativeMethods.virConnectUnregisterCloseCallback(handle, &OnClosed),
            };
            // A driver without close notices accepts the callback but never frees it.
            if (Key.Kind == EventKind.Close)
                Unpin();
        }
        catch (ObjectDisposedException)
        {
            // The connection ended first and took the registration with it.
        }
    }

    /// <summary>libvirt's word that it will not use the pinned handle again.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void Free(nint opaque)
    {
        try
        {
            if (From(opaque) is { } registration)
                registration.Unpin();
            else
                GCHandle.FromIntPtr(opaque).Free();
        }
        catch (Exception)
        {
            // Nothing may cross into libvirt.
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClosed(nint connection, int reason, nint opaque)
    {
        try
        {
            if (From(opaque) is not Registration<ConnectionCloseReason> registration)
                return;
            // libvirt holds its lock here and forgets the callback afterwards: deregistering now would wait for itself.
            Interlocked.Exchange(ref registration.callbackId, -1);
            registration.Raise((ConnectionCloseReason)reason);
        }
        catch (Exception)
        {
            // Nothing may cross into libvirt.
        }
    }

    private void Unpin()
    {
        var mine = Interlocked.Exchange(ref pin, 0);
        if (mine != 0)
            GCHandle.FromIntPtr(mine).Free();
    }
}

/// <summary>A registration whose handlers take a T. The connection serializes changes; events read a snapshot.</summary>
internal sealed class Registration<T>(Connection connection, RegistrationKey key) : Registration(connection, key)
{
    private volatile Subscription<T>[] subscriptions = [];

    public bool IsEmpty => subscriptions.Length == 0;

    public Subscription<T> Add(Action<T> handler)
    {
        var subscription = new Subscription<T>(this, handler);
        subscriptions = [.. subscriptions, subscription];
        return subscription;
    }

    public void Remove(Subscription<T> subscription) => subscriptions = [.. subscriptions.Where(s => s != subscription)];

    public void Raise(T argument)
    {
        foreach (var subscription in subscriptions)
        {
            subscription.Raise(argument);
        }
    }
}
