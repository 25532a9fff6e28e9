namespace Libvirt;

/// <summary>Kinds of domain events (<c>virDomainEventID</c>).</summary>
public enum DomainEventId
{
    /// <summary><c>VIR_DOMAIN_EVENT_ID_LIFECYCLE</c></summary>
    Lifecycle = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_REBOOT</c></summary>
    Reboot = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_RTC_CHANGE</c></summary>
    RtcChange = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_WATCHDOG</c></summary>
    Watchdog = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_IO_ERROR</c></summary>
    IOError = 4,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_GRAPHICS</c></summary>
    Graphics = 5,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON</c></summary>
    IOErrorReason = 6,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_CONTROL_ERROR</c></summary>
    ControlError = 7,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_BLOCK_JOB</c></summary>
    BlockJob = 8,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_DISK_CHANGE</c></summary>
    DiskChange = 9,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_TRAY_CHANGE</c></summary>
    TrayChange = 10,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_PMWAKEUP</c></summary>
    PMWakeup = 11,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_PMSUSPEND</c></summary>
    PMSuspend = 12,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE</c></summary>
    BalloonChange = 13,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK</c></summary>
    PMSuspendDisk = 14,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED</c></summary>
    DeviceRemoved = 15,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2</c></summary>
    BlockJob2 = 16,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_TUNABLE</c></summary>
    Tunable = 17,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE</c></summary>
    AgentLifecycle = 18,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_DEVICE_ADDED</c></summary>
    DeviceAdded = 19,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION</c></summary>
    MigrationIteration = 20,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_JOB_COMPLETED</c></summary>
    JobCompleted = 21,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED</c></summary>
    DeviceRemovalFailed = 22,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_METADATA_CHANGE</c></summary>
    MetadataChange = 23,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD</c></summary>
    BlockThreshold = 24,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE</c></summary>
    MemoryFailure = 25,

    /// <summary><c>VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE</c></summary>
    MemoryDeviceSizeChange = 26,
}

/// <summary>What a lifecycle event tells (<c>virDomainEventType</c>).</summary>
public enum DomainEventType
{
    /// <summary><c>VIR_DOMAIN_EVENT_DEFINED</c></summary>
    Defined = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_UNDEFINED</c></summary>
    Undefined = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_STARTED</c></summary>
    Started = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED</c></summary>
    Suspended = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED</c></summary>
    Resumed = 4,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED</c></summary>
    Stopped = 5,

    /// <summary><c>VIR_DOMAIN_EVENT_SHUTDOWN</c></summary>
    Shutdown = 6,

    /// <summary><c>VIR_DOMAIN_EVENT_PMSUSPENDED</c></summary>
    PMSuspended = 7,

    /// <summary><c>VIR_DOMAIN_EVENT_CRASHED</c></summary>
    Crashed = 8,
}

/// <summary>Detail of <see cref="DomainEventType.Defined"/>.</summary>
public enum DomainEventDefinedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_DEFINED_ADDED</c></summary>
    Added = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_DEFINED_UPDATED</c></summary>
    Updated = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_DEFINED_RENAMED</c></summary>
    Renamed = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 3,
}

/// <summary>Detail of <see cref="DomainEventType.Undefined"/>.</summary>
public enum DomainEventUndefinedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_UNDEFINED_REMOVED</c></summary>
    Removed = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_UNDEFINED_RENAMED</c></summary>
    Renamed = 1,
}

/// <summary>Detail of <see cref="DomainEventType.Started"/>.</summary>
public enum DomainEventStartedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_STARTED_BOOTED</c></summary>
    Booted = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_STARTED_MIGRATED</c></summary>
    Migrated = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_STARTED_RESTORED</c></summary>
    Restored = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_STARTED_WAKEUP</c></summary>
    Wakeup = 4,
}

/// <summary>Detail of <see cref="DomainEventType.Suspended"/>.</summary>
public enum DomainEventSuspendedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_PAUSED</c></summary>
    Paused = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED</c></summary>
    Migrated = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_IOERROR</c></summary>
    IOError = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG</c></summary>
    Watchdog = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_RESTORED</c></summary>
    Restored = 4,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 5,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_API_ERROR</c></summary>
    ApiError = 6,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY</c></summary>
    Postcopy = 7,

    /// <summary><c>VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED</c></summary>
    PostcopyFailed = 8,
}

/// <summary>Detail of <see cref="DomainEventType.Resumed"/>.</summary>
public enum DomainEventResumedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED_UNPAUSED</c></summary>
    Unpaused = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED_MIGRATED</c></summary>
    Migrated = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED_POSTCOPY</c></summary>
    Postcopy = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED</c></summary>
    PostcopyFailed = 4,
}

