using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// A pool that is to be made.
public sealed partial class StoragePoolDefinition
{
    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public static StoragePoolDefinition New(NewStoragePool wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var source = new XElement("source");
        Add(source, "host", "name", wish.SourceHost);
        foreach (var device in wish.SourceDevices)
            Add(source, "device", "path", device);
        Add(source, "dir", "path", wish.SourceDirectory);
        if (wish.Login is { } login)
        {
            source.Add(new XElement("auth", new XAttribute("type", wish.Type == "rbd" ? "ceph" : "chap"),
                new XAttribute("username", DefinitionXml.Checked(login.User, "the user's name")),
                new XElement("secret", new XAttribute(LibvirtNumber.Uuid(login.Secret) is null ? "usage" : "uuid", DefinitionXml.Checked(login.Secret, "the secret")))));
        }
        if (wish.Type == "scsi")
            Add(source, "adapter", "name", wish.SourceName);
        else if (wish.SourceName is { } name)
            source.Add(new XElement("name", DefinitionXml.Checked(name, "the source's name")));
        Add(source, "format", "type", wish.Format);
        return new(new XElement("pool", new XAttribute("type", wish.Type),
            new XElement("name", DefinitionXml.Checked(wish.Name, "the pool's name")),
            source.HasElements ? source : null,
            wish.Path is { } path ? new XElement("target", new XElement("path", DefinitionXml.Checked(path, "the pool's path"))) : null));
    }

    private static void Add(XElement parent, string child, string attribute, string? value)
    {
        if (value is not null)
            parent.Add(new XElement(child, new XAttribute(attribute, DefinitionXml.Checked(value, $"<{child}>"))));
    }
}
