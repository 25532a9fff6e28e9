using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>How a type of storage pool uses one of the settings.</summary>
internal enum Use
{
    No,
    Optional,
    Required,
}

/// <summary>What a type of storage pool is made of (libvirt's storage documentation).</summary>
/// <param name="DefaultPath">Where such volumes usually are; {0} is the source's name. Null: the path is the client's to say, or there is none.</param>
internal sealed record StoragePoolType(string Name, Use Path, string? DefaultPath, Use Host, Use Directory, Use SourceName, Use Devices)
{
    /// <summary>More devices than one make a pool of this type.</summary>
    public bool TakesSeveralDevices => Name is "logical" or "zfs";

    public static IReadOnlyList<StoragePoolType> All { get; } =
    [
        new("dir", Use.Required, null, Use.No, Use.No, Use.No, Use.No),
        new("fs", Use.Required, null, Use.No, Use.No, Use.No, Use.Required),
        new("netfs", Use.Required, null, Use.Required, Use.Required, Use.No, Use.No),
        new("logical", Use.Optional, "/dev/{0}", Use.No, Use.No, Use.Optional, Use.Optional),
        new("disk", Use.Optional, "/dev", Use.No, Use.No, Use.No, Use.Required),
        new("iscsi", Use.Optional, "/dev/disk/by-path", Use.Required, Use.No, Use.No, Use.Required),
        new("scsi", Use.Optional, "/dev/disk/by-path", Use.No, Use.No, Use.Required, Use.No),
        new("mpath", Use.Optional, "/dev/mapper", Use.No, Use.No, Use.No, Use.No),
        new("rbd", Use.No, null, Use.Required, Use.No, Use.Required, Use.No),
        new("gluster", Use.No, null, Use.Required, Use.Optional, Use.Required, Use.No),
        new("zfs", Use.No, null, Use.No, Use.No, Use.Required, Use.Optional),
    ];

    /// <summary>The types that can be made on a host.</summary>
    public static IEnumerable<string> SupportedBy(IHypervisor hypervisor) => !hypervisor.Supports(HypervisorOperation.StoragePools) ? []
        : hypervisor.GetStoragePoolTypes() is { } there ? All.Select(t => t.Name).Where(there.Contains) : All.Select(t => t.Name);

    /// <summary>The pool that the settings ask for.</summary>
    /// <exception cref="CimException">INVALID_PARAMETER: what is missing, or makes no sense for the type; NOT_SUPPORTED: the type.</exception>
    public static NewStoragePool Read(IHypervisor hypervisor, string name, Xen_DiskPoolRASD settings)
    {
        var wanted = settings.PoolType ?? "dir";
        var type = All.FirstOrDefault(t => t.Name == wanted)
            ?? throw CimException.InvalidParameter($"PoolType \"{wanted}\" is no type of storage pool; there are {string.Join(", ", All.Select(t => t.Name))}.");
        if (hypervisor.GetStoragePoolTypes() is { } there && !there.Contains(wanted))
            throw CimException.NotSupported($"libvirt on this host has no storage pools of type {wanted}; it has {string.Join(", ", there)}.");
        IReadOnlyList<string> devices = settings.DevicePaths is { } paths ? [.. paths.OfType<string>().Where(p => p.Length > 0)] : [];
        var sourceName = Text(settings.SourceName);
        type.Check(type.Path, "Path", Text(settings.PathProperty));
        type.Check(type.Host, "Host", Text(settings.Host));
        type.Check(type.Directory, "SourceDirectory", Text(settings.SourceDirectory));
        type.Check(type.SourceName, "SourceName", sourceName);
        type.Check(type.Devices, "DevicePaths", devices.Count > 0 ? string.Join(", ", devices) : null);
        if (devices.Count > 1 && !type.TakesSeveralDevices)
            throw CimException.InvalidParameter($"DevicePaths has {devices.Count} entries; a storage pool of type {wanted} is made of one.");
        // A new volume group has the pool's name unless told otherwise.
        if (wanted == "logical")
            sourceName ??= name;
        return new NewStoragePool(name, wanted)
        {
            Path = Text(settings.PathProperty) is { } path ? Absolute("Path", path) : type.DefaultPath?.Replace("{0}", sourceName, StringComparison.Ordinal),
            SourceHost = Text(settings.Host),
            SourceDirectory = Text(settings.SourceDirectory) is { } directory ? Absolute("SourceDirectory", directory) : null,
            SourceName = sourceName,
            SourceDevices = wanted == "iscsi" ? devices : [.. devices.Select(d => Absolute("DevicePaths", d))],
            Format = Text(settings.Format),
            Login = Login(wanted, Text(settings.UserName), Text(settings.Secret)),
            Build = settings.Build is { } build ? Level(build)
                : wanted is "dir" or "fs" or "netfs" || (type.TakesSeveralDevices && devices.Count > 0) ? StoragePoolBuild.Prepare : StoragePoolBuild.None,
            Start = settings.Active ?? true,
            Autostart = settings.Autostart ?? false,
        };
    }

    // libvirt takes no password in a pool's definition: it is in a secret of its own, which the definition names.
    private static StorageLogin? Login(string type, string? user, string? secret)
    {
        if (user is null && secret is null)
            return null;
        if (type is not ("iscsi" or "rbd"))
            throw CimException.InvalidParameter($"{(user is null ? "Secret" : "UserName")} means nothing to a storage pool of type {type}; leave it out.");
        return user is null || secret is null
            ? throw CimException.InvalidParameter($"{(user is null ? "UserName" : "Secret")} is missing: a {(type == "rbd" ? "Ceph cluster" : "target")} that asks who is there takes both. Secret is the usage or UUID of a secret of libvirt's that holds "
                + $"the {(type == "rbd" ? "key (usage type ceph)" : "password (usage type iscsi)")}; make it with virsh secret-define and virsh secret-set-value.")
            : new StorageLogin(user, secret);
    }

    private static StoragePoolBuild Level(Xen_DiskPoolRASD.BuildValue build) => build switch
    {
        Xen_DiskPoolRASD.BuildValue.None => StoragePoolBuild.None,
        Xen_DiskPoolRASD.BuildValue.Prepare => StoragePoolBuild.Prepare,
        Xen_DiskPoolRASD.BuildValue.Format_What_Is_Empty => StoragePoolBuild.FormatEmpty,
        Xen_DiskPoolRASD.BuildValue.Overwrite => StoragePoolBuild.Overwrite,
        _ => throw CimException.InvalidParameter($"Build {(ushort)build}: expected 0 (None), 1 (Prepare), 2 (Format What Is Empty) or 3 (Overwrite)."),
    };

    private void Check(Use use, string property, string? value)
    {
        if (use == Use.Required && value is null)
            throw CimException.InvalidParameter($"{property} is missing; a storage pool of type {Name} needs it.");
        if (use == Use.No && value is not null)
            throw CimException.InvalidParameter($"{property} \"{value}\" means nothing to a storage pool of type {Name}; leave it out.");
    }

    private static string Absolute(string property, string path) => path.StartsWith('/') ? path
        : throw CimException.InvalidParameter($"{property} \"{path}\" is no absolute path; it begins with a slash.");

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
