using Libvirt;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;
using LibvirtNetwork = Libvirt.Network;
using LibvirtPool = Libvirt.StoragePool;

namespace Xen.Cim.Hypervisor;

// Storage pools, networks and volumes: made, switched and removed.
public sealed partial class LibvirtHypervisor
{
    // Held while pools or networks come and go, so that two of a name do not pass the check together. No guest has these UUIDs.
    private static readonly Guid PoolLock = new("ffffffff-ffff-ffff-ffff-fffffffffffe");
    private static readonly Guid NetworkLock = new("ffffffff-ffff-ffff-ffff-fffffffffffd");

    public IReadOnlyList<string>? GetStoragePoolTypes() => Query("read which storage pools the host can have", connection =>
    {
        try
        {
            return DefinitionXml.Parse(connection.GetStoragePoolCapabilities(), "storagepoolCapabilities").Elements("pool")
                .Where(p => LibvirtNumber.YesNo(p.Read("supported"), false)).Select(p => p.Read("type")).OfType<string>().ToList();
        }
        catch (LibvirtException e) when (LibvirtErrors.Of(e) == HypervisorError.NotSupported)
        {
            return null;
        }
    });

    public StoragePool CreateStoragePool(NewStoragePool wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var xml = StoragePoolDefinition.New(wish).ToXml();
        return Configure(PoolLock, $"create the storage pool '{wish.Name}'", (connection, what) =>
        {
            RefuseTaken(what, "storage pool", wish.Name, ErrorCode.NoStoragePool, () => connection.LookupStoragePool(wish.Name).Dispose());
            using var pool = Asking(HypervisorOperation.StoragePools, () => connection.DefineStoragePool(xml));
            HostObject.Of(pool).Begin(what, wish.Start, wish.Autostart, () => Build(pool, wish));
            return ReadPool(pool);
        });
    }

    public void RemoveStoragePool(Guid uuid) => ConfigurePool(uuid, "remove", (pool, what) => HostObject.Of(pool).End(what));

    public void SwitchStoragePool(Guid uuid, bool? active, bool? autostart) =>
        ConfigurePool(uuid, "switch", (pool, what) => HostObject.Of(pool).Switch(what, active, autostart));

    public void ChangeStoragePool(Guid uuid, NewStoragePool wish, bool? active, bool? autostart)
    {
        ArgumentNullException.ThrowIfNull(wish);
        ConfigurePool(uuid, "change", (pool, what) =>
        {
            // The simulated host has one definition of each and takes no flag.
            var before = pool.GetXml(Driver == HypervisorDriver.Test ? StorageXmlFlags.None : StorageXmlFlags.Inactive);
            var definition = StoragePoolDefinition.Parse(before);
            definition.Change(wish);
            HostObject.Of(pool).Change(what, active, autostart, () => pool.Connection.DefineStoragePool(definition.ToXml()).Dispose(),
                () => pool.Connection.DefineStoragePool(before).Dispose(), () => Build(pool, wish));
        });
    }

    public VirtualNetwork CreateNetwork(NewNetwork wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var xml = NetworkDefinition.New(wish).ToXml();
        return Configure(NetworkLock, $"create the network '{wish.Name}'", (connection, what) =>
        {
            RefuseTaken(what, "network", wish.Name, ErrorCode.NoNetwork, () => connection.LookupNetwork(wish.Name).Dispose());
            using var network = Asking(HypervisorOperation.Networks, () => connection.DefineNetwork(xml));
            HostObject.Of(network).Begin(what, wish.Start, wish.Autostart, () => null);
            return ReadNetwork(network);
        });
    }

    public void RemoveNetwork(Guid uuid) => ConfigureNetwork(uuid, "remove", (network, what) => HostObject.Of(network).End(what));

    public void SwitchNetwork(Guid uuid, bool? active, bool? autostart) =>
        ConfigureNetwork(uuid, "switch", (network, what) => HostObject.Of(network).Switch(what, active, autostart));

