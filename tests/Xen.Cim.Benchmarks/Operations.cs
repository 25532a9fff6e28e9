using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Benchmarks;

/// <summary>The operations that are measured: the same ones at each place along a request's way.</summary>
internal sealed class Operations(BareLibvirt libvirt, XenCimProvider provider)
{
    private static readonly CimRequest s_request = new() { Namespace = "root/virt" };

    /// <param name="Wbemcli">Arguments around the class or object, or null where wbemcli tells nothing new.</param>
    internal sealed record Entry(string Name, Func<long>? Libvirt, Func<long> Provider, CimXmlClient.Request Request, string[]? Wbemcli);

    public IReadOnlyList<Entry> All(Guid guest)
    {
        var path = new CimObjectPath("Xen_ComputerSystem", "root/virt", new CimKey("CreationClassName", "Xen_ComputerSystem"), new CimKey("Name", guest.ToString("D")));
        return
        [
            Instances("Xen_ComputerSystem", () => libvirt.GuestsWithHealth(), wbemcli: true),
            Names("Xen_ComputerSystem", () => libvirt.Guests(), wbemcli: true),
            Instances("Xen_VirtualSystemSettingData", () => libvirt.Configurations()),
            Names("Xen_VirtualSystemSettingData", () => libvirt.Guests()),
            Instances("Xen_ProcessorRASD", () => libvirt.Configurations(scheduler: true)),
            Names("Xen_ProcessorRASD", () => libvirt.Configurations()),
            Instances("Xen_MemoryRASD", () => libvirt.Configurations()),
            Names("Xen_MemoryRASD", () => libvirt.Configurations()),
            Instances("Xen_DiskRASD", libvirt.Disks),
            Names("Xen_DiskRASD", () => libvirt.Configurations()),
            Instances("Xen_NetworkRASD", () => libvirt.Adapters()),
            Names("Xen_NetworkRASD", () => libvirt.Configurations()),
            new("GetInstance of a guest", () => libvirt.Guest(guest), () => provider.GetInstance(s_request, path) is null ? 0 : 1,
                CimXmlClient.OfGuest("GetInstance", "InstanceName", guest), ["gi", "{0}" + $"Xen_ComputerSystem.CreationClassName=\"Xen_ComputerSystem\",Name=\"{guest:D}\""]),
            new("Associators of a guest", null, () => provider.Associators(s_request, path, AssociationFilter.None).LongCount(),
                CimXmlClient.OfGuest("Associators", "ObjectName", guest), ["ai", "{0}" + $"Xen_ComputerSystem.CreationClassName=\"Xen_ComputerSystem\",Name=\"{guest:D}\""]),
        ];
    }

    private Entry Instances(string className, Func<long> bare, bool wbemcli = false) =>
        new($"EnumerateInstances {className}", bare, () => provider.EnumerateInstances(s_request, new(className, "root/virt")).LongCount(),
            CimXmlClient.Enumerate(className, names: false), wbemcli ? ["ei", "{0}" + className] : null);

    private Entry Names(string className, Func<long> bare, bool wbemcli = false) =>
        new($"EnumerateInstanceNames {className}", bare, () => provider.EnumerateInstanceNames(s_request, new(className, "root/virt")).LongCount(),
            CimXmlClient.Enumerate(className, names: true), wbemcli ? ["ein", "{0}" + className] : null);
}
