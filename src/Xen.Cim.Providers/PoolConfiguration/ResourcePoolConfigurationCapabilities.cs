using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Capabilities = Xen.Cim.Schema.Xen_ResourcePoolConfigurationCapabilities;

namespace Xen.Cim.Providers;

/// <summary>Xen_ResourcePoolConfigurationCapabilities: what the pool configuration service really does on this host (DSP1041).</summary>
public sealed class ResourcePoolConfigurationCapabilities(IHypervisor hypervisor) : SingletonProvider(Capabilities.Layout)
{
    private const string Id = "Xen:ResourcePoolConfigurationCapabilities";

    public override CimObjectPath PathOf(Only entity) => MakePath(new CimKey(Capabilities.Names.InstanceID, Id));

    protected override CimInstance Describe(Only entity, CimRequest request)
    {
        var (storage, networks) = (hypervisor.Supports(HypervisorOperation.StoragePools), hypervisor.Supports(HypervisorOperation.Networks));
        (bool Can, Capabilities.SynchronousMethodsSupportedValue Method)[] methods =
        [
            (storage || networks, Capabilities.SynchronousMethodsSupportedValue.CreateChild_ResourcePool_is_supported),
            (storage || networks, Capabilities.SynchronousMethodsSupportedValue.DeleteResourcePool_is_supported),
            (networks, Capabilities.SynchronousMethodsSupportedValue.AddResourcesToResourcePool_is_supported),
            (networks, Capabilities.SynchronousMethodsSupportedValue.RemoveResourcesFromResourcePool_is_supported),
        ];
        return new Capabilities
        {
            InstanceID = Id,
            ElementName = "Resource pool configuration capabilities",
            SynchronousMethodsSupported = [.. methods.Where(m => m.Can).Select(m => m.Method)],
            AsynchronousMethodsSupported = [],
            StoragePoolTypesSupported = [.. StoragePoolType.SupportedBy(hypervisor)],
            ForwardModesSupported = networks ? [.. NetworkPoolRASD.ForwardModes] : [],
        };
    }
}
