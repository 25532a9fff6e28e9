using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Devices of the host (libvirt-nodedev.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int virConnectListAllNodeDevices(ConnectionHandle conn, nint** devices, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virNodeNumOfDevices(ConnectionHandle conn, string? capability, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virNodeListDevices(ConnectionHandle conn, string? capability, byte** names, int maxNames, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial NodeDeviceHandle virNodeDeviceLookupByName(ConnectionHandle conn, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial NodeDeviceHandle virNodeDeviceCreateXML(ConnectionHandle conn, string xml, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virNodeDeviceGetName(nint device);

    [LibraryImport(Library)]
    internal static partial byte* virNodeDeviceGetParent(nint device);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceNumOfCaps(NodeDeviceHandle dev);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceListCaps(NodeDeviceHandle dev, byte** names, int maxNames);

    [LibraryImport(Library)]
    internal static partial byte* virNodeDeviceGetXMLDesc(NodeDeviceHandle dev, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial int virNodeDeviceDetachFlags(NodeDeviceHandle dev, string? driver, uint flags);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceReAttach(NodeDeviceHandle dev);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceReset(NodeDeviceHandle dev);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceDestroy(NodeDeviceHandle dev);

    [LibraryImport(Library)]
    internal static partial int virNodeDeviceFree(nint device);
}
