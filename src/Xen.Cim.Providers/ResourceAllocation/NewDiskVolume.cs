using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>What has to be made before settings can be written to a definition, and the settings that they are then.</summary>
internal sealed record PreparedSettings(CimInstance Settings, Change Before);

/// <summary>
/// The volume of a new disk that names a storage pool (PoolID, or Address as "pool/volume") and a size in place of a medium
/// that is there: made before the definition is written, and deleted when that fails. Nobody deletes it with the guest.
/// </summary>
internal sealed class NewDiskVolume(IHypervisor hypervisor)
{
    /// <summary>Of one block, in bytes.</summary>
    public const ulong Smallest = 512;

    /// <summary>Room for an operating system, in bytes.</summary>
    public const ulong Usual = 10UL << 30;

    // In these a volume is a file, and what was never written to need not take any space.
    private static readonly string[] s_filePools = ["dir", "fs", "netfs", "gluster", "vstorage"];

    /// <param name="planned">The names given out in this call, as "pool/volume".</param>
    /// <returns>Null: the settings ask for no volume.</returns>
    /// <exception cref="CimException">INVALID_PARAMETER, FAILED: the volume cannot be made.</exception>
    public PreparedSettings? Plan(Xen_DiskRASD settings, string guest, ISet<string> planned)
    {
        if (DiskKind.Of(settings) != "disk" || settings.VirtualQuantity is null || StorageSize.IsNumberOfDisks(settings))
            return null;
        var (pool, name) = Place(settings);
        if (pool is null)
            return null;
        if (StorageSize.Of(settings) is not { } size || size < Smallest)
            throw CimException.InvalidParameter($"VirtualQuantity {settings.VirtualQuantity} {settings.VirtualQuantityUnits ?? "byte"}: a new disk has at least {Smallest} bytes.");
        if (!pool.IsActive)
            throw new CimException(CimStatus.Failed, $"The storage pool {pool.Name} is not started; start it by setting Active of its Xen_DiskPoolRASD.");
        var isFile = s_filePools.Contains(pool.Type);
        name ??= FreeName(settings, guest, pool, isFile, planned);
        planned.Add($"{pool.Name}/{name}");
        var wish = new NewVolume(name, size)
        {
            Allocation = settings.Reservation is { } reservation
                ? MemoryUnits.ToBytes(reservation, settings.AllocationUnits is { Length: > 0 } units ? units : "byte", Xen_DiskRASD.Names.Reservation) : isFile ? 0 : null,
            Format = settings.DriverType is { Length: > 0 } format ? format : null,
        };
        return new(OnVolume(settings, pool, name), new Change().Then(() => hypervisor.CreateVolume(pool.Name, wish), () => hypervisor.DeleteVolume(pool.Name, name)));
    }

    /// <summary>The pool, and the name if the client gives one.</summary>
    private (StoragePool? Pool, string? Name) Place(Xen_DiskRASD settings)
    {
        if ((settings.Address ?? settings.HostExtentName) is { Length: > 0 } address)
        {
            return !address.StartsWith('/') && address.Split('/') is [var named, { Length: > 0 } volume]
                && hypervisor.ListStoragePools().FirstOrDefault(p => p.Name == named) is { } there
                && (!there.IsActive || !hypervisor.ListVolumes(named).Any(v => v.Name == volume)) ? (there, volume) : default;
        }
        if (settings.HostResource is { Length: > 0 } || settings.PoolID is not { Length: > 0 } id)
            return default;
        if (id == DiskPool.PrimordialId)
            throw CimException.InvalidParameter("PoolID: the primordial pool has no volumes, so none can be made in it for a new disk; give the PoolID of a storage pool, or the disk's medium as Address.");
        return hypervisor.ListStoragePools().FirstOrDefault(p => DiskPool.Entry(p).Id == id) is { } pool ? (pool, (string?)null)
            : throw CimException.InvalidParameter($"There is no Xen_DiskPool \"{id}\" for a new disk.");
    }

    private string FreeName(Xen_DiskRASD settings, string guest, StoragePool pool, bool isFile, ISet<string> planned)
    {
        // What every kind of pool takes, LVM's included.
        var stem = string.Concat(guest.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).TrimStart('-', '.');
        stem = (stem.Length == 0 ? "guest" : stem[..Math.Min(stem.Length, 60)]) + (settings.VirtualDevice is { Length: > 0 } device ? "-" + device : "");
        var extension = !isFile ? "" : settings.DriverType is { Length: > 0 } format and not "raw" ? "." + format : ".img";
        var taken = hypervisor.ListVolumes(pool.Name).Select(v => v.Name).ToHashSet();
        var name = stem + extension;
        for (var number = 2; taken.Contains(name) || planned.Contains($"{pool.Name}/{name}"); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{extension}");
        return name;
    }

    private static Xen_DiskRASD OnVolume(Xen_DiskRASD settings, StoragePool pool, string volume)
    {
        var placed = new Xen_DiskRASD();
        foreach (var property in settings.Properties)
        {
            if (property.Name is not (Xen_DiskRASD.Names.VirtualQuantity or Xen_DiskRASD.Names.VirtualQuantityUnits or Xen_DiskRASD.Names.Reservation or Xen_DiskRASD.Names.HostExtentName))
                placed.Set(property.Name, property.Type, property.IsArray, property.Value);
        }
        placed.Address = $"{pool.Name}/{volume}";
        return placed;
    }
}
