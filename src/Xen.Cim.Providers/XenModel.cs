using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>All classes of ours, put together: who needs whom is visible here and nowhere else.</summary>
internal sealed class XenModel : IDisposable
{
    private readonly JobStore _jobs;
    private readonly MetricSampler _sampler;
    private readonly RequestedStates _requested;

    public XenModel(IHypervisor hypervisor, ProviderOptions options, ILoggerFactory logging)
    {
        var directory = options.StateDirectory is { } path ? new StateDirectory(path, logging.CreateLogger<StateDirectory>(), hypervisor as IMoments) : null;
        _jobs = new JobStore(options, directory, logging.CreateLogger<JobStore>());
        _requested = new RequestedStates(directory);
        Host = new HostComputerSystem(hypervisor);
        var start = new StartWithHost(hypervisor, options);
        Configurations = new VirtualSystemSettingData(hypervisor, start);
        Systems = new ComputerSystem(hypervisor, _requested, _jobs, Configurations, start, options);
        StateCapabilities = new EnabledLogicalElementCapabilities(hypervisor);
        ProcessorPool = new ProcessorPool(hypervisor, Configurations);
        MemoryPool = new MemoryPool(hypervisor, Configurations);
        var users = new PoolUsers(Configurations);
        DiskPool = new DiskPool(hypervisor, users);
        NetworkPool = new NetworkPool(hypervisor, Configurations, users);
        Processors = new ProcessorRASD(hypervisor, Configurations);
        Memory = new MemoryRASD(hypervisor, Configurations);
        Disks = new DiskRASD(hypervisor, Configurations);
        Networks = new NetworkRASD(hypervisor, Configurations, NetworkPool);
        HostPciDevices = new HostPciDevice(hypervisor);
        HostUsbDevices = new HostUsbDevice(hypervisor);
        GenericDevicePool = new GenericDevicePool(Configurations, HostPciDevices, HostUsbDevices);
        Graphics = new GraphicsRASD(hypervisor, Configurations);
        Consoles = new ConsoleRASD(hypervisor, Configurations);
        Inputs = new InputRASD(hypervisor, Configurations);
        HostDevices = new HostDeviceRASD(hypervisor, Configurations);
        UsbControllerSettings = new UsbControllerRASD(hypervisor, Configurations);
        StorageControllerSettings = new StorageControllerRASD(hypervisor, Configurations);
        ControllerSettings = new ControllerRASD(hypervisor, Configurations);
        OtherDevices = new OtherDeviceRASD(hypervisor, Configurations);
        _sampler = new MetricSampler(hypervisor, options.Time, logging.CreateLogger<MetricSampler>());
        Summaries = new ComputerSystemSummary(Configurations, start, _sampler, _jobs);
        IReadOnlyList<IAllocationSetting> allocations = [Processors, Memory, Disks, Networks, Graphics, Consoles, Inputs, HostDevices, UsbControllerSettings, StorageControllerSettings, ControllerSettings, OtherDevices];
        Management = new VirtualSystemManagementService(hypervisor, Host, Systems, Configurations, start, allocations,
            Summaries, _jobs, options);
        ManagementCapabilities = new VirtualSystemManagementCapabilities(hypervisor, start);
        VirtualProcessors = new Processor(hypervisor, Configurations);
        VirtualMemory = new Memory(Configurations);
        LogicalDisks = new LogicalDisk(Configurations);
        NetworkPorts = new NetworkPort(Configurations);
        DisplayControllers = new DisplayController(Configurations);
        PointingDevices = new PointingDevice(Configurations);
        Keyboards = new Keyboard(Configurations);
        SerialPorts = new SerialPort(Configurations);
        UsbControllers = new UsbController(Configurations);
        Controllers = new Controller(Configurations);
        HostProcessors = new HostProcessor(hypervisor);
        HostMemory = new HostMemory(hypervisor);
        HostDisks = new HostDisk(hypervisor);
        HostPorts = new HostNetworkPort(hypervisor);
        Allocations = new AllocationCapabilities(hypervisor, DiskPool, NetworkPool);
        CapabilitySettings = new CapabilityRASD(hypervisor, Allocations);
        Jobs = new ConcreteJob(_jobs, options);
        Migration = new VirtualSystemMigrationService(hypervisor, Host, Systems,
            new NewSettings(hypervisor, Configurations, allocations), new MigrationJobs(hypervisor, _jobs, _requested),
            logging.CreateLogger<VirtualSystemMigrationService>());
        MigrationCapabilities = new VirtualSystemMigrationCapabilities(hypervisor);
        MigrationSettings = new VirtualSystemMigrationSettingData(hypervisor);
        Snapshots = new SnapshotSettingData(hypervisor);
        SnapshotCapabilities = new VirtualSystemSnapshotCapabilities(hypervisor, Configurations);
        SnapshotService = new VirtualSystemSnapshotService(hypervisor, Host, Systems, Snapshots, SnapshotCapabilities, _jobs, options);
        SnapshotServiceCapabilities = new VirtualSystemSnapshotServiceCapabilities(hypervisor);
        var switches = new MetricSwitches(directory);
        Metrics = new MetricCatalog(hypervisor, _sampler, switches, this);
        MetricDefinitions = new BaseMetricDefinition(Metrics);
        MetricValues = new BaseMetricValue(Metrics);
        MetricService = new MetricService(hypervisor, Host, Metrics, switches, MetricDefinitions, MetricValues);
        MetricCapabilities = new MetricServiceCapabilities(Metrics);
        Volumes = new StorageVolumes(hypervisor, DiskPool, users);
        VolumeSettings = new StorageVolumeRASD(DiskPool, Volumes);
        DiskPoolSettings = new DiskPoolRASD(hypervisor, DiskPool, users);
        NetworkPoolSettings = new NetworkPoolRASD(hypervisor, NetworkPool, users);
        PoolConfiguration = new ResourcePoolConfigurationService(hypervisor, Host, [DiskPoolSettings, NetworkPoolSettings], NetworkPool, HostPorts,
            Volumes, new VolumeCreation(hypervisor, DiskPool, _jobs, options));
        PoolConfigurationCapabilities = new ResourcePoolConfigurationCapabilities(hypervisor);
        Profiles = new RegisteredProfile(() => Associations!);
        Classes =
        [
            Host, Systems, StateCapabilities, Configurations, Management, ManagementCapabilities,
            Processors, Memory, Disks, Networks, ProcessorPool, MemoryPool, DiskPool, NetworkPool,
            Graphics, Consoles, Inputs, HostDevices, UsbControllerSettings, StorageControllerSettings, ControllerSettings, OtherDevices, GenericDevicePool,
            VirtualProcessors, VirtualMemory, LogicalDisks, NetworkPorts, DisplayControllers, PointingDevices, Keyboards, SerialPorts, UsbControllers, Controllers,
            HostProcessors, HostMemory, HostDisks, HostPorts, HostPciDevices, HostUsbDevices, Allocations, CapabilitySettings,
            Jobs,
            Migration, MigrationCapabilities, MigrationSettings,
            SnapshotService, SnapshotServiceCapabilities, SnapshotCapabilities, Snapshots,
            Summaries, MetricDefinitions, MetricValues, MetricService, MetricCapabilities,
            PoolConfiguration, PoolConfigurationCapabilities, DiskPoolSettings, NetworkPoolSettings, Volumes, VolumeSettings,
            Profiles,
        ];
        Associations = Providers.Associations.Table(this);
        Indications = new IndicationHub(hypervisor, _jobs,
        [
            new GuestIndications(hypervisor, Systems), new SettingIndications(hypervisor, Configurations, [.. Classes.OfType<IAllocationSetting>()]),
            new PoolIndications([.. Classes.Where(c => c.Layout.IsA(CIM_ResourcePool.CimName))]), new JobIndications(Jobs, _jobs),
            new AlertIndications(Host, Systems, DiskPool, new PoolLevels(hypervisor, options)),
        ], logging.CreateLogger<IndicationHub>());
    }

