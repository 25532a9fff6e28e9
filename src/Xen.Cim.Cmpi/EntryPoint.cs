using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>Where the native shim enters: makes the function tables ("MIs") that the CIM server calls from then on.</summary>
/// <remarks>
/// An MI's handle is the broker that its factory got: a server may have several brokers, and delivers indications only
/// through the one given to the indication factory.
/// </remarks>
public static unsafe class EntryPoint
{
    private enum Kind
    {
        Instance,
        Association,
        Method,
        Property,
        Indication,
    }

    /// <summary>The provider behind all MIs; the process has one.</summary>
    internal static ProviderRuntime Runtime { get; } = new();

    /// <param name="name">The provider's name as it was registered; there is only one provider here.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void* Create(int kind, CMPIBroker* broker, CMPIContext* context, byte* name, CMPIStatus* status)
    {
        *status = default;
        var before = ServerLog.Attend(broker);
        try
        {
            RoomyThread.Run(Runtime.Start);
            return Make(kind, broker);
        }
        catch (Exception error)
        {
            *status = Failure(new Broker(broker), error);
            return null;
        }
        finally
        {
            ServerLog.Attend(before);
        }
    }

    // {hdl, ft}, the same shape for every MI. They come from a stock and go back to it, so that a server that uses one
    // after it was cleaned up meets a provider and not somebody else's memory.
    private static readonly Stack<nint> s_stock = new();

    internal static void* Make(int kind, CMPIBroker* broker)
    {
        void* table = (Kind)kind switch
        {
            Kind.Instance => InstanceMI.Table,
            Kind.Association => AssociationMI.Table,
            Kind.Method => MethodMI.Table,
            Kind.Property => PropertyMI.Table,
            Kind.Indication => IndicationMI.Table,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        CMPIInstanceMI* mi;
        lock (s_stock)
            mi = (CMPIInstanceMI*)(s_stock.TryPop(out var used) ? (void*)used : NativeMemory.Alloc((nuint)sizeof(CMPIInstanceMI)));
        mi->Handle = broker;
        mi->Ft = (CMPIInstanceMIFT*)table;
        return mi;
    }

    /// <summary>
    /// A server cleans up when it ends (<paramref name="terminating"/>), and when it finds the provider idle. The library
    /// itself stays in the process whatever the server does (-z nodelete), so it may unload us and come back; only what is
    /// under way must not be lost.
    /// </summary>
    internal static CMPIStatus Cleanup(void* mi, bool terminating)
    {
        var own = (CMPIInstanceMI*)mi;
        try
        {
            // No broker: it was cleaned up before.
            if (own->Handle is null)
                return default;
            if (!Runtime.Release(terminating))
                return new CMPIStatus { Rc = CMPIrc.DoNotUnload };
            own->Handle = null;
            lock (s_stock)
                s_stock.Push((nint)mi);
        }
        catch (Exception error)
        {
            Runtime.Failed(CimStatus.Failed, error);
        }
        return default;
    }

    /// <summary>Runs one request; whatever is thrown becomes the status, and nothing leaves.</summary>
    internal static CMPIStatus Run<TState>(void* broker, CMPIContext* context, TState state, delegate*<Broker, TState, void> work)
    {
        if (broker is null)
            return new CMPIStatus { Rc = CMPIrc.Failed };
        var b = new Broker((CMPIBroker*)broker);
        var before = ServerLog.Attend(b.Pointer);
        Runtime.QuietTime.Begin();
        try
        {
            RoomyThread.Run(b, context, state, work);
            return default;
        }
        catch (Exception error)
        {
            return Failure(b, error);
        }
        finally
        {
            Runtime.QuietTime.End();
            ServerLog.Attend(before);
        }
    }

    private static CMPIStatus Failure(Broker broker, Exception error)
    {
        try
        {
            var (status, message) = error switch
            {
                CimException cim => (cim.Status, cim.Message),
                OperationCanceledException => (CimStatus.Failed, "The request took longer than its deadline."),
                _ => (CimStatus.Failed, $"{error.GetType().Name}: {error.Message}"),
            };
            Runtime.Failed(status, error);
            return broker.Status(status, message);
        }
        catch (Exception)
        {
            return new CMPIStatus { Rc = CMPIrc.Failed };
        }
    }
}
