using Libvirt.Native;

namespace Libvirt;

/// <summary>A snapshot of a domain (<c>virDomainSnapshotPtr</c>).</summary>
public sealed class DomainSnapshot : IDisposable
{
    internal DomainSnapshot(Domain domain, SnapshotHandle handle)
    {
        Domain = domain;
        Handle = handle;
    }

    internal SnapshotHandle Handle { get; }

    /// <summary>The object that it was asked from.</summary>
    public Domain Domain { get; }

    /// <summary>Gives the reference back (<c>virDomainSnapshotFree</c>).</summary>
    public void Dispose() => Handle.Dispose();

    /// <summary>Unique in the domain; asks nobody (<c>virDomainSnapshotGetName</c>).</summary>
    public unsafe string Name
    {
        get
        {
            using var lease = Handle.Borrow();
            return Answers.Borrowed(NativeMethods.virDomainSnapshotGetName(lease.Pointer));
        }
    }

    /// <summary>The snapshot's description (<c>virDomainSnapshotGetXMLDesc</c>).</summary>
    public unsafe string GetXml(bool secure = false) =>
        Answers.Owned(NativeMethods.virDomainSnapshotGetXMLDesc(Handle, secure ? (uint)DomainXmlFlags.Secure : 0));

    /// <summary>Whether the domain's present state comes from it (<c>virDomainSnapshotIsCurrent</c>).</summary>
    public bool IsCurrent => Answers.Truth(NativeMethods.virDomainSnapshotIsCurrent(Handle, 0));

    /// <summary>Whether libvirt keeps a description of it (<c>virDomainSnapshotHasMetadata</c>).</summary>
    public bool HasMetadata => Answers.Truth(NativeMethods.virDomainSnapshotHasMetadata(Handle, 0));

    /// <summary>The one that it was taken after; null for a root (<c>virDomainSnapshotGetParent</c>).</summary>
    public DomainSnapshot? GetParent()
    {
        try
        {
            return new DomainSnapshot(Domain, Answers.Checked(NativeMethods.virDomainSnapshotGetParent(Handle, 0)));
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomainSnapshot)
        {
            return null;
        }
    }

    /// <summary>Those that were taken after it (<c>virDomainSnapshotListAllChildren</c>); with
    /// <see cref="DomainSnapshotListFlags.Roots"/> those after them too.</summary>
    public unsafe DomainSnapshot[] ListAllChildren(DomainSnapshotListFlags flags = DomainSnapshotListFlags.None)
    {
        nint* array = null;
        var count = NativeMethods.virDomainSnapshotListAllChildren(Handle, &array, (uint)flags);
        return Answers.Owned<SnapshotHandle, DomainSnapshot>(count, array, handle => new DomainSnapshot(Domain, handle));
    }

    /// <summary>Takes the domain back to it (<c>virDomainRevertToSnapshot</c>).</summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.SnapshotRevertRisky"/>: needs <see cref="DomainSnapshotRevertFlags.Force"/>.</exception>
    public void Revert(DomainSnapshotRevertFlags flags = DomainSnapshotRevertFlags.None) => Answers.Checked(NativeMethods.virDomainRevertToSnapshot(Handle, (uint)flags));

    /// <summary>Deletes it (<c>virDomainSnapshotDelete</c>).</summary>
    public void Delete(DomainSnapshotDeleteFlags flags = DomainSnapshotDeleteFlags.None) => Answers.Checked(NativeMethods.virDomainSnapshotDelete(Handle, (uint)flags));

    public override string ToString() => Handle.IsClosed ? "snapshot (disposed)" : $"snapshot {Name}";
}
