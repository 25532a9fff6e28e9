using Libvirt.Native;

namespace Libvirt;

public sealed partial class Domain
{
    /// <summary>Takes a snapshot (<c>virDomainSnapshotCreateXML</c>).</summary>
    /// <param name="xml">At least <c>&lt;domainsnapshot/&gt;</c>; libvirt then chooses the name.</param>
    /// <param name="flags">How.</param>
    public DomainSnapshot CreateSnapshot(string xml, DomainSnapshotCreateFlags flags = DomainSnapshotCreateFlags.None) =>
        new(this, Answers.Checked(NativeMethods.virDomainSnapshotCreateXML(Handle, xml, (uint)flags)));

    /// <summary>All snapshots that match (<c>virDomainListAllSnapshots</c>). Each is to be disposed.</summary>
    public unsafe DomainSnapshot[] ListAllSnapshots(DomainSnapshotListFlags flags = DomainSnapshotListFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virDomainListAllSnapshots(Handle, &array, (uint)flags);
        return Answers.Owned<SnapshotHandle, DomainSnapshot>(count, array, handle => new DomainSnapshot(this, handle));
    }

    /// <summary>The snapshot with a name (<c>virDomainSnapshotLookupByName</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoDomainSnapshot"/>: there is none.</exception>
    public DomainSnapshot LookupSnapshot(string name) => new(this, Answers.Checked(NativeMethods.virDomainSnapshotLookupByName(Handle, name, 0)));

    /// <summary>The snapshot that the domain's present state comes from; null when there is none (<c>virDomainSnapshotCurrent</c>).</summary>
    public DomainSnapshot? GetCurrentSnapshot() =>
        Answers.Truth(NativeMethods.virDomainHasCurrentSnapshot(Handle, 0))
            ? new DomainSnapshot(this, Answers.Checked(NativeMethods.virDomainSnapshotCurrent(Handle, 0)))
            : null;
}
