using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>Which storage pools are fuller than the administrator wants them to be.</summary>
internal sealed class PoolLevels(IHypervisor hypervisor, ProviderOptions options)
{
    // A pool that goes up and down around the threshold is told of once: percent below it that count as relief.
    private const int Slack = 2;

    // Of these libvirt calls every unit taken, since nobody can make another one in them (virStoragePoolInfo).
    private static readonly string[] s_fixed = ["iscsi", "iscsi-direct", "scsi", "mpath"];

    private readonly HashSet<Guid> _above = [];

    /// <summary>Percent; null when nobody wants to hear of it.</summary>
    public int? Threshold => options.PoolThreshold;

    /// <summary>How much of a pool cannot be had any more, in percent, as libvirt counted it last: when a volume came or went, or the pool was refreshed.</summary>
    public static double Used(StoragePool pool) => 100 - (100.0 * Math.Min(pool.Available, pool.Capacity) / pool.Capacity);

    /// <summary>The pools that have gone above the threshold or below it since the last time.</summary>
    /// <exception cref="HypervisorException">The pools cannot be read.</exception>
    public IReadOnlyList<(StoragePool Pool, bool IsAbove)> Crossed()
    {
        if (Threshold is not { } threshold)
            return [];
        var crossed = new List<(StoragePool, bool)>();
        var pools = hypervisor.ListStoragePools().Where(p => p is { IsActive: true, Capacity: > 0 } && !s_fixed.Contains(p.Type)).ToList();
        _above.IntersectWith(pools.Select(p => p.Uuid));
        foreach (var pool in pools)
        {
            var used = Used(pool);
            if (used >= threshold ? _above.Add(pool.Uuid) : used < threshold - Slack && _above.Remove(pool.Uuid))
                crossed.Add((pool, used >= threshold));
        }
        return crossed;
    }

    /// <summary>Nobody has been told of anything.</summary>
    public void Forget() => _above.Clear();
}
