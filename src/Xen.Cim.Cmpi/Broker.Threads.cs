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

    /// <summary>
    /// Remembers what the broker has made on this thread so far; null where it has no such memory. A broker that has frees
    /// nothing when the thread is detached, so a thread that lives on frees it itself (<see cref="FreeSince"/>).
    /// </summary>
    public void* Mark() => broker->Memory is null || broker->Memory->Mark is null ? null : broker->Memory->Mark(broker, null);

    /// <summary>Frees what the broker made on this thread since <paramref name="mark"/>, and the mark.</summary>
    public void FreeSince(void* mark)
    {
        if (mark is not null && broker->Memory->Release is not null)
            broker->Memory->Release(broker, mark);
    }

    public void Deliver(CMPIContext* context, CimInstance indication, CimObjectPath path)
    {
        fixed (byte* ns = Utf8.Of(path.Namespace ?? ""))
            Check(broker->Broker->DeliverIndication(broker, context, ns, NewInstance(indication, path)), $"an indication of {indication.ClassName}");
    }
}
