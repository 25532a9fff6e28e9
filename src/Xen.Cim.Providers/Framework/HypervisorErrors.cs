using Xen.Cim.Hypervisor;
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

    /// <summary>Hands the sequence of an answer on, with the hypervisor's errors turned into CIM's wherever they come up.</summary>
    public static IEnumerable<T> Guarded<T>(this IEnumerable<T> source, CimRequest request, Moments moments)
    {
        var moment = moments.Of(request);
        using var enumerator = Guard(() => moments.Within(moment, source.GetEnumerator));
        Func<bool> advance = enumerator.MoveNext;
        Func<bool> step = () => moments.Within(moment, advance);
        while (Guard(step))
        {
            request.Cancellation.ThrowIfCancellationRequested();
            yield return enumerator.Current;
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
