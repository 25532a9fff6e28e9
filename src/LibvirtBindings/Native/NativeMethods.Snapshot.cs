using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>Snapshots (libvirt-domain-snapshot.h).</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial SnapshotHandle virDomainSnapshotCreateXML(DomainHandle domain, string xml, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainListAllSnapshots(DomainHandle domain, nint** snapshots, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotListAllChildren(SnapshotHandle snap, nint** snapshots, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(Utf8Text))]
    internal static partial SnapshotHandle virDomainSnapshotLookupByName(DomainHandle domain, string name, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainHasCurrentSnapshot(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial SnapshotHandle virDomainSnapshotCurrent(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial SnapshotHandle virDomainSnapshotGetParent(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial byte* virDomainSnapshotGetName(nint snapshot);

    [LibraryImport(Library)]
    internal static partial byte* virDomainSnapshotGetXMLDesc(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotIsCurrent(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotHasMetadata(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainRevertToSnapshot(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotDelete(SnapshotHandle snap, uint flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotFree(nint snapshot);
}
