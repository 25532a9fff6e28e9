using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>The CMPIBroker of one provider: what it calls the server with.</summary>
internal sealed unsafe class CmpiBroker : IDisposable
{
    private GCHandle _self;

    public CmpiBroker(string providerName, IBrokerServices services, ClassShapes shapes, ILogger logger)
    {
        ProviderName = providerName;
        Services = services;
        Shapes = shapes;
        Logger = logger;
        _self = GCHandle.Alloc(this);
        Native = (CMPIBroker*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIBroker));
        *Native = new()
        {
            Handle = (void*)GCHandle.ToIntPtr(_self),
            Broker = BrokerFunctions.Table,
            Encapsulation = EncapsulationFunctions.Table,
            Extension = ExtensionFunctions.Table,
            Memory = MemoryFunctions.Table,
        };
    }

    public CMPIBroker* Native { get; }

    public string ProviderName { get; }

    public IBrokerServices Services { get; }

    public ClassShapes Shapes { get; }

    public ILogger Logger { get; }

    /// <summary>Whether the server has asked the provider for indications.</summary>
    public bool IndicationsEnabled { get; set; }

    /// <summary>What is asked in nobody's name: creating and ending a provider, its own threads.</summary>
    public static CimRequest Anonymous { get; } = new() { Namespace = "" };

    /// <summary>The broker that a provider passes.</summary>
    /// <exception cref="CmpiException">INVALID_HANDLE: it is not one of ours, or its provider was unloaded.</exception>
    public static CmpiBroker From(CMPIBroker* broker)
    {
        if (broker is null)
            return Arena.Current.Broker ?? throw CmpiException.InvalidHandle("The broker");
        return broker->Broker == BrokerFunctions.Table && broker->Handle is not null
            && GCHandle.FromIntPtr((nint)broker->Handle).Target is CmpiBroker found ? found : throw CmpiException.InvalidHandle("The broker");
    }

    /// <summary>A filter of CMPI 2.1; null, which every instance fulfils, when either part is missing.</summary>
    public ICimQuery? ParseFilter(byte* language, byte* query) => language is null || query is null ? null
        : Services.ParseQuery(Utf8Text.Read(language)!, Utf8Text.Read(query)!);

    /// <summary>Ends the broker. Its native part stays mapped: a thread of the provider may still come with it.</summary>
    public void Dispose()
    {
        if (!_self.IsAllocated)
            return;
        Native->Handle = null;
        _self.Free();
    }
}
