namespace Libvirt;

/// <summary>Filters of <see cref="Connection.ListAllDomains"/> (<c>virConnectListAllDomainsFlags</c>). Both filters of a pair, or neither, mean no filter by that property.</summary>
[Flags]
public enum ListAllDomainsFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_ACTIVE</c></summary>
    Active = 1,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_INACTIVE</c></summary>
    Inactive = 1u << 1,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_PERSISTENT</c></summary>
    Persistent = 1u << 2,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_TRANSIENT</c></summary>
    Transient = 1u << 3,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_RUNNING</c></summary>
    Running = 1u << 4,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_PAUSED</c></summary>
    Paused = 1u << 5,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_SHUTOFF</c></summary>
    Shutoff = 1u << 6,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_OTHER</c></summary>
    Other = 1u << 7,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE</c></summary>
    ManagedSave = 1u << 8,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE</c></summary>
    NoManagedSave = 1u << 9,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_AUTOSTART</c></summary>
    Autostart = 1u << 10,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART</c></summary>
    NoAutostart = 1u << 11,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT</c></summary>
    HasSnapshot = 1u << 12,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT</c></summary>
    NoSnapshot = 1u << 13,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT</c></summary>
    HasCheckpoint = 1u << 14,

    /// <summary><c>VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT</c></summary>
    NoCheckpoint = 1u << 15,
}

/// <summary>Which configuration a change goes to (<c>virDomainModificationImpact</c>).</summary>
[Flags]
public enum DomainModificationImpact : uint
{
    /// <summary><c>VIR_DOMAIN_AFFECT_CURRENT</c></summary>
    Current = 0,

    /// <summary><c>VIR_DOMAIN_AFFECT_LIVE</c></summary>
    Live = 1,

    /// <summary><c>VIR_DOMAIN_AFFECT_CONFIG</c></summary>
    Config = 1u << 1,
}

/// <summary>How to start a domain (<c>virDomainCreateFlags</c>).</summary>
[Flags]
public enum DomainCreateFlags : uint
{
    /// <summary><c>VIR_DOMAIN_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_START_PAUSED</c></summary>
    StartPaused = 1,

    /// <summary><c>VIR_DOMAIN_START_AUTODESTROY</c></summary>
    StartAutoDestroy = 1u << 1,

    /// <summary><c>VIR_DOMAIN_START_BYPASS_CACHE</c></summary>
    StartBypassCache = 1u << 2,

    /// <summary><c>VIR_DOMAIN_START_FORCE_BOOT</c></summary>
    StartForceBoot = 1u << 3,

    /// <summary><c>VIR_DOMAIN_START_VALIDATE</c></summary>
    StartValidate = 1u << 4,

    /// <summary><c>VIR_DOMAIN_START_RESET_NVRAM</c></summary>
    StartResetNvram = 1u << 5,
}

/// <summary>How to define a domain (<c>virDomainDefineFlags</c>).</summary>
[Flags]
public enum DomainDefineFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_DEFINE_VALIDATE</c></summary>
    Validate = 1,
}

/// <summary>What to remove or keep with a definition (<c>virDomainUndefineFlagsValues</c>).</summary>
[Flags]
public enum DomainUndefineFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_MANAGED_SAVE</c></summary>
    ManagedSave = 1,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA</c></summary>
    SnapshotsMetadata = 1u << 1,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_NVRAM</c></summary>
    Nvram = 1u << 2,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_KEEP_NVRAM</c></summary>
    KeepNvram = 1u << 3,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA</c></summary>
    CheckpointsMetadata = 1u << 4,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_TPM</c></summary>
    Tpm = 1u << 5,

    /// <summary><c>VIR_DOMAIN_UNDEFINE_KEEP_TPM</c></summary>
    KeepTpm = 1u << 6,
}

/// <summary>How to stop a domain hard (<c>virDomainDestroyFlagsValues</c>).</summary>
[Flags]
public enum DomainDestroyFlags : uint
{
    /// <summary><c>VIR_DOMAIN_DESTROY_DEFAULT</c></summary>
    Default = 0,

    /// <summary><c>VIR_DOMAIN_DESTROY_GRACEFUL</c></summary>
    Graceful = 1,

    /// <summary><c>VIR_DOMAIN_DESTROY_REMOVE_LOGS</c></summary>
    RemoveLogs = 1u << 1,
}