    public HostComputerSystem Host { get; }

    public ComputerSystem Systems { get; }

    public EnabledLogicalElementCapabilities StateCapabilities { get; }

    public VirtualSystemSettingData Configurations { get; }

    public VirtualSystemManagementService Management { get; }

    public VirtualSystemManagementCapabilities ManagementCapabilities { get; }

    public ProcessorRASD Processors { get; }

    public MemoryRASD Memory { get; }

    public DiskRASD Disks { get; }

    public NetworkRASD Networks { get; }

    public GraphicsRASD Graphics { get; }

    public ConsoleRASD Consoles { get; }

    public InputRASD Inputs { get; }

    public HostDeviceRASD HostDevices { get; }

    public UsbControllerRASD UsbControllerSettings { get; }

    public StorageControllerRASD StorageControllerSettings { get; }

    public ControllerRASD ControllerSettings { get; }

    public OtherDeviceRASD OtherDevices { get; }

    public GenericDevicePool GenericDevicePool { get; }

    public ProcessorPool ProcessorPool { get; }

    public MemoryPool MemoryPool { get; }

    public DiskPool DiskPool { get; }

    public NetworkPool NetworkPool { get; }

    public Processor VirtualProcessors { get; }

    public Memory VirtualMemory { get; }

    public LogicalDisk LogicalDisks { get; }

