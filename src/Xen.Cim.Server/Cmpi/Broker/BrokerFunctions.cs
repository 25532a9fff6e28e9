using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>CMPIBrokerFT: threads, indications, and the server as its providers' client.</summary>
internal static unsafe class BrokerFunctions
{
    private const CMPICapabilities Capabilities =
        CMPICapabilities.InstanceManipulation | CMPICapabilities.AssociationTraversal | CMPICapabilities.QueryNormalization
        | CMPICapabilities.BasicQualifierSupport | CMPICapabilities.Indications | CMPICapabilities.OSEncapsulationSupport
        | CMPICapabilities.MemEnhancements | CMPICapabilities.ExtendedError | CMPICapabilities.Logging | CMPICapabilities.Tracing
        | CMPICapabilities.PropertyFiltering | CMPICapabilities.CodepageConversion;

    private static readonly CMPIBrokerFT* s_table = MakeTable();

    public static CMPIBrokerFT* Table => s_table;

    private static CMPIBrokerFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIBrokerFT>();
        *table = new()
        {
            Capabilities = Capabilities,
            Version = FunctionTable.Version,
            Name = Utf8Text.Allocate("Xen.Cim"),
            PrepareAttachThread = &PrepareAttachThread,
            AttachThread = &AttachThread,
            DetachThread = &DetachThread,
            DeliverIndication = &DeliverIndication,
            EnumerateInstanceNames = &EnumerateInstanceNames,
            GetInstance = &GetInstance,
            CreateInstance = &CreateInstance,
            ModifyInstance = &ModifyInstance,
            DeleteInstance = &DeleteInstance,
            ExecQuery = &ExecQuery,
            EnumerateInstances = &EnumerateInstances,
            Associators = &Associators,
            AssociatorNames = &AssociatorNames,
            References = &References,
            ReferenceNames = &ReferenceNames,
            InvokeMethod = &InvokeMethod,
            SetProperty = &SetProperty,
            GetProperty = &GetProperty,
            EnumerateInstancesFiltered = &EnumerateInstancesFiltered,
            AssociatorsFiltered = &AssociatorsFiltered,
            ReferencesFiltered = &ReferencesFiltered,
        };
        return table;
    }

    // The context for a thread to come: a clone, which belongs to nobody's call.
    [UnmanagedCallersOnly]
    private static CMPIContext* PrepareAttachThread(CMPIBroker* broker, CMPIContext* context)
    {
        try
        {
            _ = CmpiBroker.From(broker);
            var prepared = Arena.NewUnowned<ContextObject>();
            if (CmpiObject.From<ContextObject>(context) is { } source)
                prepared.CopyFrom(source);
            else
                prepared.Fill(CmpiBroker.Anonymous);
            return (CMPIContext*)prepared.Block;
        }
        catch (Exception)
        {
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus AttachThread(CMPIBroker* broker, CMPIContext* context)
    {
        try
        {
            // The deadline of the call that started the thread is not the thread's own.
            var request = (CmpiObject.From<ContextObject>(context)?.Request ?? CmpiBroker.Anonymous) with { Cancellation = default };
            Arena.Enter(CmpiBroker.From(broker), request).IsAttachment = true;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus DetachThread(CMPIBroker* broker, CMPIContext* context)
    {
        try
        {
            // The arena of a running call is not the provider's to end.
            if (Arena.CurrentOrNull is { IsAttachment: true } arena)
                arena.Dispose();
            if (CmpiObject.From<ContextObject>(context) is { Owner: null } prepared)
                prepared.Release();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus DeliverIndication(CMPIBroker* broker, CMPIContext* context, byte* @namespace, CMPIInstance* indication)
    {
        try
        {
            var from = CmpiBroker.From(broker);
            if (CmpiObject.From<InstanceObject>(indication) is not { } instance)
                return Status.Of(CMPIrc.InvalidParameter);
            if (!from.IndicationsEnabled)
                return Status.Of(new CimException(CimStatus.Failed, $"Nobody has subscribed to indications of provider {from.ProviderName}."));
            from.Services.DeliverIndication(Utf8Text.Required(@namespace, "The namespace"), instance.Share());
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* EnumerateInstanceNames(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var found = new List<CimObjectPath>();
            call.Operations.EnumerateInstanceNames(call.Request, call.Path, found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIInstance* GetInstance(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte** properties, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, properties, rc);
            return InstanceObject.New(Arena.Current, call.Operations.GetInstance(call.Request, call.Path));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* CreateInstance(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, CMPIInstance* instance, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            return ObjectPathObject.New(Arena.Current, call.Operations.CreateInstance(call.Request, call.Path, Instance(instance)));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ModifyInstance(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, CMPIInstance* instance, byte** properties)
    {
        try
        {
            var call = new UpCall(broker, context, path, properties, null);
            call.Operations.ModifyInstance(call.Request, call.Path, Instance(instance));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus DeleteInstance(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, null);
            call.Operations.DeleteInstance(call.Request, call.Path);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* ExecQuery(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* query, byte* language, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var found = new List<CimInstance>();
            call.Operations.ExecQuery(call.Request, call.Path, Utf8Text.Required(language, "The query language"), Utf8Text.Required(query, "The query"), found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* EnumerateInstances(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte** properties, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, properties, rc);
            var found = new List<CimInstance>();
            call.Operations.EnumerateInstances(call.Request, call.Path, found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* Associators(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* resultClass, byte* role, byte* resultRole, byte** properties, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, properties, rc);
            var found = new List<CimInstance>();
            call.Operations.Associators(call.Request, call.Path, Filter(assocClass, resultClass, role, resultRole), found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* AssociatorNames(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* resultClass, byte* role, byte* resultRole, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var found = new List<CimObjectPath>();
            call.Operations.AssociatorNames(call.Request, call.Path, Filter(assocClass, resultClass, role, resultRole), found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* References(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* role, byte** properties, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, properties, rc);
            var found = new List<CimInstance>();
            call.Operations.References(call.Request, call.Path, Filter(assocClass, null, role, null), found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* ReferenceNames(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* role, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var found = new List<CimObjectPath>();
            call.Operations.ReferenceNames(call.Request, call.Path, Filter(assocClass, null, role, null), found.Add);
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData InvokeMethod(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* method, CMPIArgs* input, CMPIArgs* output, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var given = new CimArguments();
            CmpiObject.From<ArgsObject>(input)?.CopyTo(given);
            var returned = new CimArguments();
            var value = call.Operations.InvokeMethod(call.Request, call.Path, Utf8Text.Required(method, "The method"), given, returned);
            CmpiObject.From<ArgsObject>(output)?.CopyFrom(returned);
            var type = CmpiBroker.From(broker).Services.FindClass(call.Request.Namespace, call.Path.ClassName)
                ?.Method(Utf8Text.Read(method)!)?.ReturnType ?? CmpiData.GuessType(value);
            return CmpiData.ToData(Arena.Current, CmpiData.TypeOf(type, false, value), value is null or CimInstance ? value : CimValue.TryConvert(type, value));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetProperty(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* name, CMPIValue* value, CMPIType type)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, null);
            var property = Utf8Text.Required(name, "The property");
            var given = CmpiData.FromValue(value, type);
            var change = new CimInstance(call.Path.ClassName) { Path = call.Path };
            change.Set(property, given.CimType, given.IsArray, given.Value);
            call.Operations.ModifyInstance(
                call.Request with { PropertyList = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { property } }, call.Path, change);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIData GetProperty(CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* name, CMPIStatus* rc)
    {
        try
        {
            var call = new UpCall(broker, context, path, null, rc);
            var property = Utf8Text.Required(name, "The property");
            var found = call.Operations.GetInstance(
                call.Request with { PropertyList = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { property } }, call.Path);
            var ordinal = found.Layout.OrdinalOf(property);
            if (ordinal >= 0)
                return CmpiData.ToData(Arena.Current, CmpiData.TypeOf(found.Layout.Properties[ordinal]), found.ValueAt(ordinal));
            Status.Set(rc, CMPIrc.NoSuchProperty);
            return CmpiData.Bad;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return CmpiData.Bad;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* EnumerateInstancesFiltered(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte** properties, byte* language, byte* query, CMPIStatus* rc) =>
        Filtered(broker, context, path, properties, language, query, rc,
            static (call, _, add) => call.Operations.EnumerateInstances(call.Request, call.Path, add), AssociationFilter.None);

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* AssociatorsFiltered(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* resultClass, byte* role, byte* resultRole,
        byte** properties, byte* language, byte* query, CMPIStatus* rc) =>
        Filtered(broker, context, path, properties, language, query, rc,
            static (call, ends, add) => call.Operations.Associators(call.Request, call.Path, ends, add), Filter(assocClass, resultClass, role, resultRole));

    [UnmanagedCallersOnly]
    private static CMPIEnumeration* ReferencesFiltered(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte* assocClass, byte* role,
        byte** properties, byte* language, byte* query, CMPIStatus* rc) =>
        Filtered(broker, context, path, properties, language, query, rc,
            static (call, ends, add) => call.Operations.References(call.Request, call.Path, ends, add), Filter(assocClass, null, role, null));

    // The filter may ask for properties that the caller does not want to see, so they are dropped after it has looked.
    private static CMPIEnumeration* Filtered(
        CMPIBroker* broker, CMPIContext* context, CMPIObjectPath* path, byte** properties, byte* language, byte* query, CMPIStatus* rc,
        Action<UpCall, AssociationFilter, Action<CimInstance>> operation, AssociationFilter ends)
    {
        try
        {
            var filter = CmpiBroker.From(broker).ParseFilter(language, query);
            var call = new UpCall(broker, context, path, filter is null ? properties : null, rc);
            var wanted = Utf8Text.ReadList(properties);
            var found = new List<CimInstance>();
            operation(call, ends, instance =>
            {
                if (filter?.Matches(instance) == false)
                    return;
                foreach (var property in instance.Properties.Where(p => wanted?.Contains(p.Name) == false && !p.Info.IsKey).ToList())
                    instance.Remove(property.Name);
                found.Add(instance);
            });
            return EnumerationObject.New(Arena.Current, found);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static CimInstance Instance(CMPIInstance* instance) =>
        (CmpiObject.From<InstanceObject>(instance) ?? throw CmpiException.InvalidParameter("The instance is NULL or not live.")).Share();

    private static AssociationFilter Filter(byte* assocClass, byte* resultClass, byte* role, byte* resultRole) =>
        new(NameOrNull(assocClass), NameOrNull(resultClass), NameOrNull(role), NameOrNull(resultRole));

    private static string? NameOrNull(byte* name) => name is null || *name == 0 ? null : Utf8Text.Read(name);
}
