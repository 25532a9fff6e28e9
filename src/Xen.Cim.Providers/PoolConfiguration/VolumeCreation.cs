using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Makes volumes: within the call where that is quick, and as a job where it takes its time.</summary>
internal sealed class VolumeCreation(IHypervisor hypervisor, DiskPool pools, JobStore jobs, ProviderOptions options)
{
    /// <returns>The volume, or the job that makes it.</returns>
    public (PoolVolume? Volume, CimObjectPath? Job) Make(CimObjectPath? poolPath, CimInstance settings)
    {
        if (!settings.ClassName.Equals(Xen_StorageVolumeRASD.CimName, StringComparison.OrdinalIgnoreCase))
            throw CimException.InvalidParameter($"No volume can be made of a {settings.ClassName}: expected a {Xen_StorageVolumeRASD.CimName}.");
        var typed = EmbeddedSettings.Typed<Xen_StorageVolumeRASD>(settings);
        var entry = PoolOf(poolPath, typed);
        var wish = StorageVolumeRASD.Read(typed);
        if (entry.Pool is not { } pool)
            throw CimException.InvalidParameter("The primordial pool has no volumes; give a storage pool of the host.");
        if (!pool.IsActive)
            throw new CimException(CimStatus.Failed, $"The storage pool {pool.Name} is not started; start it by setting Active of its Xen_DiskPoolRASD.");
        if (hypervisor.ListVolumes(pool.Name).Any(v => v.Name == wish.Name))
            throw new CimException(CimStatus.AlreadyExists, $"The storage pool {pool.Name} has a volume {wish.Name} already.");

        StorageVolume? made = null;
        var job = jobs.Start(new JobPlan($"Create the volume {wish.Name} in {pool.Name}", null)
        {
            Owner = JobOwner.Pools,
            Pool = entry.Id,
            First = () => made = hypervisor.CreateVolume(pool.Name, wish),
            // libvirt lists a volume while it fills it; nothing makes it stop.
            Percent = () => Percent(hypervisor.ListVolumes(pool.Name).FirstOrDefault(v => v.Name == wish.Name)?.Allocation, wish.Allocation ?? wish.Capacity),
        });
        try
        {
            if (!job.WaitForFirst(options.InCallWait))
                return (null, jobs.PathOf(job));
        }
        catch
        {
            // The caller learns it here; nobody was told of the job.
            jobs.Forget(job);
            throw;
        }
        jobs.Forget(job);
        return (new PoolVolume(entry, made!), null);
    }

    private static int? Percent(ulong? done, ulong whole) => done is null || whole == 0 ? null : (int)Math.Min(99, 100.0 * done.Value / whole);

    private DiskPoolEntry PoolOf(CimObjectPath? path, Xen_StorageVolumeRASD settings)
    {
        if (path is not null)
        {
            var pool = pools.Require(path);
            return settings.PoolID is null or "" || settings.PoolID == pool.Id ? pool
                : throw CimException.InvalidParameter($"Pool is {pool.Id} and PoolID {settings.PoolID}; give one of them.");
        }
        return pools.FindById(settings.PoolID ?? throw CimException.InvalidParameter("Pool is missing; it is the storage pool that the volume is to be in."))
            ?? throw CimException.InvalidParameter($"There is no Xen_DiskPool \"{settings.PoolID}\".");
    }
}
