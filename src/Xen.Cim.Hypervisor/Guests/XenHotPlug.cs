namespace Xen.Cim.Hypervisor.Guests;

/// <summary>
/// What Xen's tools cannot plug into a guest that runs. libvirt says of it no more than that libxenlight failed, or that
/// there is no such device.
/// </summary>
internal static class XenHotPlug
{
    /// <summary>Why a change failed, and what would work; null when it is nothing of that kind.</summary>
    /// <param name="running">The guest as it runs.</param>
    public static string? Explain(HypervisorOperation operation, DomainDefinition running, DomainDevice device) => (operation, device) switch
    {
        (HypervisorOperation.AttachDevice, DiskDevice { Device: not "disk" } drive) =>
            $"Xen cannot plug a {drive.Device} drive into a guest that runs, only change the medium of one that is there; add the drive to the defined configuration",
        (HypervisorOperation.AttachDevice, DiskDevice { TakesDeviceModel: true } disk) when running.Kind != VirtualizationKind.FullyVirtual =>
            $"the guest may have been started without a device model (QEMU), which a disk with the driver {disk.DriverName ?? "qemu"} and the format "
            + $"{disk.DriverType ?? "raw"} takes; plug in a raw image or a block device without a driver name, or add the disk to the defined configuration",
        (HypervisorOperation.AttachDevice, ControllerDevice { Type: "usb" }) =>
            "the guest may have been started without a device model (QEMU) that serves USB; add the controller to the defined configuration",
        (HypervisorOperation.UpdateDevice, DiskDevice { Device: "cdrom" }) when running.Kind != VirtualizationKind.FullyVirtual =>
            "only an HVM guest has a drive whose medium can be changed while it runs; change the defined configuration",
        (HypervisorOperation.UpdateDevice, DiskDevice { Device: not "cdrom" } or NetworkInterface) =>
            "Xen can change nothing of it in a guest that runs but the medium of a CD-ROM drive; change the defined configuration, or remove the device and add another",
        (HypervisorOperation.UpdateDevice, not DiskDevice) => "Xen can change nothing of it in a guest that runs; change the defined configuration, which applies at the next start",
        _ => null,
    };
}
