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

    /// <summary>Hands a sequence on, with the hypervisor's errors turned into CIM's wherever they come up.</summary>
    public static IEnumerable<T> Guarded<T>(this IEnumerable<T> source, CimRequest request)
    {
        using var enumerator = Guard(source.GetEnumerator);
        while (Guard(enumerator.MoveNext))
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
