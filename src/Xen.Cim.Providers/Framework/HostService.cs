using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// A service of the host (CIM_Service), named after its class. It is there while the hypervisor is away, and not started then.
/// </summary>
public abstract class HostService<TService> : SingletonProvider
    where TService : CIM_Service, new()
{
    private readonly HostComputerSystem _host;
    private readonly string _name;

    private protected HostService(CimLayout layout, HostComputerSystem host)
        : base(layout) => (_host, _name) = (host, layout.ClassName["Xen_".Length..]);

    public sealed override CimObjectPath PathOf(Only entity) => MakePath(
        new CimKey(CIM_Service.Names.SystemCreationClassName, Xen_HostComputerSystem.CimName),
        new CimKey(CIM_Service.Names.SystemName, _host.Name),
        new CimKey(CIM_Service.Names.CreationClassName, Layout.ClassName),
        new CimKey(CIM_Service.Names.Name, _name));

    protected sealed override CimInstance Describe(Only entity, CimRequest request)
    {
        var can = CanServe;
        var outage = _host.Outage();
        return new TService
        {
            SystemCreationClassName = Xen_HostComputerSystem.CimName,
            SystemName = _host.Name,
            CreationClassName = Layout.ClassName,
            Name = _name,
            ElementName = Title,
            Description = Description,
            Started = can && outage is null,
            StartMode = "Automatic",
            EnabledState = !can ? CIM_EnabledLogicalElement.EnabledStateValue.Not_Applicable
                : outage is null ? CIM_EnabledLogicalElement.EnabledStateValue.Enabled : CIM_EnabledLogicalElement.EnabledStateValue.Enabled_but_Offline,
            RequestedState = CIM_EnabledLogicalElement.RequestedStateValue.Not_Applicable,
            EnabledDefault = can ? CIM_EnabledLogicalElement.EnabledDefaultValue.Enabled : CIM_EnabledLogicalElement.EnabledDefaultValue.Not_Applicable,
            OperationalStatus = [outage is not null ? CIM_ManagedSystemElement.OperationalStatusValue.Lost_Communication
                : can ? CIM_ManagedSystemElement.OperationalStatusValue.OK : CIM_ManagedSystemElement.OperationalStatusValue.Stopped],
            StatusDescriptions = [outage ?? "Connected"],
            HealthState = outage is null ? CIM_ManagedSystemElement.HealthStateValue.OK : CIM_ManagedSystemElement.HealthStateValue.Unknown,
        };
    }

    /// <summary>ElementName.</summary>
    private protected abstract string Title { get; }

    /// <summary>What it does, and for which hypervisor.</summary>
    private protected abstract string Description { get; }

    /// <summary>Whether the hypervisor has what the service is for.</summary>
    private protected virtual bool CanServe => true;

    private protected static CimException Missing(string parameter, string what) => CimException.InvalidParameter($"{parameter} is missing; it is {what}.");
}