    public NetworkPort NetworkPorts { get; }

    public DisplayController DisplayControllers { get; }

    public PointingDevice PointingDevices { get; }

    public Keyboard Keyboards { get; }

    public SerialPort SerialPorts { get; }

    public UsbController UsbControllers { get; }

    public Controller Controllers { get; }

    public HostProcessor HostProcessors { get; }

    public HostMemory HostMemory { get; }

    public HostDisk HostDisks { get; }

    public HostNetworkPort HostPorts { get; }

    public HostPciDevice HostPciDevices { get; }

    public HostUsbDevice HostUsbDevices { get; }

    public AllocationCapabilities Allocations { get; }

    public CapabilityRASD CapabilitySettings { get; }

    public ConcreteJob Jobs { get; }

    public VirtualSystemMigrationService Migration { get; }

    public VirtualSystemMigrationCapabilities MigrationCapabilities { get; }

    public VirtualSystemMigrationSettingData MigrationSettings { get; }

    public SnapshotSettingData Snapshots { get; }

    public VirtualSystemSnapshotCapabilities SnapshotCapabilities { get; }

    public VirtualSystemSnapshotService SnapshotService { get; }

    public VirtualSystemSnapshotServiceCapabilities SnapshotServiceCapabilities { get; }

    public ComputerSystemSummary Summaries { get; }

    public MetricCatalog Metrics { get; }

    public BaseMetricDefinition MetricDefinitions { get; }

    public BaseMetricValue MetricValues { get; }

    public MetricService MetricService { get; }

    public MetricServiceCapabilities MetricCapabilities { get; }

    public ResourcePoolConfigurationService PoolConfiguration { get; }

    public ResourcePoolConfigurationCapabilities PoolConfigurationCapabilities { get; }

    public DiskPoolRASD DiskPoolSettings { get; }

    public NetworkPoolRASD NetworkPoolSettings { get; }

    public StorageVolumes Volumes { get; }

    public StorageVolumeRASD VolumeSettings { get; }

    public RegisteredProfile Profiles { get; }

    public IReadOnlyList<ClassProvider> Classes { get; }

    public IReadOnlyList<Association> Associations { get; }

    public IndicationHub Indications { get; }

    /// <summary>Whether there is no job that somebody may still ask for.</summary>
    public bool IsIdle => _jobs.IsIdle;

    public void Dispose()
    {
        Indications.Dispose();
        _sampler.Dispose();
        _jobs.Dispose();
        _requested.Dispose();
    }
}
