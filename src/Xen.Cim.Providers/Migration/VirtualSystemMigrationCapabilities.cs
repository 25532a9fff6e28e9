using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Capabilities = Xen.Cim.Schema.Xen_VirtualSystemMigrationCapabilities;

namespace Xen.Cim.Providers;

/// <summary>Xen_VirtualSystemMigrationCapabilities: what the migration service really does on this host (DSP1081).</summary>
public sealed class VirtualSystemMigrationCapabilities(IHypervisor hypervisor) : SingletonProvider(Capabilities.Layout)
{
    private const string Id = "Xen:VirtualSystemMigrationCapabilities";

    public override CimObjectPath PathOf(Only entity) => MakePath(new CimKey(Capabilities.Names.InstanceID, Id));

    protected override CimInstance Describe(Only entity, CimRequest request)
    {
        var can = hypervisor.Supports(HypervisorOperation.Migrate);
        return new Capabilities
        {
            InstanceID = Id,
            ElementName = "Virtual system migration capabilities",
            SynchronousMethodsSupported = !can ? [] :
            [
                Capabilities.SynchronousMethodsSupportedValue.CheckVirtualSystemIsMigratableToHostSupported,
                Capabilities.SynchronousMethodsSupportedValue.CheckVirtualSystemIsMigratableToSystemSupported,
            ],
            AsynchronousMethodsSupported = !can ? [] :
            [
                Capabilities.AsynchronousMethodsSupportedValue.MigrateVirtualSystemToHostSupported,
                Capabilities.AsynchronousMethodsSupportedValue.MigrateVirtualSystemToSystemSupported,
            ],
            DestinationHostFormatsSupported = !can ? [] :
            [
                Capabilities.DestinationHostFormatsSupportedValue.DomainNameFormatSupported,
                Capabilities.DestinationHostFormatsSupportedValue.IPv4DottedDecimalFormatSupported,
                Capabilities.DestinationHostFormatsSupportedValue.IPv6TextFormatSupported,
            ],
        };
    }
}
