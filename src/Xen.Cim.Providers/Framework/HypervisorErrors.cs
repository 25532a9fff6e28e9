using Xen.Cim.Hypervisor;
using Xen.Cim.Hypervisor.Inventory;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>What the hypervisor's errors mean to a CIM client.</summary>
internal static class HypervisorErrors
{
    public static CimException ToCim(this HypervisorException error) => new(error.Error switch
    {
        HypervisorError.NotSupported => CimStatus.NotSupported,
        HypervisorError.NotFound => CimStatus.NotFound,
        HypervisorError.AlreadyExists => CimStatus.AlreadyExists,
        HypervisorError.InvalidArgument => CimStatus.InvalidParameter,
        HypervisorError.AccessDenied => CimStatus.AccessDenied,
        _ => CimStatus.Failed,
    }, error.Message, error);

    /// <summary>Hands a sequence on, with the hypervisor's errors turned into CIM's wherever they come up.</summary>
    public static IEnumerable<T> Guarded<T>(this IEnumerable<T> source, CimRequest request, IMoments? moments, Moment moment)
    {
        using var enumerator = Guard(source.GetEnumerator, moments, moment);
        while (Guard(enumerator.MoveNext, moments, moment))
        {
            request.Cancellation.ThrowIfCancellationRequested();
            yield return enumerator.Current;
        }
    }

    /// <summary>Within an answer, which reads everything once.</summary>
    public static T Guard<T>(Func<T> call, IMoments? moments, Moment moment)
    {
        var outer = moments?.Enter(moment);
        try
        {
            return Guard(call);
        }
        finally
        {
            moments?.Enter(outer);
        }
    }

    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (HypervisorException error)
        {
            throw error.ToCim();
        }
    }
}
