namespace Libvirt;

// Events carry names instead of references: a handler runs on the event thread, where a call that waits for the far
// side would hold every other event up, so it has no use for a live object.

/// <summary>Something happened to a domain.</summary>
public record DomainEvent(DomainIdentity Domain);

/// <summary>A domain was defined, started, stopped … (VIR_DOMAIN_EVENT_ID_LIFECYCLE).</summary>
/// <param name="Domain">Which.</param>
/// <param name="Type">What.</param>
/// <param name="Detail">A DomainEvent…Detail that fits the type.</param>
public sealed record DomainLifecycleEvent(DomainIdentity Domain, DomainEventType Type, int Detail) : DomainEvent(Domain);

/// <summary>The guest changed its clock (VIR_DOMAIN_EVENT_ID_RTC_CHANGE).</summary>
/// <param name="Domain">Which.</param>
/// <param name="UtcOffset">Seconds.</param>
public sealed record DomainRtcChangeEvent(DomainIdentity Domain, long UtcOffset) : DomainEvent(Domain);

/// <summary>A watchdog fired (VIR_DOMAIN_EVENT_ID_WATCHDOG).</summary>
public sealed record DomainWatchdogEvent(DomainIdentity Domain, DomainWatchdogAction Action) : DomainEvent(Domain);

/// <summary>A disk had an I/O error (VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON).</summary>
/// <param name="Domain">Which.</param>
/// <param name="Source">Path on the host.</param>
/// <param name="DeviceAlias">libvirt's name for the device.</param>
/// <param name="Action">What the hypervisor did.</param>
/// <param name="Reason">What it was, such as <c>enospc</c>; empty when unknown.</param>
public sealed record DomainIOErrorEvent(DomainIdentity Domain, string Source, string DeviceAlias, DomainIOErrorAction Action, string Reason) : DomainEvent(Domain);

/// <summary>A block job changed its state (VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2).</summary>
public sealed record DomainBlockJobEvent(DomainIdentity Domain, string Disk, DomainBlockJobType Type, DomainBlockJobStatus Status) : DomainEvent(Domain);

/// <summary>A disk changed or went because its source is missing (VIR_DOMAIN_EVENT_ID_DISK_CHANGE).</summary>
public sealed record DomainDiskChangeEvent(DomainIdentity Domain, string? OldSource, string? NewSource, string DeviceAlias, DomainDiskChangeReason Reason) : DomainEvent(Domain);

/// <summary>A tray was opened or closed (VIR_DOMAIN_EVENT_ID_TRAY_CHANGE).</summary>
public sealed record DomainTrayChangeEvent(DomainIdentity Domain, string DeviceAlias, DomainTrayChangeReason Reason) : DomainEvent(Domain);

/// <summary>The guest's memory changed (VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE).</summary>
/// <param name="Domain">Which.</param>
/// <param name="Actual">KiB that it has now.</param>
public sealed record DomainBalloonChangeEvent(DomainIdentity Domain, ulong Actual) : DomainEvent(Domain);

/// <summary>A device came, went, or would not go (VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, _REMOVED, _REMOVAL_FAILED).</summary>
public sealed record DomainDeviceEvent(DomainIdentity Domain, string DeviceAlias) : DomainEvent(Domain);

/// <summary>Metadata changed (VIR_DOMAIN_EVENT_ID_METADATA_CHANGE).</summary>
/// <param name="Domain">Which.</param>
/// <param name="Type">Which metadata.</param>
/// <param name="NamespaceUri">The namespace of an element.</param>
public sealed record DomainMetadataChangeEvent(DomainIdentity Domain, DomainMetadataType Type, string? NamespaceUri) : DomainEvent(Domain);

/// <summary>A migration sent the memory once more (VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION).</summary>
public sealed record DomainMigrationIterationEvent(DomainIdentity Domain, int Iteration) : DomainEvent(Domain);

/// <summary>A job ended (VIR_DOMAIN_EVENT_ID_JOB_COMPLETED) or a tunable changed (VIR_DOMAIN_EVENT_ID_TUNABLE).</summary>
public sealed record DomainParametersEvent(DomainIdentity Domain, TypedParameters Parameters) : DomainEvent(Domain);

/// <summary>The guest agent came or went (VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE).</summary>
public sealed record DomainAgentLifecycleEvent(DomainIdentity Domain, DomainAgentState State, DomainAgentReason Reason) : DomainEvent(Domain);

/// <summary>A network was defined, started … (VIR_NETWORK_EVENT_ID_LIFECYCLE).</summary>
public sealed record NetworkLifecycleEvent(string Name, Guid Uuid, NetworkEventType Type);

/// <summary>A storage pool was defined, started … (VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE).</summary>
public sealed record StoragePoolLifecycleEvent(string Name, Guid Uuid, StoragePoolEventType Type);

/// <summary>A storage pool was looked at again: its volumes may be others (VIR_STORAGE_POOL_EVENT_ID_REFRESH).</summary>
public sealed record StoragePoolRefreshEvent(string Name, Guid Uuid);

/// <summary>A device of the host came or went (VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE).</summary>
public sealed record NodeDeviceLifecycleEvent(string Name, NodeDeviceEventType Type);

/// <summary>A device of the host changed (VIR_NODE_DEVICE_EVENT_ID_UPDATE).</summary>
public sealed record NodeDeviceUpdateEvent(string Name);
