using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// A volume that is to be made.
public sealed partial class StorageVolumeDefinition
{
    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public static StorageVolumeDefinition New(NewVolume wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return new(new XElement("volume",
            new XElement("name", DefinitionXml.Checked(wish.Name, "the volume's name")),
            Bytes("capacity", wish.Capacity),
            wish.Allocation is { } allocation ? Bytes("allocation", allocation) : null,
            wish.Format is { } format ? new XElement("target", Type(format)) : null,
            wish.BackingPath is { } backing ? new XElement("backingStore", new XElement("path", DefinitionXml.Checked(backing, "the backing image")),
                wish.BackingFormat is { } backingFormat ? Type(backingFormat) : null) : null));
    }

    private static XElement Bytes(string name, ulong size) => new(name, new XAttribute("unit", "bytes"), XmlEdit.ToInvariant(size));

    private static XElement Type(string format) => new("format", new XAttribute("type", DefinitionXml.Checked(format, "the format")));
}
