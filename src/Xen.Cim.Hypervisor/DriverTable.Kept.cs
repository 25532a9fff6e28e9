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
    private static readonly Entry[] Folders =
    [
        new(HypervisorDriver.Xen, HostFact.Guests, Running),
        new(HypervisorDriver.Xen, HostFact.State, Running),
        new(HypervisorDriver.Xen, HostFact.Autostart, Definitions),
        new(HypervisorDriver.Xen, HostFact.SavedImage, All),
        new(HypervisorDriver.Xen, HostFact.DefinedConfiguration, Definitions),
        new(HypervisorDriver.Xen, HostFact.ConfigurationOfOff, Running),
        new(HypervisorDriver.Xen, HostFact.ConfigurationOfRunning, Running),
        new(HypervisorDriver.Qemu, HostFact.Guests, Running),
        new(HypervisorDriver.Qemu, HostFact.State, Running),
        new(HypervisorDriver.Qemu, HostFact.Autostart, Definitions),
        new(HypervisorDriver.Qemu, HostFact.SavedImage, All),
        new(HypervisorDriver.Qemu, HostFact.DefinedConfiguration, Definitions),
        new(HypervisorDriver.Qemu, HostFact.ConfigurationOfOff, Running),
    ];

    /// <summary>Whether the daemon's files on this host tell of every change, so that it is read again only then.</summary>
    public static bool Keeps(HypervisorDriver driver, HostFact fact) => Find(Folders, driver, (int)fact) is not null;
}
