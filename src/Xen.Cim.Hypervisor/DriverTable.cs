namespace Xen.Cim.Hypervisor;

/// <summary>What libvirt's drivers have, and what they have not: the one place that knows it beforehand.</summary>
/// <remarks>
/// A driver that answers VIR_ERR_NO_SUPPORT is believed over this table. docs/drivers.md is made from it.
/// </remarks>
public static partial class DriverTable
{
    private const string NoSupport = "libvirt's driver has no such call";
    private const string SuspendsItself = "libvirt's driver suspends the guest itself and refuses one that is paused (VIR_ERR_OPERATION_INVALID)";

    private static readonly Dictionary<(HypervisorDriver, HypervisorOperation), string> Missing =
        new()
        {
            [(HypervisorDriver.Xen, HypervisorOperation.Reset)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.Rename)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.SavePaused)] = SuspendsItself,
            [(HypervisorDriver.Xen, HypervisorOperation.LimitDisksLive)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.SetNumaNodesLive)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.SetStatisticsPeriodLive)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.SetEndLive)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.Snapshot)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.AttachDevice)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.DetachDevice)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.UpdateDevice)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.Migrate)] = NoSupport,
            [(HypervisorDriver.Xen, HypervisorOperation.AbortJob)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.AbortJob)] = NoSupport,
            [(HypervisorDriver.Test, HypervisorOperation.ResizeVolume)] = NoSupport,
        };

    /// <summary>What has to be known besides "yes".</summary>
    private static readonly Dictionary<(HypervisorDriver, HypervisorOperation), string> Remarks =
        new()
        {
            [(HypervisorDriver.Xen, HypervisorOperation.Reboot)] = "the guest reads as shut off for about five seconds; shown as rebooting",
            [(HypervisorDriver.Xen, HypervisorOperation.SavePaused)] = SuspendsItself,
            [(HypervisorDriver.Xen, HypervisorOperation.AttachDevice)] = "disks backed by a block device; others only where the guest has a device model",
            [(HypervisorDriver.Xen, HypervisorOperation.UpdateDevice)] = "media of an HVM guest's CD-ROM drive",
            [(HypervisorDriver.Qemu, HypervisorOperation.PinProcessorsLive)] = "not of guests in software emulation, whose processors are no threads that QEMU tells",
            [(HypervisorDriver.Qemu, HypervisorOperation.SetNumaNodesLive)] = "of memory that is strictly on its nodes; the mode stays; needs a privileged daemon and control groups",
            [(HypervisorDriver.Qemu, HypervisorOperation.SetStatisticsPeriodLive)] = "balloons of the model virtio",
            [(HypervisorDriver.Xen, HypervisorOperation.SetSchedulerLive)] = "weight and cap; libvirt forgets the cap when the guest stops, it is kept in the guest's metadata",
            [(HypervisorDriver.Xen, HypervisorOperation.Migrate)] = "paravirtualized guests not live, except on a Xen with shadow paging; neither progress nor cancelling; after one that failed at its end libvirt does not notice that the guest shuts down, until it is started anew",
            [(HypervisorDriver.Qemu, HypervisorOperation.AbortJob)] = "saving, dumping and migrating",
            [(HypervisorDriver.Qemu, HypervisorOperation.Snapshot)] = "inside the guest's disks, which have to be qcow2; the guest is paused meanwhile",
            [(HypervisorDriver.Qemu, HypervisorOperation.SetSchedulerLive)] = "weight is cpu_shares, cap is global_quota in global_period; needs control groups",
            [(HypervisorDriver.Test, HypervisorOperation.SetSchedulerLive)] = "accepted and ignored",
            [(HypervisorDriver.Test, HypervisorOperation.Reboot)] = "done at once",
        };

    /// <summary>The drivers that the table knows.</summary>
    public static IReadOnlyList<HypervisorDriver> Drivers { get; } = [HypervisorDriver.Xen, HypervisorDriver.Qemu, HypervisorDriver.Test];

    /// <summary>Whether the driver has the operation. Of a driver that is not in the table everything is expected until it refuses.</summary>
    public static bool Has(HypervisorDriver driver, HypervisorOperation operation) => !Missing.ContainsKey((driver, operation));

    /// <summary>Why not, or what to know; null when there is nothing to say.</summary>
    public static string? Remark(HypervisorDriver driver, HypervisorOperation operation) =>
        Missing.GetValueOrDefault((driver, operation)) ?? Remarks.GetValueOrDefault((driver, operation));
}
