using Xen.Cim.Model;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>CIM_ComputerSystem: the system that the services of the Interop namespace name as theirs (DSP1054).</summary>
internal sealed class HostingSystem : InteropClass
{
    private readonly CimInstance _instance;

    public HostingSystem(Interop interop)
        : base(interop, Interop.SystemClass) => _instance = interop.New(Name,
            ("CreationClassName", Name), ("Name", Interop.SystemName), ("NameFormat", "Other"), ("ElementName", Interop.SystemName),
            ("Caption", "CIM server's system"), ("Description", "The system that the CIM server runs on."),
            ("EnabledState", 2), ("RequestedState", 12), ("EnabledDefault", 2), ("OperationalStatus", new ushort[] { 2 }), ("HealthState", 5));

    public CimObjectPath Path => _instance.Path!;

    public override IEnumerable<CimInstance> All() => [_instance];
}

/// <summary>CIM_HostedService: the system and the indication service on it (DSP1054).</summary>
internal sealed class HostedService(Interop interop, HostingSystem system, IndicationServiceClass service)
    : InteropAssociation(interop, "CIM_HostedService", "Antecedent", "Dependent")
{
    public override IEnumerable<CimInstance> All() => [Interop.New(Name, (Left, system.Path), (Right, service.Path))];
}

/// <summary>CIM_ServiceAffectsElement: the service and its filters and destinations (DSP1054).</summary>
internal sealed class ServiceAffectsElement(Interop interop, IndicationServiceClass service, IndicationFilters filters, ListenerDestinations destinations)
    : InteropAssociation(interop, "CIM_ServiceAffectsElement", "AffectingElement", "AffectedElement")
{
    // ElementEffects: Manages.
    private static readonly ushort[] s_manages = [5];

    public override IEnumerable<CimInstance> All() => filters.All().Concat(destinations.All())
        .Select(e => Interop.New(Name, (Left, service.Path), (Right, e.Path), ("ElementEffects", s_manages)));
}

/// <summary>CIM_ElementCapabilities: the service and its capabilities (DSP1054).</summary>
internal sealed class ServiceCapabilities(Interop interop, IndicationServiceClass service, IndicationServiceCapabilities capabilities)
    : InteropAssociation(interop, "CIM_ElementCapabilities", "ManagedElement", "Capabilities")
{
    public override IEnumerable<CimInstance> All() => [Interop.New(Name, (Left, service.Path), (Right, capabilities.Path))];
}

/// <summary>CIM_IndicationSubscription as what it is, too: the association of a filter and a destination.</summary>
internal sealed class SubscriptionLinks(Interop interop, IndicationSubscriptions subscriptions)
    : InteropAssociation(interop, IndicationSubscriptions.ClassName, "Filter", "Handler")
{
    public override IEnumerable<CimInstance> All() => subscriptions.All();
}
