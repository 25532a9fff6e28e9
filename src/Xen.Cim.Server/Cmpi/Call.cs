using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi;

/// <summary>One call into a provider: the objects that every function gets, and how the call ends.</summary>
internal readonly unsafe ref struct Call
{
    private readonly CmpiBroker _broker;
    private readonly ResultSink _sink;

    public Call(CmpiBroker broker, CimRequest request, CimObjectPath path, ResultSink sink)
    {
        _broker = broker;
        _sink = sink;
        Arena = Arena.Enter(broker, request);
        Context = (CMPIContext*)ContextObject.New(Arena, request).Block;
        Result = ResultObject.New(Arena, sink);
        Path = ObjectPathObject.New(Arena, path.Namespace is null ? path.WithNamespace(request.Namespace) : path);
        Properties = MemoryObject.List(Arena, request.PropertyList);
    }

    public Arena Arena { get; }

    public CMPIContext* Context { get; }

    public CMPIResult* Result { get; }

    public CMPIObjectPath* Path { get; }

    /// <summary>The property list as a NULL-terminated array, or NULL for all properties.</summary>
    public byte** Properties { get; }

    public byte* Chars(string? text) => MemoryObject.Chars(Arena, text);

    /// <summary>Throws what a callback threw, or what the provider's status says.</summary>
    public void End(CMPIStatus status)
    {
        _sink.ThrowIfFailed();
        if (status.Rc == CMPIrc.Ok)
            return;
        var message = Status.MessageOf(status)
            ?? (_sink.Errors.Count > 0 ? string.Join("; ", _sink.Errors) : $"Provider {_broker.ProviderName} answered with CMPI status {(int)status.Rc}.");
        throw new CimException(Enum.IsDefined((CimStatus)(int)status.Rc) ? (CimStatus)(int)status.Rc : CimStatus.Failed, message);
    }

    public void Dispose() => Arena.Dispose();
}