    public void ChangeNetwork(Guid uuid, NewNetwork wish, bool? active, bool? autostart)
    {
        ArgumentNullException.ThrowIfNull(wish);
        ConfigureNetwork(uuid, "change", (network, what) =>
        {
            var before = network.GetXml(Driver == HypervisorDriver.Test ? NetworkXmlFlags.None : NetworkXmlFlags.Inactive);
            var definition = NetworkDefinition.Parse(before);
            definition.Change(wish);
            HostObject.Of(network).Change(what, active, autostart, () => network.Connection.DefineNetwork(definition.ToXml()).Dispose(),
                () => network.Connection.DefineNetwork(before).Dispose(), () => null);
        });
    }

    public void ChangeForwardDevices(Guid uuid, IReadOnlyList<string> devices, bool add)
    {
        ArgumentNullException.ThrowIfNull(devices);
        ConfigureNetwork(uuid, "change the interfaces of", (network, what) =>
        {
            var flags = (network.IsActive ? NetworkUpdateFlags.AffectLive : 0) | (network.IsPersistent ? NetworkUpdateFlags.AffectConfig : 0);
            var undo = new Undo(what);
            foreach (var device in devices)
            {
                undo.Try(() => Update(network, device, add, flags));
                undo.Push(() => Update(network, device, !add, flags));
            }
        });
    }

