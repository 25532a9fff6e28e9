using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi;

/// <summary>CMPIInstanceMIFT over the provider's instance operations.</summary>
internal static unsafe class InstanceMI
{
    private static readonly CMPIInstanceMIFT* s_table = Make();

    public static void* Table => s_table;

    private static CMPIInstanceMIFT* Make()
    {
        var table = (CMPIInstanceMIFT*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIInstanceMIFT));
        table->FtVersion = table->MiVersion = ProviderRuntime.CmpiVersion;
        table->MiName = ProviderRuntime.MiName;
        table->Cleanup = &Cleanup;
        table->EnumerateInstanceNames = &EnumerateInstanceNames;
        table->EnumerateInstances = &EnumerateInstances;
        table->GetInstance = &GetInstance;
        table->CreateInstance = &CreateInstance;
        table->ModifyInstance = &ModifyInstance;
        table->DeleteInstance = &DeleteInstance;
        table->ExecQuery = &ExecQuery;
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Cleanup(CMPIInstanceMI* mi, CMPIContext* context, byte terminating) => EntryPoint.Cleanup(mi, terminating != 0);

    [UnmanagedCallersOnly]
    private static CMPIStatus EnumerateInstanceNames(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path }, &EnumerateInstanceNames);

    private static void EnumerateInstanceNames(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        foreach (var name in EntryPoint.Runtime.Provider.EnumerateInstanceNames(call.Request(path, deadline.Token), path))
            call.Return(broker.NewPath(name, path.Namespace));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus EnumerateInstances(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte** properties) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Properties = properties }, &EnumerateInstances);

    private static void EnumerateInstances(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        foreach (var instance in EntryPoint.Runtime.Provider.EnumerateInstances(request, path))
            call.Return(broker.NewInstance(instance, request, call.Properties));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus GetInstance(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte** properties) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Properties = properties }, &GetInstance);

    private static void GetInstance(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        var instance = EntryPoint.Runtime.Provider.GetInstance(request, path);
        call.Return(broker.NewInstance(instance, request, call.Properties));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus CreateInstance(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, CMPIInstance* instance) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Instance = instance }, &CreateInstance);

    private static void CreateInstance(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        var instance = Broker.ReadInstance(call.Instance);
        var created = EntryPoint.Runtime.Changes.Make(request, "CreateInstance", path, () => EntryPoint.Runtime.Provider.CreateInstance(request, path, instance));
        call.Return(broker.NewPath(created, path.Namespace));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ModifyInstance(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, CMPIInstance* instance, byte** properties) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Instance = instance, Properties = properties }, &ModifyInstance);

    private static void ModifyInstance(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        var instance = Broker.ReadInstance(call.Instance);
        EntryPoint.Runtime.Changes.Make(request, "ModifyInstance", path, () => EntryPoint.Runtime.Provider.ModifyInstance(request, path, instance));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus DeleteInstance(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path }, &DeleteInstance);

    private static void DeleteInstance(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        EntryPoint.Runtime.Changes.Make(request, "DeleteInstance", path, () => EntryPoint.Runtime.Provider.DeleteInstance(request, path));
        call.Done();
    }

    // Servers evaluate queries themselves over EnumerateInstances when a provider does not.
    [UnmanagedCallersOnly]
    private static CMPIStatus ExecQuery(CMPIInstanceMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte* query, byte* language) =>
        new() { Rc = CMPIrc.NotSupported };
}
