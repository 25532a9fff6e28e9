using System.Xml.Linq;
using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Hosts;
using LibvirtNetwork = Libvirt.Network;
using LibvirtPool = Libvirt.StoragePool;

namespace Xen.Cim.Hypervisor;

// The host, its networks and its storage.
public sealed partial class LibvirtHypervisor
{
    private readonly HostReader _host = new();

    private Host ReadHost() => Query("read the host", connection => _host.Read(connection, Identity(connection)));

    private List<VirtualNetwork> ReadNetworks() => Query("list the networks", connection =>
        ReadAll(connection, c => c.ListAllNetworks(), ReadNetwork, ErrorCode.NoNetwork).OrderBy(n => n.Name, StringComparer.Ordinal).ToList());

    private List<StoragePool> ReadStoragePools()
    {
        var pools = Query("list the storage pools", connection =>
            ReadAll(connection, c => c.ListAllStoragePools(), ReadPool, ErrorCode.NoStoragePool).OrderBy(p => p.Name, StringComparer.Ordinal).ToList());
        if (pools.Count == 0 || !_uri.IsLocal || Driver == HypervisorDriver.Test)
            return pools;
        var mounts = MountTable.Read();
        return pools.ConvertAll(p => p is { IsActive: true, Path: { } path } ? Place(p, path, mounts) : p);
    }

    /// <summary>What a pool on this machine lies on.</summary>
    private static StoragePool Place(StoragePool pool, string path, MountTable mounts)
    {
        var (system, device) = (mounts.FileSystemOf(path), mounts.DeviceOf(path));
        var lower = pool.SourceDevices.Count > 0 ? pool.SourceDevices : pool.Type == "dir" ? new[] { device, system }.OfType<string>() : [];
        return pool with { FileSystem = system, FileSystemDevice = device, Remote = mounts.RemoteOf(path), FoundDisks = new(() => new BlockDevices().DisksUnder(lower)) };
    }

    private List<StorageVolume> ReadVolumes(string pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        return Query($"list the volumes of the storage pool '{pool}'", connection =>
        {
            using var source = connection.LookupStoragePool(pool);
            // An inactive pool has no volumes to tell of.
            if (!source.IsActive)
                return [];
            try
            {
                return ReadAll(connection, _ => source.ListAllVolumes(), volume => StorageVolumeDefinition.Parse(volume.GetXml()).ToStorageVolume(pool), ErrorCode.NoStorageVol)
                    .OrderBy(v => v.Name, StringComparer.Ordinal).ToList();
            }
            catch (LibvirtException e) when (e.Code == ErrorCode.OperationInvalid)
            {
                // It was stopped meanwhile.
                return [];
            }
        });
    }

    public IReadOnlyList<string>? ListProcessorModels(string architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        // None named means that any is taken.
        return Names("list the processors that guests can have", c => c.GetCpuModelNames(architecture)) is { Count: > 0 } models ? models : null;
    }

    public IReadOnlyList<string> FindUnknownProcessorFeatures(string architecture, IReadOnlyList<string> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (ListProcessorModels(architecture) is not [var model, ..])
            return [];
        return Query("look for features of processors", connection =>
        {
            // Only where libvirt can compare one without any does an error speak of the feature.
            return CanCompare(connection, null) ? features.Where(f => !CanCompare(connection, f)).ToList() : [];
        });

        bool CanCompare(Connection connection, string? feature)
        {
            var cpu = new XElement("cpu", new XElement("arch", architecture), new XElement("model", model));
            if (feature is not null)
                cpu.Add(new XElement("feature", new XAttribute("policy", "require"), new XAttribute("name", DefinitionXml.Checked(feature, "A feature"))));
            try
            {
                connection.CompareCpu(cpu.ToString(SaveOptions.DisableFormatting));
                return true;
            }
            catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
            {
                return false;
            }
        }
    }

    public bool IsUnknownProcessorVendor(string architecture, string vendor)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        if (ListProcessorModels(architecture) is not [var model, ..])
            return false;
        // Only where libvirt understands one without any does an error speak of the vendor.
        return Query("look for a vendor of processors", connection => Understands(connection, null) && !Understands(connection, vendor));

