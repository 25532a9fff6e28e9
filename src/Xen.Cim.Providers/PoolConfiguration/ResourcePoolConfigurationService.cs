using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Service = Xen.Cim.Schema.Xen_ResourcePoolConfigurationService;

namespace Xen.Cim.Providers;

/// <summary>
/// Xen_ResourcePoolConfigurationService: makes and deletes storage pools, networks and volumes (DSP1041). What a method
/// refuses is a CIM error that says why; what nobody could do here is its return value 1.
/// </summary>
public sealed class ResourcePoolConfigurationService : HostService<Service>
{
    private readonly IHypervisor _hypervisor;
    private readonly IReadOnlyList<IPoolSettings> _kinds;
    private readonly NetworkPool _networks;
    private readonly HostNetworkPort _ports;
    private readonly VolumeCreation _creation;
    private readonly StorageVolumes _volumes;

    internal ResourcePoolConfigurationService(IHypervisor hypervisor, HostComputerSystem host, IReadOnlyList<IPoolSettings> kinds,
        NetworkPool networks, HostNetworkPort ports, StorageVolumes volumes, VolumeCreation creation)
        : base(Service.Layout, host)
    {
        (_hypervisor, _kinds, _networks, _ports, _volumes, _creation) = (hypervisor, kinds, networks, ports, volumes, creation);
        // Pools made out of host resources are libvirt's hypervisor itself, and its child pools stay where they were made.
        Methods[Service.CreateResourcePoolMethod.Name] = (_, path, _, _) => Never(path);
        Methods[Service.ChangeParentResourcePoolMethod.Name] = (_, path, _, _) => Never(path);
        Methods[Service.CreateChildResourcePoolMethod.Name] = CreateChildResourcePool;
        Methods[Service.DeleteResourcePoolMethod.Name] = DeleteResourcePool;
        Methods[Service.AddResourcesToResourcePoolMethod.Name] = AddResources;
        Methods[Service.RemoveResourcesFromResourcePoolMethod.Name] = RemoveResources;
        Methods[Service.CreateResourceInPoolMethod.Name] = CreateResourceInPool;
        Methods[Service.DeleteResourceInPoolMethod.Name] = DeleteResourceInPool;
    }

    private protected override string Title => "Resource pool configuration";

    private protected override string Description => $"Makes and deletes storage pools, networks and volumes of {_hypervisor.Uri}";

    private object? Never(CimObjectPath path)
    {
        Require(path);
        return (uint)Service.CreateResourcePoolMethod.ReturnValue.Not_Supported;
    }

    private object? CreateChildResourcePool(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.CreateChildResourcePoolMethod(input, output);
        var settings = EmbeddedSettings.Read(call.Settings) switch
        {
            [var only] => only,
            var several => throw CimException.InvalidParameter($"Settings has {several.Count} instances; a pool is made of one {Known}."),
        };
        var kind = _kinds.FirstOrDefault(k => k.Serves(settings)) ?? throw CimException.InvalidParameter($"No pool can be made of a {settings.ClassName}: expected one of {Known}.");
        foreach (var parent in call.ParentPool ?? [])
        {
            if (!IsOf(parent, kind.Parent.ClassName))
                throw OtherType($"{parent} cannot be the parent of a pool made of a {settings.ClassName}: expected {kind.Parent}.");
            if (!parent.WithNamespace(Namespace).Equals(kind.Parent))
                throw CimException.InvalidParameter($"{parent} cannot be the parent: pools are children of the primordial pool, {kind.Parent}.");
        }
        call.Pool = kind.Make(call.ElementName, settings);
        return (uint)Service.CreateChildResourcePoolMethod.ReturnValue.Job_Completed_with_No_Error;
    }

    private object? DeleteResourcePool(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var pool = new Service.DeleteResourcePoolMethod(input, output).Pool ?? throw Missing("Pool", "the pool to delete");
        var kind = _kinds.FirstOrDefault(k => IsOf(pool, k.Pools.Layout.ClassName))
            ?? throw CimException.InvalidParameter($"{pool} cannot be deleted: expected a {string.Join(" or a ", _kinds.Select(k => k.Pools.Layout.ClassName))}.");
        kind.Pools.Delete(request, pool);
        return (uint)Service.DeleteResourcePoolMethod.ReturnValue.Job_Completed_with_No_Error;
    }

    private object? AddResources(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.AddResourcesToResourcePoolMethod(input, output);
        return ChangeResources(call.Pool, call.HostResources, add: true);
    }

