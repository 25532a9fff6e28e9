using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Cmpi.Objects;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi;

/// <summary>One provider of a library, called through its management interfaces.</summary>
internal sealed unsafe partial class CmpiProvider(CmpiBroker broker, ManagementInterfaces interfaces) : IProvider, IDisposable
{
    public void EnumerateInstanceNames(CimRequest request, CimObjectPath classPath, Action<CimObjectPath> result)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->EnumerateInstanceNames is not null, "EnumerateInstanceNames");
        using var call = new Call(broker, request, classPath, new(request) { OnPath = result });
        call.End(mi->Ft->EnumerateInstanceNames(mi, call.Context, call.Result, call.Path));
    }

    public void EnumerateInstances(CimRequest request, CimObjectPath classPath, Action<CimInstance> result)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->EnumerateInstances is not null, "EnumerateInstances");
        using var call = new Call(broker, request, classPath, new(request) { OnInstance = result });
        call.End(mi->Ft->EnumerateInstances(mi, call.Context, call.Result, call.Path, call.Properties));
    }

    public CimInstance GetInstance(CimRequest request, CimObjectPath path)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->GetInstance is not null, "GetInstance");
        CimInstance? found = null;
        using var call = new Call(broker, request, path, new(request) { OnInstance = instance => found ??= instance });
        call.End(mi->Ft->GetInstance(mi, call.Context, call.Result, call.Path, call.Properties));
        return found ?? throw CimException.NotFound(path);
    }

    public CimObjectPath CreateInstance(CimRequest request, CimObjectPath classPath, CimInstance instance)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->CreateInstance is not null, "CreateInstance");
        CimObjectPath? created = null;
        using var call = new Call(broker, request, classPath, new(request) { OnPath = path => created ??= path });
        call.End(mi->Ft->CreateInstance(mi, call.Context, call.Result, call.Path, InstanceObject.New(call.Arena, instance)));
        return created ?? throw new CimException(CimStatus.Failed, $"Provider {broker.ProviderName} did not say which instance of {classPath.ClassName} it created.");
    }

    public void ModifyInstance(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->ModifyInstance is not null, "ModifyInstance");
        using var call = new Call(broker, request, path, new(request) { OnPath = Ignore });
        call.End(mi->Ft->ModifyInstance(mi, call.Context, call.Result, call.Path, InstanceObject.New(call.Arena, instance), call.Properties));
    }

    public void DeleteInstance(CimRequest request, CimObjectPath path)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->DeleteInstance is not null, "DeleteInstance");
        using var call = new Call(broker, request, path, new(request) { OnPath = Ignore });
        call.End(mi->Ft->DeleteInstance(mi, call.Context, call.Result, call.Path));
    }

    public void ExecQuery(CimRequest request, CimObjectPath classPath, string language, string query, Action<CimInstance> result)
    {
        var mi = interfaces.Instance;
        Require(mi->Ft->ExecQuery is not null, "ExecQuery");
        using var call = new Call(broker, request, classPath, new(request) { OnInstance = result });
        call.End(mi->Ft->ExecQuery(mi, call.Context, call.Result, call.Path, call.Chars(query), call.Chars(language)));
    }

    public void Associators(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        var mi = interfaces.Association;
        Require(mi->Ft->Associators is not null, "Associators");
        using var call = new Call(broker, request, source, new(request) { OnInstance = result });
        call.End(mi->Ft->Associators(mi, call.Context, call.Result, call.Path, call.Chars(filter.AssociationClass),
            call.Chars(filter.ResultClass), call.Chars(filter.Role), call.Chars(filter.ResultRole), call.Properties));
    }

    public void AssociatorNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        var mi = interfaces.Association;
        Require(mi->Ft->AssociatorNames is not null, "AssociatorNames");
        using var call = new Call(broker, request, source, new(request) { OnPath = result });
        call.End(mi->Ft->AssociatorNames(mi, call.Context, call.Result, call.Path, call.Chars(filter.AssociationClass),
            call.Chars(filter.ResultClass), call.Chars(filter.Role), call.Chars(filter.ResultRole)));
    }

    public void References(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimInstance> result)
    {
        var mi = interfaces.Association;
        Require(mi->Ft->References is not null, "References");
        using var call = new Call(broker, request, source, new(request) { OnInstance = result });
        call.End(mi->Ft->References(mi, call.Context, call.Result, call.Path, call.Chars(filter.AssociationClass), call.Chars(filter.Role), call.Properties));
    }

    public void ReferenceNames(CimRequest request, CimObjectPath source, AssociationFilter filter, Action<CimObjectPath> result)
    {
        var mi = interfaces.Association;
        Require(mi->Ft->ReferenceNames is not null, "ReferenceNames");
        using var call = new Call(broker, request, source, new(request) { OnPath = result });
        call.End(mi->Ft->ReferenceNames(mi, call.Context, call.Result, call.Path, call.Chars(filter.AssociationClass), call.Chars(filter.Role)));
    }

    public object? InvokeMethod(CimRequest request, CimObjectPath path, string methodName, CimArguments input, CimArguments output)
    {
        var mi = interfaces.Method;
        Require(mi->Ft->InvokeMethod is not null, "InvokeMethod");
        object? returned = null;
        using var call = new Call(broker, request, path, new(request) { OnData = value => returned = value.Value });
        var given = ArgsObject.New(call.Arena, input);
        var taken = call.Arena.New<ArgsObject>();
        var answer = (CMPIArgs*)taken.Block;
        var status = mi->Ft->InvokeMethod(mi, call.Context, call.Result, call.Path, call.Chars(methodName), (CMPIArgs*)given.Block, answer);
        call.End(status);
        // A provider that released the arguments has no output.
        CmpiObject.From<ArgsObject>(answer)?.CopyTo(output);
        return returned;
    }

    public bool Cleanup(bool terminating) => interfaces.Cleanup(terminating);

    public void Dispose()
    {
        interfaces.Dispose();
        broker.Dispose();
    }

    private static void Ignore<T>(T result)
    {
    }

    private void Require(bool there, string operation)
    {
        if (!there)
            throw CimException.NotSupported($"Provider {broker.ProviderName} does not support {operation}.");
    }
}
