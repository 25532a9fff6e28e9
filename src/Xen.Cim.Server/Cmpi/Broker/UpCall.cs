using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>What every call of a provider into the server has: whom it asks, in whose name, and about what.</summary>
internal readonly unsafe struct UpCall
{
    public UpCall(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte** properties, CMPIStatus* rc)
    {
        Status.Set(rc, CMPIrc.Ok);
        var asked = CmpiBroker.From(broker);
        var request = CmpiObject.From<ContextObject>(context)?.Request ?? Arena.Current.Request ?? CmpiBroker.Anonymous;
        Operations = asked.Services.Operations;
        Path = (CmpiObject.From<ObjectPathObject>(path) ?? throw CmpiException.InvalidParameter("The object path is NULL or not live.")).ToPath();
        Request = request with { Namespace = Path.Namespace ?? request.Namespace, PropertyList = Utf8Text.ReadList(properties) };
    }

    public IProvider Operations { get; }

    public CimRequest Request { get; }

    public CimObjectPath Path { get; }
}
