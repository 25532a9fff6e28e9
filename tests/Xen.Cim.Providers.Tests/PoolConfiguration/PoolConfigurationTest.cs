using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.PoolConfiguration;

/// <summary>Short ways to ask the pool configuration service.</summary>
public abstract class PoolConfigurationTest : ProviderTest
{
    internal static readonly CimObjectPath PoolService = Path("Xen_ResourcePoolConfigurationService",
        ("SystemCreationClassName", "Xen_HostComputerSystem"), ("SystemName", "xenhost.example"),
        ("CreationClassName", "Xen_ResourcePoolConfigurationService"), ("Name", "ResourcePoolConfigurationService"));

    internal static readonly CimObjectPath Disks = DiskPoolPath("primordial");
    internal static readonly CimObjectPath Networks = NetworkPoolPath("primordial");

    internal static CimObjectPath DiskPoolPath(object id) => Path("Xen_DiskPool", ("InstanceID", $"Xen:DiskPool/{id}"));

    internal static CimObjectPath NetworkPoolPath(object id) => Path("Xen_NetworkPool", ("InstanceID", $"Xen:NetworkPool/{id}"));

    internal static CimObjectPath VolumePath(Guid pool, string name) => HostDevicePath("Xen_StorageVolume", $"{pool}/{name}");

    internal (uint Return, CimArguments Output) CreatePool(string? name, object? settings, CimObjectPath? parent = null) =>
        Call(PoolService, "CreateChildResourcePool", ("ElementName", CimType.String, name), ("Settings", CimType.String, settings is null ? null : new[] { settings }),
            ("ParentPool", CimType.Reference, parent is null ? null : new[] { parent }));

    internal (uint Return, CimArguments Output) DeletePool(CimObjectPath pool) => Call(PoolService, "DeleteResourcePool", ("Pool", CimType.Reference, pool));

    internal (uint Return, CimArguments Output) CreateVolume(CimObjectPath? pool, object? settings) =>
        Call(PoolService, "CreateResourceInPool", ("Settings", CimType.String, settings), ("Pool", CimType.Reference, pool));

    internal (uint Return, CimArguments Output) DeleteVolume(CimObjectPath volume, CimObjectPath? pool = null) =>
        Call(PoolService, "DeleteResourceInPool", ("Resource", CimType.Reference, volume), ("Pool", CimType.Reference, pool));
}
