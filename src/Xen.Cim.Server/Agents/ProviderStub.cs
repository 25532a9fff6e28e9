using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Agents;

/// <summary>Makes one call of the other end: operation, arguments, cancellation, what takes the items.</summary>
internal delegate WireReader RemoteCall(AgentOperation operation, Action<WireWriter> arguments, CancellationToken cancellation, Action<WireReader>? item);

/// <summary>A provider at the other end of a channel; the server itself, when the agent asks.</summary>
internal class ProviderStub(RemoteCall call) : IProvider
{
    public void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result) =>
        Call(AgentOperation.EnumerateInstanceNames, request, classPath, item: r => result(r.Path()));

    public void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result) =>
        Call(AgentOperation.EnumerateInstances, request, classPath, item: r => result(r.Instance()));

    public CimInstance GetInstance(CimRequest request, CimObjectPath path) => Call(AgentOperation.GetInstance, request, path).Instance();

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance) =>
        Call(AgentOperation.CreateInstance, request, classPath, w => w.Instance(instance)).Path();

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance) =>
        Call(AgentOperation.ModifyInstance, request, path, w => w.Instance(instance));

    public void DeleteInstance(CimRequest request, CimObjectPath path) => Call(AgentOperation.DeleteInstance, request, path);

    public void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result) =>
        Call(AgentOperation.ExecQuery, request, classPath, w =>
        {
            w.Text(language);
            w.Text(query);
        }, r => result(r.Instance()));

    public void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result) =>
        Call(AgentOperation.Associators, request, source, w => w.Filter(filter), r => result(r.Instance()));

    public void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result) =>
        Call(AgentOperation.AssociatorNames, request, source, w => w.Filter(filter), r => result(r.Path()));

    public void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result) =>
        Call(AgentOperation.References, request, source, w => w.Filter(filter), r => result(r.Instance()));

    public void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result) =>
        Call(AgentOperation.ReferenceNames, request, source, w => w.Filter(filter), r => result(r.Path()));

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        var reply = Call(AgentOperation.InvokeMethod, request, path, w =>
        {
            w.Text(methodName);
            w.Arguments(input);
        });
        foreach (var argument in reply.Arguments().List)
            output.Set(argument.Name, argument.Type, argument.IsArray, argument.Value);
        return reply.Value();
    }

    protected WireReader Call(AgentOperation operation, CimRequest request, CimObjectPath path, Action<WireWriter>? more = null, Action<WireReader>? item = null)
    {
        try
        {
            return call(operation, w =>
            {
                w.Request(request);
                w.Path(path);
                more?.Invoke(w);
            }, request.Cancellation, item);
        }
        catch (InvalidDataException e)
        {
            throw new CimException(CimStatus.Failed, e.Message, e);
        }
    }
}

/// <summary>Carries out the calls of a <see cref="ProviderStub"/>.</summary>
internal static class ProviderSkeleton
{
    private delegate void Operation(IProvider provider, CimRequest request, CimObjectPath path, AgentChannel.IncomingCall call);

    private static readonly Dictionary<AgentOperation, Operation> s_operations = new()
    {
        [AgentOperation.EnumerateInstanceNames] = (p, r, path, c) => p.EnumerateInstanceNames(r, path, found => c.Item(w => w.Path(found))),
        [AgentOperation.EnumerateInstances] = (p, r, path, c) => p.EnumerateInstances(r, path, found => c.Item(w => w.Instance(found))),
        [AgentOperation.GetInstance] = (p, r, path, c) => c.Reply.Instance(p.GetInstance(r, path)),
        [AgentOperation.CreateInstance] = (p, r, path, c) => c.Reply.Path(p.CreateInstance(r, path, c.Arguments.Instance())),
        [AgentOperation.ModifyInstance] = (p, r, path, c) => p.ModifyInstance(r, path, c.Arguments.Instance()),
        [AgentOperation.DeleteInstance] = (p, r, path, c) => p.DeleteInstance(r, path),
        [AgentOperation.ExecQuery] = (p, r, path, c) =>
            p.ExecQuery(r, path, c.Arguments.Required(), c.Arguments.Required(), found => c.Item(w => w.Instance(found))),
        [AgentOperation.Associators] = (p, r, path, c) => p.Associators(r, path, c.Arguments.Filter(), found => c.Item(w => w.Instance(found))),
        [AgentOperation.AssociatorNames] = (p, r, path, c) => p.AssociatorNames(r, path, c.Arguments.Filter(), found => c.Item(w => w.Path(found))),
        [AgentOperation.References] = (p, r, path, c) => p.References(r, path, c.Arguments.Filter(), found => c.Item(w => w.Instance(found))),
        [AgentOperation.ReferenceNames] = (p, r, path, c) => p.ReferenceNames(r, path, c.Arguments.Filter(), found => c.Item(w => w.Path(found))),
        [AgentOperation.InvokeMethod] = (p, r, path, c) =>
        {
            var output = new CimArguments();
            var returned = p.InvokeMethod(r, path, c.Arguments.Required(), c.Arguments.Arguments(), output);
            c.Reply.Arguments(output);
            c.Reply.Value(returned);
        },
    };

    /// <returns>False when the operation is none of a provider's.</returns>
    public static bool Run(IProvider provider, AgentChannel.IncomingCall call)
    {
        if (!s_operations.TryGetValue(call.Operation, out var operation))
            return false;
        var request = call.Arguments.Request() with { Cancellation = call.Cancellation };
        operation(provider, request, call.Arguments.Path(), call);
        return true;
    }
}
