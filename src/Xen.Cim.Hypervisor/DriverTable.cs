namespace Xen.Cim.Hypervisor;

/// <summary>What libvirt's drivers have, and what they have not: the one place that knows it beforehand.</summary>
/// <remarks>
/// A driver that answers VIR_ERR_NO_SUPPORT is believed over this table. docs/drivers.md is made from it.
/// </remarks>
public static partial class DriverTable
{
    private const string NoSupport = "libvirt's driver has no such call";
    private const string SuspendsItself = "libvirt's driver suspends the guest itself and refuses one that is paused (VIR_ERR_OPERATION_INVALID)";

    private static readonly Entry[] Missing =
    [
        new(HypervisorDriver.Xen, HypervisorOperation.Reset, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.Rename, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.SavePaused, SuspendsItself),
        new(HypervisorDriver.Xen, HypervisorOperation.LimitDisksLive, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.SetNumaNodesLive, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.SetStatisticsPeriodLive, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.SetEndLive, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.Snapshot, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.AttachDevice, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.DetachDevice, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.UpdateDevice, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.Migrate, NoSupport),
        new(HypervisorDriver.Xen, HypervisorOperation.AbortJob, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.AbortJob, NoSupport),
        new(HypervisorDriver.Test, HypervisorOperation.ResizeVolume, NoSupport),
    ];

    /// <summary>What has to be known besides "yes".</summary>
    private static readonly Entry[] Remarks =
    [
        new(HypervisorDriver.Xen, HypervisorOperation.Reboot, "the guest reads as shut off for about five seconds; shown as rebooting"),
        new(HypervisorDriver.Xen, HypervisorOperation.SavePaused, SuspendsItself),
        new(HypervisorDriver.Xen, HypervisorOperation.AttachDevice, "disks backed by a block device; others only where the guest has a device model"),
        new(HypervisorDriver.Xen, HypervisorOperation.UpdateDevice, "media of an HVM guest's CD-ROM drive"),
        new(HypervisorDriver.Qemu, HypervisorOperation.PinProcessorsLive, "not of guests in software emulation, whose processors are no threads that QEMU tells"),
        new(HypervisorDriver.Qemu, HypervisorOperation.SetNumaNodesLive, "of memory that is strictly on its nodes; the mode stays; needs a privileged daemon and control groups"),
        new(HypervisorDriver.Qemu, HypervisorOperation.SetStatisticsPeriodLive, "balloons of the model virtio"),
        new(HypervisorDriver.Xen, HypervisorOperation.SetSchedulerLive, "weight and cap; libvirt forgets the cap when the guest stops, it is kept in the guest's metadata"),
        new(HypervisorDriver.Xen, HypervisorOperation.Migrate, "paravirtualized guests not live, except on a Xen with shadow paging; neither progress nor cancelling; after one that failed at its end libvirt does not notice that the guest shuts down, until it is started anew"),
        new(HypervisorDriver.Qemu, HypervisorOperation.AbortJob, "saving, dumping and migrating"),
        new(HypervisorDriver.Qemu, HypervisorOperation.Snapshot, "inside the guest's disks, which have to be qcow2; the guest is paused meanwhile"),
        new(HypervisorDriver.Qemu, HypervisorOperation.SetSchedulerLive, "weight is cpu_shares, cap is global_quota in global_period; needs control groups"),
        new(HypervisorDriver.Test, HypervisorOperation.SetSchedulerLive, "accepted and ignored"),
        new(HypervisorDriver.Test, HypervisorOperation.Reboot, "done at once"),
    ];

    /// <summary>The drivers that the table knows.</summary>
    public static IReadOnlyList<HypervisorDriver> Drivers { get; } = [HypervisorDriver.Xen, HypervisorDriver.Qemu, HypervisorDriver.Test];

    /// <summary>Whether the driver has the operation. Of a driver that is not in the table everything is expected until it refuses.</summary>
    public static bool Has(HypervisorDriver driver, HypervisorOperation operation) => Find(Missing, driver, (int)operation) is null;

    /// <summary>Why not, or what to know; null when there is nothing to say.</summary>
    public static string? Remark(HypervisorDriver driver, HypervisorOperation operation) =>
        Find(Missing, driver, (int)operation) ?? Find(Remarks, driver, (int)operation);

    private static string? Find(Entry[] entries, HypervisorDriver driver, int row) => Array.Find(entries, e => e.Driver == driver && e.Row == row)?.Words;

    private sealed record Entry(HypervisorDriver Driver, int Row, string Words)
    {
        public Entry(HypervisorDriver driver, HypervisorOperation operation, string words) : this(driver, (int)operation, words)
        {
        }

        public Entry(HypervisorDriver driver, HostFact fact, string words) : this(driver, (int)fact, words)
        {
        }
    }
}
