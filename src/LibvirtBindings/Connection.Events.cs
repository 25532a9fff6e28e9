using Libvirt.Native;

namespace Libvirt;

public sealed unsafe partial class Connection
{
    // Handlers run on the event thread, one after the other. They hand their news over and return; a libvirt call in
    // a handler holds up all events and, over a remote connection that hangs, keepalive too.
    private readonly Dictionary<RegistrationKey, Registration> registrations = [];
    private readonly Lock eventGate = new();
    private Registration<ConnectionCloseReason>? closeNotice;
    private bool closing;

    /// <summary>Hears of exceptions that event handlers threw; without a listener they are dropped.</summary>
    public event Action<Exception>? HandlerFailed;

    /// <summary>Start, stop, define and so on (VIR_DOMAIN_EVENT_ID_LIFECYCLE).</summary>
    /// <param name="handler">Runs on the event thread.</param>
    /// <param name="domain">Only this one; null for all.</param>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.NoSupport"/>: not with this driver; <see cref="ErrorCode.InternalError"/>: no event loop.</exception>
    public Subscription OnDomainLifecycle(Action<DomainLifecycleEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.Lifecycle, DomainCallbacks.Lifecycle, handler, domain);

    /// <summary>The guest rebooted (VIR_DOMAIN_EVENT_ID_REBOOT).</summary>
    public Subscription OnDomainReboot(Action<DomainEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.Reboot, DomainCallbacks.Plain, handler, domain);

    /// <summary>The guest set its clock (VIR_DOMAIN_EVENT_ID_RTC_CHANGE).</summary>
    public Subscription OnDomainRtcChange(Action<DomainRtcChangeEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.RtcChange, DomainCallbacks.RtcChange, handler, domain);

    /// <summary>A watchdog fired (VIR_DOMAIN_EVENT_ID_WATCHDOG).</summary>
    public Subscription OnDomainWatchdog(Action<DomainWatchdogEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.Watchdog, DomainCallbacks.Watchdog, handler, domain);

    /// <summary>A disk had an error (VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON).</summary>
    public Subscription OnDomainIOError(Action<DomainIOErrorEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.IOErrorReason, DomainCallbacks.IOError, handler, domain);

    /// <summary>libvirt lost its grip on the domain (VIR_DOMAIN_EVENT_ID_CONTROL_ERROR).</summary>
    public Subscription OnDomainControlError(Action<DomainEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.ControlError, DomainCallbacks.Plain, handler, domain);

    /// <summary>A block job changed its state; disks by target name (VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2).</summary>
    public Subscription OnDomainBlockJob(Action<DomainBlockJobEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.BlockJob2, DomainCallbacks.BlockJob, handler, domain);

    /// <summary>A disk's missing source was dropped or replaced at start (VIR_DOMAIN_EVENT_ID_DISK_CHANGE).</summary>
    public Subscription OnDomainDiskChange(Action<DomainDiskChangeEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.DiskChange, DomainCallbacks.DiskChange, handler, domain);

    /// <summary>A tray was opened or closed (VIR_DOMAIN_EVENT_ID_TRAY_CHANGE).</summary>
    public Subscription OnDomainTrayChange(Action<DomainTrayChangeEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.TrayChange, DomainCallbacks.TrayChange, handler, domain);

    /// <summary>The guest woke up (VIR_DOMAIN_EVENT_ID_PMWAKEUP).</summary>
    public Subscription OnDomainPMWakeup(Action<DomainEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.PMWakeup, DomainCallbacks.WithReason, handler, domain);

    /// <summary>The guest went to sleep, to memory (VIR_DOMAIN_EVENT_ID_PMSUSPEND).</summary>
    public Subscription OnDomainPMSuspend(Action<DomainEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.PMSuspend, DomainCallbacks.WithReason, handler, domain);

    /// <summary>The guest went to sleep, to disk (VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK).</summary>
    public Subscription OnDomainPMSuspendDisk(Action<DomainEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.PMSuspendDisk, DomainCallbacks.WithReason, handler, domain);

    /// <summary>The guest's memory changed (VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE).</summary>
    public Subscription OnDomainBalloonChange(Action<DomainBalloonChangeEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.BalloonChange, DomainCallbacks.BalloonChange, handler, domain);

    /// <summary>A device was added to a running guest (VIR_DOMAIN_EVENT_ID_DEVICE_ADDED).</summary>
    public Subscription OnDomainDeviceAdded(Action<DomainDeviceEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.DeviceAdded, DomainCallbacks.Device, handler, domain);

    /// <summary>A device is gone from a running guest (VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED).</summary>
    public Subscription OnDomainDeviceRemoved(Action<DomainDeviceEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.DeviceRemoved, DomainCallbacks.Device, handler, domain);

    /// <summary>The guest refused to let a device go (VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED).</summary>
    public Subscription OnDomainDeviceRemovalFailed(Action<DomainDeviceEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.DeviceRemovalFailed, DomainCallbacks.Device, handler, domain);

    /// <summary>Title, description or metadata changed (VIR_DOMAIN_EVENT_ID_METADATA_CHANGE).</summary>
    public Subscription OnDomainMetadataChange(Action<DomainMetadataChangeEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.MetadataChange, DomainCallbacks.MetadataChange, handler, domain);

    /// <summary>A migration began to send the memory once more (VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION).</summary>
    public Subscription OnDomainMigrationIteration(Action<DomainMigrationIterationEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.MigrationIteration, DomainCallbacks.MigrationIteration, handler, domain);

