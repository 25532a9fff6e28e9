using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>CMPIPropertyMIFT: one property read by GetInstance and written by ModifyInstance.</summary>
internal static unsafe class PropertyMI
{
    private static readonly CMPIPropertyMIFT* s_table = Make();

    public static void* Table => s_table;

    private static CMPIPropertyMIFT* Make()
    {
        var table = (CMPIPropertyMIFT*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIPropertyMIFT));
        table->FtVersion = table->MiVersion = ProviderRuntime.CmpiVersion;
        table->MiName = ProviderRuntime.MiName;
        table->Cleanup = &Cleanup;
        table->SetProperty = &SetProperty;
        table->GetProperty = &GetProperty;
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Cleanup(CMPIPropertyMI* mi, CMPIContext* context, byte terminating) => EntryPoint.Cleanup(mi, terminating != 0);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetProperty(CMPIPropertyMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte* name, CMPIData value) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Name = name, Value = value }, &SetProperty);

    private static void SetProperty(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var name = Broker.Text(call.Name) ?? "";
        var instance = new CimInstance(path.ClassName);
        instance.Set(name, Types.CimTypeOf(call.Value.Type), Types.IsArray(call.Value.Type), Broker.ReadValue(call.Value));
        var request = call.Request(path, deadline.Token) with { PropertyList = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name } };
        EntryPoint.Runtime.Changes.Make(request, $"SetProperty {name}", path, () => EntryPoint.Runtime.Provider.ModifyInstance(request, path, instance));
        call.Done();
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus GetProperty(CMPIPropertyMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte* name) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Name = name }, &GetProperty);

    private static void GetProperty(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var name = Broker.Text(call.Name) ?? "";
        var request = call.Request(path, deadline.Token) with { PropertyList = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name } };
        var instance = EntryPoint.Runtime.Provider.GetInstance(request, path);
        var ordinal = instance.Layout.OrdinalOf(name);
        if (ordinal < 0)
            throw new CimException(CimStatus.NoSuchProperty, $"{path.ClassName} has no property {name}.");
        if (instance.ValueAt(ordinal) is { } value)
            call.Return(broker.ToValue(instance.Layout.Properties[ordinal].Type, value, out var type), type);
        call.Done();
    }
}