/// <summary>How to ask a guest to shut down (<c>virDomainShutdownFlagValues</c>).</summary>
[Flags]
public enum DomainShutdownFlags : uint
{
    /// <summary><c>VIR_DOMAIN_SHUTDOWN_DEFAULT</c></summary>
    Default = 0,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN</c></summary>
    AcpiPowerBtn = 1,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_GUEST_AGENT</c></summary>
    GuestAgent = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_INITCTL</c></summary>
    InitCtl = 1u << 2,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_SIGNAL</c></summary>
    Signal = 1u << 3,

    /// <summary><c>VIR_DOMAIN_SHUTDOWN_PARAVIRT</c></summary>
    Paravirt = 1u << 4,
}

/// <summary>How to ask a guest to reboot (<c>virDomainRebootFlagValues</c>).</summary>
[Flags]
public enum DomainRebootFlags : uint
{
    /// <summary><c>VIR_DOMAIN_REBOOT_DEFAULT</c></summary>
    Default = 0,

    /// <summary><c>VIR_DOMAIN_REBOOT_ACPI_POWER_BTN</c></summary>
    AcpiPowerBtn = 1,

    /// <summary><c>VIR_DOMAIN_REBOOT_GUEST_AGENT</c></summary>
    GuestAgent = 1u << 1,

    /// <summary><c>VIR_DOMAIN_REBOOT_INITCTL</c></summary>
    InitCtl = 1u << 2,

    /// <summary><c>VIR_DOMAIN_REBOOT_SIGNAL</c></summary>
    Signal = 1u << 3,

    /// <summary><c>VIR_DOMAIN_REBOOT_PARAVIRT</c></summary>
    Paravirt = 1u << 4,
}

/// <summary>Which XML of a domain (<c>virDomainXMLFlags</c>).</summary>
[Flags]
public enum DomainXmlFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_XML_SECURE</c></summary>
    Secure = 1,

    /// <summary><c>VIR_DOMAIN_XML_INACTIVE</c></summary>
    Inactive = 1u << 1,

    /// <summary><c>VIR_DOMAIN_XML_UPDATE_CPU</c></summary>
    UpdateCpu = 1u << 2,

    /// <summary><c>VIR_DOMAIN_XML_MIGRATABLE</c></summary>
    Migratable = 1u << 3,
}

/// <summary>How to save or restore a domain (<c>virDomainSaveRestoreFlags</c>).</summary>
[Flags]
public enum DomainSaveRestoreFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_SAVE_BYPASS_CACHE</c></summary>
    BypassCache = 1,

    /// <summary><c>VIR_DOMAIN_SAVE_RUNNING</c></summary>
    Running = 1u << 1,

    /// <summary><c>VIR_DOMAIN_SAVE_PAUSED</c></summary>
    Paused = 1u << 2,

    /// <summary><c>VIR_DOMAIN_SAVE_RESET_NVRAM</c></summary>
    ResetNvram = 1u << 3,
}

/// <summary>How to dump a domain (<c>virDomainCoreDumpFlags</c>).</summary>
[Flags]
public enum DomainCoreDumpFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DUMP_CRASH</c></summary>
    Crash = 1,

    /// <summary><c>VIR_DUMP_LIVE</c></summary>
    Live = 1u << 1,

    /// <summary><c>VIR_DUMP_BYPASS_CACHE</c></summary>
    BypassCache = 1u << 2,

    /// <summary><c>VIR_DUMP_RESET</c></summary>
    Reset = 1u << 3,

    /// <summary><c>VIR_DUMP_MEMORY_ONLY</c></summary>
    MemoryOnly = 1u << 4,
}

/// <summary>Which memory size to change, and where (<c>virDomainMemoryModFlags</c>).</summary>
[Flags]
public enum DomainMemoryModFlags : uint
{
    /// <summary><c>VIR_DOMAIN_MEM_CURRENT</c></summary>
    Current = 0,

    /// <summary><c>VIR_DOMAIN_MEM_LIVE</c></summary>
    Live = 1,

    /// <summary><c>VIR_DOMAIN_MEM_CONFIG</c></summary>
    Config = 1u << 1,

    /// <summary><c>VIR_DOMAIN_MEM_MAXIMUM</c></summary>
    Maximum = 1u << 2,
}

/// <summary>Which number of virtual CPUs, and where (<c>virDomainVcpuFlags</c>).</summary>
[Flags]
public enum DomainVcpuFlags : uint
{
    /// <summary><c>VIR_DOMAIN_VCPU_CURRENT</c></summary>
    Current = 0,

