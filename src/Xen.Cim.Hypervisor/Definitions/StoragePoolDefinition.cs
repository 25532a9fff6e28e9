using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of a storage pool's XML (libvirt's formatstorage). Reading never throws.</summary>
public sealed partial class StoragePoolDefinition
{
    private readonly XElement _root;

    private StoragePoolDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a storage pool's XML.</exception>
    public static StoragePoolDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "pool"));

    public string ToXml() => DefinitionXml.Write(_root);

    /// <summary>Element name; "" when there is none.</summary>
    public string Name => _root.Text("name") ?? "";

    /// <summary>Element uuid; null when absent or malformed.</summary>
    public Guid? Uuid => LibvirtNumber.Uuid(_root.Text("uuid"));

    /// <summary>Attribute pool/@type: dir, fs, netfs, logical, disk, iscsi, rbd, ...; "" when there is none.</summary>
    public string Type => _root.Read("type") ?? "";

    /// <summary>Element target/path: where the volumes are to be seen in the host.</summary>
    public string? Path => _root.Child("target")?.Text("path");

    /// <summary>Element source/name: the volume group of a logical pool, and the like.</summary>
    public string? SourceName => _root.Child("source")?.Text("name");

    /// <summary>Elements source/device/@path: the disks that the pool is made of.</summary>
    public IReadOnlyList<string> SourceDevices =>
        [.. (_root.Child("source")?.Elements("device") ?? []).Select(d => d.Read("path")).OfType<string>()];

    /// <summary>Element capacity, in bytes; 0 when absent, as in an inactive pool, or malformed.</summary>
    public ulong Capacity => Size("capacity");

    /// <summary>Element allocation, in bytes; 0 when absent or malformed.</summary>
    public ulong Allocation => Size("allocation");

    /// <summary>Element available, in bytes; 0 when absent or malformed.</summary>
    public ulong Available => Size("available");

    /// <summary>Attribute source/host/@name.</summary>
    public string? SourceHost => _root.Child("source")?.AttributeOf("host", "name");

    /// <summary>Attribute source/dir/@path.</summary>
    public string? SourceDirectory => _root.Child("source")?.AttributeOf("dir", "path");

    /// <summary>Attribute source/format/@type; null when absent or "auto".</summary>
    public string? Format => _root.Child("source")?.AttributeOf("format", "type") is { } format and not "auto" ? format : null;

    /// <summary>Element source/auth; null when absent.</summary>
    public StorageLogin? Login => _root.Child("source")?.Child("auth") is { } auth && auth.Read("username") is { } user
        && auth.Child("secret") is { } secret && (secret.Read("usage") ?? secret.Read("uuid")) is { } name ? new(user, name) : null;

    /// <param name="isActive">virStoragePoolIsActive.</param>
    /// <param name="autostart">virStoragePoolGetAutostart.</param>
    /// <param name="isPersistent">virStoragePoolIsPersistent.</param>
    public StoragePool ToStoragePool(bool isActive, bool autostart, bool isPersistent = true) =>
        new(Uuid ?? Guid.Empty, Name, isActive, autostart, Type, Path, Capacity, Allocation, Available)
        {
            SourceDevices = SourceDevices,
            SourceHost = SourceHost,
            SourceDirectory = SourceDirectory,
            SourceName = SourceName,
            Format = Format,
            Login = Login,
            IsPersistent = isPersistent,
        };

    private ulong Size(string child) =>
        LibvirtNumber.Scaled(_root.Text(child), _root.AttributeOf(child, "unit")) ?? 0;
}
