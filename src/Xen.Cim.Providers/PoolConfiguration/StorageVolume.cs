using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>A volume and the pool that it is in.</summary>
public sealed record PoolVolume(DiskPoolEntry Pool, StorageVolume Volume)
{
    /// <summary>The volume's name as a part of keys: nothing in it that clients stumble over.</summary>
    public string EscapedName => Uri.EscapeDataString(Volume.Name);
}

/// <summary>Xen_StorageVolume: a volume of a storage pool (DSP1047), by the path or by the name that guests' disks know it by.</summary>
public sealed class StorageVolumes(IHypervisor hypervisor, DiskPool pools, PoolUsers users) : HostDevice<PoolVolume>(Xen_StorageVolume.Layout, hypervisor)
{
    private const ulong UsualBlockSize = 512;

    public override IEnumerable<PoolVolume> Enumerate() => pools.Enumerate().SelectMany(Of);

    /// <summary>The volumes of a pool; none of one that is not started, and of the primordial one.</summary>
    public IEnumerable<PoolVolume> Of(DiskPoolEntry pool)
    {
        if (pool.Pool is not { IsActive: true } active)
            return [];
        try
        {
            return Hypervisor.ListVolumes(active.Name).Select(v => new PoolVolume(pool, v));
        }
        catch (HypervisorException gone) when (gone.Error == HypervisorError.NotFound)
        {
            // It was forgotten meanwhile, which is no error of the others'.
            return [];
        }
    }

    /// <summary>The volumes that a disk of a guest is on.</summary>
    public IEnumerable<PoolVolume> Under(DiskDevice disk, HostSnapshot host) =>
        disk.Source is null ? [] : Of(DiskPool.PoolOf(disk, host)).Where(v => PoolUsers.IsOn(disk, v.Volume));

    /// <summary>The volume that a path names, or null: as <see cref="HostDevice{T}.Find"/>, asking its pool only.</summary>
    public PoolVolume? Resolve(CimObjectPath path) => IsOurs(path) ? Find(path) : null;

    /// <exception cref="CimException">INVALID_PARAMETER, or FAILED: it would cut off what a guest uses.</exception>
    public void Resize(PoolVolume volume, ulong capacity)
    {
        if (capacity == volume.Volume.Capacity)
            return;
        if (capacity == 0)
            throw CimException.InvalidParameter($"The volume {volume.Volume.Name} cannot have a size of 0.");
        if (capacity < volume.Volume.Capacity)
            users.Release(volume.Volume);
        Hypervisor.ResizeVolume(volume.Volume.Pool, volume.Volume.Name, capacity, shrink: capacity < volume.Volume.Capacity);
    }

    /// <exception cref="CimException">FAILED: a guest or another volume needs it.</exception>
    public void Delete(PoolVolume volume)
    {
        users.Release(volume.Volume);
        if (Enumerate().FirstOrDefault(v => v.Volume.BackingPath == volume.Volume.Path) is { } overlay)
            throw new CimException(CimStatus.Failed, $"The volume {volume.Volume.Name} is in use: {overlay.Volume.Path} is a difference to it.");
        Hypervisor.DeleteVolume(volume.Volume.Pool, volume.Volume.Name);
    }

    /// <summary>Changes the size, by Capacity or by NumberOfBlocks.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var volume = Require(path);
        var (now, wanted) = ((Xen_StorageVolume)InstanceOf(volume, request), instance.As<Xen_StorageVolume>());
        ulong? capacity = null;
        foreach (var property in wanted.Properties)
        {
            // Who sends a whole instance back sends CIM's own default of what we do not tell, too.
            if (property.Value is not { } value || !request.Wants(property.Name) || property.Name == Xen_StorageVolume.Names.TransitioningToState
                || CimValue.AreEqual(value, now[property.Name]))
            {
                continue;
            }
            var size = property.Name switch
            {
                Xen_StorageVolume.Names.Capacity => (ulong)value,
                Xen_StorageVolume.Names.NumberOfBlocks => MemoryUnits.ToBytes((ulong)value, $"byte * {now.BlockSize}", property.Name),
                Xen_StorageVolume.Names.BlockSize => throw CimException.NotSupported($"BlockSize is {now.BlockSize} and cannot become {value}; change Capacity."),
                _ => throw CimException.NotSupported($"{property.Name} of a volume cannot be changed; only its size can, by Capacity."),
            };
            if (capacity is { } other && other != size)
                throw CimException.InvalidParameter($"Capacity and NumberOfBlocks ask for different sizes: {other} and {size} bytes.");
            capacity = size;
        }
        if (capacity is { } bytes)
            Resize(volume, bytes);
    }

    /// <summary>Deletes the volume with its data, as DeleteResourceInPool does.</summary>
    public override void Delete(CimRequest request, CimObjectPath path) => Delete(Require(path));

    protected override string IdOf(PoolVolume device) => $"{device.Pool.Pool!.Uuid:D}/{device.EscapedName}";

    protected override CIM_LogicalDevice DescribeDevice(PoolVolume device)
    {
        var volume = device.Volume;
        var blockSize = volume.Capacity % UsualBlockSize == 0 ? UsualBlockSize : 1;
        return new Xen_StorageVolume
        {
            Name = volume.Path,
            NameFormat = CIM_StorageVolume.NameFormatValue.Other,
            NameNamespace = CIM_StorageVolume.NameNamespaceValue.Other,
            OtherNameFormat = "OS Device Name",
            OtherNameNamespace = "OS Device Namespace",
            ElementName = volume.Name,
            Access = CIM_StorageExtent.AccessValue.Read_Write_Supported,
            DataOrganization = CIM_StorageExtent.DataOrganizationValue.Fixed_Block,
            BlockSize = blockSize,
            NumberOfBlocks = volume.Capacity / blockSize,
            ConsumableBlocks = volume.Capacity / blockSize,
            Primordial = false,
            OtherIdentifyingInfo = [volume.Key],
            IdentifyingDescriptions = ["libvirt's key"],
            OperationalStatus = [CIM_ManagedSystemElement.OperationalStatusValue.OK],
            PoolID = device.Pool.Id,
            Capacity = volume.Capacity,
            Allocation = volume.Allocation,
            Format = volume.Format,
            BackingPath = volume.BackingPath,
        };
    }
}
