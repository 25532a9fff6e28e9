using System.Collections.Frozen;

namespace Xen.Cim.Server.Dispatch;

/// <summary>An intrinsic operation that this server answers.</summary>
/// <param name="Run">Does it, on a thread of the worker pool when it may reach a provider.</param>
/// <param name="ReachesProviders">May take as long as a provider likes.</param>
/// <param name="Returns">Has an IRETURNVALUE; the others answer with nothing.</param>
public sealed record Operation(Action<OperationContext> Run, bool ReachesProviders, bool Returns = true);

/// <summary>The intrinsic operations by name; what is not here is CIM_ERR_NOT_SUPPORTED, which clients fall back on.</summary>
public static class OperationTable
{
    public static readonly FrozenDictionary<string, Operation> Intrinsic = new Dictionary<string, Operation>
    {
        ["GetClass"] = new(ClassOperations.GetClass, ReachesProviders: false),
        ["EnumerateClasses"] = new(ClassOperations.EnumerateClasses, ReachesProviders: false),
        ["EnumerateClassNames"] = new(ClassOperations.EnumerateClassNames, ReachesProviders: false),
        ["CreateClass"] = new(ClassOperations.CreateClass, ReachesProviders: true, Returns: false),
        ["ModifyClass"] = new(ClassOperations.ModifyClass, ReachesProviders: true, Returns: false),
        ["DeleteClass"] = new(ClassOperations.DeleteClass, ReachesProviders: true, Returns: false),
        ["SetQualifier"] = new(ClassOperations.SetQualifier, ReachesProviders: true, Returns: false),
        ["DeleteQualifier"] = new(ClassOperations.DeleteQualifier, ReachesProviders: true, Returns: false),
        ["GetQualifier"] = new(ClassOperations.GetQualifier, ReachesProviders: false),
        ["EnumerateQualifiers"] = new(ClassOperations.EnumerateQualifiers, ReachesProviders: false),
        ["GetInstance"] = new(InstanceOperations.GetInstance, ReachesProviders: true),
        ["EnumerateInstances"] = new(InstanceOperations.EnumerateInstances, ReachesProviders: true),
        ["EnumerateInstanceNames"] = new(InstanceOperations.EnumerateInstanceNames, ReachesProviders: true),
        ["CreateInstance"] = new(InstanceOperations.CreateInstance, ReachesProviders: true),
        ["ModifyInstance"] = new(InstanceOperations.ModifyInstance, ReachesProviders: true, Returns: false),
        ["DeleteInstance"] = new(InstanceOperations.DeleteInstance, ReachesProviders: true, Returns: false),
        ["GetProperty"] = new(InstanceOperations.GetProperty, ReachesProviders: true),
        ["SetProperty"] = new(InstanceOperations.SetProperty, ReachesProviders: true, Returns: false),
        ["ExecQuery"] = new(QueryOperations.ExecQuery, ReachesProviders: true),
        ["Associators"] = new(AssociationOperations.Associators, ReachesProviders: true),
        ["AssociatorNames"] = new(AssociationOperations.AssociatorNames, ReachesProviders: true),
        ["References"] = new(AssociationOperations.References, ReachesProviders: true),
        ["ReferenceNames"] = new(AssociationOperations.ReferenceNames, ReachesProviders: true),
        ["OpenEnumerateInstances"] = new(OpenOperations.EnumerateInstances, ReachesProviders: true),
        ["OpenEnumerateInstancePaths"] = new(OpenOperations.EnumerateInstancePaths, ReachesProviders: true),
        ["OpenAssociatorInstances"] = new(OpenOperations.AssociatorInstances, ReachesProviders: true),
        ["OpenAssociatorInstancePaths"] = new(OpenOperations.AssociatorInstancePaths, ReachesProviders: true),
        ["OpenReferenceInstances"] = new(OpenOperations.ReferenceInstances, ReachesProviders: true),
        ["OpenReferenceInstancePaths"] = new(OpenOperations.ReferenceInstancePaths, ReachesProviders: true),
        ["OpenQueryInstances"] = new(OpenOperations.QueryInstances, ReachesProviders: true),
        ["PullInstancesWithPath"] = new(PullOperations.InstancesWithPath, ReachesProviders: true),
        ["PullInstancePaths"] = new(PullOperations.InstancePaths, ReachesProviders: true),
        ["PullInstances"] = new(PullOperations.Instances, ReachesProviders: true),
        ["CloseEnumeration"] = new(PullOperations.Close, ReachesProviders: false, Returns: false),
        ["EnumerationCount"] = new(PullOperations.Count, ReachesProviders: false),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static readonly Operation Extrinsic = new(MethodOperations.InvokeMethod, ReachesProviders: true, Returns: false);
}