        bool Understands(Connection connection, string? name)
        {
            var cpu = new XElement("cpu", new XElement("arch", architecture), new XElement("model", model));
            if (name is not null)
                cpu.Add(new XElement("vendor", DefinitionXml.Checked(name, "A vendor")));
            try
            {
                connection.BaselineCpu(cpu.ToString(SaveOptions.DisableFormatting));
                return true;
            }
            catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
            {
                return false;
            }
        }
    }

    public IReadOnlyList<string>? ListNetworkFilters() => Names("list the network filters", c => c.ListNetworkFilterNames());

    private List<string>? Names(string what, Func<Connection, string[]> list) => Query(what, connection =>
    {
        try
        {
            return list(connection).Order(StringComparer.Ordinal).ToList();
        }
        catch (LibvirtException e) when (LibvirtErrors.Of(e) == HypervisorError.NotSupported)
        {
            return null;
        }
    });

    public bool? PathExists(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
            return false;
        // The files of a simulated host are nowhere but in its storage pools.
        var seesFiles = _uri.IsLocal && Driver != HypervisorDriver.Test;
        if (seesFiles && (File.Exists(path) || Directory.Exists(path)))
            return true;
        var inPool = Query($"look for {path}", connection => InStoragePool(connection, path));
        return seesFiles ? inPool ?? false : inPool;
    }

    /// <returns>Null when no active pool has the folder that the path is in.</returns>
    internal static bool? InStoragePool(Connection connection, string path)
    {
        if (IsVolume(connection, path))
            return true;
        try
        {
            if (Path.GetDirectoryName(path) is not { } folder || ReadAll(connection, c => c.ListAllStoragePools(ListAllStoragePoolsFlags.Active), ReadPool, ErrorCode.NoStoragePool)
                .FirstOrDefault(pool => pool.Path is { } target && target.TrimEnd('/') == folder) is not { } around)
            {
                return null;
            }
            // libvirt knows what was there when it looked last.
            using var pool = connection.LookupStoragePool(around.Uuid);
            pool.Refresh();
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            return null;
        }
        return IsVolume(connection, path);
    }

    private static bool IsVolume(Connection connection, string path)
    {
        try
        {
            connection.LookupStorageVolumeByPath(path).Dispose();
            return true;
        }
        catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
        {
            // Not a volume, or a host without storage pools.
            return false;
        }
    }

    private static VirtualNetwork ReadNetwork(LibvirtNetwork network)
    {
        var definition = NetworkDefinition.Parse(network.GetXml());
        var isPersistent = network.IsPersistent;
        return definition.ToVirtualNetwork(network.IsActive, isPersistent && network.Autostart, isPersistent);
    }

    private static StoragePool ReadPool(LibvirtPool pool)
    {
        var definition = StoragePoolDefinition.Parse(pool.GetXml());
        var isPersistent = pool.IsPersistent;
        return definition.ToStoragePool(pool.IsActive, isPersistent && pool.Autostart, isPersistent);
    }

    /// <summary>Reads each object of a listing; one that has gone meanwhile, or that cannot be read, does not spoil the others.</summary>
    private static List<T> ReadAll<TObject, T>(Connection connection, Func<Connection, TObject[]> list, Func<TObject, T> read, ErrorCode gone)
        where TObject : IDisposable
    {
        TObject[] objects;
        try
        {
            objects = list(connection);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.NoSupport or ErrorCode.NoConnect)
        {
            // The driver has none of these.
            return [];
        }
        try
        {
            var results = new List<T>(objects.Length);
            foreach (var item in objects)
            {
                try
                {
                    results.Add(read(item));
                }
                catch (LibvirtException e) when (e.Code == gone || !LibvirtErrors.MeansBroken(connection, e))
                {
                    // Left out.
                }
                catch (HypervisorException)
                {
                    // Its XML is none.
                }
            }
            return results;
        }
        finally
        {
            foreach (var item in objects)
                item.Dispose();
        }
    }
}
