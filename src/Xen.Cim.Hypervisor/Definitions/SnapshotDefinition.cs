using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

/// <summary>A snapshot's XML (libvirt's formatsnapshot).</summary>
internal static class SnapshotDefinition
{
    private const string Root = "domainsnapshot";

    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public static string New(string name, string? description) => DefinitionXml.Write(new XElement(Root,
        new XElement("name", DefinitionXml.Checked(name, "the snapshot's name")),
        description is null ? null : new XElement("description", DefinitionXml.Checked(description, "the snapshot's description"))));

    /// <exception cref="HypervisorException">InvalidArgument: it is no snapshot's XML.</exception>
    public static GuestSnapshot Read(Guid guest, string name, string xml)
    {
        var root = DefinitionXml.Parse(xml, Root);
        return new(guest, name)
        {
            Description = root.Text("description"),
            // Seconds; more are no date.
            CreatedAt = LibvirtNumber.UInt64(root.Text("creationTime")) is { } seconds && seconds < (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null,
            State = root.Text("state") switch
            {
                "running" or "blocked" => GuestState.Running,
                "paused" => GuestState.Paused,
                "shutoff" or "disk-snapshot" => GuestState.Off,
                "pmsuspended" => GuestState.Asleep,
                "crashed" => GuestState.Crashed,
                _ => GuestState.Unknown,
            },
            Parent = root.Child("parent")?.Text("name"),
            Definition = root.Child("domain") is { } domain ? DomainDefinition.Parse(DefinitionXml.Write(domain)) : null,
        };
    }
}
