using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Queries;

namespace Xen.Cim.Server.Dispatch;

/// <summary>ExecQuery (DSP0200 5.3.2.16).</summary>
internal static class QueryOperations
{
    public static void ExecQuery(OperationContext context)
    {
        var query = Query.Parse(context.RequiredText("QueryLanguage"), context.RequiredText("Query"));
        var ns = context.Namespace;
        context.Operations.ExecQuery(context.Request, query, instance =>
        {
            var path = ns.PathOf(instance);
            context.Response.Add(w => w.ObjectWithPath(path.WithHost(context.Response.Host), instance, InstanceSelection.All));
        });
    }
}
