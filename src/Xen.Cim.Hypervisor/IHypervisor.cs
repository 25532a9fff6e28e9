using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

/// <summary>What a driver can or cannot do, found out by asking it (see docs/drivers.md).</summary>
public enum HypervisorOperation
{
    Define, Start, Pause, Resume, Shutdown, Reboot, Reset, Destroy, Save, SavePaused, Undefine, Rename, Autostart,
    AttachDevice, DetachDevice, UpdateDevice, SetMemoryLive, SetProcessorsLive, PinProcessorsLive, SetSchedulerLive, LimitDisksLive, SetNumaNodesLive, SetStatisticsPeriodLive, SetEndLive, Snapshot, Migrate, AbortJob,
    StoragePools, Networks, Volumes, ResizeVolume,
}

/// <summary>The ways in which a guest stops by itself.</summary>
public enum GuestEnd
{
    Poweroff,
    Reboot,
    Crash,
}

/// <summary>
/// The host and its guests as data. Every call ends within its deadline, on whatever thread; failure is a
/// <see cref="HypervisorException"/>. One unreadable guest never spoils a listing: it is in it, with its fault.
/// </summary>
public interface IHypervisor : IPoolConfiguration, IGuestSnapshots, IDisposable
{
    string Uri { get; }

    HypervisorDriver Driver { get; }

    Host GetHost();

    /// <summary>Memory that no guest has, in KiB; null when the driver does not tell.</summary>
    ulong? GetFreeMemoryKiB();

    /// <summary>Whether the driver behind the connection has the operation at all.</summary>
    bool Supports(HypervisorOperation operation);

    IReadOnlyList<Guest> ListGuests();

    Guest? FindGuest(Guid uuid);

    Guest? FindGuest(string name);

    /// <summary>
    /// The guest's configuration, secrets included; the same object may be handed out again, so do not change it.
    /// For <see cref="ConfigurationKind.Defined"/> null when the guest is transient.
    /// </summary>
    DomainDefinition? GetDefinition(Guid uuid, ConfigurationKind kind);

    /// <summary>The scheduler's live settings, or null when the driver has none or the guest is off.</summary>
    SchedulerSettings? GetScheduler(Guid uuid);

    IReadOnlyList<VirtualNetwork> ListNetworks();

    IReadOnlyList<StoragePool> ListStoragePools();

    IReadOnlyList<StorageVolume> ListVolumes(string pool);

    /// <summary>The host's disks; none where the driver has no node devices.</summary>
    IReadOnlyList<PhysicalDisk> ListHostDisks();

    /// <summary>The host's network ports, those of guests left out; none where the driver has no node devices.</summary>
    IReadOnlyList<PhysicalPort> ListHostPorts();

    /// <summary>The host's PCI devices, those that guests have among them; none where the driver has no node devices.</summary>
    IReadOnlyList<PhysicalPciDevice> ListHostPciDevices();

    /// <summary>The host's USB devices, those that guests have among them; none where the driver has no node devices.</summary>
    IReadOnlyList<PhysicalUsbDevice> ListHostUsbDevices();

    /// <summary>
    /// The processors that libvirt knows for guests of an architecture, by name (virConnectGetCPUModelNames); null when the
    /// driver does not tell, or takes any.
    /// </summary>
    IReadOnlyList<string>? ListProcessorModels(string architecture);

    /// <summary>Those of some features of processors (vmx, ...) that libvirt does not know for an architecture (asked by virConnectCompareCPU); none when the driver does not tell.</summary>
    IReadOnlyList<string> FindUnknownProcessorFeatures(string architecture, IReadOnlyList<string> features);

    /// <summary>Whether libvirt knows no such maker of processors (Intel, AMD, ...) of an architecture (asked by virConnectBaselineCPU); false when the driver does not tell.</summary>
    bool IsUnknownProcessorVendor(string architecture, string vendor);

    /// <summary>The host's network filters, by name (virConnectListAllNWFilters); null when the driver does not tell.</summary>
    IReadOnlyList<string>? ListNetworkFilters();

