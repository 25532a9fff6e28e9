using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi;

/// <summary>CMPIAssociationMIFT over the provider's association operations.</summary>
internal static unsafe class AssociationMI
{
    private static readonly CMPIAssociationMIFT* s_table = Make();

    public static void* Table => s_table;

    private static CMPIAssociationMIFT* Make()
    {
        var table = (CMPIAssociationMIFT*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIAssociationMIFT));
        table->FtVersion = table->MiVersion = ProviderRuntime.CmpiVersion;
        table->MiName = ProviderRuntime.MiName;
        table->Cleanup = &Cleanup;
        table->Associators = &Associators;
        table->AssociatorNames = &AssociatorNames;
        table->References = &References;
        table->ReferenceNames = &ReferenceNames;
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Cleanup(CMPIAssociationMI* mi, CMPIContext* context, byte terminating) => EntryPoint.Cleanup(mi, terminating != 0);

    [UnmanagedCallersOnly]
    private static CMPIStatus Associators(CMPIAssociationMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path,
        byte* associationClass, byte* resultClass, byte* role, byte* resultRole, byte** properties) =>
        EntryPoint.Run(mi->Handle, context, new Call
        {
            Context = context,
            Result = result,
            Path = path,
            AssociationClass = associationClass,
            ResultClass = resultClass,
            Role = role,
            ResultRole = resultRole,
            Properties = properties,
        }, &Associators);

    private static void Associators(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        foreach (var instance in EntryPoint.Runtime.Provider.Associators(request, path, call.Filter()))
            call.Return(broker.NewInstance(instance, request, call.Properties));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus AssociatorNames(CMPIAssociationMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path,
        byte* associationClass, byte* resultClass, byte* role, byte* resultRole) =>
        EntryPoint.Run(mi->Handle, context, new Call
        {
            Context = context,
            Result = result,
            Path = path,
            AssociationClass = associationClass,
            ResultClass = resultClass,
            Role = role,
            ResultRole = resultRole,
        }, &AssociatorNames);

    private static void AssociatorNames(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        foreach (var name in EntryPoint.Runtime.Provider.AssociatorNames(call.Request(path, deadline.Token), path, call.Filter()))
            call.Return(broker.NewPath(name, path.Namespace));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus References(CMPIAssociationMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path,
        byte* resultClass, byte* role, byte** properties) =>
        EntryPoint.Run(mi->Handle, context, new Call
        {
            // What References calls the result class is the association's own.
            Context = context,
            Result = result,
            Path = path,
            AssociationClass = resultClass,
            Role = role,
            Properties = properties,
        }, &References);

    private static void References(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        foreach (var instance in EntryPoint.Runtime.Provider.References(request, path, call.Filter()))
            call.Return(broker.NewInstance(instance, request, call.Properties));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ReferenceNames(CMPIAssociationMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path,
        byte* resultClass, byte* role) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, AssociationClass = resultClass, Role = role }, &ReferenceNames);

    private static void ReferenceNames(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        foreach (var name in EntryPoint.Runtime.Provider.ReferenceNames(call.Request(path, deadline.Token), path, call.Filter()))
            call.Return(broker.NewPath(name, path.Namespace));
        call.Done();
    }
}
