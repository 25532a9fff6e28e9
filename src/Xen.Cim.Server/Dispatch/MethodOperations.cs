using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Dispatch;

/// <summary>Extrinsic methods (DSP0200 5.3.1).</summary>
internal static class MethodOperations
{
    public static void InvokeMethod(OperationContext context)
    {
        var call = (ExtrinsicCall)context.Call;
        var ns = context.Namespace;
        var cimClass = ns.FindClass(call.Target.ClassName)
            ?? throw new CimException(CimStatus.NotFound, $"There is no class {CimXmlText.Shorten(call.Target.ClassName)} in the namespace {ns.Name}.");
        var method = cimClass.Method(call.Name) ?? throw new CimException(CimStatus.MethodNotFound,
            $"{cimClass.Name} has no method \"{CimXmlText.Shorten(call.Name)}\"; it has {Names(cimClass.Methods.Select(m => m.Name))}.");
        if (call.TargetIsClass && !method.Is("Static"))
            throw CimException.InvalidParameter($"{cimClass.Name}.{method.Name} is not static: it is called on an instance, and the path has no keys.");
        var target = call.TargetIsClass ? new CimObjectPath(cimClass.Name, ns.Name) : context.Restore(call.Target);
        var input = new CimArguments();
        foreach (var argument in call.Arguments)
        {
            var declared = method.Parameter(argument.Name) ?? throw CimException.InvalidParameter(
                $"{method.Name} has no parameter \"{CimXmlText.Shorten(argument.Name)}\"; it has {Names(method.Parameters.Select(p => p.Name))}.");
            if (input[declared.Name] is not null)
                throw CimException.InvalidParameter($"{method.Name}: the parameter {declared.Name} came twice.");
            var value = TypeRestoration.Parameter(context.Repository, ns, method.Name, declared, argument.Value);
            LocalHosts.Check(context.Repository, $"{method.Name}.{declared.Name}", value, context.Response.Host);
            input.Set(declared.Name, declared.Type, declared.IsArray, value);
        }
        var output = new CimArguments();
        var result = context.Operations.InvokeMethod(context.Request, target, method.Name, input, output);
        context.Response.Returned(result);
        context.Response.Add(w =>
        {
            w.ReturnValue(method.ReturnType, result);
            foreach (var argument in output.List)
                w.ParamValue(argument, ns.Name);
        });
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