    /// <summary>
    /// The size of a disk as the guest sees it, in bytes: that of the file or device on a local host, or asked from the guest
    /// (virDomainGetBlockInfo) or from its storage pool. Null when none of them tells, or there is no medium.
    /// </summary>
    ulong? GetDiskCapacity(Guid uuid, DiskDevice disk);

    /// <summary>Whether a file or block device can be seen on the host; null when the host is remote and cannot tell.</summary>
    bool? PathExists(string path);

    /// <summary>
    /// What all running guests have used up, read together where the driver can. A guest that cannot be read is not among
    /// them, and spoils nothing.
    /// </summary>
    IReadOnlyList<GuestStatistics> ReadStatistics();

    /// <summary>What one guest has used up; null when it is off or gone.</summary>
    GuestStatistics? ReadStatistics(Guid uuid);

    HostStatistics ReadHostStatistics();

    // Lifecycle. Start also continues a saved guest, and applies the scheduler cap that libvirt does not keep.
    void Start(Guid uuid);

    void Pause(Guid uuid);

    void Resume(Guid uuid);

    /// <summary>Asks the guest to shut down and returns; the guest may take its time, or ignore it.</summary>
    void Shutdown(Guid uuid);

    /// <summary>Asks the guest to reboot and returns.</summary>
    void Reboot(Guid uuid);

    void Reset(Guid uuid);

    void Destroy(Guid uuid);

    /// <summary>Saves the memory to the managed image and stops the guest.</summary>
    void Save(Guid uuid);

    /// <summary>Discards a managed save image.</summary>
    void DiscardSave(Guid uuid);

    /// <summary>Adds a new guest, not started. Fails with AlreadyExists when its name or UUID is taken.</summary>
    Guest Define(DomainDefinition definition);

    /// <summary>Takes the guest away: stopped if need be, its definition, managed save image and snapshots' metadata gone.</summary>
    void Remove(Guid uuid);

    void SetAutostart(Guid uuid, bool autostart);

    /// <summary>Gives what runs another title and description, until it stops (virDomainSetMetadata); null takes one away.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: a title with a line break.</exception>
    void Describe(Guid uuid, string? title, string? description);

    /// <summary>
    /// Changes what the next start uses, and nothing else: reads the definition with its secrets again, lets
    /// <paramref name="change"/> edit it and writes it back when it differs. Changes to one guest run one after the other.
    /// </summary>
    /// <returns>False when nothing differed and nothing was written.</returns>
    bool ChangeDefinition(Guid uuid, Action<DomainDefinition> change);

    // Changes to the running guest only.
    void AttachDevice(Guid uuid, DomainDevice device);

    void DetachDevice(Guid uuid, DomainDevice device);

    void UpdateDevice(Guid uuid, DomainDevice device);

    /// <summary>Bounds what a disk of the running guest carries as <see cref="DiskDevice.GetLimit"/> of the device given says; what it does not name is unbounded.</summary>
    void LimitDisk(Guid uuid, DiskDevice disk);

    void SetMemory(Guid uuid, ulong kib);

    /// <summary>Binds the running guest's memory to other memory nodes of the host (virDomainSetNumaParameters).</summary>
    /// <param name="uuid">The guest.</param>
    /// <param name="nodes">Such as "0-1,3"; null: all that the host has.</param>
    /// <exception cref="HypervisorException">NotSupported: the driver cannot, or not with a guest like this one.</exception>
    void SetNumaNodes(Guid uuid, string? nodes);

    /// <summary>How often the running guest's memory balloon is asked for statistics, in seconds; 0: never (virDomainSetMemoryStatsPeriod).</summary>
    /// <exception cref="HypervisorException">InvalidArgument: more than <see cref="int.MaxValue"/>. NotSupported: the driver cannot, or not with a balloon like this one.</exception>
    void SetStatisticsPeriod(Guid uuid, uint seconds);

    void SetProcessors(Guid uuid, uint count);

    /// <summary>
    /// Pins the virtual processors in use to processors of the host: the first to the first set and so on; null frees it
    /// to run on any. Either all of them are pinned or none.
    /// </summary>
    void PinProcessors(Guid uuid, IReadOnlyList<ProcessorSet?> pins);

    void SetScheduler(Guid uuid, uint? weight, uint? cap);

