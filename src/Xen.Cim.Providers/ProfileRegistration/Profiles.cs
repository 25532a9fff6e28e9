namespace Xen.Cim.Providers;

/// <summary>A management profile of the DMTF that we implement.</summary>
/// <param name="Document">Its document's number, such as DSP1042.</param>
/// <param name="Name">RegisteredName, as the profile's text gives it.</param>
/// <param name="Version">RegisteredVersion: major.minor.update.</param>
/// <param name="CentralClass">Class of the instances that stand for an implementation (DSP1033 7.1).</param>
/// <param name="References">The profiles that it refers to.</param>
public sealed record Profile(string Document, string Name, string Version, string CentralClass, IReadOnlyList<Profile> References);

/// <summary>Every profile that we register.</summary>
public static class Profiles
{
    public static readonly Profile Registration = new("DSP1033", "Profile Registration", "1.0.0", "CIM_RegisteredProfile", []);

    public static readonly Profile AllocationCapabilities = new("DSP1043", "Allocation Capabilities", "1.0.0", "CIM_AllocationCapabilities", [Registration]);

    public static readonly Profile ResourceAllocation = new("DSP1041", "Resource Allocation", "1.1.0", "CIM_ResourcePool", [AllocationCapabilities, Registration]);

    public static readonly Profile Processor = OfResource("DSP1044", "Processor Resource Virtualization");

    public static readonly Profile Memory = OfResource("DSP1045", "Memory Resource Virtualization");

    public static readonly Profile Storage = OfResource("DSP1047", "Storage Resource Virtualization");

    public static readonly Profile EthernetPort = OfResource("DSP1050", "Ethernet Port Resource Virtualization");

    public static readonly Profile GenericDevice = OfResource("DSP1059", "Generic Device Resource Virtualization");

    /// <summary>Its central instances come and go: there is one for each job that a client was told of.</summary>
    public static readonly Profile JobControl = new("DSP1103", "Job Control", "1.0.0", "CIM_ConcreteJob", [Registration]);

    public static readonly Profile BaseMetrics = new("DSP1053", "Base Metrics", "1.0.1", "CIM_MetricService", [Registration]);

    public static readonly Profile VirtualSystem = new("DSP1057", "Virtual System", "1.0.0", "CIM_ComputerSystem", [BaseMetrics, JobControl, Registration]);

    public static readonly Profile Migration = new("DSP1081", "Virtual System Migration", "1.0.0", "CIM_VirtualSystemMigrationService", [JobControl, Registration]);

    public static readonly Profile SystemVirtualization = new("DSP1042", "System Virtualization", "1.0.0", "CIM_System",
        [VirtualSystem, Processor, Memory, Storage, EthernetPort, GenericDevice, Migration, BaseMetrics, JobControl, Registration]);

    public static IReadOnlyList<Profile> All { get; } =
    [
        Registration, ResourceAllocation, SystemVirtualization, AllocationCapabilities, Processor, Memory, Storage, EthernetPort,
        BaseMetrics, VirtualSystem, GenericDevice, Migration, JobControl,
    ];

    // The profiles of one kind of resource specialize the two that describe resources in general.
    private static Profile OfResource(string document, string name) => new(document, name, "1.0.0", "CIM_ResourcePool", [ResourceAllocation, AllocationCapabilities, Registration]);
}
