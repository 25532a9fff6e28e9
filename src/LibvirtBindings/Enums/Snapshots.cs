namespace Libvirt;

/// <summary>How to make a snapshot (<c>virDomainSnapshotCreateFlags</c>).</summary>
[Flags]
public enum DomainSnapshotCreateFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE</c></summary>
    Redefine = 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT</c></summary>
    Current = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA</c></summary>
    NoMetadata = 1u << 2,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_HALT</c></summary>
    Halt = 1u << 3,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY</c></summary>
    DiskOnly = 1u << 4,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT</c></summary>
    ReuseExt = 1u << 5,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE</c></summary>
    Quiesce = 1u << 6,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC</c></summary>
    Atomic = 1u << 7,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_LIVE</c></summary>
    Live = 1u << 8,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE</c></summary>
    Validate = 1u << 9,
}

/// <summary>Filters of snapshot lists (<c>virDomainSnapshotListFlags</c>). <see cref="Roots"/> means descendants when the list starts at a snapshot.</summary>
[Flags]
public enum DomainSnapshotListFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_ROOTS</c></summary>
    Roots = 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_LEAVES</c></summary>
    Leaves = 1u << 2,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES</c></summary>
    NoLeaves = 1u << 3,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_METADATA</c></summary>
    Metadata = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA</c></summary>
    NoMetadata = 1u << 4,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE</c></summary>
    Inactive = 1u << 5,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE</c></summary>
    Active = 1u << 6,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY</c></summary>
    DiskOnly = 1u << 7,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL</c></summary>
    Internal = 1u << 8,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL</c></summary>
    External = 1u << 9,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL</c></summary>
    Topological = 1u << 10,
}

/// <summary>How to go back to a snapshot (<c>virDomainSnapshotRevertFlags</c>).</summary>
[Flags]
public enum DomainSnapshotRevertFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING</c></summary>
    Running = 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED</c></summary>
    Paused = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_REVERT_FORCE</c></summary>
    Force = 1u << 2,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM</c></summary>
    ResetNvram = 1u << 3,
}

/// <summary>What to delete with a snapshot (<c>virDomainSnapshotDeleteFlags</c>).</summary>
[Flags]
public enum DomainSnapshotDeleteFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN</c></summary>
    Children = 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY</c></summary>
    MetadataOnly = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY</c></summary>
    ChildrenOnly = 1u << 2,
}
