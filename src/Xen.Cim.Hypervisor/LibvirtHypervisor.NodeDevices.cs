using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor;

// The host's own devices.
public sealed partial class LibvirtHypervisor
{
    // The host's ends of guests' interfaces, and what libvirt makes for its networks.
    private static readonly string[] s_virtualPorts = ["lo", "vif", "vnet", "tap", "virbr", "xenbr", "veth", "docker"];

    private List<PhysicalDisk> ReadHostDisks() => ListNodeDevices("disks", "storage", d => d.ToDisk())
        .Where(d => d.DriveType is not ("cdrom" or "dvd" or "floppy")).OrderBy(d => d.Path, StringComparer.Ordinal).ToList();

    private List<PhysicalPort> ReadHostPorts() => ListNodeDevices("network ports", "net", d => d.ToPort())
        .Where(p => p.IsEthernet && !s_virtualPorts.Any(v => p.Interface.StartsWith(v, StringComparison.Ordinal)))
        .Select(p => p with { Bridge = BridgeOf(p.Interface) }).OrderBy(p => p.Interface, StringComparer.Ordinal).ToList();

    private List<PhysicalPciDevice> ReadHostPciDevices() =>
        ListNodeDevices("PCI devices", "pci", d => d.ToPciDevice()).OrderBy(d => d.Address, StringComparer.Ordinal).ToList();

    private List<PhysicalUsbDevice> ReadHostUsbDevices() =>
        ListNodeDevices("USB devices", "usb_device", d => d.ToUsbDevice()).OrderBy(d => d.Bus).ThenBy(d => d.Device).ToList();

    private List<T> ListNodeDevices<T>(string what, string capability, Func<NodeDeviceDefinition, T?> read)
        where T : class => Query($"list the {what} of the host", connection =>
    {
        var found = new List<T>();
        foreach (var name in NodeDeviceNames(connection, capability))
        {
            try
            {
                using var device = connection.LookupNodeDevice(name);
                if (read(NodeDeviceDefinition.Parse(device.GetXml())) is { } known)
                    found.Add(known);
            }
            catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
            {
                // Gone meanwhile, or unreadable: it does not spoil the others.
            }
            catch (HypervisorException)
            {
                // Its XML is none.
            }
        }
        return found;
    });

    // By name, which all drivers can; the newer call is not in the simulated host's.
    private static string[] NodeDeviceNames(Connection connection, string capability)
    {
        try
        {
            return connection.ListNodeDeviceNames(capability);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.NoConnect)
        {
            return [];
        }
    }

    // libvirt tells of bridges only where it has a driver for host interfaces, which distributions leave out.
    private string? BridgeOf(string port)
    {
        if (!_uri.IsLocal || Driver == HypervisorDriver.Test || port.Contains('/', StringComparison.Ordinal))
            return null;
        try
        {
            return new DirectoryInfo($"/sys/class/net/{port}/master").LinkTarget is { } target ? Path.GetFileName(target) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
