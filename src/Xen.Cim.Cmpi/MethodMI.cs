using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>CMPIMethodMIFT over the provider's methods.</summary>
internal static unsafe class MethodMI
{
    private static readonly CMPIMethodMIFT* s_table = Make();

    public static void* Table => s_table;

    private static CMPIMethodMIFT* Make()
    {
        var table = (CMPIMethodMIFT*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIMethodMIFT));
        table->FtVersion = table->MiVersion = ProviderRuntime.CmpiVersion;
        table->MiName = ProviderRuntime.MiName;
        table->Cleanup = &Cleanup;
        table->InvokeMethod = &InvokeMethod;
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Cleanup(CMPIMethodMI* mi, CMPIContext* context, byte terminating) => EntryPoint.Cleanup(mi, terminating != 0);

    [UnmanagedCallersOnly]
    private static CMPIStatus InvokeMethod(CMPIMethodMI* mi, CMPIContext* context, CMPIResult* result, CMPIObjectPath* path, byte* method, CMPIArgs* input, CMPIArgs* output) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context, Result = result, Path = path, Name = method, Input = input, Output = output }, &InvokeMethod);

    private static void InvokeMethod(Broker broker, Call call)
    {
        using var deadline = EntryPoint.Runtime.Deadline();
        var path = call.ReadPath();
        var request = call.Request(path, deadline.Token);
        var method = Broker.Text(call.Name) ?? "";
        var (input, output) = (Broker.ReadArguments(call.Input), new CimArguments());
        object? Invoke() => EntryPoint.Runtime.Provider.InvokeMethod(request, path, method, input, output);
        var returned = Operators.Changes(method) ? EntryPoint.Runtime.Changes.Make(request, method, path, Invoke) : Invoke();
        foreach (var argument in output.List)
        {
            // A server makes an instance of a class in a namespace, also of one that is just a value.
            foreach (var embedded in Embedded(argument.Value))
                embedded.Path ??= new CimObjectPath(embedded.ClassName, request.Namespace);
            broker.AddArgument(call.Output, argument);
        }
        if (returned is not null)
            call.Return(broker.ToValue(Types.OfValue(returned), returned, out var type), type);
        call.Done();
    }

    private static IEnumerable<CimInstance> Embedded(object? value) => value switch
    {
        CimInstance one => [one],
        object?[] several => several.OfType<CimInstance>(),
        _ => [],
    };
}
