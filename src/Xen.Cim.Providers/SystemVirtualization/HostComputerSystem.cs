using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_HostComputerSystem: the machine that runs Xen (DSP1042's host system, the central class of the profile).</summary>
public sealed class HostComputerSystem(IHypervisor hypervisor) : ClassProvider<Host>(Xen_HostComputerSystem.Layout)
{
    /// <summary>The host's name, which every hosted service repeats as SystemName.</summary>
    public string Name => hypervisor.GetHost().Name;

    public override IEnumerable<Host> Enumerate() => [hypervisor.GetHost()];

    public override Host? Find(CimObjectPath path)
    {
        var host = hypervisor.GetHost();
        return PathOf(host).Equals(path.WithNamespace(Namespace)) ? host : null;
    }

    public override CimObjectPath PathOf(Host host) => MakePath(
        new CimKey(Xen_HostComputerSystem.Names.CreationClassName, Xen_HostComputerSystem.CimName),
        new CimKey(Xen_HostComputerSystem.Names.Name, host.Name));

    protected override CimInstance Describe(Host host, CimRequest request) => new Xen_HostComputerSystem
    {
        CreationClassName = Xen_HostComputerSystem.CimName,
        Name = host.Name,
        NameFormat = "IP",
        ElementName = host.Name,
        Caption = "Virtualization host",
        Description = $"{host.Driver} host with {host.Processors} processors and {host.MemoryKiB} KiB of memory"
            + (host.HypervisorVersion is { } version ? $", hypervisor {version}" : "")
            + (host.LibvirtVersion is { } libvirt ? $", libvirt {libvirt}" : ""),
        OtherIdentifyingInfo = [host.Uuid.ToString("D")],
        IdentifyingDescriptions = ["CIM:GUID"],
        Roles = ["Virtualization host"],
        EnabledState = Xen_HostComputerSystem.EnabledStateValue.Enabled,
        RequestedState = Xen_HostComputerSystem.RequestedStateValue.Not_Applicable,
        EnabledDefault = Xen_HostComputerSystem.EnabledDefaultValue.Not_Applicable,
        OperationalStatus = [Xen_HostComputerSystem.OperationalStatusValue.OK],
        StatusDescriptions = ["Connected"],
        HealthState = Xen_HostComputerSystem.HealthStateValue.OK,
    };
}