/// <summary>Detail of <see cref="DomainEventType.Stopped"/>.</summary>
public enum DomainEventStoppedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN</c></summary>
    Shutdown = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_DESTROYED</c></summary>
    Destroyed = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_CRASHED</c></summary>
    Crashed = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_MIGRATED</c></summary>
    Migrated = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_SAVED</c></summary>
    Saved = 4,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_FAILED</c></summary>
    Failed = 5,

    /// <summary><c>VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT</c></summary>
    FromSnapshot = 6,
}

/// <summary>Detail of <see cref="DomainEventType.Shutdown"/>.</summary>
public enum DomainEventShutdownDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED</c></summary>
    Finished = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_SHUTDOWN_GUEST</c></summary>
    Guest = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_SHUTDOWN_HOST</c></summary>
    Host = 2,
}

/// <summary>Detail of <see cref="DomainEventType.PMSuspended"/>.</summary>
public enum DomainEventPMSuspendedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY</c></summary>
    Memory = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_PMSUSPENDED_DISK</c></summary>
    Disk = 1,
}

/// <summary>Detail of <see cref="DomainEventType.Crashed"/>.</summary>
public enum DomainEventCrashedDetail
{
    /// <summary><c>VIR_DOMAIN_EVENT_CRASHED_PANICKED</c></summary>
    Panicked = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED</c></summary>
    CrashLoaded = 1,
}

/// <summary>What the hypervisor did when a watchdog fired (<c>virDomainEventWatchdogAction</c>).</summary>
public enum DomainWatchdogAction
{
    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_PAUSE</c></summary>
    Pause = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_RESET</c></summary>
    Reset = 2,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_POWEROFF</c></summary>
    Poweroff = 3,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_SHUTDOWN</c></summary>
    Shutdown = 4,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_DEBUG</c></summary>
    Debug = 5,

    /// <summary><c>VIR_DOMAIN_EVENT_WATCHDOG_INJECTNMI</c></summary>
    InjectNmi = 6,
}

/// <summary>What the hypervisor did after an I/O error (<c>virDomainEventIOErrorAction</c>).</summary>
public enum DomainIOErrorAction
{
    /// <summary><c>VIR_DOMAIN_EVENT_IO_ERROR_NONE</c></summary>
    None = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_IO_ERROR_PAUSE</c></summary>
    Pause = 1,

    /// <summary><c>VIR_DOMAIN_EVENT_IO_ERROR_REPORT</c></summary>
    Report = 2,
}

/// <summary>What happened to a tray (<c>virDomainEventTrayChangeReason</c>).</summary>
public enum DomainTrayChangeReason
{
    /// <summary><c>VIR_DOMAIN_EVENT_TRAY_CHANGE_OPEN</c></summary>
    Open = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_TRAY_CHANGE_CLOSE</c></summary>
    Close = 1,
}

/// <summary>How a block job stands (<c>virConnectDomainEventBlockJobStatus</c>).</summary>
public enum DomainBlockJobStatus
{
    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_COMPLETED</c></summary>
    Completed = 0,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_FAILED</c></summary>
    Failed = 1,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_CANCELED</c></summary>
    Canceled = 2,

    /// <summary><c>VIR_DOMAIN_BLOCK_JOB_READY</c></summary>
    Ready = 3,
}

/// <summary>Why a disk changed (<c>virConnectDomainEventDiskChangeReason</c>).</summary>
public enum DomainDiskChangeReason
{
    /// <summary><c>VIR_DOMAIN_EVENT_DISK_CHANGE_MISSING_ON_START</c></summary>
    ChangeMissingOnStart = 0,

    /// <summary><c>VIR_DOMAIN_EVENT_DISK_DROP_MISSING_ON_START</c></summary>
    DropMissingOnStart = 1,
}

/// <summary>Whether the guest agent answers (<c>virConnectDomainEventAgentLifecycleState</c>).</summary>
public enum DomainAgentState
{
    /// <summary><c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED</c></summary>
    Connected = 1,

    /// <summary><c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED</c></summary>
    Disconnected = 2,
}

/// <summary>Why the state of the guest agent changed (<c>virConnectDomainEventAgentLifecycleReason</c>).</summary>
public enum DomainAgentReason
{
    /// <summary><c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_UNKNOWN</c></summary>
    Unknown = 0,

    /// <summary><c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED</c></summary>
    DomainStarted = 1,

    /// <summary><c>VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL</c></summary>
    Channel = 2,
}
