using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// What one request reads: for a walk over many elements all guests together and once, however long the walk takes; for a
/// single element just that. Nothing is read before somebody asks for it.
/// </summary>
internal sealed class Sample
{
    private readonly MetricSampler _sampler;
    private readonly bool _together;
    private IReadOnlyDictionary<Guid, Reading<GuestStatistics>>? _all;

    private Sample(MetricSampler sampler, bool together) => (_sampler, _together) = (sampler, together);

    public static Sample OfMany(MetricSampler sampler) => new(sampler, together: true);

    public static Sample OfOne(MetricSampler sampler) => new(sampler, together: false);

    /// <summary>A guest's numbers; null when it is off, or cannot be read.</summary>
    /// <param name="guest">Who.</param>
    /// <param name="overTime">Whether they are compared with what they were.</param>
    public Reading<GuestStatistics>? Of(Guest guest, bool overTime)
    {
        if (!guest.IsActive)
            return null;
        // One that came since, or was left out on a slow way to the host, is read by itself.
        return _together && (_all ??= _sampler.All(overTime)).TryGetValue(guest.Uuid, out var read) && read.Now.Id == guest.Id
            ? read : _sampler.Of(guest, overTime);
    }

    /// <inheritdoc cref="MetricSampler.Host"/>
    public Reading<HostNumbers> Host(bool overTime) => _sampler.Host(overTime);

    /// <inheritdoc cref="MetricSampler.Of(StoragePool)"/>
    public Reading<StoragePool> Of(StoragePool pool) => _sampler.Of(pool);
}
