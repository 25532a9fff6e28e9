namespace Libvirt;

/// <summary>The state of a domain (<c>virDomainState</c>).</summary>
public enum DomainState
{
    /// <summary><c>VIR_DOMAIN_NOSTATE</c></summary>
    Nostate = 0,

    /// <summary><c>VIR_DOMAIN_RUNNING</c></summary>
    Running = 1,

    /// <summary><c>VIR_DOMAIN_BLOCKED</c></summary>
    Blocked = 2,

    /// <summary><c>VIR_DOMAIN_PAUSED</c></summary>
    Paused = 3,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN</c></summary>
    Shutdown = 4,

    /// <summary><c>VIR_DOMAIN_SHUTOFF</c></summary>
    Shutoff = 5,

    /// <summary><c>VIR_DOMAIN_CRASHED</c></summary>
    Crashed = 6,

    /// <summary><c>VIR_DOMAIN_PMSUSPENDED</c></summary>
    PMSuspended = 7,
}

/// <summary>Why a domain is running (<c>virDomainRunningReason</c>).</summary>
public enum DomainRunningReason
{
    /// <summary><c>VIR_DOMAIN_RUNNING_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_RUNNING_BOOTED</c></summary>
    Booted = 1,

    /// <summary><c>VIR_DOMAIN_RUNNING_MIGRATED</c></summary>
    Migrated = 2,

    /// <summary><c>VIR_DOMAIN_RUNNING_RESTORED</c></summary>
    Restored = 3,

    /// <summary><c>VIR_DOMAIN_RUNNING_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 4,

    /// <summary><c>VIR_DOMAIN_RUNNING_UNPAUSED</c></summary>
    Unpaused = 5,

    /// <summary><c>VIR_DOMAIN_RUNNING_MIGRATION_CANCELED</c></summary>
    MigrationCanceled = 6,

    /// <summary><c>VIR_DOMAIN_RUNNING_SAVE_CANCELED</c></summary>
    SaveCanceled = 7,

    /// <summary><c>VIR_DOMAIN_RUNNING_WAKEUP</c></summary>
    Wakeup = 8,

    /// <summary><c>VIR_DOMAIN_RUNNING_CRASHED</c></summary>
    Crashed = 9,

    /// <summary><c>VIR_DOMAIN_RUNNING_POSTCOPY</c></summary>
    Postcopy = 10,

    /// <summary><c>VIR_DOMAIN_RUNNING_POSTCOPY_FAILED</c></summary>
    PostcopyFailed = 11,
}

/// <summary>Why a domain is paused (<c>virDomainPausedReason</c>).</summary>
public enum DomainPausedReason
{
    /// <summary><c>VIR_DOMAIN_PAUSED_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_PAUSED_USER</c></summary>
    User = 1,

    /// <summary><c>VIR_DOMAIN_PAUSED_MIGRATION</c></summary>
    Migration = 2,

    /// <summary><c>VIR_DOMAIN_PAUSED_SAVE</c></summary>
    Save = 3,

    /// <summary><c>VIR_DOMAIN_PAUSED_DUMP</c></summary>
    Dump = 4,

    /// <summary><c>VIR_DOMAIN_PAUSED_IOERROR</c></summary>
    IOError = 5,

    /// <summary><c>VIR_DOMAIN_PAUSED_WATCHDOG</c></summary>
    Watchdog = 6,

    /// <summary><c>VIR_DOMAIN_PAUSED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 7,

    /// <summary><c>VIR_DOMAIN_PAUSED_SHUTTING_DOWN</c></summary>
    ShuttingDown = 8,

    /// <summary><c>VIR_DOMAIN_PAUSED_SNAPSHOT</c></summary>
    Snapshot = 9,

    /// <summary><c>VIR_DOMAIN_PAUSED_CRASHED</c></summary>
    Crashed = 10,

    /// <summary><c>VIR_DOMAIN_PAUSED_STARTING_UP</c></summary>
    StartingUp = 11,

    /// <summary><c>VIR_DOMAIN_PAUSED_POSTCOPY</c></summary>
    Postcopy = 12,

    /// <summary><c>VIR_DOMAIN_PAUSED_POSTCOPY_FAILED</c></summary>
    PostcopyFailed = 13,
}

/// <summary>Why a domain is being shut down (<c>virDomainShutdownReason</c>).</summary>
public enum DomainShutdownReason
{
    /// <summary><c>VIR_DOMAIN_SHUTDOWN_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_USER</c></summary>
    User = 1,
}

/// <summary>Why a domain is shut off (<c>virDomainShutoffReason</c>).</summary>
public enum DomainShutoffReason
{
    /// <summary><c>VIR_DOMAIN_SHUTOFF_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_SHUTDOWN</c></summary>
    Shutdown = 1,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_DESTROYED</c></summary>
    Destroyed = 2,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_CRASHED</c></summary>
    Crashed = 3,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_MIGRATED</c></summary>
    Migrated = 4,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_SAVED</c></summary>
    Saved = 5,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_FAILED</c></summary>
    Failed = 6,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 7,

    /// <summary><c>VIR_DOMAIN_SHUTOFF_DAEMON</c></summary>
    Daemon = 8,
}

/// <summary>Why a domain is crashed (<c>virDomainCrashedReason</c>).</summary>
public enum DomainCrashedReason
{
    /// <summary><c>VIR_DOMAIN_CRASHED_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_CRASHED_PANICKED</c></summary>
    Panicked = 1,
}

/// <summary>Whether the hypervisor can be told to do something with the domain (<c>virDomainControlState</c>).</summary>
public enum DomainControlState
{
    /// <summary><c>VIR_DOMAIN_CONTROL_OK</c></summary>
    Ok = 0,