    public StorageVolume CreateVolume(string pool, NewVolume wish)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(wish);
        var xml = StorageVolumeDefinition.New(wish).ToXml();
        var what = $"create the volume '{wish.Name}' in the storage pool '{pool}'";
        var began = false;
        try
        {
            return ChangeAtLength(what, _options.VolumeTimeout, connection =>
            {
                using var target = connection.LookupStoragePool(pool);
                if (!target.IsActive)
                    throw new HypervisorException(HypervisorError.InvalidState, $"Cannot {what}: the pool is not started");
                RefuseTaken(what, "volume", wish.Name, ErrorCode.NoStorageVol, () => target.LookupVolume(wish.Name).Dispose());
                Volatile.Write(ref began, true);
                using var volume = target.CreateVolume(xml);
                return StorageVolumeDefinition.Parse(volume.GetXml()).ToStorageVolume(pool);
            });
        }
        catch (HypervisorException e) when (e.Error == HypervisorError.Disconnected && Volatile.Read(ref began))
        {
            throw new HypervisorException(e.Error, $"{e.Message}. {LeftOver(pool, wish)}", e) { Libvirt = e.Libvirt };
        }
    }

    /// <summary>What there is of a volume whose daemon went away while it made it. It is not deleted: it may be somebody else's by now.</summary>
    private string LeftOver(string pool, NewVolume wish)
    {
        try
        {
            return Patiently(() => ListVolumes(pool)).FirstOrDefault(v => v.Name == wish.Name) is { } there
                ? $"A volume of this name is there with {there.Allocation} of {there.Capacity} bytes and may not be whole: look at it, and delete it before it is made again."
                : wish.Format is null or "raw" ? "Nothing is left of it."
                // The daemon's end is not that of what it started.
                : "Nothing of it is there now, but the program that libvirt makes such images with (qemu-img) may go on by itself: look again before it is made anew.";
        }
        catch (HypervisorException e)
        {
            return $"Whether something of it is left cannot be told: {e.Message}.";
        }
    }

    public void ResizeVolume(string pool, string volume, ulong capacity, bool shrink) =>
        ChangeVolume(pool, volume, $"resize the volume '{volume}' of the storage pool '{pool}' to {capacity} bytes",
            found => found.Resize(capacity, shrink ? StorageVolumeResizeFlags.Shrink : StorageVolumeResizeFlags.None));

    public void DeleteVolume(string pool, string volume) =>
        ChangeVolume(pool, volume, $"delete the volume '{volume}' of the storage pool '{pool}'", found => found.Delete());

    private void ChangeVolume(string pool, string volume, string what, Action<Libvirt.StorageVolume> change)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(volume);
        ChangeSlowly(what, connection =>
        {
            using var source = connection.LookupStoragePool(pool);
            using var found = source.LookupVolume(volume);
            change(found);
            return true;
        });
    }

    private void ConfigurePool(Guid uuid, string verb, Action<LibvirtPool, string> change) =>
        Configure(PoolLock, $"{verb} the storage pool {uuid}", (connection, what) =>
        {
            using var pool = connection.LookupStoragePool(uuid);
            change(pool, $"{verb} the storage pool '{pool.Name}'");
            return true;
        });

    private void ConfigureNetwork(Guid uuid, string verb, Action<LibvirtNetwork, string> change) =>
        Configure(NetworkLock, $"{verb} the network {uuid}", (connection, what) =>
        {
            using var network = connection.LookupNetwork(uuid);
            change(network, $"{verb} the network '{network.Name}'");
            return true;
        });

    private T Configure<T>(Guid gate, string what, Func<Connection, string, T> change)
    {
        using var held = _locks.Take(gate, what, new Deadline(_options.LongCallTimeout));
        return ChangeSlowly(what, connection => change(connection, what), held);
    }

    /// <summary>
    /// A driver that has no such call at all is believed from then on. Only of the call that defines something: building a pool,
    /// and making and resizing volumes, is refused in the same way by types of pools that have no such thing.
    /// </summary>
    private T Asking<T>(HypervisorOperation operation, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
        {
            _refused[operation] = true;
            throw;
        }
    }

    private static void RefuseTaken(string what, string kind, string name, ErrorCode nobody, Action lookup)
    {
        try
        {
            lookup();
        }
        catch (LibvirtException e) when (e.Code == nobody)
        {
            return;
        }
        throw new HypervisorException(HypervisorError.AlreadyExists, $"Cannot {what}: there is a {kind} of that name");
    }

    private static void Update(LibvirtNetwork network, string device, bool add, NetworkUpdateFlags flags) =>
        network.Update(add ? NetworkUpdateCommand.AddLast : NetworkUpdateCommand.Delete, NetworkUpdateSection.ForwardInterface,
            NetworkDefinition.ForwardInterface(device), flags: flags);

    /// <returns>What takes it back; null when there is nothing, or nobody can tell what was there before.</returns>
    private Action? Build(LibvirtPool pool, NewStoragePool wish)
    {
        if (wish.Build == StoragePoolBuild.None)
            return null;
        // A directory that was there is not ours to remove.
        var folder = wish.Type is "dir" or "fs" or "netfs" && _uri.IsLocal && Driver != HypervisorDriver.Test ? wish.Path : null;
        var isNew = wish.Type == "logical" || (folder is not null && !Path.Exists(folder));
        var above = folder is null ? [] : MissingAbove(folder);
        try
        {
            pool.Build(wish.Build switch
            {
                StoragePoolBuild.FormatEmpty => StoragePoolBuildFlags.NoOverwrite,
                StoragePoolBuild.Overwrite => StoragePoolBuildFlags.Overwrite,
                _ => StoragePoolBuildFlags.New,
            });
        }
        catch (LibvirtException)
        {
            RemoveEmpty(above);
            throw;
        }
        return !isNew ? null : () =>
        {
            pool.Delete();
            RemoveEmpty(above);
        };
    }

    /// <summary>The folders that libvirt makes above a pool's own, the innermost first; it takes them away with nothing.</summary>
    private static List<string> MissingAbove(string folder)
    {
        var missing = new List<string>();
        for (var above = Path.GetDirectoryName(folder.TrimEnd('/')); above is { Length: > 1 } && !Path.Exists(above); above = Path.GetDirectoryName(above))
            missing.Add(above);
        return missing;
    }

    private void RemoveEmpty(List<string> folders)
    {
        try
        {
            foreach (var folder in folders.Where(Directory.Exists))
                Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has put something there meanwhile, or it is not ours to remove.
            _logger.LogDebug("A folder that was made for a storage pool stays: {Reason}", e.Message);
        }
    }
}