    private object? RemoveResources(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.RemoveResourcesFromResourcePoolMethod(input, output);
        return ChangeResources(call.Pool, call.HostResources, add: false);
    }

    // Only networks can be given interfaces or relieved of them; libvirt's storage pools and the host's own pools are what they are.
    private object ChangeResources(CimObjectPath? pool, CimObjectPath[]? resources, bool add)
    {
        var target = pool ?? throw Missing("Pool", "the pool to change");
        if (!IsOf(target, _networks.Layout.ClassName))
            throw CimException.NotSupported($"{target} is what it is made of: only a {_networks.Layout.ClassName} can be given resources of the host, or relieved of them.");
        if (_networks.Require(target).Network is not { } network)
            throw CimException.InvalidParameter($"{target} is the primordial pool, which holds all ports of the host as they are.");
        if (resources is not { Length: > 0 })
            throw Missing("HostResources", "the network ports of the host");
        if (Array.Find(resources, r => !IsOf(r, _ports.Layout.ClassName)) is { } other)
            throw OtherType($"{other} is nothing for a network: expected {_ports.Layout.ClassName}.");
        if (network.ForwardMode is not ("bridge" or "private" or "vepa" or "passthrough") || network.Bridge is not null)
            throw CimException.InvalidParameter($"The network {network.Name} ({network.ForwardMode ?? "isolated"}) hands out no interfaces of the host; those of mode bridge without a bridge, private, vepa and passthrough do.");
        var devices = resources.Select(r => _ports.Require(r).Interface).ToList();
        if (devices.FirstOrDefault(d => network.ForwardDevices.Contains(d) == add) is { } wrong)
            throw new CimException(add ? CimStatus.AlreadyExists : CimStatus.NotFound, $"The network {network.Name} {(add ? "has" : "does not have")} the interface {wrong}{(add ? " already" : "")}.");
        _hypervisor.ChangeForwardDevices(network.Uuid, devices, add);
        return (uint)Service.AddResourcesToResourcePoolMethod.ReturnValue.Job_Completed_with_No_Error;
    }

    private object? CreateResourceInPool(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.CreateResourceInPoolMethod(input, output);
        var settings = EmbeddedSettings.ReadOne(call.Settings) ?? throw Missing("Settings", "a Xen_StorageVolumeRASD");
        if (call.Pool is { } named && !IsOf(named, Xen_DiskPool.CimName))
            throw OtherType($"{named} holds no volumes: expected a {Xen_DiskPool.CimName}.");
        var (volume, job) = _creation.Make(call.Pool, settings);
        if (job is not null)
        {
            call.Job = job;
            return (uint)Service.CreateResourceInPoolMethod.ReturnValue.Method_Parameters_Checked___Job_Started;
        }
        call.Resource = _volumes.PathOf(volume!);
        return (uint)Service.CreateResourceInPoolMethod.ReturnValue.Job_Completed_with_No_Error;
    }

    private object? DeleteResourceInPool(CimRequest request, CimObjectPath path, CimArguments input, CimArguments output)
    {
        Require(path);
        var call = new Service.DeleteResourceInPoolMethod(input, output);
        var resource = call.Resource ?? throw Missing("Resource", "the volume to delete");
        if (!IsOf(resource, _volumes.Layout.ClassName))
            throw CimException.InvalidParameter($"{resource} is no volume: expected a {_volumes.Layout.ClassName}.");
        var volume = _volumes.Require(resource);
        if (call.Pool is { } pool && !(pool[Xen_DiskPool.Names.InstanceID] is string id && id == volume.Pool.Id))
            throw CimException.InvalidParameter($"The volume {volume.Volume.Name} is not in {pool} but in {volume.Pool.Id}.");
        _volumes.Delete(volume);
        return (uint)Service.DeleteResourceInPoolMethod.ReturnValue.Job_Completed_with_No_Error;
    }

    private string Known => string.Join(" or ", _kinds.Select(k => ((ClassProvider)k).Layout.ClassName));

    // The methods share the value.
    private static CimException OtherType(string why) =>
        MethodRefusal.Of(Service.CreateChildResourcePoolMethod.ReturnValue.Incorrect_ResourceType_for_the_Pool, CimStatus.InvalidParameter, why);

    private static bool IsOf(CimObjectPath path, string className) => path.ClassName.Equals(className, StringComparison.OrdinalIgnoreCase);
}
