using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>Xen_StorageVolumeRASD: how a volume is allocated from its storage pool (DSP1047).</summary>
public sealed class StorageVolumeRASD(DiskPool pools, StorageVolumes volumes) : InstanceIdProvider<PoolVolume>(Xen_StorageVolumeRASD.Layout)
{
    private const string Infix = "/volume/";

    public override IEnumerable<PoolVolume> Enumerate() => volumes.Enumerate();

    public override string IdOf(PoolVolume volume) => volume.Pool.Id + Infix + volume.EscapedName;

    public override PoolVolume? FindById(string instanceId) => instanceId.IndexOf(Infix, StringComparison.Ordinal) is > 0 and var at
        && pools.FindById(instanceId[..at]) is { } pool ? volumes.Of(pool).FirstOrDefault(v => IdOf(v) == instanceId) : null;

    /// <summary>The volume that the settings ask for.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: what is missing or wrong.</exception>
    public static NewVolume Read(Xen_StorageVolumeRASD settings)
    {
        if (settings.ElementName is not { Length: > 0 } name)
            throw CimException.InvalidParameter("ElementName is missing; it is the name of the new volume, such as web.qcow2.");
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or ".." || name.Any(char.IsControl))
            throw CimException.InvalidParameter($"\"{name}\" cannot be the name of a volume: it must not hold slashes or control characters.");
        if (StorageSize.Of(settings) is not { } size || size == 0)
            throw CimException.InvalidParameter($"VirtualQuantity is {(settings.VirtualQuantity is null ? "missing" : "0")}; it is the size of the volume {name}.");
        if (settings.BackingPath is { Length: > 0 } backing && !backing.StartsWith('/'))
            throw CimException.InvalidParameter($"BackingPath \"{backing}\" is no absolute path; it begins with a slash.");
        var allocation = settings.Reservation is { } reservation
            ? MemoryUnits.ToBytes(reservation, settings.AllocationUnits is { Length: > 0 } units ? units : "byte", "Reservation") : (ulong?)null;
        // libvirt would make it larger without a word.
        if (allocation > size)
            throw CimException.InvalidParameter($"Reservation is {allocation} bytes and VirtualQuantity {size}: a volume takes no more space at once than it has.");
        return new NewVolume(name, size)
        {
            Allocation = allocation,
            Format = settings.Format is { Length: > 0 } format ? format : null,
            BackingPath = settings.BackingPath is { Length: > 0 } path ? path : null,
            BackingFormat = settings.BackingFormat is { Length: > 0 } backingFormat ? backingFormat : null,
        };
    }

    /// <summary>Changes the size.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        var volume = Require(path);
        var (now, wanted) = (InstanceOf(volume, request), instance.As<Xen_StorageVolumeRASD>());
        foreach (var property in wanted.Properties)
        {
            // CIM's own default comes along with an instance that was made from its class.
            if (property.Value is not { } value || !request.Wants(property.Name) || CimValue.AreEqual(value, now[property.Name]) || (value is "" && now[property.Name] is null)
                || property.Name == Xen_StorageVolumeRASD.Names.VirtualQuantity || StorageSize.IsMeantBy(wanted, property.Name))
            {
                continue;
            }
            throw property.Name is Xen_StorageVolumeRASD.Names.VirtualQuantityUnits or Xen_StorageVolumeRASD.Names.AllocationUnits or Xen_StorageVolumeRASD.Names.VirtualResourceBlockSize
                ? CimException.InvalidParameter($"{property.Name} {value} says nothing here: it is how VirtualQuantity is meant, which is {(wanted.VirtualQuantity is null ? "not given" : $"in {wanted.VirtualQuantityUnits}")}.")
                : CimException.NotSupported($"{property.Name} of a volume cannot be changed; only its size can, by VirtualQuantity.");
        }
        if (request.Wants(Xen_StorageVolumeRASD.Names.VirtualQuantity) && StorageSize.Of(wanted) is { } bytes)
            volumes.Resize(volume, bytes);
    }

    /// <summary>Deletes the volume with its data, as DeleteResourceInPool does.</summary>
    public override void Delete(CimRequest request, CimObjectPath path) => volumes.Delete(Require(path));

    protected override CimInstance Describe(PoolVolume entry, CimRequest request) => new Xen_StorageVolumeRASD
    {
        InstanceID = IdOf(entry),
        ElementName = entry.Volume.Name,
        ResourceType = Xen_StorageVolumeRASD.ResourceTypeValue.Storage_Volume,
        PoolID = entry.Pool.Id,
        ConsumerVisibility = Xen_StorageVolumeRASD.ConsumerVisibilityValue.Virtualized,
        VirtualQuantity = entry.Volume.Capacity,
        VirtualQuantityUnits = "byte",
        AllocationUnits = "byte",
        Reservation = entry.Volume.Allocation,
        Access = Xen_StorageVolumeRASD.AccessValue.Read_Write_Supported,
        HostExtentName = entry.Volume.Path,
        HostExtentNameFormat = Xen_StorageVolumeRASD.HostExtentNameFormatValue.OS_Device_Name,
        HostExtentNameNamespace = Xen_StorageVolumeRASD.HostExtentNameNamespaceValue.OS_Device_Namespace,
        AutomaticAllocation = false,
        AutomaticDeallocation = false,
        Format = entry.Volume.Format,
        BackingPath = entry.Volume.BackingPath,
        BackingFormat = entry.Volume.BackingFormat,
    };
}
