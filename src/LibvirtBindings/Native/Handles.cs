using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>A counted reference to a libvirt object; zero is "no object".</summary>
internal abstract class LibvirtHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    /// <summary>Keeps the object alive while its memory is read outside a libvirt call.</summary>
    public Lease Borrow() => new(this);

    internal readonly ref struct Lease
    {
        private readonly LibvirtHandle owner;

        public Lease(LibvirtHandle owner)
        {
            var taken = false;
            owner.DangerousAddRef(ref taken);
            this.owner = owner;
        }

        public nint Pointer => owner.DangerousGetHandle();

        public void Dispose() => owner.DangerousRelease();
    }
}

/// <summary>virConnectPtr</summary>
internal sealed class ConnectionHandle : LibvirtHandle
{
    /// <summary>What virConnectClose answered: references that remain, -1 for a failure; null while it is open.</summary>
    public int? Remaining { get; private set; }

    protected override bool ReleaseHandle()
    {
        Remaining = NativeMethods.virConnectClose(handle);
        return Remaining >= 0;
    }
}

/// <summary>virDomainPtr</summary>
internal sealed class DomainHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virDomainFree(handle) == 0;
}

/// <summary>virDomainSnapshotPtr</summary>
internal sealed class SnapshotHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virDomainSnapshotFree(handle) == 0;
}

/// <summary>virNetworkPtr</summary>
internal sealed class NetworkHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virNetworkFree(handle) == 0;
}

/// <summary>virInterfacePtr</summary>
internal sealed class InterfaceHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virInterfaceFree(handle) == 0;
}

/// <summary>virNWFilterPtr</summary>
internal sealed class NetworkFilterHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virNWFilterFree(handle) == 0;
}

/// <summary>virStoragePoolPtr</summary>
internal sealed class StoragePoolHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virStoragePoolFree(handle) == 0;
}

/// <summary>virStorageVolPtr</summary>
internal sealed class StorageVolumeHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virStorageVolFree(handle) == 0;
}

/// <summary>virNodeDevicePtr</summary>
internal sealed class NodeDeviceHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virNodeDeviceFree(handle) == 0;
}

/// <summary>virStreamPtr</summary>
internal sealed class StreamHandle : LibvirtHandle
{
    protected override bool ReleaseHandle() => NativeMethods.virStreamFree(handle) == 0;
}