    /// <summary>A job ended; its statistics come along (VIR_DOMAIN_EVENT_ID_JOB_COMPLETED).</summary>
    public Subscription OnDomainJobCompleted(Action<DomainParametersEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.JobCompleted, DomainCallbacks.WithParameters, handler, domain);

    /// <summary>Pinning, scheduler or throughput settings changed (VIR_DOMAIN_EVENT_ID_TUNABLE).</summary>
    public Subscription OnDomainTunable(Action<DomainParametersEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.Tunable, DomainCallbacks.WithParameters, handler, domain);

    /// <summary>The guest agent came or went (VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE).</summary>
    public Subscription OnDomainAgentLifecycle(Action<DomainAgentLifecycleEvent> handler, Domain? domain = null) =>
        OnDomain(DomainEventId.AgentLifecycle, DomainCallbacks.AgentLifecycle, handler, domain);

    /// <summary>A network was defined, undefined, started or stopped (VIR_NETWORK_EVENT_ID_LIFECYCLE).</summary>
    public Subscription OnNetworkLifecycle(Action<NetworkLifecycleEvent> handler, Network? network = null) =>
        Subscribe(new RegistrationKey(EventKind.Network, 0, network?.Uuid), network?.Handle, HostCallbacks.NetworkLifecycle, handler);

    /// <summary>A storage pool was defined, started … (VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE).</summary>
    public Subscription OnStoragePoolLifecycle(Action<StoragePoolLifecycleEvent> handler, StoragePool? pool = null) =>
        Subscribe(new RegistrationKey(EventKind.StoragePool, 0, pool?.Uuid), pool?.Handle, HostCallbacks.StoragePoolLifecycle, handler);

    /// <summary>A storage pool was looked at again (VIR_STORAGE_POOL_EVENT_ID_REFRESH).</summary>
    public Subscription OnStoragePoolRefresh(Action<StoragePoolRefreshEvent> handler, StoragePool? pool = null) =>
        Subscribe(new RegistrationKey(EventKind.StoragePool, 1, pool?.Uuid), pool?.Handle, HostCallbacks.StoragePoolRefresh, handler);

    /// <summary>A device of the host came or went (VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE).</summary>
    public Subscription OnNodeDeviceLifecycle(Action<NodeDeviceLifecycleEvent> handler, NodeDevice? device = null) =>
        Subscribe(new RegistrationKey(EventKind.NodeDevice, 0, device?.Name), device?.Handle, HostCallbacks.NodeDeviceLifecycle, handler);

    /// <summary>A device of the host changed (VIR_NODE_DEVICE_EVENT_ID_UPDATE).</summary>
    public Subscription OnNodeDeviceUpdate(Action<NodeDeviceUpdateEvent> handler, NodeDevice? device = null) =>
        Subscribe(new RegistrationKey(EventKind.NodeDevice, 1, device?.Name), device?.Handle, HostCallbacks.NodeDeviceUpdate, handler);

    /// <summary>
    /// The connection broke (<c>virConnectRegisterCloseCallback</c>). One handler for each connection. The handler must
    /// not close the connection itself: libvirt holds its lock while it tells. A driver without a daemon never tells.
    /// </summary>
    /// <exception cref="LibvirtException"><see cref="ErrorCode.OperationInvalid"/>: there is a handler already.</exception>
    public Subscription OnClosed(Action<ConnectionCloseReason> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var registration = new Registration<ConnectionCloseReason>(this, new RegistrationKey(EventKind.Close, 0, null));
        var subscription = registration.Add(handler);
        lock (eventGate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (closeNotice is not null)
                throw new LibvirtException(ErrorCode.OperationInvalid, "This connection has a handler for its end already.");
            closeNotice = registration;
        }
        try
        {
            registration.Register(null, null);
        }
        catch
        {
            lock (eventGate)
            {
                closeNotice = null;
            }
            throw;
        }
        return subscription;
    }

    internal void End<T>(Registration<T> registration, Subscription<T> subscription)
    {
        if (registration.Key.Kind == EventKind.Close)
        {
            lock (eventGate)
            {
                if (closeNotice == (Registration)registration)
                    closeNotice = null;
            }
            // Outside the gate: it waits for a notice that is being told, whose handler may want the gate.
            registration.Deregister();
            return;
        }
        lock (eventGate)
        {
            registration.Remove(subscription);
            if (registration.IsEmpty && registrations.Remove(registration.Key))
                registration.Deregister();
        }
    }

    internal void ReportHandlerFailure(Exception failure)
    {
        try
        {
            HandlerFailed?.Invoke(failure);
        }
        catch (Exception)
        {
            // A listener that throws about a handler that threw has nobody left to tell.
        }
    }

    private Subscription<T> OnDomain<T>(DomainEventId id, void* callback, Action<T> handler, Domain? domain) =>
        Subscribe(new RegistrationKey(EventKind.Domain, (int)id, domain?.Uuid), domain?.Handle, callback, handler);

    private Subscription<T> Subscribe<T>(RegistrationKey key, LibvirtHandle? filter, void* callback, Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (eventGate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (registrations.TryGetValue(key, out var known))
                return ((Registration<T>)known).Add(handler);
            var registration = new Registration<T>(this, key);
            var subscription = registration.Add(handler);
            registration.Register(filter, callback);
            registrations.Add(key, registration);
            return subscription;
        }
    }

    private void EndSubscriptions()
    {
        Registration? notice;
        lock (eventGate)
        {
            closing = true;
            foreach (var registration in registrations.Values)
            {
                registration.Deregister();
            }
            registrations.Clear();
            notice = closeNotice;
            closeNotice = null;
        }
        notice?.Deregister();
    }
}
