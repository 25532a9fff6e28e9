using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A reading view of a storage volume's XML (libvirt's formatstorage). Reading never throws.</summary>
public sealed partial class StorageVolumeDefinition
{
    private readonly XElement _root;

    private StorageVolumeDefinition(XElement root) => _root = root;

    /// <exception cref="HypervisorException">InvalidArgument, with the line: not a volume's XML.</exception>
    public static StorageVolumeDefinition Parse(string xml) => new(DefinitionXml.Parse(xml, "volume"));

    public string ToXml() => DefinitionXml.Write(_root);

    /// <summary>Element name; "" when there is none.</summary>
    public string Name => _root.Text("name") ?? "";

    /// <summary>Element key: unique on the host; the path when there is none.</summary>
    public string Key => _root.Text("key") ?? Path;

    /// <summary>Element target/path; "" when there is none.</summary>
    public string Path => _root.Child("target")?.Text("path") ?? "";

    /// <summary>Attribute target/format/@type: raw, qcow2, ...; null for volumes that have no format.</summary>
    public string? Format => _root.Child("target")?.AttributeOf("format", "type");

    /// <summary>Element backingStore/path: the volume that this one is a difference to.</summary>
    public string? BackingPath => _root.Child("backingStore")?.Text("path");

    /// <summary>Attribute backingStore/format/@type.</summary>
    public string? BackingFormat => _root.Child("backingStore")?.AttributeOf("format", "type");

    /// <summary>Element capacity, in bytes: what a guest sees; 0 when absent or malformed.</summary>
    public ulong Capacity => Size("capacity");

    /// <summary>Element allocation, in bytes: what it occupies; 0 when absent or malformed.</summary>
    public ulong Allocation => Size("allocation");

    /// <param name="pool">The name of the pool that it belongs to.</param>
    public StorageVolume ToStorageVolume(string pool) => new(pool, Name, Key, Path, Format, Capacity, Allocation) { BackingPath = BackingPath, BackingFormat = BackingFormat };

    private ulong Size(string child) =>
        LibvirtNumber.Scaled(_root.Text(child), _root.AttributeOf(child, "unit")) ?? 0;
}
