using System.Runtime.InteropServices;
using Libvirt.Native;

namespace Libvirt;

/// <summary>A device of the host (<c>virNodeDevicePtr</c>).</summary>
public sealed class NodeDevice : IDisposable
{
    internal NodeDevice(Connection connection, NodeDeviceHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    internal NodeDeviceHandle Handle { get; }

    public Connection Connection { get; }

    /// <summary>Gives the reference back (<c>virNodeDeviceFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>The name; asks nobody (<c>virNodeDeviceGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virNodeDeviceGetName(lease.Pointer));
        }
    }

    /// <summary>The name of the device that it is attached to; null at the root (<c>virNodeDeviceGetParent</c>).</summary>
    public unsafe string? GetParent()
    {
        using var lease = Handle.Borrow();
        return Answers.Text(NativeMethods.virNodeDeviceGetParent(lease.Pointer));
    }

    /// <summary>What it is: <c>pci</c>, <c>net</c>, <c>storage</c> … (<c>virNodeDeviceListCaps</c>).</summary>
    public unsafe string[] ListCapabilities() =>
        Connection.Names(Answers.Checked(NativeMethods.virNodeDeviceNumOfCaps(Handle)), (names, most) => NativeMethods.virNodeDeviceListCaps(Handle, (byte**)names, most));

    /// <summary>The description (<c>virNodeDeviceGetXMLDesc</c>).</summary>
    public unsafe string GetXml() => Answers.Owned(NativeMethods.virNodeDeviceGetXMLDesc(Handle, 0));

    /// <summary>Takes it from the host so that a guest can have it (<c>virNodeDeviceDetachFlags</c>).</summary>
    public void Detach(string? driver = null) => Answers.Checked(NativeMethods.virNodeDeviceDetachFlags(Handle, driver, 0));

    /// <summary>Gives it back to the host (<c>virNodeDeviceReAttach</c>).</summary>
    public void Reattach() => Answers.Checked(NativeMethods.virNodeDeviceReAttach(Handle));

    /// <summary>Resets it (<c>virNodeDeviceReset</c>).</summary>
    public void Reset() => Answers.Checked(NativeMethods.virNodeDeviceReset(Handle));

    /// <summary>Removes a virtual device from the host (<c>virNodeDeviceDestroy</c>).</summary>
    public void Destroy() => Answers.Checked(NativeMethods.virNodeDeviceDestroy(Handle));

    public override string ToString() => Handle.IsClosed ? "node device (disposed)" : $"node device {Name}";
}

public sealed partial class Connection
{
    /// <summary>
    /// All devices of the host that match (<c>virConnectListAllNodeDevices</c>). Each is to be disposed.
    /// </summary>
    public unsafe NodeDevice[] ListAllNodeDevices(ListAllNodeDevicesFlags flags = ListAllNodeDevicesFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virConnectListAllNodeDevices(Handle, &array, (uint)flags);
        return Answers.Owned<NodeDeviceHandle, NodeDevice>(count, array, handle => new NodeDevice(this, handle));
    }

    /// <summary>Names of the host's devices (<c>virNodeListDevices</c>), for drivers without <see cref="ListAllNodeDevices"/>.</summary>
    /// <param name="capability">Only those that are one: <c>net</c>, <c>pci</c> …; null for all.</param>
    public unsafe string[] ListNodeDeviceNames(string? capability = null) =>
        Names(Answers.Checked(NativeMethods.virNodeNumOfDevices(Handle, capability, 0)),
            (names, most) => NativeMethods.virNodeListDevices(Handle, capability, (byte**)names, most, 0));

    /// <summary>The device with a name (<c>virNodeDeviceLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoNodeDevice"/>: there is none.</exception>
    public NodeDevice LookupNodeDevice(string name) => new(this, Answers.Checked(NativeMethods.virNodeDeviceLookupByName(Handle, name)));

    /// <summary>Makes a virtual device on the host (<c>virNodeDeviceCreateXML</c>).</summary>
    public NodeDevice CreateNodeDevice(string xml) => new(this, Answers.Checked(NativeMethods.virNodeDeviceCreateXML(Handle, xml, 0)));

    /// <summary>Fills an array of texts that become ours to free.</summary>
    internal static unsafe string[] Names(int most, Func<nint, int, int> fill)
    {
        if (most <= 0)
            return [];
        var names = (byte**)NativeMemory.AllocZeroed((nuint)most, (nuint)sizeof(byte*));
        var count = fill((nint)names, most);
        if (count < 0)
        {
            var failure = LibvirtException.TakeLast();
            NativeMemory.Free(names);
            throw failure;
        }
        return OwnedNames(names, count);
    }
}
