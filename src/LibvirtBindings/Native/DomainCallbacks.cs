using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Libvirt.Native;

/// <summary>What libvirt calls when something happens to a domain: one function for each shape of arguments.</summary>
internal static unsafe class DomainCallbacks
{
    public static void* Lifecycle => (delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int>)&OnLifecycle;
    public static void* Plain => (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnPlain;
    public static void* WithReason => (delegate* unmanaged[Cdecl]<nint, nint, int, nint, void>)&OnReason;
    public static void* RtcChange => (delegate* unmanaged[Cdecl]<nint, nint, long, nint, void>)&OnRtcChange;
    public static void* Watchdog => (delegate* unmanaged[Cdecl]<nint, nint, int, nint, void>)&OnWatchdog;
    public static void* IOError => (delegate* unmanaged[Cdecl]<nint, nint, byte*, byte*, int, byte*, nint, void>)&OnIOError;
    public static void* BlockJob => (delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int, nint, void>)&OnBlockJob;
    public static void* DiskChange => (delegate* unmanaged[Cdecl]<nint, nint, byte*, byte*, byte*, int, nint, void>)&OnDiskChange;
    public static void* TrayChange => (delegate* unmanaged[Cdecl]<nint, nint, byte*, int, nint, void>)&OnTrayChange;
    public static void* BalloonChange => (delegate* unmanaged[Cdecl]<nint, nint, ulong, nint, void>)&OnBalloonChange;
    public static void* Device => (delegate* unmanaged[Cdecl]<nint, nint, byte*, nint, void>)&OnDevice;
    public static void* MetadataChange => (delegate* unmanaged[Cdecl]<nint, nint, int, byte*, nint, void>)&OnMetadataChange;
    public static void* MigrationIteration => (delegate* unmanaged[Cdecl]<nint, nint, int, nint, void>)&OnMigrationIteration;
    public static void* WithParameters => (delegate* unmanaged[Cdecl]<nint, nint, VirTypedParameter*, int, nint, void>)&OnParameters;
    public static void* AgentLifecycle => (delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void>)&OnAgentLifecycle;

    /// <summary>Makes the event from borrowed arguments and gives it to the handler. Nothing may cross into libvirt.</summary>
    private static void Deliver<T>(nint domain, nint opaque, Func<DomainIdentity, T> make)
    {
        try
        {
            if (Registration.From(opaque) is not Registration<T> registration)
                return;
            try
            {
                registration.Raise(make(DomainIdentity.Of(domain)));
            }
            catch (Exception e)
            {
                registration.Connection.ReportHandlerFailure(e);
            }
        }
        catch (Exception)
        {
            // There is nobody to tell.
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int type, int detail, nint opaque)
    {
        Deliver(domain, opaque, d => new DomainLifecycleEvent(d, (DomainEventType)type, detail));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPlain(nint connection, nint domain, nint opaque) =>
        Deliver(domain, opaque, d => new DomainEvent(d));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnReason(nint connection, nint domain, int reason, nint opaque) =>
        Deliver(domain, opaque, d => new DomainEvent(d));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnRtcChange(nint connection, nint domain, long offset, nint opaque) =>
        Deliver(domain, opaque, d => new DomainRtcChangeEvent(d, offset));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnWatchdog(nint connection, nint domain, int action, nint opaque) =>
        Deliver(domain, opaque, d => new DomainWatchdogEvent(d, (DomainWatchdogAction)action));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnIOError(nint connection, nint domain, byte* source, byte* alias, int action, byte* reason, nint opaque) =>
        Deliver(domain, opaque, d => new DomainIOErrorEvent(d, Answers.Text(source) ?? "", Answers.Text(alias) ?? "", (DomainIOErrorAction)action, Answers.Text(reason) ?? ""));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBlockJob(nint connection, nint domain, byte* disk, int type, int status, nint opaque) =>
        Deliver(domain, opaque, d => new DomainBlockJobEvent(d, Answers.Text(disk) ?? "", (DomainBlockJobType)type, (DomainBlockJobStatus)status));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDiskChange(nint connection, nint domain, byte* from, byte* to, byte* alias, int reason, nint opaque) =>
        Deliver(domain, opaque, d => new DomainDiskChangeEvent(d, Answers.Text(from), Answers.Text(to), Answers.Text(alias) ?? "", (DomainDiskChangeReason)reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnTrayChange(nint connection, nint domain, byte* alias, int reason, nint opaque) =>
        Deliver(domain, opaque, d => new DomainTrayChangeEvent(d, Answers.Text(alias) ?? "", (DomainTrayChangeReason)reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBalloonChange(nint connection, nint domain, ulong actual, nint opaque) =>
        Deliver(domain, opaque, d => new DomainBalloonChangeEvent(d, actual));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnDevice(nint connection, nint domain, byte* alias, nint opaque) =>
        Deliver(domain, opaque, d => new DomainDeviceEvent(d, Answers.Text(alias) ?? ""));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMetadataChange(nint connection, nint domain, int type, byte* uri, nint opaque) =>
        Deliver(domain, opaque, d => new DomainMetadataChangeEvent(d, (DomainMetadataType)type, Answers.Text(uri)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMigrationIteration(nint connection, nint domain, int iteration, nint opaque) =>
        Deliver(domain, opaque, d => new DomainMigrationIterationEvent(d, iteration));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnParameters(nint connection, nint domain, VirTypedParameter* parameters, int count, nint opaque) =>
        Deliver(domain, opaque, d => new DomainParametersEvent(d, Parameters.Read(parameters, count)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnAgentLifecycle(nint connection, nint domain, int state, int reason, nint opaque) =>
        Deliver(domain, opaque, d => new DomainAgentLifecycleEvent(d, (DomainAgentState)state, (DomainAgentReason)reason));
}
