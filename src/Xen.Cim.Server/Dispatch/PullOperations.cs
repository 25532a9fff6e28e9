using Xen.Cim.Model;
using Xen.Cim.Server.Enumerations;

namespace Xen.Cim.Server.Dispatch;

/// <summary>The operations on an open enumeration (DSP0200 5.3.2.24.9 to 13).</summary>
internal static class PullOperations
{
    public static void InstancesWithPath(OperationContext context) => Pull(context, EnumerationKind.InstancesWithPath);

    public static void InstancePaths(OperationContext context) => Pull(context, EnumerationKind.InstancePaths);

    public static void Instances(OperationContext context) => Pull(context, EnumerationKind.Instances);

    public static void Close(OperationContext context) => context.Enumerations.Close(Id(context), context.Request);

    public static void Count(OperationContext context)
    {
        var count = context.Enumerations.CountOf(Id(context), context.Request);
        context.Response.Add(w => w.Value(CimType.UInt64, count));
    }

    /// <summary>Answers with what is there, and with where to go on.</summary>
    public static void Pull(OperationContext context, string id, EnumerationKind kind, uint most)
    {
        var end = context.Enumerations.Pull(id, kind, context.Request, most, xml => context.Response.Add(w => w.Raw(xml)));
        context.Response.AddOutput("EnumerationContext", w => w.Value(CimType.String, end ? "" : id));
        context.Response.AddOutput("EndOfSequence", w => w.Value(CimType.Boolean, end));
    }

    private static void Pull(OperationContext context, EnumerationKind kind) =>
        Pull(context, Id(context), kind, context.Number("MaxObjectCount") ?? throw context.Missing("MaxObjectCount"));

    private static string Id(OperationContext context) => context.RequiredText("EnumerationContext");
}
