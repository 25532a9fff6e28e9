using System.Reflection;
using Xen.Cim.Model;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Indications.Classes;

namespace Xen.Cim.Server.ObjectManager;

/// <summary>CIM_ObjectManager: this server, by which a client tells what it talks to.</summary>
internal sealed class ObjectManagerClass : InteropClass
{
    public const string ClassName = "CIM_ObjectManager";

    public const string ManagerName = "xen-cim-server";

    private readonly CimInstance _instance;

    public ObjectManagerClass(Interop interop)
        : base(interop, ClassName)
    {
        var version = typeof(ObjectManagerClass).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        _instance = interop.New(ClassName,
            ("SystemCreationClassName", Interop.SystemClass), ("SystemName", Interop.SystemName), ("CreationClassName", ClassName), ("Name", ManagerName),
            ("ElementName", "Xen.Cim"), ("Caption", "CIM server"), ("Description", $"Xen.Cim CIM server, version {version}"),
            ("GatherStatisticalData", false), ("Started", true), ("EnabledState", 2), ("RequestedState", 12), ("EnabledDefault", 2),
            ("OperationalStatus", new ushort[] { 2 }), ("HealthState", 5));
    }

    public CimObjectPath Path => _instance.Path!;

    public override IEnumerable<CimInstance> All() => [_instance];
}
