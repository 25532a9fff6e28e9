namespace Xen.Cim.Hypervisor;

/// <summary>What requests read, apart by what changes it.</summary>
public enum HostFact
{
    Guests, State, Autostart, SavedImage, DefinedConfiguration, ConfigurationOfOff, ConfigurationOfRunning, Scheduler, Statistics,
    Networks, StoragePools, Volumes, NodeDevices,
}

public static partial class DriverTable
{
    private const string Definitions = "definitions";
    private const string Running = "definitions, running";
    private const string All = "definitions, running, saved";

    /// <summary>The folders of the daemon in which every change is noticed; where there are none, it is read with each request.</summary>
    private static readonly Dictionary<(HypervisorDriver, HostFact), string> Folders =
        new()
        {
            [(HypervisorDriver.Xen, HostFact.Guests)] = Running,
            [(HypervisorDriver.Xen, HostFact.State)] = Running,
            [(HypervisorDriver.Xen, HostFact.Autostart)] = Definitions,
            [(HypervisorDriver.Xen, HostFact.SavedImage)] = All,
            [(HypervisorDriver.Xen, HostFact.DefinedConfiguration)] = Definitions,
            [(HypervisorDriver.Xen, HostFact.ConfigurationOfOff)] = Running,
            [(HypervisorDriver.Xen, HostFact.ConfigurationOfRunning)] = Running,
            [(HypervisorDriver.Qemu, HostFact.Guests)] = Running,
            [(HypervisorDriver.Qemu, HostFact.State)] = Running,
            [(HypervisorDriver.Qemu, HostFact.Autostart)] = Definitions,
            [(HypervisorDriver.Qemu, HostFact.SavedImage)] = All,
            [(HypervisorDriver.Qemu, HostFact.DefinedConfiguration)] = Definitions,
            [(HypervisorDriver.Qemu, HostFact.ConfigurationOfOff)] = Running,
        };

    /// <summary>Whether the daemon's files on this host tell of every change, so that it is read again only then.</summary>
    public static bool Keeps(HypervisorDriver driver, HostFact fact) => Folders.ContainsKey((driver, fact));
}