    /// <summary>Says what follows when the running guest stops by itself (virDomainSetLifecycleAction).</summary>
    /// <param name="uuid">The guest.</param>
    /// <param name="end">In which way it stops.</param>
    /// <param name="action">In libvirt's words: destroy, restart, rename-restart, preserve, coredump-destroy or coredump-restart.</param>
    /// <exception cref="HypervisorException">InvalidArgument: no such action.</exception>
    void SetEnd(Guid uuid, GuestEnd end, string action);

    /// <summary>
    /// Why the guest cannot be moved as asked; empty when nothing speaks against it. Changes nothing.
    /// </summary>
    /// <param name="request">The wish.</param>
    /// <param name="askDestination">Whether the new host is asked too, which takes a connection to it.</param>
    /// <exception cref="HypervisorException">NotSupported, NotFound; InvalidArgument: the destination names no host.</exception>
    IReadOnlyList<MigrationObstacle> FindMigrationObstacles(MigrationRequest request, bool askDestination);

    /// <summary>
    /// Moves a guest to another host and waits for it, which may take hours. When it fails the guest is here as before.
    /// </summary>
    /// <param name="request">The wish.</param>
    /// <param name="report">Hears now and then how far it is.</param>
    /// <param name="cancellation">Cancels the move where the driver can.</param>
    /// <returns>What could not be taken along; the guest has moved all the same.</returns>
    /// <exception cref="HypervisorException">What <see cref="FindMigrationObstacles"/> finds and throws, or libvirt's error.
    /// Timeout: it took longer than <see cref="HypervisorOptions.MigrationTimeout"/>.</exception>
    IReadOnlyList<string> Migrate(MigrationRequest request, Action<MigrationProgress> report, CancellationToken cancellation);

    /// <summary>
    /// How far libvirt is with what it does to a guest (saving, migrating), 0 to 99; null when it does nothing, or does not
    /// tell.
    /// </summary>
    int? ReadJobPercent(Guid uuid);

    /// <summary>Tells libvirt to give up what it does to a guest, which then goes on as before.</summary>
    /// <exception cref="HypervisorException">InvalidState: it does nothing.</exception>
    void AbortJob(Guid uuid);

    /// <summary>A guest appeared, went, or changed its state; on a thread of the hypervisor layer.</summary>
    event Action<GuestEvent>? GuestChanged;

    /// <summary>
    /// Something on the host changed or may have; on a thread of the hypervisor layer, in the order in which it was heard.
    /// Only while somebody watches can it be relied upon.
    /// </summary>
    event Action<HostEvent>? HostChanged;

    /// <summary>
    /// Sees to it that events are heard, from now until the result is disposed: opens a connection, and another one when
    /// it is lost. Each of both is told as a <see cref="ConnectionEvent"/>. Neither fails nor waits.
    /// </summary>
    IDisposable Watch();
}

/// <summary>
/// Reads many definitions at once. A hypervisor need not have it: it saves the way to libvirt's threads and back for
/// each of them, which is most of what reading a definition costs.
/// </summary>
public interface IDefinitionReader
{
    /// <summary>
    /// As <see cref="IHypervisor.GetDefinition"/> for each, in the same order; one that cannot be read does not spoil the
    /// others. All of them together have one call's deadline, so ask for some dozens at a time.
    /// </summary>
    /// <exception cref="HypervisorException">Timeout, Disconnected, Busy: none could be read.</exception>
    IReadOnlyList<DefinitionReading> GetDefinitions(IReadOnlyList<ConfigurationKey> wanted);
}

/// <summary>
/// Reads everything once for an answer. A hypervisor need not have it: the answers are the same, of many reads instead of few.
/// </summary>
public interface IMoments
{
    /// <summary>From now on this thread reads for <paramref name="moment"/>; with null each read is by itself.</summary>
    /// <returns>What it read for until now: to be entered again.</returns>
    Moment? Enter(Moment? moment);

    /// <summary>What is not the hypervisor's, read once for the same moment.</summary>
    T Once<T>(string what, Func<T> read);
}

/// <summary>A definition (null: the guest has none of the kind), or why it cannot be read.</summary>
public sealed record DefinitionReading(DomainDefinition? Definition, HypervisorException? Fault);
