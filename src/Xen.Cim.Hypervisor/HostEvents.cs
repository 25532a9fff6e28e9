namespace Xen.Cim.Hypervisor;

/// <summary>Something on the host changed, or may have: a hint to read it again.</summary>
public abstract record HostEvent;

public enum GuestEventKind
{
    Defined, Undefined, Started, Suspended, Resumed, Stopped, Shutdown, Crashed, Rebooted,
}

/// <summary>A guest appeared, went, or changed its state.</summary>
/// <param name="Detail">libvirt's detail of the kind (virDomainEvent…DetailType).</param>
public sealed record GuestEvent(Guid Uuid, string Name, GuestEventKind Kind, int Detail) : HostEvent
{
    /// <summary>The state that the event alone tells of; null when it tells none.</summary>
    public GuestState? State => Kind switch
    {
        GuestEventKind.Started or GuestEventKind.Resumed or GuestEventKind.Rebooted => GuestState.Running,
        GuestEventKind.Suspended => GuestState.Paused,
        GuestEventKind.Shutdown => GuestState.ShuttingDown,
        GuestEventKind.Crashed => GuestState.Crashed,
        GuestEventKind.Stopped => Detail switch
        {
            (int)Libvirt.DomainEventStoppedDetail.Saved => GuestState.Saved,
            (int)Libvirt.DomainEventStoppedDetail.Crashed => GuestState.Crashed,
            _ => GuestState.Off,
        },
        _ => null,
    };

    /// <summary>The guest's own software gave up (VIR_DOMAIN_EVENT_STOPPED_CRASHED, VIR_DOMAIN_EVENT_CRASHED).</summary>
    public bool IsCrash => State == GuestState.Crashed;

    /// <summary>The host could not go on running it (VIR_DOMAIN_EVENT_STOPPED_FAILED).</summary>
    public bool IsFailure => Kind == GuestEventKind.Stopped && Detail == (int)Libvirt.DomainEventStoppedDetail.Failed;
}

/// <summary>A guest's devices, memory or description changed.</summary>
public sealed record GuestDevicesEvent(Guid Uuid, string Name) : HostEvent;

/// <summary>A guest's disk had an error (VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON).</summary>
/// <param name="Device">libvirt's alias of the device.</param>
/// <param name="Source">The file or block device on the host.</param>
/// <param name="Reason">libvirt's word for it, such as enospc; empty when it gives none.</param>
public sealed record DiskErrorEvent(Guid Uuid, string Name, string Device, string Source, string Reason) : HostEvent;

/// <summary>A storage pool or virtual network was defined, changed, started, stopped or is gone.</summary>
public sealed record PoolsEvent(string Name) : HostEvent;

/// <summary>The connection that hears events was lost, or is there again.</summary>
/// <param name="Words">What happened.</param>
public sealed record ConnectionEvent(bool IsThere, string Words) : HostEvent;

/// <summary>Events came faster than they could be told, and some are lost: everything may have changed.</summary>
public sealed record EventsLost(long Count) : HostEvent;
