using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>CMPIIndicationMIFT over the provider's indications.</summary>
internal static unsafe class IndicationMI
{
    private static readonly CMPIIndicationMIFT* s_table = Make();

    public static void* Table => s_table;

    private static CMPIIndicationMIFT* Make()
    {
        var table = (CMPIIndicationMIFT*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIIndicationMIFT));
        table->FtVersion = table->MiVersion = ProviderRuntime.CmpiVersion;
        table->MiName = ProviderRuntime.MiName;
        table->Cleanup = &Cleanup;
        table->AuthorizeFilter = &AuthorizeFilter;
        table->MustPoll = &MustPoll;
        table->ActivateFilter = &ActivateFilter;
        table->DeActivateFilter = &DeactivateFilter;
        table->EnableIndications = &EnableIndications;
        table->DisableIndications = &DisableIndications;
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Cleanup(CMPIIndicationMI* mi, CMPIContext* context, byte terminating) => EntryPoint.Cleanup(mi, terminating != 0);

    // Who may subscribe is the server's to decide.
    [UnmanagedCallersOnly]
    private static CMPIStatus AuthorizeFilter(CMPIIndicationMI* mi, CMPIContext* context, CMPISelectExp* filter, byte* type, CMPIObjectPath* source, byte* owner) => default;

    // Indications come from events; polling for them would only be slower.
    [UnmanagedCallersOnly]
    private static CMPIStatus MustPoll(CMPIIndicationMI* mi, CMPIContext* context, CMPISelectExp* filter, byte* type, CMPIObjectPath* source) =>
        new() { Rc = CMPIrc.NotSupported };

    [UnmanagedCallersOnly]
    private static CMPIStatus ActivateFilter(CMPIIndicationMI* mi, CMPIContext* context, CMPISelectExp* filter, byte* type, CMPIObjectPath* source, byte first) =>
        EntryPoint.Run(mi->Handle, context, new Filter(context, filter, type, source, first != 0), &Activate);

    [UnmanagedCallersOnly]
    private static CMPIStatus DeactivateFilter(CMPIIndicationMI* mi, CMPIContext* context, CMPISelectExp* filter, byte* type, CMPIObjectPath* source, byte last) =>
        EntryPoint.Run(mi->Handle, context, new Filter(context, filter, type, source, last != 0), &Deactivate);

    [UnmanagedCallersOnly]
    private static CMPIStatus EnableIndications(CMPIIndicationMI* mi, CMPIContext* context) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context }, &Enable);

    [UnmanagedCallersOnly]
    private static CMPIStatus DisableIndications(CMPIIndicationMI* mi, CMPIContext* context) =>
        EntryPoint.Run(mi->Handle, context, new Call { Context = context }, &Disable);

    private readonly struct Filter(CMPIContext* context, CMPISelectExp* filter, byte* type, CMPIObjectPath* source, bool edge)
    {
        public bool Edge => edge;

        public string Query => filter is null ? "" : Broker.Read(filter->Ft->GetString(filter, null)) ?? "";

        public string Class => Broker.Text(type) ?? "";

        public CimObjectPath? Source => source is null ? null : Broker.ReadPath(source);

        public CimRequest Request => new Call { Context = context }.Request(Source ?? new CimObjectPath(Class), CancellationToken.None);
    }

    private static void Activate(Broker broker, Filter filter) =>
        EntryPoint.Runtime.Provider.ActivateFilter(filter.Request, filter.Query, filter.Class, filter.Source, filter.Edge);

    private static void Deactivate(Broker broker, Filter filter) =>
        EntryPoint.Runtime.Provider.DeactivateFilter(filter.Request, filter.Query, filter.Class, filter.Source, filter.Edge);

    private static void Enable(Broker broker, Call call) => EntryPoint.Runtime.EnableIndications(broker, call.Context);

    private static void Disable(Broker broker, Call call) => EntryPoint.Runtime.DisableIndications();
}
