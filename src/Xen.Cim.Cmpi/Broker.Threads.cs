using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>Threads of ours that call the broker, and indications.</summary>
internal readonly unsafe partial struct Broker
{
    /// <summary>A context for one thread of ours; <see cref="Detach"/> frees it.</summary>
    public CMPIContext* PrepareAttach(CMPIContext* context)
    {
        var attached = broker->Broker->PrepareAttachThread(broker, context);
        return attached is null ? throw Refused("a context for a thread") : attached;
    }

    public void Attach(CMPIContext* context) => broker->Broker->AttachThread(broker, context);

    public void Detach(CMPIContext* context) => broker->Broker->DetachThread(broker, context);

    public void Deliver(CMPIContext* context, CimInstance indication, CimObjectPath path)
    {
        fixed (byte* ns = Utf8.Of(path.Namespace ?? ""))
            Check(broker->Broker->DeliverIndication(broker, context, ns, NewInstance(indication, path, null)), $"an indication of {indication.ClassName}");
    }
}