    /// <summary><c>VIR_DOMAIN_CONTROL_JOB</c></summary>
    Job = 1,

    /// <summary><c>VIR_DOMAIN_CONTROL_OCCUPIED</c></summary>
    Occupied = 2,

    /// <summary><c>VIR_DOMAIN_CONTROL_ERROR</c></summary>
    Error = 3,
}

/// <summary>The state of a virtual CPU (<c>virVcpuState</c>).</summary>
public enum VcpuState
{
    /// <summary><c>VIR_VCPU_OFFLINE</c></summary>
    Offline = 0,

    /// <summary><c>VIR_VCPU_RUNNING</c></summary>
    Running = 1,

    /// <summary><c>VIR_VCPU_BLOCKED</c></summary>
    Blocked = 2,
}

/// <summary>What is known about the end of a job (<c>virDomainJobType</c>).</summary>
public enum DomainJobType
{
    /// <summary><c>VIR_DOMAIN_JOB_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_JOB_BOUNDED</c></summary>
    Bounded = 1,

    /// <summary><c>VIR_DOMAIN_JOB_UNBOUNDED</c></summary>
    Unbounded = 2,

    /// <summary><c>VIR_DOMAIN_JOB_COMPLETED</c></summary>
    Completed = 3,

    /// <summary><c>VIR_DOMAIN_JOB_FAILED</c></summary>
    Failed = 4,

    /// <summary><c>VIR_DOMAIN_JOB_CANCELLED</c></summary>
    Cancelled = 5,
}

/// <summary>What a job does (<c>virDomainJobOperation</c>).</summary>
public enum DomainJobOperation
{
    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_START</c></summary>
    Start = 1,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_SAVE</c></summary>
    Save = 2,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_RESTORE</c></summary>
    Restore = 3,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN</c></summary>
    MigrationIn = 4,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT</c></summary>
    MigrationOut = 5,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT</c></summary>
    Snapshot = 6,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT</c></summary>
    SnapshotRevert = 7,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_DUMP</c></summary>
    Dump = 8,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_BACKUP</c></summary>
    Backup = 9,

    /// <summary><c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_DELETE</c></summary>
    SnapshotDelete = 10,
}

/// <summary>What a value of <see cref="Domain.GetMemoryStatistics"/> means (<c>virDomainMemoryStatTags</c>).</summary>
public enum DomainMemoryStatTag
{
    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_SWAP_IN</c></summary>
    SwapIn = 0,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_SWAP_OUT</c></summary>
    SwapOut = 1,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT</c></summary>
    MajorFault = 2,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT</c></summary>
    MinorFault = 3,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_UNUSED</c></summary>
    Unused = 4,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_AVAILABLE</c></summary>
    Available = 5,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON</c></summary>
    ActualBalloon = 6,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_RSS</c></summary>
    Rss = 7,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_USABLE</c></summary>
    Usable = 8,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE</c></summary>
    LastUpdate = 9,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_DISK_CACHES</c></summary>
    DiskCaches = 10,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC</c></summary>
    HugetlbPgalloc = 11,

    /// <summary><c>VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL</c></summary>
    HugetlbPgfail = 12,
}

/// <summary>Which metadata of a domain (<c>virDomainMetadataType</c>).</summary>
public enum DomainMetadataType
{
    /// <summary><c>VIR_DOMAIN_METADATA_DESCRIPTION</c></summary>
    Description = 0,

    /// <summary><c>VIR_DOMAIN_METADATA_TITLE</c></summary>
    Title = 1,

    /// <summary><c>VIR_DOMAIN_METADATA_ELEMENT</c></summary>
    Element = 2,
}

/// <summary>File format of a core dump (<c>virDomainCoreDumpFormat</c>).</summary>
public enum DomainCoreDumpFormat
{
    /// <summary><c>VIR_DOMAIN_CORE_DUMP_FORMAT_RAW</c></summary>
    Raw = 0,

    /// <summary><c>VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB</c></summary>
    KdumpZlib = 1,

    /// <summary><c>VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO</c></summary>
    KdumpLzo = 2,

    /// <summary><c>VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_SNAPPY</c></summary>
    KdumpSnappy = 3,

    /// <summary><c>VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP</c></summary>
    WinDmp = 4,
}

/// <summary>What a block job does (<c>virDomainBlockJobType</c>).</summary>
public enum DomainBlockJobType
{
    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_PULL</c></summary>
    Pull = 1,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_COPY</c></summary>
    Copy = 2,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT</c></summary>
    Commit = 3,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT</c></summary>
    ActiveCommit = 4,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP</c></summary>
    Backup = 5,
}

/// <summary>What is wrong with a disk (<c>virDomainDiskErrorCode</c>).</summary>
public enum DomainDiskErrorCode
{
    /// <summary><c>VIR_DOMAIN_DISK_ERROR_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_DISK_ERROR_UNSPEC</c></summary>
    Unspec = 1,

    /// <summary><c>VIR_DOMAIN_DISK_ERROR_NO_SPACE</c></summary>
    NoSpace = 2,
}

/// <summary>Who tells the addresses of a guest (<c>virDomainInterfaceAddressesSource</c>).</summary>
public enum DomainInterfaceAddressesSource
{
    /// <summary><c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE</c></summary>
    Lease = 0,

    /// <summary><c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT</c></summary>
    Agent = 1,

    /// <summary><c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP</c></summary>
    Arp = 2,
}

/// <summary>IP version (<c>virIPAddrType</c>).</summary>
public enum IPAddressType
{
    /// <summary><c>VIR_IP_ADDR_TYPE_IPV4</c></summary>
    Ipv4 = 0,

    /// <summary><c>VIR_IP_ADDR_TYPE_IPV6</c></summary>
    Ipv6 = 1,
}