    /// <summary><c>VIR_DOMAIN_VCPU_LIVE</c></summary>
    Live = 1,

    /// <summary><c>VIR_DOMAIN_VCPU_CONFIG</c></summary>
    Config = 1u << 1,

    /// <summary><c>VIR_DOMAIN_VCPU_MAXIMUM</c></summary>
    Maximum = 1u << 2,

    /// <summary><c>VIR_DOMAIN_VCPU_GUEST</c></summary>
    Guest = 1u << 3,

    /// <summary><c>VIR_DOMAIN_VCPU_HOTPLUGGABLE</c></summary>
    Hotpluggable = 1u << 4,
}

/// <summary>Which configuration a device change goes to (<c>virDomainDeviceModifyFlags</c>).</summary>
[Flags]
public enum DomainDeviceModifyFlags : uint
{
    /// <summary><c>VIR_DOMAIN_DEVICE_MODIFY_CURRENT</c></summary>
    Current = 0,

    /// <summary><c>VIR_DOMAIN_DEVICE_MODIFY_LIVE</c></summary>
    Live = 1,

    /// <summary><c>VIR_DOMAIN_DEVICE_MODIFY_CONFIG</c></summary>
    Config = 1u << 1,

    /// <summary><c>VIR_DOMAIN_DEVICE_MODIFY_FORCE</c></summary>
    Force = 1u << 2,
}

/// <summary>How to migrate (<c>virDomainMigrateFlags</c>).</summary>
[Flags]
public enum DomainMigrateFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_MIGRATE_LIVE</c></summary>
    Live = 1,

    /// <summary><c>VIR_MIGRATE_PEER2PEER</c></summary>
    PeerToPeer = 1u << 1,

    /// <summary><c>VIR_MIGRATE_TUNNELLED</c></summary>
    Tunnelled = 1u << 2,

    /// <summary><c>VIR_MIGRATE_PERSIST_DEST</c></summary>
    PersistDest = 1u << 3,

    /// <summary><c>VIR_MIGRATE_UNDEFINE_SOURCE</c></summary>
    UndefineSource = 1u << 4,

    /// <summary><c>VIR_MIGRATE_PAUSED</c></summary>
    Paused = 1u << 5,

    /// <summary><c>VIR_MIGRATE_NON_SHARED_DISK</c></summary>
    NonSharedDisk = 1u << 6,

    /// <summary><c>VIR_MIGRATE_NON_SHARED_INC</c></summary>
    NonSharedInc = 1u << 7,

    /// <summary><c>VIR_MIGRATE_CHANGE_PROTECTION</c></summary>
    ChangeProtection = 1u << 8,

    /// <summary><c>VIR_MIGRATE_UNSAFE</c></summary>
    Unsafe = 1u << 9,

    /// <summary><c>VIR_MIGRATE_OFFLINE</c></summary>
    Offline = 1u << 10,

    /// <summary><c>VIR_MIGRATE_COMPRESSED</c></summary>
    Compressed = 1u << 11,

    /// <summary><c>VIR_MIGRATE_ABORT_ON_ERROR</c></summary>
    AbortOnError = 1u << 12,

    /// <summary><c>VIR_MIGRATE_AUTO_CONVERGE</c></summary>
    AutoConverge = 1u << 13,

    /// <summary><c>VIR_MIGRATE_RDMA_PIN_ALL</c></summary>
    RdmaPinAll = 1u << 14,

    /// <summary><c>VIR_MIGRATE_POSTCOPY</c></summary>
    Postcopy = 1u << 15,

    /// <summary><c>VIR_MIGRATE_TLS</c></summary>
    Tls = 1u << 16,

    /// <summary><c>VIR_MIGRATE_PARALLEL</c></summary>
    Parallel = 1u << 17,

    /// <summary><c>VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES</c></summary>
    NonSharedSynchronousWrites = 1u << 18,

    /// <summary><c>VIR_MIGRATE_POSTCOPY_RESUME</c></summary>
    PostcopyResume = 1u << 19,

    /// <summary><c>VIR_MIGRATE_ZEROCOPY</c></summary>
    Zerocopy = 1u << 20,
}

