using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi;

/// <summary>The five kinds of CMPI provider interface, as their factories are named.</summary>
internal enum InterfaceKind
{
    Instance,
    Association,
    Method,
    Property,
    Indication,
}

/// <summary>
/// The management interfaces of one provider in one library: each is created once, when it is first needed, by
/// <c>Name_Create_KindMI</c> or by <c>_Generic_Create_KindMI</c>, which is told the name.
/// </summary>
internal sealed unsafe class ManagementInterfaces : IDisposable
{
    private readonly CmpiBroker _broker;
    private readonly string _library;
    private readonly Slot[] _slots;

    public ManagementInterfaces(nint library, string libraryName, CmpiBroker broker)
    {
        _broker = broker;
        _library = libraryName;
        _slots = Enum.GetValues<InterfaceKind>().Select(kind => new Slot(kind, library, broker.ProviderName)).ToArray();
    }

    /// <summary>Whether the library can make at least one kind.</summary>
    public bool Any => Array.Exists(_slots, slot => slot.HasFactory);

    public CMPIInstanceMI* Instance => (CMPIInstanceMI*)Get(InterfaceKind.Instance);

    public CMPIAssociationMI* Association => (CMPIAssociationMI*)Get(InterfaceKind.Association);

    public CMPIMethodMI* Method => (CMPIMethodMI*)Get(InterfaceKind.Method);

    public CMPIIndicationMI* Indication => (CMPIIndicationMI*)Get(InterfaceKind.Indication);

    /// <summary>Ends every interface that was made.</summary>
    /// <param name="terminating">The server ends: no interface can be made any more, and no objection counts.</param>
    /// <returns>Whether all of them allow the library to be closed.</returns>
    public bool Cleanup(bool terminating)
    {
        var mayUnload = true;
        foreach (var slot in _slots)
        {
            lock (slot)
            {
                if (slot.Made == 0)
                    continue;
                using var arena = Arena.Enter(_broker, CmpiBroker.Anonymous);
                var context = (CMPIContext*)ContextObject.New(arena, CmpiBroker.Anonymous).Block;
                // The five interfaces begin alike: ftVersion, miVersion, miName, cleanup.
                var mi = (CMPIInstanceMI*)slot.Made;
                if (mi->Ft->Cleanup is not null && mi->Ft->Cleanup(mi, context, terminating ? (byte)1 : (byte)0).Rc != CMPIrc.Ok)
                {
                    mayUnload = false;
                    if (!terminating)
                        continue;
                }
                slot.Made = 0;
                slot.IsClosed = terminating;
            }
        }
        return mayUnload;
    }

    public void Dispose() => Cleanup(terminating: true);

    private void* Get(InterfaceKind kind)
    {
        var slot = _slots[(int)kind];
        if (Volatile.Read(ref slot.Made) is var made and not 0)
            return (void*)made;
        lock (slot)
        {
            if (slot.Made != 0)
                return (void*)slot.Made;
            if (slot.IsClosed)
                throw new CimException(CimStatus.Failed, $"Provider {_broker.ProviderName} was ended.");
            if (slot.IsBeingMade)
                throw new CimException(CimStatus.Failed, $"Provider {_broker.ProviderName} needs its own {kind} interface to make it.");
            slot.IsBeingMade = true;
            try
            {
                Volatile.Write(ref slot.Made, (nint)Make(slot));
            }
            finally
            {
                slot.IsBeingMade = false;
            }
            return (void*)slot.Made;
        }
    }

    private void* Make(Slot slot)
    {
        if (!slot.HasFactory)
            throw CimException.NotSupported($"Provider {_broker.ProviderName} in {_library} is no {slot.Kind} provider: it exports neither {slot.Symbol} nor {slot.GenericSymbol}.");
        using var arena = Arena.Enter(_broker, CmpiBroker.Anonymous);
        var context = (CMPIContext*)ContextObject.New(arena, CmpiBroker.Anonymous).Block;
        var status = Status.Ok;
        var made = (CMPIInstanceMI*)(slot.Factory != 0
            ? ((delegate* unmanaged<CMPIBroker*, CMPIContext*, CMPIStatus*, void*>)slot.Factory)(_broker.Native, context, &status)
            : ((delegate* unmanaged<CMPIBroker*, CMPIContext*, byte*, CMPIStatus*, void*>)slot.GenericFactory)(_broker.Native, context, slot.Name, &status));
        if (made is null || made->Ft is null)
        {
            throw new CimException(CimStatus.Failed,
                $"Provider {_broker.ProviderName} in {_library} could not be created: {Status.MessageOf(status) ?? $"its {slot.Kind} factory returned nothing, CMPI status {(int)status.Rc}"}.");
        }
        // The version that the provider was built for must not be above ours (CMPI 2.1).
        if (made->Ft->MiVersion / 100 > FunctionTable.Version / 100)
        {
            throw new CimException(CimStatus.Failed,
                $"Provider {_broker.ProviderName} in {_library} needs CMPI version {made->Ft->MiVersion}; this server has {FunctionTable.Version}.");
        }
        return made;
    }

    private sealed class Slot
    {
        public nint Made;

        public Slot(InterfaceKind kind, nint library, string provider)
        {
            Kind = kind;
            Symbol = $"{provider}_Create_{kind}MI";
            GenericSymbol = $"_Generic_Create_{kind}MI";
            if (NativeLibrary.TryGetExport(library, Symbol, out var factory))
                Factory = factory;
            else if (NativeLibrary.TryGetExport(library, GenericSymbol, out var generic))
                GenericFactory = generic;
            // The provider may keep the pointer, so the name stays.
            Name = Utf8Text.Allocate(provider);
        }

        public InterfaceKind Kind { get; }

        public string Symbol { get; }

        public string GenericSymbol { get; }

        public nint Factory { get; }

        public nint GenericFactory { get; }

        public byte* Name { get; }

        public bool HasFactory => Factory != 0 || GenericFactory != 0;

        public bool IsBeingMade { get; set; }

        public bool IsClosed { get; set; }
    }
}
