using Xen.Cim.Hypervisor;
using Xen.Cim.Hypervisor.Inventory;
using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// A moment for each answer. A server that asks class by class for a common ancestor's instances may say that it is one
/// answer (<see cref="CimRequest.Answer"/>); then the host is read once for all of them.
/// </summary>
/// <param name="reader">Reads once for a moment; null where the hypervisor reads each time.</param>
internal sealed class Moments(IMoments? reader)
{
    // More answers than that are hardly under way at once; an older one would be read again.
    private const int Remembered = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, WeakReference<Moment>> _shared = [];

    public Moment Of(CimRequest request)
    {
        if (request.Answer == 0)
            return new();
        lock (_gate)
        {
            if (_shared.TryGetValue(request.Answer, out var known) && known.TryGetTarget(out var moment))
                return moment;
            if (_shared.Count >= Remembered)
                _shared.Remove(_shared.Keys.Min());
            moment = new();
            _shared[request.Answer] = new(moment);
            return moment;
        }
    }

    /// <summary>Calls something that reads for a moment.</summary>
    public T Within<T>(Moment moment, Func<T> call)
    {
        var outer = reader?.Enter(moment);
        try
        {
            return call();
        }
        finally
        {
            reader?.Enter(outer);
        }
    }
}