/// <summary>Groups of bulk statistics (<c>virDomainStatsTypes</c>).</summary>
[Flags]
public enum DomainStatsTypes : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_STATS_STATE</c></summary>
    State = 1,

    /// <summary><c>VIR_DOMAIN_STATS_CPU_TOTAL</c></summary>
    CpuTotal = 1u << 1,

    /// <summary><c>VIR_DOMAIN_STATS_BALLOON</c></summary>
    Balloon = 1u << 2,

    /// <summary><c>VIR_DOMAIN_STATS_VCPU</c></summary>
    Vcpu = 1u << 3,

    /// <summary><c>VIR_DOMAIN_STATS_INTERFACE</c></summary>
    Interface = 1u << 4,

    /// <summary><c>VIR_DOMAIN_STATS_BLOCK</c></summary>
    Block = 1u << 5,

    /// <summary><c>VIR_DOMAIN_STATS_PERF</c></summary>
    Perf = 1u << 6,

    /// <summary><c>VIR_DOMAIN_STATS_IOTHREAD</c></summary>
    IOThread = 1u << 7,

    /// <summary><c>VIR_DOMAIN_STATS_MEMORY</c></summary>
    Memory = 1u << 8,

    /// <summary><c>VIR_DOMAIN_STATS_DIRTYRATE</c></summary>
    DirtyRate = 1u << 9,

    /// <summary><c>VIR_DOMAIN_STATS_VM</c></summary>
    Vm = 1u << 10,
}

/// <summary>Filters of <see cref="Connection.GetAllDomainStats"/> (<c>virConnectGetAllDomainStatsFlags</c>).</summary>
[Flags]
public enum GetAllDomainStatsFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE</c></summary>
    Active = 1,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE</c></summary>
    Inactive = 1u << 1,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT</c></summary>
    Persistent = 1u << 2,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT</c></summary>
    Transient = 1u << 3,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING</c></summary>
    Running = 1u << 4,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED</c></summary>
    Paused = 1u << 5,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF</c></summary>
    Shutoff = 1u << 6,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER</c></summary>
    Other = 1u << 7,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT</c></summary>
    Nowait = 1u << 29,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING</c></summary>
    Backing = 1u << 30,

    /// <summary><c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS</c></summary>
    EnforceStats = 1u << 31,
}

/// <summary>Which job to report (<c>virDomainGetJobStatsFlags</c>).</summary>
[Flags]
public enum DomainGetJobStatsFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_JOB_STATS_COMPLETED</c></summary>
    Completed = 1,

    /// <summary><c>VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED</c></summary>
    KeepCompleted = 1u << 1,
}

/// <summary>Unit of a block resize (<c>virDomainBlockResizeFlags</c>).</summary>
[Flags]
public enum DomainBlockResizeFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_BLOCK_RESIZE_BYTES</c></summary>
    Bytes = 1,
}

/// <summary>Who tells the guest host name (<c>virDomainGetHostnameFlags</c>).</summary>
[Flags]
public enum DomainGetHostnameFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_GET_HOSTNAME_LEASE</c></summary>
    Lease = 1,

    /// <summary><c>VIR_DOMAIN_GET_HOSTNAME_AGENT</c></summary>
    Agent = 1u << 1,
}

/// <summary>How to open a console (<c>virDomainConsoleFlags</c>).</summary>
[Flags]
public enum DomainConsoleFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_CONSOLE_FORCE</c></summary>
    Force = 1,

    /// <summary><c>VIR_DOMAIN_CONSOLE_SAFE</c></summary>
    Safe = 1u << 1,
}

/// <summary>How to end a block job (<c>virDomainBlockJobAbortFlags</c>).</summary>
[Flags]
public enum DomainBlockJobAbortFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC</c></summary>
    Async = 1,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT</c></summary>
    Pivot = 1u << 1,
}

/// <summary>The ways in which a domain stops by itself (<c>virDomainLifecycle</c>).</summary>
public enum DomainLifecycle : uint
{
    /// <summary><c>VIR_DOMAIN_LIFECYCLE_POWEROFF</c></summary>
    Poweroff = 0,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_REBOOT</c></summary>
    Reboot = 1,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_CRASH</c></summary>
    Crash = 2,
}

/// <summary>What follows then (<c>virDomainLifecycleAction</c>).</summary>
public enum DomainLifecycleAction : uint
{
    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_DESTROY</c></summary>
    Destroy = 0,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_RESTART</c></summary>
    Restart = 1,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME</c></summary>
    RestartRename = 2,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE</c></summary>
    Preserve = 3,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_DESTROY</c></summary>
    CoredumpDestroy = 4,

    /// <summary><c>VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_RESTART</c></summary>
    CoredumpRestart = 5,
}
